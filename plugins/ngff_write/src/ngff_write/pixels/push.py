"""Make and write all levels of an image whose pixels come slab by slab, in memory that does not grow with it.

The other way round than `ngff_write.pixels.pyramid`: what comes is pushed down the levels, with the same kernels, so
that the pixels are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    """Levels and the arrays that they are written to. At most one slab of each smaller level is held."""

    levels: Sequence[Level]
    arrays: Sequence[Any]
    slabs: Slabs
    kernel: Kernel
    backend: Backend
    _parts: dict[int, _Part] = attrs.field(factory=dict, init=False)

    def put(self, slab: Slab) -> None:
        """Write the next slab, and what is full with it of the smaller levels."""
        before, begin = self.slabs.split(slab.number)
        self._write(0, before, begin, slab.pixels, slab.planes)

    def put_first(self, slab: Slab) -> None:
        """Write a slab that is not full to the first level alone; it is put again when it is full."""
        self.backend.write(self.arrays[0], self._region(0, *self.slabs.split(slab.number)), slab.pixels)

    def end(self) -> None:
        """Write what there is of slabs that will never be full."""
        for level in range(1, len(self.levels)):
            part = self._parts.pop(level, None)
            if part is not None:
                # before the first axis ends nothing else does: what did not come is 0 there, as in the first level
                planes = part.filled if self.slabs.axis == 0 else part.pixels.shape[self.slabs.axis]
                self._write(level, part.before, part.begin, part.pixels, planes)

    def _write(self, level: int, before: tuple[int, ...], begin: int, pixels: Array, planes: int) -> None:
        """Write a slab, of which ``planes`` pixels along the axis are made smaller, and go into the level below."""
        self.backend.write(self.arrays[level], self._region(level, before, begin), pixels)
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
                self._write(level, before, first, pixels, number)
                return
            self._parts[level] = _Part(before, first, np.zeros(shape, pixels.dtype))
        part = self._parts[level]
        self._cut(part.pixels, begin - first, begin - first + number)[...] = pixels
        part.filled = begin - first + number
        if part.filled == depth or begin + number == size:
            del self._parts[level]
            self._write(level, before, first, part.pixels, part.filled)

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
