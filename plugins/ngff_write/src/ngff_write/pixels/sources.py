"""Sources: where pixels come from, whatever holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec

__all__ = ["Frames", "Source", "pixel_type", "pixels_of", "source_of"]

Region = tuple[slice, ...]


@attrs.frozen
class Source:
    """An array that is read in regions: its shape, the type of its pixels in the byte order of this machine.

    ``blocks`` is the shape of what is computed as a whole, of a dask array.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[Region], np.ndarray[Any, Any]]
    blocks: tuple[int, ...] | None = None


@attrs.frozen
class Frames:
    """The pixels of an image of some shape as they come: frame by frame in C order, or many frames at once."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    frames: Iterator[Any]
    blocks: None = None


def pixels_of(data: Any, dims: Sequence[DimSpec]) -> Source | Frames:
    """Return what `source_of` does, or the frames of an iterator: those of an image whose size the dimensions state."""
    if isinstance(data, Frames):
        return data
    return _frames(data, dims) if isinstance(data, Iterator) else source_of(data)


def source_of(data: Any) -> Source:
    """Return what reads NumPy arrays, what can be sliced (zarr, h5py, dask, tensorstore), or made an array.

    Raises UsageError for anything else, and for a dask array whose blocks have different sizes.
    """
    if isinstance(data, Source):
        return data
    if not (hasattr(data, "shape") and hasattr(data, "dtype") and hasattr(data, "__getitem__")):
        data = np.asarray(data)
    dtype = pixel_type(getattr(data.dtype, "numpy_dtype", data.dtype))

    def read(region: Region) -> np.ndarray[Any, Any]:
        return np.asarray(data[region], dtype=dtype)

    blocks = _blocks(data.chunks) if hasattr(data, "__dask_graph__") else None
    return Source(tuple(map(int, data.shape)), dtype, read, blocks)


def pixel_type(given: Any) -> np.dtype[Any]:
    """Return a type of pixels in the byte order of this machine; raises UsageError for what cannot be one."""
    try:
        dtype: np.dtype[Any] = np.dtype(given).newbyteorder("=")
    except TypeError as error:
        raise UsageError(f"the pixels have a type that NumPy has not: {given}") from error
    if dtype.kind not in "biufc":
        raise UsageError(f"pixels are numbers, complex numbers or truth values, got {dtype}")
    return dtype


def _frames(data: Iterator[Any], dims: Sequence[DimSpec]) -> Frames:
    shape = tuple(dim.size for dim in dims if dim.size is not None)
    if not dims or len(shape) < len(dims):
        example = "DimSpec('x', size=512)"
        raise UsageError(f"an iterator has as many pixels as the dims state: give each a size, as in {example}")
    first = next(data, None)
    if first is None:
        raise UsageError("the iterator has no pixels")
    first = np.asarray(first)
    return Frames(shape, pixel_type(first.dtype), chain([first], data))


def _blocks(chunks: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the shape of the blocks of a dask array, the last of which may be smaller along each axis."""
    for sizes in chunks:
        if any(size != sizes[0] for size in sizes[1:-1]) or sizes[-1] > sizes[0]:
            raise UsageError(
                f"the blocks of the dask array have different sizes, {sizes[0]} and {min(sizes[:-1])} pixels among "
                f"them: give them one size, by data.rechunk({sizes[0]}) say"
            )
    return tuple(int(sizes[0]) for sizes in chunks)
