"""How zarr-python and tensorstore read from the same address; only imported when one of them is asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from zarr.abc.store import ByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import Buffer, BufferPrototype
from zarr.storage import ObjectStore

from ngff_core.stores.adapters.bridge import BridgeStore
from ngff_remote.clients.connection import Connection

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["RemoteZarrStore"]


class RemoteZarrStore(BridgeStore):
    """Reads with the client that read the metadata: by ranges, asynchronously, and whatever the size.

    What that client cannot do (names it cannot write, servers that know no ranges, packed bodies) goes through the
    store, an object at a time.
    """

    def __init__(self, store: Store, connection: Connection, prefix: str) -> None:
        super().__init__(store)
        self._connection = connection
        self._prefix = prefix

    async def get(self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None) -> Buffer | None:
        path = self._prefix + key
        client: Any = self._connection.client_for(path)
        if client is not None:
            try:
                if byte_range is not None:
                    return await ObjectStore(client, read_only=True).get(path, prototype, byte_range)
                answer = await client.get_async(path)
                if not answer.attributes.get("Content-Encoding"):
                    return prototype.buffer.from_bytes(await answer.bytes_async())
            except FileNotFoundError:
                return None
            except Exception:
                pass  # the store knows what can be done about it, and what to say
        if byte_range is not None:
            part = await asyncio.to_thread(_part, self._connection, path, byte_range)
            if part is not None:
                return prototype.buffer.from_bytes(part)
        return await super().get(key, prototype, byte_range)


def _part(connection: Connection, path: str, span: ByteRequest) -> bytes | None:
    """Return some bytes of an object that obstore's client is not asked for; ``None``: all of it is read."""
    if isinstance(span, RangeByteRequest):
        part = connection.get_parts([(path, span.start, span.end)])[0]
        return part if isinstance(part, bytes) else None
    tail = connection.get_tail(path, span.suffix) if isinstance(span, SuffixByteRequest) else None
    return tail[1] if isinstance(tail, tuple) else None
