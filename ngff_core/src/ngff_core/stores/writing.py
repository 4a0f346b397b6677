"""The Writer protocol: how documents are put into a place, each as a whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, runtime_checkable

import attrs

from ngff_core.errors import NgffError, StoreError
from ngff_core.stores.base import Store
from ngff_core.stores.key import Key
from ngff_core.words import counted
from ngff_core.zarr.keys import join

__all__ = [
    "ENCODINGS",
    "SEPARATORS",
    "ChunkKeys",
    "ConflictError",
    "OneName",
    "Writable",
    "Write",
    "Writer",
    "chunks_in",
    "keep_to",
    "writer_of",
]


_INDEX = "(?:0|[1-9][0-9]*)"

ENCODINGS = ("default", "v2")
SEPARATORS = (".", "/")

Listed = Callable[[str], Sequence[str] | None]


@attrs.frozen
class Write:
    """One document: its bytes before and after; ``None`` where it is not there."""

    key: Key = attrs.field(converter=Key)
    old: bytes | None
    new: bytes | None


@attrs.frozen
class ChunkKeys:
    """How the keys of chunks are made from their indices: ``c/0/1`` (``default``) or ``0/1`` (``v2``)."""

    encoding: str = attrs.field(validator=attrs.validators.in_(ENCODINGS))
    separator: str = attrs.field(validator=attrs.validators.in_(SEPARATORS))

    def key(self, indices: Sequence[int | str]) -> str:
        """Return the key of a chunk, relative to its array."""
        parts = [str(index) for index in indices]
        if self.encoding == "default":
            return self.separator.join(["c", *parts])
        return self.separator.join(parts) if parts else "0"


def chunks_in(list_: Listed, path: str, ndim: int, keys: ChunkKeys) -> Iterator[list[str]]:
    """Yield the indices of the chunks of the array at a path that are there under such keys.

    ``list_`` returns the names in a folder; raises StoreError where one cannot be listed, and for folders in the place
    of chunks, or files in that of folders.
    """
    if keys.separator == "." or ndim < 2:
        pattern = re.escape(keys.key(["#"] * ndim)).replace(r"\#", f"({_INDEX})")
        folder, _, pattern = pattern.rpartition("/")
        inside = join(path, folder) if folder else path
        for name in _names(list_, inside):
            if match := re.fullmatch(f"{pattern}/?", name):
                _refuse_unlike(inside, name, is_chunk=True)
                yield list(match.groups())
        return
    yield from _nested(list_, join(path, "c") if keys.encoding == "default" else path, ndim)


def _nested(list_: Listed, folder: str, ndim: int) -> Iterator[list[str]]:
    """Go down through folders of chunks, one for each dimension but the last."""
    way: list[str] = []
    todo = [(folder, iter(_names(list_, folder)))]
    while todo:
        inside, names = todo[-1]
        name = next(names, None)
        if name is None:
            todo.pop()
            del way[-1:]
        elif re.fullmatch(f"{_INDEX}/?", name):
            is_chunk = len(todo) == ndim
            _refuse_unlike(inside, name, is_chunk=is_chunk)
            index = name.rstrip("/")
            if is_chunk:
                yield [*way, index]
            else:
                way.append(index)
                deeper = join(inside, index)
                todo.append((deeper, iter(_names(list_, deeper))))


def _refuse_unlike(folder: str, name: str, *, is_chunk: bool) -> None:
    """Raise StoreError where a name is that of a chunk, or of a folder of chunks, and it is the other one."""
    if name.endswith("/") == is_chunk:
        what = "a folder where a chunk would be" if is_chunk else "no folder, where one of chunks would be"
        raise StoreError(f"{join(folder, name.rstrip('/'))} is {what}", hint="move it away")


def _names(list_: Listed, folder: str) -> Sequence[str]:
    names = list_(folder)
    if names is None:
        raise StoreError(f"{folder or 'the root'} cannot be listed, so that its chunks are not known")
    return names


class ConflictError(NgffError):
    """Documents do not hold what they were expected to hold; nothing was touched."""

    def __init__(self, url: str, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        shown = ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        super().__init__(f"{counted(len(keys), 'file')} in {url} changed under way, by something else: {shown}")


class Writer(Store, Protocol):
    """A store that can be written to.

    ``moves_chunks`` tells whether `link_chunks` can give chunks other names without copying them, ``jobs`` how many
    threads may call `copy` at once.
    """

    moves_chunks: bool
    jobs: int

    def lock(self, action: str, *, break_lock: bool = False) -> AbstractContextManager[None]:
        """Keep other commands from writing, where the store has no conditions to tell; raises StoreError.

        ``action`` is what others are told. With ``break_lock`` a lock is taken over that another machine left.
        """
        ...

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write documents, in any order: at any moment each has its old or its new bytes.

        Where the store can tell, a document that does not hold ``old`` is left alone, and ConflictError is raised.
        Raises StoreError.
        """
        ...

    def create(self, key: str, blocks: Iterable[bytes]) -> None:
        """Write what comes in blocks under a key that nothing has, whole or not at all.

        Raises ConflictError where something has it, and StoreError.
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

    def sync(self) -> None:
        """Return when what was written will survive a loss of power."""
        ...

    def count_chunks(self, path: str, ndim: int, keys: ChunkKeys) -> int:
        """Return how many chunks of the array at a path have such keys; raises StoreError where that cannot be told."""
        ...

    def clashing_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> Iterator[tuple[str, bool]]:
        """Yield new keys that are there and name something else than the old ones; True: nothing has the old one.

        Raises StoreError.
        """
        ...

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Make the chunks of the array at a path known under new keys; the old ones may stay. Raises StoreError."""
        ...

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Take old keys of chunks away, each once the new one names the same; raises StoreError.

        ConflictError is raised for those that something else has changed; they stay under both names.
        """
        ...


class OneName:
    """A base for writers to stores where a chunk has one name, so that a second name would be a copy."""

    url: str
    moves_chunks = False

    def lock(self, action: str, *, break_lock: bool = False) -> AbstractContextManager[None]:
        """Do nothing: who writes the journal first has the store."""
        return nullcontext()

    def create(self, key: str, blocks: Iterable[bytes]) -> None:
        """Write it as a document, so that conditions hold for it."""
        self.put_many([Write(key, None, b"".join(blocks))])

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write documents; each such writer has its own way."""
        raise NotImplementedError

    def tidy(self, keys: Sequence[str]) -> None:
        """Do nothing: an object whose writing was interrupted does not exist."""

    def sync(self) -> None:
        """Do nothing: what was written is there to stay."""

    def count_chunks(self, path: str, ndim: int, keys: ChunkKeys) -> int:
        """Raise StoreError."""
        raise self._no_renames()

    def clashing_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> Iterator[tuple[str, bool]]:
        """Raise StoreError."""
        raise self._no_renames()

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Raise StoreError."""
        raise self._no_renames()

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Raise StoreError."""
        raise self._no_renames()

    def _no_renames(self) -> StoreError:
        return StoreError(f"{self.url} cannot rename chunks in place", hint="write the result to another place (--out)")


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
    raise StoreError(f"{store.url} cannot be written to", hint="write the result to another place (--out)")


@runtime_checkable
class Guarded(Protocol):
    """A writer whose files have modes, which say who may read them."""

    def keep_to(self, modes: Callable[[str], int | None]) -> None:
        """Give new files no wider modes than those that ``modes`` tells for their keys (``None``: as usual)."""
        ...


def keep_to(writer: Writer, modes: Callable[[str], int | None]) -> None:
    """Give new files no wider modes than these, where the writer knows modes."""
    if isinstance(writer, Guarded):
        writer.keep_to(modes)
