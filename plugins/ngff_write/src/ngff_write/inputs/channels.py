"""Channels as viewers show them: names, colours, and what range of intensities."""

from __future__ import annotations

from typing import Any

import numpy as np

from ngff_write.inputs.base import Channel, Found

__all__ = ["colors_of", "omero"]

_COLORS = (
    "0000FF",
    "00FF00",
    "FF0000",
    "FF00FF",
    "00FFFF",
    "FFFF00",
)  # of channels that state none: the metadata has to have some
LARGEST = 1 << 26  # pixels that are looked at of each channel


def omero(found: Found, pixels: Any, target: str) -> dict[str, Any]:
    """Return ``omero`` for the channels of an image whose dimensions are ``target``.

    Shown is the range of the plane in the middle, unless the file says what is.
    """
    channels = enumerate(zip(found.channels, colors_of(found), strict=True))
    return {
        "channels": [
            _channel(channel, color, number, _window(channel, number, found, pixels, target))
            for number, (channel, color) in channels
        ]
    }


def colors_of(found: Found) -> list[str]:
    """Return the colours of channels: those that the file states, else white for one, and a row of six for several."""
    chosen = ("FFFFFF",) if len(found.channels) == 1 else _COLORS
    return [channel.color or chosen[number % len(chosen)] for number, channel in enumerate(found.channels)]


def _channel(channel: Channel, color: str, number: int, window: dict[str, float]) -> dict[str, Any]:
    shown = {"label": channel.name or f"Channel {number}", "color": color, "active": True, "window": window}
    if channel.emission is not None:
        shown["emissionWave"] = channel.emission  # as OMERO has it; the specification has no word for it
    return shown


def _window(channel: Channel, number: int, found: Found, pixels: Any, target: str) -> dict[str, float]:
    low, high = _limits(pixels.dtype, found.bits)
    start, end = channel.window or _range(pixels, target, number)
    if low is None or high is None:
        low, high = start, end
    elif not low <= start < end <= high:
        start, end = low, high
    return {"min": low, "max": high, "start": start, "end": end}


def _limits(dtype: np.dtype[Any], bits: int | None) -> tuple[float | None, float | None]:
    if dtype.kind == "b":
        return 0, 1
    if dtype.kind not in "iu":
        return None, None
    info = np.iinfo(dtype)
    if bits is not None and bits < dtype.itemsize * 8 and dtype.kind == "u":
        return 0, (1 << bits) - 1
    return int(info.min), int(info.max)


def _range(pixels: Any, target: str, channel: int) -> tuple[float, float]:
    """Return the least and the largest number in the plane in the middle; 0 and 1 where it is all the same."""
    sides = {axis: size for axis, size in zip(target, pixels.shape, strict=True) if axis in "yx"}
    while sides["y"] * sides["x"] > LARGEST:
        sides = {axis: max(1, size // 2) for axis, size in sides.items()}
    region = []
    for axis, size in zip(target, pixels.shape, strict=True):
        side = sides.get(axis, 1)
        first = channel if axis == "c" else 0 if axis == "t" else (size - side) // 2
        region.append(slice(first, first + side))
    values = _plain(np.asarray(pixels[tuple(region)]))
    low, high = (values.min().item(), values.max().item()) if values.size else (0, 1)
    return (low, high) if low < high else (low, low + 1)


def _plain(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return what of numbers can be compared: their magnitudes, and no infinite ones."""
    values = np.abs(values) if values.dtype.kind == "c" else values.astype(np.uint8) if values.dtype == bool else values
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values
