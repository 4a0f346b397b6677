"""The levels of a pyramid: how large each is, the size of its pixels, and where the first of them lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_core.rules.position.sizes import ratio_of
from ngff_write.arrays.layout import UNKNOWN
from ngff_write.pixels.kernels import Kernel

__all__ = ["SMALLEST", "Level", "ended_levels", "first_pixel", "largest", "levels_below", "plan_levels", "smaller"]

SMALLEST = 256  # pixels along each axis of space, at which a pyramid ends unless told otherwise
MOST_LEVELS = 32


@attrs.frozen
class Level:
    """One level. ``factors`` say how many pixels of the level above one of its own covers along each axis.

    ``scale`` is the size of a pixel and ``translation`` the position of the centre of the first one, in the units of
    the axes.
    """

    shape: tuple[int, ...]
    factors: tuple[int, ...]
    scale: tuple[float, ...]
    translation: tuple[float, ...]


def plan_levels(
    shape: Sequence[int], dims: Sequence[DimSpec], kernel: Kernel, n_levels: int | None = None
) -> list[Level]:
    """Return the levels of an image of such a shape: so many at most, or until each axis of space has 256 pixels.

    Axes of space are halved, those with larger pixels not before the others have come up to them; one whose pixels are
    of a size that is not known goes with the others. An axis with a ``scale_factor`` of its own shrinks by that at each
    level. Axes of time and channels are never made smaller: a factor of theirs but 1 is refused. Sizes are rounded up:
    no pixel of the level above is left out. A first axis of `UNKNOWN` size says nothing about how many levels there
    are. Raises UsageError for factors that are no whole numbers.
    """
    if n_levels is not None and not (isinstance(n_levels, (int, np.integer)) and 1 <= n_levels <= MOST_LEVELS):
        raise UsageError(f"n_levels is a number from 1 to {MOST_LEVELS}, got {n_levels!r}")
    for dim in dims:  # whether or not there is a level that it is used for
        _own_factor(dim)
    first = Level(
        tuple(shape),
        (1,) * len(dims),
        tuple(float(dim.scale) for dim in dims),
        tuple(float(dim.translation or 0.0) for dim in dims),
    )
    below = levels_below(first, dims, kernel)
    if n_levels is not None:
        return [first, *islice(below, n_levels - 1)]
    found = [first]
    while largest(found[-1], dims) > SMALLEST and (level := next(below, None)) is not None:
        found.append(level)
    return found


def largest(level: Level, dims: Sequence[DimSpec]) -> int:
    """Return the number of pixels along the axis of space that has most of them."""
    sizes = [size for size, dim in zip(level.shape, dims, strict=True) if _shrinks(dim) and size != UNKNOWN]
    return max(sizes, default=1)


def _shrinks(dim: DimSpec) -> bool:
    return dim.infer_type() == "space" and dim.scale_factor != 1


def levels_below(level: Level, dims: Sequence[DimSpec], kernel: Kernel) -> Iterator[Level]:
    """Yield smaller and smaller levels, until nothing can be made smaller."""
    while True:
        factors = _factors(level, dims)
        if all(factor == 1 for factor in factors):
            return
        level = smaller(level, factors, kernel)
        yield level


def smaller(level: Level, factors: Sequence[int], kernel: Kernel) -> Level:
    """Return the level that a kernel makes of another one, by so many pixels for one along each axis."""
    return Level(
        tuple(
            UNKNOWN if size == UNKNOWN else math.ceil(size / factor)
            for size, factor in zip(level.shape, factors, strict=True)
        ),
        tuple(factors),
        tuple(scale * factor for scale, factor in zip(level.scale, factors, strict=True)),
        first_pixel(level, factors, kernel.shift),
    )


def first_pixel(level: Level, factors: Sequence[int], shift: Callable[[int], float]) -> tuple[float, ...]:
    """Return where the first pixel of the level below lies, of one that is made by so many pixels for one.

    ``shift`` is how far it moves along an axis for a factor, in pixels of the level.
    """
    return tuple(
        start + shift(factor) * scale
        for start, factor, scale in zip(level.translation, factors, level.scale, strict=True)
    )


def ended_levels(levels: Sequence[Level], size: int, kernel: Kernel) -> list[Level]:
    """Return levels of an image whose first axis came to have some size.

    Where nothing is left to be made smaller along it, a pixel is that of the level above; the last levels, of which all
    pixels would be that, are left out.
    """
    found = [attrs.evolve(levels[0], shape=(size, *levels[0].shape[1:]))]
    for level in levels[1:]:
        factor = level.factors[0] if found[-1].shape[0] > 1 else 1
        found.append(smaller(found[-1], (factor, *level.factors[1:]), kernel))
    while len(found) > 1 and all(factor == 1 for factor in found[-1].factors):
        found.pop()
    return found


def _factors(level: Level, dims: Sequence[DimSpec]) -> tuple[int, ...]:
    open_ = [size > 1 and _shrinks(dim) for size, dim in zip(level.shape, dims, strict=True)]
    unknown = _of_unknown_size(dims)
    # in one unit, to tell in which direction pixels are coarser; what is no length counts as micrometers
    sizes = [s * (ratio_of(dim.unit, "micrometer") or 1.0) for s, dim in zip(level.scale, dims, strict=True)]
    known = [shrinks and dim not in unknown for shrinks, dim in zip(open_, dims, strict=True)]
    finest = min((size for size, counts in zip(sizes, known, strict=True) if counts), default=math.inf)
    return tuple(
        1 if not shrinks else _own_factor(dim) or (2 if not counts or size < 2 * finest * (1 - 1e-9) else 1)
        for shrinks, counts, dim, size in zip(open_, known, dims, sizes, strict=True)
    )


def _of_unknown_size(dims: Sequence[DimSpec]) -> list[DimSpec]:
    """Return the axes of space whose pixels are of no known size: it is 1, without a unit, beside some with one."""
    space = [dim for dim in dims if dim.infer_type() == "space"]
    if not any(dim.unit for dim in space):
        return []  # all of them may be meant as they are: they are compared with each other
    return [dim for dim in space if not dim.unit and dim.scale == 1]


def _own_factor(dim: DimSpec) -> int | None:
    factor = dim.scale_factor
    if factor is None:
        return None
    if not 1 <= factor < math.inf or factor != int(factor):
        raise UsageError(f"the scale_factor of dimension {dim.name!r} is {factor}, expected a whole number from 1 on")
    if factor != 1 and dim.infer_type() != "space":
        raise UsageError(
            f"the scale_factor of dimension {dim.name!r} is {factor}, and only axes of space are made smaller: leave it"
            " away, or give 1"
        )
    return int(factor)
