"""Names for JSON values in annotations: what a document holds before its shape is known."""

from __future__ import annotations

from typing import Any, TypeAlias

__all__ = ["JSON", "JSONObject"]

JSON: TypeAlias = Any
"""Any JSON value. Ask with `isinstance` before computing with it: no type checker does."""

JSONObject: TypeAlias = dict[str, Any]
"""A JSON object."""
