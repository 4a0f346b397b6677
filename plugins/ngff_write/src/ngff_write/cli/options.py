"""What is written on the command line: numbers, sizes of pixels, units."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import click

from ngff_core.errors import UsageError
from ngff_write.arrays.headers import COMPRESSIONS
from ngff_write.backends import BACKENDS
from ngff_write.units import refuse_unknown

__all__ = ["encoding_options", "keep_option", "numbers_of", "places_of", "sizes_of", "units_of"]

F = TypeVar("F", bound=Callable[..., Any])

_AXES = ("t", "c", "z", "y", "x")

keep_option = click.option(
    "--keep", multiple=True, metavar="AXIS", help="An axis that no level is made smaller along, such as z. Repeatable."
)


def encoding_options(what: str, compression: str | None = COMPRESSIONS[0]) -> Callable[[F], F]:
    """Add the options --compression (of ``what``, with what it is unless given), --writer and --workers."""

    def add(function: F) -> F:
        for option in (
            click.option(
                "--workers", type=click.IntRange(min=1), metavar="N", help="Threads that encode.  [one a core]"
            ),
            click.option(
                "--writer",
                type=click.Choice(["auto", *BACKENDS]),
                default="auto",
                show_default=True,
                help="The library that writes chunks.",
            ),
            click.option(
                "--compression",
                type=click.Choice(COMPRESSIONS),
                default=compression,
                show_default=compression is not None,
                help=f"Of {what}",
            ),
        ):
            function = option(function)
        return function

    return add


def numbers_of(text: str | None, option: str) -> tuple[int, ...] | None:
    """Return numbers of pixels, such as ``1,512,512``; raises UsageError."""
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdecimal() and len(word) < 10 and int(word) for word in words):
        raise UsageError(f"{option} {text} is no list of numbers of pixels, such as 1,512,512")
    return tuple(map(int, words))


def sizes_of(words: Sequence[str]) -> dict[str, float]:
    """Return the sizes of pixels by axis, given as ``x=0.65``; raises UsageError."""
    sizes = {}
    for axis, text in _pairs(words, "--pixel-size", "x=0.65"):
        size = _finite(text)
        if size is None or size <= 0:
            raise UsageError(f"--pixel-size {axis}={text} is no number above 0")
        sizes[axis] = size
    return sizes


def places_of(words: Sequence[str]) -> dict[str, float]:
    """Return where the first pixel is by axis, given as ``x=1.5``; raises UsageError."""
    places = {}
    for axis, text in _pairs(words, "--translation", "x=1.5"):
        place = _finite(text)
        if place is None:
            raise UsageError(f"--translation {axis}={text} is no number")
        places[axis] = place
    return places


def _finite(text: str) -> float | None:
    with suppress(ValueError):
        return number if math.isfinite(number := float(text)) else None
    return None


def units_of(words: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """Return the unit of all axes in space, and those of single axes, given as ``t=second``; raises UsageError."""
    everywhere = [word for word in words if "=" not in word]
    units = dict(_pairs([word for word in words if "=" in word], "--unit", "t=second"))
    if len(everywhere) > 1:
        raise UsageError("--unit is given twice for all axes in space")
    for axis, unit in (*units.items(), *(("x", unit) for unit in everywhere)):
        refuse_unknown(unit, time=axis == "t")
    return (everywhere[0] if everywhere else None), units


def _pairs(words: Sequence[str], option: str, example: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for word in (part.strip() for text in words for part in text.split(",")):
        axis, equals, value = word.partition("=")
        if not equals or axis not in _AXES or axis == "c":
            raise UsageError(
                f"{option} {word} is not of the form AXIS=VALUE, such as {example}; axes are t, z, y and x"
            )
        if axis in seen:
            raise UsageError(f"{option} is given twice for {axis}")
        seen.add(axis)
        yield axis, value
