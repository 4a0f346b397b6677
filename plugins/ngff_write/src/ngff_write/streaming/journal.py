"""The journal of a stream: how many of its frames are stored, in a file of the folder that is being written.

What it says is not believed alone: `ngff_write.streaming.stored` compares it with the chunks that are there. It is
needed as these look the same whether all of their frames had come or some.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from ngff_core.errors import StoreError
from ngff_core.json_text import dumps, loads
from ngff_core.stores.local.lock import LockedError, flock
from ngff_core.stores.local.tree import NEW, why
from ngff_core.zarr.keys import STREAM

__all__ = ["JOURNAL", "Journal"]

JOURNAL = STREAM
_LONGEST = 1 << 26  # bytes
_OLD = os.O_RDWR | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Journal:
    """A file of JSON lines, held open and locked: how the levels are made, then the number of frames over and over.

    The last of each counts. ``locked``: no other process has it, as far as the system can tell.
    """

    def __init__(self, descriptor: int, how: Mapping[str, Any], frames: int, *, locked: bool) -> None:
        self._descriptor = descriptor
        self.locked = locked
        self.how = how
        self.frames = frames

    @classmethod
    def new(cls, folder: str, how: Mapping[str, Any]) -> Self:
        """Begin the journal of a folder: it is locked before others can find it. Raises StoreError."""
        path = os.path.join(folder, JOURNAL)
        try:
            descriptor = os.open(f"{path}.new", NEW | os.O_APPEND, 0o666)
        except OSError as error:
            raise StoreError(f"{folder} could not be written: {why(error)}") from error
        try:
            journal = cls(descriptor, how, 0, locked=_is_locked(descriptor, folder))
            journal.note(0, how)
            os.rename(f"{path}.new", path)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, OSError):
                raise StoreError(f"{folder} could not be written: {why(error)}") from error
            raise
        return journal

    @classmethod
    def of(cls, folder: str) -> Self:
        """Go on with the journal of a folder; raises LockedError where another process does, and StoreError."""
        try:
            descriptor = os.open(os.path.join(folder, JOURNAL), _OLD)
        except OSError as error:
            raise StoreError(f"the journal of {folder} cannot be read: {why(error)}") from error
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise StoreError(f"the journal of {folder} is not a regular file")
            locked = _is_locked(descriptor, folder)
            how, frames = _read(descriptor, folder)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, how, frames, locked=locked)

    def note(self, frames: int, how: Mapping[str, Any] | None = None) -> None:
        """Say that so many frames are stored, and how the levels are made where that is to be said."""
        self.frames = frames
        self._add({"frames": frames} if how is None else {"how": dict(how), "frames": frames})

    def close(self) -> None:
        """Let others go on with it."""
        with suppress(OSError):
            os.close(self._descriptor)

    def remove(self, folder: str) -> None:
        """Take the file away from where the folder is by now."""
        with suppress(OSError):
            os.unlink(os.path.join(folder, JOURNAL))

    def _add(self, line: Mapping[str, Any]) -> None:
        data = dumps(line) + b"\n"
        try:
            if os.write(self._descriptor, data) < len(data):
                raise StoreError("the journal of the stream could not be written: no space left on device")
        except OSError as error:
            raise StoreError(f"the journal of the stream could not be written: {why(error)}") from error


def _is_locked(descriptor: int, folder: str) -> bool:
    """Lock a journal, and tell whether the system could; raises LockedError where another process has it."""
    found = flock(descriptor)
    if found is False:
        raise LockedError(f"{folder} is being written by another process")
    return found is True


def _read(descriptor: int, folder: str) -> tuple[dict[str, Any], int]:
    """Return how levels are made, and the number of frames; a last line that was broken off does not count."""
    with open(os.dup(descriptor), "rb") as file:
        text = file.read(_LONGEST)
    found: dict[str, Any] = {"how": None, "frames": 0}
    try:
        for line in text[: text.rfind(b"\n") + 1].splitlines():
            found = {**found, **loads(line)}
    except (ValueError, TypeError):
        found = {}
    how, frames = found.get("how"), found.get("frames")
    if not isinstance(how, (dict, type(None))) or isinstance(frames, bool) or not isinstance(frames, int) or frames < 0:
        raise StoreError(f"the journal of {folder} is none of a stream")
    return how or {}, frames
