"""Processes of this machine as workers."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from ngff_core.errors import EngineError
from ngff_core.stores.forking import can_be_forked

__all__ = ["process_pool"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TO_END = {signal.SIGINT, signal.SIGTERM}
_NO_THREAD = 75  # the exit code of a process that could not begin


class _Processes(ProcessPoolExecutor):
    """Processes that end at once when what they work for is broken off, by Ctrl-C say."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Send work; raises EngineError where the system has no room for the processes, or for their threads."""
        try:
            with _told_later():  # the first to be submitted starts the processes
                return super().submit(fn, *args, **kwargs)
        except OSError as error:
            raise _no_room(error.strerror or str(error)) from None
        except RuntimeError as error:
            if self._broken or self._shutdown_thread:
                raise
            self._executor_manager_thread = None  # type: ignore[assignment]  # never started, and not to be waited for
            raise _no_room(str(error)) from None

    def look(self) -> None:
        """Raise EngineError where what hands out the work has ended, or could not begin: nothing would ever come."""
        manager: Any = self._executor_manager_thread
        if not (self._broken or self._shutdown_thread or (manager is not None and manager.is_alive())):
            raise _no_room("what hands out the work has ended")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; raises EngineError where one could not begin."""
        broken = self._broken
        processes = list((self._processes or {}).values())
        if broken:  # a process that was started just as another died is told nothing, and would be waited for
            self._kill()
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        # only now, as the pool waits for them too: while it does, a process that has ended may seem not to have
        if broken and any(process.exitcode == _NO_THREAD for process in processes):
            raise _no_room("can't start new thread")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._kill()
        self.shutdown(wait=True, cancel_futures=True)

    def _kill(self) -> None:
        # a copy, as the pool takes out those that end; from Python 3.14 on this is `kill_workers`
        for process in list((self._processes or {}).values()):
            process.kill()


def process_pool(workers: int | None, options: Mapping[str, object]) -> ProcessPoolExecutor:
    """Return an executor of processes: forked, which takes no time, where that is safe, else spawned."""
    context = multiprocessing.get_context("fork" if can_be_forked() else "spawn")
    try:
        return _Processes(workers, context, initializer=_prepare)
    except OSError as error:
        raise _no_room(error.strerror or str(error)) from None


def _no_room(reason: str) -> EngineError:
    hint = "ask for fewer workers, or raise the limits of files (ulimit -n) and of processes and threads (ulimit -u)"
    return EngineError(f"the workers cannot be started: {reason[:1].lower()}{reason[1:]}; {hint}")


@contextmanager
def _told_later() -> Iterator[None]:
    """Keep signals to end until later: a process that was just forked would do on them what its parent does."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare() -> None:
    """Collect garbage as seldom as the command line does, leave Ctrl-C to the parent, and end when that ends.

    What plugins print goes to standard error: standard output belongs to the report, which the parent writes.
    """
    sys.stdout = sys.stderr
    gc.set_threshold(50_000, 20, 50)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a process that was forked has what the parent does on it
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_END)
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    try:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    except RuntimeError:
        os._exit(_NO_THREAD)
    if hasattr(os, "register_at_fork"):  # a plugin that forks makes a copy that nobody knows of, and has no threads

        def watch_again() -> None:
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()

        os.register_at_fork(after_in_child=watch_again)


def _end_with(parent: Any) -> None:
    """Wait for the parent to end, however it does: a pool does not notice, its processes would wait for ever."""
    parent.join()
    os._exit(1)
