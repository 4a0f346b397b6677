"""Metadata documents as they are written."""

from __future__ import annotations

import json
import math

from ngff_core.json_text import dumps
from ngff_core.structure.values import JSONObject

__all__ = ["document_bytes", "is_finite"]


def document_bytes(value: JSONObject) -> bytes:
    """Return the bytes of a document as it is written."""
    try:
        return dumps(value, indent=True)
    except TypeError:  # integers beyond 64 bits, halves of surrogate pairs
        return json.dumps(value, indent=2).encode()


def is_finite(value: object) -> bool:
    """Tell whether JSON has all of the numbers in a value."""
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if isinstance(value, list):
        return all(map(is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
