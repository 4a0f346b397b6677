"""Carrying points from the input of a transformation to its output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ngff_core.words import counted
from ngff_v06.geometry.affine import as_affine, parts, permutation, projected
from ngff_v06.geometry.errors import GeometryError
from ngff_v06.geometry.parameters import matrix, steps, vector
from ngff_v06.models import transformations as kinds

__all__ = ["transform"]

Point = list[float]
FIELDS = (kinds.DisplacementsTransformation, kinds.CoordinatesTransformation)


def transform(t: kinds.AnyTransformation, point: Any) -> Any:
    """Carry a point, or an array of points, through a transformation; see `Transformation.transform`."""
    if hasattr(point, "shape") and hasattr(point, "dtype"):
        return _transform_array(t, point)
    return _apply(t, [float(x) for x in point])


def _transform_array(t: kinds.AnyTransformation, points: Any) -> Any:
    if not points.shape:
        raise GeometryError("a point is an array of at least one dimension")
    made = as_affine(t, points.shape[-1])
    return points @ [list(column) for column in zip(*made, strict=True)][:-1] + [row[-1] for row in made]


def _apply(t: kinds.AnyTransformation, point: Point) -> Point:
    apply = _WAYS.get(type(t))
    if apply is None:
        kind = getattr(t, "type", type(t).__name__)
        where = f": its vectors are in the image at {t.path!r}" if isinstance(t, FIELDS) else ""
        raise GeometryError(f"points cannot be carried through a transformation of type {kind!r}{where}")
    return apply(t, point)


def _fits(t: kinds.AnyTransformation, point: Point, size: int) -> None:
    if len(point) != size:
        raise GeometryError(f"the {t.type} takes {counted(size, 'coordinate')}, not {len(point)}")


def _scale(t: kinds.ScaleTransformation, point: Point) -> Point:
    numbers = vector(t, "scale")
    _fits(t, point, len(numbers))
    return [x * s for x, s in zip(point, numbers, strict=True)]


def _translation(t: kinds.TranslationTransformation, point: Point) -> Point:
    numbers = vector(t, "translation")
    _fits(t, point, len(numbers))
    return [x + d for x, d in zip(point, numbers, strict=True)]


def _map_axis(t: kinds.MapAxisTransformation, point: Point) -> Point:
    axes = permutation(t)
    _fits(t, point, len(axes))
    return [point[axis] for axis in axes]


def _project_axis(t: kinds.ProjectAxisTransformation, point: Point) -> Point:
    return [0.0 if axis is None else point[axis] for axis in projected(t, len(point))]


def _affine(t: kinds.AffineTransformation, point: Point) -> Point:
    rows = matrix(t, "affine")
    _fits(t, point, len(rows[0]) - 1)
    return [sum(a * x for a, x in zip(row, point, strict=False)) + row[-1] for row in rows]


def _rotation(t: kinds.RotationTransformation, point: Point) -> Point:
    rows = matrix(t, "rotation")
    _fits(t, point, len(rows))
    return [sum(a * x for a, x in zip(row, point, strict=True)) for row in rows]


def _sequence(t: kinds.SequenceTransformation, point: Point) -> Point:
    for step in steps(t):
        point = _apply(step, point)
    return point


def _by_dimension(t: kinds.ByDimensionTransformation, point: Point) -> Point:
    made: dict[int, float] = {}
    for part, inputs, outputs in parts(t):
        if any(axis >= len(point) for axis in inputs):
            raise GeometryError(f"inputAxes {inputs} names axes that are not there: the point has {len(point)}")
        values = _apply(part, [point[axis] for axis in inputs])
        if len(values) != len(outputs):
            raise GeometryError(f"the {part.type} yields {len(values)} coordinates, outputAxes has {len(outputs)}")
        made.update(zip(outputs, values, strict=True))
    return [made[axis] for axis in range(len(made))]


_WAYS: dict[type[Any], Callable[[Any, Point], Point]] = {
    kinds.IdentityTransformation: lambda _, point: point,
    kinds.ScaleTransformation: _scale,
    kinds.TranslationTransformation: _translation,
    kinds.MapAxisTransformation: _map_axis,
    kinds.ProjectAxisTransformation: _project_axis,
    kinds.AffineTransformation: _affine,
    kinds.RotationTransformation: _rotation,
    kinds.SequenceTransformation: _sequence,
    kinds.BijectionTransformation: lambda t, point: _apply(t.forward, point),
    kinds.ByDimensionTransformation: _by_dimension,
}
