"""What ImageJ says of an image in a TIFF of its own: sizes of pixels, the time between frames, colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_write.inputs.base import Channel, Found
from ngff_write.units import said_length, said_time

__all__ = ["described"]


def described(found: Found, metadata: Mapping[str, Any], resolution: Mapping[str, Any]) -> Found:
    """Return an image with what ImageJ's metadata say of it; ``resolution`` has pixels per unit by axis."""
    remarks, sizes, units = list(found.remarks), {}, {}
    text = str(metadata.get("unit", "") or "").replace("\\u00B5", "u")
    unit = said_length(text) if text else None
    if unit is None and text and text not in ("pixel", "pixels"):
        remarks.append(f"ImageJ's unit {text[:40]!r} is none of OME-NGFF: sizes of pixels are left out")
    if unit is not None:
        for axis, size in (*_of_pixels(resolution), ("z", _positive(metadata.get("spacing")))):
            if size is not None:
                sizes[axis], units[axis] = size, unit
    interval = _positive(metadata.get("finterval"))
    if interval is not None:
        sizes["t"], units["t"] = interval, said_time(str(metadata.get("tunit") or "s")) or "second"
    return attrs.evolve(
        found, sizes=sizes, units=units, channels=tuple(_channels(found, metadata)), remarks=tuple(remarks)
    )


def _of_pixels(resolution: Mapping[str, Any]) -> list[tuple[str, float]]:
    return [(axis, 1 / resolution[axis]) for axis in "yx" if axis in resolution]


def _positive(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0 < value < math.inf else None


def _channels(found: Found, metadata: Mapping[str, Any]) -> list[Channel]:
    """Return colours and windows of channels, as far as each has one."""
    number = found.pixels.shape[found.axes.index("c")] if "c" in found.axes else 1
    tables, ranges = metadata.get("LUTs"), metadata.get("Ranges")
    windows = _pairs(ranges) if isinstance(ranges, Sequence) else _pairs((metadata.get("min"), metadata.get("max")))
    windows = windows if len(windows) == number else [None] * number
    tables = tables if isinstance(tables, list) and len(tables) == number else [None] * number
    return [Channel(color=_color(table), window=window) for table, window in zip(tables, windows, strict=True)]


def _pairs(numbers: Sequence[Any]) -> list[tuple[float, float] | None]:
    found: list[tuple[float, float] | None] = []
    for low, high in zip(numbers[::2], numbers[1::2], strict=False):
        sound = all(isinstance(n, (int, float)) and math.isfinite(n) for n in (low, high))
        found.append((float(low), float(high)) if sound and low < high else None)
    return found


def _color(table: Any) -> str | None:
    """Return the colour of the brightest intensity in a lookup table of three rows."""
    if getattr(table, "shape", None) != (3, 256):
        return None
    return "".join(f"{int(value) & 255:02X}" for value in table[:, -1])
