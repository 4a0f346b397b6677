"""What breaks a run off from outside, Ctrl-C and SIGTERM, told apart from what some code raises by itself."""

from __future__ import annotations

import signal
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Terminated", "hear_signals", "is_stop", "stop_code"]

_SAME = 1.0  # seconds: `timeout` sends a signal twice, to the process and to its group, and so do wrappers of Ctrl-C
_last = -_SAME


class Terminated(KeyboardInterrupt):
    """The command was told to end by a signal, Ctrl-C or another one: the exit code is what shells have of it."""

    def __init__(self, number: int = signal.SIGTERM) -> None:
        self.exit_code = 128 + number
        super().__init__()


def hear_signals() -> None:
    """Raise Terminated on Ctrl-C and SIGTERM from now on, unless whoever started this does something else on them."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is usual:
            signal.signal(number, _break_off)


def is_stop(error: BaseException) -> bool:
    """Tell whether an exception breaks the program off.

    Where a signal raises Terminated, or nobody is told of Ctrl-C, it is a plugin that has raised KeyboardInterrupt.
    """
    cls = type(error)
    if issubclass(cls, Terminated):
        return True
    return issubclass(cls, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, _break_off)


def stop_code(stop: BaseException | None) -> int:
    """Return the exit code of a command that was broken off by Ctrl-C, or in another way that states its own."""
    code = getattr(stop, "exit_code", 128 + signal.SIGINT)
    return code if isinstance(code, int) else 128 + signal.SIGINT


def _break_off(number: int, frame: FrameType | None) -> None | NoReturn:
    """Raise Terminated; what comes right after is the same signal once more, and would disturb the leaving."""
    global _last
    before, _last = _last, monotonic()
    if _last - before >= _SAME:
        raise Terminated(number)
    return None
