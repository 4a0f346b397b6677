"""A directory, opened once: whatever is changed in it is reached from there, and never by a link that leaves."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import attrs

from ngff_core.errors import StoreError
from ngff_core.stores.base import OutsideStoreError
from ngff_core.stores.key import Key
from ngff_core.zarr.keys import PART

__all__ = ["NEW", "At", "Tree", "exists", "new_file", "place", "status", "why"]

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_MOST_LINKS = 40  # as in Linux
_MOST_OPEN = 64  # folders on the way to one file
_ANYBODY = 0o666
_MODES = hasattr(os, "fchmod")  # else the mode tells whether a file can be taken away
_RELATIVE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
_IS_LINK = {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}


@attrs.frozen
class At:
    """Where something is: its name in an opened folder, or its path where a system knows no such thing."""

    name: str
    folder: int | None


class _Way:
    """The folders that a thread went through last, each opened in the one before."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.opened: list[int] = []

    def cut(self, depth: int) -> None:
        while len(self.names) > depth:
            self.names.pop()
            descriptor = self.opened.pop()
            if descriptor >= 0:
                os.close(descriptor)

    def push(self, name: str, descriptor: int) -> None:
        self.names.append(name)
        self.opened.append(descriptor)
        far = len(self.opened) - _MOST_OPEN
        if far >= 0 and self.opened[far] >= 0:
            os.close(self.opened[far])
            self.opened[far] = -1

    def __del__(self) -> None:
        with suppress(OSError):
            self.cut(0)


