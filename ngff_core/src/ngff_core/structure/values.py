"""Names for JSON values in annotations: what a document holds before its shape is known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

__all__ = ["JSON", "JSONObject", "nested_deeper", "same_value"]

JSON: TypeAlias = Any
"""Any JSON value. Ask with `isinstance` before computing with it: no type checker does."""

JSONObject: TypeAlias = dict[str, Any]
"""A JSON object."""


def same_value(a: JSON, b: JSON) -> bool:
    """Tell whether two values are the same JSON: a tuple, or an array of numpy, is the list that is written for it."""
    a, b = _plain(a), _plain(b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(value, b[key]) for key, value in a.items())
    return bool(a == b)


def _plain(value: JSON) -> JSON:
    if isinstance(value, tuple):
        return [*value]
    return value.tolist() if hasattr(value, "tolist") else value


def nested_deeper(value: object, levels: int) -> bool:
    """Tell whether arrays and objects stand in each other more than so many levels deep."""
    layer = [value]
    for _ in range(levels):
        layer = [item for outer in layer for item in _inside(outer) if isinstance(item, (dict, list, tuple))]
        if not layer:
            return False
    return any(_inside(outer) for outer in layer)


def _inside(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
