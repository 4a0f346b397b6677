"""What a visitor of the page gives: folders, files, texts and addresses, each as what can be evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ngff_core.errors import UsageError
from ngff_core.stores import UnreachableError
from ngff_core.stores.zip.store import ZipStore
from ngff_remote.address import Address, parse
from ngff_remote.clients.targets import quoted
from ngff_remote.stores.archive import RangeSource, is_archive
from ngff_web.answers import Wanted
from ngff_web.archives import FileParts, Parts
from ngff_web.asked import Ask, AskedStore, AwaitedStore

__all__ = ["KeyOf", "Subject", "subject_of"]

KeyOf = Callable[[str], str]
"""Makes of a key what the page is asked for: addresses are fetched as a whole."""


@attrs.frozen(eq=False)
class Subject:
    """A document as text, or a store."""

    url: str
    text: bytes | None = None
    store: Any = None
    key_of: KeyOf = str

    @property
    def wanted(self) -> Wanted | None:
        """What the store was asked for and does not know."""
        return self.store.wanted if isinstance(self.store, AskedStore) else None


def subject_of(given: Any, ask: Callable[[KeyOf], Ask] | None) -> Subject:
    """Return what a visitor gave; ``ask`` makes what waits for answers, where the browser can wait.

    Raises UsageError for an address that pages cannot open.
    """
    kind, name = given.kind, given.name
    if kind == "text":
        return Subject(name, text=given.data.to_bytes())
    if kind == "folder":
        return Subject(name, store=_store(name, ask and ask(str), lists=True))
    if kind == "file":
        return Subject(name, store=ZipStore(RangeSource(name, FileParts(given.size, given.read)), name))
    address = _address_of(name)
    if is_archive(address.path):
        return Subject(address.shown, store=_archive(address, given))
    key_of = _keys_below(address)
    return Subject(address.shown, store=_store(address.shown, ask and ask(key_of), lists=False), key_of=key_of)


def _store(url: str, ask: Ask | None, *, lists: bool) -> Any:
    return AskedStore(url, lists=lists) if ask is None else AwaitedStore(url, ask, lists=lists)


def _address_of(text: str) -> Address:
    """Take an address apart; raises UsageError for one that pages cannot open."""
    scheme, separator, _ = text.partition("://")
    if not separator:
        raise UsageError(f"{text!r} is no address: it begins with https://")
    if scheme.lower() not in ("http", "https"):
        raise UsageError(
            f"browsers read no {scheme}:// addresses: give the https:// address, or use the command `ngff`"
        )
    address = parse(text)
    if address.user:
        raise UsageError("browsers read no addresses with a user and a password; the command `ngff` does")
    return address


def _keys_below(address: Address) -> KeyOf:
    base = f"{address.place}/{_sent(address)}"
    query = f"?{address.query}" if address.query else ""
    return lambda key: f"{base.rstrip('/')}/{quoted(key)}{query}"


def _sent(address: Address) -> str:
    """Return the path as it is sent: as it was written where that cannot be told from the decoded one."""
    raw = address.raw
    return raw if "%2F" in raw.upper() or "//" in raw or "\ufffd" in address.path else quoted(address.path)


def _archive(address: Address, given: Any) -> ZipStore:
    head = given.head
    known = (int(head.status), int(head.size)) if head.status else UnreachableError(head.words, hint=head.hint or None)
    return ZipStore(RangeSource(address.path, Parts(known, given.request)), address.shown)
