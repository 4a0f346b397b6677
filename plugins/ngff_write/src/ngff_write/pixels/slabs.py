"""Slabs: what of an image is written at once, where its pixels come frame by frame.

A frame is the last two axes; frames come in C order of those before. The chunks, or shards, of a slab are whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_write.pixels.levels import Level
from ngff_write.pixels.sources import array_of

__all__ = ["Gathering", "Slab", "Slabs", "slabs_of"]

Array = np.ndarray[Any, np.dtype[Any]]
Region = tuple[slice, ...]


@attrs.frozen
class Slabs:
    """How an image is cut: ``depth`` pixels along ``axis``, one along those before, and all along those after.

    This is so at each level. ``shape`` is that of the first one.
    """

    shape: tuple[int, ...]
    axis: int
    depth: int

    @property
    def frame(self) -> tuple[int, ...]:
        """The shape of a frame: the last two axes; the last one where there are only two."""
        return self.shape[-min(2, len(self.shape) - 1) :]

    @property
    def frames(self) -> int:
        """How many frames there are in the image."""
        return math.prod(self.shape[: -len(self.frame)])

    @property
    def frames_of_plane(self) -> int:
        """How many frames there are for each pixel along the axis."""
        return math.prod(self.shape[self.axis + 1 : -len(self.frame)])

    @property
    def most_frames(self) -> int:
        """How many frames a slab has at most."""
        return min(self.depth, self.shape[self.axis]) * self.frames_of_plane

    def split(self, number: int) -> tuple[tuple[int, ...], int]:
        """Return where a slab is along the axes before its own, and where it begins along that."""
        outer, place = divmod(number, math.ceil(self.shape[self.axis] / self.depth))
        before = []
        for size in reversed(self.shape[: self.axis]):
            outer, index = divmod(outer, size)
            before.append(index)
        return tuple(reversed(before)), place * self.depth

    def frames_before(self, number: int) -> int:
        """Return how many frames come before those of a slab."""
        outer, place = divmod(number, math.ceil(self.shape[self.axis] / self.depth))
        planes = outer * self.shape[self.axis] + min(place * self.depth, self.shape[self.axis])
        return planes * self.frames_of_plane

    def frames_in(self, number: int) -> int:
        """Return how many frames a slab has."""
        return self.frames_before(number + 1) - self.frames_before(number)

    def holding(self, frame: int) -> int:
        """Return the slab that holds a frame."""
        outer, plane = divmod(frame // self.frames_of_plane, self.shape[self.axis])
        return outer * math.ceil(self.shape[self.axis] / self.depth) + plane // self.depth

    def region(self, shape: Sequence[int], before: Sequence[int], begin: int) -> Region:
        """Return which pixels a slab has of a level of some shape."""
        end = min(begin + self.depth, shape[self.axis])
        return (
            *(slice(index, index + 1) for index in before),
            slice(begin, end),
            *(slice(0, size) for size in shape[self.axis + 1 :]),
        )

    def as_frames(self, pixels: Array, dtype: np.dtype[Any]) -> Array:
        """Return frames one after the other; raises UsageError for what is no frame, and not many of them.

        Those are frames along one axis more, or along several, of which all but the first are those of the image.
        """
        if not np.can_cast(pixels.dtype, dtype, "safe"):
            raise UsageError(f"the pixels of the image are {dtype}, and those of a frame {pixels.dtype}")
        known = (
            len(pixels.shape) <= len(self.shape) and pixels.shape[1:] == self.shape[len(self.shape) - pixels.ndim + 1 :]
        )
        if pixels.shape != self.frame and not (known and pixels.ndim > len(self.frame)):
            raise UsageError(f"a frame of this image has {self.frame} pixels, and not {pixels.shape}")
        return pixels.reshape(-1, *self.frame)


def slabs_of(levels: Sequence[Level], files: Sequence[int]) -> Slabs:
    """Return how an image is cut whose chunks, or shards, have some shape."""
    shape = levels[0].shape
    outer = max(len(shape) - 2, 1)
    sizes = [math.lcm(*of_axis) for of_axis in zip(files, *(level.factors for level in levels), strict=True)]
    axis = next((i for i, size in enumerate(sizes[:outer]) if size > 1), outer - 1)
    return Slabs(shape, axis, sizes[axis])


@attrs.frozen
class Slab:
    """The pixels of a slab, those of frames that did not come being 0.

    ``planes`` is how many of its pixels along the axis are of the image, ``frames`` how many frames of the image there
    are up to its last one. Its ``buffer`` is free when it is written; a slab that is not ``full`` has none. One that is
    ``stored`` already is of use for the smaller levels alone.
    """

    number: int
    pixels: Array
    planes: int
    frames: int
    buffer: Array | None = None
    full: bool = True
    stored: bool = False


class Gathering:
    """Makes slabs of frames, from one slab on, in buffers that it is given: those of as many frames as a slab has.

    What interrupts whoever takes a slab loses none: it is yielded again by the next call. The first may have come.
    """

    def __init__(self, slabs: Slabs, dtype: np.dtype[Any], take: Callable[[], Array], first: int = 0) -> None:
        self._slabs, self._dtype, self._take, self._number = slabs, dtype, take, first
        self._buffer: Array | None = None
        self._filled = 0

    @property
    def frames(self) -> int:
        """How many frames of the image there are by now."""
        return self._slabs.frames_before(self._number) + self._filled

    def add(self, pixels: Any) -> Iterator[Slab]:
        """Yield the slabs that are full with some frames more; raises UsageError for what is no such frame."""
        frames = self._slabs.as_frames(array_of(pixels), self._dtype)
        if self.frames + len(frames) > self._slabs.frames:
            raise UsageError(f"the image has {self._slabs.frames} frames, and got {self.frames + len(frames)}")
        while len(frames):
            if self._buffer is None:
                self._buffer = self._take()
            room = self._slabs.frames_in(self._number) - self._filled
            some, frames = frames[:room], frames[room:]
            filled = self._filled + len(some)
            self._buffer[self._filled : filled] = some
            self._filled = filled
            if len(some) == room:
                yield self._slab(self._buffer)
                self._buffer, self._filled, self._number = None, 0, self._number + 1

    def rest(self) -> Slab | None:
        """Return a slab of the frames that are no full one yet; ``None``: there are none."""
        if self._buffer is None:
            return None
        self._buffer[self._filled :] = 0
        return attrs.evolve(self._slab(self._buffer), buffer=None, full=False)

    def _slab(self, buffer: Array) -> Slab:
        slabs = self._slabs
        before, begin = slabs.split(self._number)
        shape = [part.stop - part.start for part in slabs.region(slabs.shape, before, begin)]
        planes = math.ceil(self._filled / slabs.frames_of_plane) if slabs.axis == 0 else shape[slabs.axis]
        pixels = buffer[: slabs.frames_in(self._number)].reshape(shape)
        return Slab(self._number, pixels, planes, self.frames, buffer)
