"""The metadata of arrays from Zarr v2 to v3 and back: exact documents, every obstacle, and that nothing is lost."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_v05.arrays import Converted, Decision, to_v2, to_v3

BLOSC = {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
BYTES = {"name": "bytes"}


def zarray(**members: Any) -> dict[str, Any]:
    return {
        "zarr_format": 2,
        "shape": [5, 7],
        "chunks": [2, 3],
        "dtype": "<u2",
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
        "compressor": None,
        **members,
    }


def zarr_json(**members: Any) -> dict[str, Any]:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [5, 7],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 3]}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [LITTLE],
        **members,
    }


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k != key}


def transpose(*order: int) -> dict[str, Any]:
    return {"name": "transpose", "configuration": {"order": list(order)}}


def blosc(size: int, shuffle: str = "shuffle", cname: str = "lz4", level: int = 5) -> dict[str, Any]:
    settings = {"cname": cname, "clevel": level, "shuffle": shuffle, "blocksize": 0, "typesize": size}
    return {"name": "blosc", "configuration": settings}


def zstd(level: int, checksum: bool) -> dict[str, Any]:
    return {"name": "zstd", "configuration": {"level": level, "checksum": checksum}}


def numcodecs(name: str, **configuration: Any) -> dict[str, Any]:
    return {"name": f"numcodecs.{name}", "configuration": configuration}


def gzip(level: int) -> dict[str, Any]:
    return {"name": "gzip", "configuration": {"level": level}}


# --- both ways, with nothing lost -------------------------------------------------------------------

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": (zarray(), zarr_json()),
    "separator .": (
        zarray(dimension_separator="."),
        zarr_json(chunk_key_encoding={"name": "v2", "configuration": {"separator": "."}}),
    ),
    "blosc": (zarray(compressor=BLOSC), zarr_json(codecs=[LITTLE, blosc(2)])),
    "blosc of bytes": (
        zarray(dtype="|u1", compressor={**BLOSC, "cname": "zstd", "clevel": 9, "shuffle": 2}),
        zarr_json(data_type="uint8", codecs=[BYTES, blosc(1, "bitshuffle", "zstd", 9)]),
    ),
    "blosc, not shuffled": (
        zarray(dtype=">f8", compressor={**BLOSC, "shuffle": 0}),
        zarr_json(data_type="float64", codecs=[BIG, blosc(8, "noshuffle")]),
    ),
    "gzip": (zarray(compressor={"id": "gzip", "level": 9}), zarr_json(codecs=[LITTLE, gzip(9)])),
    "zstd": (zarray(compressor={"id": "zstd", "level": -3}), zarr_json(codecs=[LITTLE, zstd(-3, False)])),
    "zstd with checksum": (
        zarray(compressor={"id": "zstd", "level": 3, "checksum": True}),
        zarr_json(codecs=[LITTLE, zstd(3, True)]),
    ),
    "order F": (zarray(order="F"), zarr_json(codecs=[transpose(1, 0), LITTLE])),
    "order F, three dimensions": (
        zarray(order="F", shape=[5, 7, 9], chunks=[1, 2, 3], dtype=">i4", compressor={"id": "gzip", "level": 1}),
        zarr_json(
            shape=[5, 7, 9],
            chunk_grid={"name": "regular", "configuration": {"chunk_shape": [1, 2, 3]}},
            data_type="int32",
            codecs=[transpose(2, 1, 0), BIG, gzip(1)],
        ),
    ),
    "order F, one dimension": (
        zarray(order="F", shape=[5], chunks=[2]),
        zarr_json(
            shape=[5],
            chunk_grid={"name": "regular", "configuration": {"chunk_shape": [2]}},
            codecs=[transpose(0), LITTLE],
        ),
    ),
    "no dimension": (
        zarray(shape=[], chunks=[]),
        zarr_json(shape=[], chunk_grid={"name": "regular", "configuration": {"chunk_shape": []}}),
    ),
    "bool": (
        zarray(dtype="|b1", fill_value=True),
        zarr_json(data_type="bool", codecs=[BYTES], fill_value=True),
    ),
    "complex": (
        zarray(dtype="<c8", fill_value=["NaN", 1.5]),
        zarr_json(data_type="complex64", fill_value=["NaN", 1.5]),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_documents(name: str) -> None:
    v2, v3 = SAME[name]
    assert to_v3(v2, {}, None) == Converted({"zarr.json": v3}, [], [], [])
    assert to_v2(v3) == Converted({".zarray": v2, ".zattrs": {}}, [], [], [])


@pytest.mark.parametrize(
    ("dtype", "data_type", "fill"),
    [
        ("<f4", "float32", "NaN"),
        ("<f2", "float16", "Infinity"),
        (">f8", "float64", "-Infinity"),
        ("<f8", "float64", 0),
        ("<f8", "float64", 2**60 + 1),
        ("<i8", "int64", -(2**63)),
        ("<u8", "uint64", 2**64 - 1),
        ("<u8", "uint64", 2**53 + 1),
        ("|i1", "int8", -128),
        (">c16", "complex128", [0, "-Infinity"]),
    ],
)
def test_fill_values_that_are_the_same(dtype: str, data_type: str, fill: Any) -> None:
    up = to_v3(zarray(dtype=dtype, fill_value=fill), {}, None)
    document = up.documents["zarr.json"]
    assert (document["data_type"], document["fill_value"]) == (data_type, fill)
    assert type(document["fill_value"]) is type(fill)
    assert to_v2(document).documents[".zarray"] == zarray(dtype=dtype, fill_value=fill)


def test_negative_zero_stays_negative() -> None:
    up = to_v3(zarray(dtype="<f4", fill_value=-0.0), {}, None).documents["zarr.json"]
    down = to_v2(up).documents[".zarray"]
    assert math.copysign(1, up["fill_value"]) == -1
    assert math.copysign(1, down["fill_value"]) == -1


# --- attributes and names of dimensions -------------------------------------------------------------


def test_attributes_go_along() -> None:
    up = to_v3(zarray(), {"a": {"b": [None]}, "c": None}, None).documents["zarr.json"]
    assert up == zarr_json(attributes={"a": {"b": [None]}, "c": None})
    assert to_v2(up).documents[".zattrs"] == {"a": {"b": [None]}, "c": None}


def test_names_of_dimensions_are_those_of_the_attribute() -> None:
    attributes = {"a": 1, "_ARRAY_DIMENSIONS": ["y", "x"]}
    up = to_v3(zarray(), attributes, None)
    document = zarr_json(attributes=attributes, dimension_names=["y", "x"])
    assert up == Converted({"zarr.json": document}, [], [], [])
    assert to_v3(zarray(), attributes, ["y", "x"]) == up
    assert to_v2(document).documents[".zattrs"] == attributes


def test_names_that_the_axes_do_not_tell_become_an_attribute() -> None:
    document = zarr_json(attributes={"a": 1}, dimension_names=["y", "x"])
    named = {"a": 1, "_ARRAY_DIMENSIONS": ["y", "x"]}
    marked = {**named, "_ARRAY_DIMENSIONS_FROM": "dimension_names"}
    assert to_v2(document) == Converted({".zarray": zarray(), ".zattrs": marked}, [], [], [])
    assert to_v2(document, ["row", "column"]).documents[".zattrs"] == named
    assert to_v2(document, ["y", "x"]) == Converted({".zarray": zarray(), ".zattrs": {"a": 1}}, [], [], [])


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"attributes": {"a": 1}},
        {"dimension_names": ["y", "x"]},
        {"dimension_names": ["y", "x"], "attributes": {"a": 1}},
        {"dimension_names": ["y", "x"], "attributes": {"_ARRAY_DIMENSIONS": ["y", "x"]}},
        {"attributes": {"_ARRAY_DIMENSIONS": ["y", "x"]}},
        {"attributes": {"_ARRAY_DIMENSIONS": ["y"]}},
        {"attributes": {"_ARRAY_DIMENSIONS": "yx"}},
    ],
)
def test_c1_names_come_back_where_they_were(members: dict[str, Any]) -> None:
    document = zarr_json(**members)
    down = to_v2(document)
    assert (down.losses, down.obstacles) == ([], [])
    assert to_v3(down.documents[".zarray"], down.documents[".zattrs"]).documents["zarr.json"] == document


@pytest.mark.parametrize(
    "attributes",
    [
        {"_ARRAY_DIMENSIONS": ["y", "x"]},
        {"_ARRAY_DIMENSIONS": ["y"]},
        {"_ARRAY_DIMENSIONS_FROM": "dimension_names"},
        {"_ARRAY_DIMENSIONS": ["y", "x"], "_ARRAY_DIMENSIONS_FROM": "dimension_names"},
        {"_ARRAY_DIMENSIONS": ["y", "x"], "_ARRAY_DIMENSIONS_FROM": "attributes"},
        {"_ARRAY_DIMENSIONS": ["y", "x"], "_ARRAY_DIMENSIONS_FROM": ["attributes"]},
    ],
)
def test_c1_attributes_of_v2_come_back(attributes: dict[str, Any]) -> None:
    up = to_v3(zarray(), attributes).documents["zarr.json"]
    assert to_v2(up).documents[".zattrs"] == attributes


def test_chunks_that_get_other_keys() -> None:
    document = zarr_json(chunk_key_encoding={"name": "default", "configuration": {"separator": "."}})
    assert to_v2(document).documents == {}
    assert to_v2(document, rename_chunks=True).documents[".zarray"] == zarray()


def test_a_fill_value_in_place_of_none() -> None:
    assert to_v3(zarray(fill_value=None), null_fill=7).documents["zarr.json"]["fill_value"] == 7
    assert to_v3(zarray(fill_value=None)).documents["zarr.json"]["fill_value"] == 0
    assert to_v3(zarray(fill_value=3), null_fill=7).documents["zarr.json"]["fill_value"] == 3
    refused = to_v3(zarray(fill_value=None), null_fill=70000)
    assert refused.obstacles == ["`fill_value` is 70000, which is no value of uint16"]


def test_names_that_are_given() -> None:
    up = to_v3(zarray(), {}, ["y", None])
    assert up == Converted({"zarr.json": zarr_json(dimension_names=["y", None])}, [], [], [])
    assert to_v3(zarray(), {}, ["y"]).obstacles == ["1 name for 2 dimensions"]


def test_names_that_differ_stay_an_attribute() -> None:
    attributes = {"_ARRAY_DIMENSIONS": ["row", "column"]}
    up = to_v3(zarray(), attributes, ["y", "x"])
    assert up.documents["zarr.json"] == zarr_json(attributes=attributes, dimension_names=["y", "x"])
    taken = '["y", "x"] are taken, and _ARRAY_DIMENSIONS ["row", "column"] stays an attribute'
    assert up.decisions == [Decision("dimension-names", taken)]
    down = to_v2(up.documents["zarr.json"])
    assert down.documents[".zattrs"] == attributes
    assert down.losses == ['`dimension_names` ["y", "x"] are not kept: the attributes hold _ARRAY_DIMENSIONS']


@pytest.mark.parametrize("held", [["y"], "yx", None, ["y", 1], {"y": 1}])
def test_improper_names_stay_an_attribute(held: Any) -> None:
    up = to_v3(zarray(), {"_ARRAY_DIMENSIONS": held}, None)
    assert up.documents["zarr.json"] == zarr_json(attributes={"_ARRAY_DIMENSIONS": held})


def test_names_that_are_null() -> None:
    down = to_v2(zarr_json(dimension_names=["y", None]))
    assert down.documents[".zattrs"] == {}
    assert down.losses == ['`dimension_names` ["y", null] are not kept: v2 has no name that is null']
    assert to_v2(zarr_json(dimension_names=[None, None])) == to_v2(zarr_json())


# --- decisions and losses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "default", "text"),
    [("|b1", False, "false"), (">u2", 0, "0"), ("<f4", 0.0, "0.0"), ("<c8", [0.0, 0.0], "[0.0, 0.0]")],
)
def test_no_fill_value(dtype: str, default: Any, text: str) -> None:
    up = to_v3(zarray(dtype=dtype, fill_value=None), {}, None)
    assert up.documents["zarr.json"]["fill_value"] == default
    assert type(up.documents["zarr.json"]["fill_value"]) is type(default)
    taken = f"`fill_value` is null, which v3 does not have: {text} is taken"
    assert up.decisions == [Decision("fill-value-null", taken)]


@pytest.mark.parametrize(("dtype", "size", "shuffle"), [("|u1", 1, "bitshuffle"), ("<u2", 2, "shuffle")])
def test_automatic_shuffle(dtype: str, size: int, shuffle: str) -> None:
    up = to_v3(zarray(dtype=dtype, compressor={**BLOSC, "shuffle": -1}), {}, None)
    assert up.documents["zarr.json"]["codecs"][1] == blosc(size, shuffle)
    taken = f"`compressor/shuffle` is -1 (automatic): {shuffle} is taken"
    assert up.decisions == [Decision("blosc-shuffle", taken)]


@pytest.mark.parametrize(
    ("compressor", "codec", "left_open"),
    [
        ({"id": "blosc"}, blosc(2), 'cname "lz4", clevel 5, shuffle 1, blocksize 0'),
        ({"id": "gzip"}, gzip(1), "level 1"),
        ({"id": "zstd", "checksum": False}, zstd(0, False), "level 0"),
    ],
)
def test_settings_left_open(compressor: dict[str, Any], codec: dict[str, Any], left_open: str) -> None:
    up = to_v3(zarray(compressor=compressor), {}, None)
    assert up.documents["zarr.json"]["codecs"] == [LITTLE, codec]
    taken = f"{compressor['id']} leaves settings open that v3 wants: {left_open} is taken"
    assert up == Converted(up.documents, [Decision("compressor-default", taken)], [], [])


@pytest.mark.parametrize(
    ("compressor", "codec", "taken"),
    [
        ({"id": "gzip", "level": -1}, gzip(6), "`compressor/level` -1 of gzip is not in 0 to 9: 6 is taken"),
        (
            {"id": "zstd", "level": 23},
            zstd(22, False),
            "`compressor/level` 23 of zstd is not in -131072 to 22: 22 is taken",
        ),
        ({**BLOSC, "clevel": 10}, blosc(2, level=9), "`compressor/clevel` 10 of blosc is not in 0 to 9: 9 is taken"),
    ],
)
def test_levels_beyond_those_of_v3(compressor: dict[str, Any], codec: dict[str, Any], taken: str) -> None:
    up = to_v3(zarray(compressor=compressor), {}, None)
    assert up.documents["zarr.json"]["codecs"] == [LITTLE, codec]
    assert up.decisions == [Decision("compressor-level", taken)]


@pytest.mark.parametrize("codec", ["zlib", "bz2", "lz4", "lzma"])
def test_codecs_under_the_names_of_numcodecs(codec: str) -> None:
    document = zarray(compressor={"id": codec, "level": 1})
    obstacle = f"compressor {codec} has no v3 codec but numcodecs.{codec}, which only zarr-python reads"
    assert to_v3(document, {}, None) == Converted({}, [], [], [obstacle])
    up = to_v3(document, {}, None, numcodecs=True)
    named = {"name": f"numcodecs.{codec}", "configuration": {"level": 1}}
    taken = f"{codec} becomes numcodecs.{codec}, which zarr-python reads and tensorstore does not"
    assert up == Converted({"zarr.json": zarr_json(codecs=[LITTLE, named])}, [Decision("numcodecs", taken)], [], [])
    assert to_v2(up.documents["zarr.json"]) == Converted({".zarray": document, ".zattrs": {}}, [], [], [])


@pytest.mark.parametrize(
    ("filters", "codecs"),
    [
        ([{"id": "zstd", "level": 1}], [LITTLE, zstd(1, False)]),
        ([{"id": "gzip", "level": 9}], [LITTLE, gzip(9)]),
        ([BLOSC], [LITTLE, blosc(2)]),
        ([{"id": "zstd", "level": 1}, {"id": "gzip", "level": 9}], [LITTLE, zstd(1, False), gzip(9)]),
    ],
)
def test_c3_compressors_among_the_filters_are_codecs(filters: Any, codecs: Any) -> None:
    assert to_v3(zarray(filters=filters)) == Converted({"zarr.json": zarr_json(codecs=codecs)}, [], [], [])
    both = to_v3(zarray(filters=filters, compressor={"id": "zstd", "level": 3}))
    assert both.documents["zarr.json"]["codecs"] == [*codecs, zstd(3, False)]
    swapped = to_v3(zarray(filters=filters, order="F"))
    assert swapped.documents["zarr.json"]["codecs"] == [transpose(1, 0), *codecs]


def test_c3_the_way_back_has_a_compressor() -> None:
    up = to_v3(zarray(filters=[{"id": "zstd", "level": 1}])).documents["zarr.json"]
    assert to_v2(up).documents[".zarray"] == zarray(compressor={"id": "zstd", "level": 1})


@pytest.mark.parametrize(
    ("codecs", "filters", "compressor", "named"),
    [
        ([gzip(1), zstd(1, False)], [{"id": "gzip", "level": 1}], {"id": "zstd", "level": 1}, "gzip"),
        (
            [zstd(1, True), gzip(2), zstd(3, False)],
            [{"id": "zstd", "level": 1, "checksum": True}, {"id": "gzip", "level": 2}],
            {"id": "zstd", "level": 3},
            "zstd, gzip",
        ),
        (
            [numcodecs("zlib", level=1), gzip(1)],
            [{"id": "zlib", "level": 1}],
            {"id": "gzip", "level": 1},
            "zlib",
        ),
        (
            [zstd(1, False), numcodecs("fletcher32")],
            [{"id": "zstd", "level": 1}, {"id": "fletcher32"}],
            None,
            "zstd",
        ),
        (
            [numcodecs("shuffle", elementsize=2), gzip(1), zstd(1, False)],
            [{"id": "shuffle", "elementsize": 2}, {"id": "gzip", "level": 1}],
            {"id": "zstd", "level": 1},
            "gzip",
        ),
    ],
)
def test_c3_several_codecs_of_bytes_are_filters_and_a_compressor(
    codecs: Any, filters: Any, compressor: Any, named: str
) -> None:
    document = zarr_json(codecs=[LITTLE, *codecs])
    down = to_v2(document)
    text = f"v2 has one compressor: {named} before it becomes a filter, which zarr-python reads, not tensorstore"
    assert (down.obstacles, down.losses, down.decisions) == ([], [], [Decision("filters", text)])
    assert down.documents[".zarray"] == zarray(filters=filters, compressor=compressor)
    assert to_v3(down.documents[".zarray"], numcodecs=True).documents["zarr.json"] == document


def test_c3_filters_that_only_zarr_python_has_in_v3() -> None:
    document = zarray(filters=[{"id": "zlib", "level": 1}])
    obstacle = "filter zlib has no v3 codec but numcodecs.zlib, which only zarr-python reads"
    assert to_v3(document) == Converted({}, [], [], [obstacle])
    up = to_v3(document, numcodecs=True)
    named = {"name": "numcodecs.zlib", "configuration": {"level": 1}}
    assert (up.documents["zarr.json"], up.obstacles) == (zarr_json(codecs=[LITTLE, named]), [])


def test_c3_what_is_wrong_with_a_filter_says_where() -> None:
    wrong = zarray(filters=[{"id": "zstd", "level": "1"}])
    assert to_v3(wrong).obstacles == ['`filters/0/level` is "1", which zstd of v3 does not have']
    odd = to_v3(zarray(filters=[{"id": "gzip", "level": -1}]))
    taken = "`filters/0/level` -1 of gzip is not in 0 to 9: 6 is taken"
    assert odd.decisions == [Decision("compressor-level", taken)]
    mixed = zarray(filters=[{"id": "zstd"}, {"id": "delta", "dtype": "<u2"}])
    assert to_v3(mixed, numcodecs=True).obstacles == ["filter delta of pixels follows filters of bytes"]


# what is not an obstacle of the conversion itself
@pytest.mark.parametrize(
    ("document", "obstacle"),
    [
        (zarr_json(codecs=[LITTLE, gzip(10)]), "level is 10"),
        (zarr_json(dimension_names=["y"]), "1 name in dimension_names for 2 dimensions"),
    ],
)
def test_a2_what_no_reader_opens_is_not_converted(document: dict[str, Any], obstacle: str) -> None:
    assert to_v2(document) == Converted({}, [], [], [obstacle])


def test_unknown_members_are_lost() -> None:
    up = to_v3(zarray(axes=["y", "x"], compressor={**BLOSC, "nthreads": 4, "typesize": 2}), {}, None)
    assert up.documents["zarr.json"] == zarr_json(codecs=[LITTLE, blosc(2)])
    assert up.losses == [
        '`axes` ["y", "x"] is not kept: v3 has no room for members it does not know',
        "`compressor/nthreads` 4 of blosc is nothing that v3 has",
    ]


def test_what_v3_lets_readers_ignore_is_lost() -> None:
    down = to_v2(zarr_json(hint={"must_understand": False}))
    assert down.documents[".zarray"] == zarray()
    assert down.losses == ['`hint` {"must_understand": false} is not kept: v2 has no such member']
    down = to_v2(zarr_json(codecs=[LITTLE, blosc(4)]))
    assert down.losses == ["`configuration/typesize` 4 of codec blosc is not kept: v2 takes that of the data type"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (without(zarray(), "dimension_separator"), {"dimension_separator": "."}),
        (without(zarray(), "filters"), {}),
        (zarray(filters=[]), {}),
        (zarray(dtype="<u1"), {"dtype": "|u1"}),
        (zarray(fill_value=7.0), {"fill_value": 7}),
        (zarray(fill_value="7"), {"fill_value": 7}),
        (zarray(fill_value=True), {"fill_value": 1}),
        (zarray(dtype="|b1", fill_value=0), {"dtype": "|b1", "fill_value": False}),
        (zarray(dtype="|b1", fill_value=1.0), {"dtype": "|b1", "fill_value": True}),
        (zarray(dtype="<f4", fill_value="-1.5"), {"dtype": "<f4", "fill_value": -1.5}),
        (zarray(dtype="<f4", fill_value=float("-inf")), {"dtype": "<f4", "fill_value": "-Infinity"}),
        (zarray(dtype="<c8", fill_value=(1, float("nan"))), {"dtype": "<c8", "fill_value": [1, "NaN"]}),
    ],
)
def test_forms_that_are_put_in_order(document: dict[str, Any], expected: dict[str, Any]) -> None:
    up = to_v3(document, {}, None)
    assert (up.decisions, up.losses, up.obstacles) == ([], [], [])
    down = to_v2(up.documents["zarr.json"]).documents[".zarray"]
    assert json.dumps(down) == json.dumps(zarray(**expected))


@pytest.mark.parametrize(
    ("data_type", "fill", "expected", "lost"),
    [
        ("float16", "0x3c00", 1.0, False),
        ("float32", "0x3dcccccd", 0.10000000149011612, False),
        ("float32", "0x7fc00000", "NaN", False),
        ("float32", "0x7fc00001", "NaN", True),
        ("float64", "0xfff8000000000000", "NaN", True),
        ("float64", "0xfff0000000000000", "-Infinity", False),
        ("complex64", ["0x3f800000", 0], [1.0, 0], False),
    ],
)
def test_fill_values_by_their_bits(data_type: str, fill: Any, expected: Any, lost: bool) -> None:
    down = to_v2(zarr_json(data_type=data_type, fill_value=fill))
    assert down.documents[".zarray"]["fill_value"] == expected
    assert len(down.losses) == lost


def test_short_forms_of_v3() -> None:
    assert to_v2(zarr_json(chunk_key_encoding="v2")).documents[".zarray"] == zarray(dimension_separator=".")
    down = to_v2(zarr_json(data_type="uint8", codecs=["bytes"], storage_transformers=[]))
    assert down.documents[".zarray"] == zarray(dtype="|u1")
    twice = [transpose(1, 0), transpose(1, 0), LITTLE]
    assert to_v2(zarr_json(codecs=twice)).documents[".zarray"] == zarray()


# --- obstacles --------------------------------------------------------------------------------------

UP: dict[str, tuple[dict[str, Any], list[str]]] = {
    "zarr_format": (zarray(zarr_format=1), ["`zarr_format` is 1, expected 2"]),
    "shape": (without(zarray(), "shape"), ["`shape` is null, expected an array of integers of at least 0"]),
    "shape true": (zarray(shape=[True, 2]), ["`shape` is [true, 2], expected an array of integers of at least 0"]),
    "chunks": (zarray(chunks=[0, 3]), ["`chunks` is [0, 3], expected an array of integers of at least 1"]),
    "chunks of more dimensions": (zarray(chunks=[1, 2, 3]), ["`chunks` has 3 dimensions, `shape` has 2"]),
    "separator": (zarray(dimension_separator="-"), ['`dimension_separator` is "-", expected "." or "/"']),
    "order": (zarray(order="A"), ['`order` is "A", expected "C" or "F"']),
    "no order": (without(zarray(), "order"), ['`order` is null, expected "C" or "F"']),
    "structured": (
        zarray(dtype=[["a", "<u2"]]),
        ['data type [["a", "<u2"]] is structured, which v3 has no data type for'],
    ),
    "strings": (zarray(dtype="<U5"), ['data type "<U5" holds strings, which v3 has no data type for']),
    "strings of bytes": (
        zarray(dtype="|S5"),
        ['data type "|S5" holds strings of bytes, which v3 has no data type for'],
    ),
    "raw": (zarray(dtype="|V4"), ['data type "|V4" holds raw bytes, which v3 has no data type for']),
    "objects": (zarray(dtype="|O"), ['data type "|O" holds objects, which v3 has no data type for']),
    "dates": (zarray(dtype="<M8[ns]"), ['data type "<M8[ns]" holds dates and times, which v3 has no data type for']),
    "times": (zarray(dtype="<m8[25s]"), ['data type "<m8[25s]" holds time differences, which v3 has no data type for']),
    "no byte order": (zarray(dtype="|u2"), ['data type "|u2" does not say its byte order']),
    "unknown data type": (zarray(dtype="bfloat16"), ['data type "bfloat16" is none of the numbers of v3']),
    "long double": (zarray(dtype="<f16"), ['data type "<f16" is none of the numbers of v3']),
    "no data type": (without(zarray(), "dtype"), ["data type null is none of the numbers of v3"]),
    "filters": (
        zarray(filters=[{"id": "delta", "dtype": "<u2"}, {"id": "shuffle", "elementsize": 2}]),
        [
            "filter delta has no v3 codec but numcodecs.delta, which only zarr-python reads",
            "filter shuffle has no v3 codec but numcodecs.shuffle, which only zarr-python reads",
        ],
    ),
    "unknown filters": (
        zarray(filters=[{"id": "vlen-utf8"}, "delta"]),
        ['filter "vlen-utf8" has no v3 codec', 'filter "delta" has no v3 codec'],
    ),
    "no compressor": (
        without(zarray(), "compressor"),
        ["`compressor` is missing, so it is unknown how the chunks are compressed"],
    ),
    "compressor": (zarray(compressor="gzip"), ['`compressor` is "gzip", expected an object with an id, or null']),
    "unknown compressor": (
        zarray(compressor={"id": "imagecodecs_jpeg2k"}),
        ['compressor "imagecodecs_jpeg2k" has no v3 codec'],
    ),
    "blosc": (
        zarray(compressor={**BLOSC, "cname": "lzo", "shuffle": 3, "blocksize": -1, "clevel": "9"}),
        [
            '`compressor/clevel` is "9", which blosc of v3 does not have',
            '`compressor/cname` is "lzo", which blosc of v3 does not have',
            "`compressor/shuffle` is 3, which blosc of v3 does not have",
            "`compressor/blocksize` is -1, which blosc of v3 does not have",
        ],
    ),
    "several": (
        zarray(order="A", dtype="|O", compressor={"id": "lz4"}),
        [
            'data type "|O" holds objects, which v3 has no data type for',
            '`order` is "A", expected "C" or "F"',
            "compressor lz4 has no v3 codec but numcodecs.lz4, which only zarr-python reads",
        ],
    ),
}


@pytest.mark.parametrize("name", UP)
def test_obstacles_on_the_way_up(name: str) -> None:
    document, obstacles = UP[name]
    converted = to_v3(document, {}, None)
    assert (converted.documents, converted.obstacles) == ({}, obstacles)


@pytest.mark.parametrize(
    ("dtype", "data_type", "fill"),
    [
        ("|b1", "bool", 2),
        ("|b1", "bool", "true"),
        ("|u1", "uint8", 256),
        ("|u1", "uint8", -1),
        ("|i1", "int8", 128),
        ("<u2", "uint16", 0.5),
        ("<u2", "uint16", "NaN"),
        ("<u2", "uint16", ""),
        ("<u2", "uint16", float("nan")),
        ("<u8", "uint64", 2**64),
        ("<u8", "uint64", 10**400),
        ("<f8", "float64", 10**400),
        ("<f4", "float32", "0x7fc00000"),
        ("<f4", "float32", "AADAfw=="),
        ("<f4", "float32", [0]),
        ("<c8", "complex64", 0),
        ("<c8", "complex64", [0]),
        ("<c8", "complex64", [0, "a"]),
    ],
)
def test_fill_values_that_are_none(dtype: str, data_type: str, fill: Any) -> None:
    converted = to_v3(zarray(dtype=dtype, fill_value=fill), {}, None)
    assert converted.documents == {}
    text = json.dumps(fill)
    text = text if len(text) <= 60 else text[:57] + "..."
    assert converted.obstacles == [f"`fill_value` is {text}, which is no value of {data_type}"]


SHARDED = {"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 1], "codecs": [LITTLE]}}
DOWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "zarr_format": (zarr_json(zarr_format=2), ["`zarr_format` is 2, expected 3"]),
    "group": (zarr_json(node_type="group"), ['`node_type` is "group", expected "array"']),
    "chunk keys": (
        zarr_json(chunk_key_encoding={"name": "default", "configuration": {"separator": "/"}}),
        ['`chunk_key_encoding` is "default", which names chunks as v2 does not, expected "v2"'],
    ),
    "chunk keys of no dimension": (  # the only chunk is `c` there and `0` in v2
        zarr_json(
            shape=[],
            chunk_grid={"name": "regular", "configuration": {"chunk_shape": []}},
            chunk_key_encoding="default",
        ),
        ['`chunk_key_encoding` is "default", which names chunks as v2 does not, expected "v2"'],
    ),
    "separator": (
        zarr_json(chunk_key_encoding={"name": "v2", "configuration": {"separator": ""}}),
        ['`chunk_key_encoding` has the separator "", expected "." or "/"'],
    ),
    "chunk grid": (
        zarr_json(chunk_grid={"name": "rectilinear", "configuration": {}}),
        ['`chunk_grid` is "rectilinear", expected "regular"'],
    ),
    "chunk shape": (
        zarr_json(chunk_grid={"name": "regular"}),
        ["`chunk_shape` is null, expected an array of integers of at least 1"],
    ),
    "chunk shape of more dimensions": (
        zarr_json(chunk_grid={"name": "regular", "configuration": {"chunk_shape": [1, 2, 3]}}),
        ["`chunk_shape` has 3 dimensions, `shape` has 2"],
    ),
    "data type": (zarr_json(data_type="int4"), ['data type "int4" is none that v2 has']),
    "data type with configuration": (
        zarr_json(data_type={"name": "struct", "configuration": {}}),
        ['data type {"name": "struct", "configuration": {}} is none that v2 has'],
    ),
    "fill value": (without(zarr_json(), "fill_value"), ["`fill_value` is null, which is no value of uint16"]),
    "fill value true": (zarr_json(fill_value=True), ["`fill_value` is true, which is no value of uint16"]),
    "fill value in bits of another size": (
        zarr_json(data_type="float64", fill_value="0x7fc00000"),
        ['`fill_value` is "0x7fc00000", which is no value of float64'],
    ),
    "sharded": (zarr_json(codecs=[SHARDED]), ['codec "sharding_indexed" has no v2 counterpart']),
    "checksum": (zarr_json(codecs=[LITTLE, {"name": "crc32c"}]), ['codec "crc32c" has no v2 counterpart']),
    "transposed otherwise": (
        zarr_json(
            shape=[1, 2, 3],
            chunk_grid={"name": "regular", "configuration": {"chunk_shape": [1, 2, 3]}},
            codecs=[transpose(1, 0, 2), LITTLE],
        ),
        ["codec transpose has the order [1, 0, 2], v2 has row-major and column-major only"],
    ),
    "transposed wrongly": (
        zarr_json(codecs=[transpose(0, 0), LITTLE]),
        ["codec transpose has the order [0, 0], expected each of 2 axes once"],
    ),
    "a codec of v3 before a compressor": (
        zarr_json(codecs=[LITTLE, {"name": "crc32c"}, zstd(1, False)]),
        ['codec "crc32c" has no v2 counterpart'],
    ),
    "a filter of pixels behind compressors": (
        zarr_json(codecs=[LITTLE, gzip(1), numcodecs("delta", dtype="<u2"), zstd(1, False)]),
        ['codec "numcodecs.delta" has no v2 counterpart'],
    ),
    "no bytes": (zarr_json(codecs=[gzip(1)]), ["`codecs` does not have the codec bytes, which makes bytes of pixels"]),
    "no endian": (zarr_json(codecs=["bytes"]), ['codec bytes has the endian null, expected "little" or "big"']),
    "no codecs": (zarr_json(codecs=[]), ["`codecs` is [], expected an array of named codecs"]),
    "codec without name": (zarr_json(codecs=[{}]), ["`codecs` is [{}], expected an array of named codecs"]),
    "gzip": (
        zarr_json(codecs=[LITTLE, {"name": "gzip"}]),
        ["`configuration/level` of codec gzip is missing or wrong"],
    ),
    "blosc": (
        zarr_json(codecs=[LITTLE, blosc(2, "auto")]),
        ["`configuration/shuffle` of codec blosc is missing or wrong"],
    ),
    "filters of another byte order": (
        zarr_json(codecs=[{"name": "numcodecs.delta", "configuration": {"dtype": "<u2", "astype": ">u2"}}, LITTLE]),
        [
            'filters take data type "<u2" and make ">u2", '
            "which does not fit the data type and the endian of the codec bytes"
        ],
    ),
    "filters of another data type": (
        zarr_json(codecs=[{"name": "numcodecs.delta", "configuration": {"dtype": "<i2"}}, LITTLE]),
        [
            'filters take data type "<i2" and make "<i2", '
            "which does not fit the data type and the endian of the codec bytes"
        ],
    ),
    "a filter of pixels after bytes": (
        zarr_json(codecs=[LITTLE, {"name": "numcodecs.delta", "configuration": {"dtype": "<u2"}}]),
        ['codec "numcodecs.delta" has no v2 counterpart'],
    ),
    "attributes": (zarr_json(attributes=[]), ["`attributes` is [], expected an object"]),
    "names": (zarr_json(dimension_names="yx"), ['`dimension_names` is "yx", expected an array of strings and nulls']),
    "transformers": (
        zarr_json(storage_transformers=[{"name": "a"}]),
        ['`storage_transformers` is [{"name": "a"}], v2 has none'],
    ),
    "unknown member": (zarr_json(extra={"a": 1}), ['`extra` {"a": 1} is not known, and has to be understood']),
}


@pytest.mark.parametrize("name", DOWN)
def test_obstacles_on_the_way_down(name: str) -> None:
    document, obstacles = DOWN[name]
    converted = to_v2(document)
    assert (converted.documents, converted.obstacles) == ({}, obstacles)


DELTA = {"id": "delta", "dtype": ">u2", "astype": "<i4"}
SHUFFLE = {"id": "shuffle", "elementsize": 4}


def numcodec(entry: dict[str, Any]) -> dict[str, Any]:
    return {"name": f"numcodecs.{entry['id']}", "configuration": without(entry, "id")}


def test_filters_that_name_no_data_type() -> None:
    document = zarray(dtype=">f4", filters=[{"id": "bitround", "keepbits": 5}])
    up = to_v3(document, {}, None, numcodecs=True)
    codecs = [numcodec({"id": "bitround", "keepbits": 5}), BIG]
    assert up.documents["zarr.json"] == zarr_json(data_type="float32", codecs=codecs)
    assert to_v2(up.documents["zarr.json"]) == Converted({".zarray": document, ".zattrs": {}}, [], [], [])


def test_filters_that_make_single_bytes() -> None:
    scale = {"id": "fixedscaleoffset", "scale": 10, "offset": 0, "dtype": ">f8", "astype": "|u1"}
    document = zarray(dtype=">f8", filters=[scale, {"id": "fletcher32"}])
    up = to_v3(document, {}, None, numcodecs=True)
    expected = zarr_json(data_type="float64", codecs=[numcodec(scale), BYTES, numcodec({"id": "fletcher32"})])
    assert up.documents["zarr.json"] == expected
    assert to_v2(up.documents["zarr.json"]) == Converted({".zarray": document, ".zattrs": {}}, [], [], [])


def test_filters_under_the_names_of_numcodecs() -> None:
    """What comes after a filter has the data type, and so the byte order, that the filter makes."""
    document = zarray(dtype=">u2", order="F", filters=[DELTA, SHUFFLE], compressor={"id": "gzip", "level": 1})
    up = to_v3(document, {}, None, numcodecs=True)
    codecs = [transpose(1, 0), numcodec(DELTA), LITTLE, numcodec(SHUFFLE), gzip(1)]
    assert up.documents["zarr.json"] == zarr_json(codecs=codecs)
    assert [decision.name for decision in up.decisions] == ["numcodecs", "numcodecs"]
    assert to_v2(up.documents["zarr.json"]) == Converted({".zarray": document, ".zattrs": {}}, [], [], [])


@pytest.mark.parametrize(
    ("filters", "obstacles"),
    [
        ([SHUFFLE, DELTA], ["filter delta of pixels follows filters of bytes"]),
        ([{**DELTA, "dtype": "<u2"}], ['filter delta takes data type "<u2", and is given ">u2"']),
        ([DELTA, DELTA], ['filter delta takes data type ">u2", and is given "<i4"']),
        (
            [{"id": "quantize", "digits": 1, "dtype": ">u2", "astype": "<f2"}],
            ['filter quantize makes data type "<f2" of ">u2", v3 cannot say so'],
        ),
    ],
)
def test_filters_that_do_not_fit(filters: list[Any], obstacles: list[str]) -> None:
    assert to_v3(zarray(dtype=">u2", filters=filters), {}, None, numcodecs=True).obstacles == obstacles


# --- properties -------------------------------------------------------------------------------------

FLOATS = {"f2": 16, "f4": 32, "f8": 64}
SPECIAL = st.sampled_from(["NaN", "Infinity", "-Infinity", 0, 1])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def floats(code: str) -> st.SearchStrategy[Any]:
    return SPECIAL | st.floats(width=FLOATS[code], allow_nan=False, allow_infinity=False)  # type: ignore[call-overload]


def fills(code: str) -> st.SearchStrategy[Any]:
    bits = int(code[1:]) * 8
    if code[0] == "b":
        return st.booleans()
    if code[0] == "f":
        return floats(code)
    if code[0] == "c":
        part = floats({"c8": "f4", "c16": "f8"}[code])
        return st.lists(part, min_size=2, max_size=2)
    return st.integers(0, 2**bits - 1) if code[0] == "u" else st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


@st.composite
def v2_arrays(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    codes = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
    code = draw(st.sampled_from(codes))
    mark = "|" if code[1:] == "1" else draw(st.sampled_from("<>"))
    extents = draw(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 10**6)), max_size=6))
    compressors = [
        st.none(),
        st.fixed_dictionaries(
            {
                "id": st.just("blosc"),
                "cname": st.sampled_from(["lz4", "lz4hc", "blosclz", "zstd", "snappy", "zlib"]),
                "clevel": st.integers(0, 9),
                "shuffle": st.integers(0, 2),
                "blocksize": st.integers(0, 2**20),
            }
        ),
        st.fixed_dictionaries({"id": st.just("gzip"), "level": st.integers(0, 9)}),
        st.fixed_dictionaries(
            {"id": st.just("zstd"), "level": st.integers(-131072, 22)}, optional={"checksum": st.just(True)}
        ),
        st.fixed_dictionaries({"id": st.sampled_from(["zlib", "bz2"]), "level": st.integers(1, 9)}),
    ]
    attributes = draw(st.dictionaries(st.text(max_size=4), JSON, max_size=3))
    if draw(st.booleans()):
        attributes["_ARRAY_DIMENSIONS"] = draw(
            st.lists(st.text(max_size=3), min_size=len(extents), max_size=len(extents))
        )
    document = zarray(
        shape=[shape for shape, _ in extents],
        chunks=[chunk for _, chunk in extents],
        dtype=mark + code,
        fill_value=draw(fills(code)),
        order=draw(st.sampled_from("CF")),
        dimension_separator=draw(st.sampled_from("./")),
        compressor=draw(st.one_of(compressors)),
    )
    return document, attributes


@given(v2_arrays())
def test_up_and_down_again(array: tuple[dict[str, Any], dict[str, Any]]) -> None:
    document, attributes = array
    before = json.dumps([document, attributes])
    up = to_v3(document, attributes, None, numcodecs=True)
    assert (up.losses, up.obstacles) == ([], [])
    down = to_v2(json.loads(json.dumps(up.documents["zarr.json"])))
    assert (down.decisions, down.losses, down.obstacles) == ([], [], [])
    # as text, which tells 1 from 1.0 and 0.0 from -0.0
    assert json.dumps(down.documents[".zarray"], sort_keys=True) == json.dumps(document, sort_keys=True)
    assert json.dumps(down.documents[".zattrs"], sort_keys=True) == json.dumps(attributes, sort_keys=True)
    assert to_v3(down.documents[".zarray"], down.documents[".zattrs"], None, numcodecs=True) == up
    assert json.dumps([document, attributes]) == before  # what was given is not written to


@given(st.sampled_from(sorted(zarray())), JSON)
def test_anything_may_stand_in_a_zarray(key: str, value: Any) -> None:
    converted = to_v3(zarray(**{key: value}), {}, None)
    assert bool(converted.documents) is not bool(converted.obstacles)
    json.dumps(converted.documents, allow_nan=False)


@given(st.sampled_from(["configuration", "codecs", "dimension_names", *sorted(zarr_json())]), JSON)
def test_anything_may_stand_in_a_zarr_json(key: str, value: Any) -> None:
    document = (
        zarr_json(**{key: value}) if key != "configuration" else zarr_json(codecs=[LITTLE, {**gzip(1), key: value}])
    )
    converted = to_v2(document)
    assert bool(converted.documents) is not bool(converted.obstacles)
    json.dumps(converted.documents, allow_nan=False)


@given(
    JSON,
    st.sampled_from(["blosc", "gzip", "zstd"]),
    st.sampled_from(["clevel", "level", "shuffle", "cname", "blocksize"]),
)
def test_anything_may_stand_in_a_compressor(value: Any, name: str, key: str) -> None:
    settings = {"blosc": {**BLOSC, key: value}}.get(name, {"id": name, key: value})
    converted = to_v3(zarray(compressor=settings), {}, None)
    assert bool(converted.documents) is not bool(converted.obstacles)
