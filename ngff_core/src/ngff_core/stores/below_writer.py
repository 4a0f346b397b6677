"""Writing below a path of a store that can be written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from ngff_core.stores.base import Store
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.writing import ChunkKeys, ConflictError, Write, Writer, keep_to

__all__ = ["WriterBelow"]


class WriterBelow(StoreBelow):
    """What a writer holds below a path, to be read and written; its errors name keys as the writer does."""

    def __init__(self, writer: Writer, path: str) -> None:
        super().__init__(writer, path)
        self._writer = writer
        self.moves_chunks = writer.moves_chunks

    def keep_to(self, modes: Callable[[str], int | None]) -> None:
        """Give new files no wider modes than these, by their keys below the path."""
        keep_to(self._writer, lambda key: modes(key[len(self._prefix) :]))

    def lock(self, action: str, *, break_lock: bool = False) -> AbstractContextManager[None]:
        return self._writer.lock(action, break_lock=break_lock)

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write documents; a ConflictError names their keys below the path."""
        try:
            self._writer.put_many([Write(self._prefix + write.key, write.old, write.new) for write in writes])
        except ConflictError as error:
            raise ConflictError(self.url, [key[len(self._prefix) :] for key in error.keys]) from None

    def create(self, key: str, blocks: Iterable[bytes]) -> None:
        try:
            self._writer.create(self._prefix + key, blocks)
        except ConflictError:
            raise ConflictError(self.url, [key]) from None

    def delete_many(self, keys: Sequence[str]) -> None:
        self._writer.delete_many([self._prefix + key for key in keys])

    def copy(self, source: Store, key: str, new: str) -> bool:
        return self._writer.copy(source, key, self._prefix + new)

    def tidy(self, keys: Sequence[str]) -> None:
        self._writer.tidy([self._prefix + key for key in keys])

    def sync(self) -> None:
        self._writer.sync()

    def count_chunks(self, path: str, ndim: int, keys: ChunkKeys) -> int:
        return self._writer.count_chunks(self._joined(path), ndim, keys)

    def clashing_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> Iterator[tuple[str, bool]]:
        for key, alone in self._writer.clashing_chunks(self._joined(path), ndim, old, new):
            yield key[len(self._prefix) :], alone

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        self._writer.link_chunks(self._joined(path), ndim, old, new)

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        self._writer.unlink_chunks(self._joined(path), ndim, old, new)

    def _joined(self, path: str) -> str:
        return self._prefix + path if path else self.path
