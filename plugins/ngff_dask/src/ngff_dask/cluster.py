"""Which scheduler, and how many workers; what has to hold before they are used."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dask
from distributed import Client, LocalCluster

from ngff_core.errors import EngineError, UsageError, failure_of
from ngff_core.words import counted
from ngff_dask.executor import DaskExecutor, leave
from ngff_dask.worker import different, has_the_profiler_that_hangs, rules_here

__all__ = ["dask_executor", "executor_of"]

LOCAL = "local"
CONNECT = 30  # seconds, unless told
FIRST_WORKER = 600  # seconds: batch systems take their time
_GARBAGE = (2_000, 10, 10)  # each message of Dask leaves some that goes round in circles
_FORGETFUL = {"distributed.admin.low-level-log-length": 0}  # a client would keep the last thousand tasks that it sent
_OWN = _FORGETFUL | {  # of a cluster that is made for a run
    "distributed.worker.profile.enabled": False,  # see worker.py
    "distributed.scheduler.allowed-failures": 0,  # what kills a worker is tried again by itself, by core
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.admin.log-length": 100,  # of what nobody looks at: its scheduler is in the process of the command
    "distributed.admin.system-monitor.log-length": 100,
    # for workers to log nothing, it has to be said before they begin: afterwards Dask has read it
    "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",
}
_LOGGERS = ("distributed", "tornado")


def dask_executor(workers: int | None, options: Mapping[str, Any]) -> DaskExecutor:
    """Return an executor on the workers of a scheduler: an address, a file that it has written, or ``local``.

    Raises UsageError for what is no scheduler, EngineError where its workers cannot be used.
    """
    scheduler, blocked = options.get("scheduler"), tuple(options.get("blocked", ()))
    if scheduler is None:
        raise UsageError("--engine dask needs --scheduler: tcp://HOST:PORT, a scheduler file, or local")
    if workers is not None and scheduler != LOCAL:
        raise UsageError("--workers goes with --scheduler local: another scheduler has the workers that it has")
    _be_quiet()
    gc.set_threshold(*_GARBAGE)  # the command has it collected seldom, as its own work leaves none
    client = _own_client(workers) if scheduler == LOCAL else _client(scheduler, options.get("timeout") or CONNECT)
    try:
        return _executor(client, blocked, own=True)
    except BaseException:
        leave(client)
        raise


def executor_of(client: Client) -> DaskExecutor:
    """Return an executor for `ngff_core.check_stores` on the workers of a client, however that was made.

    Waits for the first worker. Raises EngineError where workers would judge by other rules, or cannot be used.
    """
    return _executor(client, ())


def _executor(client: Client, blocked: tuple[str, ...], *, own: bool = False) -> DaskExecutor:
    try:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            _say(f"there is no worker yet; waiting for up to {FIRST_WORKER} s")
        client.wait_for_workers(1, timeout=FIRST_WORKER)
        rules = rules_here(blocked)
        for name, found in client.run(rules_here, blocked).items():
            if found != rules:
                raise EngineError(different(f"the worker {name}", found, rules))
        _warn_of_hangs(client)
        number = len(client.scheduler_info(n_workers=-1)["workers"])
    except EngineError:
        raise
    except Exception as error:  # whatever Dask, or a worker without this package, raises
        raise EngineError(f"the workers cannot be used: {failure_of(error)}") from None
    return DaskExecutor(client, number, rules, blocked, own=own)


def _be_quiet() -> None:
    """Let Dask log nothing: what matters of it is said by the command."""
    for name in [*logging.root.manager.loggerDict, *_LOGGERS]:
        if name.partition(".")[0] in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _own_client(workers: int | None) -> Client:
    with dask.config.set(_OWN):
        number = workers or os.cpu_count() or 1
        cluster = LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address="127.0.0.1:0")
        return Client(cluster)


def _client(scheduler: str, timeout: float) -> Client:
    where = {"address" if "://" in scheduler else "scheduler_file": scheduler}
    try:
        if "scheduler_file" in where:
            with open(scheduler, encoding="utf-8"):  # for which Dask would wait
                pass
        with dask.config.set(_FORGETFUL):
            # in a thread: for what takes the connection and says nothing Dask would wait for ever
            return ThreadPoolExecutor(1).submit(Client, **where, timeout=timeout).result(timeout + 1)
    except TimeoutError:
        raise EngineError(f"there is no scheduler at {scheduler}: no answer within {timeout:g} s") from None
    except Exception as error:
        raise EngineError(f"there is no scheduler at {scheduler}: {failure_of(error)}") from None


def _warn_of_hangs(client: Client) -> None:
    found = [name for name, hangs in client.run(has_the_profiler_that_hangs).items() if hangs]
    if found:
        _say(
            f"{counted(len(found), 'worker')} may stop for good, as Python before 3.12 does while Dask takes a profile;"
            " start the workers with DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False"
        )


def _say(text: str) -> None:
    sys.stderr.write(f"warning: {text}\n")
