"""Some hundreds of array documents, valid ones and with one thing wrong: generated from a document of each format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

__all__ = ["CASES", "V2", "V3", "codec", "shards", "without"]

Header = dict[str, Any]

V3: Header = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [8, 8],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8]}},
    "chunk_key_encoding": {"name": "default"},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    "dimension_names": ["y", "x"],
}
V2: Header = {
    "zarr_format": 2,
    "shape": [8, 8],
    "chunks": [8, 8],
    "dtype": "<u2",
    "fill_value": 0,
    "order": "C",
    "filters": None,
    "compressor": None,
    "dimension_separator": "/",
}
BYTES: Header = V3["codecs"][0]


def without(document: Header, *keys: str) -> Header:
    return {key: value for key, value in document.items() if key not in keys}


def codec(name: str, **settings: Any) -> Header:
    return {"name": name, "configuration": settings} if settings else {"name": name}


def shards(**settings: Any) -> Header:
    whole = {"chunk_shape": [4, 4], "codecs": [BYTES], "index_codecs": [BYTES, codec("crc32c")], **settings}
    return codec("sharding_indexed", **{key: value for key, value in whole.items() if value is not Ellipsis})


def blosc(**settings: Any) -> Header:
    whole = {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "blocksize": 0, "typesize": 2, **settings}
    return codec("blosc", **{key: value for key, value in whole.items() if value is not Ellipsis})


def grid(*sizes: Any, **settings: Any) -> Header:
    return codec("regular", chunk_shape=list(sizes), **settings)


CODECS: dict[str, Any] = {
    "none": [],
    "only zstd": [codec("zstd", level=1)],
    "gzip before bytes": [codec("gzip", level=1), BYTES],
    "crc32c before bytes": [codec("crc32c"), BYTES],
    "bytes twice": [BYTES, BYTES],
    "id": [{"id": "bytes"}],
    "no name": [{"configuration": {"endian": "little"}}],
    "name 1": [{"name": 1}],
    "null": [None],
    "1": [1],
    "configuration []": [{"name": "bytes", "configuration": []}],
    "configuration null": [{"name": "bytes", "configuration": None}],
    "a further member": [{**BYTES, "more": 1}],
    "must_understand true": [{**BYTES, "must_understand": True}],
    "must_understand false": [{**BYTES, "must_understand": False}],
    # bytes
    "endian big": [codec("bytes", endian="big")],
    "endian native": [codec("bytes", endian="native")],
    "endian null": [codec("bytes", endian=None)],
    "no endian": [codec("bytes")],
    "no endian, configuration {}": [{"name": "bytes", "configuration": {}}],
    "no endian, short": ["bytes"],
    "bytes, a further setting": [codec("bytes", endian="little", more=1)],
    # array to array
    "transpose": [codec("transpose", order=[1, 0]), BYTES],
    "transpose twice": [codec("transpose", order=[1, 0]), codec("transpose", order=[1, 0]), BYTES],
    "transpose C": [codec("transpose", order="C"), BYTES],
    "transpose F": [codec("transpose", order="F"), BYTES],
    "transpose [0, 0]": [codec("transpose", order=[0, 0]), BYTES],
    "transpose [0]": [codec("transpose", order=[0]), BYTES],
    "transpose [0, 1, 2]": [codec("transpose", order=[0, 1, 2]), BYTES],
    "transpose [-1, 0]": [codec("transpose", order=[-1, 0]), BYTES],
    "transpose of strings": [codec("transpose", order=["1", "0"]), BYTES],
    "transpose without order": [codec("transpose"), BYTES],
    "transpose after bytes": [BYTES, codec("transpose", order=[1, 0])],
    "only transpose": [codec("transpose", order=[1, 0])],
    # bytes to bytes
    "gzip": [BYTES, codec("gzip", level=1)],
    "gzip twice": [BYTES, codec("gzip", level=1), codec("gzip", level=1)],
    "gzip 0": [BYTES, codec("gzip", level=0)],
    "gzip 10": [BYTES, codec("gzip", level=10)],
    "gzip -1": [BYTES, codec("gzip", level=-1)],
    "gzip 1.0": [BYTES, codec("gzip", level=1.0)],
    "gzip of text": [BYTES, codec("gzip", level="1")],
    "gzip, configuration {}": [BYTES, {"name": "gzip", "configuration": {}}],
    "gzip, no configuration": [BYTES, codec("gzip")],
    "gzip, short": [BYTES, "gzip"],
    "gzip, a further setting": [BYTES, codec("gzip", level=1, more=1)],
    "zstd": [BYTES, codec("zstd", level=1, checksum=False)],
    "zstd with checksum": [BYTES, codec("zstd", level=1, checksum=True)],
    "zstd, no checksum": [BYTES, codec("zstd", level=1)],
    "zstd, no level": [BYTES, codec("zstd", checksum=True)],
    "zstd, no configuration": [BYTES, codec("zstd")],
    "zstd, short": [BYTES, "zstd"],
    "zstd 22": [BYTES, codec("zstd", level=22)],
    "zstd 23": [BYTES, codec("zstd", level=23)],
    "zstd -5": [BYTES, codec("zstd", level=-5)],
    "zstd -200000": [BYTES, codec("zstd", level=-200000)],
    "zstd, checksum of text": [BYTES, codec("zstd", level=1, checksum="no")],
    "zstd, a further setting": [BYTES, codec("zstd", level=1, more=1)],
    "crc32c": [BYTES, codec("crc32c")],
    "crc32c, a setting": [BYTES, codec("crc32c", more=1)],
    "blosc, no configuration": [BYTES, codec("blosc")],
    "blosc, short": [BYTES, "blosc"],
    # of others
    "numcodecs.zlib": [BYTES, codec("numcodecs.zlib", level=1)],
    "numcodecs.zlib before bytes": [codec("numcodecs.zlib", level=1), BYTES],
    "numcodecs.delta": [codec("numcodecs.delta", dtype="<u2"), BYTES],
    "numcodecs.delta after bytes": [BYTES, codec("numcodecs.delta", dtype="<u2")],
    "unknown": [codec("example")],
    "unknown after bytes": [BYTES, codec("example")],
    "unknown before bytes": [codec("example"), BYTES],
    "unknown twice": [codec("example"), codec("example.two")],
    "unknown by address": [BYTES, codec("https://example.org/codec")],
    "illegal name": [BYTES, codec("Example!")],
    # shards
    "shards": [shards()],
    "shards of one chunk": [shards(chunk_shape=[8, 8])],
    "shards, index at the start": [shards(index_location="start")],
    "shards, index in the middle": [shards(index_location="middle")],
    "shards, index without checksum": [shards(index_codecs=[BYTES])],
    "shards, index without endian": [shards(index_codecs=[codec("bytes"), codec("crc32c")])],
    "shards, index transposed": [shards(index_codecs=[codec("transpose", order=[2, 1, 0]), BYTES])],
    "shards, index transposed as two": [shards(index_codecs=[codec("transpose", order=[1, 0]), BYTES])],
    "shards, index compressed": [shards(index_codecs=[BYTES, codec("gzip", level=1)])],
    "shards, index without codecs": [shards(index_codecs=[])],
    "shards, no index_codecs": [shards(index_codecs=...)],
    "shards, no codecs": [shards(codecs=...)],
    "shards, no chunk_shape": [shards(chunk_shape=...)],
    "shards, no configuration": [codec("sharding_indexed")],
    "shards, codecs []": [shards(codecs=[])],
    "shards, codecs null": [shards(codecs=None)],
    "shards, only zstd": [shards(codecs=[codec("zstd", level=1)])],
    "shards, gzip before bytes": [shards(codecs=[codec("gzip", level=1), BYTES])],
    "shards, no endian": [shards(codecs=[codec("bytes")])],
    "shards, blosc": [shards(codecs=[BYTES, blosc()])],
    "shards, blosc of v2": [shards(codecs=[BYTES, blosc(shuffle=1)])],
    "shards, chunks transposed": [shards(codecs=[codec("transpose", order=[1, 0]), BYTES])],
    "shards, chunks transposed as one": [shards(codecs=[codec("transpose", order=[0]), BYTES])],
    "shards, chunks [3, 4]": [shards(chunk_shape=[3, 4])],
    "shards, chunks [16, 16]": [shards(chunk_shape=[16, 16])],
    "shards, chunks [4]": [shards(chunk_shape=[4])],
    "shards, chunks [0, 4]": [shards(chunk_shape=[0, 4])],
    "shards, chunks [-4, 4]": [shards(chunk_shape=[-4, 4])],
    "shards, a further setting": [shards(more=1)],
    "shards in shards": [shards(codecs=[shards(chunk_shape=[2, 2])])],
    "shards in shards, chunks [3, 2]": [shards(codecs=[shards(chunk_shape=[3, 2])])],
    "shards in shards, codecs []": [shards(codecs=[shards(chunk_shape=[2, 2], codecs=[])])],
    "shards after transpose": [codec("transpose", order=[1, 0]), shards()],
    "shards, compressed": [shards(), codec("gzip", level=1)],
    "bytes and shards": [BYTES, shards()],
}
BLOSC: dict[str, tuple[Any, ...]] = {
    "cname": (*("lz4", "lz4hc", "blosclz", "zstd", "snappy", "zlib"), "lz5", None, ...),
    "clevel": (0, 9, 10, -1, "5", 5.0, ...),
    "shuffle": ("noshuffle", "bitshuffle", 1, "byte", None, ...),
    "blocksize": (1024, -1, "0", ...),
    "typesize": (1, 8, 0, -1, "2", None, ...),
    "more": (1,),
}
DATA_TYPES = (
    *("bool", "int8", "int64", "uint8", "uint64", "float16", "float32", "float64", "complex64", "complex128"),
    *("<u2", "|u1", "u2", "uint16 ", "Uint16", "U5", "", "/x"),
    *("uint12", "int4", "bfloat16", "float8_e4m3", "float128", "example", "r8", "r16", "r12", "string", "bytes"),
    *(5, None, ["uint16"], {}, {"configuration": {}}),
    *({"name": "uint16"}, {"name": "uint16", "configuration": {}}, {"name": "example", "configuration": {}}),
    *("numpy.datetime64", {"name": "numpy.datetime64", "configuration": {"unit": "s", "scale_factor": 1}}),
    *({"name": "null_terminated_bytes", "configuration": {"length_bytes": 8}}, "fixed_length_utf32"),
)
ZEROS = {"bool": False, "complex64": [0, 0], "complex128": [0.0, 0.0], "r8": [0], "r16": [0, 0], "r12": [0, 0]}
ZEROS |= {"string": "", "bytes": []}
V3_FILLS: dict[str, tuple[Any, ...]] = {
    "uint8": (255, 256),
    "uint16": (None, -1, 70000, 65535, "0", 0.0, 0.5, True, False, [0], {}, "0x0000", "NaN"),
    "int8": (-128, -129, 127, 128, 1.0),
    "int64": (-(2**63), -(2**63) - 1, 2**63 - 1, 2**63),
    "uint64": (2**53 + 1, 2**64 - 1, 2**64),
    "bool": (True, False, 0, 1, None, "true", [True]),
    "float16": ("0x7e00", 70000, 65504, "NaN", "0x7e0000"),
    "float32": (
        *(0, 0.5, 1e39, "NaN", "Infinity", "-Infinity", "0x7fc00000", "0xff800000", "0X7FC00000", "0x7fc0"),
        *("nan", "inf", "+Infinity", "0.5", "1", "", True, None, [0.0]),
    ),
    "float64": (1e308, "0x7ff8000000000000", "0x7fc00000", -0.0),
    "complex64": (
        *([0, 0], [0.0, "NaN"], ["0x7fc00000", "-Infinity"]),
        *(0, 0.0, [0], [0, 0, 0], "NaN", None, [True, 0], [0, "a"], {"real": 0}),
    ),
}
GRIDS = (
    *(grid(8), grid(8, 8, 8), grid(0, 8), grid(-8, 8), grid(8, 8.0), grid(8, 8.5), grid(8, "8"), grid(8, True)),
    *(grid(16, 16), grid(3, 5), grid(8, 8, more=1), {**grid(8, 8), "more": 1}, {**grid(8, 8), "must_understand": True}),
    *(codec("regular", chunk_shape=8), {"name": "regular", "configuration": {}}, codec("regular"), "regular"),
    *(None, {}, [], {"chunk_shape": [8, 8]}, {"type": "regular", "chunk_shape": [8, 8]}),
    *(codec("example"), "example", codec("rectilinear", kind="inline", chunk_shapes=[8, 8])),
)
ENCODINGS = (
    *("default", "v2", codec("v2"), {"name": "default", "configuration": {}}),
    *(codec(name, separator=separator) for name in ("default", "v2") for separator in ("/", ".", "-", "", None, 1)),
    *(codec("nested"), "nested", codec("example"), {"id": "default"}, None, {}, [], {"separator": "/"}),
    *({"name": "default", "separator": "/"}, codec("default", separator="/", more=1)),
    *({"name": "default", "configuration": None}, {"name": "default", "configuration": []}),
    *({"name": "default", "must_understand": False}, codec("suffix", suffix=".tif")),
)
SHAPES = ([-8, 8], [0, 8], [8.0, 8], [8.5, 8], ["8", 8], 8, [], None, [True, 8], [8], {}, "8", [2**31, 8], [1, 1])
NAMES = (None, ["y", None], [None, None], ["", ""], ["y"], ["y", "y"], ["y", 1], "yx", [], {}, ["z", "y", "x"])
TRANSFORMERS = ([], None, {}, [codec("example")], [{"name": "example", "must_understand": False}], ["example"], [1])
FURTHER: tuple[tuple[str, Any], ...] = (
    *(("dimension_separator", "/"), ("order", "C"), ("compressor", None), ("dtype", "<u2"), ("extensions", [])),
    *(("more", value) for value in (1, None, {}, [], {"must_understand": True}, {"must_understand": 0})),
    *(("more", {"must_understand": False}), ("more", {"must_understand": False, "a": [1]})),
    *(("attributes", {}), ("attributes", {"a": None}), ("attributes", None), ("attributes", [])),
    *(("consolidated_metadata", None), ("zarr_format", 2), ("zarr_format", "3"), ("node_type", "Array")),
)
DTYPES = (
    *("|b1", "|i1", "|u1", "<u1", ">u1", "<b1", "<i2", ">i2", "<u4", ">u8", "<f2", "<f4", ">f8", "<c8", ">c16"),
    *("u1", "u2", "uint8", "uint16", "float32", "bool", "=u2", "!u2", "|u2", "<u3", "|b2", "<i16", "<u2 ", "<u2[2]"),
    *("<f16", "bfloat16", "int4", "example", "", 5, None, {}, "<e"),
    *("|S5", "<U5", "|U5", "|V4", "<M8[ns]", "<m8[25s]", "<M8[xx]", "<M8"),
    *([["a", "<u2"]], [["a", "<u2"], ["b", "|u1"]], [["a", "<u2", [2]]], [["a"]], [["a", "uint16"]], []),
)
V2_FILLS: dict[str, tuple[Any, ...]] = {
    "|u1": (None, "NaN", -1, 0.5, 300, 255, 1.0, "1", "", True, [0], {}, "AA=="),
    "<u2": (70000, 65535, None),
    "<i8": (-(2**63), 2**63 - 1, 2**63),
    "|b1": (True, False, None, 0, 1, 2, "true", 0.5),
    "<f4": ("NaN", "Infinity", "-Infinity", "nan", "-inf", "1.5", "0x7fc00000", "abc", 0, 1e39, True, None, "", [0]),
    "<c8": ([0, 0], ["NaN", 0.5], None, 0, 0.0, "NaN", [0], "0"),
    "|S5": (None, "", "AAAAAAA=", 0, "abc"),
    "<U5": (None, "", "abc", 0),
    "|V4": (None, "AAAAAA==", 0),
    "<M8[ns]": (None, 0, -1, "NaT", 0.5, "2020"),
}
COMPRESSORS: tuple[Any, ...] = (
    *("blosc", {}, {"cname": "lz4"}, {"id": 1}, [], 0, False, {"name": "zstd", "configuration": {"level": 1}}),
    *({"id": name} for name in ("blosc", "zlib", "gzip", "zstd", "bz2", "lz4", "lzma", "example")),
    *({"id": name, "level": level} for name in ("zlib", "gzip") for level in (0, 9, 10, -1, "1")),
    *({"id": "zstd", "level": level} for level in (1, -5, 22, 100, "1")),
    *({"id": "bz2", "level": 1}, {"id": "bz2", "level": 10}, {"id": "zstd", "level": 1, "checksum": False}),
    *({"id": "zstd", "level": 1, "checksum": True}, {"id": "gzip", "level": 1, "more": 1}),
)
V2_BLOSC: dict[str, tuple[Any, ...]] = {
    "cname": ("lz4", "zstd", "snappy", "lz5"),
    "clevel": (0, 9, 10, "5"),
    "shuffle": (-1, 0, 1, 2, 3, "shuffle", True),
    "blocksize": (0, 1024),
    "typesize": (2, None),
    "more": (1,),
}
FILTERS = (
    *([], {}, "delta", ["delta"], [None], [{}], [{"dtype": "<u2"}], [{"id": 1}], [{"id": "delta"}]),
    *([{"id": "delta", "dtype": "<u2"}], [{"id": "example"}], [{"id": "zstd", "level": 1}], {"id": "zstd"}),
)
CHUNKS = ([8], [0, 8], [-8, 8], [8.0, 8], [8.5, 8], "8", None, 8, [16, 16], [3, 5], ["8", 8], [True, 8], [])
V2_FURTHER = (("more", 1), ("attributes", {}), ("node_type", "array"), ("zarr_format", 3), ("zarr_format", "2"))


def _v3() -> Iterator[tuple[str, Header]]:
    yield "as it is", V3
    for name, value in CODECS.items():
        yield f"codecs: {name}", {**V3, "codecs": value}
    for key, values in BLOSC.items():
        for value in values:
            yield f"blosc {key} {told(value)}", {**V3, "codecs": [BYTES, blosc(**{key: value})]}
    yield "blosc noshuffle, no typesize", {**V3, "codecs": [BYTES, blosc(shuffle="noshuffle", typesize=...)]}
    yield "uint8 without endian", {**V3, "data_type": "uint8", "codecs": [codec("bytes")]}
    yield "uint8, endian native", {**V3, "data_type": "uint8", "codecs": [codec("bytes", endian="native")]}
    for value in DATA_TYPES:
        zero = ZEROS.get(value, 0) if isinstance(value, str) else 0
        yield f"data_type {told(value)}", {**V3, "data_type": value, "fill_value": zero}
    for data_type, values in V3_FILLS.items():
        for value in values:
            yield f"fill_value {data_type} {told(value)}", {**V3, "data_type": data_type, "fill_value": value}
    for key, listed in (
        ("chunk_grid", GRIDS),
        ("chunk_key_encoding", ENCODINGS),
        ("shape", SHAPES),
        ("dimension_names", NAMES),
        ("storage_transformers", TRANSFORMERS),
    ):
        for value in listed:
            yield f"{key} {told(value)}", {**V3, key: value}
    yield "no dimension", {**without(V3, "dimension_names"), "shape": [], "chunk_grid": grid()}
    for size in (0, 1):
        yield f"shape [0, 8], chunks [{size}, 8]", {**V3, "shape": [0, 8], "chunk_grid": grid(size, 8)}
    for key, value in FURTHER:
        yield f"with {key} {told(value)}", {**V3, key: value}
    for key in V3:
        yield f"without {key}", without(V3, key)


def _v2() -> Iterator[tuple[str, Header]]:
    yield "as it is", V2
    for value in DTYPES:
        yield f"dtype {told(value)}", {**V2, "dtype": value, "fill_value": None}
    for dtype, values in V2_FILLS.items():
        for value in values:
            yield f"fill_value {dtype} {told(value)}", {**V2, "dtype": dtype, "fill_value": value}
    for value in (None, "AAA=", 0):
        yield f"fill_value of fields {told(value)}", {**V2, "dtype": [["a", "<u2"]], "fill_value": value}
    for key, settings in V2_BLOSC.items():
        for value in settings:
            whole = {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0, key: value}
            yield f"blosc {key} {told(value)}", {**V2, "compressor": whole}
    for key, listed in (
        ("compressor", COMPRESSORS),
        ("filters", FILTERS),
        ("shape", SHAPES),
        ("chunks", CHUNKS),
        ("order", ("F", "A", "c", None, 1)),
        ("dimension_separator", (".", "-", None, "", 1)),
    ):
        for value in listed:
            yield f"{key} {told(value)}", {**V2, key: value}
    yield "no dimension", {**V2, "shape": [], "chunks": []}
    for size in (0, 1):
        yield f"shape [0, 8], chunks [{size}, 8]", {**V2, "shape": [0, 8], "chunks": [size, 8]}
    for key, value in V2_FURTHER:
        yield f"with {key} {told(value)}", {**V2, key: value}
    for key in V2:
        yield f"without {key}", without(V2, key)


def told(value: Any) -> str:
    """Return a value as a part of the name of a case."""
    return "left out" if value is Ellipsis else json.dumps(value)


CASES: dict[str, tuple[int, Header]] = {
    f"v{zarr_format}: {name}": (zarr_format, header)
    for zarr_format, of in ((3, _v3), (2, _v2))
    for name, header in of()
}
