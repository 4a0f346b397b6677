"""Make and write all levels of an image whose pixels come slab by slab, in memory that does not grow with it.

The other way round than `ngff_write.pixels.pyramid`: what comes is pushed down the levels, with the same kernels, so
that the pixels are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_write.backends.base import Backend
from ngff_write.pixels.kernels import Kernel
from ngff_write.pixels.levels import Level
from ngff_write.pixels.slabs import Gathering, Slab, Slabs

__all__ = ["Push", "push_all"]

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.define
class _Part:
    """What there is of a slab of a level: its pixels up to ``filled`` along the axis; it begins at ``begin``."""

    before: tuple[int, ...]
    begin: int
    pixels: Array
    filled: int = 0


@attrs.define
class Push:
    """Levels and the arrays that they are written to. At most one slab of each smaller level is held.

    ``reached`` is how far each level is written along the first axis.
    """

    levels: list[Level]
    arrays: list[Any]
    slabs: Slabs
    kernel: Kernel
    backend: Backend
    reached: list[int] = attrs.field(init=False)
    _parts: dict[int, _Part] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.reached = [0] * len(self.levels)

    def put(self, slab: Slab) -> None:
        """Write the next slab, and what is full with it of the smaller levels; one that is not full is put again."""
        before, begin = self.slabs.split(slab.number)
        if not slab.stored:
            self._write(0, before, begin, slab.pixels, slab.planes)
        if slab.full:
            self._push(0, before, begin, slab.pixels, slab.planes)

    def end(self) -> None:
        """Write what there is of slabs that will never be full."""
        for level in range(1, len(self.levels)):
            part = self._parts.pop(level, None)
            if part is not None:
                # before the first axis ends nothing else does: what did not come is 0 there, as in the first level
                planes = part.filled if self.slabs.axis == 0 else part.pixels.shape[self.slabs.axis]
                self._both(level, part.before, part.begin, part.pixels, planes)

    def _both(self, level: int, before: tuple[int, ...], begin: int, pixels: Array, planes: int) -> None:
        self._write(level, before, begin, pixels, planes)
        self._push(level, before, begin, pixels, planes)

    def _write(self, level: int, before: tuple[int, ...], begin: int, pixels: Array, planes: int) -> None:
        region = self._region(level, before, begin)
        there = self._cut(pixels, 0, region[self.slabs.axis].stop - begin)  # the axis may have ended
        self.backend.write(self.arrays[level], region, there)
        self.reached[level] = max(self.reached[level], before[0] + 1 if before else begin + planes)

    def _push(self, level: int, before: tuple[int, ...], begin: int, pixels: Array, planes: int) -> None:
        """Make so many pixels along the axis of a slab smaller: they are part of the level below."""
        if level + 1 < len(self.levels):
            factors = self.levels[level + 1].factors
            smaller = self.kernel.apply(self._cut(pixels, 0, planes), factors)
            self._fill(level + 1, before, begin // factors[self.slabs.axis], smaller)

    def _fill(self, level: int, before: tuple[int, ...], begin: int, pixels: Array) -> None:
        size, depth, axis = self.levels[level].shape[self.slabs.axis], self.slabs.depth, self.slabs.axis
        first = begin // depth * depth
        number = pixels.shape[axis]
        if level not in self._parts:
            shape = [part.stop - part.start for part in self._region(level, before, first)]
            if number == shape[axis]:
                self._both(level, before, first, pixels, number)
                return
            self._parts[level] = _Part(before, first, np.zeros(shape, pixels.dtype))
        part = self._parts[level]
        self._cut(part.pixels, begin - first, begin - first + number)[...] = pixels
        part.filled = begin - first + number
        if part.filled == depth or begin + number == size:
            del self._parts[level]
            self._both(level, before, first, part.pixels, part.filled)

    def _region(self, level: int, before: tuple[int, ...], begin: int) -> tuple[slice, ...]:
        return self.slabs.region(self.levels[level].shape, before, begin)

    def _cut(self, pixels: Array, begin: int, end: int) -> Array:
        return pixels[(slice(None),) * self.slabs.axis + (slice(begin, end),)]


def push_all(push: Push, frames: Iterable[Any], dtype: np.dtype[Any], done: Callable[[int], object]) -> None:
    """Write all levels of the pixels of frames; ``done`` is told how many pixels of the first level were written.

    Raises UsageError for what are no frames of the image, and where there are more or fewer of them than it has.
    """
    slabs = push.slabs
    # what was written may be read until it is flushed, so that each slab has a buffer of its own
    gathering = Gathering(slabs, dtype, lambda: np.empty((slabs.most_frames, *slabs.frame), dtype))
    for some in frames:
        for slab in gathering.add(some):
            push.put(slab)
            done(slab.pixels.size)
    if gathering.frames < slabs.frames:
        raise UsageError(f"the image has {slabs.frames} frames, and got {gathering.frames}")
