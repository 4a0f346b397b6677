"""Arrays of Zarr v2 that real libraries write and read, compared bit by bit: one NaN is not another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numcodecs
import numpy as np
import tensorstore as ts
import zarr

__all__ = ["BOTH", "COMPRESSORS", "DTYPES", "ORDERS", "READERS", "SEPARATORS", "bits", "image", "tensorstore", "write"]

BOTH = ("zarr-python", "tensorstore")
ORDERS, SEPARATORS = ("C", "F"), (".", "/")
DTYPES = (
    *("|b1", "|i1", "|u1"),
    *(mark + code for mark in "<>" for code in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")),
)
COMPRESSORS: dict[str, Mapping[str, Any] | None] = {
    "none": None,
    "blosc": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
    "gzip": {"id": "gzip", "level": 5},
    "zstd": {"id": "zstd", "level": 3},
}


def zarr_python(folder: Path, zarr_format: int) -> Any:
    return np.asarray(zarr.open_array(folder, mode="r", zarr_format=zarr_format)[...])


def tensorstore(folder: Path, zarr_format: int) -> Any:
    driver = {2: "zarr", 3: "zarr3"}[zarr_format]
    opened = ts.open({"driver": driver, "kvstore": {"driver": "file", "path": f"{folder}/"}}, read=True)
    return opened.result().read().result()


READERS: dict[str, Callable[[Path, int], Any]] = {"zarr-python": zarr_python, "tensorstore": tensorstore}


def bits(pixels: Any) -> tuple[tuple[int, ...], str, bytes]:
    """Return shape, data type and bytes of pixels, in one byte order."""
    plain = np.asarray(pixels).astype(pixels.dtype.newbyteorder("<"))
    return plain.shape, plain.dtype.str, plain.tobytes()


def image(shape: tuple[int, ...], dtype: str) -> Any:
    """Return pixels of which no two near each other are the same, with odd numbers among those of floats."""
    numbers = (np.arange(np.prod(shape, dtype=int)) * 7 % (2 if dtype == "|b1" else 251)).astype(dtype)
    if numbers.dtype.kind in "fc" and numbers.size > 6:
        numbers[:5] = np.nan, -0.0, np.inf, -np.inf, 0.1
    return numbers.reshape(shape)


def write(
    folder: Path,
    dtype: str,
    compressor: Mapping[str, Any] | None = None,
    order: str = "C",
    separator: str = "/",
    *,
    shape: tuple[int, ...] = (6, 7),
    chunks: tuple[int, ...] = (2, 3),
    writer: str = "zarr-python",
    edit: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write a v2 array of which the last rows are missing; return its ``.zarray``, with members as in ``edit``."""
    pixels = image(shape, dtype)
    if writer == "zarr-python":
        array = zarr.create_array(
            folder,
            zarr_format=2,
            shape=shape,
            chunks=chunks,
            dtype=dtype,
            order=order,
            fill_value=1,
            compressors=compressor and numcodecs.get_codec(dict(compressor)),
            chunk_key_encoding={"name": "v2", "separator": separator},
        )
    else:
        metadata = {"shape": shape, "chunks": chunks, "dtype": dtype, "order": order, "compressor": compressor}
        fill = True if dtype == "|b1" else [1.0, 0.0] if "c" in dtype else 1
        spec = {
            "driver": "zarr",
            "kvstore": {"driver": "file", "path": f"{folder}/"},
            "metadata": {**metadata, "fill_value": fill, "dimension_separator": separator},
        }
        array = ts.open(spec, create=True).result()
    written = (slice(0, shape[0] // 3 * 2), ...) if shape and shape[0] > 2 else ...
    array[written] = pixels[written]
    zarray: dict[str, Any] = json.loads((folder / ".zarray").read_text())
    if edit:
        zarray.update(edit)
        (folder / ".zarray").write_text(json.dumps(zarray))
    return zarray
