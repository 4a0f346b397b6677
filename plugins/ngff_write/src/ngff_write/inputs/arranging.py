"""Bring the pixels of a file into the order of OME-NGFF: time, channel, z, y, x."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import attrs
import numpy as np

from ngff_core import DimSpec
from ngff_core.errors import UsageError
from ngff_core.rules.position.sizes import ratio_of
from ngff_core.words import listed
from ngff_write.inputs.base import Found
from ngff_write.inputs.channels import colors_of, omero

__all__ = ["SAMPLES", "Given", "Image", "arranged", "axes_of", "ordered"]

ORDER = "tczyx"
SAMPLES = "s"
_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}
Array = np.ndarray[Any, np.dtype[Any]]


@attrs.frozen(kw_only=True)
class Given:
    """What somebody says of an image, which goes before what its file says; ``unit`` is that of all axes in space.

    ``translation`` is where the first pixel lies, in the unit of its axis; no level is smaller along axes to ``keep``.
    """

    axes: str | None = None
    sizes: Mapping[str, float] = attrs.field(factory=dict)
    units: Mapping[str, str] = attrs.field(factory=dict)
    unit: str | None = None
    translation: Mapping[str, float] = attrs.field(factory=dict)
    keep: Collection[str] = ()
    name: str | None = None


@attrs.frozen(kw_only=True)
class Image:
    """An image that can be written: what `write_image` takes."""

    pixels: Any
    dims: list[DimSpec]
    name: str | None
    members: dict[str, Any]
    remarks: tuple[str, ...]


class _Arranged:
    """Pixels with their dimensions in another order, and samples as channels.

    Where there are channels as well, the samples of each follow each other. A dimension of one pixel is put in for a
    channel that the pixels have none for.
    """

    def __init__(self, pixels: Any, axes: str, target: str) -> None:
        self._pixels = pixels
        self._axes = axes
        self._target = target
        sizes = dict(zip(axes, pixels.shape, strict=True))
        self._samples = sizes.get(SAMPLES, 1)
        self.dtype = pixels.dtype.newbyteorder("=")
        sizes["c"] = sizes.get("c", 1) * self._samples
        self.shape = tuple(sizes[axis] for axis in target)
        inner = [axis for axis in "tcszyx" if axis in axes]
        self._order = [axes.index(axis) for axis in inner]

    def __getitem__(self, region: tuple[slice, ...]) -> Array:
        parts = dict(zip(self._target, region, strict=True))
        channels = parts.get("c", slice(0, 1))
        wanted = dict(parts)
        if SAMPLES in self._axes:
            wanted["c"] = slice(channels.start // self._samples, math.ceil(channels.stop / self._samples))
            wanted[SAMPLES] = slice(0, self._samples)
        block = np.asarray(self._pixels[tuple(wanted[axis] for axis in self._axes)]).transpose(self._order)
        if "c" not in self._target:
            return block
        whole = [s.stop - s.start for s in parts.values()]
        place = self._target.index("c")
        whole[place] = (wanted["c"].stop - wanted["c"].start) * self._samples
        first = channels.start - wanted["c"].start * self._samples if SAMPLES in self._axes else 0
        cut = [slice(None)] * len(whole)
        cut[place] = slice(first, first + channels.stop - channels.start)
        return block.reshape(whole)[tuple(cut)]


def arranged(found: Found, given: Given, *, alone: bool = True) -> Image:
    """Return what is written of an image of a file; raises UsageError for what is not known, and not given.

    Its OME-XML is kept as a whole unless it is written ``alone``.
    """
    axes = axes_of(found, given)
    number = math.prod(n for axis, n in zip(axes, found.pixels.shape, strict=True) if axis in ("c", SAMPLES))
    described = len(found.channels) == number and any(channel.says for channel in found.channels)
    pixels, target = _in_order(found, axes, with_channels=described)
    remarks = list(found.remarks)
    if found.channels and not described and any(channel.says for channel in found.channels):
        remarks.append(f"it describes {len(found.channels)} channels, and has {number}: they are left out")
    dims = _dims(target, found, given, remarks)
    if described:
        remarks += _invented(found)
    if alone and found.unkept:
        remarks.append(f"of its OME-XML is left out: {listed(found.unkept, 8)}")
    members = {"omero": omero(found, pixels, target)} if described else {}
    return Image(pixels=pixels, dims=dims, name=given.name or found.name, members=members, remarks=tuple(remarks))


def _invented(found: Found) -> list[str]:
    """Say which channels have colours that the file does not state."""
    chosen = [
        f"{color} ({channel.name or number})"
        for number, (channel, color) in enumerate(zip(found.channels, colors_of(found), strict=True))
        if channel.color is None
    ]
    return [f"it states no colours of channels, and the metadata has to: {listed(chosen, 6)}"] if chosen else []


def ordered(found: Found, given: Given) -> tuple[Any, str]:
    """Return the pixels of an image in the order t, c, z, y, x, and which of these they have; raises UsageError."""
    return _in_order(found, axes_of(found, given), with_channels=False)


def _in_order(found: Found, axes: str, *, with_channels: bool) -> tuple[Any, str]:
    with_channels = with_channels or SAMPLES in axes
    target = "".join(axis for axis in ORDER if axis in axes or (axis == "c" and with_channels))
    return _Arranged(found.pixels, axes, target), target


def axes_of(found: Found, given: Given) -> str:
    """Return a letter for each dimension of an image; raises UsageError for what is not known, and not given."""
    shape = found.pixels.shape
    axes = given.axes if given.axes is not None else found.axes
    if len(axes) != len(shape):
        raise UsageError(
            f"{found.path} has {len(shape)} dimensions, {found.shown()}, and --dims {axes} has {len(axes)}"
        )
    unknown = sorted({axis for axis in axes if axis not in ORDER + SAMPLES})
    if unknown and given.axes is not None:
        raise UsageError(f"--dims {axes} has {', '.join(unknown)}: dimensions are t, c, z, y, x, and s for samples")
    if unknown:
        raise UsageError(
            f"the dimensions of {found.path} are {found.shown()}: it does not say which of these are time, channels or"
            f" z; say it for all of them, such as --dims {_example(axes, len(shape))}"
        )
    if len(set(axes)) != len(axes) or "x" not in axes or "y" not in axes:
        raise UsageError(f"an image has y and x, and each dimension once, got {axes}")
    return axes


def _example(axes: str, number: int) -> str:
    letters = [axis for axis in "zct" if axis not in axes]
    known = [axis if axis in ORDER + SAMPLES else None for axis in axes]
    if known[-2:] == [None, None]:
        known[-2:] = "yx"
    filled = [axis or (letters.pop(0) if letters else "?") for axis in reversed(known)]
    return "".join(reversed(filled))[-number:]


def _dims(target: str, found: Found, given: Given, remarks: list[str]) -> list[DimSpec]:
    odd = sorted({*given.sizes, *given.units, *given.translation, *given.keep} - set(target))
    if odd:
        raise UsageError(f"{found.path} has no dimension {', '.join(odd)}, but {', '.join(target)}")
    dims, unknown = [], []
    for axis in target:
        if axis == "c":
            dims.append(DimSpec(axis))
            continue
        size = given.sizes.get(axis, found.sizes.get(axis))
        if size is None:
            unknown.append(axis)
        own = _UNITS[axis] if axis in given.sizes else found.units.get(axis)
        unit = given.units.get(axis) or (given.unit if axis != "t" else None) or own
        place = _translation(axis, unit, found, given)
        dim = DimSpec(axis, scale=1.0 if size is None else size, unit=unit, translation=place)
        dims.append(attrs.evolve(dim, scale_factor=1) if axis in given.keep else dim)
    if unknown:
        words = ", ".join(unknown)
        remarks.append(f"the size of pixels along {words} is not known, and written as 1: --pixel-size says it")
    placed = {dim.name for dim in dims if dim.translation is not None}
    if lost := [axis for axis, (number, _) in found.positions.items() if number and axis not in placed]:
        remarks.append(f"the stage position along {', '.join(lost)} has no place in the image, and is left out")
    return dims


def _translation(axis: str, unit: str | None, found: Found, given: Given) -> float | None:
    """Return where the first pixel is along an axis, in its unit; ``None``: that is not known."""
    if axis in given.translation or axis not in found.positions:
        return given.translation.get(axis)
    number, own = found.positions[axis]
    ratio = ratio_of(own, unit)
    return float(f"{number * ratio:.15g}") if ratio is not None else None  # 1.5 mm are 1500 um, no more
