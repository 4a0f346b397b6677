"""Sources: where pixels come from, whatever holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError

__all__ = ["Source", "source_of"]

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


def source_of(data: Any) -> Source:
    """Return what reads NumPy arrays, what can be sliced (zarr, h5py, dask, tensorstore), or made an array.

    Raises UsageError for anything else, and for a dask array whose blocks have different sizes.
    """
    if not (hasattr(data, "shape") and hasattr(data, "dtype") and hasattr(data, "__getitem__")):
        data = np.asarray(data)
    try:
        dtype = np.dtype(getattr(data.dtype, "numpy_dtype", data.dtype)).newbyteorder("=")
    except TypeError as error:
        raise UsageError(f"the pixels have a type that NumPy has not: {data.dtype}") from error
    if dtype.kind not in "biufc":
        raise UsageError(f"pixels are numbers, complex numbers or truth values, got {dtype}")

    def read(region: Region) -> np.ndarray[Any, Any]:
        return np.asarray(data[region], dtype=dtype)

    blocks = _blocks(data.chunks) if hasattr(data, "__dask_graph__") else None
    return Source(tuple(map(int, data.shape)), dtype, read, blocks)


def _blocks(chunks: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the shape of the blocks of a dask array, the last of which may be smaller along each axis."""
    for sizes in chunks:
        if any(size != sizes[0] for size in sizes[1:-1]) or sizes[-1] > sizes[0]:
            raise UsageError(
                f"the blocks of the dask array have different sizes, {sizes[0]} and {min(sizes[:-1])} pixels among "
                f"them: give them one size, by data.rechunk({sizes[0]}) say"
            )
    return tuple(int(sizes[0]) for sizes in chunks)
