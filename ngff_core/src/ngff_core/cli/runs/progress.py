"""Progress and statistics on standard error, for those who wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from ngff_core.report.partial import ReadStats
from ngff_core.words import counted, noun, printable

__all__ = ["LiveLine", "Meter", "Progress"]

AFTER = 1.0  # seconds of work before anything is shown
EVERY = 0.1  # seconds between two looks


class Progress:
    """How many stores are done, of how many that were found so far; ``complete`` once there are no more.

    ``ahead``: somebody watches, so stores are to be looked for ahead of the work.
    """

    __slots__ = ("ahead", "complete", "done", "found")

    def __init__(self) -> None:
        self.done = 0
        self.found = 0
        self.complete = False
        self.ahead = False

    def __str__(self) -> str:
        if self.complete:
            return f"{self.done:,} of {counted(self.found, 'store')}"
        return f"{self.done:,} of {self.found:,}+ stores" if self.ahead else counted(self.done, "store")


class LiveLine:
    """One line that is rewritten while work goes on: from a second on, and not too often."""

    def __init__(self, stream: TextIO, *, live: bool) -> None:
        self._stream = stream
        self._live = live
        self.begun = time.monotonic()
        self._shown = self.begun + AFTER - EVERY
        self._on_screen = False

    def update(self, line: Callable[[float], str]) -> None:
        """Show a line, where it is time for it: it is made of the seconds since the beginning."""
        if not self._live:
            return
        now = time.monotonic()
        if now - self._shown >= EVERY:
            self._shown = now
            self._on_screen = True
            self._stream.write(f"\r\x1b[K{line(now - self.begun)}")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away, so that other text can be written."""
        if self._on_screen:
            self._on_screen = False
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class Meter:
    """Adds up what reading all the stores of a run has cost, and shows it.

    ``live`` rewrites one line while the work goes on, ``stats`` leaves one at the end; ``stores`` tells how
    many are done.
    """

    def __init__(self, stream: TextIO, *, live: bool, stats: bool) -> None:
        self.stores = Progress()
        self._stream = stream
        self._stats = stats
        self._stats_of: dict[int, ReadStats] = {}
        self._live_line = LiveLine(stream, live=live)

    def update(self, stats: ReadStats) -> None:
        """Record what one store has cost so far; called after every batch, from any thread."""
        self._stats_of[id(stats)] = stats
        self._live_line.update(self._line)

    def clear(self) -> None:
        """Take the line of progress away, so that other text can be written."""
        self._live_line.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
        if self._stats:
            seconds = time.monotonic() - self._live_line.begun
            requests = self._requests()
            all_bytes = sum(stats.bytes for stats in self._stats_of.values())
            self._stream.write(
                f"{requests:,} {noun(requests, 'request')}, {all_bytes:,} {noun(all_bytes, 'byte')}, {seconds:.2f} s\n"
            )
            for remark in sorted({remark for stats in self._stats_of.values() for remark in stats.remarks}):
                self._stream.write(f"{printable(remark)}\n")

    def _requests(self) -> int:
        return sum(stats.requests for stats in list(self._stats_of.values()))

    def _line(self, seconds: float) -> str:
        requests = self._requests()
        found = sum(stats.found for stats in list(self._stats_of.values()))
        rate = requests / seconds
        findings = f", {found:,} {noun(found, 'finding')}" if found else ""
        stores = f"{self.stores}, " if self.stores.found > 1 else ""
        return f"{stores}{requests:,} {noun(requests, 'document')}{findings}, {rate:,.0f}/s"
