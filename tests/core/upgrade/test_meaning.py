"""What arrays mean is the same in both Zarr formats, however it is written, and differs where pixels would."""

from __future__ import annotations

from typing import Any

import pytest

from ngff_core.upgrade.proof.meaning import differences, meaning_of

V2: dict[str, Any] = {
    "zarr_format": 2,
    "shape": [10, 12],
    "chunks": [4, 4],
    "dtype": "<u2",
    "fill_value": 7,
    "order": "C",
    "filters": None,
    "dimension_separator": "/",
    "compressor": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
BLOSC = {"name": "blosc", "configuration": {"cname": "zstd", "clevel": 1, "shuffle": "bitshuffle", "typesize": 2}}
V3: dict[str, Any] = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [10, 12],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 4]}},
    "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "/"}},
    "fill_value": 7,
    "codecs": [LITTLE, BLOSC],
}
DELTA = {"dtype": "<i4", "astype": "<i2"}


def transpose(*order: int) -> dict[str, Any]:
    return {"name": "transpose", "configuration": {"order": list(order)}}


def typed(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "configuration": {"length_bytes": size}}


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({"shape": [10.0, 12]}, {}),
    ({"fill_value": 7.0}, {}),
    ({"fill_value": "7"}, {}),
    ({"fill_value": None}, {"fill_value": 0}),
    ({"order": "F"}, {"codecs": [transpose(1, 0), LITTLE, BLOSC]}),
    ({"order": "F"}, {"codecs": [transpose(1, 0), transpose(1, 0), transpose(1, 0), LITTLE, BLOSC]}),
    ({}, {"codecs": [transpose(1, 0), transpose(1, 0), LITTLE, BLOSC]}),
    ({"dtype": ">u2"}, {"codecs": [BIG, BLOSC]}),
    ({"dtype": "|u1"}, {"data_type": "uint8", "codecs": ["bytes", "blosc"]}),
    ({"compressor": None}, {"codecs": [LITTLE]}),
    ({"compressor": {"id": "zlib", "level": 3}}, {"codecs": [LITTLE, {"name": "numcodecs.zlib"}]}),
    ({"compressor": {"id": "zstd", "level": 3}}, {"codecs": [LITTLE, {"name": "numcodecs.zstd"}]}),
    ({"dtype": "<f4", "fill_value": "NaN"}, {"data_type": "float32", "fill_value": "0x7fc00000"}),
    ({"dtype": "<f4", "fill_value": 0.1}, {"data_type": "float32", "fill_value": 0.10000000149011612}),
    ({"dtype": "|b1", "fill_value": 0}, {"data_type": "bool", "fill_value": False}),
    ({"dtype": "<c8", "fill_value": [0, 1]}, {"data_type": "complex64", "fill_value": [0.0, 1.0]}),
    ({"dtype": "<U3", "fill_value": "a"}, {"data_type": typed("fixed_length_utf32", 12), "fill_value": "a"}),
    ({"dtype": "|S3", "fill_value": "YQ=="}, {"data_type": typed("null_terminated_bytes", 3), "fill_value": "YQ=="}),
    (
        {"dtype": "<M8[10s]", "fill_value": 1},
        {
            "data_type": {"name": "numpy.datetime64", "configuration": {"unit": "s", "scale_factor": 10}},
            "fill_value": 1,
        },
    ),
    (
        {"dtype": "|O", "filters": [{"id": "vlen-utf8"}], "fill_value": 0},
        {"data_type": "string", "codecs": [{"name": "vlen-utf8"}, BLOSC], "fill_value": "0"},
    ),
    (
        {"dtype": [["a", "<u2"], ["b", "|S2"], ["c", "<U1"]], "fill_value": "AAAA"},
        {
            "data_type": {
                "name": "structured",
                "configuration": {
                    "fields": [
                        ["a", "uint16"],
                        ["b", typed("null_terminated_bytes", 2)],
                        ["c", typed("fixed_length_utf32", 4)],
                    ]
                },
            },
            "fill_value": "AAAA",
            "codecs": [{"name": "bytes"}, BLOSC],
        },
    ),
    (
        {"dtype": "<i4", "filters": [{"id": "delta", **DELTA}]},
        {"data_type": "int32", "codecs": [{"name": "numcodecs.delta", "configuration": DELTA}, LITTLE, BLOSC]},
    ),
]

