"""The inverses of transformations, where they have one in closed form."""

from __future__ import annotations

from collections.abc import Callable

from ngff_v06.geometry.affine import as_affine, parts, permutation
from ngff_v06.geometry.errors import GeometryError
from ngff_v06.geometry.parameters import Matrix, matrix, steps, vector
from ngff_v06.models import transformations as kinds

__all__ = ["inverted"]


def inverted(t: kinds.AnyTransformation) -> kinds.AnyTransformation:
    """Return the transformation from the output back to the input; see `Transformation.inverted`."""
    made = _inverted(t)
    made.input, made.output = t.output, t.input
    return made


def _inverted(t: kinds.AnyTransformation) -> kinds.AnyTransformation:
    if isinstance(t, kinds.IdentityTransformation):
        return kinds.IdentityTransformation()
    if isinstance(t, kinds.ScaleTransformation):
        numbers = vector(t, "scale")
        if 0.0 in numbers:
            raise GeometryError(f"a scale of zero has no inverse: {numbers}")
        return kinds.ScaleTransformation(scale=[1 / number for number in numbers])
    if isinstance(t, kinds.TranslationTransformation):
        return kinds.TranslationTransformation(translation=[-number for number in vector(t, "translation")])
    if isinstance(t, kinds.MapAxisTransformation):
        axes = permutation(t)
        return kinds.MapAxisTransformation(mapAxis=[axes.index(axis) for axis in range(len(axes))])
    if isinstance(t, kinds.RotationTransformation):
        return kinds.RotationTransformation(rotation=[list(row) for row in zip(*matrix(t, "rotation"), strict=True)])
    if isinstance(t, kinds.AffineTransformation):
        return kinds.AffineTransformation(affine=_inverse_matrix(matrix(t, "affine")))
    if isinstance(t, kinds.BijectionTransformation):
        return kinds.BijectionTransformation(forward=t.inverse, inverse=t.forward)
    if isinstance(t, kinds.SequenceTransformation):
        return _or_matrix(t, lambda: kinds.SequenceTransformation(transformations=[*map(inverted, steps(t)[::-1])]))
    if isinstance(t, kinds.ByDimensionTransformation):
        return _or_matrix(t, lambda: _inverse_by_dimension(t))
    kind = getattr(t, "type", type(t).__name__)
    raise GeometryError(f"a transformation of type {kind!r} has no inverse in closed form")


def _or_matrix(
    t: kinds.SequenceTransformation | kinds.ByDimensionTransformation, make: Callable[[], kinds.AnyTransformation]
) -> kinds.AnyTransformation:
    """Return an inverse made part by part; where a part has none, that of the matrix of the whole."""
    try:
        return make()
    except GeometryError:
        size = None
        if isinstance(t, kinds.ByDimensionTransformation):
            size = sum(len(outputs) for _, _, outputs in parts(t))
        try:
            made = _inverse_matrix(as_affine(t, size))
        except GeometryError:
            made = None
        if made is None:
            raise
        return kinds.AffineTransformation(affine=made)


def _inverse_by_dimension(t: kinds.ByDimensionTransformation) -> kinds.ByDimensionTransformation:
    found = parts(t)
    inputs = sorted(axis for _, axes, _ in found for axis in axes)
    if inputs != list(range(len(inputs))):
        raise GeometryError(f"the parts of the byDimension take the input axes {inputs}, not each of them once")
    made = [
        kinds.ByDimensionPart(transformation=inverted(part), inputAxes=outputs, outputAxes=axes)
        for part, axes, outputs in found
    ]
    return kinds.ByDimensionTransformation(transformations=made)


def _inverse_matrix(rows: Matrix) -> Matrix:
    """Return the inverse of a matrix of N rows and N + 1 columns, by elimination with the largest pivots."""
    size = len(rows)
    if len(rows[0]) != size + 1:
        raise GeometryError(f"a matrix of {size} x {len(rows[0])} has no inverse: it changes the number of axes")
    work = [[*row[:-1], *(float(i == j) for j in range(size)), -row[-1]] for i, row in enumerate(rows)]
    largest = max(abs(x) for row in rows for x in row[:-1])
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(work[r][column]))
        if abs(work[pivot][column]) <= 1e-12 * largest:
            raise GeometryError("the matrix is singular: it has no inverse")
        work[column], work[pivot] = work[pivot], work[column]
        factor = work[column][column]
        work[column] = [x / factor for x in work[column]]
        for other in range(size):
            factor = work[other][column]
            if other != column and factor:
                work[other] = [x - factor * y for x, y in zip(work[other], work[column], strict=True)]
    return [row[size:] for row in work]
