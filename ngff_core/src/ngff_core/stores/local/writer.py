"""Writing to a directory of this machine: each document as a whole, never through a symbolic link that leaves."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress

from ngff_core.errors import StoreError
from ngff_core.stores.base import Store
from ngff_core.stores.content import Content, content_of
from ngff_core.stores.key import Key, path_key
from ngff_core.stores.local.links import COPY, led_to, refuse_odd_link
from ngff_core.stores.local.lock import locked
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.tree import At, Tree, meant_by, new_file, place, status, why
from ngff_core.stores.writing import ChunkKeys, ConflictError, Write, chunks_in

__all__ = ["LocalWriter"]

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FEW = 128  # files, up to which each is synced by itself


class LocalWriter(LocalStore):
    """The files below a directory, to be read and written."""

    moves_chunks = True
    max_folders = 1 << 16  # each is gone to several times
    jobs = 4

    def __init__(self, root: str | os.PathLike[str]) -> None:
        super().__init__(root)
        self._tree = Tree(self._root)
        self._unsynced: dict[Key, None] = {}

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

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in map(Key, keys):
            try:
                at = self._tree.at(key)
                os.unlink(at.name, dir_fd=at.folder)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise StoreError(f"{key} could not be deleted: {why(error)}") from None

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
        self._unsynced[new] = None
        return True

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
                self.delete_many([_joined(folder, name) for name in parts])

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

    # --- chunks -------------------------------------------------------------------------------------

    def count_chunks(self, path: str, ndim: int, keys: ChunkKeys) -> int:
        """Return how many chunks there are.

        Raises StoreError where a folder cannot be listed or written to, or is a link, and for links to other chunks.
        """
        number = 0
        for indices in self._chunks(path, ndim, keys):
            number += 1
            key = _joined(path, keys.key(indices))
            if os.path.islink(self._prefix + key):
                refuse_odd_link(self._prefix, key)
        return number

    def clashing_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> Iterator[tuple[str, bool]]:
        """Compare what is in them where a copy of the store has made two files of one."""
        for indices in self._chunks(path, ndim, new):
            key = _joined(path, new.key(indices))
            other = _joined(path, old.key(indices))
            there = self._status(other)
            if there is None or not self._are_equal(key, other, there):
                yield key, there is None

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Give the files of chunks a second name, or another one where the file system has only one for each."""
        for indices in list(self._chunks(path, ndim, old)):
            self._rename(path, *(_joined(path, keys.key(indices)) for keys in (old, new)))

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Take folders away, too, that are empty then; what came meanwhile keeps its name, or gets the new one."""
        changed = []
        for indices in list(self._chunks(path, ndim, old)):
            key, other = (_joined(path, keys.key(indices)) for keys in (old, new))
            there = self._status(other)
            if there is None:
                self._rename(path, key, other)
                there = self._status(other)
            if self._status(key) is not None:
                if key != other and there is not None and self._are_equal(key, other, there):
                    self.delete_many([key])
                else:
                    changed.append(key)
        if changed:
            raise ConflictError(self.url, changed)
        nested = ndim > 1 and old.separator == "/"
        if nested or old.encoding == "default":
            self._take_folders(path, ndim - 1 if nested else 0, old.encoding == "default" and old.separator == "/")
        self._tree.forget()

    def _take_folders(self, path: str, depth: int, below_c: bool) -> None:
        """Take away folders of chunks that are empty, the deepest first."""
        folders = [_joined(path, "c")] if below_c else [path]
        levels = [folders]
        for _ in range(depth):
            folders = [
                _joined(f, n[:-1]) for f in folders for n in self._listed(f) if n.endswith("/") and n[:-1].isdecimal()
            ]
            levels.append(folders)
        for folder in (f for level in levels[::-1] for f in level):
            if folder != path:
                with suppress(OSError):
                    at = self._tree.at(Key(folder))
                    os.rmdir(at.name, dir_fd=at.folder)

    def _rename(self, path: str, key: str, other: str) -> None:
        try:
            with self._tree.kept(Key(key)) as one:
                self._link_at(one, key, self._tree.at(Key(other), create=True), other)
        except OSError as error:
            raise StoreError(f"{path}: a chunk could not be renamed: {why(error)}") from None

    def _link_at(self, one: At, key: str, two: At, other: str) -> None:
        try:
            if os.path.islink(self._prefix + key):
                os.symlink(led_to(self._prefix, key, other), two.name, dir_fd=two.folder)
            else:
                os.link(one.name, two.name, src_dir_fd=one.folder, dst_dir_fd=two.folder, follow_symlinks=False)
        except FileExistsError:
            return
        except (OSError, NotImplementedError):
            if status(two) is None:
                os.rename(one.name, two.name, src_dir_fd=one.folder, dst_dir_fd=two.folder)

    def _chunks(self, path: str, ndim: int, keys: ChunkKeys) -> Iterator[list[str]]:
        """Yield the indices of chunks; a folder of them that is a link may be that of others, or nobody's."""

        def listed(folder: str) -> Sequence[str]:
            if folder != path and os.path.islink(self._prefix + folder):
                raise StoreError(f"{folder} is a symbolic link, so that the chunks in it cannot be renamed", hint=COPY)
            return self._listed(folder)

        return chunks_in(listed, path_key(path), ndim, keys)

    def _listed(self, folder: str) -> Sequence[str]:
        """Return the names in a folder whose files are to get other names."""
        try:
            at = self._tree.folder(folder)
            names = [entry.name + "/" if entry.is_dir() else entry.name for entry in self._tree.names(folder)]
            if not os.access(at.name, os.R_OK | os.W_OK | os.X_OK, dir_fd=at.folder):
                raise PermissionError("permission denied")
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise StoreError(f"the chunks in {folder} could not be renamed: {why(error)}") from None
        return sorted(names)

    def _are_equal(self, key: str, other: str, there: os.stat_result) -> bool:
        found = self._status(key)
        if found is None or os.path.samestat(found, there):
            return found is not None
        if stat.S_ISLNK(found.st_mode) and stat.S_ISLNK(there.st_mode):
            return os.path.realpath(self._prefix + key) == os.path.realpath(self._prefix + other)
        return found.st_size == there.st_size and _read(self._tree.at(Key(key))) == _read(self._tree.at(Key(other)))

    def _status(self, key: str) -> os.stat_result | None:
        try:
            return status(self._tree.at(Key(key)))
        except (FileNotFoundError, NotADirectoryError):
            return None

    # --- one file -----------------------------------------------------------------------------------

    def _put(self, at: At, key: Key, data: bytes | Content, *, fresh: bool, old: bytes | None = None) -> None:
        part, descriptor = new_file(at)
        gone = False
        try:
            try:
                _fill(descriptor, data)
                if old is not None and self._changed(at, old, descriptor):
                    if _read(at) == data:
                        return
                    raise ConflictError(self.url, [key])
            finally:
                os.close(descriptor)
            try:
                gone = place(part, at, fresh=fresh)
            except FileExistsError:
                if not isinstance(data, bytes) or _read(at) != data:
                    raise ConflictError(self.url, [key]) from None
            self._unsynced[key] = None
        finally:
            if not gone:
                with suppress(OSError):
                    os.unlink(part.name, dir_fd=part.folder)

    def _changed(self, at: At, old: bytes, descriptor: int) -> bool:
        """Tell whether a file holds something else now; else give a new file its permissions."""
        found = status(at)
        if found is None or _read(at) != old:
            return True
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, found.st_mode & 0o7777)
        return False


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _read(at: At) -> bytes | None:
    """Return what a file holds; ``None`` for what is no file, or a link to one."""
    try:
        descriptor = os.open(at.name, _READ, dir_fd=at.folder)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        return file.read()


def _sync(at: At) -> None:
    descriptor = os.open(at.name, _READ, dir_fd=at.folder)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
