"""Transformations as matrices of M rows and N + 1 columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ngff_core.words import counted
from ngff_v06.geometry.errors import GeometryError
from ngff_v06.geometry.parameters import Matrix, indices, input_size, matrix, steps, vector
from ngff_v06.models import transformations as kinds

__all__ = ["as_affine", "compose"]


def as_affine(t: kinds.AnyTransformation, ndim: int | None = None) -> Matrix:
    """Return a transformation as a matrix of M rows and N + 1 columns; see `Transformation.as_affine`."""
    make = _MAKERS.get(type(t))
    if make is None:
        kind = getattr(t, "type", type(t).__name__)
        raise GeometryError(f"a transformation of type {kind!r} has no matrix")
    return make(t, ndim)


def compose(second: Matrix, first: Matrix) -> Matrix:
    """Return the matrix of ``first`` followed by ``second``: M x (K + 1) after K x (N + 1) makes M x (N + 1)."""
    size = len(first)
    if len(second[0]) - 1 != size:
        raise GeometryError(
            f"a step takes {counted(len(second[0]) - 1, 'coordinate')}, the one before it yields {size}"
        )
    columns = range(len(first[0]))
    product = [[sum(row[k] * first[k][j] for k in range(size)) for j in columns] for row in second]
    for made, row in zip(product, second, strict=True):
        made[-1] += row[-1]
    return product


def _unit(size: int, ones: list[int | None]) -> Matrix:
    """Return the matrix whose row i takes coordinate ``ones[i]``, or none."""
    return [[float(j == one) for j in range(size)] + [0.0] for one in ones]


def _identity(t: kinds.IdentityTransformation, ndim: int | None) -> Matrix:
    size = input_size(t, ndim)
    return _unit(size, list(range(size)))


def _scale(t: kinds.ScaleTransformation, ndim: int | None) -> Matrix:
    numbers = vector(t, "scale")
    made = _unit(input_size(t, ndim), list(range(len(numbers))))
    for index, number in enumerate(numbers):
        made[index][index] = number
    return made


def _translation(t: kinds.TranslationTransformation, ndim: int | None) -> Matrix:
    numbers = vector(t, "translation")
    made = _unit(input_size(t, ndim), list(range(len(numbers))))
    for row, number in zip(made, numbers, strict=True):
        row[-1] = number
    return made


def _map_axis(t: kinds.MapAxisTransformation, ndim: int | None) -> Matrix:
    return _unit(input_size(t, ndim), list(permutation(t)))


def permutation(t: kinds.MapAxisTransformation) -> list[int]:
    """Return the list of a mapAxis, which has to be a permutation."""
    axes = indices(t, "mapAxis")
    if sorted(axes) != list(range(len(axes))):
        raise GeometryError(f"mapAxis is no permutation of the axes: {axes}")
    return axes


def _project_axis(t: kinds.ProjectAxisTransformation, ndim: int | None) -> Matrix:
    return _unit(input_size(t, ndim), projected(t, input_size(t, ndim)))


def projected(t: kinds.ProjectAxisTransformation, size: int) -> list[int | None]:
    """Return for each output axis of a projectAxis the input axis that it takes, ``None`` for those created."""
    dropped, created = indices(t, "droppedInputs", optional=True), indices(t, "createdOutputs", optional=True)
    kept = [axis for axis in range(size) if axis not in dropped]
    total = len(kept) + len(created)
    if any(axis >= size for axis in dropped) or any(axis >= total for axis in created):
        raise GeometryError(f"the projectAxis names axes that are not there: {size} go in, {total} come out")
    rest = iter(kept)
    return [None if axis in created else next(rest) for axis in range(total)]


def _affine(t: kinds.AffineTransformation, ndim: int | None) -> Matrix:
    made = matrix(t, "affine")
    input_size(t, ndim)
    return made


def _rotation(t: kinds.RotationTransformation, ndim: int | None) -> Matrix:
    made = [[*row, 0.0] for row in matrix(t, "rotation")]
    input_size(t, ndim)
    return made


def _sequence(t: kinds.SequenceTransformation, ndim: int | None) -> Matrix:
    size = input_size(t, ndim)
    made = _unit(size, list(range(size)))
    for step in steps(t):
        made = compose(as_affine(step, len(made)), made)
    return made


def _bijection(t: kinds.BijectionTransformation, ndim: int | None) -> Matrix:
    return as_affine(t.forward, ndim)


def _by_dimension(t: kinds.ByDimensionTransformation, ndim: int | None) -> Matrix:
    size = input_size(t, ndim)
    rows: dict[int, list[float]] = {}
    for part, inputs, outputs in parts(t):
        if any(axis >= size for axis in inputs):
            raise GeometryError(f"inputAxes {inputs} names axes that are not there: the input has {size}")
        small = as_affine(part, len(inputs))
        if len(small) != len(outputs):
            raise GeometryError(f"the {part.type} yields {len(small)} coordinates, outputAxes has {len(outputs)}")
        for axis, values in zip(outputs, small, strict=True):
            row = rows[axis] = [0.0] * size + [values[-1]]
            for index, value in zip(inputs, values, strict=False):
                row[index] = value
    return [rows[axis] for axis in range(len(rows))]


def parts(t: kinds.ByDimensionTransformation) -> list[tuple[kinds.AnyTransformation, list[int], list[int]]]:
    """Return the parts of a byDimension: transformation, input axes, output axes; each output axis is in one."""
    found = [(p.transformation, indices(p, "inputAxes"), indices(p, "outputAxes")) for p in steps(t)]
    outputs = sorted(axis for _, _, axes in found for axis in axes)
    if outputs != list(range(len(outputs))):
        raise GeometryError(f"the parts of the byDimension set the output axes {outputs}, not each of them once")
    return found


_MAKERS: dict[type[Any], Callable[[Any, int | None], Matrix]] = {
    kinds.IdentityTransformation: _identity,
    kinds.ScaleTransformation: _scale,
    kinds.TranslationTransformation: _translation,
    kinds.MapAxisTransformation: _map_axis,
    kinds.ProjectAxisTransformation: _project_axis,
    kinds.AffineTransformation: _affine,
    kinds.RotationTransformation: _rotation,
    kinds.SequenceTransformation: _sequence,
    kinds.BijectionTransformation: _bijection,
    kinds.ByDimensionTransformation: _by_dimension,
}
