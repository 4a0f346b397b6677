"""Arrays that were written as Zarr v2 have the same pixels once a v3 document stands in for the v2 ones.

Every array is read by zarr-python and by tensorstore before and after, and compared bit by bit (so that one NaN or
negative zero is not taken for another number). A part of every array was never written, and has the fill value.
"""

from __future__ import annotations

import json
import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("numcodecs", reason="numcodecs is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

import numcodecs
import numpy as np
import zarr
from reading_arrays import BOTH, COMPRESSORS, DTYPES, ORDERS, READERS, SEPARATORS, bits, image, tensorstore, write

from ngff_v05 import arrays

BLOSC_NAMES = ("blosclz", "lz4", "lz4hc", "zlib", "zstd")


def exchange(folder: Path, **options: Any) -> Any:
    """Put the v3 document in the place of the v2 documents; return what the conversion said."""
    converted = arrays.to_v3(json.loads((folder / ".zarray").read_text()), {}, **options)
    assert converted.obstacles == []
    (folder / "zarr.json").write_text(json.dumps(converted.documents["zarr.json"]))
    (folder / ".zarray").unlink()
    (folder / ".zattrs").unlink(missing_ok=True)
    return converted


def check(folder: Path, before: tuple[str, ...] = BOTH, after: tuple[str, ...] = BOTH, **options: Any) -> Any:
    """Compare the pixels that readers see before and after; return what the conversion said."""
    seen = {name: bits(READERS[name](folder, 2)) for name in before}
    converted = exchange(folder, **options)
    seen |= {f"{name}, after": bits(READERS[name](folder, 3)) for name in after}
    assert len(seen) == len(before) + len(after)
    assert len(set(seen.values())) == 1, seen
    return converted


@pytest.mark.parametrize("writer", BOTH)
@pytest.mark.parametrize("compressor", COMPRESSORS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_data_types(tmp_path: Path, dtype: str, compressor: str, writer: str) -> None:
    for i, (order, separator) in enumerate(product(ORDERS, SEPARATORS)):
        folder = tmp_path / str(i)
        zarray = write(folder, dtype, COMPRESSORS[compressor], order, separator, writer=writer)
        assert len([name for _, _, names in os.walk(folder) for name in names if name[0] != "."]) == 6  # of 9 chunks
        assert bits(tensorstore(folder, 2)[:4]) == bits(image((6, 7), dtype)[:4])
        converted = check(folder)
        assert (converted.decisions, converted.losses) == ([], [])
        back = arrays.to_v2(converted.documents["zarr.json"])
        said = (back.documents, back.decisions, back.losses, back.obstacles)
        assert said == ({".zarray": zarray, ".zattrs": {}}, [], [], [])


@pytest.mark.parametrize("dtype", ["|u1", "<u2", ">f4", "<c16"])
@pytest.mark.parametrize("cname", BLOSC_NAMES)
def test_blosc(tmp_path: Path, cname: str, dtype: str) -> None:
    for i, (shuffle, order, blocksize) in enumerate(product((-1, 0, 1, 2), ORDERS, (0, 256))):
        settings = {"cname": cname, "clevel": i % 10, "shuffle": shuffle, "blocksize": blocksize}
        write(tmp_path / str(i), dtype, {"id": "blosc", **settings}, order, shape=(60, 70), chunks=(20, 30))
        converted = check(tmp_path / str(i))
        assert [decision.name for decision in converted.decisions] == (["blosc-shuffle"] if shuffle == -1 else [])


@pytest.mark.parametrize("cname", [*BLOSC_NAMES, "snappy"])
def test_blosc_of_tensorstore(tmp_path: Path, cname: str) -> None:
    """numcodecs is built without snappy, so zarr-python cannot read it before nor after."""
    readers = BOTH[1:] if cname == "snappy" else BOTH
    for shuffle in (-1, 0, 1, 2):
        settings = {"cname": cname, "clevel": 5, "shuffle": shuffle, "blocksize": 0}
        write(tmp_path / str(shuffle), "<u2", {"id": "blosc", **settings}, writer="tensorstore")
        check(tmp_path / str(shuffle), readers, readers)


@pytest.mark.parametrize("writer", BOTH)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("shape", "chunks"),
    [
        ((), ()),
        ((5,), (2,)),
        ((2, 3), (20, 30)),
        ((0, 4), (1, 2)),
        ((6, 5, 4), (2, 5, 3)),
        ((3, 2, 5, 4, 3), (1, 1, 2, 3, 2)),
    ],
    ids=str,
)
def test_shapes(tmp_path: Path, shape: tuple[int, ...], chunks: tuple[int, ...], order: str, writer: str) -> None:
    for i, separator in enumerate(SEPARATORS):
        folder = tmp_path / str(i)
        # tensorstore reads the order F of one dimension, and does not write it
        edit = {"order": order} if len(shape) < 2 else None
        created = "C" if edit else order
        zarray = write(folder, "<u2", None, created, separator, shape=shape, chunks=chunks, writer=writer, edit=edit)
        converted = check(folder)
        assert arrays.to_v2(converted.documents["zarr.json"]).documents[".zarray"] == zarray


# by data type: fill values as they stand in `.zarray`, the same in v3
FILLS: list[tuple[str, Any]] = [
    ("|b1", True),
    ("|b1", False),
    ("|i1", -128),
    ("|u1", 255),
    ("<i8", -(2**63)),
    ("<i8", 2**53 + 1),
    (">u8", 2**64 - 1),
    ("<f2", "NaN"),
    ("<f2", 65504),
    ("<f4", "NaN"),
    ("<f4", "Infinity"),
    (">f4", "-Infinity"),
    ("<f4", -0.0),
    ("<f4", 0.1),
    ("<f4", 1e300),
    ("<f8", 0),
    ("<f8", -0.0),
    (">f8", 5e-324),
    ("<f8", 2**60 + 1),
    ("<c8", ["NaN", -0.0]),
    ("<c8", [0.1, "-Infinity"]),
    ("<c16", [1, 2.5]),
]
# forms that one reader of v2 takes, or both, and what is written in v3
ODD_FILLS: list[tuple[str, Any, Any, tuple[str, ...]]] = [
    ("|b1", 1, True, BOTH[:1]),
    ("|b1", 0, False, BOTH[:1]),
    ("<u2", 7.0, 7, BOTH),
    ("<u2", "7", 7, BOTH[:1]),
    ("<u2", True, 1, BOTH[:1]),
    ("<f4", True, 1, BOTH[:1]),
    ("<f4", "7", 7.0, BOTH),
    ("<f8", "-1.25", -1.25, BOTH),
    ("<f4", float("nan"), "NaN", BOTH[:1]),
]


@pytest.mark.parametrize(("dtype", "fill"), FILLS, ids=str)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")  # zarr-python, of 1e300 as float32
def test_fill_values(tmp_path: Path, dtype: str, fill: Any) -> None:
    zarray = write(tmp_path / "a", dtype, edit={"fill_value": fill})
    converted = check(tmp_path / "a")
    back = arrays.to_v2(converted.documents["zarr.json"])
    assert json.dumps(back.documents[".zarray"], sort_keys=True) == json.dumps(zarray, sort_keys=True)


@pytest.mark.parametrize(("dtype", "fill", "expected", "readers"), ODD_FILLS, ids=str)
def test_odd_fill_values(tmp_path: Path, dtype: str, fill: Any, expected: Any, readers: tuple[str, ...]) -> None:
    write(tmp_path / "a", dtype, edit={"fill_value": fill})
    converted = check(tmp_path / "a", readers)
    written = converted.documents["zarr.json"]["fill_value"]
    assert (written, type(written)) == (expected, type(expected))


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_fill_value(tmp_path: Path, dtype: str) -> None:
    write(tmp_path / "a", dtype, edit={"fill_value": None})
    converted = check(tmp_path / "a")
    assert [decision.name for decision in converted.decisions] == ["fill-value-null"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("codec", ["zlib", "bz2", "lz4", "lzma"])
@pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in the Zarr version 3")
def test_codecs_that_only_zarr_python_reads(tmp_path: Path, codec: str, order: str) -> None:
    zarray = write(tmp_path / "a", "<u2", numcodecs.get_codec({"id": codec}).get_config(), order)
    refused = arrays.to_v3(zarray, {})
    assert refused.obstacles == [
        f"compressor {codec} has no v3 codec but numcodecs.{codec}, which only zarr-python reads"
    ]
    assert refused.documents == {}
    before = BOTH if codec in ("zlib", "bz2") else BOTH[:1]
    converted = check(tmp_path / "a", before, BOTH[:1], numcodecs=True)
    assert [decision.name for decision in converted.decisions] == ["numcodecs"]
    with pytest.raises(ValueError, match="codecs"):
        tensorstore(tmp_path / "a", 3)
    assert arrays.to_v2(converted.documents["zarr.json"]).documents[".zarray"] == zarray


FILTERS: list[tuple[str, dict[str, Any]]] = [
    ("<u2", {"id": "delta", "dtype": "<u2"}),
    (">i4", {"id": "delta", "dtype": ">i4"}),
    (">u2", {"id": "delta", "dtype": ">u2", "astype": "<i4"}),
    ("<f8", {"id": "fixedscaleoffset", "scale": 10, "offset": 0, "dtype": "<f8", "astype": "|u1"}),
    (">f4", {"id": "fixedscaleoffset", "scale": 2, "offset": 1, "dtype": ">f4", "astype": "<u2"}),
    ("<f4", {"id": "quantize", "digits": 2, "dtype": "<f4"}),
    ("<f4", {"id": "bitround", "keepbits": 5}),
    (">u2", {"id": "shuffle", "elementsize": 2}),
    ("<u2", {"id": "fletcher32"}),
]


@pytest.mark.parametrize("compressor", [None, "gzip"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("dtype", "settings"), FILTERS, ids=str)
@pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in the Zarr version 3")
def test_filters(tmp_path: Path, dtype: str, settings: dict[str, Any], order: str, compressor: str | None) -> None:
    """The codecs of numcodecs for filters; tensorstore has neither these codecs nor filters in v2."""
    folder = tmp_path / "a"
    array = zarr.create_array(
        folder,
        zarr_format=2,
        shape=(6, 7),
        chunks=(2, 3),
        dtype=dtype,
        order=order,
        fill_value=1,
        filters=[numcodecs.get_codec(dict(settings))],
        compressors=compressor and numcodecs.get_codec({"id": compressor}),
    )
    array[:4] = (np.arange(28) * 7 % 25).astype(dtype).reshape(4, 7)
    zarray = json.loads((folder / ".zarray").read_text())
    converted = check(folder, BOTH[:1], BOTH[:1], numcodecs=True)
    assert arrays.to_v2(converted.documents["zarr.json"]).documents[".zarray"] == zarray


@pytest.mark.parametrize("compressor", [None, "gzip"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", ["|u1", "<u2", ">f4"])
@pytest.mark.parametrize("codec", ["zstd", "gzip", "blosc"])
def test_c3_compressors_among_the_filters(
    tmp_path: Path, codec: str, dtype: str, order: str, compressor: str | None
) -> None:
    """Only zarr-python reads filters of v2; once they are codecs of v3, tensorstore reads them as well."""
    folder = tmp_path / "a"
    array = zarr.create_array(
        folder,
        zarr_format=2,
        shape=(6, 7),
        chunks=(2, 3),
        dtype=dtype,
        order=order,
        fill_value=1,
        filters=[numcodecs.get_codec({"id": codec})],
        compressors=compressor and numcodecs.get_codec({"id": compressor}),
    )
    array[:4] = image((6, 7), dtype)[:4]
    check(folder, BOTH[:1], BOTH)


V3_CODECS = {
    "gzip": lambda: zarr.codecs.GzipCodec(level=1),
    "zstd": lambda: zarr.codecs.ZstdCodec(level=1, checksum=True),
    "blosc": lambda: zarr.codecs.BloscCodec(cname="zstd", clevel=1, shuffle="shuffle"),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", ["uint8", ">f4", "complex64"])
@pytest.mark.parametrize("names", [("gzip", "zstd"), ("zstd", "blosc"), ("blosc", "gzip", "zstd"), ("zstd", "zstd")])
def test_c3_several_codecs_of_bytes_on_the_way_down(
    tmp_path: Path, names: tuple[str, ...], dtype: str, order: str
) -> None:
    """They are filters and a compressor of v2, which zarr-python reads; up again they are what they were."""
    folder = tmp_path / "a"
    array = zarr.create_array(
        folder,
        zarr_format=3,
        shape=(6, 7),
        chunks=(2, 3),
        dtype=dtype,
        fill_value=1,
        filters=[zarr.codecs.TransposeCodec(order=(1, 0))] if order == "F" else None,
        serializer=zarr.codecs.BytesCodec(endian=None if dtype == "uint8" else "little"),
        compressors=[V3_CODECS[name]() for name in names],
        chunk_key_encoding={"name": "v2", "separator": "/"},
    )
    array[:4] = image((6, 7), dtype)[:4]
    before = {bits(read(folder, 3)) for read in READERS.values()}
    document = json.loads((folder / "zarr.json").read_text())
    down = arrays.to_v2(document)
    assert (down.obstacles, [decision.name for decision in down.decisions]) == ([], ["filters"])
    (folder / "zarr.json").unlink()
    (folder / ".zarray").write_text(json.dumps(down.documents[".zarray"]))
    assert {bits(READERS["zarr-python"](folder, 2))} == before
    up = arrays.to_v3(down.documents[".zarray"])
    assert up.documents["zarr.json"]["codecs"] == document["codecs"]


@pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in the Zarr version 3")
def test_c3_zlib_among_the_filters(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    array = zarr.create_array(
        folder, zarr_format=2, shape=(6, 7), chunks=(2, 3), dtype="<u2", filters=[numcodecs.Zlib()], compressors=None
    )
    array[:4] = image((6, 7), "<u2")[:4]
    check(folder, BOTH[:1], BOTH[:1], numcodecs=True)


def test_a_v3_document_beside_the_v2_documents(tmp_path: Path) -> None:
    """Until the old documents are removed, the array is there in both formats."""
    folder = tmp_path / "a"
    zarray = write(folder, ">u2", COMPRESSORS["zstd"], "F", ".")
    (folder / "zarr.json").write_text(json.dumps(arrays.to_v3(zarray, {}).documents["zarr.json"]))
    seen = {bits(read(folder, zarr_format)) for read in READERS.values() for zarr_format in (2, 3)}
    assert len(seen) == 1


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("codec", [None, "Zstd", "Gzip", "Blosc"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", ">f4", "complex64"])
def test_v3_arrays_with_the_chunk_keys_of_v2(tmp_path: Path, dtype: str, codec: str | None, order: str) -> None:
    folder = tmp_path / "a"
    endian = "big" if dtype[0] == ">" else "little"
    array = zarr.create_array(
        folder,
        zarr_format=3,
        shape=(6, 7),
        chunks=(2, 3),
        dtype=dtype,
        fill_value=1,
        filters=[zarr.codecs.TransposeCodec(order=(1, 0))] if order == "F" else None,
        serializer=zarr.codecs.BytesCodec(endian=None if dtype == "uint8" else endian),
        compressors=codec and getattr(zarr.codecs, f"{codec}Codec")(),
        chunk_key_encoding={"name": "v2", "separator": "/"},
        dimension_names=("y", "x"),
    )
    array[:4] = image((6, 7), dtype)[:4]
    seen = [bits(read(folder, 3)) for read in READERS.values()]
    document = json.loads((folder / "zarr.json").read_text())
    converted = arrays.to_v2(document)
    assert (converted.obstacles, converted.losses) == ([], [])
    for name in (".zarray", ".zattrs"):
        (folder / name).write_text(json.dumps(converted.documents[name]))
    (folder / "zarr.json").unlink()
    seen += [bits(read(folder, 2)) for read in READERS.values()]
    assert len(set(seen)) == 1
