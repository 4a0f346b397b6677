"""Processes of this machine as workers."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

__all__ = ["process_pool"]


def process_pool(workers: int, options: Mapping[str, object]) -> ProcessPoolExecutor:
    """Return an executor of processes; spawned, as forking a process with threads is not safe."""
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    """Collect garbage as seldom as the command line does."""
    gc.set_threshold(50_000, 20, 50)
