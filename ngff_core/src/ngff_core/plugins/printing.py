"""What plugins print: standard output belongs to the command, and what is printed on the way goes to standard error."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from ngff_core.errors import failure_of
from ngff_core.words import printable

__all__ = ["own_output", "standard_output", "tell_in_one_line"]

TRACEBACK = "NGFF_TRACEBACK"

_kept: list[TextIO | None] = []


@contextmanager
def own_output() -> Iterator[None]:
    """Keep standard output for what this program says: what plugins print meanwhile goes to standard error."""
    _kept.append(sys.stdout)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = _kept.pop()


def standard_output() -> TextIO | None:
    """Return the stream for what this program says."""
    return _kept[0] if _kept else sys.stdout


def tell_in_one_line() -> None:
    """Say in one line what is raised where nobody takes it: in a thread, or while an object is taken away."""
    if not os.environ.get(TRACEBACK):
        sys.unraisablehook = threading.excepthook = _tell


def _tell(raised: Any) -> None:
    if issubclass(raised.exc_type, SystemExit) or raised.exc_value is None or sys.stderr is None:
        return
    with suppress(OSError, ValueError, KeyboardInterrupt):  # of the stream, or as what was raised
        said = failure_of(raised.exc_value)
        sys.stderr.write(printable(f"Warning: something failed that nobody waits for: {said}") + "\n")
