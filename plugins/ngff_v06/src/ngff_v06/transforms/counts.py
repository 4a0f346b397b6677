"""How many coordinates transformations take and yield, as far as their parameters tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.rules.common import is_number
from ngff_core.structure.values import JSON
from ngff_v06.models import transformations as kinds

__all__ = ["VECTORS", "Counts", "count", "indices", "parts", "taken", "yielded"]

Yield = tuple[bool, int | None]
"""How many coordinates a transformation yields: so many, or (``False``) so many more than it takes."""

_SAME: Yield = (False, 0)


class Counts:
    """How many coordinates transformations take and yield, nested ones and all; each is worked out once."""

    __slots__ = ("_taken", "_yielded")

    def __init__(self, *transformations: object) -> None:
        self._taken: dict[int, int | None] = {}
        self._yielded: dict[int, Yield] = {}
        for transformation in transformations:
            self.learn(transformation)

    def learn(self, transformation: object) -> None:
        """Work out the numbers of a transformation and of all that are inside it, those inside first."""
        waiting, found = [transformation], []
        while waiting:
            found.append(waiting.pop())
            waiting += _inside(found[-1])
        for t in reversed(found):
            self._taken[id(t)] = self._taken_by(t)
            self._yielded[id(t)] = self._yielded_by(t)

    def taken(self, t: object) -> int | None:
        """Return how many coordinates a transformation takes, as far as its parameters tell."""
        return self._taken.get(id(t))

    def yielded(self, t: object, n: int | None) -> int | None:
        """Return how many coordinates a transformation yields when it takes ``n``, as far as its parameters tell."""
        fixed, number = self._yielded.get(id(t), _SAME)
        if fixed or number is None:
            return number
        return None if n is None else n + number

    def _taken_by(self, t: object) -> int | None:
        if isinstance(t, kinds.AffineTransformation):
            rows = t.affine if isinstance(t.affine, list) else []
            widths = {len(row) for row in rows if isinstance(row, list)}
            return widths.pop() - 1 if len(widths) == 1 else None
        if isinstance(t, kinds.SequenceTransformation):
            steps = (step for step in _steps(t) if not isinstance(step, kinds.IdentityTransformation))
            return self.taken(next(steps, None))
        if isinstance(t, kinds.BijectionTransformation):
            return self.taken(t.forward) or self.taken(t.inverse)
        return _vector(t)

    def _yielded_by(self, t: object) -> Yield:
        if isinstance(t, kinds.AffineTransformation):
            return True, count(t.affine)
        if isinstance(t, kinds.SequenceTransformation):
            whole = _SAME
            for step in _steps(t):
                whole = _after(whole, self._yielded.get(id(step), _SAME))
            return whole
        if isinstance(t, kinds.ProjectAxisTransformation):
            return False, len(indices(t.createdOutputs)) - len(indices(t.droppedInputs))
        if isinstance(t, kinds.ByDimensionTransformation):
            return True, len({i for part in parts(t) for i in indices(part.outputAxes)}) or None
        if isinstance(t, (kinds.CoordinatesTransformation, kinds.OtherTransformation)):
            return True, None
        length = _vector(t)
        return (True, length) if length else _SAME


def _after(first: Yield, then: Yield) -> Yield:
    """Return what comes of two transformations, one after the other."""
    if then[0] or first[1] is None or then[1] is None:
        return then if then[0] else first
    return first[0], first[1] + then[1]


def _steps(t: kinds.SequenceTransformation) -> list[Any]:
    return t.transformations if isinstance(t.transformations, list) else []


def _inside(t: object) -> Iterator[object]:
    """Yield the transformations that one is made of, if it is made of any."""
    if isinstance(t, kinds.SequenceTransformation):
        yield from _steps(t)
    elif isinstance(t, kinds.BijectionTransformation):
        yield from (t.forward, t.inverse)
    elif isinstance(t, kinds.ByDimensionTransformation):
        yield from (part.transformation for part in parts(t))


def taken(t: object) -> int | None:
    """Return how many coordinates a transformation takes, as far as its parameters tell."""
    return Counts(t).taken(t)


def yielded(t: object, n: int | None) -> int | None:
    """Return how many coordinates a transformation yields when it takes ``n``, as far as its parameters tell."""
    return Counts(t).yielded(t, n)


def count(value: JSON) -> int | None:
    """Return the length of a list."""
    return len(value) if isinstance(value, (list, tuple)) else None


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
