"""DimSpec: everything about one dimension of an image in one place, and the pyramid that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from reprlib import repr as shown
from typing import SupportsIndex

import attrs

from ngff_core.errors import UsageError

__all__ = ["DimSpec", "axis_type", "checked_dims", "levels_of"]

_TYPES = {"x": "space", "y": "space", "z": "space", "t": "time", "c": "channel", "time": "time", "channel": "channel"}


@attrs.define
class DimSpec:
    """One dimension of an image.

    ``size`` is the number of pixels at full resolution, ``scale`` the size of one (or the time step) in
    ``unit``, ``translation`` the position of the first pixel's centre in ``unit``. ``type`` follows from the
    name (x, y, z: space; t, time: time; c, channel: channel) unless given. From level to level pixels grow by
    ``scale_factor``: 2 for axes of type space unless given, else 1. ``ngff_write`` makes no other axes smaller, and
    refuses a factor of theirs that is not 1.
    """

    name: str
    size: int | None = None
    scale: float = 1.0
    unit: str | None = None
    type: str | None = None
    scale_factor: float | None = None
    translation: float | None = None

    def infer_type(self) -> str | None:
        """Return the type of the axis: as given, else by its name, else none."""
        return self.type or _TYPES.get(self.name.lower())

    def infer_scale_factor(self) -> float:
        """Return by how much pixels grow from level to level: as given, else 2 in space and 1 for all other axes."""
        if self.scale_factor is not None:
            return self.scale_factor
        return 2.0 if self.infer_type() == "space" else 1.0


def axis_type(dim: DimSpec) -> str | None:
    """Return the axis type of a dimension: as given, else by its name, else none."""
    return dim.infer_type()


def checked_dims(dims: Iterable[DimSpec]) -> list[DimSpec]:
    """Return the dimensions; raise UsageError for what is none, and for names and sizes that are no text or numbers."""
    if isinstance(dims, (str, bytes, DimSpec, Mapping)) or not isinstance(dims, Iterable):
        raise UsageError(f"expected a list of DimSpec, one for each dimension, got {shown(dims)}")
    dims = list(dims)
    for dim in dims:
        if not isinstance(dim, DimSpec):
            raise UsageError(f"expected a DimSpec for each dimension, such as DimSpec(name='x'), got {shown(dim)}")
        for name in ("name", "type", "unit"):
            value = getattr(dim, name)
            if not isinstance(value, str) and (value is not None or name == "name"):
                raise UsageError(
                    f"the {name} of a dimension is {shown(value)}, expected text, such as DimSpec(name='x')"
                )
        for name in ("scale", "scale_factor", "translation"):
            value = getattr(dim, name)
            optional = value is None and name != "scale"
            if not optional and not _is_number(value):
                raise UsageError(f"the {name} of dimension {dim.name!r} is {shown(value)}, expected a number")
        if dim.size is not None and not (_is_number(dim.size) and isinstance(dim.size, SupportsIndex)):
            raise UsageError(f"the size of dimension {dim.name!r} is {shown(dim.size)}, expected a whole number")
    return dims


def _is_number(value: object) -> bool:
    """Tell whether something is one number: of Python, NumPy or another library."""
    return hasattr(value, "__float__") and not isinstance(value, (str, bool, type)) and not getattr(value, "ndim", 0)


def levels_of(dims: Sequence[DimSpec], n_levels: int) -> Iterator[tuple[list[float], list[float] | None]]:
    """Yield for each level the scale vector, and the translation vector where any dimension has one.

    Downsampling by averaging moves the centre of the first pixel; that half-pixel shift depends on how the
    levels were made and is not added here: the translation is the one of full resolution.
    """
    if isinstance(n_levels, bool) or not isinstance(n_levels, int):
        raise UsageError(f"n_levels is a number of levels, got {n_levels!r}")
    if n_levels < 1:
        raise UsageError(f"n_levels is at least 1, got {n_levels}")
    factors = [dim.infer_scale_factor() for dim in dims]
    translated = any(dim.translation is not None for dim in dims)
    for level in range(n_levels):
        scale = [dim.scale * factor**level for dim, factor in zip(dims, factors, strict=True)]
        yield scale, [dim.translation or 0.0 for dim in dims] if translated else None
