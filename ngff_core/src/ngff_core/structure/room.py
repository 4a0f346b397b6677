"""Room on the stack for documents that are nested deep, where a function calls itself for each level."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["has_room", "with_room"]

T = TypeVar("T")

STACK = 64 << 20  # bytes
LIMIT = 20_000  # calls: JSON has at most 1,024 levels, each of which takes a few
_starting = threading.Lock()


def with_room(work: Callable[[], T]) -> T:
    """Return what ``work`` does; where the stack is too small for it, do it again on one that is large enough.

    It has to be the same whether it is done once or twice. Raises RecursionError where no stack is large enough.
    """
    try:
        return work()
    except RecursionError:
        if has_room():
            raise
    thread = _Roomy(work)
    with _starting:  # both are settings of the whole process
        before, limit = threading.stack_size(STACK), sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, LIMIT))
        try:
            thread.start()
            thread.join()
        except RuntimeError:  # there are no threads, as in browsers
            raise RecursionError("the document is nested too deep") from None
        finally:
            threading.stack_size(before)
            sys.setrecursionlimit(limit)
    return thread.outcome()


def has_room() -> bool:
    """Tell whether the stack is as large as it gets."""
    return isinstance(threading.current_thread(), _Roomy)


class _Roomy(threading.Thread, Generic[T]):
    """A thread with a large stack that does one thing, and keeps what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._found: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do the work."""
        try:
            self._found.append(self._work())
        except BaseException as error:
            self._error = error

    def outcome(self) -> T:
        """Return what came of the work, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._found[0]
