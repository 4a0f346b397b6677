"""The documents of arrays in Zarr v2."""

from __future__ import annotations

import re
from typing import Any, Literal

from cattrs import Converter

from ngff_core.structure.converter import structure
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.array import ArrayDocument, fault_issues, sizes

__all__ = ["read"]


@model
class ZarrV2Array(Model):
    """What ``.zarray`` holds (Zarr v2 specification)."""

    zarr_format: Literal[2] = member()
    shape: list[int] = member()
    chunks: list[int] = member()
    dtype: Any = member(required=True)
    compressor: Any = member(default=None)
    fill_value: Any = member(default=None)
    order: Literal["C", "F"] | None = member(default=None)
    filters: list[Any] | None = member(default=None)
    dimension_separator: Literal[".", "/"] | None = member(default=None)


def read(converter: Converter, raw: JSONObject) -> ArrayDocument:
    """Read what ``.zarray`` holds."""
    array, faults = structure(converter, raw, ZarrV2Array)
    faults = [f for f in faults if not (f.found == "null" and f.pointer == ("filters",))]
    compressor = array.compressor
    filters = array.filters if isinstance(array.filters, list) else []
    codecs = [item.get("id") for item in [*filters, compressor] if isinstance(item, dict)]
    return ArrayDocument(
        2,
        ".zarray",
        raw,
        shape=sizes(array.shape),
        dtype=_dtype_v2(array.dtype),
        chunks=sizes(array.chunks),
        separator=array.dimension_separator or ".",
        codecs=tuple(map(str, codecs)),
        fill_value=array.fill_value,
        problems=fault_issues(faults, ".zarray"),
    )


_V2_KINDS = {"i": "int", "u": "uint", "f": "float", "c": "complex"}


def _dtype_v2(value: JSON) -> str | None:
    if isinstance(value, list):
        return "structured"
    if not isinstance(value, str):
        return None
    parts = re.fullmatch(r"([<>|])([biufcmMSUV])(\d+)(\[.*\])?", value)
    if parts is None:
        return value
    kind, size = parts[2], int(parts[3])
    if kind == "b":
        return "bool"
    return f"{_V2_KINDS[kind]}{size * 8}" if kind in _V2_KINDS else f"{kind}{size}"
