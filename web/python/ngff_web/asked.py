"""Stores whose documents the page reads: the files of a folder, or what an address gives."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.key import is_key
from ngff_web.answers import Answer, Wanted

__all__ = ["Ask", "AskedStore", "AwaitedStore"]

Ask = Callable[[Wanted], Callable[[], Answer]]
"""Asks the page; what it returns waits for the answer. Only where the browser can switch stacks (JSPI)."""

_UNKNOWN = StoreError("it was not read yet")


class AskedStore:
    """A folder or an address, where Python cannot wait for what the page answers.

    What is not known is taken for unreadable and noted in `wanted`; whoever evaluates the store asks for that,
    `tell`\\ s it, and evaluates anew until nothing is wanted. Each time leads one step deeper into the hierarchy, and
    the last one is as if all had been known from the start.
    """

    batch = 256
    concurrent = 1

    def __init__(self, url: str, *, lists: bool) -> None:
        self.url = url
        self.lists_cheaply = lists
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
        return _of(self.get_many([key]))

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return the documents under keys; what is no key is absent, as it is in a folder."""
        known = self._values
        missing = _asked(key for key in keys if key not in known)
        self._keys.update(dict.fromkeys(missing))
        fresh = dict.fromkeys(missing, _UNKNOWN)
        return [fresh[key] if key in fresh else known.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names below a prefix; ``None`` for an address."""
        if not self.lists_cheaply:
            return None
        if prefix not in self._listings:
            self._prefixes[prefix] = None
            raise _UNKNOWN
        return self._listings[prefix]


class AwaitedStore:
    """A folder or an address, where Python waits for what the page answers, and has it read ahead."""

    batch = 64  # visits, which want several keys each: one batch is read while another is evaluated
    concurrent = 1

    def __init__(self, url: str, ask: Ask, *, lists: bool) -> None:
        self.url = url
        self.lists_cheaply = lists
        self._ask = ask
        self._under_way: deque[tuple[Wanted, Callable[[], Answer]]] = deque()
        self._listings: dict[str, Sequence[str] | None] = {}

    def announce(self, keys: Sequence[str], prefixes: Sequence[str]) -> None:
        """Ask the page for what will be asked for here, in that order."""
        wanted = Wanted(_asked(keys), tuple(prefixes) if self.lists_cheaply else ())
        if wanted.keys or wanted.prefixes:
            self._under_way.append((wanted, self._ask(wanted)))

    def get(self, key: str) -> bytes | None:
        """Return the document under a key."""
        return _of(self.get_many([key]))

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return the documents under keys; what is no key is absent, as it is in a folder."""
        asked = _asked(keys)
        values = dict(zip(asked, self._answer(Wanted(asked)).values, strict=True)) if asked else {}
        return [values.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names below a prefix; ``None`` for an address."""
        if not self.lists_cheaply:
            return None
        if prefix not in self._listings:
            self._answer(Wanted((), (prefix,)))
        return self._listings.pop(prefix)

    def _answer(self, wanted: Wanted) -> Answer:
        """Wait for the answer, which may be under way, with listings that are wanted next."""
        if self._under_way and _covers(self._under_way[0][0], wanted):
            wanted, wait = self._under_way.popleft()
        else:
            wait = self._ask(wanted)
        answer = wait()
        self._listings.update(zip(wanted.prefixes, answer.listings, strict=True))
        return answer


def _asked(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(is_key, keys)))


def _covers(announced: Wanted, wanted: Wanted) -> bool:
    return announced.keys == wanted.keys if wanted.keys else {*wanted.prefixes} <= {*announced.prefixes}


def _of(values: Sequence[bytes | StoreError | None]) -> bytes | None:
    (value,) = values
    if isinstance(value, StoreError):
        raise value
    return value
