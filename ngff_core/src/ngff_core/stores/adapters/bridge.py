"""A store of zarr-python that reads through a store of this library; only imported when zarr-python is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from zarr.abc.store import (
    ByteRequest,
    OffsetByteRequest,
    RangeByteRequest,
    SuffixByteRequest,
)
from zarr.abc.store import (
    Store as ZarrStore,
)
from zarr.core.buffer import Buffer, BufferPrototype

from ngff_core.stores.base import Store

__all__ = ["BridgeStore"]


class BridgeStore(ZarrStore):
    """Reads whole objects with `Store.get`, in threads, and cuts out the bytes that are wanted."""

    supports_writes = False
    supports_deletes = False
    supports_partial_writes = False

    def __init__(self, store: Store) -> None:
        super().__init__(read_only=True)
        self._source = store

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BridgeStore) and self._source is other._source

    def __str__(self) -> str:
        return self._source.url

    def __repr__(self) -> str:
        return f"BridgeStore({self._source.url!r})"

    @property
    def supports_listing(self) -> bool:
        return self._source.list("") is not None

    def with_read_only(self, read_only: bool = False) -> BridgeStore:
        """Return the store itself: it is read-only whatever is asked for."""
        if not read_only:
            raise NotImplementedError("this store is read-only")
        return self

    async def get(self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None) -> Buffer | None:
        data = await asyncio.to_thread(self._source.get, key)
        if data is None:
            return None
        if isinstance(byte_range, RangeByteRequest):
            data = data[byte_range.start : byte_range.end]
        elif isinstance(byte_range, OffsetByteRequest):
            data = data[byte_range.offset :]
        elif isinstance(byte_range, SuffixByteRequest):
            data = data[max(0, len(data) - byte_range.suffix) :]
        return prototype.buffer.from_bytes(data)

    async def get_partial_values(
        self, prototype: BufferPrototype, key_ranges: Iterable[tuple[str, ByteRequest | None]]
    ) -> list[Buffer | None]:
        return await asyncio.gather(*(self.get(key, prototype, byte_range) for key, byte_range in key_ranges))

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._source.get, key) is not None

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        names = await asyncio.to_thread(self._source.list, prefix.rstrip("/"))
        for name in names or ():
            yield name.rstrip("/")

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        base = prefix.rstrip("/")
        for name in await asyncio.to_thread(self._source.list, base) or ():
            path = f"{base}/{name}" if base else name
            if not name.endswith("/"):
                yield path
                continue
            async for key in self.list_prefix(path):
                yield key

    async def list(self) -> AsyncIterator[str]:
        async for key in self.list_prefix(""):
            yield key

    async def set(self, key: str, value: object) -> None:
        self._check_writable()

    async def set_partial_values(self, key_start_values: object) -> None:
        """Refuse to write; asked for by zarr-python before 3.1.3."""
        self._check_writable()

    async def delete(self, key: str) -> None:
        self._check_writable()
