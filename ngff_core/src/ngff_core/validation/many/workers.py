"""Workers: jobs done by other processes, in order, a bounded number under way; one that dies takes no others down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import attrs

from ngff_core.errors import EngineError, NgffError, UsageError
from ngff_core.issues.findings import finding
from ngff_core.masking import masked
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.partial import Partial
from ngff_core.validation.many.jobs import Job, perform_all
from ngff_core.validation.outcome import one_section

__all__ = ["Sized", "Workers", "perform_with"]

WINDOW = 12  # batches under way: few enough for flat memory, enough to keep many workers busy
FIRST = (1, 2, 4, 8)  # the sizes of the first batches, which may be large stores: the first results come soon
LEAST, MOST = 16, 100  # of those after them, while it is not known what they cost, and at any time
SECONDS = 1.0  # that a batch is to take at most
LOOK_EVERY = 5.0  # seconds


_Done = tuple[float, list[Partial]]
_Batch = tuple[Sequence[Job], "Future[_Done] | None"]


@runtime_checkable
class Sized(Protocol):
    """An executor that knows how many workers it has."""

    @property
    def workers(self) -> int:
        """How many there are."""


@runtime_checkable
class Watched(Protocol):
    """An executor that can be lost without breaking: nothing that is under way would ever end."""

    def look(self) -> None:
        """Raise EngineError where it is lost."""


@attrs.define(eq=False)
class Workers:
    """An executor, and how to get another one when a dead worker has broken it (``None``: there is no other)."""

    executor: Executor
    renew: Callable[[], Executor] | None = None
    number: int = attrs.field(default=attrs.Factory(lambda self: _number_of(self.executor, 1), takes_self=True))

    @classmethod
    def of(cls, make: Callable[[], Executor], number: int) -> Self:
        """Return workers on executors that can be made anew, each of so many workers unless it tells another number."""
        executor = make()
        return cls(executor, make, _number_of(executor, number))

    @property
    def window(self) -> int:
        """How many batches are under way; all workers are kept busy."""
        return max(WINDOW, 3 * self.number)

    def share_of(self, options: Mapping[str, object] | None) -> Mapping[str, object] | None:
        """Return the options of stores for one worker: all of them together keep to the rate that was asked for."""
        rate = (options or {}).get("max_rps")
        return {**(options or {}), "max_rps": rate / self.number} if isinstance(rate, (int, float)) else options

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.executor.__exit__(kind, error, trace)  # told why: what was broken off need not be waited for

    def wait(self, futures: Iterable[Future[_Done]]) -> None:
        """Wait until all are done; raises EngineError where that will never be."""
        watched = self.executor if isinstance(self.executor, Watched) else None
        left = {*futures}
        while left := wait(left, None if watched is None else LOOK_EVERY).not_done:
            if watched is not None:
                watched.look()

    def replace_broken(self, error: Exception) -> None:
        """Take a new executor in place of one that an error shows to be broken; others go on without a dead worker."""
        if self.renew is not None and isinstance(error, BrokenExecutor):
            # waited for: the command leaves without clearing up, and what a pool holds of the system would stay
            self.executor.shutdown(wait=True, cancel_futures=True)
            self.executor = self.renew()


def _number_of(executor: Executor, otherwise: int) -> int:
    return executor.workers if isinstance(executor, Sized) else otherwise


class _Sizes:
    """How many jobs are sent together: few to begin with, then half a second of work, and a second when they are many.

    At the end of a batch a worker waits for its last stores alone, and then for the next batch: it is to have few ends.
    """

    def __init__(self, window: int, fixed: int | None) -> None:
        self._window = window
        self._fixed = fixed
        self._first = iter(FIRST)
        self._sent = 0
        self._least, self._most = LEAST, MOST

    def next(self) -> int:
        if self._fixed is not None:
            return self._fixed
        part = self._sent // (4 * self._window)  # so that all end at about the same time
        size = next(self._first, min(max(self._least, part), self._most))
        self._sent += size
        return size

    def learn(self, seconds: float, number: int) -> None:
        """Take note of how long so many jobs took together."""
        self._most = min(MOST, max(1, int(SECONDS * number / max(seconds, 1e-6))))
        self._least = (self._most + 1) // 2


def perform_with(workers: Workers, jobs: Iterable[Job], together: int | None = None) -> Iterator[Partial]:
    """Yield what comes of jobs, in order, as soon as it and what comes before is there.

    ``together`` is how many jobs are sent at once, where that is settled. Raises EngineError where the workers are lost
    as a whole.
    """
    jobs = iter(jobs)
    sizes = _Sizes(workers.window, together)
    under_way: deque[_Batch] = deque()
    try:
        while True:
            while len(under_way) < workers.window and (batch := list(islice(jobs, sizes.next()))):
                under_way.append((batch, _submit(workers, batch)))
            if not under_way:
                return
            given_out, future = under_way.popleft()
            try:
                seconds, partials = _result(workers, future)
            except EngineError:
                raise
            except Exception as error:  # whatever an executor raises when a worker dies
                workers.wait(given for _, given in under_way if given is not None)  # one of them may be to blame
                yield from _alone(workers, given_out, error)
                under_way = deque((later, _submit_again(workers, later, given)) for later, given in under_way)
            else:
                sizes.learn(seconds, len(given_out))
                yield from partials
    finally:
        for _, future in under_way:  # nobody wants it any more
            if future is not None:
                future.cancel()


def _submit(workers: Workers, batch: Sequence[Job]) -> Future[_Done] | None:
    try:
        return workers.executor.submit(perform_all, batch)
    except NgffError:  # it says itself what is wrong
        raise
    except Exception:  # a broken executor takes nothing; the batch is tried again when it is its turn
        return None


def _submit_again(workers: Workers, batch: Sequence[Job], given: Future[_Done] | None) -> Future[_Done] | None:
    """Return what is under way, submitted anew where a broken executor has lost it."""
    lost = given is None or (given.done() and (given.cancelled() or given.exception() is not None))
    return _submit(workers, batch) if lost else given


def _result(workers: Workers, future: Future[_Done] | None) -> _Done:
    if future is None:
        raise BrokenExecutor("the executor is broken")
    workers.wait([future])
    try:
        return future.result()
    except CancelledError as error:
        raise RuntimeError("it was cancelled") from error


def _alone(workers: Workers, batch: Sequence[Job], error: Exception) -> Iterator[Partial]:
    """Try the jobs of a dead worker again, with nothing beside them; those that kill a worker again become findings.

    Raises UsageError where no worker was to blame: a job did not reach any.
    """
    _refuse_what_cannot_be_sent(batch, error)
    workers.replace_broken(error)
    for half in _halves(batch):
        yield from _again(workers, half)


def _again(workers: Workers, batch: Sequence[Job], before: Exception | None = None) -> Iterator[Partial]:
    """Try jobs again; ``before`` is why a single one failed when it was tried by itself."""
    try:
        _, partials = _result(workers, _submit(workers, batch))
    except EngineError:
        raise
    except Exception as error:
        workers.replace_broken(error)
        if len(batch) > 1:
            for half in _halves(batch):
                yield from _again(workers, half)
        elif before is None:
            yield from _again(workers, batch, error)  # something else may have taken the worker away
        else:
            yield _died(batch[0], error)
    else:
        yield from partials


def _halves(batch: Sequence[Job]) -> Iterator[Sequence[Job]]:
    middle = len(batch) // 2
    yield from filter(None, (batch[:middle], batch[middle:]))


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
