"""What plugins print: standard output belongs to the command, and what is printed on the way goes to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["own_output", "standard_output"]

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
