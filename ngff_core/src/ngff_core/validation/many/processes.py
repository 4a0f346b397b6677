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
    """Return an executor of processes.

    They are forked where that is safe, else spawned: a spawned one takes a start of Python and of the plugins, as long
    as a thousand documents do.
    """
    if not _may_fork():
        return _Processes(workers, multiprocessing.get_context("spawn"), initializer=_prepare)
    sys.stdout.flush()  # what waits to be written is the parent's
    pool = _Processes(workers, multiprocessing.get_context("fork"), initializer=_prepare)
    pool.submit(int)  # the first job forks all of them: now, as there may be threads later
    return pool


def _may_fork() -> bool:
    """Tell whether this process has one thread, native ones counted; only Linux says so, and forks safely."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _prepare() -> None:
    """Collect garbage as seldom as the command line does, leave Ctrl-C to the parent, and end when that ends."""
    gc.set_threshold(50_000, 20, 50)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the parent to end, however it does: a pool does not notice, its processes would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
