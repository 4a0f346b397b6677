"""How far writing has come, on standard error, for those who wait at a terminal."""

from __future__ import annotations

import sys
import time

__all__ = ["Progress"]

AFTER = 1.0  # seconds of work before anything is shown
EVERY = 0.1  # seconds between two looks


class Progress:
    """Rewrites one line while pixels are written; nothing where nobody is at a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr is not None and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._shown = self._begun + AFTER - EVERY
        self._on_screen = False

    def __call__(self, done: int, total: int) -> None:
        """Take in how many pixels of all are done."""
        now = time.monotonic()
        if not self._live or now - self._shown < EVERY:
            return
        self._shown = now
        self._on_screen = True
        rate = done / (now - self._begun) / 1e6
        sys.stderr.write(f"\r\x1b[K{100 * done // max(total, 1)}% of {total:,} pixels, {rate:,.1f} million/s")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, so that other text can be written."""
        if self._on_screen:
            self._on_screen = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
