"""Rules on matrices: where they are, whether a rotation is one, and whether a simpler transformation would do."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import Absent, ArrayNode, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import is_finite, is_number, lacks
from ngff_core.structure import JSON
from ngff_core.words import with_article
from ngff_v06.models.transformations import AffineTransformation, RotationTransformation
from ngff_v06.rules.examples import store
from ngff_v06.rules.holders import KINDS, examined_in

_AFFINE = {"type": "affine", "affine": [[1, 0.5, 0], [0, 1, 0]]}
_TURN = {"type": "rotation", "rotation": [[0, -1], [1, 0]]}
TOLERANCE = 1e-6


def _one_source(t: AffineTransformation | RotationTransformation, key: str, ctx: Context) -> Iterator[Issue]:
    sources = [name for name in (key, "path") if getattr(t, name) is not None or not lacks(t, name)]
    if len(sources) != 1:
        message = f"the {key} has both a matrix and a path" if sources else f"the {key} has no matrix"
        yield ctx.issue(message, expected=f'"{key}" or "path"')


@rule(
    "transform-affine-one-source",
    on=AffineTransformation,
    requirement=MUST,
    valid=[_AFFINE, {"type": "affine", "path": "m"}],
    invalid=[{"type": "affine"}, {**_AFFINE, "path": "m"}],
)
def affine_one_source(t: AffineTransformation, ctx: Context) -> Iterator[Issue]:
    """An affine has its matrix in the JSON, or in an array under `path`, not both.

    Peers: ome-zarr-models 1.8.1 accepts both.
    """
    return _one_source(t, "affine", ctx)


@rule(
    "transform-rotation-one-source",
    on=RotationTransformation,
    requirement=MUST,
    valid=[_TURN, {"type": "rotation", "path": "m"}],
    invalid=[{"type": "rotation"}, {**_TURN, "path": "m"}],
)
def rotation_one_source(t: RotationTransformation, ctx: Context) -> Iterator[Issue]:
    """A rotation has its matrix in the JSON, or in an array under `path`, not both."""
    return _one_source(t, "rotation", ctx)


def matrix_of(value: JSON) -> list[list[float]] | None:
    """Return a matrix of finite numbers whose rows have one length; ``None`` for all else."""
    if not isinstance(value, list) or not value or not all(isinstance(row, list) and row for row in value):
        return None
    if len({len(row) for row in value}) > 1:
        return None
    return value if all(is_number(x) and is_finite(x) and abs(x) < 1e150 for row in value for x in row) else None


def determinant(matrix: list[list[float]]) -> float:
    """Return the determinant of a small square matrix."""
    if len(matrix) == 1:
        return matrix[0][0]
    minors = ([row[:i] + row[i + 1 :] for row in matrix[1:]] for i in range(len(matrix)))
    return sum((-1.0) ** i * matrix[0][i] * determinant(minor) for i, minor in enumerate(minors))


@rule(
    "transform-rotation-orthonormal",
    on=RotationTransformation,
    requirement=MUST,
    valid=[_TURN, {"type": "rotation", "rotation": [[0.6, -0.8], [0.8, 0.6]]}],
    invalid=[{"type": "rotation", "rotation": m} for m in ([[1, 0], [0, -1]], [[2, 0], [0, 0.5]], [[1, 0.1], [0, 1]])],
)
def rotation_orthonormal(t: RotationTransformation, ctx: Context) -> Iterator[Issue]:
    """The rows of a rotation matrix are orthonormal, and its determinant is +1.

    Within 1e-6; the text gives no tolerance.

    Peers: ome-zarr-models 1.8.1 lets reflections pass.
    """
    matrix = matrix_of(t.rotation)
    if matrix is None or len(matrix) != len(matrix[0]) or not 2 <= len(matrix) <= 5:
        return
    size = range(len(matrix))
    for i in size:
        for j in range(i + 1):
            dot = sum(matrix[i][k] * matrix[j][k] for k in size)
            if abs(dot - (i == j)) > TOLERANCE:
                what = f"row {i} has the length {dot**0.5:g}" if i == j else f"rows {j} and {i} are not perpendicular"
                message, expected = f"the matrix is no rotation: {what}", "orthonormal rows"
                yield ctx.at("rotation").issue(message, found=t.rotation, expected=expected)
                return
    if determinant(matrix) < 0:
        yield ctx.at("rotation").issue(
            "the matrix is no rotation but a reflection: its determinant is -1",
            found=t.rotation,
            expected="determinant +1",
            hint="write it as an affine",
        )


@rule(
    "transform-prefer-simple",
    on=AffineTransformation,
    requirement=SHOULD,
    severity=Severity.INFO,
    valid=[_AFFINE],
    invalid=[
        {"type": "affine", "affine": [[2, 0, 0], [0, 2, 0]]},
        {"type": "affine", "affine": [[1, 0, 5], [0, 1, 0]]},
    ],
)
def prefer_simple(t: AffineTransformation, ctx: Context) -> Iterator[Issue]:
    """A transformation is written in its simplest form: a scale or a translation rather than an affine; a hint only."""
    matrix = matrix_of(t.affine)
    if matrix is None or len(matrix) + 1 != len(matrix[0]):
        return
    size = range(len(matrix))
    if any(matrix[i][j] for i in size for j in size if i != j):
        return
    scaled, moved = any(matrix[i][i] != 1 for i in size), any(row[-1] for row in matrix)
    form = "sequence of a scale and a translation" if scaled and moved else "translation" if moved else "scale"
    form = form if scaled or moved else "identity"
    yield ctx.at("affine").issue(f"the affine is {with_article(form)}", found=t.affine, expected=with_article(form))


def _array_shape(
    node: GroupNode, ctx: Context, cls: type[AffineTransformation | RotationTransformation]
) -> Iterator[Issue]:
    rotation = cls is RotationTransformation
    for place, t, n, m in examined_in(node, ctx).sizes:
        if type(t) is not cls or not isinstance(t.path, str) or not node.children:
            continue
        child = node.children.get(t.path)
        where = (*place, "path")
        columns = None if n is None else n if rotation else n + 1
        rows = n if rotation else m
        letters = ("N", "N") if rotation else ("M", "N + 1")
        expected = f"an array of shape [{rows or letters[0]}, {columns or letters[1]}]"
        if isinstance(child, Absent):
            if child.why is not Why.UNREADABLE:
                yield ctx.at(*where).issue(f"there is no array at {t.path!r}", found=t.path, expected=expected)
        elif isinstance(child, ArrayNode) and child.document.shape is not None:
            shape = child.document.shape
            fits = len(shape) == 2 and rows in (None, shape[0]) and columns in (None, shape[1])
            if not fits or (rotation and shape[0] != shape[1]):
                yield ctx.at(*where).issue(
                    f"the matrix at {t.path!r} has shape {list(shape)}", found=t.path, expected=expected
                )


@rule(
    "transform-affine-array-shape",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[store({"type": "affine", "path": "m"}, nodes={"m": ExampleArray((2, 3), "float64")})],
    invalid=[
        store({"type": "affine", "path": "m"}, nodes={"m": ExampleArray((3, 3), "float64")}),
        store({"type": "affine", "path": "m"}),
    ],
)
def affine_array_shape(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The array of an affine has two dimensions: M rows and N + 1 columns."""
    return _array_shape(node, ctx, AffineTransformation)


@rule(
    "transform-rotation-array-shape",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[store({"type": "rotation", "path": "m"}, nodes={"m": ExampleArray((2, 2), "float64")})],
    invalid=[store({"type": "rotation", "path": "m"}, nodes={"m": ExampleArray((2, 3), "float64")})],
)
def rotation_array_shape(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The array of a rotation has two dimensions: N rows and columns."""
    return _array_shape(node, ctx, RotationTransformation)


MATRIX_RULES = (affine_one_source, rotation_one_source, rotation_orthonormal, prefer_simple)
STORED_MATRIX_RULES = (affine_array_shape, rotation_array_shape)
