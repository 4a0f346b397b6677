"""C1: documents of arrays that hold no numbers, from Zarr v2 to v3 and back (their values: tests/pixels)."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from ngff_core.testing.changes import hostile_changes
from ngff_v05 import arrays
from ngff_v05.array_extended import to_v2, to_v3

V2: dict[str, Any] = {
    "zarr_format": 2,
    "shape": [4],
    "chunks": [2],
    "dtype": "|O",
    "fill_value": "",
    "order": "C",
    "filters": None,
    "dimension_separator": ".",
    "compressor": None,
}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
BLOSC2 = {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}
FIELDS = [["size", "<i4"], ["kind", "|u1"], ["magic", "|S4"]]
CASES: dict[str, tuple[dict[str, Any], Any, list[Any], Any]] = {
    "strings": ({"filters": [{"id": "vlen-utf8"}]}, "string", [{"name": "vlen-utf8"}], ""),
    "bytes": ({"filters": [{"id": "vlen-bytes"}]}, "variable_length_bytes", [{"name": "vlen-bytes"}], ""),
    "dates": (
        {"dtype": "<M8[10s]", "fill_value": 7},
        {"name": "numpy.datetime64", "configuration": {"unit": "s", "scale_factor": 10}},
        [LITTLE],
        7,
    ),
    "times": (
        {"dtype": ">m8[ns]", "fill_value": 0},
        {"name": "numpy.timedelta64", "configuration": {"unit": "ns", "scale_factor": 1}},
        [BIG],
        0,
    ),
    "texts": (
        {"dtype": ">U5", "fill_value": "x"},
        {"name": "fixed_length_utf32", "configuration": {"length_bytes": 20}},
        [BIG],
        "x",
    ),
    "raw": (
        {"dtype": "|V3", "fill_value": "YWJj"},
        {"name": "raw_bytes", "configuration": {"length_bytes": 3}},
        [{"name": "bytes"}],
        "YWJj",
    ),
    "structure": (
        {"dtype": FIELDS, "fill_value": "AAAAAAAAAAAA"},
        {
            "name": "structured",
            "configuration": {
                "fields": [
                    ["size", "int32"],
                    ["kind", "uint8"],
                    ["magic", {"name": "null_terminated_bytes", "configuration": {"length_bytes": 4}}],
                ]
            },
        },
        [{"name": "bytes"}],
        "AAAAAAAAAAAA",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_c1_there_and_back(name: str) -> None:
    members, data_type, codecs, fill = CASES[name]
    zarray = {**V2, **members}
    up = to_v3(zarray, {"a": [1.0]}, extended=True)
    assert (up.obstacles, up.losses) == ([], [])
    assert up.documents["zarr.json"] == {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [4],
        "data_type": data_type,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "."}},
        "fill_value": fill,
        "codecs": codecs,
        "attributes": {"a": [1.0]},
    }
    down = to_v2(up.documents["zarr.json"])
    assert (down.documents, down.obstacles, down.losses) == ({".zarray": zarray, ".zattrs": {"a": [1.0]}}, [], [])


def test_c1_compressed_and_in_columns() -> None:
    zarray = {**V2, "shape": [4, 4], "chunks": [2, 2], "dtype": "<U5", "order": "F", "compressor": BLOSC2}
    up = to_v3(zarray, extended=True)
    assert up.documents["zarr.json"]["codecs"] == [
        {"name": "transpose", "configuration": {"order": [1, 0]}},
        LITTLE,
        {
            "name": "blosc",
            "configuration": {
                "cname": "lz4",
                "clevel": 5,
                "shuffle": "shuffle",
                "blocksize": 0,
                "typesize": 20,
            },
        },
    ]
    assert to_v2(up.documents["zarr.json"]).documents[".zarray"] == zarray


@pytest.mark.parametrize(
    ("members", "fill"),
    [
        ({"filters": [{"id": "vlen-utf8"}]}, ""),
        ({"dtype": "<M8[ns]"}, -9223372036854775808),
        ({"dtype": "|S4"}, ""),
        ({"dtype": "|V3"}, "AAAA"),
        ({"dtype": [["a", "<i4"], ["b", "<U1"]]}, "AAAAAAAAAAA="),
    ],
)
def test_c1_a_fill_value_that_is_null(members: dict[str, Any], fill: Any) -> None:
    up = to_v3({**V2, "fill_value": None, **members}, extended=True)
    assert up.documents["zarr.json"]["fill_value"] == fill
    assert [d.taken for d in up.decisions if d.name == "fill-value-default"] == [
        f"`fill_value` is null, which v3 does not have: {arrays.shown(fill)} is taken"
    ]


@pytest.mark.parametrize("name", ["texts", "raw", "structure"])
def test_c1_names_that_are_not_registered_are_decided(name: str) -> None:
    members, data_type, _, _ = CASES[name]
    (obstacle,) = to_v3({**V2, **members}).obstacles
    what = f"data type {arrays.shown(members['dtype'])} has no v3 data type but {data_type['name']}"
    assert obstacle == f"{what}, a name that is not settled and that few libraries read"


@pytest.mark.parametrize("name", ["strings", "bytes", "dates", "times"])
def test_c1_names_that_are_registered_are_not(name: str) -> None:
    assert to_v3({**V2, **CASES[name][0]}).obstacles == []


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"filters": [{"id": "json2"}]}, 'data type "|O" holds objects, which v3 has no data type for'),
        ({"filters": [{"id": "vlen-utf8"}, {"id": "delta", "dtype": "<i4"}]}, "filter delta"),
        ({"filters": [{"id": "vlen-utf8"}], "compressor": {"id": "zlib"}}, "compressor zlib has no v3 codec"),
        ({"dtype": [["a", ">i4"]]}, 'data type [["a", ">i4"]] is structured, which v3 has no data type for'),
        ({"dtype": [["a", "<i4", [2]]]}, 'data type [["a", "<i4", [2]]] is structured, which v3 has no data type for'),
        ({"dtype": "<M8"}, 'data type "<M8" holds dates and times, which v3 has no data type for'),
    ],
)
def test_c1_what_v3_cannot_say(members: dict[str, Any], text: str) -> None:
    found = to_v3({**V2, "fill_value": None, **members}, extended=True)
    assert found.documents == {}
    assert any(obstacle.startswith(text) for obstacle in found.obstacles), found.obstacles


def test_c1_numbers_go_the_way_of_numbers() -> None:
    zarray = {**V2, "dtype": "<u2", "fill_value": 0}
    up = to_v3(zarray)
    assert up == arrays.to_v3(zarray)
    assert to_v2(up.documents["zarr.json"]) == arrays.to_v2(up.documents["zarr.json"])


@pytest.mark.parametrize("name", CASES)
def test_fuzz_no_value_at_any_place_of_an_array_is_a_crash(name: str) -> None:
    """Found by fuzzing: codecs that are a number, codecs without a name, an id that is an array, endless sizes."""
    members, data_type, codecs, fill = CASES[name]
    blosc = {"name": "blosc", "configuration": {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "blocksize": 0}}
    zarr_json = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [4],
        "data_type": data_type,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "."}},
        "fill_value": fill,
        "codecs": [*codecs, blosc],
    }
    for change in hostile_changes(zarr_json):
        assert to_v2(change.applied(zarr_json)) is not None
    zarray = {**V2, "filters": None, **members, "compressor": BLOSC2}
    for change in hostile_changes(zarray):
        assert to_v3(change.applied(zarray), extended=True) is not None


@pytest.mark.parametrize("dtype", ["|S9999999999", "<U99999999", [[str(n), "|V1000000"] for n in range(9)]])
def test_fuzz_a_size_beyond_all_bounds_takes_no_memory(dtype: Any) -> None:
    tracemalloc.start()
    converted = to_v3({**V2, "dtype": dtype, "fill_value": None}, extended=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert converted.obstacles
    assert peak < 5_000_000
