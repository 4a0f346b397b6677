"""What a store holds as a whole, for copying it: all of its keys, and what is under one, block by block.

A store may have two further methods for this: ``all_keys()`` and ``content(key)``, which return the same as the
functions here. Without them the store is listed folder by folder, and objects are read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store

__all__ = ["BLOCK", "BrokenOffError", "Content", "all_keys", "content_of"]

BLOCK = 1 << 22  # bytes that are held of a large object


class BrokenOffError(StoreError):
    """The content ended before its end; asking once more may help."""


class Content:
    """The bytes under a key, to be read once; ``size`` and ``descriptor`` (of an open file) where they are known."""

    def __init__(
        self,
        blocks: Iterable[bytes],
        size: int | None = None,
        *,
        descriptor: int | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        self.size = size
        self.descriptor = descriptor
        self._blocks = blocks
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes; raises StoreError where there are more or fewer than ``size``."""
        got = 0
        for block in self._blocks:
            got += len(block)
            yield block
        if self.size is not None and got != self.size:
            raise BrokenOffError(f"{got} bytes came of {self.size}")

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        if self._close is not None:
            self._close()


def content_of(store: Store, key: str) -> Content | None:
    """Return what is under a key, or ``None`` when it is absent; raises StoreError."""
    make = getattr(store, "content", None)
    if make is not None:
        content: Content | None = make(key)
        return content
    data = store.get(key)
    return None if data is None else Content([data], len(data))


def all_keys(store: Store) -> Iterator[str] | None:
    """Return all keys of a store, or ``None`` where it cannot list; raises StoreError, also while it goes on."""
    make = getattr(store, "all_keys", None)
    if make is not None:
        keys: Iterator[str] | None = make()
        return keys
    return None if store.list("") is None else _below(store, "")


def _below(store: Store, folder: str) -> Iterator[str]:
    names = store.list(folder)
    if names is None:
        raise StoreError(f"{folder or 'the root'} of {store.url} could not be listed")
    for name in names:
        key = f"{folder}/{name}" if folder else name
        if name.endswith("/"):
            yield from _below(store, key[:-1])
        else:
            yield key
