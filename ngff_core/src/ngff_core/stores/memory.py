"""A store in memory: keys and bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ngff_core.errors import StoreError

__all__ = ["MemoryStore"]


class MemoryStore:
    """Documents in a mapping of keys to bytes; a value may be a `StoreError`, which is then what reading gives."""

    batch = 256
    concurrent = 1
    lists_cheaply = True

    def __init__(self, documents: Mapping[str, bytes | StoreError], url: str = "memory:") -> None:
        self.url = url
        self._documents = documents
        self._names: dict[str, set[str]] = {}
        for key in documents:
            parent, _, name = key.rpartition("/")
            self._names.setdefault(parent, set()).add(name)
            while parent:
                above, _, name = parent.rpartition("/")
                self._names.setdefault(above, set()).add(name + "/")
                parent = above

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None``."""
        value = self._documents.get(key)
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return what is under each key."""
        return [self._documents.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix."""
        return sorted(self._names.get(prefix.rstrip("/"), ()))
