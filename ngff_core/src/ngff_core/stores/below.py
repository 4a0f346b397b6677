"""A part of a store, seen as a store of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import canonical_url_of, get_rare, kvstore_of, zarr_store_of
from ngff_core.stores.content import Content, all_keys, content_of
from ngff_core.stores.wrapper import Wrapper

if TYPE_CHECKING:
    from ngff_core.stores.writing import Writer

__all__ = ["StoreBelow"]

_writer_below = Reference("ngff_core.stores.below_writer:WriterBelow")
_store_path = Reference("zarr.storage:StorePath")


class StoreBelow(Wrapper):
    """What another store holds below a path."""

    def __init__(self, store: Store, path: str) -> None:
        super().__init__(store, f"{store.url.rstrip('/')}/{path}")
        self.path = path
        self._prefix = f"{path}/"

    def get(self, key: str) -> bytes | None:
        return self.store.get(self._prefix + key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return self.store.get_many([self._prefix + key for key in keys])

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return get_rare(self.store, [self._prefix + key for key in keys])

    def list(self, prefix: str) -> Sequence[str] | None:
        return self.store.list(self._prefix + prefix if prefix else self.path)

    @property
    def canonical_url(self) -> str:
        """That of the store, and the path."""
        return f"{canonical_url_of(self.store).rstrip('/')}/{self.path}"

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        found = all_keys(self.store, self._prefix + prefix if prefix else self.path)
        return None if found is None else (key[len(self._prefix) :] for key in found)

    def content(self, key: str) -> Content | None:
        return content_of(self.store, self._prefix + key)

    def writer(self) -> Writer:
        writer: Writer = _writer_below(super().writer(), self.path)
        return writer

    def zarr_store(self) -> Any:
        found = zarr_store_of(self.store)
        store_path = _store_path.load()
        return found / self.path if isinstance(found, store_path) else store_path(found, self.path)

    def kvstore(self) -> dict[str, Any] | None:
        found = kvstore_of(self.store)
        return None if found is None else {**found, "path": f"{found.get('path', '')}{self._prefix}"}
