"""The Writer protocol: how documents are put into a place, each as a whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import attrs

from ngff_core.errors import NgffError, StoreError
from ngff_core.stores.base import Store

__all__ = ["ChunkKeys", "ConflictError", "OneName", "Writable", "Write", "Writer", "chunks_in", "writer_of"]


_INDEX = "(?:0|[1-9][0-9]*)"


@attrs.frozen
class Write:
    """One document: its bytes before and after; ``None`` where it is not there."""

    key: str
    old: bytes | None
    new: bytes | None


@attrs.frozen
class ChunkKeys:
    """How the keys of chunks are made from their indices: ``c/0/1`` (``default``) or ``0/1`` (``v2``)."""

    encoding: str
    separator: str

    def key(self, indices: Sequence[int | str]) -> str:
        """Return the key of a chunk, relative to its array."""
        parts = [str(index) for index in indices]
        if self.encoding == "default":
            return self.separator.join(["c", *parts])
        return self.separator.join(parts) if parts else "0"


def chunks_in(store: Store, path: str, ndim: int, keys: ChunkKeys) -> Iterator[list[str]]:
    """Yield the indices of the chunks of the array at a path that are there under such keys."""
    if keys.separator == "." or ndim < 2:
        pattern = re.escape(keys.key(["#"] * ndim)).replace(r"\#", f"({_INDEX})")
        folder, _, pattern = pattern.rpartition("/")
        for name in store.list(f"{path}/{folder}" if folder else path) or ():
            if match := re.fullmatch(pattern, name):
                yield list(match.groups())
        return
    yield from _nested(store, f"{path}/c" if keys.encoding == "default" else path, ndim, [])


def _nested(store: Store, folder: str, depth: int, indices: list[str]) -> Iterator[list[str]]:
    for name in store.list(folder) or ():
        if re.fullmatch(f"{_INDEX}/" if depth > 1 else _INDEX, name):
            index = name.rstrip("/")
            if depth == 1:
                yield [*indices, index]
            else:
                yield from _nested(store, f"{folder}/{index}", depth - 1, [*indices, index])


class ConflictError(NgffError):
    """Documents do not hold what they were expected to hold; nothing was touched."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        shown = ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        super().__init__(f"{len(keys)} documents in {url} were changed by something else since: {shown}")


class Writer(Store, Protocol):
    """A store that can be written to.

    ``moves_chunks`` tells whether `link_chunks` can give chunks other names without copying them, ``jobs`` how many
    threads may call `copy` at once.
    """

    moves_chunks: bool
    jobs: int

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write documents, in any order: at any moment each has its old or its new bytes.

        Where the store can tell, a document that does not hold ``old`` is left alone, and ConflictError is raised.
        Raises StoreError.
        """
        ...

    def delete_many(self, keys: Sequence[str]) -> None:
        """Take documents away, as far as they are there. Raises StoreError."""
        ...

    def copy(self, source: Store, key: str, new: str) -> bool:
        """Put what another store holds under a key here under a new one, whole or not at all; False: it is absent.

        However large it is, only some blocks of it are held. Raises StoreError, whose message is used after
        "KEY could not be copied: ".
        """
        ...

    def tidy(self, keys: Sequence[str]) -> None:
        """Take away what writes to these keys left behind when they were interrupted."""
        ...

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Make the chunks of the array at a path known under new keys; the old ones may stay. Raises StoreError."""
        ...

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys) -> None:
        """Take old keys of chunks away, once the new ones are there. Raises StoreError."""
        ...


class OneName:
    """A base for writers to stores where a chunk has one name, so that a second name would be a copy."""

    url: str
    moves_chunks = False

    def tidy(self, keys: Sequence[str]) -> None:
        """Do nothing: an object whose writing was interrupted does not exist."""

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Raise StoreError."""
        raise StoreError(f"{self.url} cannot rename chunks in place", hint="give a second path to write the result to")

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys) -> None:
        """Raise StoreError."""
        self.link_chunks(path, ndim, old, old)


@runtime_checkable
class Writable(Protocol):
    """A store that knows what writes to the same place."""

    def writer(self) -> Writer:
        """Return it; raises StoreError where nothing can be written."""
        ...


def writer_of(store: Store) -> Writer:
    """Return what writes to the same place as a store; raises StoreError where nothing can be written."""
    if isinstance(store, Writable):
        return store.writer()
    raise StoreError(f"{store.url} cannot be written to", hint="give a second path to write the result to")
