"""What fsspec can open: a file system of it, and a path there."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ngff_core.errors import StoreError
from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.explain import ABSENT, explain

if TYPE_CHECKING:
    from ngff_core.stores.writing import Writer

__all__ = ["FsspecStore", "can_list", "names_in"]

T = TypeVar("T")
AT_ONCE = 64
_mapper = Reference("fsspec:FSMap")
_zarr_store = Reference("zarr.storage:FsspecStore")
_bridge = Reference("ngff_core.stores.adapters.bridge:BridgeStore")
_local_writer = Reference("ngff_core.stores.local.writer:LocalWriter")
_writer = Reference("ngff_core.stores.adapters.fsspec_writer:FsspecWriter")
Answers = list[bytes | StoreError | None]
_NEAR = {"file", "local", "memory", "zip", "tar"}  # listing costs no more than reading
_FILES = {"file", "local"}
_READ_ONLY = {"http", "https", "zip", "tar", "libarchive", "github", "git", "data", "reference"}
_READ_ONLY |= {"cached", "blockcache", "filecache", "simplecache"}  # what they write comes later, or not
_WEB = {"http", "https"}  # what it calls listing is to look for links in a web page


class FsspecStore:
    """The files of an fsspec file system below a path; those of asynchronous ones are read many at once."""

    batch = 256
    concurrent = 1
    max_bytes = MAX_DOCUMENT

    def __init__(self, fs: Any, root: str, url: str | None = None) -> None:
        self._fs = fs
        self._root = str(root).rstrip("/")
        self._lists = can_list(fs)
        self.lists_cheaply = bool(_protocols(fs) & _NEAR)
        self.url = masked(str(fs.unstrip_protocol(self._root)) if url is None else url)

    def get(self, key: str) -> bytes | None:
        value = self.get_many([key])[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> Answers:
        paths = [self._path(key) for key in keys]
        if not self._fs.async_impl:
            return [self._read(path) for path in paths]
        return self._wait(self._read_many(paths))

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return ``None`` for the web, which has no directories."""
        if not self._lists:
            return None
        path = self._path(prefix)
        try:
            entries = self._wait(self._fs._ls(path)) if self._fs.async_impl else self._fs.ls(path, detail=True)
        except ABSENT:
            return []
        except Exception as error:  # whatever the file system does to list
            raise explain(error) from error
        return sorted(names_in(entries, path))

    def writer(self) -> Writer:
        """Write to local files without fsspec; raise StoreError where the file system cannot write."""
        protocols = _protocols(self._fs)
        writer: Writer
        if protocols & _FILES:
            writer = _local_writer(self._root)
            return writer
        if protocols & _READ_ONLY:
            hint = "write the result to another place (--out)"
            raise StoreError(f"{self.url} cannot be written to: {type(self._fs).__name__} only reads", hint=hint)
        writer = _writer(self._fs, self._root, self.url)
        return writer

    def zarr_store(self) -> Any:
        """Use the same file system, where zarr-python takes it."""
        from_mapper = _zarr_store.load().from_mapper
        try:
            return from_mapper(_mapper(self._root, self._fs), read_only=True)
        except Exception:  # an old fsspec, options that cannot be copied, a path that is an address
            return _bridge(self)

    def kvstore(self) -> None:
        """Return nothing: tensorstore knows no fsspec."""

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}" if self._root and key else self._root or key

    def _read(self, path: str) -> bytes | StoreError | None:
        try:
            return self._bounded(self._fs.cat_file(path))
        except ABSENT:
            return None
        except Exception as error:  # whatever the file system does to read
            return explain(error)

    async def _read_many(self, paths: Sequence[str]) -> Answers:
        import asyncio

        room = asyncio.Semaphore(AT_ONCE)

        async def read(path: str) -> bytes | StoreError | None:
            async with room:
                try:
                    return self._bounded(await self._fs._cat_file(path))
                except ABSENT:
                    return None
                except Exception as error:  # as above
                    return explain(error)

        return await asyncio.gather(*map(read, paths))

    def _bounded(self, data: bytes) -> bytes:
        if len(data) > self.max_bytes:
            raise StoreError(f"the document has {len(data)} bytes; the limit is {self.max_bytes}")
        return bytes(data)

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        from fsspec.asyn import get_loop, sync

        async def run() -> T:
            return await coroutine

        found: T = sync(get_loop() if self._fs.asynchronous else self._fs.loop, run)
        return found


def _protocols(fs: Any) -> set[str]:
    return {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)


def can_list(fs: object) -> bool:
    """Tell whether a file system has directories."""
    return not _protocols(fs) & _WEB


def names_in(entries: Sequence[Mapping[str, Any]], path: str) -> set[str]:
    """Return the names that a listing tells; some list a file as the only thing in itself."""
    names = set()
    for entry in entries:
        full = str(entry["name"]).rstrip("/")
        if full.strip("/") != path.strip("/"):
            names.add(full.rpartition("/")[2] + ("/" if entry["type"] == "directory" else ""))
    return names
