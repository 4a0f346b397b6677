"""Files that hold one image each, one after the other along a further dimension: planes, time points or channels."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import attrs
import numpy as np

from ngff_core.errors import StoreError, UsageError
from ngff_core.words import counted
from ngff_write.inputs.arranging import Given, axes_of
from ngff_write.inputs.base import Channel, Found
from ngff_write.inputs.files import opened
from ngff_write.inputs.numbered import in_order
from ngff_write.inputs.tiff_pixels import HELD

__all__ = ["files_in", "one_of", "stacked"]

MOST_OPEN = 64
_ENDINGS = (".tif", ".tiff", ".npy")
T = TypeVar("T")


def files_in(folder: str) -> list[str]:
    """Return the files of a folder whose names are those of TIFF and .npy; raises UsageError for none, StoreError."""
    try:
        names = [name for name in os.listdir(folder) if name.lower().endswith(_ENDINGS) and not name.startswith(".")]
    except OSError as error:
        raise StoreError(f"{folder} could not be read: {(error.strerror or str(error)).lower()}") from error
    if not names:
        raise UsageError(f"there is no TIFF and no .npy file in {folder}")
    return [os.path.join(folder, name) for name in names]


def one_of(found: Sequence[Found], series: int | None) -> Found:
    """Return the one image of a file, or that of a number; raises UsageError where that is not clear, or not there."""
    path = found[0].path
    if series is None and len(found) > 1:
        raise UsageError(f"{path} has {len(found)} images: --series chooses one")
    if series is not None and series >= len(found):
        raise UsageError(f"{path} has {counted(len(found), 'image')}, from 0 on, and no {series}")
    return found[series or 0]


@contextmanager
def stacked(paths: Iterable[str], axis: str, given: Given, series: int | None) -> Iterator[Found]:
    """Give one image of files that are alike, in the order of the number in their names.

    What is said of the images is taken over where all of them say it. Raises UsageError for files that are not alike,
    and StoreError.
    """
    ordered, remarks = in_order(paths)
    images: list[Found] = []
    for path in ordered:
        with opened(path) as found:
            one = one_of(found, series)
            axes = axes_of(one, given)
            if axis in axes:
                raise UsageError(f"{path} has {axis} already ({one.shown()}): it cannot be stacked along {axis}")
            images.append(attrs.evolve(one, pixels=_size(one.pixels), axes=axes))
        if (images[-1].axes, images[-1].pixels) != (images[0].axes, images[0].pixels):
            raise UsageError(
                f"{path} has {_said(images[-1])}, and {ordered[0]} {_said(images[0])}: files that are stacked are alike"
            )
    pixels = _Stack(ordered, series, images[0].pixels)
    common = _common(images, axis)
    try:
        yield attrs.evolve(common, pixels=pixels, axes=axis + images[0].axes, remarks=(*remarks, *common.remarks))
    finally:
        pixels.close()


@attrs.frozen
class _Size:
    """What is known of pixels when their file is closed."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def _size(pixels: Any) -> _Size:
    return _Size(tuple(pixels.shape), pixels.dtype.newbyteorder("="))


def _said(found: Found) -> str:
    return f"{' x '.join(map(str, found.pixels.shape))} pixels ({found.axes}) of {found.pixels.dtype}"


# --- what is said of them -----------------------------------------------------------------------------


