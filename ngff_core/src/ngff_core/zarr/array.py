"""The documents of arrays, Zarr v2 and v3."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs
from cattrs import Converter

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.structure.converter import structure
from ngff_core.structure.faults import fault_issue
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.text import _object

__all__ = ["ArrayDocument", "array_document"]


@attrs.define(eq=False, repr=False, slots=False)
class ArrayDocument:
    """The metadata of an array, the same for Zarr v2 and v3.

    ``shape``, ``chunks`` (what one read decodes) and ``shards`` (what one file holds) count pixels per
    dimension; ``dtype`` is a NumPy-like name. A member that is missing or wrong is ``None``.
    """

    zarr_format: int
    name: str
    raw: JSONObject
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    chunks: tuple[int, ...] | None = None
    shards: tuple[int, ...] | None = None
    dimension_names: list[str | None] | None = None
    separator: str | None = None
    codecs: tuple[str, ...] | None = None
    fill_value: Any = None
    attributes: JSONObject = attrs.field(factory=dict)
    problems: list[Issue] = attrs.field(factory=list)


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


@model
class ZarrV3Array(Model):
    """What the ``zarr.json`` of an array holds (Zarr v3 specification)."""

    zarr_format: Literal[3] = member()
    node_type: Literal["array"] = member()
    shape: list[int] = member()
    data_type: Any = member(required=True)
    chunk_grid: Any = member(required=True)
    chunk_key_encoding: Any = member(required=True)
    fill_value: Any = member(required=True)
    codecs: list[Any] = member()
    dimension_names: list[Any] | None = member(default=None)
    attributes: JSONObject | None = member(default=None)


def array_document(converter: Converter, zarr_format: int, data: bytes) -> ArrayDocument:
    """Read ``.zarray`` (Zarr v2) or the ``zarr.json`` of an array (v3)."""
    name = ".zarray" if zarr_format == 2 else "zarr.json"
    raw, problems = _object(data, name)
    if not raw and problems:
        return ArrayDocument(zarr_format, name, raw, problems=problems)
    document = _v2(converter, raw) if zarr_format == 2 else _v3(converter, raw)
    document.problems[:0] = problems
    return document


def _v2(converter: Converter, raw: JSONObject) -> ArrayDocument:
    array, faults = structure(converter, raw, ZarrV2Array)
    faults = [f for f in faults if not (f.found == "null" and f.pointer == ("filters",))]
    compressor = array.compressor
    filters = array.filters if isinstance(array.filters, list) else []
    codecs = [item.get("id") for item in [*filters, compressor] if isinstance(item, dict)]
    return ArrayDocument(
        2,
        ".zarray",
        raw,
        shape=_sizes(array.shape),
        dtype=_dtype_v2(array.dtype),
        chunks=_sizes(array.chunks),
        separator=array.dimension_separator or ".",
        codecs=tuple(map(str, codecs)),
        fill_value=array.fill_value,
        problems=_fault_issues(faults, ".zarray"),
    )


def _v3(converter: Converter, raw: JSONObject) -> ArrayDocument:
    array, faults = structure(converter, raw, ZarrV3Array)
    faults = [f for f in faults if not (f.found == "null" and f.pointer == ("dimension_names",))]
    codecs = array.codecs if isinstance(array.codecs, list) else []
    sharding = next((c for c in codecs if _name(c) == "sharding_indexed"), None)
    chunks = _sizes(_configuration(array.chunk_grid).get("chunk_shape"))
    shards = None
    if sharding is not None:
        inner = _configuration(sharding)
        shards, chunks = chunks, _sizes(inner.get("chunk_shape"))
        inside = inner.get("codecs")
        codecs = [*(c for c in codecs if c is not sharding), *(inside if isinstance(inside, list) else [])]
    encoding = array.chunk_key_encoding
    default = "." if _name(encoding) == "v2" else "/"
    return ArrayDocument(
        3,
        "zarr.json",
        raw,
        shape=_sizes(array.shape),
        dtype=_name(array.data_type),
        chunks=chunks,
        shards=shards,
        dimension_names=array.dimension_names if isinstance(array.dimension_names, list) else None,
        separator=_configuration(encoding).get("separator", default),
        codecs=tuple(name for name in map(_name, codecs) if name is not None),
        fill_value=array.fill_value,
        attributes=array.attributes if isinstance(array.attributes, dict) else {},
        problems=_fault_issues(faults, "zarr.json"),
    )


def _fault_issues(faults: list[Any], name: str) -> list[Issue]:
    return [fault_issue(fault, pointer=to_pointer(fault.pointer), document=name) for fault in faults]


def _sizes(value: object) -> tuple[int, ...] | None:
    if isinstance(value, list) and all(isinstance(v, (int, float)) and v >= 0 for v in value):
        return tuple(map(int, value))
    return None


def _name(value: object) -> str | None:
    named = value.get("name") if isinstance(value, dict) else value
    return named if isinstance(named, str) else None


def _configuration(value: object) -> JSONObject:
    found = value.get("configuration") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


_V2_KINDS = {"i": "int", "u": "uint", "f": "float", "c": "complex"}


def _dtype_v2(value: object) -> str | None:
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
