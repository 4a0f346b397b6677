"""Tell from pixels in which way a level was made of the one above it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from ngff_write.pixels.kernels import KERNELS
from ngff_write.pixels.sources import Source

__all__ = ["WAYS", "Way", "has_holes", "ways_of"]

Array = np.ndarray[Any, np.dtype[Any]]
Region = tuple[slice, ...]
AT_ONCE = 1 << 22  # pixels of the level above that are compared at once
_NEAR = 1e-4  # of numbers with a fraction, which others may have added up in another order


@attrs.frozen
class Way:
    """One way to make a level: what makes pixels, and how far the first one moves, in pixels of the level above.

    ``about``: numbers may be rounded otherwise.
    """

    name: str
    apply: Callable[[Array, Sequence[int]], Array]
    shift: Callable[[int], float]
    about: bool = False

    def made(self, smaller: Array, above: Array, factors: Sequence[int]) -> bool:
        """Tell whether pixels were made of others in this way."""
        if not self.about:
            return np.array_equal(smaller, self.apply(above, factors), equal_nan=smaller.dtype.kind in "fc")
        if smaller.dtype.kind == "c":
            return np.allclose(smaller, self.apply(above, factors), rtol=_NEAR, atol=0, equal_nan=True)
        expected = self.apply(above.astype(np.float64), factors)
        if smaller.dtype.kind == "f":
            return np.allclose(smaller, expected, rtol=_NEAR, atol=0, equal_nan=True)
        return bool((np.abs(smaller - expected) < 1 + _NEAR).all())


def _last(pixels: Array, factors: Sequence[int]) -> Array:
    """Return the last pixel of each block, as some writers do."""
    sizes = zip(pixels.shape, factors, strict=True)
    index = [np.minimum(np.arange(math.ceil(n / f)) * f + f - 1, n - 1) for n, f in sizes]
    return pixels[np.ix_(*index)]


WAYS = (
    *(Way(name, kernel.apply, kernel.shift) for name, kernel in KERNELS.items()),
    Way("last", _last, lambda factor: float(factor - 1)),
    Way("mean", KERNELS["mean"].apply, KERNELS["mean"].shift, about=True),
)


def ways_of(above: Source, level: Source, factors: Sequence[int], tile: Sequence[int]) -> list[Way]:
    """Return the ways in which a level may have been made of the one above: of more than one where they agree.

    All of the pixels are looked at, in parts of about the shape of a ``tile`` of the level. Raises StoreError.
    """
    left = list(WAYS)
    for smaller, larger in _parts(above, level, factors, _grown(tile, level.shape, factors)):
        left = list(_still(left, smaller, larger, factors))
        if not left:
            break
    exact = [way for way in left if not way.about]
    return exact or left


def _still(ways: Sequence[Way], smaller: Array, above: Array, factors: Sequence[int]) -> Iterator[Way]:
    """Yield the ways in which pixels may have been made; who keeps to a way exactly keeps to it about."""
    exact: set[str] = set()
    for way in ways:
        if way.name in exact or way.made(smaller, above, factors):
            exact.add(way.name)
            yield way


def has_holes(above: Source, level: Source, factors: Sequence[int], tile: Sequence[int], fill: Any) -> bool:
    """Tell whether a whole ``tile`` of a level has the value of what was never written, and should mostly not have."""
    for smaller, larger in _parts(above, level, factors, tile):
        if _equal(smaller, fill).all():
            expected = KERNELS["mean"].apply(larger, factors)
            if 2 * np.count_nonzero(_equal(expected, fill)) < expected.size:
                return True
    return False


def _equal(pixels: Array, value: Any) -> Array:
    return pixels == value if value == value else np.isnan(pixels)  # that is no number


def _parts(above: Source, level: Source, factors: Sequence[int], sides: Sequence[int]) -> Iterator[tuple[Array, Array]]:
    """Yield the parts of a level, and those of the level above that they cover."""
    for place in itertools.product(*(range(0, size, side) for size, side in zip(level.shape, sides, strict=True))):
        region = tuple(slice(a, min(a + side, n)) for a, side, n in zip(place, sides, level.shape, strict=True))
        covered = zip(region, factors, above.shape, strict=True)
        yield level.read(region), above.read(tuple(slice(s.start * f, min(s.stop * f, n)) for s, f, n in covered))


def _grown(tile: Sequence[int], shape: Sequence[int], factors: Sequence[int]) -> list[int]:
    """Return the sides of a tile, doubled as long as that is not too much at once."""
    sides = list(map(min, tile, shape))
    axis = len(sides) - 1
    while axis >= 0:
        if sides[axis] >= shape[axis] or math.prod(sides) * math.prod(factors) * 2 > AT_ONCE:
            axis -= 1
        else:
            sides[axis] = min(sides[axis] * 2, shape[axis])
    return sides
