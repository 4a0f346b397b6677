"""Writing to a directory of this machine: each document as a whole, never through a symbolic link that leaves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store
from ngff_core.stores.content import Content, content_of
from ngff_core.stores.local import LocalStore
from ngff_core.stores.writing import ChunkKeys, Write, chunks_in

__all__ = ["LocalWriter"]

_SUFFIX = ".ngff-part"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class LocalWriter(LocalStore):
    """The files below a directory, to be read and written."""

    moves_chunks = True
    max_folders = 1 << 16  # each is gone to several times
    jobs = 4

    def put_many(self, writes: Sequence[Write]) -> None:
        """Write each file beside the old one, then put it in its place."""
        for write in writes:
            assert write.new is not None
            fresh = write.old is None
            try:
                self._put(self._target(write.key), write.new, fresh=fresh)
            except OSError as error:
                raise StoreError(
                    f"{write.key} could not be written: {(error.strerror or str(error)).lower()}"
                ) from None

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            try:
                os.unlink(self._target(key))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise StoreError(f"{key} could not be deleted: {(error.strerror or str(error)).lower()}") from None

    def copy(self, source: Store, key: str, new: str) -> bool:
        """Let the kernel copy where both are files."""
        content = content_of(source, key)
        if content is None:
            return False
        with content:
            try:
                self._put(self._target(new), content, fresh=True)
            except OSError as error:
                raise StoreError(f"the file could not be written: {(error.strerror or str(error)).lower()}") from None
        return True

    def tidy(self, keys: Sequence[str]) -> None:
        """Take away files that were not yet put in their place."""
        self.delete_many([key + _SUFFIX for key in keys])

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Give the files of chunks a second name, or another one where the file system has only one for each."""
        for indices in list(chunks_in(self, path, ndim, old)):
            name, other = (self._target(f"{path}/{keys.key(indices)}") for keys in (old, new))
            try:
                os.makedirs(os.path.dirname(other), exist_ok=True)
                try:
                    if os.path.islink(name):  # its target is relative to where it is
                        os.symlink(os.path.relpath(os.path.realpath(name), os.path.dirname(other)), other)
                    else:
                        os.link(name, other)
                except FileExistsError:
                    continue
                except OSError:
                    os.rename(name, other)
            except OSError as error:
                raise StoreError(
                    f"{path}: a chunk could not be renamed: {(error.strerror or str(error)).lower()}"
                ) from None

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys) -> None:
        """Take folders away, too, that are empty then."""
        folders: set[str] = set()
        for indices in list(chunks_in(self, path, ndim, old)):
            key = f"{path}/{old.key(indices)}"
            self.delete_many([key])
            while (key := key.rpartition("/")[0]) != path:
                folders.add(key)
        for folder in sorted(folders, key=len, reverse=True):
            with suppress(OSError):
                os.rmdir(self._target(folder))

    def _put(self, target: str, data: bytes | Content, *, fresh: bool) -> None:
        part = target + _SUFFIX
        try:
            descriptor = os.open(part, _FLAGS, 0o666)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            descriptor = os.open(part, _FLAGS, 0o666)
        try:
            try:
                if not fresh and hasattr(os, "fchmod"):
                    with suppress(FileNotFoundError):
                        os.fchmod(descriptor, os.stat(target).st_mode & 0o7777)
                if isinstance(data, bytes):
                    _write(descriptor, data)
                elif not _copied_by_kernel(data, descriptor):
                    for block in data:
                        _write(descriptor, block)
            finally:
                os.close(descriptor)
            os.replace(part, target)
        except (OSError, StoreError):
            with suppress(OSError):
                os.unlink(part)
            raise

    def _target(self, key: str) -> str:
        """Return the file of a key; raises StoreError where a symbolic link leads to a folder out of the store.

        A file that is a link itself is replaced, or taken away: what it leads to is not touched.
        """
        folder, _, name = key.rpartition("/")
        if self._is_plain(folder):
            return self._prefix + key
        target = os.path.realpath(self._prefix + folder) + os.sep
        if not target.startswith(self._prefix):
            raise StoreError(f"{key} was not written: a symbolic link leads out of the store")
        return target + name


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
