"""What a store holds as a whole, for copying it: all of its keys, and what is under one, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from ngff_core.errors import StoreError
from ngff_core.stores.answers import names_in, values_of
from ngff_core.stores.base import Store
from ngff_core.words import counted

__all__ = ["BLOCK", "BrokenOffError", "Content", "Copyable", "all_keys", "content_of"]

BLOCK = 1 << 22  # bytes that are held of a large object


class BrokenOffError(StoreError):
    """The content ended before its end; asking once more may help."""


class Content:
    """The bytes under a key, to be read once; ``size`` and ``descriptor`` (of an open file) where they are known.

    ``ends`` is False where nothing tells that all of it came.
    """

    def __init__(
        self,
        blocks: Iterable[bytes],
        size: int | None = None,
        *,
        descriptor: int | None = None,
        close: Callable[[], None] | None = None,
        ends: bool = True,
    ) -> None:
        self.size = size
        self.descriptor = descriptor
        self.ends = ends
        self._blocks = blocks
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes; raises StoreError where there are more or fewer than ``size``."""
        got = 0
        for block in self._blocks:
            got += len(block)
            yield block
        if self.size is not None and got != self.size:
            raise BrokenOffError(f"{counted(got, 'byte')} came of {self.size}")

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        if self._close is not None:
            self._close()


@runtime_checkable
class Copyable(Protocol):
    """A store that tells all of its keys at once, and reads objects of any size.

    Without these methods a store is listed folder by folder, and objects are read as a whole.
    """

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        """Return all keys below a path, or ``None`` where they cannot be listed; raises StoreError, also on the way."""
        ...

    def content(self, key: str) -> Content | None:
        """Return what is under a key, to be read block by block; ``None`` when it is absent. Raises StoreError."""
        ...


def content_of(store: Store, key: str) -> Content | None:
    """Return what is under a key, or ``None`` when it is absent; raises StoreError."""
    if isinstance(store, Copyable):
        return store.content(key)
    (data,) = values_of(store, [key])
    if isinstance(data, StoreError):
        raise data
    return None if data is None else Content([data], len(data))


def all_keys(store: Store, prefix: str = "") -> Iterator[str] | None:
    """Return all keys of a store, or those below a path; ``None`` where it cannot list.

    Raises StoreError, also while it goes on.
    """
    if isinstance(store, Copyable):
        return store.all_keys(prefix) if prefix else store.all_keys()
    return None if names_in(store, prefix) is None else _below(store, prefix)


def _below(store: Store, folder: str) -> Iterator[str]:
    """Go down without calling itself, however deep folders lie in each other."""
    todo = [(folder, iter(_names(store, folder)))]
    while todo:
        folder, names = todo[-1]
        name = next(names, None)
        if name is None:
            todo.pop()
            continue
        key = f"{folder}/{name}" if folder else name
        if name.endswith("/"):
            todo.append((key[:-1], iter(_names(store, key[:-1]))))
        else:
            yield key


def _names(store: Store, folder: str) -> Sequence[str]:
    names = names_in(store, folder)
    if names is None:
        raise StoreError(f"{folder or 'the root'} of {store.url} could not be listed")
    return names
