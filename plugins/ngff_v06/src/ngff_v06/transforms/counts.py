"""How many coordinates transformations take and yield, as far as their parameters tell."""

from __future__ import annotations

from typing import Any

from ngff_core.rules.common import is_number
from ngff_core.structure.values import JSON
from ngff_v06.models import transformations as kinds

__all__ = ["VECTORS", "count", "indices", "parts", "taken", "yielded"]


def count(value: JSON) -> int | None:
    """Return the length of a list."""
    return len(value) if isinstance(value, list) else None


def taken(t: object) -> int | None:
    """Return how many coordinates a transformation takes, as far as its parameters tell."""
    if isinstance(t, kinds.AffineTransformation):
        rows = t.affine if isinstance(t.affine, list) else []
        widths = {len(row) for row in rows if isinstance(row, list)}
        return widths.pop() - 1 if len(widths) == 1 else None
    if isinstance(t, kinds.SequenceTransformation):
        for step in t.transformations if isinstance(t.transformations, list) else ():
            if not isinstance(step, kinds.IdentityTransformation):
                return taken(step)
        return None
    if isinstance(t, kinds.BijectionTransformation):
        return taken(t.forward) or taken(t.inverse)
    return _vector(t)


def yielded(t: object, n: int | None) -> int | None:
    """Return how many coordinates a transformation yields when it takes ``n``, as far as its parameters tell."""
    if isinstance(t, kinds.AffineTransformation):
        return count(t.affine)
    if isinstance(t, kinds.SequenceTransformation):
        for step in t.transformations if isinstance(t.transformations, list) else ():
            n = yielded(step, n)
        return n
    if isinstance(t, kinds.ProjectAxisTransformation):
        if n is None:
            return None
        return n - len(indices(t.droppedInputs)) + len(indices(t.createdOutputs))
    if isinstance(t, kinds.ByDimensionTransformation):
        outputs = [i for part in parts(t) for i in indices(part.outputAxes)]
        return len(set(outputs)) or None
    if isinstance(t, (kinds.CoordinatesTransformation, kinds.OtherTransformation)):
        return None
    return _vector(t) or n


def _vector(t: object) -> int | None:
    for cls, key in VECTORS.items():
        if isinstance(t, cls):
            return count(getattr(t, key))
    return None


VECTORS: dict[type[Any], str] = {
    kinds.ScaleTransformation: "scale",
    kinds.TranslationTransformation: "translation",
    kinds.MapAxisTransformation: "mapAxis",
    kinds.RotationTransformation: "rotation",
}


def indices(value: JSON) -> list[int]:
    """Return the entries of a list that are whole numbers."""
    whole = [i for i in value if is_number(i) and i == i // 1] if isinstance(value, list) else []
    return [int(i) for i in whole]


def parts(t: kinds.ByDimensionTransformation) -> list[kinds.ByDimensionPart]:
    """Return the parts of a byDimension that could be structured."""
    written = t.transformations if isinstance(t.transformations, list) else []
    return [part for part in written if isinstance(part, kinds.ByDimensionPart)]
