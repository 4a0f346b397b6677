"""Selections of pixels that mean what they do in numpy, whichever library reads: a box, and what to take of it.

zarr-python and tensorstore differ in all but the plainest selections: negative steps, slices beyond the end, numbers
from the end, arrays of indices. Both read boxes the same.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import attrs

from ngff_core.errors import SelectionError

__all__ = ["Selected", "selected"]

_EXPECTED = "expected an integer, a slice, '...', None, an array of integers or booleans, or a tuple of these"


@attrs.frozen(eq=False)
class Selected:
    """What to read, a slice with a positive step for each dimension, and what to take of that, for numpy."""

    box: tuple[slice, ...]
    inside: tuple[Any, ...]


@attrs.frozen(eq=False)
class _Indices:
    """Indices into one dimension; ``size`` is the number of pixels that it has to have, where they come of a mask."""

    values: Any
    size: int | None = None


def selected(selection: object, shape: Sequence[int]) -> Selected:
    """Return what a selection, as numpy takes it in brackets, reads of an array.

    Raises SelectionError, which is an IndexError, for what selects no pixels of it.
    """
    entries = [one for entry in (selection if isinstance(selection, tuple) else (selection,)) for one in _plain(entry)]
    rest = len(shape) - sum(entry is not None and entry is not ... for entry in entries)
    if rest < 0:
        raise SelectionError(f"the selection has {len(shape) - rest} dimensions, the array {len(shape)}")
    gaps = sum(entry is ... for entry in entries)
    if gaps > 1:
        raise SelectionError("'...' stands in a selection at most once")
    if not gaps:
        entries += [slice(None)] * rest
    box: list[slice] = []
    inside: list[Any] = []
    for entry in entries:
        if entry is ...:
            box += [slice(0, size, 1) for size in shape[len(box) : len(box) + rest]]
        elif entry is not None:
            read, entry = _along(entry, shape[len(box)], f"dimension {len(box)}")
            box.append(read)
        inside.append(entry)
    return Selected(tuple(box), tuple(inside))


def _plain(entry: Any) -> list[Any]:
    """Return an entry of a selection as integers, slices and indices; a mask is one of each dimension that it has."""
    if entry is None or entry is ... or isinstance(entry, slice):
        return [entry]
    scalar = not isinstance(entry, (list, tuple)) and not getattr(entry, "ndim", 0)
    if scalar and not isinstance(entry, bool) and "bool" not in str(getattr(entry, "dtype", "")):
        try:
            return [operator.index(entry)]
        except TypeError:
            pass
    if scalar:
        raise SelectionError(f"pixels cannot be selected by {entry!r}; {_EXPECTED}")
    numpy = import_module("numpy")
    try:
        array = numpy.asarray(entry)
    except ValueError:
        array = numpy.asarray(None)
    if array.dtype.kind == "b":
        return [_Indices(v, size) for v, size in zip(array.nonzero(), array.shape, strict=True)]
    if array.dtype.kind not in "iu" and not (isinstance(entry, list) and array.size == 0):
        raise SelectionError(f"pixels cannot be selected by an array of {array.dtype}; {_EXPECTED}")
    return [_Indices(array.astype("int64"))]


def _along(entry: Any, size: int, name: str) -> tuple[slice, Any]:
    """Return what to read along one dimension, and what to take of that."""
    if isinstance(entry, slice):
        return _slice(entry, size)
    if isinstance(entry, int):
        (start,) = _inside([entry], size, name)
        return slice(start, start + 1, 1), 0
    if entry.size not in (None, size):
        raise SelectionError(f"the mask has {entry.size} pixels along {name}, the array {size}")
    values = entry.values
    if not values.size:
        return slice(0, 0, 1), values
    _inside([int(values.min()), int(values.max())], size, name)
    values = values + size * (values < 0)
    start = int(values.min())
    return slice(start, int(values.max()) + 1, 1), values - start


def _slice(entry: slice, size: int) -> tuple[slice, slice]:
    try:
        numbers = range(*entry.indices(size))
    except (TypeError, ValueError) as error:
        raise SelectionError(f"{entry} selects no pixels: {error}") from None
    if not numbers:
        return slice(0, 0, 1), slice(None)
    if numbers.step < 0:
        return slice(numbers[-1], numbers[0] + 1, -numbers.step), slice(None, None, -1)
    return slice(numbers[0], numbers[-1] + 1, numbers.step), slice(None)


def _inside(indices: Sequence[int], size: int, name: str) -> list[int]:
    """Return indices counted from the start; raise SelectionError for one that there is not."""
    for index in indices:
        if not -size <= index < size:
            raise SelectionError(f"index {index} is out of range: {name} has {size} pixels")
    return [index + size if index < 0 else index for index in indices]