class Tree:
    """A directory, made with the first that is put in it where it is not there yet.

    Symbolic links on the way to a file are followed while they stay in the directory; what is the link itself is left
    to the caller. Another process that moves folders or puts links in their place meanwhile leads nowhere else.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        self._ways = threading.local()

    def at(self, key: Key, *, create: bool = False) -> At:
        """Return where the file of a key is; raises StoreError for links that leave, OSError for absent folders."""
        folder, _, name = key.rpartition("/")
        if not _RELATIVE:
            return self._by_path(folder, name, create=create)
        return At(name, self._folder(folder, create=create))

    @contextmanager
    def kept(self, key: Key) -> Iterator[At]:
        """Yield where the file of a key is, for as long as it takes; what `at` returns is good until the next call."""
        at = self.at(key)
        if at.folder is None:
            yield at
            return
        descriptor = os.dup(at.folder)
        try:
            yield At(at.name, descriptor)
        finally:
            os.close(descriptor)

    def folder(self, path: str) -> At:
        """Return where a folder is, for what is done with it as a whole."""
        if not _RELATIVE:
            return self._by_path(path, "", create=False)
        return At(".", self._folder(path, create=False))

    def names(self, path: str) -> Sequence[os.DirEntry[str]]:
        """Return the entries of a folder; raises OSError and StoreError."""
        at = self.folder(path)
        with os.scandir(at.folder if at.folder is not None else at.name) as entries:
            return list(entries)

    def forget(self) -> None:
        """Go to each folder anew from here on: some were taken away."""
        self._ways = threading.local()

    # --- the way to a folder ------------------------------------------------------------------------

    def _base(self, *, create: bool) -> int:
        with self._lock:
            if self._descriptor is None:
                if create:
                    os.makedirs(self._root, exist_ok=True)
                self._descriptor = os.open(self._root, _FOLDER)
            return self._descriptor

    def __del__(self) -> None:
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)

    def _folder(self, path: str, *, create: bool) -> int:
        try:
            return self._walk(path, create=create)
        except FileNotFoundError:
            self.forget()  # perhaps something on the way was taken away, and made anew
            return self._walk(path, create=create)

    def _way(self) -> _Way:
        """Return the way of this thread."""
        way: _Way | None = getattr(self._ways, "way", None)
        if way is None:
            way = self._ways.way = _Way()
        return way

    def _walk(self, path: str, *, create: bool) -> int:
        base = self._base(create=create)
        way = self._way()
        *above, last = path.split("/")
        depth = links = 0
        if way.names[: len(above)] == above:  # as a rule the file before was in the same folder, or in one beside it
            todo, depth = [last], len(above)
        else:
            todo = [last, *above[::-1]]
        while todo:
            name = todo.pop()
            if name in ("", "."):
                continue
            if name == "..":  # of a link
                if not depth:
                    raise _leaves(path)
                depth -= 1
                continue
            if depth < len(way.names) and way.names[depth] == name:
                depth += 1
                continue
            way.cut(depth)
            parent = way.opened[-1] if depth else base
            if parent < 0:  # too many were open; once more from the top
                todo += [name, *way.names[::-1]]
                way.cut(depth := 0)
                continue
            descriptor = _enter(name, parent, create=create)
            if isinstance(descriptor, str):
                if (links := links + 1) > _MOST_LINKS:
                    raise StoreError(f"{path}: its symbolic links go round in a circle")
                inside, depth = self._inside(descriptor, path, depth)
                todo += inside
                continue
            way.push(name, descriptor)
            depth += 1
        if depth and way.opened[depth - 1] < 0:  # closed, as too many below it were open
            way.cut(0)
            return self._walk(path, create=create)
        return way.opened[depth - 1] if depth else base

    def _inside(self, target: str, path: str, depth: int) -> tuple[list[str], int]:
        """Return the parts of what a link leads to, the first one last, and how deep the folder is that they are in."""
        if not os.path.isabs(target):
            return target.split("/")[::-1], depth
        if not (target + "/").startswith(self._root + "/"):
            raise _leaves(path)
        return target[len(self._root) :].split("/")[::-1], 0

    def _by_path(self, folder: str, name: str, *, create: bool) -> At:
        """Return a path, looked at beforehand: all that a system without relative names allows."""
        target = os.path.realpath(os.path.join(self._root, folder))
        if not (target + os.sep).startswith(self._root + os.sep):
            raise _leaves(folder)
        if create:
            os.makedirs(target, exist_ok=True)
        return At(os.path.join(target, name), None)


def _enter(name: str, parent: int, *, create: bool) -> int | str:
    """Open a folder in another one; what a link leads to where it is one."""
    while True:
        try:
            return os.open(name, _FOLDER | _NO_LINK, dir_fd=parent)
        except FileNotFoundError:
            if not create:
                raise
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=parent)
            create = False
        except OSError as error:
            if error.errno not in _IS_LINK or not stat.S_ISLNK(os.lstat(name, dir_fd=parent).st_mode):
                raise
            return os.readlink(name, dir_fd=parent)


def _leaves(path: str) -> OutsideStoreError:
    return OutsideStoreError(f"a symbolic link leads out of the store, on the way to {path}")


# --- files ------------------------------------------------------------------------------------------


def new_file(at: At, mode: int | None) -> tuple[At, int]:
    """Open a new file beside another one, by a name that nobody can know; returns where it is, and a descriptor.

    Others may do no more with it than a ``mode`` lets them, from the beginning.
    """
    part = At(f"{at.name}.{os.urandom(8).hex()}{PART}", at.folder)
    allowed = _ANYBODY & mode if mode is not None and _MODES else _ANYBODY
    return part, os.open(part.name, NEW, allowed, dir_fd=part.folder)


def place(part: At, at: At, *, fresh: bool) -> bool:
    """Put a file in its place; False: its first name stays, and is to be taken away.

    Raises FileExistsError where it is to be a ``fresh`` one, and something is there.
    """
    if fresh:
        try:
            os.link(part.name, at.name, src_dir_fd=part.folder, dst_dir_fd=at.folder, follow_symlinks=False)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # a file system without second names
            if exists(at):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        else:
            return False
    os.replace(part.name, at.name, src_dir_fd=part.folder, dst_dir_fd=at.folder)
    return True


def exists(at: At) -> bool:
    """Tell whether something has a name, a link that leads nowhere included."""
    return status(at) is not None


def status(at: At) -> os.stat_result | None:
    """Return what has a name, without following a link; ``None``: nothing has."""
    try:
        return os.stat(at.name, dir_fd=at.folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None


def why(error: OSError) -> str:
    """Return the reason of an error in lower case."""
    return (error.strerror or str(error)).lower()
