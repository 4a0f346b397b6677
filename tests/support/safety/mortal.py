"""Processes that are killed just before the n-th call that changes the file system."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHANGING = (
    "copy_file_range", "fchmod", "ftruncate", "link", "mkdir", "rename", "replace", "rmdir", "symlink", "unlink",
    "write",
)  # fmt: skip


def killed(call: Callable[[], object], steps: int) -> bool:
    """Run a call in a process that is killed with SIGKILL after so many changes; tell whether it was."""
    child = os.fork()
    if child == 0:
        try:
            _count_down(steps)
            call()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the call failed: see above"
    return os.WIFSIGNALED(status)


def changes(call: Callable[[], object]) -> int:
    """Run a call in a process of its own, and return how often it changes the file system."""
    reading, writing = os.pipe()
    write, never = os.write, 1 << 30

    def counted() -> None:
        left = _left[-1]
        call()
        write(writing, b"%d" % (never - left[0]))

    assert not killed(counted, never)
    os.close(writing)
    with open(reading, "rb") as pipe:
        return int(pipe.read())


_left: list[list[int]] = []  # how many changes a process may still make


def _count_down(steps: int) -> None:
    left = [steps]
    _left.append(left)

    def step() -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    for name in CHANGING:
        setattr(os, name, _mortal(getattr(os, name), step))
    open_ = os.open

    def opened(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            step()
        return open_(path, flags, *args, **options)

    os.open = opened


def _mortal(function: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        step()
        return function(*args, **options)

    return call


def tree(root: Path) -> dict[str, bytes | None]:
    """Return all that is in a directory: what files hold, ``None`` for folders."""
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}
