"""Stores that remember what was read from another one, and show what it would hold with other documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.stores.base import Store, get_rare

__all__ = ["Overlay", "Recorder"]


class Recorder:
    """A store that asks another one for every key once, and remembers what came."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.url = store.url
        self.batch = store.batch
        self.concurrent = store.concurrent
        self.lists_cheaply = store.lists_cheaply
        self.read: dict[str, Answer] = {}
        self.listed: dict[str, Sequence[str] | None] = {}
        self._same: dict[bytes, bytes] = {}  # equal documents are held once

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None``."""
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[Answer]:
        """Return what is under each key."""
        return self._read(keys, self.store.get_many)

    def get_rare(self, keys: Sequence[str]) -> list[Answer]:
        """Return what is under each of the keys, which are mostly absent."""
        return self._read(keys, lambda some: get_rare(self.store, some))

    def _read(self, keys: Sequence[str], ask: Callable[[Sequence[str]], list[Answer]]) -> list[Answer]:
        read, same = self.read, self._same
        missing = list(dict.fromkeys(key for key in keys if key not in read))
        for start in range(0, len(missing), self.batch):
            some = missing[start : start + self.batch]
            for key, value in zip(some, ask(some), strict=True):
                read[key] = same.setdefault(value, value) if value.__class__ is bytes else value
        return [read[key] for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix."""
        if prefix not in self.listed:
            self.listed[prefix] = self.store.list(prefix)
        return self.listed[prefix]


class Overlay:
    """What another store would hold with some documents changed; ``None`` stands for one that is taken away."""

    def __init__(self, store: Store, changed: Mapping[str, bytes | None]) -> None:
        self.store = store
        self.url = store.url
        self.batch = store.batch
        self.concurrent = store.concurrent
        self.lists_cheaply = store.lists_cheaply
        self._changed = changed
        self._names = _names(changed)

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None``."""
        return self._changed[key] if key in self._changed else self.store.get(key)

    def get_many(self, keys: Sequence[str]) -> list[Answer]:
        """Return what is under each key."""
        changed = self._changed
        rest = [key for key in keys if key not in changed]
        found = dict(zip(rest, self.store.get_many(rest), strict=True)) if rest else {}
        return [changed[key] if key in changed else found[key] for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix."""
        names = self.store.list(prefix)
        changes = self._names.get(prefix)
        if names is None or changes is None:
            return names
        gone = {name for name, there in changes.items() if not there}
        return sorted({*names, *(name for name, there in changes.items() if there)} - gone)


def _names(changed: Mapping[str, bytes | None]) -> dict[str, dict[str, bool]]:
    """Return for each folder the names in it that are there or gone; folders end with ``/``."""
    names: dict[str, dict[str, bool]] = {}
    for key, data in changed.items():
        inside, _, file = key.rpartition("/")
        names.setdefault(inside, {})[file] = data is not None
        for folder, name in _above(inside) if data is not None else ():
            known = names.setdefault(folder, {})
            if name in known:
                break
            known[name] = True
    return names


def _above(folder: str) -> Iterable[tuple[str, str]]:
    while folder:
        folder, _, name = folder.rpartition("/")
        yield folder, f"{name}/"
