"""Commands that run at the same time, each in a process of its own."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ngff_core.cli import main

__all__ = ["Ended", "abreast", "command"]


class Ended(NamedTuple):
    """How a process ended, and what it said on both streams."""

    code: int
    said: str


def command(*arguments: object) -> Callable[[], None]:
    """Return the command `ngff` as something to run."""
    return lambda: main([str(argument) for argument in arguments])


def abreast(calls: Sequence[Callable[[], None]], folder: Path) -> list[Ended]:
    """Run calls in processes that start at once; all have imported before what this one has."""
    reading, writing = os.pipe()
    outputs = [folder / f"output-{number}" for number in range(len(calls))]
    children = [_forked(call, output, reading, writing) for call, output in zip(calls, outputs, strict=True)]
    os.close(reading)
    os.close(writing)  # which is what they wait for
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return [Ended(code, output.read_text()) for code, output in zip(codes, outputs, strict=True)]


def _forked(call: Callable[[], None], output: Path, reading: int, writing: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.close(writing)
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with open(descriptor, "w") as file:
            sys.stdout = sys.stderr = file
            os.read(reading, 1)
            try:
                call()
                code = 0
            except SystemExit as stopped:
                code = stopped.code if isinstance(stopped.code, int) else 71
            except BaseException:
                traceback.print_exc()
    finally:
        os._exit(code)
