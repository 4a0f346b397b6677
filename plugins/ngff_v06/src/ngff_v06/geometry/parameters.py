"""The parameters of transformations as plain numbers, or an error that says what is wrong with them."""

from __future__ import annotations

from typing import Any

from ngff_core.rules.common import is_finite, is_number
from ngff_core.structure.values import JSON
from ngff_core.words import counted
from ngff_v06.geometry.errors import GeometryError
from ngff_v06.models.transformations import AnyTransformation, Stored
from ngff_v06.transforms.counts import taken

__all__ = ["Matrix", "indices", "input_size", "matrix", "steps", "vector"]

Matrix = list[list[float]]


def _numbers(value: JSON) -> bool:
    return isinstance(value, (list, tuple)) and all(is_number(x) and is_finite(x) for x in value)


def _plain(value: JSON) -> JSON:
    return value.tolist() if hasattr(value, "tolist") else value  # callers may have put arrays of numpy into a model


def vector(t: AnyTransformation, key: str) -> list[float]:
    """Return the numbers of a scale or translation."""
    value = _plain(getattr(t, key))
    if not _numbers(value):
        raise GeometryError(f"the {t.type} has no list of finite numbers: {value!r}")
    return [float(x) for x in value]


def indices(t: AnyTransformation, key: str, *, optional: bool = False) -> list[int]:
    """Return a list of positions of axes, none of them twice."""
    value = _plain(getattr(t, key))
    if value is None and optional:
        return []
    if not _numbers(value) or any(x != int(x) or x < 0 for x in value) or len(set(value)) < len(value):
        raise GeometryError(f"{key} is no list of different positions of axes: {value!r}")
    return [int(x) for x in value]


def matrix(t: Stored, key: str) -> Matrix:
    """Return the matrix of an affine or a rotation: its rows, all of one length."""
    value = _plain(getattr(t, key))
    if value is None and t.path is not None:
        raise GeometryError(f"the matrix of the {t.type} is kept in an array at {t.path!r}: read it, and set {key!r}")
    rows = [_plain(row) for row in value] if isinstance(value, (list, tuple)) else []
    if not rows or not all(map(_numbers, rows)) or len({len(row) for row in rows}) != 1 or not rows[0]:
        raise GeometryError(f"the {t.type} has no matrix of numbers: {value!r}")
    if key == "rotation" and len(rows) != len(rows[0]):
        raise GeometryError(f"the matrix of the rotation is {len(rows)} x {len(rows[0])}, not square")
    return [[float(x) for x in row] for row in rows]


def steps(t: AnyTransformation, key: str = "transformations") -> list[Any]:
    """Return the parts of a sequence or byDimension."""
    value = getattr(t, key)
    if not isinstance(value, (list, tuple)):
        raise GeometryError(f"the {t.type} has no list of transformations: {value!r}")
    return list(value)


def input_size(t: AnyTransformation, ndim: int | None) -> int:
    """Return how many coordinates a transformation takes: as stated, else as its parameters tell."""
    known = taken(t)
    if ndim is not None and known is not None and ndim != known:
        raise GeometryError(f"the {t.type} takes {counted(known, 'coordinate')}, not {ndim}")
    size = ndim if ndim is not None else known
    if size is None:
        kind = getattr(t, "type", type(t).__name__)
        raise GeometryError(f"the parameters of the {kind} do not tell how many axes there are: state ndim")
    return size
