"""The levels that follow those that stay: how much smaller each is than the one above, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import count, pairwise

import attrs

from ngff_core.models.dims import DimSpec
from ngff_write.pixels.kernels import Kernel
from ngff_write.pixels.levels import SMALLEST, Level, largest, levels_below, smaller
from ngff_write.pyramids.state import State

__all__ = ["Asked", "further"]

_WHOLE = 1e-6
_MOST = 16  # pixels of the level above for one, of a factor that is taken over: blocks of more would be held at once


@attrs.frozen
class Asked:
    """What is asked for: a number of levels, a kernel, axes that keep their size; as far as somebody says so."""

    n_levels: int | None = None
    kernel: str | None = None
    keep: Collection[str] = ()


def further(state: State, kept: Sequence[Level], kernel: Kernel, asked: Asked) -> Iterator[Level]:
    """Yield the levels that follow: so many, or as many as there were, or until 256 pixels are left.

    Each is smaller by the factors that were stated of it, else by those of the levels that stay.
    """
    dims, last, before = _dims(state, kept, kernel, asked.keep), kept[-1], len(state.levels)
    for number in count(len(kept)):
        enough = number >= (asked.n_levels or before)
        if enough and (asked.n_levels is not None or largest(last, dims) <= SMALLEST):
            return
        factors = _stated(state, last, number, asked.keep)
        level = smaller(last, factors, kernel) if factors else next(levels_below(last, dims, kernel), None)
        if level is None:
            return
        yield level
        last = level


def _dims(state: State, kept: Sequence[Level], kernel: Kernel, keep: Collection[str]) -> list[DimSpec]:
    """Return the dimensions with the factors of the last level, where those that stay have others than ours would."""
    dims = [attrs.evolve(dim, scale_factor=1) if dim.name in keep else dim for dim in state.dims]
    ours = [next(levels_below(above, dims, kernel), None) for above, _ in pairwise(kept)]
    if all(own is not None and own.factors == level.factors for own, level in zip(ours, kept[1:], strict=True)):
        return dims
    factors = kept[-1].factors
    if max(factors) > _MOST:
        return dims
    return [attrs.evolve(dim, scale_factor=factor) for dim, factor in zip(dims, factors, strict=True)]


def _stated(state: State, last: Level, number: int, keep: Collection[str]) -> list[int] | None:
    """Return the factors that the metadata has for a level that is to be made anew, if they are such."""
    scale = state.levels[number].scale if number < len(state.levels) else None
    if scale is None:
        return None
    ratios = [new / old for new, old in zip(scale, last.scale, strict=True)]
    if not all(1 - _WHOLE <= ratio <= _MOST and abs(ratio - round(ratio)) <= _WHOLE * ratio for ratio in ratios):
        return None
    sizes = zip(state.dims, last.shape, ratios, strict=True)
    factors = [1 if size == 1 or dim.name in keep else round(ratio) for dim, size, ratio in sizes]
    return factors if any(factor > 1 for factor in factors) else None
