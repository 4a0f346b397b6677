"""Work that is done ahead of who wants it: several pieces at the same time, a bounded number of them, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ngff_core.references import Reference

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["AT_ONCE", "UnderWay", "ahead", "in_order"]

AT_ONCE = 16  # pieces of work that wait for something

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_threads: Reference = Reference("concurrent.futures:ThreadPoolExecutor")


class UnderWay(Protocol[R_co]):
    """What is asked of a future."""

    def done(self) -> bool:
        """Tell whether the result is there."""
        ...

    def result(self) -> R_co:
        """Wait for the result; raises what the work has raised."""
        ...

    def cancel(self) -> bool:
        """Have it not done, if it has not begun."""
        ...


U = TypeVar("U", bound=UnderWay[object])


def ahead(begun: Iterable[U], most: int) -> Iterator[U]:
    """Yield pieces of work in order, those done at once; taking one begins it, and about so many are begun ahead."""
    waiting: deque[U] = deque()
    try:
        for one in begun:
            waiting.append(one)
            while waiting and (len(waiting) > most or waiting[0].done()):
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for one in waiting:  # nobody wants it any more
            one.cancel()


class _Done(Generic[R]):
    """A result that is there."""

    __slots__ = ("_result",)

    def __init__(self, result: R) -> None:
        self._result = result

    def done(self) -> bool:
        return True

    def result(self) -> R:
        return self._result

    def cancel(self) -> bool:
        return False


def in_order(tasks: Iterable[T], work: Callable[[T], R], waits: Callable[[T], bool]) -> Iterator[R]:
    """Yield what comes of tasks, in order; several are done at the same time where they wait for something."""
    pool: Executor | None = None

    def begin(task: T) -> UnderWay[R]:
        nonlocal pool
        if not waits(task):
            return _Done(work(task))
        if pool is None:
            pool = _threads(AT_ONCE, "ngff-ahead")
        return pool.submit(work, task)

    try:
        for one in ahead(map(begin, tasks), 2 * AT_ONCE):
            yield one.result()
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
