"""Processes of this machine as workers."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

from ngff_core.stores.forking import can_be_forked

__all__ = ["process_pool"]


class _Processes(ProcessPoolExecutor):
    """Processes that end at once when what they work for is broken off, by Ctrl-C say."""

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            # a copy, as the pool takes out those that end; from Python 3.14 on this is `kill_workers`
            for process in list((self._processes or {}).values()):
                process.kill()
        self.shutdown(wait=True, cancel_futures=True)


def process_pool(workers: int, options: Mapping[str, object]) -> ProcessPoolExecutor:
    """Return an executor of processes: forked, which takes no time, where that is safe, else spawned."""
    context = multiprocessing.get_context("fork" if can_be_forked() else "spawn")
    return _Processes(workers, context, initializer=_prepare)


def _prepare() -> None:
    """Collect garbage as seldom as the command line does, leave Ctrl-C to the parent, and end when that ends.

    What plugins print goes to standard error: standard output belongs to the report, which the parent writes.
    """
    sys.stdout = sys.stderr
    gc.set_threshold(50_000, 20, 50)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a process that was forked has what the parent does on it
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent to end, however it does: a pool does not notice, its processes would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
