"""What stores over other stores have in common: whatever they do not change, they hand on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import canonical_url_of, get_rare, jobs_of, kvstore_of, remark_of, zarr_store_of
from ngff_core.stores.content import Content, all_keys, content_of

if TYPE_CHECKING:
    from ngff_core.stores.writing import Writer

__all__ = ["Wrapper"]

_writer_of = Reference("ngff_core.stores.writing:writer_of")  # who only reads needs none


class Wrapper:
    """A store over another one, with all that the other one can do, or what stands in for it there.

    A subclass that changes what is under keys has to say so for every way to read them. No wrapper is an archive: rules
    on archives are about a file as a whole, and what is seen through a wrapper is documents.
    """

    def __init__(self, store: Store, url: str | None = None) -> None:
        self.store = store
        self.url = store.url if url is None else url
        self.batch = store.batch
        self.concurrent = store.concurrent
        self.lists_cheaply = store.lists_cheaply
        self.jobs = jobs_of(store)

    def get(self, key: str) -> bytes | None:
        return self.store.get(key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return self.store.get_many(keys)

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return get_rare(self.store, keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        return self.store.list(prefix)

    @property
    def remark(self) -> str | None:
        return remark_of(self.store)

    @property
    def canonical_url(self) -> str:
        return canonical_url_of(self.store)

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        return all_keys(self.store, prefix)

    def content(self, key: str) -> Content | None:
        return content_of(self.store, key)

    def writer(self) -> Writer:
        writer: Writer = _writer_of(self.store)
        return writer

    def zarr_store(self) -> Any:
        return zarr_store_of(self.store)

    def kvstore(self) -> dict[str, Any] | None:
        return kvstore_of(self.store)
