"""Arrays in .npy files, of which only what is asked for is read."""

from __future__ import annotations

import numpy as np

from ngff_core.errors import StoreError
from ngff_write.inputs.base import Found

__all__ = ["MAGIC", "open_npy"]

MAGIC = b"\x93NUMPY"


def open_npy(path: str) -> Found:
    """Return the array of a file: the last two dimensions are y and x where there are no others, else not known.

    Raises StoreError where it could not be read.
    """
    try:
        pixels = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # ValueError, OSError, EOFError, SyntaxError and others, for what it holds
        raise StoreError(f"{path} could not be read: {error}") from error
    return Found(path=path, pixels=pixels, axes="yx" if pixels.ndim == 2 else "?" * pixels.ndim)
