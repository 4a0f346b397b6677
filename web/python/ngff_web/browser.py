"""Waiting for what the page answers: the only module that needs the runtime of browsers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyodide.ffi import run_sync, to_js

__all__ = ["waiting"]


def waiting(ask: Any) -> Any:
    """Return what asks the page and waits, given what returns a promise; for browsers that can switch stacks."""

    def wait(number: int, keys: Sequence[str], prefixes: Sequence[str]) -> Callable[[], Any]:
        answered = ask(number, to_js(keys), to_js(prefixes))
        return lambda: run_sync(answered)

    return wait
