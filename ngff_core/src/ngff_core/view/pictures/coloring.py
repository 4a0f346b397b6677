"""Planes of pixels as colours: channels as they are to be shown, labels each in a colour of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from ngff_core.view.images import ChannelView, WindowView

__all__ = ["colored_labels", "mixed", "shown_channels"]

MOST = 8  # channels that are mixed
_WHITE = "FFFFFF"
_OTHERWISE = ("FF0000", "00FF00", "0000FF", "FF00FF", "00FFFF", "FFFF00", _WHITE, "FF8000")
_COLOR = re.compile("[0-9A-Fa-f]{6}")
_GOLDEN = 0.618033988749895

Color = tuple[int, int, int]


def shown_channels(channels: Sequence[ChannelView], number: int) -> list[tuple[int, str, WindowView | None]]:
    """Return which of so many channels are shown, each with its colour and the intensities that are.

    Those that are active; all where none is, or nothing is said of them. One channel without a colour is grey.
    """
    known = [channels[n] if n < len(channels) else ChannelView(None, None) for n in range(number)]
    there = [n for n, channel in enumerate(known) if channel.active is True] or [
        n for n, channel in enumerate(known) if channel.active is not False
    ]
    chosen = (there or [*range(number)])[:MOST]
    shown = []
    for n in chosen:
        color = known[n].color or ""
        otherwise = _WHITE if number == 1 else _OTHERWISE[n % len(_OTHERWISE)]
        shown.append((n, color if _COLOR.fullmatch(color) else otherwise, known[n].window))
    return shown


def mixed(planes: Sequence[tuple[Any, str, WindowView | None]]) -> Any:
    """Return bytes, rows x columns x 3, of planes with their colours and intensities: their light is added up."""
    numpy = import_module("numpy")
    light = numpy.zeros((*planes[0][0].shape, 3))
    for plane, color, window in planes:
        plane = numpy.nan_to_num(plane.astype(float), posinf=0, neginf=0)
        start, end = _limits(plane, window)
        scaled = ((plane - start) / (end - start)).clip(0, 1)
        light += scaled[..., None] * numpy.array([int(color[n : n + 2], 16) for n in (0, 2, 4)])
    return light.clip(0, 255).round().astype(numpy.uint8)


def _limits(plane: Any, window: WindowView | None) -> tuple[float, float]:
    """Return the intensities that are black and brightest: those of a window, else of nearly all pixels."""
    if window is not None and window.start is not None and window.end is not None and window.start < window.end:
        return window.start, window.end
    numpy = import_module("numpy")
    start, end = (float(limit) for limit in numpy.percentile(plane, (1, 99.8)))
    return (start, end) if start < end else (start, start + 1)


def colored_labels(plane: Any, colors: Mapping[int, Color]) -> Any:
    """Return bytes, rows x columns x 3: labels in the colours that are stated, others in some, 0 in black."""
    numpy = import_module("numpy")
    values, places = numpy.unique(plane, return_inverse=True)
    table = [colors.get(value) or _color_of(value) for value in map(int, values)]
    return numpy.array(table, numpy.uint8)[places.reshape(plane.shape)]


def _color_of(value: int) -> Color:
    """Return a colour for a label: far from those of the labels beside it."""
    if value == 0:
        return 0, 0, 0
    position = value * _GOLDEN % 1 * 6
    rising = int(255 * (0.35 + 0.65 * (position % 1)))
    falling = int(255 * (1 - 0.65 * (position % 1)))
    high, low = 255, 89
    if position < 3:
        return [(high, rising, low), (falling, high, low), (low, high, rising)][int(position)]
    return [(low, falling, high), (rising, low, high), (high, low, falling)][int(position) - 3]
