"""Arrays in .npy files, of which only what is asked for is read."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from ngff_core.errors import StoreError
from ngff_write.inputs.base import Found

__all__ = ["MAGIC", "open_npy"]

MAGIC = b"\x93NUMPY"


class _Pixels:
    """The array of a file, mapped into memory for each region, so that what was read does not stay there."""

    def __init__(self, path: str) -> None:
        self._path = path
        pixels = self._map()
        self.shape: tuple[int, ...] = pixels.shape
        self.dtype: np.dtype[Any] = pixels.dtype

    def _map(self) -> np.ndarray[Any, Any]:
        try:
            pixels: np.ndarray[Any, Any] = np.load(self._path, mmap_mode="r", allow_pickle=False)
        except Exception as error:  # ValueError, OSError, EOFError, SyntaxError and others, for what it holds
            raise StoreError(f"{self._path} could not be read: {_why(self._path) or error}") from error
        return pixels

    def __getitem__(self, region: tuple[slice, ...]) -> np.ndarray[Any, Any]:
        return self._map()[region].astype(self.dtype.newbyteorder("="))


def _why(path: str) -> str | None:
    """Return what is wrong with a file that could not be mapped; ``None``: not known."""
    try:
        with open(path, "rb") as file:
            version = np.lib.format.read_magic(file)
            header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = header(file)
            begin, size = file.tell(), os.path.getsize(path)
    except OSError as error:
        return error.strerror.lower() if error.strerror else None
    except Exception:  # as above
        return "its header is cut off or damaged"
    if dtype.hasobject:
        return "it holds objects of Python, expected numbers"
    end = begin + math.prod(shape) * dtype.itemsize
    return f"it is cut off: it has {size} bytes, and pixels up to {end}" if size < end else None


def open_npy(path: str) -> Found:
    """Return the array of a file: the last two dimensions are y and x where there are no others, else not known.

    Raises StoreError where it could not be read.
    """
    pixels = _Pixels(path)
    return Found(path=path, pixels=pixels, axes="yx" if len(pixels.shape) == 2 else "?" * len(pixels.shape))
