"""Sources: where pixels come from, whatever holds them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_write.options import said

__all__ = ["Frames", "Source", "array_of", "pixel_type", "pixels_of", "source_of"]

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

    Raises UsageError for anything else, and for a dask array whose blocks have different sizes. What is read has to
    have the shape that was asked for, and the type of the whole: nothing is repeated, cut off or rounded to fit.
    """
    if isinstance(data, Source):
        return data
    if not (hasattr(data, "shape") and hasattr(data, "dtype") and hasattr(data, "__getitem__")):
        data = _made_array(data)
    dtype = pixel_type(getattr(data.dtype, "numpy_dtype", data.dtype))
    is_dask = hasattr(data, "__dask_graph__")
    blocks = _blocks(data.chunks) if is_dask else None

    def read(region: Region) -> np.ndarray[Any, Any]:
        part = data[region]
        # what a dask array is made into itself has lost its mask
        return _checked(array_of(part.compute() if is_dask else part), region, dtype)

    return Source(tuple(map(int, data.shape)), dtype, read, blocks)


def array_of(pixels: Any) -> np.ndarray[Any, Any]:
    """Return pixels as an array of NumPy; raises UsageError where some are masked: what is there is no pixel."""
    if np.ma.is_masked(pixels):
        raise UsageError("some of the pixels are masked: say what they are to be, by filled(0) say")
    return _made_array(pixels)


def _made_array(data: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(data)
    except (ValueError, TypeError) as error:  # lists of different lengths
        raise UsageError(f"the pixels are no array: {error}") from error


def _checked(pixels: np.ndarray[Any, Any], region: Region, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    wanted = tuple(part.stop - part.start for part in region)
    if pixels.shape != wanted:
        raise UsageError(f"the data have {pixels.shape} pixels where {wanted} were asked for")
    if not np.can_cast(pixels.dtype, dtype, "safe"):
        raise UsageError(f"the data are said to be {dtype}, and are {pixels.dtype}: convert them by astype")
    return pixels.astype(dtype, copy=False)


def pixel_type(given: Any) -> np.dtype[Any]:
    """Return a type of pixels in the byte order of this machine; raises UsageError for what cannot be one."""
    if given is None:  # for which NumPy has floats
        raise UsageError("pixels have a type, such as 'uint16', got None")
    try:
        dtype: np.dtype[Any] = np.dtype(given).newbyteorder("=")
    except (TypeError, ValueError, SyntaxError) as error:
        raise UsageError(f"the pixels have a type that NumPy has not: {said(given)}") from error
    if dtype.kind not in "biufc":
        raise UsageError(f"pixels are numbers, complex numbers or truth values, got {dtype}")
    return dtype


def _frames(data: Iterator[Any], dims: Sequence[DimSpec]) -> Frames:
    shape = tuple(dim.size for dim in dims if dim.size is not None)
    if not dims or len(shape) < len(dims):
        example = "DimSpec('x', size=512)"
        raise UsageError(f"an iterator has as many pixels as the dims state: give each a size, as in {example}")
    if 0 in shape:
        raise UsageError(f"an iterator has frames, and an image of {shape} pixels none: give an array")
    first = next(data, None)
    if first is None:
        raise UsageError("the iterator has no pixels")
    first = array_of(first)
    return Frames(shape, pixel_type(first.dtype), chain([first], data))


def _blocks(chunks: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the shape of the blocks of a dask array, the last of which may be smaller along each axis."""
    for sizes in chunks:
        if any(math.isnan(size) for size in sizes):
            raise UsageError("the dask array does not know its size: let it find out, by data.compute_chunk_sizes()")
        if any(size != sizes[0] for size in sizes[1:-1]) or sizes[-1] > sizes[0]:
            other = next(size for size in sizes if size != sizes[0])
            raise UsageError(
                f"the blocks of the dask array have different sizes, {sizes[0]} and {other} pixels among "
                f"them: give them one size, by data.rechunk({max(sizes)}) say"
            )
    return tuple(int(sizes[0]) for sizes in chunks)
