"""Groups and stores of zarr-python; only imported when there is such an object."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import zarr
from zarr.abc.store import Store as ZarrStore
from zarr.core.buffer.cpu import buffer_prototype
from zarr.core.sync import sync
from zarr.storage import FsspecStore, LocalStore, MemoryStore, StorePath, ZipStore

from ngff_core.errors import StoreError, UsageError
from ngff_core.masking import masked
from ngff_core.stores.adapters.fsspec import can_list, names_in
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.explain import ABSENT, explain
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["ZarrPythonStore", "zarr_python_store"]

AT_ONCE = 64
Answers = list[bytes | StoreError | None]
Names = list[str]
_NEAR = (LocalStore, MemoryStore, ZipStore)  # listing costs no more than reading


class ZarrPythonStore:
    """What a store of zarr-python holds below a path."""

    batch = 256
    concurrent = 1
    max_bytes = MAX_DOCUMENT

    def __init__(self, store: Any, path: str = "") -> None:
        self._store = store
        self._path = path.strip("/")
        self.lists_cheaply = isinstance(store, _NEAR)
        self.url = "/".join(filter(None, [_name(store), self._path]))

    def get(self, key: str) -> bytes | None:
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> Answers:
        """Read many at once."""
        found: Answers = sync(self._read_many(keys))
        return found

    def list(self, prefix: str) -> Sequence[str] | None:
        """Mark directories, which zarr-python does not."""
        store = self._store
        if not store.supports_listing or (isinstance(store, FsspecStore) and not can_list(store.fs)):
            return None
        try:
            names: Names = sync(self._names(self._key(prefix)))
        except ABSENT:
            return []
        except Exception as error:  # whatever the store does to list
            raise explain(error) from error
        return sorted(names)

    def zarr_store(self) -> Any:
        """Return the store itself, read-only where it can be made so."""
        try:
            store = self._store if self._store.read_only else self._store.with_read_only(True)
        except NotImplementedError:
            store = self._store
        return StorePath(store, self._path) if self._path else store

    def kvstore(self) -> dict[str, Any] | None:
        """Return the directory of a local store; tensorstore cannot read from any other."""
        if type(self._store) is not LocalStore:
            return None
        return {"driver": "file", "path": "/".join([*filter(None, [str(self._store.root.absolute()), self._path]), ""])}

    def _key(self, key: str) -> str:
        return "/".join(filter(None, [self._path, key]))

    async def _read_many(self, keys: Sequence[str]) -> Answers:
        room = asyncio.Semaphore(AT_ONCE)

        async def read(key: str) -> bytes | StoreError | None:
            async with room:
                try:
                    found = await self._store.get(self._key(key), prototype=buffer_prototype)
                except ABSENT:
                    return None
                except Exception as error:  # whatever the store does to read
                    return explain(error)
            if found is not None and len(found) > self.max_bytes:
                return StoreError(f"the document has {len(found)} bytes; the limit is {self.max_bytes}")
            return None if found is None else bytes(found.to_bytes())

        return await asyncio.gather(*map(read, keys))

    async def _names(self, prefix: str) -> Names:
        if isinstance(self._store, FsspecStore):  # to which directories exist as files do
            folder = "/".join(filter(None, [self._store.path.rstrip("/"), prefix]))
            return [*names_in(await self._store.fs._ls(folder, detail=True), folder)]
        names = {name.strip("/") async for name in self._store.list_dir(prefix)} - {""}
        room = asyncio.Semaphore(AT_ONCE)

        async def marked(name: str) -> str:
            """A name that is no key is that of a directory."""
            async with room:
                there = name in DOCUMENTS or await self._store.exists("/".join(filter(None, [prefix, name])))
            return name if there else f"{name}/"

        return await asyncio.gather(*map(marked, names))


def zarr_python_store(obj: object) -> ZarrPythonStore:
    """Return a group, a store, or a path in a store, as a store; raises UsageError for anything else."""
    if isinstance(obj, (zarr.Array, zarr.AsyncArray)):
        place = masked(str(obj.store_path))
        raise UsageError(f"expected a group, got the zarr array at {place}; give the group that holds it")
    if isinstance(obj, (zarr.Group, zarr.AsyncGroup)):
        obj = obj.store_path
    if isinstance(obj, StorePath):
        return ZarrPythonStore(obj.store, obj.path)
    if isinstance(obj, ZarrStore):
        return ZarrPythonStore(obj)
    raise UsageError(f"expected a group or store of zarr-python, got {type(obj).__name__}")


def _name(store: object) -> str:
    """Return what a store calls itself, the same on every run and without secrets."""
    if isinstance(store, MemoryStore):
        return "memory:"
    return masked(str(store)).rstrip("/")
