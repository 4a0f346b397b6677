"""A store in memory: keys and bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING

from ngff_core.errors import StoreError
from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.stores.writing import Writer

__all__ = ["MemoryStore", "names_by_folder"]

_writer = Reference("ngff_core.stores.memory_writer:MemoryWriter")


class MemoryStore:
    """Documents in a mapping of keys to bytes; a value may be a `StoreError`, which is then what reading gives."""

    batch = 256
    concurrent = 1
    lists_cheaply = True

    def __init__(self, documents: Mapping[str, bytes | StoreError], url: str = "memory:") -> None:
        self.url = url
        self._documents = documents
        self._names = names_by_folder(documents)

    def get(self, key: str) -> bytes | None:
        value = self._documents.get(key)
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [self._documents.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        return sorted(self._names.get(prefix.rstrip("/"), ()))

    def writer(self) -> Writer:
        """Raise StoreError where the mapping cannot be changed."""
        if not isinstance(self._documents, MutableMapping):
            raise StoreError(f"{self.url} cannot be written to: its documents are a mapping that cannot be changed")
        writer: Writer = _writer(self._documents, self.url, self._names)
        return writer


def names_by_folder(keys: Iterable[str]) -> dict[str, set[str]]:
    """Return the names directly below every prefix that keys have; those that lead further down end with ``/``."""
    names: dict[str, set[str]] = {}
    for key in keys:
        parent, _, name = key.rpartition("/")
        if not name:  # it marks a folder
            parent, _, name = parent.rpartition("/")
            name += "/"
        while name != "/" and name not in names.setdefault(parent, set()):
            names[parent].add(name)
            if not parent:
                break
            parent, _, name = parent.rpartition("/")
            name += "/"
    return names
