"""Open a file that holds images, whichever kind it is of: what it begins with tells."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ngff_core.errors import StoreError
from ngff_write.inputs.base import Found
from ngff_write.inputs.npy import MAGIC, open_npy
from ngff_write.inputs.tiff import MAGICS, open_tiff

__all__ = ["opened"]


@contextmanager
def opened(path: str) -> Iterator[Sequence[Found]]:
    """Give the images of a file; raises StoreError where it could not be read, or is of no kind that is known."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise StoreError(f"{path} is no file")
    try:
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):  # which would be waited for
            raise StoreError(f"{path} is no file: write what comes from it to one")
        with open(path, "rb") as file:
            first = file.read(8)
    except OSError as error:
        raise StoreError(f"{path} could not be read: {(error.strerror or str(error)).lower()}") from error
    if first[:4] in MAGICS:
        with open_tiff(path) as images:
            if not images:
                raise StoreError(f"{path} is a TIFF without images")
            yield images
    elif first.startswith(MAGIC):
        yield [open_npy(path)]
    else:
        kind = "empty" if not os.path.getsize(path) else "neither a TIFF nor a .npy file"
        raise StoreError(f"{path} is {kind}")
