"""Reading for a crawl: the one place where batches are asked for, one after the other or several at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ngff_core.crawl.scheduler import Answer, Reply, Request, Running, VisitResult
from ngff_core.references import Reference
from ngff_core.report.partial import ReadStats
from ngff_core.stores.answers import names_in, names_or_error, values_of
from ngff_core.stores.capabilities import announce, may_remark, remark_of
from ngff_core.structure.values import JSONObject

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from ngff_core.stores import Store

__all__ = ["NOTHING", "AtHand", "Reader"]

_threads: Reference = Reference("concurrent.futures:ThreadPoolExecutor")

AHEAD = 2  # batches that a store is told of before they are asked for: one is read while another is evaluated

_NOTHING: Mapping[str, Answer] = {}


class AtHand:
    """What was read of a group a moment ago: its documents by file name, and the objects in those that were parsed."""

    __slots__ = ("parsed", "values")

    def __init__(self, values: Mapping[str, Answer], parsed: Mapping[str, JSONObject]) -> None:
        self.values = values
        self.parsed = parsed


NOTHING = AtHand({}, {})


class Reader:
    """Reads from one store, counts what it costs, and tells of the progress after every batch."""

    def __init__(self, store: Store, on_progress: Callable[[ReadStats], None] | None = None) -> None:
        self.store = store
        self.stats = ReadStats()
        self._on_progress = on_progress
        self._may_remark = may_remark(store)

    def get_many(self, keys: Sequence[str], known: Mapping[str, Answer] = _NOTHING) -> Sequence[Answer]:
        """Return what is under each key; what is ``known``, since a search has just read it, is not asked for again."""
        values = _but_known(partial(values_of, self.store), keys, known) if known else values_of(self.store, keys)
        self.count(values, 0)
        return values

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix; raises StoreError where listing it fails."""
        self.count((), 1)
        return names_in(self.store, prefix)

    def drive(self, running: Running, known: Mapping[str, Answer], meanwhile: Callable[[], None]) -> VisitResult:
        """Run a crawl to its end.

        ``known`` holds what was read before, and is not asked for again; ``meanwhile`` is called before waiting.
        """
        try:
            first = next(running)
            assert first is not None
            self._run(running, running.send(self._first(first, known)), meanwhile)
        except StopIteration as stop:
            result: VisitResult = stop.value
            return result
        raise AssertionError("a crawl ends by returning")

    def _first(self, request: Request, known: Mapping[str, Answer]) -> Reply:
        values = _but_known(self.get_many, request.keys, known)
        self.count((), len(request.prefixes))
        return Reply(request, values, [names_or_error(self.store, prefix) for prefix in request.prefixes])

    def _run(self, running: Running, request: Request | None, meanwhile: Callable[[], None]) -> None:
        if self.store.concurrent > 1:
            self._run_concurrently(running, request, meanwhile)
        under_way: deque[Request] = deque()
        while True:
            if request is not None:
                under_way.append(request)
                if announce(self.store, request.keys, request.prefixes) and len(under_way) < AHEAD:
                    request = running.send(None)
                    continue
            reply = self._ask(under_way.popleft())
            self._count_reply(reply)
            request = running.send(reply)

    def _run_concurrently(self, running: Running, request: Request | None, meanwhile: Callable[[], None]) -> None:
        """Keep several batches under way, so that evaluating one does not leave the connections idle."""
        from concurrent.futures import FIRST_COMPLETED, wait

        pool: Executor = _threads(self.store.concurrent, "ngff-batch")
        under_way: set[Future[Reply]] = set()
        answered: set[Future[Reply]] = set()
        try:
            while True:
                if request is not None:
                    under_way.add(pool.submit(self._ask, request))
                    if len(under_way) < self.store.concurrent:
                        request = running.send(None)
                        continue
                if not answered:
                    meanwhile()
                    answered, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    under_way -= answered
                reply = answered.pop().result()
                self._count_reply(reply)
                request = running.send(reply)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, request: Request) -> Reply:
        values = values_of(self.store, request.keys) if request.keys else []
        return Reply(request, values, [names_or_error(self.store, prefix) for prefix in request.prefixes])

    def _count_reply(self, reply: Reply) -> None:
        self.count(reply.values, len(reply.listings))

    def count(self, values: Sequence[object], listings: int) -> None:
        """Take note of what was read, in one thread only."""
        stats = self.stats
        stats.requests += len(values) + listings
        stats.bytes += sum([len(value) for value in values if value.__class__ is bytes])
        remark = remark_of(self.store) if self._may_remark else None
        if remark is not None:
            stats.remarks |= {remark}
        if self._on_progress is not None:
            self._on_progress(stats)


def _but_known(
    ask: Callable[[Sequence[str]], Sequence[Answer]], keys: Sequence[str], known: Mapping[str, Answer]
) -> Sequence[Answer]:
    """Return what is under each key, asking for what is not known."""
    missing = [key for key in keys if key not in known]
    fresh = dict(zip(missing, ask(missing), strict=True)) if missing else {}
    return [known[key] if key in known else fresh[key] for key in keys]
