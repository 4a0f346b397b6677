"""The files of a directory that are named by indices: chunks, and the other keys that they are given."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ngff_core.errors import StoreError
from ngff_core.stores.key import Key, path_key
from ngff_core.stores.local.links import COPY, led_to, real_path, refuse_odd_link
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.tree import At, Tree, status, why
from ngff_core.stores.writing import ChunkKeys, ConflictError, chunks_in
from ngff_core.zarr.keys import join

__all__ = ["READ", "LocalChunks", "read"]

READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LocalChunks(LocalStore):
    """A directory whose files can be taken away, and chunks be given other names."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        super().__init__(root)
        self._tree = Tree(self._root)

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in map(Key, keys):
            try:
                at = self._tree.at(key)
                os.unlink(at.name, dir_fd=at.folder)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise StoreError(f"{key} could not be deleted: {why(error)}") from None

    def count_chunks(self, path: str, ndim: int, keys: ChunkKeys) -> int:
        """Return how many chunks there are.

        Raises StoreError where a folder cannot be listed or written to, or is a link, and for links to other chunks.
        """
        number = 0
        for indices in self._chunks(path, ndim, keys):
            number += 1
            key = join(path, keys.key(indices))
            if os.path.islink(self._prefix + key):
                refuse_odd_link(self._prefix, key)
        return number

    def clashing_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> Iterator[tuple[str, bool]]:
        """Compare what is in them where a copy of the store has made two files of one."""
        for indices in self._chunks(path, ndim, new):
            key = join(path, new.key(indices))
            other = join(path, old.key(indices))
            there = self._status(other)
            if there is None or not self._are_equal(key, other, there):
                yield key, there is None

    def link_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Give the files of chunks a second name, or another one where the file system has only one for each."""
        for indices in list(self._chunks(path, ndim, old)):
            self._rename(path, *(join(path, keys.key(indices)) for keys in (old, new)))

    def unlink_chunks(self, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        """Take folders away, too, that are empty then; what came meanwhile keeps its name, or gets the new one."""
        changed = []
        for indices in list(self._chunks(path, ndim, old)):
            key, other = (join(path, keys.key(indices)) for keys in (old, new))
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
        folders = [join(path, "c")] if below_c else [path]
        levels = [folders]
        for _ in range(depth):
            folders = [
                join(f, n[:-1]) for f in folders for n in self._listed(f) if n.endswith("/") and n[:-1].isdecimal()
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
            return real_path(self._prefix + key) == real_path(self._prefix + other)
        return found.st_size == there.st_size and read(self._tree.at(Key(key))) == read(self._tree.at(Key(other)))

    def _status(self, key: str) -> os.stat_result | None:
        try:
            return status(self._tree.at(Key(key)))
        except (FileNotFoundError, NotADirectoryError):
            return None


def read(at: At) -> bytes | None:
    """Return what a file holds; ``None`` for what is no file, or a link to one."""
    try:
        descriptor = os.open(at.name, READ, dir_fd=at.folder)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        return file.read()
