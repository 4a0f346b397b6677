"""What is written by a thread of its own, while the next of it is still coming."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ngff_core.errors import NgffError, StoreError, UsageError
from ngff_write.pixels.slabs import Slab

__all__ = ["Background"]

Array = np.ndarray[Any, np.dtype[Any]]

AT_ONCE = 32  # buffers that there are from the beginning at most


class Background:
    """Buffers, of which there are at most so many, and the thread that writes the slabs that they are filled with.

    ``write`` is called with slabs that wait, and their buffers are free when it returns. An error of it ends the
    writing: it is raised by every later call. None waits for a thread that is gone, whatever became of it. ``last`` is
    the number of the last slab that was written as a full one; it is not written again when it comes twice.
    """

    def __init__(self, write: Callable[[Sequence[Slab]], None], make: Callable[[], Array], most: int) -> None:
        self._write, self._make, self._most = write, make, most
        self._changed = threading.Condition()
        self._waiting: deque[Slab] = deque()
        self._free: list[Array] = [make() for _ in range(min(most // 2, AT_ONCE))]
        self._made = len(self._free)
        for buffer in self._free:
            buffer.fill(0)  # so that the system gives the memory now, and not while frames come
        self._busy = self._ended = False
        self.error: NgffError | None = None
        self.last = -1
        self._thread = threading.Thread(target=self._run, name="ngff-stream", daemon=True)
        self._thread.start()

    def take(self) -> Array:
        """Return a buffer to be filled; waits until one is free. Raises the error of the thread."""
        with self._changed:
            self._raise()
            while not self._free and self._made >= self._most:
                self._changed.wait()
                self._raise()
            if self._free:
                return self._free.pop()
            self._made += 1
        return self._make()

    def put(self, slab: Slab) -> None:
        """Let a slab be written; raises the error of the thread."""
        with self._changed:
            self._raise()
            self._waiting.append(slab)
            self._changed.notify_all()

    def wait(self) -> None:
        """Wait until all is written; raises the error of the thread, and UsageError where it has come to its end."""
        with self._changed:
            self._raise()
            while self._waiting or self._busy:
                self._changed.wait()
                self._raise()

    def check(self) -> None:
        """Raise the error of the thread, if there was one."""
        with self._changed:
            self._raise()

    def end(self) -> None:
        """Let the thread come to its end, with what is under way; what waits is not written any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error
        if self._ended:
            raise UsageError("the image has ended: nothing is written to it any more")
        if not self._thread.is_alive():  # threads do not come with a process that is forked
            raise UsageError("nothing writes here: a stream belongs to the process that has begun it")

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        except BaseException as error:  # such as no memory for a list: those who wait have to hear of it
            self._end_with(_unforeseen(error))

    def _turn(self) -> bool:
        """Write what waits, when something does; tells whether there may be more."""
        with self._changed:
            while not self._waiting and not self._ended:
                self._changed.wait()
            if self._ended:
                return False
            slabs = self._next()
            self._busy = True
        error = self._written(slabs) if slabs else None
        if error is not None:
            self._end_with(error)
            return False
        with self._changed:
            self._busy = False
            self._free += [slab.buffer for slab in slabs if slab.buffer is not None]
            self._changed.notify_all()
        return True

    def _end_with(self, error: NgffError) -> None:
        with self._changed:
            self.error = error
            self._changed.notify_all()

    def _next(self) -> list[Slab]:
        """Take slabs that wait: not all of them at once, so that buffers become free while others are written."""
        slabs = []
        for _ in range(min(len(self._waiting), max(self._most // 2, 1))):
            slab = self._waiting.popleft()
            if slab.number > self.last:
                slabs.append(slab)
                self.last = slab.number if slab.full else self.last
        return slabs

    def _written(self, slabs: Sequence[Slab]) -> NgffError | None:
        try:
            self._write(slabs)
        except NgffError as error:
            return error
        except BaseException as error:
            return _unforeseen(error)
        return None


def _unforeseen(error: BaseException) -> StoreError:
    found = StoreError(f"pixels could not be written: {type(error).__name__}: {error}")
    found.__cause__ = error
    return found
