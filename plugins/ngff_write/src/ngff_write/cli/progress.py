"""How far writing has come, on standard error, for those who wait at a terminal."""

from __future__ import annotations

import sys

from ngff_core.cli.runs.progress import LiveLine

__all__ = ["Progress"]


class Progress:
    """Rewrites one line while pixels are written; nothing where nobody is at a terminal."""

    def __init__(self) -> None:
        self._line = LiveLine(sys.stderr, live=sys.stderr is not None and sys.stderr.isatty())

    def __call__(self, done: int, total: int) -> None:
        """Take in how many pixels of all are done."""
        self._line.update(
            lambda seconds: f"{100 * done // max(total, 1)}% of {total:,} pixels, {done / seconds / 1e6:,.1f} million/s"
        )

    def clear(self) -> None:
        """Take the line away, so that other text can be written."""
        self._line.clear()
