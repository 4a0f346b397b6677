"""All files below a directory, and what is in one, for copying them; what is said of links that are not followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from functools import partial

from ngff_core.errors import StoreError
from ngff_core.stores.base import OutsideStoreError
from ngff_core.stores.content import Content
from ngff_core.stores.local.links import real_path

__all__ = ["NOT_FETCHED", "dangling", "files_below", "open_file", "refused"]

NOT_FETCHED = "its content is perhaps not fetched; try git annex get, or datalad get"
NOT_TAKEN = "nothing outside of the store is copied: put the content in its place first (git annex unlock)"
_ANNEX = f"{os.sep}annex{os.sep}objects{os.sep}"
_BLOCK = 1 << 20  # bytes; two of them are held
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0)


def files_below(root: str, folder: str = "") -> Iterator[str] | None:
    """Return the keys of all files below a folder of a directory; ``None`` where it cannot be listed.

    Symbolic links are followed while they stay below the directory. Raises StoreError on the way, for links that
    leave, lead nowhere or in a circle, and for what is neither file nor directory.
    """
    path = os.path.join(root, folder) if folder else root
    if folder and os.path.lexists(path):
        path = _real(root, folder, path)
    try:
        os.scandir(path).close()
    except FileNotFoundError:
        return iter(())
    except OSError:
        return None
    return _below(root, folder, [root, path] if folder else [root])


def _below(root: str, folder: str, way: list[str]) -> Iterator[str]:
    """Go down without calling itself, however deep folders lie in each other; ``way`` holds the directories."""
    todo = [iter(_entries(folder, way[-1]))]
    folders = [folder]
    while todo:
        entry = next(todo[-1], None)
        if entry is None:
            for stack in (todo, folders, way):
                stack.pop()
            continue
        key = f"{folders[-1]}/{entry.name}" if folders[-1] else entry.name
        path = _real(root, key, entry.path) if entry.is_symlink() else entry.path
        if entry.is_dir():
            if path in way:
                raise StoreError(f"{key} could not be listed: its symbolic links go round in a circle")
            todo.append(iter(_entries(key, path)))
            folders.append(key)
            way.append(path)
        elif entry.is_file():
            yield key
        else:
            raise StoreError(f"{key} is neither a file nor a directory")


def _entries(folder: str, path: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise StoreError(f"{folder} could not be listed: {(error.strerror or str(error)).lower()}") from None


def _real(root: str, key: str, path: str) -> str:
    try:
        target = os.path.realpath(path, strict=True)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreError(f"{key} could not be listed: its symbolic links go round in a circle") from None
        target = real_path(path)
    if target != root and not target.startswith(root + os.sep):
        raise OutsideStoreError(f"{key} is a symbolic link that leads out of the store, to {target}", hint=NOT_TAKEN)
    if not os.path.exists(target):
        raise StoreError(f"{key} is a symbolic link that leads nowhere")
    return target


def open_file(prefix: str, key: str) -> Content | None:
    """Open the file of a key, below a directory with a final slash, to be read block by block; ``None``: absent."""
    path = real_path(prefix + key)
    if not path.startswith(prefix):
        raise OutsideStoreError(f"a symbolic link leads out of the store, to {path}")
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError((error.strerror or str(error)).lower()) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise StoreError("it is not a regular file")
    return Content(_blocks(descriptor), status.st_size, descriptor=descriptor, close=partial(os.close, descriptor))


def _blocks(descriptor: int) -> Iterator[bytes]:
    try:
        while block := os.read(descriptor, _BLOCK):
            yield block
    except OSError as error:
        raise StoreError((error.strerror or str(error)).lower()) from None


def refused(target: str) -> OutsideStoreError:
    """Return the error for a link that leaves the store where such links are not followed."""
    return OutsideStoreError(
        f"a symbolic link leads out of the store, to {target}",
        hint="to follow it, leave out --no-follow-links (follow-links = false in the configuration)",
    )


def dangling(prefix: str, key: str) -> StoreError | None:
    """Return the error for a link on the way to a file that leads to nothing; ``None``: the file is just not there."""
    parts = key.split("/")
    for depth in range(1, len(parts) + 1):
        path = prefix + "/".join(parts[:depth])
        if not os.path.lexists(path):
            return None
        if os.path.islink(path) and not os.path.exists(path):
            target = real_path(path)
            hint = NOT_FETCHED if _ANNEX in target else "mend the link, or bring back what it leads to"
            return StoreError(f"a symbolic link leads to nothing, to {target}", hint=hint)
    return None
