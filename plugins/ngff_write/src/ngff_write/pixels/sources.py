"""Sources: where pixels come from, whatever holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError

__all__ = ["Source", "source_of"]

Region = tuple[slice, ...]


@attrs.frozen
class Source:
    """An array that is read in regions: its shape, the type of its pixels in the byte order of this machine."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[Region], np.ndarray[Any, Any]]


def source_of(data: Any) -> Source:
    """Return what reads NumPy arrays, what can be sliced (zarr, h5py, dask, tensorstore), or made an array.

    Raises UsageError for anything else.
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

    return Source(tuple(map(int, data.shape)), dtype, read)
