"""An executor of ``concurrent.futures`` over a client of Dask: what core's loop over workers needs, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from distributed import Client, KilledWorker
from tornado.ioloop import PeriodicCallback

from ngff_core.errors import EngineError, UsageError
from ngff_core.masking import masked
from ngff_core.masking.forms import secrets_in_options
from ngff_core.validation.many.jobs import Job
from ngff_dask.worker import Here, Rules, perform_alike

__all__ = ["DaskExecutor", "leave"]

LOOK_EVERY = 5  # seconds
PATIENCE = 600  # seconds that a cluster may be without workers

P = ParamSpec("P")
T = TypeVar("T")

_LOST = (
    "the scheduler has given up what it was sent: it is gone, or was started anew; --log and --resume go on with a run"
)
_NOT_SENT = "which is not sent to a cluster: let the workers have it in their environment"


class DaskExecutor(Executor):
    """Sends work to the workers of a client; ``own``: it is left when this is shut down, and its cluster ends."""

    def __init__(
        self, client: Client, workers: int, rules: Rules, blocked: tuple[str, ...] = (), *, own: bool = False
    ) -> None:
        self.workers = workers
        self._own = own
        self._client = client
        self._under_way: set[Future[Any]] = set()
        self._watch = PeriodicCallback(self._look_for_workers, LOOK_EVERY * 1000)
        self._empty_since: float | None = None
        client.loop.add_callback(self._watch.start)
        self._here = Here(rules, blocked)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send work to a worker; raises UsageError for a secret, which is not sent over a network."""
        for value in args:
            _refuse_secrets(value)
        own: Future[Any] = Future()
        try:
            sent = self._client.submit(perform_alike, self._here, fn, *args, pure=False, **kwargs)
            self._under_way.add(own)
            own.add_done_callback(self._under_way.discard)
            self._client.loop.add_callback(_hand_over, sent, own, died=self._died)
        except Exception as error:
            raise EngineError(f"{_LOST} ({type(error).__name__})") from error
        return own

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the scheduler, if it was joined for this executor; a cluster that was made for it ends."""
        with suppress(Exception):
            self._client.loop.add_callback(self._watch.stop)
        if self._own:
            leave(self._client)

    def _died(self, error: KilledWorker) -> Exception:
        """Return what is said of a dead worker: a cluster of this process is better made anew."""
        # a worker that dies while it is started is not started again
        return (
            error
            if not self._own or self._client.cluster is None
            else BrokenExecutor(f"{type(error).__name__}: {error}")
        )

    def _look_for_workers(self) -> None:
        """Give up what is under way where there has been no worker for long."""
        # the client asks for their number every now and then; of older releases of Dask it gets the workers themselves
        heard = self._client.scheduler_info()
        if heard.get("n_workers", len(heard["workers"])):
            self._empty_since = None
            return
        now = monotonic()
        self._empty_since = self._empty_since or now
        if now - self._empty_since > PATIENCE:
            for future in list(self._under_way):
                _settle(future, None, EngineError(f"the scheduler has had no worker for {PATIENCE} s"))


def leave(client: Client) -> None:
    """Leave a scheduler, and end its cluster if it belongs to this process."""
    cluster = client.cluster
    for part in filter(None, (client, cluster)):
        with suppress(Exception):  # of what is gone already
            part.close()


async def _hand_over(sent: Awaitable[Any], own: Future[Any], died: Callable[[KilledWorker], Exception]) -> None:
    """Wait for what was sent, and let who waits for it have it: also where a result is lost with its worker.

    Dask's own executor leaves a future for ever undone whose result was lost and whose worker then dies again.
    """
    outcome: Any = None
    failure: Exception | None = None
    try:
        outcome = await sent
    except (CancelledError, asyncio.CancelledError):
        failure = EngineError(_LOST)
    except KilledWorker as error:
        failure = died(error)
    except Exception as error:
        failure = error
    _settle(own, outcome, failure)


def _settle(own: Future[Any], outcome: Any, failure: Exception | None) -> None:
    if own.done() or not own.set_running_or_notify_cancel():
        return
    if failure is None:
        own.set_result(outcome)
    else:
        own.set_exception(failure)


def _refuse_secrets(value: object) -> None:
    for job in value if isinstance(value, Iterable) else ():
        if not isinstance(job, Job):
            continue
        for name, given in (job.storage_options or {}).items():
            if any(True for _ in secrets_in_options({name: given})):
                raise UsageError(f"the storage option {name!r} may be a secret, {_NOT_SENT}")
        if masked(address := str(job.address.uri)) != address:
            raise UsageError(f"{masked(address)} holds a secret, {_NOT_SENT}")
