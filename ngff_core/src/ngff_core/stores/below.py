"""A part of a store, seen as a store of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store

__all__ = ["StoreBelow"]


class StoreBelow:
    """What another store holds below a path."""

    def __init__(self, store: Store, path: str) -> None:
        self.store = store
        self.path = path
        self.url = f"{store.url.rstrip('/')}/{path}"
        self.batch = store.batch
        self.concurrent = store.concurrent
        self.lists_cheaply = store.lists_cheaply
        self._prefix = f"{path}/"

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None``."""
        return self.store.get(self._prefix + key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return what is under each key."""
        return self.store.get_many([self._prefix + key for key in keys])

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix."""
        return self.store.list(self._prefix + prefix if prefix else self.path)
