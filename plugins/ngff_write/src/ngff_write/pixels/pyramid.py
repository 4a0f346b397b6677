"""Make and write all levels of an image in one pass over its pixels, in tiles, in memory that does not grow with it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from ngff_write.backends.base import Backend
from ngff_write.pixels.kernels import Kernel
from ngff_write.pixels.levels import Level

__all__ = ["Pyramid"]

Array = np.ndarray[Any, np.dtype[Any]]
Index = tuple[int, ...]
Region = tuple[slice, ...]


@attrs.frozen
class Pyramid:
    """Levels, the arrays that they are written to, and the shape of the tiles in which that is done.

    A tile of a level is made of the whole tiles of the level above that it covers, each made, written and made smaller
    before the next: at most one tile of each level is held.
    """

    levels: Sequence[Level]
    arrays: Sequence[Any]
    tile: tuple[int, ...]
    kernel: Kernel
    backend: Backend

    def write(self, read: Callable[[Region], Array], done: Callable[[int], object] = lambda pixels: None) -> None:
        """Write all levels of the pixels that ``read`` returns for regions of the first.

        ``done`` is told how many pixels of the first level were written.
        """
        last = len(self.levels) - 1
        for index in self._indices(last):
            self._made(last, index, read, done)

    def _indices(self, level: int) -> Iterator[Index]:
        shape = self.levels[level].shape
        return itertools.product(*(range(math.ceil(size / tile)) for size, tile in zip(shape, self.tile, strict=True)))

    def region(self, level: int, index: Index) -> Region:
        """Return which pixels of a level a tile has."""
        shape = self.levels[level].shape
        return tuple(
            slice(i * tile, min((i + 1) * tile, size)) for i, tile, size in zip(index, self.tile, shape, strict=True)
        )

    def _made(self, level: int, index: Index, read: Callable[[Region], Array], done: Callable[[int], object]) -> Array:
        region = self.region(level, index)
        if level == 0:
            pixels = read(region)
            done(pixels.size)
        else:
            pixels = self._from_above(level, index, region, read, done)
        self.backend.write(self.arrays[level], region, pixels)
        return pixels

    def _from_above(
        self,
        level: int,
        index: Index,
        region: Region,
        read: Callable[[Region], Array],
        done: Callable[[int], object],
    ) -> Array:
        factors = self.levels[level].factors
        pixels: Array | None = None
        for above in self._tiles_above(level, index):
            smaller = self.kernel.apply(self._made(level - 1, above, read, done), factors)
            if pixels is None:
                pixels = np.empty([s.stop - s.start for s in region], smaller.dtype)
            first = (a * tile // factor for a, tile, factor in zip(above, self.tile, factors, strict=True))
            starts = [begin - s.start for begin, s in zip(first, region, strict=True)]
            room = [max(min(n, size - a), 0) for a, n, size in zip(starts, smaller.shape, pixels.shape, strict=True)]
            kept = smaller[tuple(map(slice, room))]  # all, but of a level without the last block, as others make them
            pixels[tuple(slice(a, a + n) for a, n in zip(starts, room, strict=True))] = kept
        assert pixels is not None
        return pixels

    def _tiles_above(self, level: int, index: Index) -> Iterator[Index]:
        above, own = (
            [math.ceil(size / tile) for size, tile in zip(one.shape, self.tile, strict=True)]
            for one in self.levels[level - 1 : level + 1]
        )
        return itertools.product(
            *(
                range(i * factor, number if i == last - 1 else (i + 1) * factor)
                for i, factor, number, last in zip(index, self.levels[level].factors, above, own, strict=True)
            )
        )
