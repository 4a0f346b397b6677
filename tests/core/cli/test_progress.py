"""Progress on standard error: only for work over a second, only on a terminal, and out of the way of other text."""

from __future__ import annotations

import io

import pytest

from ngff_core.cli.runs import progress
from ngff_core.cli.runs.progress import Meter
from ngff_core.report.partial import ReadStats


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress, "time", found)
    return found


def traffic(requests: int, found: int = 0) -> ReadStats:
    made = ReadStats()
    made.requests, made.found, made.bytes = requests, found, 10 * requests
    return made


def test_nothing_is_shown_within_the_first_second(clock: Clock) -> None:
    stream = io.StringIO()
    with Meter(stream, live=True, stats=False) as meter:
        for _ in range(9):
            clock.now += 0.1
            meter.update(traffic(5))
    assert stream.getvalue() == ""


def test_a_line_that_is_rewritten_and_taken_away(clock: Clock) -> None:
    stream = io.StringIO()
    one, other = traffic(1500), traffic(500, found=1)
    with Meter(stream, live=True, stats=False) as meter:
        clock.now += 2.0
        meter.update(one)
        meter.update(other)  # too soon to be shown
        clock.now += 0.5
        meter.update(other)
        meter.clear()
        meter.clear()
    assert stream.getvalue() == ("\r\x1b[K1,500 documents, 750/s\r\x1b[K2,000 documents, 1 finding, 800/s\r\x1b[K")


def test_statistics_at_the_end_and_no_progress_elsewhere_than_on_a_terminal(clock: Clock) -> None:
    stream = io.StringIO()
    with Meter(stream, live=False, stats=True) as meter:
        clock.now += 2.5
        meter.update(traffic(1500))
    assert stream.getvalue() == "1,500 requests, 15,000 bytes, 2.50 s\n"
