"""Python values in place of a document: what keeps them from being JSON, said as it is said of text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer, to_pointer
from ngff_core.json_text import dumps

__all__ = ["json_value"]

_SCALARS = (str, int, float, bool, type(None))
_LARGEST = 1 << 1024  # beyond the range of doubles, as which readers take numbers


def json_value(value: Any) -> tuple[Any, list[Issue]]:
    """Return a value as `parse_json` does: ``None`` where it is no JSON at all, and the problems."""
    try:
        if b"null" not in dumps(value):  # which stands for NaN as well
            return value, []
    except (TypeError, ValueError, RecursionError):
        pass
    constants = False
    for pointer, scalar in _scalars(value):
        problem = _problem(scalar)
        if problem is not None:
            return None, [finding("document-not-json", f"the document is not JSON: {problem}", pointer=pointer)]
        if isinstance(scalar, float) and not math.isfinite(scalar) and not constants:
            constants = True
            name = "NaN" if scalar != scalar else "Infinity" if scalar > 0 else "-Infinity"
            issue = finding("document-nan", f"the document holds {name}, which is not JSON", pointer=pointer)
    return value, [issue] if constants else []


def _scalars(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield all that is no object and no array, names of members included, in the order of the document."""
    waiting: list[tuple[Pointer, Any]] = [((), value)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, dict):
            yield from ((to_pointer(place), name) for name in item)
            waiting += [((*place, name), inner) for name, inner in reversed(item.items())]
        elif isinstance(item, list):
            waiting += [((*place, index), item[index]) for index in range(len(item) - 1, -1, -1)]
        else:
            yield to_pointer(place), item


def _problem(scalar: Any) -> str | None:
    """Return what keeps a scalar from being JSON."""
    if not isinstance(scalar, _SCALARS):
        return f"{type(scalar).__name__} is no type of JSON"
    if isinstance(scalar, int) and not -_LARGEST < scalar < _LARGEST:
        return "the number is infinity when parsed as double"
    if isinstance(scalar, str) and not scalar.isascii():
        try:
            scalar.encode()
        except UnicodeEncodeError:
            return "half of a surrogate pair in a string"
    return None
