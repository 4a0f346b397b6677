"""A store object of obstore; its methods are called, the package itself is not imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ngff_core.errors import StoreError
from ngff_core.masking import masked
from ngff_core.references import Reference
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.explain import ABSENT, explain

__all__ = ["ObstoreStore"]

AT_ONCE = 64
_zarr_store = Reference("zarr.storage:ObjectStore")
_pool = Reference("concurrent.futures:ThreadPoolExecutor")


class ObstoreStore:
    """The objects below the prefix of an obstore store, read with its own options, credentials and retries."""

    batch = 256
    concurrent = 1
    max_bytes = MAX_DOCUMENT

    def __init__(self, store: Any, url: str | None = None) -> None:
        self._store = store
        kind = type(store).__name__
        self.lists_cheaply = kind in ("LocalStore", "MemoryStore")
        self._lists = kind != "HTTPStore"
        self.url = masked(url if url is not None else "memory:" if kind == "MemoryStore" else str(store))

    def get(self, key: str) -> bytes | None:
        try:
            found = self._store.get(key)
            if found.meta["size"] > self.max_bytes:
                raise StoreError(f"the document has {found.meta['size']} bytes; the limit is {self.max_bytes}")
            return bytes(found.bytes())
        except ABSENT:
            return None
        except Exception as error:  # whatever obstore raises
            raise explain(error) from error

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Read with threads where reading means waiting."""
        if self.lists_cheaply or len(keys) < 2:
            return [self._get_or_error(key) for key in keys]
        with _pool(min(AT_ONCE, len(keys)), "ngff-obstore") as pool:
            return list(pool.map(self._get_or_error, keys))

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return ``None`` for plain HTTP."""
        if not self._lists:
            return None
        try:
            found = self._store.list_with_delimiter(prefix or None)
        except ABSENT:
            return []
        except Exception as error:  # as above
            raise explain(error) from error
        folders = [path.rstrip("/").rpartition("/")[2] + "/" for path in found["common_prefixes"]]
        objects = (entry["path"].rpartition("/")[2] for entry in found["objects"])
        return sorted([*folders, *filter(None, objects)])  # a name is empty that marks a folder

    def zarr_store(self) -> Any:
        return _zarr_store(self._store, read_only=True)

    def kvstore(self) -> None:
        """Return nothing: the credentials in the object cannot be handed to tensorstore."""

    def _get_or_error(self, key: str) -> bytes | StoreError | None:
        try:
            return self.get(key)
        except StoreError as error:
            return error
