"""Colours for labels that nobody has chosen colours for: those of the values that there are."""

from __future__ import annotations

import colorsys
from collections.abc import Collection
from typing import Any

import numpy as np

from ngff_write.pixels.sources import Source, source_of

__all__ = ["Values", "color_of", "colors_of"]

MOST = 1024  # values, above which no colours are listed: the metadata would be larger than the labels
EXPECTED = 256  # values that have colours where it is not known which there will be
Color = tuple[int, int, int, int]  # red, green, blue, opacity
_TABLE = 1 << 16
_GOLDEN = 0.618033988749895


def color_of(value: int) -> Color:
    """Return the colour of a value, far from those of the values next to it; none of 0, which is the background."""
    if value == 0:
        return (0, 0, 0, 0)
    hue = value * _GOLDEN % 1.0
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.75, 0.95))
    return (red, green, blue, 255)


def colors_of(dtype: np.dtype[Any], values: Collection[int]) -> dict[int, Color]:
    """Return the colours of such values, or where there are none of the first ones that a type of pixels has."""
    most = min(EXPECTED, int(np.iinfo(dtype).max) + 1)
    return {value: color_of(value) for value in ({0, *values} if values else range(most))}


class Values:
    """Labels that remember which values were read of them."""

    def __init__(self, data: Any) -> None:
        self._source: Source = source_of(data)
        self.shape = self._source.shape
        self.dtype = self._source.dtype
        self.blocks = self._source.blocks
        self._found: set[int] = set()
        self._table = np.zeros(_TABLE, bool)

    def __getitem__(self, region: tuple[slice, ...]) -> np.ndarray[Any, Any]:
        pixels = self._source.read(region)
        if pixels.size and len(self._found) <= MOST:
            values = _first_of_runs(pixels)
            if values.min() >= 0 and values.max() < _TABLE:
                self._table[values] = True
            else:
                self._found.update(np.unique(values).tolist())
        return pixels

    def colors(self) -> dict[int, Color]:
        """Return a colour for each value that was read; nothing where there are too many."""
        values = sorted(self._found.union(np.flatnonzero(self._table).tolist()))
        return {value: color_of(value) for value in values} if len(values) <= MOST else {}


def _first_of_runs(pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the pixels that differ from the one before: few of labels, and all values are among them."""
    flat = pixels.reshape(-1)
    return np.concatenate([flat[:1], flat[1:][flat[1:] != flat[:-1]]])
