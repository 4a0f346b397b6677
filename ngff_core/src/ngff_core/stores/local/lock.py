"""One writer at a time in a directory: a lock file says who that is, and the system lets go of it with the process."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ngff_core.errors import StoreError
from ngff_core.json_text import dumps, loads
from ngff_core.stores.key import Key
from ngff_core.stores.local.tree import NEW, At, Tree, status, why
from ngff_core.structure.faults import StructureError
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import read_value, write_value
from ngff_core.zarr.keys import LOCK

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["LockedError", "flock", "locked"]

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_LONGEST = 4096  # bytes
_TRIES = 100


class LockedError(StoreError):
    """Another command writes to the store, or did when its machine went down."""


@model
class _Holder(Model):
    """Who holds a lock, since when (in UTC), and what for."""

    host: str = member()
    pid: int = member()
    since: str = member()
    action: str = member()


@contextmanager
def locked(tree: Tree, url: str, action: str, *, break_lock: bool = False) -> Iterator[None]:
    """Hold the lock of a directory; raises LockedError.

    A lock whose process is gone is taken over where this machine can tell. What another machine left has to be broken.
    """
    try:
        at = tree.at(Key(LOCK), create=True)
        own = _taken(at, url, break_lock)
    except OSError as error:
        raise _unwritable(url, error) from None
    try:
        try:
            os.write(own, dumps(write_value(_myself(action))) + b"\n")
        except OSError as error:
            raise _unwritable(url, error) from None
        yield
    finally:
        _drop(at, own)
        os.close(own)


def _unwritable(url: str, error: OSError) -> StoreError:
    return StoreError(f"{url} cannot be written to: {why(error)}")


def _myself(action: str) -> _Holder:
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return _Holder(host=socket.gethostname(), pid=os.getpid(), since=since, action=action)


def _taken(at: At, url: str, break_lock: bool) -> int:
    """Make the file of a lock, and return it opened; raises LockedError and OSError.

    A file that is there already is never written to: it may be anything.
    """
    for _ in range(_TRIES):
        try:
            own = os.open(at.name, NEW, 0o666, dir_fd=at.folder)
        except FileExistsError:
            _take_away(at, url, break_lock)
            continue
        if flock(own) is not False and _is_same(at, own):
            return own
        os.close(own)  # another command took it for one that was left
    raise LockedError(f"{url} is being changed by other commands", hint="wait until they are done")


def _take_away(at: At, url: str, break_lock: bool) -> None:
    """Take a lock away that nobody holds; raises LockedError."""
    try:
        other = os.open(at.name, _OPEN, dir_fd=at.folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{LOCK} in {url} is no lock: {why(error)}", hint="take it away") from None
    try:
        if not stat.S_ISREG(os.fstat(other).st_mode):
            raise StoreError(f"{LOCK} in {url} is no lock: it is not a regular file", hint="take it away")
        _refuse_held(other, url, break_lock)
        _drop(at, other)
    finally:
        os.close(other)


def _drop(at: At, descriptor: int) -> None:
    """Take the file of a lock away, unless something else has its name by now."""
    with suppress(FileNotFoundError):  # something else did, just now
        if _is_same(at, descriptor):
            os.unlink(at.name, dir_fd=at.folder)


def _is_same(at: At, descriptor: int) -> bool:
    found = status(at)
    return found is not None and os.path.samestat(found, os.fstat(descriptor))


def _refuse_held(descriptor: int, url: str, break_lock: bool) -> None:
    """Raise LockedError where a lock is held by somebody, or may be."""
    holder = _holder(descriptor)
    free = flock(descriptor)
    here = holder is not None and holder.host == socket.gethostname()
    if free is False or (free is None and here and holder is not None and _lives(int(holder.pid))):
        raise LockedError(f"{url} is being changed by {_named(holder)}", hint="wait until that is done")
    known = here or (free and holder is None)  # a process that was killed before it could say who it is
    if not known and not break_lock:
        hint = "if nothing runs there any more, take the lock away with --break-lock (break_lock=True)"
        raise LockedError(f"{url} is locked by {_named(holder)}", hint=hint)


def flock(descriptor: int) -> bool | None:
    """Lock a file until its process ends; False: another process has; ``None``: the system cannot tell."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _holder(descriptor: int) -> _Holder | None:
    try:
        return read_value(loads(os.read(descriptor, _LONGEST)), _Holder)
    except (StructureError, ValueError):
        return None


def _named(holder: _Holder | None) -> str:
    if holder is None:
        return "another command"
    return f"another command ({holder.action}, process {holder.pid} on {holder.host}, since {holder.since})"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
