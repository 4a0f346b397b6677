"""The store behind an address: keys are read by the threads of its connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_remote.clients.connection import Connection

if TYPE_CHECKING:
    from ngff_core.stores.content import Content
    from ngff_core.stores.writing import Writer

__all__ = ["RemoteStore"]

_content_at = Reference("ngff_remote.stores.transfer:content_at")
_keys_below = Reference("ngff_remote.stores.transfer:keys_below")
_kvstore_of = Reference("ngff_remote.stores.kvstore:kvstore_of")
_names = Reference("ngff_remote.listing.keys:names")
_writer = Reference("ngff_remote.stores.writer:RemoteWriter")
_zarr_store = Reference("ngff_remote.stores.pixels:RemoteZarrStore")


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
        value = self.get_many((key,))[0]
        if isinstance(value, StoreError):
            raise value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        prefix = self._prefix
        return self._connection.get_many([prefix + key for key in keys])

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return ``None`` over plain HTTP, and where listing is not allowed."""
        found: Sequence[str] | None = _names(self._connection, (self._prefix + prefix).rstrip("/"))
        return found

    @property
    def remark(self) -> str | None:
        """Say so where fewer requests are under way than there are jobs."""
        return self._connection.remark

    @property
    def canonical_url(self) -> str:
        """The address, however its scheme was written."""
        address = self._connection.address
        at = address.place if address.kind == "http" else f"{address.kind}://{address.place}"
        return f"{at}/{self._prefix}"

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        """Return ``None`` over plain HTTP, and where listing is not allowed."""
        keys: Iterator[str] | None = _keys_below(self._connection, self._prefix, prefix)
        return keys

    def content(self, key: str) -> Content | None:
        content: Content | None = _content_at(self._connection, self._prefix + key)
        return content

    def writer(self) -> Writer:
        """Raise StoreError for plain HTTP."""
        if self._connection.address.kind == "http":
            hint = "write the result to another place (--out)"
            raise StoreError(f"plain HTTP cannot be written to, and so not {self.url}", hint=hint)
        writer: Writer = _writer(self.url, self._prefix.rstrip("/"), self._connection)
        return writer

    def zarr_store(self) -> Any:
        """Read with the same client."""
        return _zarr_store(self, self._connection, self._prefix)

    def kvstore(self) -> dict[str, Any] | None:
        """Return ``None`` where tensorstore cannot read in the same way."""
        connection = self._connection
        client = connection.client_for("")
        if client is None:
            return None
        found: dict[str, Any] | None = _kvstore_of(connection.address, connection.options, client, self._prefix)
        return found
