"""Documents: bytes to JSON with every refusal explained, and Zarr v2 and v3 metadata."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ngff_core.structure import new_converter
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import group_document
from ngff_core.zarr.text import parse_json

CONVERTER = new_converter()


def refusal(data: bytes | str) -> tuple[Any, list[tuple[str, str]]]:
    value, problems = parse_json(data, "x.json")
    assert all(problem.document == "x.json" for problem in problems)
    return value, [(problem.rule, problem.message) for problem in problems]


# --- JSON -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": [1, 1.0, null, true, "\xc2\xb5"]}', "{'a': [1, 1.0, None, True, 'µ']}"),
        (b" 5 ", "5"),
        (b"null", "None"),
        (b"-0.0", "-0.0"),
        (b"18446744073709551616", "18446744073709551616"),
        (b'{"a": -123456789012345678901234567890}', "{'a': -123456789012345678901234567890}"),
        (b"9007199254740993", "9007199254740993"),
        (b'{"a": "12345678901234567890", "b": 0.12345678901234567890}',
         "{'a': '12345678901234567890', 'b': 0.12345678901234568}"),
        (b"1e22", "1e+22"),
    ],
)  # fmt: skip
def test_json_is_read_as_it_stands(data: bytes, value: str) -> None:
    read, problems = parse_json(data)
    assert problems == []
    assert repr(read) == value


def test_text_and_bytes_are_the_same() -> None:
    assert parse_json('{"a": "µ"}') == parse_json('{"a": "µ"}'.encode()) == ({"a": "µ"}, [])
    assert parse_json(bytearray(b"1")) == (1, [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'{"a": }', 1),
        (b'{"a":\n  1,}', 2),
        (b"<html></html>", 1),
        (b'\n\n{"a": 1}}', 3),
        (b"1e400", 1),
        (b'"\\ud800"', 1),
        (b"{'a': 1}", 1),
        (b'{"a": [1, 2', 1),
    ],
)
def test_what_is_no_json_is_told_with_its_place(data: bytes, line: int) -> None:
    """The reason is in the words of the parser, so only the rest of the message is compared."""
    value, ((rule, message),) = refusal(data)
    assert value is None
    assert rule == "document-not-json"
    assert re.fullmatch(rf"the document is not JSON: .+, line {line} column \d+", message)


@pytest.mark.parametrize(
    ("data", "rule", "message"),
    [
        (b"", "document-not-json", "the document is empty"),
        (b" \n", "document-not-json", "the document is empty"),
        (b'{"a": \xb5}', "document-encoding", "the document is not UTF-8 (byte 6)"),
        ("\ud800", "document-encoding", "the document is not UTF-8 (byte 0)"),
        (b"\xff\xfe{", "document-encoding", "the document is not UTF-8 (byte 0)"),
        (b"[" * 1100 + b"]" * 1100, "document-unreadable",
         "the document is nested deeper than 1024 levels (line 1 column 1026)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_explained(data: bytes | str, rule: str, message: str) -> None:
    assert refusal(data) == (None, [(rule, message)])


def test_e10_large_integers_below_a_thousand_levels() -> None:
    value, problems = parse_json(b"[123456789012345678901, " + b"[" * 1000 + b"]" * 1001)
    assert (value[0], problems) == (123456789012345678901, [])


def test_a_byte_order_mark_is_reported_and_the_document_read() -> None:
    expected = "the document begins with a byte order mark (BOM), JSON is UTF-8 without one"
    assert refusal(b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, [("document-encoding", expected)])


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_reported_and_the_document_read(codec: str) -> None:
    text = '{"a": "µ"}' if codec == "utf-16" else '\ufeff{"a": "µ"}'
    expected = "the document is UTF-16, JSON is UTF-8 without one"
    assert refusal(text.encode(codec)) == ({"a": "µ"}, [("document-encoding", expected)])


def test_bare_nan_is_reported_with_its_place_and_the_rest_read() -> None:
    value, problems = refusal(b'{"name": "NaN",\n "a": [1, NaN], "b": -Infinity}')
    assert problems == [
        ("document-nan", "the document holds bare -Infinity, NaN, which is not JSON (line 2 column 11)")
    ]
    assert repr(value) == "{'name': 'NaN', 'a': [1, nan], 'b': -inf}"


def test_comments_are_counted_and_left_out() -> None:
    value, problems = refusal(b'{\n// one\n"a": "/* no */ // no", /* two\n */ "b": 1}')
    assert problems == [("zarr-json-no-comments", "the document has 2 comments, the first at line 2 column 1")]
    assert value == {"a": "/* no */ // no", "b": 1}


def test_several_defects_are_told_together() -> None:
    value, problems = refusal(b'\xef\xbb\xbf// why\n{"a": NaN}')
    assert [rule for rule, _ in problems] == ["document-encoding", "zarr-json-no-comments", "document-nan"]
    assert list(value) == ["a"]


def test_the_last_of_two_equal_keys_is_taken() -> None:
    assert parse_json(b'{"a": 1, "a": 2}') == ({"a": 2}, [])


# --- groups -----------------------------------------------------------------------------------------


def test_a_v2_group_has_two_documents() -> None:
    document = group_document(2, {".zgroup": b'{"zarr_format": 2}', ".zattrs": b'{"x": 1}'})
    assert document is not None
    assert (document.name, document.base, document.attributes) == (".zattrs", (), {"x": 1})
    assert (document.raw, document.marked, document.problems) == ({"zarr_format": 2}, True, [])
    assert document.consolidated is None


@pytest.mark.parametrize(
    ("values", "attributes", "marked"),
    [
        ({".zgroup": b'{"zarr_format": 2}', ".zattrs": None}, {}, True),
        ({".zgroup": None, ".zattrs": b'{"x": 1}'}, {"x": 1}, False),
    ],
)
def test_either_v2_document_may_be_absent(values: dict[str, Any], attributes: dict[str, Any], marked: bool) -> None:
    document = group_document(2, values)
    assert document is not None
    assert (document.attributes, document.marked) == (attributes, marked)


def test_a_v3_group_keeps_attributes_in_its_document() -> None:
    raw = {
        "zarr_format": 3,
        "node_type": "group",
        "attributes": {"ome": {}},
        "consolidated_metadata": {"metadata": {"0": {}}},
    }
    document = group_document(3, {"zarr.json": json.dumps(raw).encode()})
    assert document is not None
    assert (document.name, document.base, document.attributes) == ("zarr.json", ("attributes",), {"ome": {}})
    assert document.raw == raw
    assert document.consolidated == {"0": {}}
    assert document.marked


@pytest.mark.parametrize("raw", [{}, {"zarr_format": 2, "node_type": "group"}, {"zarr_format": 3, "node_type": "x"}])
def test_a_v3_document_that_does_not_say_group_is_unmarked(raw: dict[str, Any]) -> None:
    document = group_document(3, {"zarr.json": json.dumps(raw).encode()})
    assert document is not None
    assert not document.marked


def test_no_document_is_no_group() -> None:
    assert group_document(2, {".zgroup": None, ".zattrs": None}) is None
    assert group_document(3, {"zarr.json": None}) is None


@pytest.mark.parametrize(
    ("data", "pointer", "found"),
    [(b"[]", "", "array"), (b'"a"', "", "string"), (b"true", "", "boolean"), (b"1.5", "", "number"),
     (b"null", "", "null"), (b'{"attributes": null}', "/attributes", "null"),
     (b'{"attributes": [1]}', "/attributes", "array")],
)  # fmt: skip
def test_something_other_than_an_object_is_a_problem(data: bytes, pointer: str, found: str) -> None:
    document = group_document(3, {"zarr.json": data})
    assert document is not None
    assert document.attributes == {}
    assert [(p.rule, p.pointer, p.found, p.expected) for p in document.problems] == [
        ("document-not-object", pointer, found, "object")
    ]


def test_both_documents_of_a_v2_group_are_judged() -> None:
    document = group_document(2, {".zgroup": b"[]", ".zattrs": b""})
    assert document is not None
    assert [(p.rule, p.document) for p in document.problems] == [
        ("document-not-object", ".zgroup"),
        ("document-not-json", ".zattrs"),
    ]


# --- arrays -----------------------------------------------------------------------------------------

V2 = {
    "zarr_format": 2,
    "shape": [10, 20],
    "chunks": [5, 20],
    "dtype": "<u2",
    "compressor": {"id": "blosc"},
    "fill_value": 0,
    "order": "C",
    "filters": [{"id": "delta"}],
    "dimension_separator": "/",
}
V3 = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [10, 20],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [5, 20]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "zstd"}],
    "dimension_names": ["y", None],
    "attributes": {"x": 1},
}


def read(zarr_format: int, raw: dict[str, Any]) -> ArrayDocument:
    return array_document(CONVERTER, zarr_format, json.dumps(raw).encode())


def without(raw: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in keys}


def problems_of(document: ArrayDocument) -> list[tuple[str, str, str | None]]:
    return [(p.rule, p.pointer, p.document) for p in document.problems]


def test_a_v2_array() -> None:
    document = read(2, V2)
    assert document.problems == []
    assert (document.shape, document.chunks, document.shards) == ((10, 20), (5, 20), None)
    assert (document.dtype, document.separator, document.codecs) == ("uint16", "/", ("delta", "blosc"))
    assert (document.fill_value, document.dimension_names, document.attributes) == (0, None, {})


def test_a_v3_array() -> None:
    document = read(3, V3)
    assert document.problems == []
    assert (document.shape, document.chunks, document.shards) == ((10, 20), (5, 20), None)
    assert (document.dtype, document.separator, document.codecs) == ("uint16", "/", ("bytes", "zstd"))
    assert (document.fill_value, document.dimension_names, document.attributes) == (0, ["y", None], {"x": 1})


def test_a_v3_array_in_shards() -> None:
    inner = {"chunk_shape": [5, 10], "codecs": [{"name": "bytes"}, {"name": "blosc"}]}
    document = read(3, {**V3, "codecs": [{"name": "transpose"}, {"name": "sharding_indexed", "configuration": inner}]})
    assert document.problems == []
    assert (document.chunks, document.shards) == ((5, 10), (5, 20))
    assert document.codecs == ("transpose", "bytes", "blosc")


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("|u1", "uint8"), ("<u2", "uint16"), (">u4", "uint32"), ("<i8", "int64"), ("<f4", "float32"),
        ("<c8", "complex64"),
        ("|b1", "bool"), ("|S10", "S10"), ("<U5", "U5"), ("<M8[ns]", "M8"), ("|V4", "V4"), ("int16", "int16"),
        ([["a", "<u2"]], "structured"), (5, None), (None, None),
    ],
)  # fmt: skip
def test_v2_data_types_by_their_numpy_names(dtype: Any, name: str | None) -> None:
    assert read(2, {**V2, "dtype": dtype}).dtype == name


@pytest.mark.parametrize(
    ("data_type", "name"),
    [
        ("uint8", "uint8"),
        ({"name": "numpy.datetime64", "configuration": {}}, "numpy.datetime64"),
        (5, None),
        ({}, None),
    ],
)
def test_v3_data_types_by_their_names(data_type: Any, name: str | None) -> None:
    assert read(3, {**V3, "data_type": data_type}).dtype == name


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [
        ({"name": "default"}, "/"),
        ({"name": "v2"}, "."),
        ({"name": "v2", "configuration": {"separator": "/"}}, "/"),
        ({"name": "default", "configuration": {"separator": "."}}, "."),
        ("default", "/"),
        (5, "/"),
    ],
)
def test_the_separator_of_v3_chunk_keys(encoding: Any, separator: str) -> None:
    assert read(3, {**V3, "chunk_key_encoding": encoding}).separator == separator


def test_the_separator_of_v2_chunk_keys_is_a_dot_unless_stated() -> None:
    assert read(2, without(V2, "dimension_separator")).separator == "."


@pytest.mark.parametrize("key", ["zarr_format", "shape", "chunks", "dtype"])
def test_a_v2_array_lacks_a_member(key: str) -> None:
    document = read(2, without(V2, key))
    assert [(p.rule, p.message) for p in document.problems] == [
        ("structure-missing", f"required key {key!r} is missing")
    ]


@pytest.mark.parametrize(
    "key",
    ["zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs"],
)
def test_a_v3_array_lacks_a_member(key: str) -> None:
    document = read(3, without(V3, key))
    assert [(p.rule, p.message) for p in document.problems] == [
        ("structure-missing", f"required key {key!r} is missing")
    ]


def test_wrong_members_are_located_and_the_rest_is_read() -> None:
    document = read(2, {**V2, "shape": [10, "20"], "order": "A", "chunks": 5})
    assert problems_of(document) == [
        ("structure-type", "/shape/1", ".zarray"),
        ("structure-type", "/chunks", ".zarray"),
        ("structure-value", "/order", ".zarray"),
    ]
    assert (document.shape, document.chunks, document.dtype) == (None, None, "uint16")


def test_sizes_are_whole_and_not_negative() -> None:
    assert read(2, {**V2, "shape": [10.0, 20]}).shape == (10, 20)
    assert read(2, {**V2, "shape": [-1, 20]}).shape is None
    assert read(3, {**V3, "chunk_grid": {"name": "regular"}}).chunks is None
    assert read(3, {**V3, "chunk_grid": "regular"}).chunks is None


def test_nulls_that_zarr_writes_are_no_problem() -> None:
    assert problems_of(read(2, {**V2, "filters": None, "compressor": None, "fill_value": None})) == []
    assert problems_of(read(3, {**V3, "dimension_names": None})) == []
    assert read(2, {**V2, "filters": None, "compressor": None}).codecs == ()


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(("data", "rule"), [(b"", "document-not-json"), (b"[1]", "document-not-object")])
def test_an_array_document_that_is_no_object(zarr_format: int, data: bytes, rule: str) -> None:
    document = array_document(CONVERTER, zarr_format, data)
    assert [p.rule for p in document.problems] == [rule]
    assert (document.shape, document.dtype) == (None, None)


def test_an_array_with_bare_nan_is_read_nevertheless() -> None:
    document = array_document(CONVERTER, 2, json.dumps({**V2, "fill_value": float("nan")}).encode())
    assert [p.rule for p in document.problems] == ["document-nan"]
    assert document.shape == (10, 20)
