"""Writing to a store in memory."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store
from ngff_core.stores.content import content_of
from ngff_core.stores.key import Key
from ngff_core.stores.memory import MemoryStore, names_by_folder
from ngff_core.stores.writing import ConflictError, OneName, Write

__all__ = ["MemoryWriter"]


class MemoryWriter(OneName, MemoryStore):
    """Documents in a mapping, which is changed; other stores over the same mapping see that, too."""

    jobs = 1

    def __init__(
        self, documents: MutableMapping[str, bytes | StoreError], url: str, names: dict[str, set[str]]
    ) -> None:
        self.url = url
        self._documents = documents
        self._mutable = documents
        self._names = names

    def put_many(self, writes: Sequence[Write]) -> None:
        """Raise ConflictError before any document is touched."""
        changed = [write.key for write in writes if self._documents.get(write.key) != write.old]
        if changed:
            raise ConflictError(self.url, changed)
        for write in writes:
            assert write.new is not None
            self._set(write.key, write.new)

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in map(Key, keys):
            self._mutable.pop(key, None)
        self._names.clear()
        self._names.update(names_by_folder(self._documents))

    def copy(self, source: Store, key: str, new: str) -> bool:
        content = content_of(source, key)
        if content is None:
            return False
        with content:
            self._set(Key(new), b"".join(content))
        return True

    def _set(self, key: str, data: bytes) -> None:
        self._mutable[key] = data
        for folder, names in names_by_folder([key]).items():
            self._names.setdefault(folder, set()).update(names)