def _common(images: Sequence[Found], axis: str) -> Found:
    """Return what all images say; the channels of all of them where these are stacked."""
    sizes = {key: size for key, size in images[0].sizes.items() if _is_common(images, key, size)}
    parts = [image.channels for image in images]
    if axis == "c":
        channels = tuple(channel for part in parts for channel in part)
    elif len({len(part) for part in parts}) == 1:
        channels = tuple(map(_agreed, zip(*parts, strict=True)))
    else:
        channels = ()
    remarks = dict.fromkeys(remark for image in images for remark in image.remarks)
    if axis != "c":
        remarks |= dict.fromkeys(_disagreements(parts))
    if lost := sorted(set(images[0].sizes) - set(sizes)):
        remarks[f"the files state different sizes of pixels along {', '.join(lost)}: they are left out"] = None
    positions = {key: of for key, of in images[0].positions.items() if all(i.positions.get(key) == of for i in images)}
    if lost := sorted({key for image in images for key in image.positions} - set(positions)):
        remarks[f"the files state different stage positions along {', '.join(lost)}: they are left out"] = None
    return attrs.evolve(
        images[0],
        name=_same([image.name for image in images]),
        sizes=sizes,
        units={key: unit for key, unit in images[0].units.items() if key in sizes},
        positions=positions,
        channels=channels,
        bits=_same([image.bits for image in images]),
        remarks=tuple(remarks),
        unkept=tuple(dict.fromkeys(name for image in images for name in image.unkept)),
        ome_xml=None,
    )


def _is_common(images: Sequence[Found], key: str, size: float) -> bool:
    unit = images[0].units.get(key)
    return all(image.sizes.get(key) == size and image.units.get(key) == unit for image in images)


def _agreed(channels: Sequence[Channel]) -> Channel:
    return Channel(
        name=_same([channel.name for channel in channels]),
        color=_same([channel.color for channel in channels]),
        emission=_same([channel.emission for channel in channels]),
        window=_same([channel.window for channel in channels]),
    )


_OF_CHANNELS = {"name": "names", "color": "colours", "emission": "emission wavelengths", "window": "ranges to be shown"}


def _disagreements(parts: Sequence[Sequence[Channel]]) -> Iterator[str]:
    """Yield what is to be said of channels of which the files do not say the same."""
    if len({len(part) for part in parts}) > 1:
        yield "the files describe different numbers of channels: they are left out"
        return
    together = [*zip(*parts, strict=True)]
    lost = [
        words
        for key, words in _OF_CHANNELS.items()
        if any(len({getattr(channel, key) for channel in channels}) > 1 for channels in together)
    ]
    if lost:
        yield f"the files state different {', '.join(lost)} of channels: they are left out"


def _same(values: Sequence[T]) -> T | None:
    return values[0] if all(value == values[0] for value in values) else None


# --- their pixels -------------------------------------------------------------------------------------


class _Stack:
    """The pixels of all files, of which those are open that were read last: as many as decoded pixels are held of."""

    def __init__(self, paths: Sequence[str], series: int | None, size: _Size) -> None:
        self.shape: tuple[int, ...] = (len(paths), *size.shape)
        self.dtype: np.dtype[Any] = size.dtype
        self._paths, self._series, self._size = paths, series, size
        nbytes = int(np.prod(size.shape, dtype=object)) * size.dtype.itemsize
        self._most = max(1, min(MOST_OPEN, HELD // max(nbytes, 1)))
        self._open: OrderedDict[int, tuple[Any, ExitStack]] = OrderedDict()

    def __getitem__(self, region: tuple[slice, ...]) -> np.ndarray[Any, Any]:
        first, *rest = region
        blocks = [self._pixels(number)[tuple(rest)] for number in range(first.start, first.stop)]
        return np.stack(blocks) if blocks else np.zeros([s.stop - s.start for s in region], self.dtype)

    def _pixels(self, number: int) -> Any:
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number][0]
        with ExitStack() as stack:
            pixels = one_of(stack.enter_context(opened(self._paths[number])), self._series).pixels
            if _size(pixels) != self._size:
                raise StoreError(f"{self._paths[number]} was changed while it was read")
            self._open[number] = (pixels, stack.pop_all())
        while len(self._open) > self._most:
            _, (_, oldest) = self._open.popitem(last=False)
            oldest.close()
        return pixels

    def close(self) -> None:
        """Close the files."""
        while self._open:
            _, (_, oldest) = self._open.popitem()
            oldest.close()
