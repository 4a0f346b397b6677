"""The store behind an address: keys are read by the threads of its connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ngff_core.errors import StoreError
from ngff_remote.connection import Connection

__all__ = ["RemoteStore"]


class RemoteStore:
    """The documents below an address; safe to use from several threads."""

    concurrent = 4
    lists_cheaply = False

    def __init__(self, url: str, path: str, connection: Connection) -> None:
        self.url = url
        self.batch = 2 * connection.jobs
        self.jobs = connection.jobs
        self._prefix = f"{path}/" if path else ""
        self._connection = connection

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None`` when it is absent."""
        value = self.get_many((key,))[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return for each key its bytes, ``None``, or the error that kept it from being read."""
        prefix = self._prefix
        return self._connection.get_many([prefix + key for key in keys])

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix, directories with a final ``/``; ``None`` over plain HTTP."""
        return self._connection.names((self._prefix + prefix).rstrip("/"))

    @property
    def place(self) -> str:
        """The address, however its scheme was written."""
        address = self._connection.address
        at = address.place if address.kind == "http" else f"{address.kind}://{address.place}"
        return f"{at}/{self._prefix}"

    def all_keys(self) -> Iterator[str] | None:
        """Return the keys of all objects, or ``None`` over plain HTTP and where listing is not allowed."""
        from ngff_remote.transfer import keys_below

        return keys_below(self._connection, self._prefix)

    def content(self, key: str) -> Any:
        """Return an object to be read block by block, a `ngff_core.stores.content.Content`; ``None``: absent."""
        from ngff_remote.transfer import content_at

        return content_at(self._connection, self._prefix + key)

    def writer(self) -> Any:
        """Return what writes to the same place; raises StoreError for plain HTTP."""
        from ngff_remote.writer import RemoteWriter

        if self._connection.address.kind == "http":
            hint = "give a second path to write the result to"
            raise StoreError(f"plain HTTP cannot be written to, and so not {self.url}", hint=hint)
        return RemoteWriter(self.url, self._prefix.rstrip("/"), self._connection)

    def zarr_store(self) -> Any:
        """Return a store of zarr-python that reads with the same client."""
        from ngff_remote.pixels import RemoteZarrStore

        return RemoteZarrStore(self, self._connection, self._prefix)

    def kvstore(self) -> dict[str, Any] | None:
        """Return the specification of a key-value store of tensorstore, where that can read in the same way."""
        from ngff_remote.kvstore import kvstore_of

        connection = self._connection
        client = connection.client_for("")
        if client is None:
            return None
        return kvstore_of(connection.address, connection.options, client, self._prefix)
