"""Stores that remember what was read from another one, and show what it would hold with other documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import get_rare
from ngff_core.stores.content import Content, all_keys, content_of
from ngff_core.stores.wrapper import Wrapper
from ngff_core.stores.writing import Writer
from ngff_core.zarr.keys import above

__all__ = ["Overlay", "Recorder"]

_bridge = Reference("ngff_core.stores.adapters.bridge:BridgeStore")


class Recorder(Wrapper):
    """A store that asks another one for every document once, and remembers what came.

    Objects that are read block by block, and pixels, are not remembered.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.read: dict[str, Answer] = {}
        self.listed: dict[str, Sequence[str] | None] = {}
        self._same: dict[bytes, bytes] = {}  # equal documents are held once

    def get(self, key: str) -> bytes | None:
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[Answer]:
        return self._read(keys, self.store.get_many)

    def get_rare(self, keys: Sequence[str]) -> list[Answer]:
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
        if prefix not in self.listed:
            self.listed[prefix] = self.store.list(prefix)
        return self.listed[prefix]


class Overlay(Wrapper):
    """What another store would hold with some documents changed; ``None`` stands for one that is taken away.

    It is there to be looked at: nothing is written through it.
    """

    def __init__(self, store: Store, changed: Mapping[str, bytes | None]) -> None:
        super().__init__(store)
        self._changed = changed
        self._names = _names(changed)

    def get(self, key: str) -> bytes | None:
        return self._changed[key] if key in self._changed else self.store.get(key)

    def get_many(self, keys: Sequence[str]) -> list[Answer]:
        return self._read(keys, self.store.get_many)

    def get_rare(self, keys: Sequence[str]) -> list[Answer]:
        return self._read(keys, lambda rest: get_rare(self.store, rest))

    def _read(self, keys: Sequence[str], ask: Callable[[Sequence[str]], list[Answer]]) -> list[Answer]:
        changed = self._changed
        rest = [key for key in keys if key not in changed]
        found = dict(zip(rest, ask(rest), strict=True)) if rest else {}
        return [changed[key] if key in changed else found[key] for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        names = self.store.list(prefix)
        changes = self._names.get(prefix)
        if names is None or changes is None:
            return names
        gone = {name for name, there in changes.items() if not there}
        return sorted({*names, *(name for name, there in changes.items() if there)} - gone)

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        """Return the keys below a path: first those of the other store that stay, then those that are new."""
        found = all_keys(self.store, prefix)
        return None if found is None else self._merged(found, f"{prefix}/" if prefix else "")

    def _merged(self, found: Iterator[str], prefix: str) -> Iterator[str]:
        new = dict.fromkeys(k for k, data in self._changed.items() if data is not None and k.startswith(prefix))
        for key in found:
            if self._changed.get(key, b"") is not None:
                new.pop(key, None)
                yield key
        yield from new

    def content(self, key: str) -> Content | None:
        if key not in self._changed:
            return content_of(self.store, key)
        data = self._changed[key]
        return None if data is None else Content([data], len(data))

    def writer(self) -> Writer:
        """Raise StoreError."""
        raise StoreError(f"what {self.url} would hold with other documents cannot be written to")

    def zarr_store(self) -> Any:
        """Return a store of zarr-python that reads through here, as any other one would not see the changes."""
        return _bridge(self)

    def kvstore(self) -> None:
        """Return nothing: tensorstore would not see the changes."""


def _names(changed: Mapping[str, bytes | None]) -> dict[str, dict[str, bool]]:
    """Return for each folder the names in it that are there or gone; folders end with ``/``."""
    names: dict[str, dict[str, bool]] = {}
    for key, data in changed.items():
        inside, _, file = key.rpartition("/")
        names.setdefault(inside, {})[file] = data is not None
        for folder in above(inside) if data is not None else ():
            known = names.setdefault(folder, {})
            name = f"{inside.rpartition('/')[2]}/"
            if name in known:
                break
            known[name] = True
            inside = folder
    return names
