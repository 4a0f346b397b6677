"""A directory on this machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ngff_core.errors import StoreError, UsageError
from ngff_core.references import Reference
from ngff_core.stores.answers import in_order
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.key import is_key

if TYPE_CHECKING:
    from ngff_core.stores.content import Content
    from ngff_core.stores.writing import Writer

__all__ = ["LocalStore"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0)  # a named pipe must not stop the crawl
_BLOCK = 1 << 16
_REMOTE = ("http", "https", "ftp", "s3", "gs", "az", "abfs", "abfss")
_dangling = Reference("ngff_core.stores.local.files:dangling")
_explain = Reference("ngff_core.stores.local.explain:explain")
_files_below = Reference("ngff_core.stores.local.files:files_below")
_open_file = Reference("ngff_core.stores.local.files:open_file")
_path = Reference("pathlib:Path")  # which takes half as long to import as Python to begin: few paths need it
_refused = Reference("ngff_core.stores.local.files:refused")
_writer = Reference("ngff_core.stores.local.writer:LocalWriter")
_zarr_store = Reference("zarr.storage:LocalStore")
_NO_NAMES = ("", ".", "..")
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL}


class LocalStore:
    """The files below a directory.

    Symbolic links may lead anywhere, to regular files and to directories; without ``follow_links`` they are followed
    only while they stay below it. What is written never goes through a link that leaves.
    """

    batch = 32
    concurrent = 1
    lists_cheaply = True
    max_bytes = MAX_DOCUMENT
    max_folders = 4096  # that are remembered

    def __init__(
        self, root: str | os.PathLike[str], *, follow_links: bool = True, real_path: str | None = None
    ) -> None:
        self.url = os.fspath(root)
        self.follow_links = follow_links
        self._root = os.path.realpath(self.url) if real_path is None else real_path
        self._prefix = self._root + os.sep
        # directories that were looked at, whose paths are keys: True is a plain directory below the root
        self._plain: dict[str, bool] = {"": True}

    def get(self, key: str) -> bytes | None:
        if not is_key(key):
            return None
        if not self._is_plain(key.rpartition("/")[0]):
            return self._get_through_link(key)
        return self._read(self._prefix + key, key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        values: list[bytes | StoreError | None] = []
        plain, read, prefix, asked = self._plain, self._read, self._prefix, {*keys}
        for key in keys:  # written out, as every document there is comes by here
            folder, _, name = key.rpartition("/")
            try:
                if plain.get(folder) and name not in _NO_NAMES:
                    rare = name == ".zattrs" and f"{folder}/.zarray" in asked  # few arrays have attributes
                    values.append(None if rare and not _is_there(prefix + key) else read(prefix + key, key))
                else:
                    values.append(self.get(key))
            except StoreError as error:
                values.append(error)
        return values

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Ask whether each file is there before it is opened, which costs less where most are absent."""
        prefix = self._prefix
        there = [key for key in keys if _is_there(prefix + key)]
        found = dict(zip(there, self.get_many(there), strict=True))
        return [found.get(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        path = self._prefix + prefix if prefix else self._root
        if not self._is_plain(prefix):
            path = os.path.realpath(path)
            if self._goes_in_a_circle(prefix):
                return []
            if not self.follow_links and not (path + os.sep).startswith(self._prefix):
                return None
        try:
            with os.scandir(path) as entries:
                return in_order(self._names(prefix, entries))
        except NotADirectoryError:
            return []
        except OSError:
            return [] if not os.path.lexists(path) else None

    def _names(self, prefix: str, entries: Iterable[os.DirEntry[str]]) -> Iterator[str]:
        """Yield the names of entries; remember which folders are links, which costs nothing here."""
        below = f"{prefix}/" if prefix else ""
        is_plain = self._is_plain(prefix)
        for entry in entries:
            name = entry.name
            try:
                is_own = entry.is_dir(follow_symlinks=False)
                is_folder = is_own or (entry.is_symlink() and entry.is_dir())
            except OSError:  # a link that leads to itself is none, and hides no other
                is_folder = is_own = False
            if not is_folder:
                yield name
                continue
            yield name + "/"
            if is_plain:
                self._remember(below + name, is_own)

    def without_links(self) -> LocalStore:
        """Return the store with the links refused that leave it."""
        return LocalStore(self.url, follow_links=False)

    def inside(self, path: str) -> LocalStore:
        """Return what is in a folder as a store of its own."""
        url = f"{self.url.rstrip('/')}/{path}"
        real_path = self._prefix + path if path and self._is_plain(path) else None
        return LocalStore(url, follow_links=self.follow_links, real_path=real_path)

    def linked_to(self, prefix: str) -> str | None:
        """Return the directory that a folder is where the way to it has a link; ``None``: it is what it seems."""
        return None if self._is_plain(prefix) else os.path.realpath(self._prefix + prefix)

    @property
    def canonical_url(self) -> str:
        """The directory, whatever path it was opened by."""
        return self._root

    def all_keys(self, prefix: str = "") -> Iterator[str] | None:
        """Return the keys of files; raises StoreError for what is no file and for links that leave the store."""
        keys: Iterator[str] | None = _files_below(self._root, prefix)
        return keys

    def content(self, key: str) -> Content | None:
        content: Content | None = _open_file(self._prefix, key)
        return content

    def writer(self) -> Writer:
        writer: Writer = _writer(self.url)
        return writer

    def zarr_store(self) -> Any:
        return _zarr_store(self._root, read_only=True)

    def kvstore(self) -> dict[str, Any]:
        return {"driver": "file", "path": self._prefix}

    def _is_plain(self, folder: str) -> bool:
        """Tell whether no component of a folder's path is a symbolic link."""
        known = self._plain.get(folder)
        return self._look_at(folder) if known is None else known

    def _look_at(self, folder: str) -> bool:
        """Go down to a folder from the one that it is in, or from the root; below what is not there are no links."""
        if not is_key(folder):
            return False
        end = max(folder.rfind("/"), 0)
        known = self._plain.get(folder[:end])
        if known is None:
            known, end = True, 0
        while known and end < len(folder):
            slash = folder.find("/", end + 1)
            end = len(folder) if slash < 0 else slash
            part = folder[:end]
            if part not in self._plain:
                is_link = _is_link(self._prefix + part)
                self._remember(part, not is_link)
                if is_link is None:
                    return True
            known = self._plain[part]
        self._remember(folder, known)
        return known

    def _remember(self, folder: str, is_plain: bool) -> None:
        if len(self._plain) > self.max_folders:
            self._plain = {"": True}
        self._plain[folder] = is_plain

    def _get_through_link(self, key: str) -> bytes | None:
        try:
            path = os.path.realpath(self._prefix + key, strict=True)
        except OSError as error:
            if error.errno not in _ABSENT:
                raise StoreError(_explain(error)) from None
            problem: StoreError | None = _dangling(self._prefix, key)
            if problem is not None:
                raise problem from None
            return None
        inside = path.startswith(self._prefix)
        if not inside and not self.follow_links:
            raise _refused(path)
        if self._goes_in_a_circle(key.rpartition("/")[0]):
            raise StoreError(_explain(OSError(errno.ELOOP, "")))
        return self._read(path, key, trusted=inside)

    def _goes_in_a_circle(self, folder: str) -> bool:
        """Tell whether the way to a folder leads through the same directory twice: the crawl would never end."""
        way = [self._root]
        for depth in range(1, folder.count("/") + 2 if folder else 1):
            way.append(os.path.realpath(self._prefix + "/".join(folder.split("/")[:depth])))
        return len(set(way)) < len(way)

    def _read(self, path: str, key: str, *, trusted: bool = True) -> bytes | None:
        try:
            descriptor = os.open(path, _FLAGS)
        except OSError as error:
            if error.errno in _ABSENT:
                return None
            if error.errno == errno.ELOOP and path == self._prefix + key:
                return self._get_through_link(key)
            raise StoreError(_explain(error)) from None
        except ValueError:  # a null byte in the name
            return None
        try:
            if not trusted:  # a device outside may have done something when it was read
                _check_regular(descriptor)
            data = os.read(descriptor, _BLOCK)
            if len(data) < _BLOCK and data:
                return data
            return self._read_on(descriptor, data)
        except OSError as error:
            raise StoreError(_explain(error)) from None
        finally:
            os.close(descriptor)

    def _read_on(self, descriptor: int, data: bytes) -> bytes:
        status = _check_regular(descriptor)
        if status.st_size > self.max_bytes:
            raise StoreError(f"the document has {status.st_size} bytes; the limit is {self.max_bytes}")
        parts = [data]
        while part := os.read(descriptor, 1 << 20):
            parts.append(part)
        return b"".join(parts)


def _is_there(path: str) -> bool:
    """Tell whether there is something, which takes less time than not to open it."""
    try:
        return os.access(path, os.F_OK, follow_symlinks=False)
    except ValueError:  # a null byte in the name
        return False


def _check_regular(descriptor: int) -> os.stat_result:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise StoreError("it is a directory, expected a file")
    if not stat.S_ISREG(status.st_mode):
        raise StoreError("it is not a regular file")
    return status


def _is_link(path: str) -> bool | None:
    """Tell whether something is a symbolic link; ``None``: nothing is there that could be looked at."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return None


def local_store(url: str) -> LocalStore | None:
    """Return a store for a path of this machine, or ``None`` when the text is an address of another kind.

    Raises UsageError for an address without its slashes: what stands in it of a password is no name of a folder.
    """
    if url.startswith("file://"):
        from urllib.parse import unquote, urlsplit

        url = unquote(urlsplit(url).path)
    elif "://" in url:
        return None
    scheme, colon, rest = url.partition(":")
    if colon and scheme.lower() in _REMOTE and not os.path.lexists(url.partition("/")[0]):
        slashes = "one slash" if rest.startswith("/") else "no slash"
        raise UsageError(f"found {slashes} behind {scheme}: in {url!r}, expected two, as in {scheme}://host/path")
    return LocalStore(url if os.path.normpath(url) == url else _path(url))
