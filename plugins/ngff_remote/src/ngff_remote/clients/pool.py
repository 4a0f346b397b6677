"""Threads that read: as many as are allowed and needed, none while there is nothing to do.

`concurrent.futures` would do, at the price of importing `logging`, of a lock and a condition for each key, and of
waiting for hanging reads when the program wants to end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from ngff_remote.clients.forks import check_process

__all__ = ["Pool"]

T = TypeVar("T")
R = TypeVar("R")
IDLE = 5.0  # seconds without work after which a thread ends


class _Batch(Generic[T, R]):
    """Some items, and what came of them; ``done`` is released when nothing is missing."""

    __slots__ = ("call", "done", "error", "items", "lock", "missing", "results")

    def __init__(self, call: Callable[[T], R], items: Sequence[T]) -> None:
        self.call = call
        self.items = items
        self.results: list[Any] = [None] * len(items)
        self.missing = len(items)
        self.error: BaseException | None = None
        self.lock = Lock()
        self.done = Lock()
        self.done.acquire()


class Pool:
    """Runs at most ``size`` calls at once, whoever asks for them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._work: SimpleQueue[tuple[_Batch[Any, Any], int]] = SimpleQueue()
        self._lock = Lock()
        self._threads = 0
        self._open = 0  # calls that were asked for and have not ended

    def map(self, call: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Call a function with each item; return the results in order."""
        if not items:
            return []
        check_process()
        batch = _Batch(call, items)
        with self._lock:
            self._open += len(items)
            more = max(0, min(self._open, self.size) - self._threads)
            self._threads += more
        for index in range(len(items)):
            self._work.put((batch, index))
        for _ in range(more):
            Thread(target=self._run, name="ngff-read", daemon=True).start()
        batch.done.acquire()
        if batch.error is not None:
            raise batch.error
        return batch.results

    def _run(self) -> None:
        while True:
            try:
                batch, index = self._work.get(timeout=IDLE)
            except Empty:
                with self._lock:
                    if self._open < self._threads:
                        self._threads -= 1
                        return
                continue
            try:
                batch.results[index] = batch.call(batch.items[index])
            except BaseException as error:
                batch.error = error
            with self._lock:
                self._open -= 1
            with batch.lock:
                batch.missing -= 1
                if not batch.missing:
                    batch.done.release()
            del batch  # its results are not kept for the time of waiting
