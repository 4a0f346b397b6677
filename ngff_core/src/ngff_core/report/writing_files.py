"""Files outside stores, written with care: whole or not at all, and nothing but what was named.

A regular file is replaced by a new one that was made beside it, under a name that nobody could know before, so that no
link that somebody has put there is followed. A link that is named stays, and what it leads to is replaced, if that is
a regular file; one that leads to nothing is refused. Devices, pipes and open streams
(``/dev/stdout``, ``/dev/fd/3``) are written to directly.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress

__all__ = ["CarefulFile"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_STREAM = re.compile(r"/dev/(stdin|stdout|stderr|fd/\d+)|/proc/[^/]+(/task/\d+)?/fd/\d+")
MOST_LINKS = 40  # one behind the other, as systems have it
_DIRECT = os.O_WRONLY | getattr(os, "O_BINARY", 0)


class CarefulFile:
    """A file that is being written; `finish` puts it in its place, `discard` leaves what was there before.

    All methods raise OSError. Text is written as UTF-8, each piece at once.
    """

    def __init__(self, path: str) -> None:
        self._part: str | None = None
        known = _kind_of(path)
        if (known is not None and not stat.S_ISREG(known.st_mode)) or _is_stream(path):
            self._path = path
            self._descriptor = os.open(path, _DIRECT | os.O_APPEND)
            return
        self._path = os.path.realpath(path)
        folder, name = os.path.split(self._path)
        if known is not None and not os.access(self._path, os.W_OK):
            os.close(os.open(self._path, _DIRECT))  # which says why not
        if known is not None and not os.access(folder, os.W_OK):  # nothing can be made beside it
            self._descriptor = os.open(self._path, _DIRECT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0))
            return
        self._part = os.path.join(folder, f"{name[:50]}.{os.urandom(8).hex()}.ngff-part")
        self._descriptor = os.open(self._part, _NEW, 0o666)
        if known is not None:
            with suppress(OSError):  # on some file systems all files have the same
                os.chmod(self._descriptor if os.chmod in os.supports_fd else self._part, stat.S_IMODE(known.st_mode))

    def write(self, text: str) -> None:
        """Write a piece of text."""
        view = memoryview(text.encode("utf-8", "surrogatepass"))
        while view:
            view = view[os.write(self._descriptor, view) :]

    def finish(self) -> None:
        """Put the file in its place."""
        self._close()
        if self._part is not None:
            os.replace(self._part, self._path)
            self._part = None

    def discard(self) -> None:
        """Leave what was there before, as far as it was not written to directly; does nothing after `finish`."""
        with suppress(OSError):
            self._close()
        if self._part is not None:
            with suppress(OSError):
                os.unlink(self._part)
            self._part = None

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _kind_of(path: str) -> os.stat_result | None:
    """Return what is at a path, behind links; ``None``: nothing. Raises OSError for a link to nothing, or a folder."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        if os.path.islink(path):
            raise FileNotFoundError(errno.ENOENT, "it is a symbolic link that leads to nothing") from None
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return found


def _is_stream(path: str) -> bool:
    """Tell whether a path stands for a stream that is open, such as /dev/stdout, even where that is a file."""
    for _ in range(MOST_LINKS):
        if _STREAM.fullmatch(os.path.abspath(path)):
            return os.path.exists(path)
        if not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return False
