"""Stores that remember what was read from another one, and show what it would hold with other documents."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_core.stores.answers import names_in, values_of
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import get_rare, linked_to
from ngff_core.stores.content import Content, all_keys, content_of
from ngff_core.stores.wrapper import Wrapper
from ngff_core.stores.writing import Writer
from ngff_core.upgrade.held.packed import NOTHING, Changed, Packed
from ngff_core.zarr.keys import DOCUMENTS, join

__all__ = ["Overlay", "Recorder"]

_bridge = Reference("ngff_core.stores.adapters.bridge:BridgeStore")


class Recorder(Wrapper):
    """A store that asks another one for every document once, and remembers what came.

    Objects that are read block by block, and pixels, are not remembered.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.packed = Packed()
        self._numbers: dict[str, int] = {}
        self._unread: dict[str, StoreError] = {}
        self._links: dict[str, str] = {}
        self.listed: dict[str, Sequence[str] | None] = {}
        self._same: dict[tuple[str, ...], Sequence[str]] = {}  # equal listings are held once

    def get(self, key: str) -> bytes | None:
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[Answer]:
        return self._ask(keys)

    def get_rare(self, keys: Sequence[str]) -> list[Answer]:
        return self._ask(keys, lambda some: get_rare(self.store, some))

    def known(self, key: str) -> Answer:
        """Return what is under a key; what was not asked for counts as absent."""
        number = self._numbers.get(key, NOTHING)
        return self._unread.get(key) if number == NOTHING else self.packed.get(number)

    def number(self, key: str) -> int:
        """Return the number of what is under a key; what was not read counts as absent."""
        return self._numbers.get(key, NOTHING)

    def documents_in(self, folder: str) -> Sequence[str]:
        """Return the names of the documents that were read in a folder."""
        numbers, names = self._numbers, self.listed.get(folder)
        there = DOCUMENTS if names is None else [name for name in DOCUMENTS if name in names]
        return [name for name in there if numbers.get(join(folder, name), NOTHING) != NOTHING]

    def linked_to(self, folder: str) -> str | None:
        """Return what a folder is called where no link is on the way to it, as it was when it was listed."""
        return self._links.get(folder) if folder in self.listed else linked_to(self.store, folder)

    def _ask(self, keys: Sequence[str], ask: Callable[[Sequence[str]], Sequence[Answer]] | None = None) -> list[Answer]:
        numbers, listed = self._numbers, self.listed
        missing: list[str] = []
        for key in dict.fromkeys(keys):  # written out, as every document of a hierarchy comes by here
            if key not in numbers:
                folder, _, name = key.rpartition("/")
                names = listed.get(folder)
                if names is None or name in names:  # else the folder was listed, and there is no such thing in it
                    missing.append(key)
        fresh: dict[str, Answer] = {}
        for start in range(0, len(missing), self.batch):
            some = missing[start : start + self.batch]
            for key, value in zip(some, values_of(self.store, some, ask), strict=True):
                fresh[key] = value
                if isinstance(value, StoreError):
                    self._unread[key], value = value, None
                numbers[key] = self.packed.add(value)
        return [fresh[key] if key in fresh else self.known(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        if prefix not in self.listed:
            names = names_in(self.store, prefix)
            link = linked_to(self.store, prefix)
            if link is not None:
                self._links[prefix] = link
            self.listed[prefix] = None if names is None else self._same.setdefault(tuple(names), names)
        return self.listed[prefix]


class Overlay(Wrapper):
    """What another store would hold with some documents changed; ``None`` stands for one that is taken away.

    It is there to be looked at: nothing is written through it.
    """

    def __init__(self, store: Store, changed: Mapping[str, bytes | None]) -> None:
        super().__init__(store)
        self._changed = changed

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
        # what a recorder returns was looked at where it came in
        names = self.store.list(prefix) if isinstance(self.store, Recorder) else names_in(self.store, prefix)
        if names is None or not self._changed:
            return names
        added, gone = self._sorted
        files_gone = {name for name in _names_in(gone, prefix) if not name.endswith("/")}
        return sorted({*names, *_names_in(added, prefix)} - files_gone)

    @cached_property
    def _sorted(self) -> tuple[Sequence[str], Sequence[str]]:
        """The keys of documents that are there, and of those that are gone."""
        gone = sorted(key for key in self._changed if self._is_gone(key))
        return sorted(key for key in self._changed if not self._is_gone(key)), gone

    def _is_gone(self, key: str) -> bool:
        changed = self._changed
        return changed.number(key) == NOTHING if isinstance(changed, Changed) else changed[key] is None

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        """Return the keys below a path: first those of the other store that stay, then those that are new."""
        found = all_keys(self.store, prefix)
        return None if found is None else self._merged(found, f"{prefix}/" if prefix else "")

    def _merged(self, found: Iterator[str], prefix: str) -> Iterator[str]:
        new = dict.fromkeys(k for k in self._changed if k.startswith(prefix) and not self._is_gone(k))
        for key in found:
            if key not in self._changed or not self._is_gone(key):
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


def _names_in(keys: Sequence[str], folder: str) -> Iterator[str]:
    """Yield the names in a folder that sorted keys have; folders end with ``/``."""
    begin = f"{folder}/" if folder else ""
    place = bisect_left(keys, begin)
    while place < len(keys) and keys[place].startswith(begin):
        name, slash, _ = keys[place][len(begin) :].partition("/")
        yield name + slash
        place = bisect_left(keys, f"{begin}{name}0", place) if slash else place + 1  # "0" comes right after "/"
