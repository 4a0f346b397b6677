"""What ImageJ says of an image in a TIFF of its own: sizes of pixels, the time between frames, colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.words import counted
from ngff_write.inputs.base import Channel, Found
from ngff_write.units import said_length, said_time

__all__ = ["described"]


_REST = ("Info", "Properties", "ROI", "Overlays")  # text of any form, and what was drawn


def described(found: Found, metadata: Mapping[str, Any], resolution: Mapping[str, Any]) -> Found:
    """Return an image with what ImageJ's metadata say of it; ``resolution`` has pixels per unit by axis."""
    remarks, sizes, units = list(found.remarks), {}, {}
    text = str(metadata.get("unit", "") or "").replace("\\u00B5", "u")
    unit = said_length(text) if text else None
    if unit is None and text and text not in ("pixel", "pixels"):
        remarks.append(f"ImageJ's unit {text[:40]!r} is none of OME-NGFF: sizes of pixels are left out")
    if unit is not None:
        spacing = metadata.get("spacing")
        if (distance := _positive(spacing)) is None and isinstance(spacing, (int, float)):
            distance = _positive(-spacing)
            remarks += [] if distance is None else [f"ImageJ's distance of planes is {spacing:g}: its sign is left out"]
        for axis, size in (*_of_pixels(resolution), ("z", distance)):
            if size is not None:
                sizes[axis], units[axis] = size, unit
    interval = _positive(metadata.get("finterval"))
    if interval is not None:
        sizes["t"], units["t"] = interval, said_time(str(metadata.get("tunit") or "s")) or "second"
    channels = _channels(found, metadata)
    remarks += _unused(metadata, channels)
    return attrs.evolve(found, sizes=sizes, units=units, channels=tuple(channels), remarks=tuple(remarks))


def _unused(metadata: Mapping[str, Any], channels: Sequence[Channel]) -> Iterator[str]:
    """Yield what is to be said of what ImageJ's metadata have, and the image has no place for."""
    origin = {axis: metadata.get(f"{axis}origin") for axis in "xyz"}
    if placed := [f"{number:g} along {axis}" for axis, number in origin.items() if number and _is_number(number)]:
        where = "--translation says where the first pixel is"
        yield f"ImageJ's origin, at pixel {', '.join(placed)}, is left out: {where}"
    if rest := [key for key in _REST if metadata.get(key)]:
        yield f"of ImageJ's metadata is left out: {', '.join(rest)}"
    if any(_labels(metadata)) and not any(channel.name for channel in channels):
        yield "ImageJ's labels of slices are left out"
    for key, what in (("LUTs", "lookup tables"), ("Ranges", "ranges to be shown")):
        given, number = metadata.get(key), len(channels) * (2 if key == "Ranges" else 1)
        if isinstance(given, Sequence) and given and len(given) != number:
            yield f"ImageJ's {what} are not those of {counted(len(channels), 'channel')}, and are left out"
    shown = [metadata.get("min"), metadata.get("max")]
    if len(channels) > 1 and not metadata.get("Ranges") and all(map(_is_number, shown)):
        yield f"ImageJ's range to be shown, {shown[0]:g} to {shown[1]:g}, is that of no one channel, and is left out"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _labels(metadata: Mapping[str, Any]) -> list[str]:
    labels = metadata.get("Labels")
    return [str(label).strip() for label in labels] if isinstance(labels, (list, tuple)) else []


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
    labels = _labels(metadata)  # of slices, which are the channels where there are no other dimensions
    names = labels if len(labels) == number and found.axes.strip("yx") == "c" else [""] * number
    return [
        Channel(name=name or None, color=_color(table), window=window)
        for name, table, window in zip(names, tables, windows, strict=True)
    ]


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
