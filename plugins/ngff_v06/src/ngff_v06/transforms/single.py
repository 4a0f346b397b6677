"""Whether the numbers of coordinates of one transformation fit: those that hold no other transformation."""

from __future__ import annotations

from ngff_core.rules.common import is_number
from ngff_core.structure.values import JSON
from ngff_core.words import counted, noun, positions
from ngff_v06.models import transformations as kinds
from ngff_v06.transforms.counts import VECTORS, indices, taken, yielded
from ngff_v06.transforms.misfits import Checked, Examined, Misfit, Place, Way

__all__ = [
    "check_affine",
    "check_displacements",
    "check_indices",
    "check_project",
    "check_rotation",
    "check_vector",
]

VectorTransformation = kinds.ScaleTransformation | kinds.TranslationTransformation | kinds.MapAxisTransformation


def check_vector(t: VectorTransformation, n: int | None, m: int | None, place: Place, _: Examined) -> Checked:
    """Check that a scale, a translation or a mapAxis has as many numbers as there are axes."""
    key = VECTORS[type(t)]
    length, axes = taken(t), n if n is not None else m
    if length is None or axes is None or length == axes:
        return
    rule = f"transform-{key}-length-matches-axes" if key != "mapAxis" else "transform-parameters-match-dimensions"
    yield Misfit(
        rule,
        (*place, key),
        f"the {key} has {counted(length, 'number')} for {counted(axes, 'axis')}",
        getattr(t, key),
        counted(axes, "number"),
    )


def check_project(
    t: kinds.ProjectAxisTransformation, n: int | None, m: int | None, place: Place, _: Examined
) -> Checked:
    """Check that a projectAxis names axes that are there, and yields as many as its output has."""
    if n is None:
        return
    size = yielded(t, n)
    for key, limit in (("droppedInputs", n), ("createdOutputs", m if m is not None else size)):
        axes = getattr(t, key)
        for index, axis in enumerate(axes if isinstance(axes, list) else ()):
            if is_number(axis) and limit is not None and not 0 <= axis < limit:
                side = "input" if key == "droppedInputs" else "output"
                yield Misfit(
                    "transform-projectaxis-dimensions",
                    (*place, key, index),
                    f"there is no {side} axis {axis}: the {side} has {counted(limit, 'axis')}",
                    axis,
                    positions(limit),
                )
    if m is not None and size is not None and size != m:
        yield Misfit(
            "transform-projectaxis-dimensions",
            place,
            f"{counted(n, 'axis')}, {len(indices(t.droppedInputs))} dropped"
            f" and {len(indices(t.createdOutputs))} created make {size}, but the output has {m}",
            expected=counted(m, "axis"),
        )


def check_affine(t: kinds.AffineTransformation, n: int | None, m: int | None, place: Place, _: Examined) -> Checked:
    """Check the rows and columns of a matrix."""
    if not isinstance(t.affine, list):
        return
    rows, columns = len(t.affine), taken(t)
    where = Way(place, "affine")
    if columns is None:
        yield Misfit("transform-affine-shape", where, "the rows of the matrix differ in length", t.affine)
        return
    fits = (n is None or columns == n) and (m is None or rows == m)
    if fits and rows and columns >= 1:
        return
    shape = f"{m if m is not None else 'M'} x {n + 1 if n is not None else 'N + 1'}"
    last = t.affine[-1] if t.affine else None
    full = rows == columns + 1 and isinstance(last, list) and last[:-1] == [0] * columns and last[-1:] == [1]
    yield Misfit(
        "transform-affine-shape",
        where,
        f"the matrix is {rows} x {columns + 1}",
        t.affine,
        f"{shape} numbers",
        "leave the last row out: only the upper rows of a homogeneous matrix are written" if full else None,
    )


def check_rotation(t: kinds.RotationTransformation, n: int | None, m: int | None, place: Place, _: Examined) -> Checked:
    """Check that the matrix of a rotation is square, and fits."""
    if not isinstance(t.rotation, list):
        return
    size, axes = len(t.rotation), n if n is not None else m
    widths = [len(row) if isinstance(row, list) else None for row in t.rotation]
    square = all(width == size for width in widths)
    if not square or not 2 <= size <= 5 or (axes is not None and axes != size):
        wide = widths[0] if widths and len(set(widths)) == 1 else "?"
        wanted = axes if axes is not None and 2 <= axes <= 5 else "N"
        yield Misfit(
            "transform-rotation-square",
            (*place, "rotation"),
            f"the matrix is {size} x {wide}" + (f" for {counted(axes, 'axis')}" if axes is not None and square else ""),
            t.rotation,
            f"{wanted} x {wanted} numbers" + (", N from 2 to 5" if wanted == "N" else ""),
        )


def check_displacements(
    t: kinds.DisplacementsTransformation, n: int | None, m: int | None, place: Place, _: Examined
) -> Checked:
    """Check that displacements lead to as many axes as they start from."""
    if n is not None and m is not None and n != m:
        yield Misfit(
            "transform-displacements-equal-dimensions",
            place,
            f"displacements from {counted(n, 'axis')} to {m}",
            expected="as many axes in the output as in the input",
        )


def check_indices(axes: JSON, limit: int | None, place: Place) -> Checked:
    """Check that the positions of axes in a part of a byDimension are there."""
    there = f": there {noun(limit, 'is')} {counted(limit, 'axis')}" if limit is not None else ""
    for index, axis in enumerate(axes if isinstance(axes, list) else ()):
        if is_number(axis) and (axis < 0 or (limit is not None and axis >= limit)):
            yield Misfit(
                "transform-bydimension-axes-integers",
                (*place, index),
                f"there is no axis {axis}{there}",
                axis,
                positions(limit) if limit else "0 or more",
            )
