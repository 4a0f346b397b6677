"""The journals that a store keeps: of the upgrade that is under way, of the last one, and of those before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.answers import names_in
from ngff_core.stores.base import Store, UndecidedError, UnreachableError
from ngff_core.stores.content import Content, content_of
from ngff_core.stores.writing import ConflictError, Writer
from ngff_core.upgrade.journal.file import Journal, JournalError, from_lines
from ngff_core.zarr.keys import JOURNALS

__all__ = [
    "DONE",
    "EARLIER",
    "JOURNAL",
    "bring_back",
    "digest",
    "earlier_journals",
    "keep",
    "read_journal",
    "refuse_upgraded",
    "steps_before",
]

JOURNAL, DONE = JOURNALS
EARLIER = ".ngff-upgrade.done.{}.jsonl"  # from 1, the oldest


def steps_before(store: Store) -> int:
    """Return how many upgrades there are to take back, as far as the store can be listed."""
    names = names_in(store, "")
    return 0 if names is None else (DONE in names) + len(earlier_journals(store))


def refuse_upgraded(store: Store, before: int) -> None:
    """Raise ConflictError where an upgrade is under way, or there are more or fewer to take back than before."""
    begun = _is_there(store, JOURNAL, names_in(store, ""))
    if begun or steps_before(store) != before:
        raise ConflictError(store.url, [JOURNAL if begun else DONE])


def read_journal(store: Store, name: str = JOURNAL) -> Journal | None:
    """Read the journal of an upgrade that is under way (``DONE``: of the last that was finished), if there is one.

    It may be of any size. Raises StoreError where it is no journal, or names what it must not.
    """
    content = _content(store, name)
    if content is None:
        return None
    with content:
        try:
            return from_lines(content, done=name == DONE)
        except JournalError as error:
            message = f"{name} in {store.url} is not the journal of an upgrade, or damaged: {error}"
            raise StoreError(
                message, hint="nothing was done; where you know how the store came about, take it away"
            ) from None


def earlier_journals(store: Store) -> list[str]:
    """Return the keys of the journals of earlier upgrades that are there, the oldest first."""
    names = names_in(store, "")
    found: list[str] = []
    while _is_there(store, key := EARLIER.format(len(found) + 1), names):
        found.append(key)
    return found


def _is_there(store: Store, key: str, names: Sequence[str] | None) -> bool:
    if names is not None:
        return key in names
    content = _content(store, key)
    if content is None:
        return False
    with content:
        return True


def keep(store: Writer) -> None:
    """Let the journal of an upgrade that is done be that of the last one, unless it was before an interruption."""
    last = digest(store, DONE)
    if last is not None:
        if last == digest(store, JOURNAL):
            return
        _set_aside(store, last)
    store.copy(store, JOURNAL, DONE)


def _set_aside(store: Writer, last: bytes) -> None:
    """Give the journal of the upgrade before another name."""
    earlier = earlier_journals(store)
    if not earlier or digest(store, earlier[-1]) != last:
        store.copy(store, DONE, EARLIER.format(len(earlier) + 1))
        store.sync()
    store.delete_many([DONE])


def bring_back(store: Writer) -> None:
    """Make the journal of the upgrade before that of the last one, where there is no other."""
    earlier = earlier_journals(store)
    if not earlier:
        return
    before, last = digest(store, earlier[-1]), digest(store, DONE)
    if last is None:
        store.copy(store, earlier[-1], DONE)
        store.sync()
    if last in (None, before):
        store.delete_many([earlier[-1]])


def digest(store: Store, key: str) -> bytes | None:
    """Return the SHA-256 of what is under a key; ``None``: nothing is."""
    content = _content(store, key)
    if content is None:
        return None
    found = hashlib.sha256()
    with content:
        for block in content:
            found.update(block)
    return found.digest()


def _content(store: Store, key: str) -> Content | None:
    try:
        return content_of(store, key)
    except UndecidedError:  # all that a store says of an absent key where listing is not allowed
        return None
    except UnreachableError:  # that is no matter of a journal
        raise
    except StoreError as error:
        raise StoreError(f"{key} in {store.url}, where a journal may be: {error}", hint="take it away") from None
