"""Clients do not survive a fork: their threads stay in the parent, and what they hold is shared with it."""

from __future__ import annotations

import os

from ngff_core.errors import UsageError

__all__ = ["check_process"]

_ADVICE = (
    "this process was forked from one that has read remote stores, and the clients for these do not survive that;"
    " start it in another way: multiprocessing.get_context('spawn'), or 'forkserver'"
)
_readers: list[int] = []  # the process that reads, once there is one


def check_process() -> None:
    """Raise UsageError in a process that was forked from one that has read: it would wait for ever."""
    if not _readers:
        _readers.append(os.getpid())
    elif _readers[0] != os.getpid():
        raise UsageError(_ADVICE)
