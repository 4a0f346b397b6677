"""What makes the documents of arrays and groups openable: each fault with its place, and what is silent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from array_headers import CASES, V2, V3, codec, shards, without
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.structure import new_converter
from ngff_core.zarr.array import array_document
from ngff_core.zarr.group import group_document
from ngff_core.zarr.headers.arrays import array_problems
from ngff_core.zarr.headers.chunks import chunk_problems
from ngff_core.zarr.headers.problem import Problem

CONVERTER = new_converter()
BYTES = V3["codecs"][0]
BLOSC = {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "blocksize": 0, "typesize": 2}

Told = tuple[str, str, str]


def told(header: dict[str, Any]) -> list[Told]:
    document = array_document(CONVERTER, header.get("zarr_format", 3), json.dumps(header).encode())
    return [(i.rule, i.severity.value, i.pointer) for i in (*document.problems, *document.header_issues)]


def told_of(member: str, value: Any, **more: Any) -> list[Told]:
    return told({**V3, **more, member: value})


def told_of_v2(member: str, value: Any, **more: Any) -> list[Told]:
    return told({**V2, **more, member: value})


def errors(rule: str, *pointers: str) -> list[Told]:
    return [(rule, "error", pointer) for pointer in pointers]


# --- what an attacker found -------------------------------------------------------------------------

EDGES = [[4, [2, 2]], 3]
GRID = "zarr-chunk-grid-valid"


def rectilinear(**settings: Any) -> list[Told]:
    return told_of("chunk_grid", codec("rectilinear", **settings))


@pytest.mark.parametrize("edges", [EDGES, [8, 8], [[8], [[4, 2]]], [[3, 3, 3], [9, 9]]])
def test_attack3_2_a_rectilinear_grid(edges: list[Any]) -> None:
    assert rectilinear(kind="inline", chunk_shapes=edges) == []


@pytest.mark.parametrize(
    ("settings", "pointers"),
    [
        ({"chunk_shape": [8, 8]}, ["", "", "/configuration/chunk_shape"]),
        ({}, ["", ""]),
        ({"chunk_shapes": EDGES}, [""]),
        ({"kind": "inline"}, [""]),
        ({"kind": "file", "chunk_shapes": EDGES}, ["/configuration/kind"]),
        ({"kind": "inline", "chunk_shapes": 8}, ["/configuration/chunk_shapes"]),
        ({"kind": "inline", "chunk_shapes": [8]}, ["/configuration/chunk_shapes"]),
        ({"kind": "inline", "chunk_shapes": [8, 8, 8]}, ["/configuration/chunk_shapes"]),
        *(
            ({"kind": "inline", "chunk_shapes": [8, wrong]}, ["/configuration/chunk_shapes/1"])
            for wrong in (0, -1, "8", None, True, [], [4], [[4]], [[4, 2, 1]], [[4, 0]], [[4, [2, 1]]], {})
        ),
    ],
)
def test_attack3_2_what_a_rectilinear_grid_may_not_have(settings: dict[str, Any], pointers: list[str]) -> None:
    assert rectilinear(**settings) == errors(GRID, *(f"/chunk_grid{pointer}" for pointer in pointers))


@pytest.mark.parametrize("shape", [None, "8", [None, 8], [8.5, "a"], [10**400, 8]])
def test_attack3_2_a_shape_that_is_none_does_not_matter(shape: Any) -> None:
    header = {**V3, "shape": shape, "chunk_grid": codec("rectilinear", kind="inline", chunk_shapes=[[[8, 10**400]], 8])}
    assert [problem for problem in array_problems(header, 3) if problem.rule == GRID] == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("chunk_grid", codec("rectangular", chunk_shape=[8, 8])),
        ("chunk_key_encoding", codec("suffix", nonsense=1)),
        ("chunk_key_encoding", codec("fanout")),
    ],
)
def test_attack3_2_what_is_registered_and_not_looked_at_is_told(member: str, value: Any) -> None:
    assert told_of(member, value) == [("zarr-extensions-known", "info", f"/{member}")]


@pytest.mark.parametrize("key", ["must_understand", "endian", "x"])
@pytest.mark.parametrize("name", ["bool", "uint16", "complex128"])
def test_attack3_3_numbers_have_no_settings(name: str, key: str) -> None:
    found = told_of("data_type", {"name": name, "configuration": {key: True}}, fill_value=0)
    assert found[:1] == errors("zarr-data-type-valid", f"/data_type/configuration/{key}")


@pytest.mark.parametrize("form", [{"name": "uint16"}, {"name": "uint16", "configuration": {}}])
def test_attack3_3_the_long_form_without_settings_is_in_order(form: Any) -> None:
    assert told_of("data_type", form) == []


@pytest.mark.parametrize(
    ("found", "rule", "pointer"),
    [
        (told_of("shape", [8.0, 8]), "zarr-shape-valid", "/shape"),
        (told_of_v2("shape", [8, 8.0]), "zarr-shape-valid", "/shape"),
        (told_of_v2("chunks", [8.0, 8.0]), GRID, "/chunks"),
        (told_of("chunk_grid", codec("regular", chunk_shape=[8, 8.0])), GRID, "/chunk_grid/configuration/chunk_shape"),
        *(
            (told_of("codecs", [*before, one]), "zarr-codecs-valid", f"/codecs/{len(before)}/configuration/{key}")
            for before, one, key in (
                ([BYTES], codec("gzip", level=1.0), "level"),
                ([BYTES], codec("zstd", level=1.0, checksum=False), "level"),
                ([], shards(chunk_shape=[4.0, 4]), "chunk_shape"),
            )
        ),
        (told_of("codecs", [codec("transpose", order=[1.0, 0]), BYTES]),
         "zarr-codecs-valid", "/codecs/0/configuration/order"),
        (told_of_v2("compressor", {"id": "zlib", "level": 1.0}), "zarr-codecs-valid", "/compressor/level"),
        (told_of_v2("compressor", {"id": "lz4", "acceleration": 1.0}), "zarr-codecs-valid", "/compressor/acceleration"),
    ],
)  # fmt: skip
def test_attack3_4_integers_with_a_point_are_a_warning(found: list[Told], rule: str, pointer: str) -> None:
    assert found == [(rule, "warning", pointer)]


def test_attack3_4_3_with_a_point_is_3_to_all_readers() -> None:
    document = array_document(CONVERTER, 3, json.dumps({**V3, "zarr_format": 3.0}).encode())
    assert [*document.problems, *document.header_issues] == []


# --- A2: v3 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codecs", "pointer"),
    [
        ([], "/codecs"),
        ([codec("zstd", level=1)], "/codecs"),
        ([codec("gzip", level=1), BYTES], "/codecs/1"),
        ([BYTES, BYTES], "/codecs/1"),
        ([{"id": "bytes"}], "/codecs/0"),
        ([shards(codecs=[])], "/codecs/0/configuration/codecs"),
        ([shards(chunk_shape=[3, 4])], "/codecs/0/configuration/chunk_shape"),
        ([shards(codecs=[shards(chunk_shape=[3, 2])])],
         "/codecs/0/configuration/codecs/0/configuration/chunk_shape"),
        ([BYTES, codec("blosc", **{**BLOSC, "shuffle": 1})], "/codecs/1/configuration/shuffle"),
        ([codec("bytes", endian="native")], "/codecs/0/configuration/endian"),
        ([codec("bytes")], "/codecs/0"),
        (["bytes"], "/codecs/0"),
    ],
)  # fmt: skip
def test_a2_codecs_of_v3(codecs: Any, pointer: str) -> None:
    assert told_of("codecs", codecs) == errors("zarr-codecs-valid", pointer)


@pytest.mark.parametrize(
    ("member", "value", "rule", "pointer"),
    [
        ("data_type", "<u2", "zarr-data-type-valid", "/data_type"),
        ("chunk_key_encoding", {"name": "nested"}, "zarr-chunk-keys-valid", "/chunk_key_encoding"),
        ("chunk_key_encoding", {"name": "default", "configuration": {"separator": "-"}}, "zarr-chunk-keys-valid",
         "/chunk_key_encoding/configuration/separator"),
        ("fill_value", None, "zarr-fill-value-fits-data-type", "/fill_value"),
        ("fill_value", -1, "zarr-fill-value-fits-data-type", "/fill_value"),
        ("fill_value", 70000, "zarr-fill-value-fits-data-type", "/fill_value"),
        ("shape", [-8, 8], "zarr-shape-valid", "/shape"),
        ("dimension_separator", "/", "zarr-members-known", "/dimension_separator"),
        ("extra", {"must_understand": True}, "zarr-members-known", "/extra"),
        ("dimension_names", ["y"], "zarr-dimension-names-valid", "/dimension_names"),
        ("chunk_grid", {"name": "regular"}, "zarr-chunk-grid-valid", "/chunk_grid"),
        ("chunk_grid", {"name": "regular", "configuration": {"chunk_shape": [-8, 8]}}, "zarr-chunk-grid-valid",
         "/chunk_grid/configuration/chunk_shape"),
        ("storage_transformers", None, "zarr-storage-transformers-valid", "/storage_transformers"),
    ],
)  # fmt: skip
def test_a2_members_of_v3(member: str, value: Any, rule: str, pointer: str) -> None:
    assert told_of(member, value) == errors(rule, pointer)


def test_a2_hints_say_what_is_meant() -> None:
    def hint(header: dict[str, Any]) -> str | None:
        (problem,) = array_problems(header, header["zarr_format"])
        return problem.hint

    assert hint({**V3, "data_type": "<u2"}) == 'write "uint16"; the byte order is that of the codec bytes'
    assert hint({**V3, "codecs": [{"id": "bytes"}]}) == 'Zarr v2 names codecs by "id", v3 by "name"'
    assert hint({**V3, "order": "C"}) == "a member of Zarr v2, which v3 says in `codecs`"
    assert hint({**V3, "codecs": [BYTES, codec("blosc", **{**BLOSC, "shuffle": 1})]}) == (
        '1 is what Zarr v2 writes for "shuffle"'
    )
    assert hint({**V2, "dtype": "uint16"}) == 'write "<u2"'
    assert hint({**V2, "dtype": "=u2"}) == 'write "<u2"'
    assert hint({**V2, "compressor": "blosc"}) == 'write {"id": "blosc"} with its settings'


# --- A2: v2 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["NaN", -1, 0.5, 300])
def test_a2_fill_values_of_v2(value: Any) -> None:
    expected = errors("zarr-fill-value-fits-data-type", "/fill_value")
    assert told_of_v2("fill_value", value, dtype="|u1") == expected


@pytest.mark.parametrize("member", ["order", "fill_value", "filters", "compressor"])
def test_a2_members_that_v2_asks_for(member: str) -> None:
    assert told(without(V2, member)) == errors("structure-missing", "")


@pytest.mark.parametrize(
    ("member", "value", "rule", "pointer"),
    [
        ("dtype", "uint16", "zarr-data-type-valid", "/dtype"),
        ("dtype", "=u2", "zarr-data-type-valid", "/dtype"),
        ("dtype", "|u2", "zarr-data-type-valid", "/dtype"),
        ("compressor", "blosc", "zarr-codecs-valid", "/compressor"),
        ("compressor", {"cname": "lz4"}, "zarr-codecs-valid", "/compressor"),
        ("filters", ["delta"], "zarr-codecs-valid", "/filters/0"),
        ("shape", [-8, 8], "zarr-shape-valid", "/shape"),
        ("chunks", [-8, 8], "zarr-chunk-grid-valid", "/chunks"),
    ],
)
def test_a2_members_of_v2(member: str, value: Any, rule: str, pointer: str) -> None:
    assert told_of_v2(member, value) == errors(rule, pointer)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [("1", "|u1"), (True, "<u2"), (0, "|b1"), (1, "|b1"), ("nan", "<f4"), ("-inf", "<f8"), ("0x7fc00000", "<f4")],
)
def test_a2_fill_values_that_only_some_read_are_warnings(value: Any, dtype: str) -> None:
    warning = [("zarr-fill-value-fits-data-type", "warning", "/fill_value")]
    assert told_of_v2("fill_value", value, dtype=dtype) == warning


# --- A2: groups -------------------------------------------------------------------------------------


def test_a2_members_of_groups() -> None:
    def members(zarr_format: int, **more: Any) -> list[tuple[str, str, str | None]]:
        raw = {"zarr_format": zarr_format, "node_type": "group", "attributes": {}, **more}
        name = "zarr.json" if zarr_format == 3 else ".zgroup"
        document = group_document(zarr_format, {name: json.dumps(raw).encode()})
        assert document is not None
        assert document.problems == []
        return [(i.rule, i.pointer, i.document) for i in document.header_issues]

    assert members(3, extra=1) == [("zarr-members-known", "/extra", "zarr.json")]
    assert members(3, extra={"must_understand": True}) == [("zarr-members-known", "/extra", "zarr.json")]
    assert members(3, extra={"must_understand": False}) == []
    assert members(3, consolidated_metadata={"kind": "inline", "must_understand": False, "metadata": {}}) == []
    assert members(2, extra=1) == []


# --- A2: what stays silent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("codecs", [codec("bytes", endian="big")]),
        ("codecs", [BYTES, codec("zstd", level=1)]),
        ("codecs", [BYTES, codec("numcodecs.zlib", level=1)]),
        ("codecs", [shards()]),
        ("codecs", [codec("transpose", order=[1, 0]), shards(codecs=[shards(chunk_shape=[2, 2])])]),
        ("codecs", [{**BYTES, "must_understand": True}]),
        ("chunk_key_encoding", "default"),
        ("chunk_key_encoding", {"name": "v2"}),
        ("chunk_key_encoding", {"name": "default", "configuration": {}}),
        ("storage_transformers", []),
        ("dimension_names", ["y", None]),
        ("dimension_names", None),
        ("attributes", {"a": None}),
        ("extra", {"must_understand": False}),
        ("shape", [0, 8]),
        ("fill_value", 0.0),
    ],
)
def test_a2_members_of_v3_that_are_sound(member: str, value: Any) -> None:
    assert told_of(member, value) == []


@pytest.mark.parametrize("codecs", [[codec("bytes")], ["bytes"], ["bytes", "crc32c"], [BYTES]])
@pytest.mark.parametrize("data_type", ["uint8", "int8", "bool"])
def test_a2_bytes_of_single_bytes_need_no_endian(codecs: Any, data_type: str) -> None:
    assert told_of("codecs", codecs, data_type=data_type, fill_value=False if data_type == "bool" else 0) == []


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("codecs", [BYTES, codec("example")], "/codecs/1"),
        ("codecs", [codec("example")], "/codecs/0"),
        ("data_type", "example", "/data_type"),
        ("chunk_grid", codec("example"), "/chunk_grid"),
        ("chunk_key_encoding", codec("example.keys"), "/chunk_key_encoding"),
        ("storage_transformers", [codec("example")], "/storage_transformers/0"),
    ],
)
def test_a2_unknown_names_are_information(member: str, value: Any, pointer: str) -> None:
    assert told_of(member, value) == [("zarr-extensions-known", "info", pointer)]


@pytest.mark.parametrize("value", ["u2", "<u2", "|u2", "=f4", "b1", {"name": "u2"}, {"name": "c16"}])
def test_a2_the_codes_of_v2_are_no_names_of_v3(value: Any) -> None:
    (problem,) = [p for p in array_problems({**V3, "data_type": value}, 3) if p.pointer[0] == "data_type"]
    assert problem.is_error
    assert (problem.hint or "").startswith('write "')


@pytest.mark.parametrize(
    ("name", "meant", "error"),
    [
        *(("half", '"float16"', False), ("double", '"float64"', False), ("float", '"float32" or "float64"', False)),
        *(("uint_16", '"uint16"', False), ("unit16", '"uint16"', False), ("numpy.uint16", '"uint16"', False)),
        *(("boolean", '"bool"', False), ("int", '"int32" or "int64"', False), ("float_32", '"float32"', False)),
        *(("UINT16", '"uint16"', True), ("uint16 ", '"uint16"', True), ("Float64", '"float64"', True)),
        *(("<M8[ns]", '"numpy.datetime64"', True), ("|S4", '"null_terminated_bytes"', True), ("?", '"bool"', True)),
        *(("uint12", None, False), ("example", None, False), ("float128", None, False), ("i", None, True)),
    ],
)
def test_a2_near_misses_of_data_types_ask_what_was_meant(name: str, meant: str | None, error: bool) -> None:
    (problem,) = [p for p in array_problems({**V3, "data_type": name}, 3) if p.pointer[0] == "data_type"]
    assert (problem.hint, problem.is_error) == (None if meant is None else f"did you mean {meant}?", error)


@pytest.mark.parametrize(
    ("dtype", "hint"),
    [
        *(("uint16", 'write "<u2"'), ("=u2", 'write "<u2"'), ("uint8", 'write "|u1"'), ("UINT16", 'write "<u2"')),
        *(("double", 'write "<f8"'), ("float", 'write "<f4" or "<f8"'), ("example", None), ("uint12", None)),
    ],
)
def test_a2_near_misses_of_codes_of_v2(dtype: str, hint: str | None) -> None:
    (problem,) = [p for p in array_problems({**V2, "dtype": dtype}, 2) if p.pointer[0] == "dtype"]
    assert (problem.is_error, problem.hint) == (True, hint)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("transposed", "transpose"), ("sharding-indexed", "sharding_indexed"), ("blosc2", None), ("example", None)],
)
def test_a2_near_misses_of_codecs(name: str, meant: str | None) -> None:
    (problem,) = [p for p in array_problems({**V3, "codecs": [BYTES, codec(name)]}, 3) if not p.is_error]
    assert problem.hint == (None if meant is None else f'did you mean "{meant}"?')


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("dtype", dtype) for dtype in ("|b1", "|u1", ">u2", "<f2", ">c16", "|S5", "<U5", "|V4", "<M8[ns]")),
        ("dtype", [["a", "<u2"], ["b", "|u1", [2]]]),
        ("filters", []),
        ("filters", [{"id": "example"}]),
        ("compressor", {"id": "blosc"}),
        ("compressor", {"id": "zlib", "level": -1}),
        ("compressor", {"id": "example"}),
        ("extra", 1),
    ],
)
def test_a2_members_of_v2_that_are_sound(member: str, value: Any) -> None:
    assert told_of_v2(member, value, fill_value=None) == []


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        *(("|u1", 255), ("|u1", 1.0), ("<f4", "NaN"), ("<f4", "-Infinity"), ("<f4", "1.5"), ("<c8", [0, "NaN"])),
        *(("|b1", False), ("|S5", "AAAAAAA="), ("<U5", "abc"), ("<M8[ns]", "NaT"), ([["a", "<u2"]], "AAA=")),
    ],
)
def test_a2_fill_values_of_v2_that_are_sound(dtype: Any, value: Any) -> None:
    assert told_of_v2("fill_value", value, dtype=dtype) == []


def test_a2_objects_of_v2_need_a_filter() -> None:
    assert told_of_v2("fill_value", 0, dtype="|O", filters=[{"id": "vlen-utf8"}]) == []
    assert told_of_v2("filters", None, dtype="|O", fill_value=0) == [("zarr-codecs-valid", "error", "/filters")]


def test_a2_no_separator_in_v2() -> None:
    assert told(without(V2, "dimension_separator")) == []


def test_a2_bare_nan_is_one_finding() -> None:
    assert told_of_v2("fill_value", float("nan"), dtype="|u1") == errors("document-nan", "")


# --- chunks, and whatever there may be --------------------------------------------------------------


def test_chunks_have_the_dimensions_of_their_array() -> None:
    def severities(shape: tuple[int, ...], chunks: tuple[int, ...]) -> list[bool]:
        return [problem.is_error for problem in chunk_problems(shape, chunks, ("chunks",), "chunk")]

    assert severities((8, 8), (3, 16)) == []
    assert severities((8, 8), (8,)) == [True]
    assert severities((8, 8), (0, 8)) == [True]
    assert severities((0, 8), (0, 8)) == [False]  # what zarr-python wrote for empty arrays


@pytest.mark.parametrize("name", CASES)
def test_one_fault_is_told_once(name: str) -> None:
    zarr_format, header = CASES[name]
    found = told({**header, "zarr_format": zarr_format})
    places = [pointer for _, _, pointer in found]
    assert len(set(places)) == len(places)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(["bytes", "<u2"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "id", "configuration", "codecs", "order", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from([2, 3]), st.data())
def test_any_json_is_looked_at(zarr_format: int, data: st.DataObject) -> None:
    base = V2 if zarr_format == 2 else V3
    member = data.draw(st.sampled_from([*base, "storage_transformers", "a"]))
    header = {**base, member: data.draw(JSON_VALUES)}
    assert all(isinstance(problem, Problem) for problem in array_problems(header, zarr_format))


def test_shards_may_be_deep() -> None:
    inner = [BYTES]
    for _ in range(200):
        inner = [shards(chunk_shape=[8, 8], codecs=inner)]
    assert list(array_problems({**V3, "codecs": inner}, 3)) == []