OTHER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("shape", {}, {"shape": [10, 11]}),
    ("shape", {}, {"shape": [10]}),
    ("shape of chunks", {}, {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 3]}}}),
    ("shape of chunks", {}, {"chunk_grid": {"name": "rectilinear", "configuration": {"chunk_shape": [4, 4]}}}),
    ("data type", {}, {"data_type": "int16"}),
    ("data type", {"dtype": [["a", ">u2"]]}, {"data_type": {"name": "structured", "configuration": {"fields": []}}}),
    ("fill value", {}, {"fill_value": 8}),
    ("fill value", {"dtype": "<f4", "fill_value": 0.0}, {"data_type": "float32", "fill_value": -0.0}),
    ("fill value", {"dtype": "<f4", "fill_value": "NaN"}, {"data_type": "float32", "fill_value": 0}),
    ("codecs", {"dtype": ">u2"}, {}),
    ("codecs", {"order": "F"}, {}),
    ("codecs", {"order": "K"}, {}),
    ("codecs", {"compressor": None}, {}),
    ("codecs", {}, {"codecs": [LITTLE, BLOSC, {"name": "crc32c"}]}),
    ("codecs", {"filters": [{"id": "crc32c"}], "compressor": None}, {"codecs": [LITTLE, {"name": "crc32c"}]}),
    ("codecs", {}, {"storage_transformers": [{"name": "x"}]}),
    ("codecs", {}, {"codecs": [transpose(0, 0), LITTLE, BLOSC]}),
    ("codecs", {"shape": [4, 5, 6], "order": "F"}, {"codecs": [transpose(1, 2, 0), LITTLE, BLOSC]}),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_e4_what_means_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert differences(meaning_of({**V2, **old}, 2), meaning_of({**V3, **new}, 3)) == []


@pytest.mark.parametrize(("what", "old", "new"), OTHER)
def test_e4_what_does_not(what: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert what in differences(meaning_of({**V2, **old}, 2), meaning_of({**V3, **new}, 3))


def test_e4_a_fill_value_may_be_filled_in_and_not_be_taken_away() -> None:
    """Nothing is read as zero."""
    one, none = meaning_of(V2, 2), meaning_of({**V2, "fill_value": None}, 2)
    zero = meaning_of({**V2, "fill_value": 0}, 2)
    assert [differences(*pair) for pair in ((none, one), (one, none), (zero, none))] == [[], ["fill value"], []]


@pytest.mark.parametrize(
    ("encoding", "keys"),
    [
        ("default", ("default", "/")),
        ("v2", ("v2", ".")),
        ({"name": "default", "configuration": {"separator": "."}}, ("default", ".")),
        ({"name": "v2", "configuration": {"separator": "/"}}, ("v2", "/")),
    ],
)
def test_keys(encoding: Any, keys: tuple[str, str]) -> None:
    assert meaning_of({**V3, "chunk_key_encoding": encoding}, 3).keys == keys


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(
    "value",
    [None, 5, "x", [], {}, [None], {"name": 5}, [[[]]], 2**70, float("inf"), [float("nan"), float("inf")], ["a", {}]],
)
def test_arbitrary_values_are_compared_without_an_error(value: Any, zarr_format: int) -> None:
    whole = V2 if zarr_format == 2 else V3
    for key in whole:
        meaning = meaning_of({**whole, key: value}, zarr_format)
        assert differences(meaning, meaning_of({**whole, key: value}, zarr_format)) in ([], ["codecs"], ["data type"])


def test_types_in_types_without_end_are_taken_for_others() -> None:
    deep: Any = "<u2"
    for _ in range(5000):
        deep = [["a", deep]]
    one, other = (meaning_of({**V2, "dtype": deep}, 2) for _ in range(2))
    assert "data type" in differences(one, other)
