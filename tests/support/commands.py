"""Running the command in the process of the test."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from ngff_core.cli import main

__all__ = ["Ran", "Run", "Screen", "caller", "shown_on"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def blocks(self) -> list[list[str]]:
        """The findings of a text report, each as its lines."""
        blocks = [block.splitlines() for block in self.out.rstrip("\n").split("\n\n")]
        return blocks[1:-1]  # between the headline and the verdict

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Severity and rule of each finding of a text report."""
        return [(block[0].split()[0], block[0].split()[1]) for block in self.blocks]


Run = Callable[..., Ran]


def caller(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the command in this process; an exception that escapes fails the test."""

    def call(*args: object, stdin: bytes | None = None) -> Ran:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        captured = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Ran(stopped.value.code, captured.out, captured.err)

    return call


class Screen(io.TextIOWrapper):
    """What a test has in the place of a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        """What was written so far."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


def shown_on(monkeypatch: pytest.MonkeyPatch, *args: object, encoding: str = "utf-8", **environment: str) -> str:
    """Run the command in this process, and return what a terminal gets of it; nothing else is in its environment."""
    screen = Screen(encoding)
    with monkeypatch.context() as patched:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM_PROGRAM", "TERM"):
            patched.delenv(name, raising=False)
        for name, value in environment.items():
            patched.setenv(name, value)
        patched.setattr(sys, "stdout", screen)
        with pytest.raises(SystemExit):
            main([str(arg) for arg in args])
    return screen.text
