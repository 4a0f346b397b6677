"""Metadata documents of arrays, for Zarr v2 and v3."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ngff_core.errors import UsageError
from ngff_write.arrays.layout import Layout

__all__ = ["COMPRESSIONS", "array_document", "document_name", "group_document", "refuse_ome"]

Document = dict[str, Any]

_ZSTD = {"name": "zstd", "configuration": {"level": 1, "checksum": True}}
_NO_BYTES = ("bool", "int8", "uint8")


def _blosc_v3(compressor: str, itemsize: int) -> Document:
    shuffle = "bitshuffle" if itemsize == 1 else "shuffle"
    settings = {"cname": compressor, "clevel": 5, "shuffle": shuffle, "typesize": itemsize, "blocksize": 0}
    return {"name": "blosc", "configuration": settings}


def _blosc_v2(compressor: str) -> Document:
    return {"id": "blosc", "cname": compressor, "clevel": 5, "shuffle": 1, "blocksize": 0}


COMPRESSIONS = ("zstd", "blosc-zstd", "blosc-lz4", "none")


def document_name(zarr_format: int) -> str:
    """Return the name of the file that describes an array."""
    return "zarr.json" if zarr_format == 3 else ".zarray"


def array_document(
    zarr_format: int,
    shape: Sequence[int],
    dtype: np.dtype[Any],
    layout: Layout,
    names: Sequence[str],
    compression: str = "zstd",
) -> Document:
    """Return the metadata of an array whose pixels are all 0 until they are written.

    Raises UsageError for a type of pixels that Zarr has no name for, and for an unknown compression.
    """
    if compression not in COMPRESSIONS:
        raise UsageError(f"there is no compression {compression!r}: take one of {', '.join(COMPRESSIONS)}")
    if dtype.kind not in "biufc" or dtype.itemsize > 8 * (1 + (dtype.kind == "c")):
        raise UsageError(f"pixels are numbers, complex numbers or truth values, got {dtype}")
    if zarr_format == 2:
        return _v2(shape, dtype, layout, compression)
    return _v3(shape, dtype, layout, names, compression)


def _v2(shape: Sequence[int], dtype: np.dtype[Any], layout: Layout, compression: str) -> Document:
    return {
        "zarr_format": 2,
        "shape": list(shape),
        "chunks": list(layout.chunks),
        "dtype": dtype.newbyteorder("<").str,
        "compressor": {
            "zstd": {"id": "zstd", "level": 1},  # tensorstore opens none that asks for a checksum
            "blosc-zstd": _blosc_v2("zstd"),
            "blosc-lz4": _blosc_v2("lz4"),
            "none": None,
        }[compression],
        "fill_value": _fill_value(dtype),
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
    }


def _v3(shape: Sequence[int], dtype: np.dtype[Any], layout: Layout, names: Sequence[str], compression: str) -> Document:
    raw: Document = {"name": "bytes"}
    if dtype.name not in _NO_BYTES:
        raw = {"name": "bytes", "configuration": {"endian": "little"}}
    codecs: list[Document] = [
        raw,
        *{
            "zstd": [_ZSTD],
            "blosc-zstd": [_blosc_v3("zstd", dtype.itemsize)],
            "blosc-lz4": [_blosc_v3("lz4", dtype.itemsize)],
            "none": [{"name": "crc32c"}],
        }[compression],
    ]
    if layout.shards is not None:
        index = [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]
        inner = {"chunk_shape": list(layout.chunks), "codecs": codecs, "index_codecs": index, "index_location": "end"}
        codecs = [{"name": "sharding_indexed", "configuration": inner}]
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(layout.files)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": _fill_value(dtype),
        "codecs": codecs,
        "attributes": {},
        "dimension_names": list(names),
    }


def _fill_value(dtype: np.dtype[Any]) -> Any:
    if dtype.kind == "c":
        return [0.0, 0.0]
    return False if dtype.kind == "b" else 0.0 if dtype.kind == "f" else 0


def refuse_ome(extra: Mapping[str, Any], own: Collection[str]) -> None:
    """Raise UsageError where further attributes of a group have the names of those that hold its OME metadata."""
    if taken := sorted(extra.keys() & set(own)):
        raise UsageError(f"extra_attributes are beside the OME metadata, and have {', '.join(taken)}: leave that away")


def group_document(
    zarr_format: int, namespace: str | None, ome: Mapping[str, Any], extra: Mapping[str, Any]
) -> dict[str, Document]:
    """Return the files that describe a group by name, with its OME metadata and further attributes.

    Raises UsageError where these would replace the metadata.
    """
    refuse_ome(extra, ome.keys() if namespace is None else {namespace})
    attributes = {namespace: dict(ome), **extra} if namespace is not None else {**extra, **ome}
    if zarr_format == 3:
        return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}
    return {".zgroup": {"zarr_format": 2}, **({".zattrs": attributes} if attributes else {})}
