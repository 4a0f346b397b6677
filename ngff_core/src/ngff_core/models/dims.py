"""DimSpec: everything about one dimension of an image in one place, and the pyramid that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ngff_core.errors import UsageError

__all__ = ["DimSpec", "axis_type", "levels_of"]

_TYPES = {"x": "space", "y": "space", "z": "space", "t": "time", "c": "channel"}


@attrs.define
class DimSpec:
    """One dimension of an image.

    ``size`` is the number of pixels at full resolution, ``scale`` the size of one (or the time step) in
    ``unit``, ``translation`` the position of the first pixel's centre in ``unit``. ``type`` follows from the
    name (x, y, z: space; t: time; c: channel) unless given. From level to level pixels grow by
    ``scale_factor``: 2 for axes of type space unless given, else 1.
    """

    name: str
    size: int | None = None
    scale: float = 1.0
    unit: str | None = None
    type: str | None = None
    scale_factor: float | None = None
    translation: float | None = None


def axis_type(dim: DimSpec) -> str | None:
    """Return the axis type of a dimension: as given, else by its name, else none."""
    return dim.type or _TYPES.get(dim.name.lower())


def levels_of(dims: Sequence[DimSpec], n_levels: int) -> Iterator[tuple[list[float], list[float] | None]]:
    """Yield for each level the scale vector, and the translation vector where any dimension has one.

    Downsampling by averaging moves the centre of the first pixel; that half-pixel shift depends on how the
    levels were made and is not added here: the translation is the one of full resolution.
    """
    if n_levels < 1:
        raise UsageError(f"n_levels is at least 1, got {n_levels}")
    factors = [_factor(dim) for dim in dims]
    translated = any(dim.translation is not None for dim in dims)
    for level in range(n_levels):
        scale = [dim.scale * factor**level for dim, factor in zip(dims, factors, strict=True)]
        yield scale, [dim.translation or 0.0 for dim in dims] if translated else None


def _factor(dim: DimSpec) -> float:
    if dim.scale_factor is not None:
        return dim.scale_factor
    return 2.0 if axis_type(dim) == "space" else 1.0
