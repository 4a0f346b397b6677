"""Whether colours and links are written: as --color, NO_COLOR and FORCE_COLOR say, else on terminals."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TextIO, TypeVar

import click

from ngff_core.plugins.printing import standard_output
from ngff_core.report.formats.palette import OUTCOMES, Palette

__all__ = ["color_option", "painted", "palette", "wants_color", "wants_links"]

F = TypeVar("F", bound=Callable[..., Any])
_LINKING = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"}
_LINKING_TERMS = {"kitty", "ghostty", "foot", "alacritty", "wezterm", "contour"}
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


def wants_links(stream: TextIO | None) -> bool:
    """Tell whether what is written to a stream may hold links (OSC 8): on terminals that are known to show them.

    Not where there are to be no colours: who wants plain text by NO_COLOR or --color never wants no links either, as
    other programs have it. Nor inside of tmux and screen, which tell of no terminal around them.
    """
    if stream is None or not stream.isatty() or not wants_color(stream):
        return False
    told = os.environ.get
    if told("TMUX") or told("STY"):
        return False
    vte = told("VTE_VERSION", "")
    return (
        told("TERM_PROGRAM") in _LINKING
        or told("TERM", "").removeprefix("xterm-") in _LINKING_TERMS
        or any(map(told, ("WT_SESSION", "KONSOLE_VERSION")))
        or (vte.isdecimal() and int(vte[:9]) > 5000)  # with a link, the first of these crashed
    )


def palette() -> Palette:
    """Return the colours of what is printed."""
    stream = standard_output()
    return Palette(stream is not None and wants_color(stream), wants_links(stream))


def painted(line: str) -> str:
    """Return a line that begins with what became of something, such as ``done`` or ``refused``, with that in colour."""
    begin = next((words for words in OUTCOMES if line.startswith((f"{words}  ", f"{words}:", f"{words}\n"))), None)
    if begin is None and line in OUTCOMES:
        begin = line
    return line if begin is None else palette().verdict(begin) + line[len(begin) :]
