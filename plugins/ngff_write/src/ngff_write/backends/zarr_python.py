"""Chunks written by zarr-python, region by region, in the calling thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import zarr

from ngff_write.backends.base import not_written

__all__ = ["backend"]


class _ZarrPython:
    def __init__(self, every_chunk: bool) -> None:
        self._options = {"array.write_empty_chunks": every_chunk}

    def create(self, folder: str, document: dict[str, Any]) -> Any:
        with zarr.config.set(self._options):
            return zarr.open_array(folder, mode="r+", zarr_format=document["zarr_format"])

    def write(self, array: Any, region: tuple[slice, ...], block: np.ndarray[Any, Any]) -> None:
        try:
            array[region] = block
        except OSError as error:
            raise not_written(error) from error

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def backend(_: int | None, every_chunk: bool) -> _ZarrPython:
    """Return the backend; zarr-python has threads of its own."""
    return _ZarrPython(every_chunk)
