"""What fixes of images look at: the multiscale that a finding lies in, its axes, and the arrays of its levels."""

from __future__ import annotations

from ngff_core.issues.pointer import Pointer
from ngff_core.mending import FixContext
from ngff_core.mending.edit import value_at
from ngff_core.rules.common import is_finite, is_number
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.keys import join

__all__ = [
    "KEY",
    "array_of",
    "axes_in",
    "first_array",
    "is_vector",
    "levels_in",
    "multiscale_of",
    "place_of_multiscale",
]

KEY = "coordinateTransformations"


def place_of_multiscale(ctx: FixContext) -> Pointer:
    """Return what leads to the multiscale that a finding is in, from the top of the document."""
    return ctx.pointer[: ctx.pointer.index("multiscales") + 2]


def multiscale_of(ctx: FixContext) -> JSONObject:
    """Return the multiscale that a finding is in; empty where it is no object."""
    found = value_at(ctx.reading.document(ctx.node, ctx.document), place_of_multiscale(ctx))
    return found if isinstance(found, dict) else {}


def levels_in(multiscale: JSONObject) -> list[JSONObject] | None:
    """Return the datasets of a multiscale; ``None`` where some are no objects."""
    datasets = multiscale.get("datasets")
    sound = isinstance(datasets, list) and all(isinstance(level, dict) for level in datasets)
    return datasets if sound else None


def axes_in(multiscale: JSONObject) -> list[JSONObject]:
    """Return the axes of a multiscale; none where some are no objects."""
    axes = multiscale.get("axes")
    if not isinstance(axes, list) or len(axes) > _MOST_AXES or not all(isinstance(axis, dict) for axis in axes):
        return []
    return axes


_MOST_AXES = 64  # more than any array has


def array_of(level: JSONObject, ctx: FixContext) -> ArrayDocument | None:
    """Return the array of a level, if it is there."""
    path = level.get("path")
    return ctx.reading.array(join(ctx.node, path)) if isinstance(path, str) and path else None


def first_array(ctx: FixContext) -> ArrayDocument | None:
    """Return the array of the first level of an image, if it is there."""
    first = value_at(ctx.ome(), ("multiscales", 0))
    levels = levels_in(first) if isinstance(first, dict) else None
    return array_of(levels[0], ctx) if levels else None


def is_vector(value: JSON, ndim: int) -> bool:
    """Tell whether a value is a list of so many numbers, all finite."""
    return isinstance(value, list) and len(value) == ndim and all(is_number(v) and is_finite(v) for v in value)
