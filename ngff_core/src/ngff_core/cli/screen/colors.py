"""Whether colours are written: as --color, NO_COLOR and FORCE_COLOR say, else on terminals."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TextIO, TypeVar

import click

from ngff_core.plugins.printing import standard_output
from ngff_core.report.formats.palette import OUTCOMES, Palette

__all__ = ["color_option", "painted", "palette", "wants_color"]

F = TypeVar("F", bound=Callable[..., Any])
_ANSWERS = {"auto": None, "always": True, "never": False}


def _remember(ctx: click.Context, _: click.Parameter, value: str) -> None:
    ctx.color = _ANSWERS[value]  # click's own, so that it also colours what it prints by itself


def color_option(function: F) -> F:
    """Add the option --color, which `wants_color` asks for."""
    return click.option(
        "--color",
        type=click.Choice(list(_ANSWERS)),
        default="auto",
        expose_value=False,
        is_eager=True,
        callback=_remember,
        help="Whether to write colours.  [auto: on terminals, unless NO_COLOR or FORCE_COLOR is set]",
    )(function)


def wants_color(stream: TextIO | None) -> bool:
    """Tell whether colours are to be written to a stream; ``None`` is a file, which only has them when told so."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def palette() -> Palette:
    """Return the colours of what is printed."""
    stream = standard_output()
    return Palette(stream is not None and wants_color(stream))


def painted(line: str) -> str:
    """Return a line that begins with what became of something, such as ``done`` or ``refused``, with that in colour."""
    begin = next((words for words in OUTCOMES if line.startswith((f"{words}  ", f"{words}:", f"{words}\n"))), None)
    if begin is None and line in OUTCOMES:
        begin = line
    return line if begin is None else palette().verdict(begin) + line[len(begin) :]
