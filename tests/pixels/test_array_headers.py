"""Whether arrays are openable by their documents: to us, to zarr-python, to tensorstore and to zarr-metadata."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("zarr_metadata", reason="zarr-metadata is not installed")

import numcodecs
import tensorstore as ts
import zarr
from array_headers import CASES
from reading_arrays import DTYPES
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import MemoryStore
from zarr_metadata.model import ZarrV2ArrayMetadata, ZarrV3ArrayMetadata

from ngff_core.structure import new_converter
from ngff_core.zarr.array import array_document
from ngff_core.zarr.group import group_document
from ngff_core.zarr.headers.chunks import chunk_problems

CONVERTER = new_converter()
KEYS = {2: ".zarray", 3: "zarr.json"}
SMALL = 10_000  # pixels that are read, none of which were written


def opens_in_zarr_python(header: dict[str, Any], zarr_format: int) -> None:
    document = default_buffer_prototype().buffer.from_bytes(json.dumps(header).encode())
    array = zarr.open_array(MemoryStore({KEYS[zarr_format]: document}), mode="r", zarr_format=zarr_format)
    if array.size < SMALL:
        array[...]


def opens_in_tensorstore(header: dict[str, Any], zarr_format: int) -> None:
    context = ts.Context()
    kvstore = ts.KvStore.open({"driver": "memory"}, context=context).result()
    kvstore.write(KEYS[zarr_format], json.dumps(header).encode()).result()
    spec = {"driver": {2: "zarr", 3: "zarr3"}[zarr_format], "kvstore": {"driver": "memory"}}
    array = ts.open(spec, read=True, open=True, context=context).result()
    if array.size < SMALL:
        array.read().result()


def is_read_by_zarr_metadata(header: dict[str, Any], zarr_format: int) -> None:
    (ZarrV3ArrayMetadata if zarr_format == 3 else ZarrV2ArrayMetadata).from_json(header)


WITNESSES: dict[str, Callable[[dict[str, Any], int], None]] = {
    "zarr-python": opens_in_zarr_python,
    "tensorstore": opens_in_tensorstore,
    "zarr-metadata": is_read_by_zarr_metadata,
}


def is_openable_to_us(header: dict[str, Any], zarr_format: int) -> bool:
    document = array_document(CONVERTER, zarr_format, json.dumps(header).encode())
    chunks = document.shards or document.chunks
    known = document.shape is not None and chunks is not None
    misfit = chunk_problems(document.shape, chunks, ()) if known else ()  # type: ignore[arg-type]
    issues = [*document.problems, *document.header_issues]
    return not any(issue.severity == "error" for issue in issues) and not any(p.is_error for p in misfit)


def is_openable(header: dict[str, Any], zarr_format: int, witness: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            WITNESSES[witness](header, zarr_format)
        except Exception:  # whatever it raises, it does not open
            return False
    return True


# where not all witnesses agree with us, and why
DIFFERENCES: dict[str, tuple[str, ...]] = {
    "the bits of a float have as many digits as it takes, else readers do not agree on the value": (
        'v3: fill_value float32 "0x7fc0"',
        'v3: fill_value float64 "0x7fc00000"',
    ),
    "zarr-python does not look at it, and tensorstore refuses what the specification does not have": (
        'v2: blosc clevel "5"',
        'v2: blosc cname "lz5"',
        'v2: blosc shuffle "shuffle"',
        "v2: blosc shuffle 3",
        'v2: compressor {"id": "gzip", "level": "1"}',
        'v2: compressor {"id": "zlib", "level": "1"}',
        'v2: compressor {"id": "zstd", "level": "1"}',
        "v2: filters {}",
        "v3: blosc blocksize -1",
        "v3: blosc blocksize left out",
        "v3: blosc clevel -1",
        "v3: blosc clevel 10",
        "v3: blosc clevel left out",
        "v3: blosc cname left out",
        "v3: blosc shuffle left out",
        "v3: blosc shuffle null",
        "v3: blosc typesize left out",
        "v3: blosc typesize null",
        'v3: chunk_grid {"name": "regular", "configuration": {"chunk_shape": [8, 8]}, "more": 1}',
        'v3: chunk_key_encoding {"name": "default", "must_understand": false}',
        'v3: chunk_key_encoding {"name": "default", "separator": "/"}',
        "v3: codecs: a further member",
        "v3: codecs: crc32c, a setting",
        "v3: codecs: gzip, configuration {}",
        "v3: codecs: no endian",
        "v3: codecs: no endian, configuration {}",
        "v3: codecs: shards in shards, chunks [3, 2]",
        "v3: codecs: shards, gzip before bytes",
        "v3: codecs: shards, index compressed",
        "v3: codecs: shards, index without endian",
        "v3: codecs: shards, index without codecs",
        "v3: codecs: shards, no codecs",
        "v3: codecs: shards, no endian",
        "v3: codecs: shards, no index_codecs",
        "v3: codecs: zstd -200000",
        "v3: codecs: zstd, no level",
        'v3: dimension_names "yx"',
        "v3: storage_transformers null",
        "v3: storage_transformers {}",
        "v3: with attributes []",
        "v3: with attributes null",
    ),
    "zarr-python takes true for 1": (
        "v2: chunks [true, 8]",
        "v2: shape [true, 8]",
        'v3: chunk_grid {"name": "regular", "configuration": {"chunk_shape": [8, true]}}',
        "v3: shape [true, 8]",
    ),
    "zarr-python casts what is no value of the data type": (
        'v2: fill_value |b1 "true"',
        "v2: fill_value |b1 0.5",
        "v2: fill_value |b1 2",
        'v3: fill_value bool "true"',
        "v3: fill_value bool 0",
        "v3: fill_value bool 1",
        "v3: fill_value bool [true]",
        "v3: fill_value bool null",
        "v3: fill_value complex64 [true, 0]",
        'v3: fill_value float32 "+Infinity"',
        'v3: fill_value float32 "0.5"',
        'v3: fill_value float32 "1"',
        'v3: fill_value float32 "inf"',
        'v3: fill_value float32 "nan"',
        "v3: fill_value float32 true",
        'v3: fill_value uint16 "0"',
        "v3: fill_value uint16 false",
        "v3: fill_value uint16 true",
    ),
    "the specification of v2 has the member, and tensorstore refuses arrays without it": (
        "v2: without compressor",
        "v2: without filters",
    ),
    "tensorstore takes letters for orders, which drafts of the specification had": (
        "v3: codecs: shards, index transposed as two",
        "v3: codecs: transpose C",
        "v3: codecs: transpose F",
    ),
    "tensorstore reads a number that is beyond the data type": ("v3: fill_value int64 -9223372036854775809",),
    "zarr-metadata does not look at the numbers of fields and chunks": (
        "v2: chunks [0, 8]",
        "v2: dtype []",
    ),
    "nobody registered the encoding, and without it no reader finds a chunk": (
        'v3: chunk_key_encoding "nested"',
        'v3: chunk_key_encoding {"name": "example"}',
        'v3: chunk_key_encoding {"name": "nested"}',
    ),
    "zarr-metadata does not know what the codecs of numcodecs make of what": (
        "v3: codecs: numcodecs.delta after bytes",
        "v3: codecs: numcodecs.zlib before bytes",
    ),
    "zarr-metadata does not know the data type, which has no length": ('v3: data_type "fixed_length_utf32"',),
    "zarr-metadata keeps members that it does not know, which the specification has readers refuse": (
        "v3: with compressor null",
        "v3: with consolidated_metadata null",
        'v3: with dimension_separator "/"',
        'v3: with dtype "<u2"',
        "v3: with extensions []",
        "v3: with more 1",
        "v3: with more []",
        "v3: with more null",
        'v3: with more {"must_understand": 0}',
        'v3: with more {"must_understand": true}',
        "v3: with more {}",
        'v3: with order "C"',
    ),
    "both readers take it": ('v2: fill_value <f4 "1.5"',),
    "1.0 is an integer in JSON Schema, and here": (
        "v2: fill_value |u1 1.0",
        "v3: fill_value int8 1.0",
        "v3: fill_value uint16 0.0",
        "v2: chunks [8.0, 8]",
        "v2: shape [8.0, 8]",
        "v3: blosc clevel 5.0",
        'v3: chunk_grid {"name": "regular", "configuration": {"chunk_shape": [8, 8.0]}}',
        "v3: codecs: gzip 1.0",
        "v3: shape [8.0, 8]",
    ),
    "tensorstore does not have it, zarr-python does": (
        "v2: blosc shuffle true",
        "v2: blosc typesize 2",
        "v2: blosc typesize null",
        'v2: compressor {"id": "gzip", "level": -1}',
        'v2: compressor {"id": "lz4"}',
        'v2: compressor {"id": "lzma"}',
        'v2: compressor {"id": "zlib", "level": -1}',
        'v2: compressor {"id": "zstd", "level": 1, "checksum": false}',
        'v2: compressor {"id": "zstd", "level": 1, "checksum": true}',
        'v2: compressor {"id": "zstd", "level": 100}',
        'v2: dtype "<M8[ns]"',
        'v2: dtype "<U5"',
        'v2: dtype "<m8[25s]"',
        'v2: dtype [["a", "<u2"], ["b", "|u1"]]',
        'v2: fill_value <M8[ns] "NaT"',
        "v2: fill_value <M8[ns] -1",
        "v2: fill_value <M8[ns] 0",
        "v2: fill_value <M8[ns] null",
        'v2: fill_value <U5 ""',
        'v2: fill_value <U5 "abc"',
        "v2: fill_value <U5 null",
        'v2: fill_value |S5 ""',
        'v2: filters [{"id": "delta", "dtype": "<u2"}]',
        'v2: filters [{"id": "zstd", "level": 1}]',
        "v2: shape [0, 8], chunks [0, 8]",
        'v3: chunk_grid {"name": "regular", "configuration": {"chunk_shape": [8, 8]}, "must_understand": true}',
        "v3: codecs: must_understand true",
        "v3: codecs: numcodecs.delta",
        "v3: codecs: numcodecs.zlib",
        "v3: codecs: shards, compressed",
        'v3: data_type {"name": "numpy.datetime64", "configuration": {"unit": "s", "scale_factor": 1}}',
        'v3: dimension_names ["y", "y"]',
    ),
    "a warning: levels are for those who write, and some readers refuse them": (
        "v2: blosc clevel 10",
        'v2: compressor {"id": "bz2", "level": 10}',
        'v2: compressor {"id": "gzip", "level": 10}',
        'v2: compressor {"id": "zlib", "level": 10}',
    ),
    "zarr-python writes it": (
        'v2: dtype "<M8"',
        "v3: dimension_names null",
    ),
    "a warning: one reader takes this form of a fill value, which v2 leaves open": (
        'v2: fill_value <f4 "-inf"',
        'v2: fill_value <f4 "nan"',
        "v2: fill_value <f4 true",
        "v2: fill_value |b1 0",
        "v2: fill_value |b1 1",
        'v2: fill_value |u1 "1"',
        "v2: fill_value |u1 true",
        'v2: fill_value <f4 "0x7fc00000"',
    ),
    "readers may not do without a codec, and need not be told": ("v3: codecs: must_understand false",),
    "a warning: zarr-python wrote it for empty arrays": ("v3: shape [0, 8], chunks [0, 8]",),
    "zarr-python does not have it, tensorstore does": (
        'v2: dtype "<b1"',
        'v2: dtype "<u1"',
        'v2: dtype ">u1"',
        'v2: dtype [["a", "<u2", [2]]]',
        'v3: data_type "bfloat16"',
        'v3: data_type "int4"',
        'v3: data_type {"name": "uint16", "configuration": {}}',
    ),
    "an extension of tensorstore, for information": (
        'v2: dtype "bfloat16"',
        'v2: dtype "int4"',
    ),
    "an extension that is nobody's fault, and that no reader here has": (
        'v2: compressor {"id": "example"}',
        'v2: filters [{"id": "example"}]',
        'v3: chunk_grid "example"',
        'v3: chunk_grid {"name": "example"}',
        'v3: chunk_grid {"name": "rectilinear", "configuration": {"kind": "inline", "chunk_shapes": [8, 8]}}',
        'v3: chunk_key_encoding {"name": "suffix", "configuration": {"suffix": ".tif"}}',
        "v3: codecs: unknown",
        "v3: codecs: unknown after bytes",
        "v3: codecs: unknown before bytes",
        "v3: codecs: unknown by address",
        "v3: codecs: unknown twice",
        'v3: data_type "example"',
        'v3: data_type "float128"',
        'v3: data_type "float8_e4m3"',
        'v3: data_type "r16"',
        'v3: data_type "r8"',
        'v3: data_type "u2"',
        'v3: data_type "uint12"',
        'v3: data_type {"name": "example", "configuration": {}}',
        'v3: data_type {"name": "null_terminated_bytes", "configuration": {"length_bytes": 8}}',
        'v3: storage_transformers ["example"]',
        'v3: storage_transformers [{"name": "example"}]',
        'v2: dtype "<f16"',
        'v3: storage_transformers [{"name": "example", "must_understand": false}]',
    ),
    "the short form of a name, and the long one of a data type, which this zarr-python and tensorstore do not read": (
        'v3: chunk_key_encoding "default"',
        'v3: chunk_key_encoding "v2"',
        'v3: data_type {"name": "uint16"}',
    ),
    "a warning: no reader here knows the setting, the specification of v2 leaves it open": (
        "v2: blosc more 1",
        'v2: compressor {"id": "gzip", "level": 1, "more": 1}',
    ),
}
NAMED = {name for names in DIFFERENCES.values() for name in names}


def test_there_are_some_hundreds() -> None:
    assert len(CASES) > 600
    assert {zarr_format for zarr_format, _ in CASES.values()} == {2, 3}
    assert CASES.keys() >= NAMED


@pytest.mark.parametrize("name", CASES)
def test_a2_headers_are_as_openable_as_witnesses_find_them(name: str) -> None:
    zarr_format, header = CASES[name]
    ours = is_openable_to_us(header, zarr_format)
    theirs = {witness: is_openable(header, zarr_format, witness) for witness in WITNESSES}
    if name not in NAMED:
        assert theirs == dict.fromkeys(WITNESSES, ours)


@pytest.mark.parametrize("name", [name for name in CASES if name not in NAMED])
def test_a2_what_all_read_is_silent(name: str) -> None:
    zarr_format, header = CASES[name]
    document = array_document(CONVERTER, zarr_format, json.dumps(header).encode())
    if is_openable_to_us(header, zarr_format):
        assert [*document.problems, *document.header_issues] == []


@pytest.mark.parametrize(
    ("member", "value", "openable"),
    [
        ("extra", 1, False),
        ("extra", {"must_understand": True}, False),
        ("consolidated_metadata", {"kind": "inline", "must_understand": False, "metadata": {}}, True),
        ("attributes", {"a": 1}, True),
    ],
)
def test_a2_members_of_groups(member: str, value: Any, openable: bool) -> None:
    header = {"zarr_format": 3, "node_type": "group", "attributes": {}, member: value}
    document = default_buffer_prototype().buffer.from_bytes(json.dumps(header).encode())
    try:
        zarr.open_group(MemoryStore({"zarr.json": document}), mode="r", zarr_format=3)
        opened = True
    except Exception:  # TypeError, for one
        opened = False
    group = group_document(3, {"zarr.json": json.dumps(header).encode()})
    assert group is not None
    assert opened is (group.header_issues == []) is openable


# --- what libraries write ---------------------------------------------------------------------------

SHUFFLED = zarr.codecs.BloscCodec(cname="zstd", shuffle="bitshuffle")
OPTIONS: dict[int, list[dict[str, Any]]] = {
    2: [
        *(
            {"compressors": numcodecs.get_codec({"id": name})}
            for name in ("blosc", "zlib", "gzip", "zstd", "bz2", "lz4")
        ),
        *({"compressors": None, "order": order} for order in "CF"),
        {"compressors": numcodecs.Blosc(shuffle=-1), "chunk_key_encoding": {"name": "v2", "separator": "/"}},
    ],
    3: [
        *({"compressors": compressors} for compressors in ("auto", None, SHUFFLED, zarr.codecs.GzipCodec())),
        *({"shards": (8, 8), "compressors": compressors} for compressors in ("auto", None, SHUFFLED)),
        {"compressors": [zarr.codecs.ZstdCodec(checksum=True), zarr.codecs.Crc32cCodec()]},
        {"chunk_key_encoding": {"name": "v2", "separator": "."}, "dimension_names": ["y", None]},
    ],
}
ODD_DTYPES = ("<U5", "|S5", "|V4", "<M8[ns]", "<m8[s]", "str", "<u2,|u1", "<M8")


def issues_of(store: MemoryStore, zarr_format: int) -> list[tuple[str, str, str]]:
    data = store._store_dict[KEYS[zarr_format]].to_bytes()
    document = array_document(CONVERTER, zarr_format, data)
    return [(i.rule, i.severity.value, i.message) for i in (*document.problems, *document.header_issues)]


@pytest.mark.parametrize("dtype", [*DTYPES, *ODD_DTYPES])
@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.filterwarnings("ignore")
def test_a2_what_zarr_python_writes_is_silent(dtype: str, zarr_format: int) -> None:
    for options in OPTIONS[zarr_format]:
        store = MemoryStore({})
        if (dtype == "<u2,|u1" and zarr_format == 3) or (dtype == "str" and "shards" in options):
            continue  # not written by this zarr-python
        zarr.create_array(store, zarr_format=zarr_format, shape=(8, 8), chunks=(4, 4), dtype=dtype, **options)
        assert issues_of(store, zarr_format) == []


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("shape", [(), (0, 8), (5,), (3, 2, 5, 4, 3)], ids=str)
def test_a2_shapes_that_zarr_python_writes_are_silent(shape: tuple[int, ...], zarr_format: int) -> None:
    store = MemoryStore({})
    zarr.create_array(store, zarr_format=zarr_format, shape=shape, dtype="uint8")
    assert issues_of(store, zarr_format) == []


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "uint16", "float16", "float64", "complex64", "bfloat16"])
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a2_what_tensorstore_writes_is_no_fault(dtype: str, zarr_format: int) -> None:
    context = ts.Context()
    driver = {2: "zarr", 3: "zarr3"}[zarr_format]
    spec = {"driver": driver, "kvstore": {"driver": "memory"}}
    for fill in (None, ts.dtype(dtype).numpy_dtype.type(1)):
        ts.open(
            spec,
            create=True,
            delete_existing=True,
            dtype=ts.dtype(dtype),
            shape=[8, 8],
            fill_value=fill,
            context=context,
        ).result()
        kvstore = ts.KvStore.open({"driver": "memory"}, context=context).result()
        data = kvstore.read(KEYS[zarr_format]).result().value
        document = array_document(CONVERTER, zarr_format, data)
        severities = {issue.severity.value for issue in (*document.problems, *document.header_issues)}
        assert severities <= ({"info"} if dtype == "bfloat16" else set())
