"""Zarr metadata documents, v2 and v3: bytes to JSON to group and array documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import attrs
import orjson
from cattrs import Converter

from ngff_core.findings import fault_issue, finding
from ngff_core.issue import Issue
from ngff_core.structure import Model, member, model, structure

__all__ = ["ArrayDocument", "GroupDocument", "array_document", "group_document", "json_object", "parse_json"]

MAX_DEPTH = 1024
_DIGITS = bytes(b"0"[0] if byte in b"0123456789" else b" "[0] for byte in range(256))
_MANY_DIGITS = b"0" * 19  # looked for first: translating is ten times as quick as the pattern
# patterns that few documents need: `re` compiles them when they are used, and keeps them
_BIG_INTEGER = rb"(?<![\d.eE+])-?\d{19,}(?![\d.eE])"


@attrs.define(eq=False, repr=False, slots=False)
class GroupDocument:
    """The metadata of a group: its attributes, and whatever else the documents say.

    ``name`` is the file that holds the attributes, ``base`` leads to them inside that file.
    """

    zarr_format: int
    name: str
    base: tuple[str, ...]
    attributes: dict[str, Any]
    raw: dict[str, Any]
    problems: list[Issue] = attrs.field(factory=list)
    marked: bool = True  # v2: .zgroup is there; v3: node_type says group

    @property
    def consolidated(self) -> dict[str, Any] | None:
        """Metadata of other nodes kept inline (v3), by path."""
        inline = self.raw.get("consolidated_metadata") if self.zarr_format == 3 else None
        entries = inline.get("metadata") if isinstance(inline, dict) else None
        return entries if isinstance(entries, dict) else None


@attrs.define(eq=False, repr=False, slots=False)
class ArrayDocument:
    """The metadata of an array, the same for Zarr v2 and v3.

    ``shape``, ``chunks`` (what one read decodes) and ``shards`` (what one file holds) count pixels per
    dimension; ``dtype`` is a NumPy-like name. A member that is missing or wrong is ``None``.
    """

    zarr_format: int
    name: str
    raw: dict[str, Any]
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    chunks: tuple[int, ...] | None = None
    shards: tuple[int, ...] | None = None
    dimension_names: list[str | None] | None = None
    separator: str | None = None
    codecs: tuple[str, ...] | None = None
    fill_value: Any = None
    attributes: dict[str, Any] = attrs.field(factory=dict)
    problems: list[Issue] = attrs.field(factory=list)


# --- JSON ------------------------------------------------------------------------------------------


def parse_json(data: str | bytes, document: str = "") -> tuple[Any, list[Issue]]:
    """Parse a JSON document strictly; on refusal say why, mend what is safe to mend, and go on.

    Returns the value (``None`` when nothing can be made of it) and the problems.
    """
    # text may hold halves of surrogate pairs, which are no UTF-8 and reported as such
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return _parse_leniently(data, document, error)
    if _MANY_DIGITS in data.translate(_DIGITS) and re.search(_BIG_INTEGER, data):
        try:
            value = _stdlib(data.decode())  # orjson reads integers beyond 64 bits as floats
        except RecursionError:
            message = "the document holds integers beyond 64 bits and is nested too deep to read them"
            return None, [finding("document-unreadable", message, document=document)]
    return value, []


def json_object(data: Any) -> dict[str, Any] | None:
    """Return the JSON object that the bytes of a document hold; ``None`` where there is none, for any reason."""
    value = parse_json(data)[0] if isinstance(data, bytes) else None
    return value if isinstance(value, dict) else None


def _parse_leniently(data: bytes, document: str, error: orjson.JSONDecodeError) -> tuple[Any, list[Issue]]:
    where = f"line {error.lineno} column {error.colno}"
    if not data.strip():
        return None, [finding("document-not-json", "the document is empty", document=document)]
    if "depth limit" in error.msg:
        message = f"the document is nested deeper than {MAX_DEPTH} levels ({where})"
        return None, [finding("document-unreadable", message, document=document)]
    text, problems = _decode(data, document)
    if text is None:
        return None, problems
    without, comments = _strip_comments(text)
    if comments:
        message = f"the document has {comments} comment{'s' if comments > 1 else ''}, the first at {where}"
        problems.append(finding("zarr-json-no-comments", message, document=document, hint="take the comments out"))
    constants: list[str] = []
    try:
        value = _stdlib(without, constants)
    except (ValueError, RecursionError):
        message = f"the document is not JSON: {_reason(error)}, {where}"
        return None, [finding("document-not-json", message, document=document)]
    if constants:
        names = ", ".join(sorted(set(constants)))
        found = re.search(r"(?<![\w\"])-?(NaN|Infinity)", without)
        before = without[: found.start()] if found else ""
        place = f"line {before.count(chr(10)) + 1} column {len(before) - before.rfind(chr(10))}"
        problems.append(
            finding(
                "document-nan",
                f"the document holds bare {names}, which is not JSON ({place})",
                document=document,
                hint='write fill values as the string "NaN" or "Infinity"; give other values a number',
            )
        )
    if not problems:
        return None, [
            finding("document-not-json", f"the document is not JSON: {_reason(error)}, {where}", document=document)
        ]
    return value, problems


def _reason(error: orjson.JSONDecodeError) -> str:
    return error.msg.split(": line ")[0]


def _decode(data: bytes, document: str) -> tuple[str | None, list[Issue]]:
    for mark, codec, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "begins with a byte order mark (BOM)"),
        (b"\xff\xfe", "utf-16", "is UTF-16"),
        (b"\xfe\xff", "utf-16", "is UTF-16"),
    ):
        if data.startswith(mark):
            try:
                text = data.decode(codec)
            except UnicodeDecodeError:
                break
            hint = "save it as UTF-8 without a byte order mark"
            message = f"the document {name}, JSON is UTF-8 without one"
            return text, [finding("document-encoding", message, document=document, hint=hint)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        message = f"the document is not UTF-8 (byte {error.start})"
        return None, [finding("document-encoding", message, document=document, hint="save it as UTF-8")]


def _stdlib(text: str, constants: list[str] | None = None) -> Any:
    import json

    def constant(name: str) -> float:
        if constants is None:
            raise ValueError(name)
        constants.append(name)
        return float(name.replace("Infinity", "inf"))

    return json.loads(text, parse_constant=constant)


_TOKEN = r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*(?s:.*?)\*/'


def _strip_comments(text: str) -> tuple[str, int]:
    count = 0

    def keep_strings(match: re.Match[str]) -> str:
        nonlocal count
        if match[0].startswith('"'):
            return match[0]
        count += 1
        return ""

    return re.sub(_TOKEN, keep_strings, text), count


# --- groups ----------------------------------------------------------------------------------------


def group_document(zarr_format: int, values: Mapping[str, bytes | None]) -> GroupDocument | None:
    """Read the documents of a group, by file name; ``None`` when there is no group.

    ``values`` holds ``zarr.json`` (v3), or ``.zgroup`` and ``.zattrs`` (v2).
    """
    if zarr_format == 3:
        data = values.get("zarr.json")
        if data is None:
            return None
        raw, problems = _object(data, "zarr.json")
        attributes = raw.get("attributes", {})
        if not isinstance(attributes, dict):
            problems.append(_not_object("zarr.json", "/attributes", attributes))
            attributes = {}
        marked = raw.get("node_type") == "group" and raw.get("zarr_format") == 3
        return GroupDocument(3, "zarr.json", ("attributes",), attributes, raw, problems, marked or bool(problems))
    group, attributes_data = values.get(".zgroup"), values.get(".zattrs")
    if group is None and attributes_data is None:
        return None
    raw, problems = _object(group, ".zgroup") if group is not None else ({}, [])
    attributes, more = _object(attributes_data, ".zattrs") if attributes_data is not None else ({}, [])
    return GroupDocument(2, ".zattrs", (), attributes, raw, problems + more, group is not None)


def _object(data: bytes, name: str) -> tuple[dict[str, Any], list[Issue]]:
    value, problems = parse_json(data, name)
    if isinstance(value, dict):
        return value, problems
    if not problems:
        problems = [_not_object(name, "", value)]
    return {}, problems


def _not_object(name: str, pointer: str, value: Any) -> Issue:
    kinds = {list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    found = kinds.get(type(value), "null")
    return finding(
        "document-not-object",
        f"found {found}, expected object",
        document=name,
        pointer=pointer,
        found=found,
        expected="object",
    )


# --- arrays ----------------------------------------------------------------------------------------


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
    attributes: dict[str, Any] | None = member(default=None)


def array_document(converter: Converter, zarr_format: int, data: bytes) -> ArrayDocument:
    """Read ``.zarray`` (Zarr v2) or the ``zarr.json`` of an array (v3)."""
    name = ".zarray" if zarr_format == 2 else "zarr.json"
    raw, problems = _object(data, name)
    if not raw and problems:
        return ArrayDocument(zarr_format, name, raw, problems=problems)
    document = _v2(converter, raw) if zarr_format == 2 else _v3(converter, raw)
    document.problems[:0] = problems
    return document


def _v2(converter: Converter, raw: dict[str, Any]) -> ArrayDocument:
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


def _v3(converter: Converter, raw: dict[str, Any]) -> ArrayDocument:
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
    from ngff_core.pointer import to_pointer

    return [fault_issue(fault, pointer=to_pointer(fault.pointer), document=name) for fault in faults]


def _sizes(value: Any) -> tuple[int, ...] | None:
    if isinstance(value, list) and all(isinstance(v, (int, float)) and v >= 0 for v in value):
        return tuple(map(int, value))
    return None


def _name(value: Any) -> str | None:
    named = value.get("name") if isinstance(value, dict) else value
    return named if isinstance(named, str) else None


def _configuration(value: Any) -> dict[str, Any]:
    found = value.get("configuration") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


_V2_KINDS = {"i": "int", "u": "uint", "f": "float", "c": "complex"}


def _dtype_v2(value: Any) -> str | None:
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
