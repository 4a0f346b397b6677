"""A store whose documents the page reads: the files of a folder, or what an address gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.key import is_key
from ngff_web.answers import Answer, Wanted

__all__ = ["Ask", "AskedStore"]

Ask = Callable[[Wanted], Answer]
"""Waits for what the page answers; only where the browser can switch stacks (JSPI)."""

_UNKNOWN = StoreError("it was not read yet")


class AskedStore:
    """A folder or an address; pages answer later, and Python cannot always wait for that.

    Without ``ask``, what is not known is taken for unreadable and noted in `wanted`; whoever evaluates the store asks
    for that, `tell`\\ s it, and evaluates anew until nothing is wanted. Each time leads one step deeper into the
    hierarchy, and the last one is as if all had been known from the start.
    """

    batch = 256
    concurrent = 1

    def __init__(self, url: str, ask: Ask | None = None, *, lists: bool) -> None:
        self.url = url
        self.lists_cheaply = lists
        self._ask = ask
        self._values: dict[str, bytes | StoreError | None] = {}
        self._listings: dict[str, Sequence[str] | None] = {}
        self._keys: dict[str, None] = {}
        self._prefixes: dict[str, None] = {}

    @property
    def wanted(self) -> Wanted | None:
        """What was asked for and is not known; ``None``: nothing."""
        if not self._keys and not self._prefixes:
            return None
        return Wanted(tuple(self._keys), tuple(self._prefixes))

    def tell(self, wanted: Wanted, answer: Answer) -> None:
        """Take in what was wanted."""
        self._values.update(zip(wanted.keys, answer.values, strict=True))
        self._listings.update(zip(wanted.prefixes, answer.listings, strict=True))
        self._keys.clear()
        self._prefixes.clear()

    def get(self, key: str) -> bytes | None:
        """Return the document under a key."""
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return the documents under keys; what is no key is absent, as it is in a folder."""
        known = self._values
        missing = tuple(dict.fromkeys(key for key in keys if key not in known and is_key(key)))
        fresh: dict[str, bytes | StoreError | None] = {}
        if missing and self._ask is not None:
            fresh = dict(zip(missing, self._ask(Wanted(missing)).values, strict=True))
        elif missing:
            fresh = dict.fromkeys(missing, _UNKNOWN)
            self._keys.update(dict.fromkeys(missing))
        return [fresh[key] if key in fresh else known.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names below a prefix; ``None`` for an address."""
        if not self.lists_cheaply:
            return None
        if self._ask is not None:
            return self._ask(Wanted((), (prefix,))).listings[0]
        if prefix not in self._listings:
            self._prefixes[prefix] = None
            raise _UNKNOWN
        return self._listings[prefix]
