"""Workers: jobs done by other processes, in order, a bounded number under way; one that dies takes no others down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from itertools import islice
from types import TracebackType
from typing import Self

import attrs

from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.masking import masked
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.partial import Partial
from ngff_core.validation.many.jobs import Job, perform_all
from ngff_core.validation.outcome import one_section

__all__ = ["Workers", "perform_with"]

WINDOW = 12  # batches under way: few enough for flat memory, enough to keep many workers busy
BATCHES = (1, 2, 4, 8, 16)  # of stores, which may be many: the first results come soon


@attrs.define(eq=False)
class Workers:
    """An executor, and how to get another one when a dead worker has broken it (``None``: there is no other)."""

    executor: Executor
    renew: Callable[[], Executor] | None = None
    window: int = WINDOW

    @classmethod
    def of(cls, make: Callable[[], Executor], number: int) -> Self:
        """Return workers on executors that can be made anew, each of so many workers; all are kept busy."""
        return cls(make(), make, max(WINDOW, 2 * number))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.executor.__exit__(kind, error, trace)  # told why: what was broken off need not be waited for

    def replace_broken(self) -> None:
        """Take a new executor in place of a broken one."""
        if self.renew is not None:
            # waited for: the command leaves without clearing up, and what a pool holds of the system would stay
            self.executor.shutdown(wait=True, cancel_futures=True)
            self.executor = self.renew()


_Batch = tuple[Sequence[Job], "Future[list[Partial]] | None"]


def perform_with(workers: Workers, jobs: Iterable[Job], batches: Sequence[int] = BATCHES) -> Iterator[Partial]:
    """Yield what comes of jobs, in order, as soon as it and what comes before is there.

    ``batches`` are the numbers of jobs that are sent together; the last of these from then on.
    """
    batched = _batches(iter(jobs), batches)
    under_way: deque[_Batch] = deque()
    try:
        while True:
            for batch in islice(batched, workers.window - len(under_way)):
                under_way.append((batch, _submit(workers, batch)))
            if not under_way:
                return
            batch, future = under_way.popleft()
            try:
                yield from _result(future)
            except Exception as error:  # whatever an executor raises when a worker dies
                yield from _alone(workers, batch, error)
                under_way = deque((later, _submit_again(workers, later, given)) for later, given in under_way)
    finally:
        for _, future in under_way:  # nobody wants it any more
            if future is not None:
                future.cancel()


def _batches(jobs: Iterator[Job], numbers: Sequence[int]) -> Iterator[Sequence[Job]]:
    sizes = iter(numbers)
    while batch := list(islice(jobs, next(sizes, numbers[-1]))):
        yield batch


def _submit(workers: Workers, batch: Sequence[Job]) -> Future[list[Partial]] | None:
    try:
        return workers.executor.submit(perform_all, batch)
    except Exception:  # a broken executor takes nothing; the batch is tried again when it is its turn
        return None


def _submit_again(
    workers: Workers, batch: Sequence[Job], given: Future[list[Partial]] | None
) -> Future[list[Partial]] | None:
    """Return what is under way, submitted anew where a broken executor has lost it."""
    lost = given is None or (given.done() and (given.cancelled() or given.exception() is not None))
    return _submit(workers, batch) if lost else given


def _result(future: Future[list[Partial]] | None) -> list[Partial]:
    if future is None:
        raise RuntimeError("the executor is broken")
    try:
        return future.result()
    except CancelledError as error:
        raise RuntimeError("it was cancelled") from error


def _alone(workers: Workers, batch: Sequence[Job], error: Exception) -> Iterator[Partial]:
    """Try the jobs of a dead worker again, each by itself; those that kill a worker again become findings.

    Raises UsageError where no worker was to blame: a job did not reach any.
    """
    _refuse_what_cannot_be_sent(batch, error)
    workers.replace_broken()
    for job in batch:
        try:
            yield from _result(_submit(workers, [job]))
        except Exception as again:
            workers.replace_broken()
            yield _died(job, again if len(batch) > 1 else error)


def _refuse_what_cannot_be_sent(batch: Sequence[Job], error: Exception) -> None:
    if _why_not_sent(batch) is None:
        return
    for name, value in (batch[0].storage_options or {}).items():
        reason = _why_not_sent(value)
        if reason is not None:
            raise UsageError(f"the storage option {name!r} cannot be sent to a worker: {reason}") from error
    raise UsageError(f"the work cannot be sent to a worker: {_why_not_sent(batch)}") from error


def _why_not_sent(value: object) -> str | None:
    """Return why something cannot be pickled, if it cannot."""
    import pickle  # which executors of processes have imported, and threads need not

    try:
        pickle.dumps(value)
    except Exception as error:  # whatever an object raises that is not made for it
        return one_line(str(error) or type(error).__name__)
    return None


def _died(job: Job, error: Exception) -> Partial:
    issue = finding(
        "store-not-opened",
        masked(f"judging it failed twice, as the worker died: {type(error).__name__}: {error}"),
        hint="judge it by itself, without workers, to see why; too little memory is a common reason",
    )
    return Partial(url=job.address.url, sections=one_section([issue]), trunk=job.scope.trunk)
