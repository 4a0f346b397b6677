"""Writing to a directory of this machine: each document as a whole, never through a symbolic link that leaves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store
from ngff_core.stores.content import Content, content_of
from ngff_core.stores.key import Key
from ngff_core.stores.local.chunks import READ, LocalChunks, read
from ngff_core.stores.local.lock import locked
from ngff_core.stores.local.modes import Modes, modes_by
from ngff_core.stores.local.tree import At, new_file, place, status, why
from ngff_core.stores.writing import ConflictError, Write
from ngff_core.zarr.keys import join, meant_by

__all__ = ["LocalWriter"]

_FEW = 128  # files, up to which each is synced by itself


class LocalWriter(LocalChunks):
    """The files below a directory, to be read and written."""

    moves_chunks = True
    max_folders = 1 << 16  # each is gone to several times
    jobs = 4

    def __init__(self, root: str | os.PathLike[str]) -> None:
        super().__init__(root)
        self._unsynced: dict[Key, None] = {}
        self._modes = modes_by(self._root)

    def keep_to(self, modes: Modes) -> None:
        """Give new files no wider modes than these."""
        self._modes = modes

    def lock(self, action: str, *, break_lock: bool = False) -> AbstractContextManager[None]:
        """Keep others from writing, by a file at the root."""
        return locked(self._tree, self.url, action, break_lock=break_lock)

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write each file beside the old one, then put it in its place, unless that has changed."""
        for write in writes:
            assert write.new is not None
            try:
                at = self._tree.at(write.key, create=True)
                self._put(at, write.key, write.new, fresh=write.old is None, old=write.old)
            except OSError as error:
                raise StoreError(f"{write.key} could not be written: {why(error)}") from None

    def create(self, key: str, blocks: Iterable[bytes]) -> None:
        """Write a file beside its place, then give it its name."""
        try:
            self._put(self._tree.at(Key(key), create=True), Key(key), Content(blocks), fresh=True)
        except OSError as error:
            raise StoreError(f"{key} could not be written: {why(error)}") from None

    def copy(self, source: Store, key: str, new: str) -> bool:
        """Let the kernel copy where both are files; within the directory, give the file a second name."""
        if source is self and self._linked_within(Key(key), Key(new)):
            return True
        content = content_of(source, key)
        if content is None:
            return False
        with content:
            try:
                self._put(self._tree.at(Key(new), create=True), Key(new), content, fresh=True)
            except OSError as error:
                raise StoreError(f"the file could not be written: {why(error)}") from None
        return True

    def _linked_within(self, key: Key, new: Key) -> bool:
        try:
            with self._tree.kept(key) as one:
                two = self._tree.at(new, create=True)
                os.link(one.name, two.name, src_dir_fd=one.folder, dst_dir_fd=two.folder, follow_symlinks=False)
        except (OSError, NotImplementedError):
            return False
        self._written(new)
        return True

    def _written(self, key: Key) -> None:
        if len(self._unsynced) <= _FEW or not hasattr(os, "sync"):
            self._unsynced[key] = None

    def tidy(self, keys: Sequence[str]) -> None:
        """Take away files that were not yet put in their place."""
        folders: dict[str, set[str]] = {}
        for key in map(Key, keys):
            folder, _, name = key.rpartition("/")
            folders.setdefault(folder, set()).add(name)
        for folder, files in folders.items():
            with suppress(FileNotFoundError, NotADirectoryError):
                entries = [entry for entry in self._tree.names(folder) if meant_by(entry.name) in files]
                parts = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
                self.delete_many([join(folder, name) for name in parts])

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        keys = list(self._unsynced)
        if len(keys) > _FEW and hasattr(os, "sync"):
            os.sync()
        else:
            self._sync_each(keys)
        self._unsynced.clear()

    def _sync_each(self, keys: Sequence[Key]) -> None:
        for key in keys:
            with suppress(OSError):  # it was taken away, or the system cannot
                _sync(self._tree.at(key))
        for folder in dict.fromkeys(key.rpartition("/")[0] for key in keys):
            with suppress(OSError):
                _sync(self._tree.folder(folder))

    # --- one file -----------------------------------------------------------------------------------

    def _put(self, at: At, key: Key, data: bytes | Content, *, fresh: bool, old: bytes | None = None) -> None:
        part, descriptor = new_file(at, _mode(data) or self._modes(key) if fresh else None)
        gone = False
        try:
            try:
                _fill(descriptor, data)
                if old is not None and self._changed(at, old, descriptor):
                    if read(at) == data:
                        return
                    raise ConflictError(self.url, [key])
            finally:
                os.close(descriptor)
            try:
                gone = place(part, at, fresh=fresh)
            except FileExistsError:
                if not isinstance(data, bytes) or read(at) != data:
                    raise ConflictError(self.url, [key]) from None
            self._written(key)
        finally:
            if not gone:
                with suppress(OSError):
                    os.unlink(part.name, dir_fd=part.folder)

    def _changed(self, at: At, old: bytes, descriptor: int) -> bool:
        """Tell whether a file holds something else now; else give a new file its permissions."""
        found = status(at)
        if found is None or read(at) != old:
            return True
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, found.st_mode & 0o7777)
        return False


def _sync(at: At) -> None:
    descriptor = os.open(at.name, READ, dir_fd=at.folder)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(data: bytes | Content) -> int | None:
    """Return the mode of the file that is copied."""
    return None if isinstance(data, bytes) or data.descriptor is None else os.fstat(data.descriptor).st_mode


def _fill(descriptor: int, data: bytes | Content) -> None:
    if isinstance(data, bytes):
        _write(descriptor, data)
    elif not _copied_by_kernel(data, descriptor):
        for block in data:
            _write(descriptor, block)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _copied_by_kernel(content: Content, descriptor: int) -> bool:
    """Copy a file without reading it, where the system can; False: begin anew, in another way."""
    if content.descriptor is None or not hasattr(os, "copy_file_range"):
        return False
    with suppress(OSError):  # not between these two file systems
        while os.copy_file_range(content.descriptor, descriptor, 1 << 30):
            pass
    if os.fstat(descriptor).st_size == content.size:
        return True
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.lseek(content.descriptor, 0, os.SEEK_SET)
    return False
