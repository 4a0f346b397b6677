"""Signals that end a command, told apart from what plugins raise."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from ngff_core.errors import Terminated, failure_of, hear_signals, is_stop, stop_code

ENDING = pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Hear signals as the command does, with a clock that stands still."""
    now = [100.0]
    monkeypatch.setattr("ngff_core.errors.monotonic", lambda: now[0])
    monkeypatch.setattr("ngff_core.errors._last", 0.0)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell starts tests in the background
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    hear_signals()
    yield now
    for number, handler in before.items():
        signal.signal(number, handler)


@ENDING
def test_a_signal_breaks_off(sent: int, code: int) -> None:
    with pytest.raises(Terminated) as raised:
        os.kill(os.getpid(), sent)
    assert is_stop(raised.value)
    assert stop_code(raised.value) == code


def test_attack16_3a_a_plugin_that_raises_it_has_failed() -> None:
    assert failure_of(KeyboardInterrupt("x")) == "KeyboardInterrupt: x"
    assert not is_stop(KeyboardInterrupt())


@ENDING
def test_attack16_3e_a_signal_that_comes_twice_does_not_disturb_the_leaving(
    sent: int, code: int, clock: list[float]
) -> None:
    """As `timeout` sends it; one that comes later is meant."""
    with pytest.raises(Terminated):
        os.kill(os.getpid(), sent)
    os.kill(os.getpid(), sent)
    clock[0] += 2
    with pytest.raises(Terminated):
        os.kill(os.getpid(), sent)


def test_a_signal_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hear_signals()
    os.kill(os.getpid(), signal.SIGINT)
