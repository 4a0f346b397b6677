"""Chunks written by zarrista, in the calling thread with the help of others."""

from __future__ import annotations

from typing import Any

import numpy as np
import zarrista
from zarrista.store import FilesystemStore

from ngff_core.errors import UsageError
from ngff_write.backends.base import not_written

__all__ = ["backend"]


class _Zarrista:
    def __init__(self, workers: int | None, every_chunk: bool) -> None:
        self._options: dict[str, Any] = {"store_empty_chunks": every_chunk}
        if workers is not None:
            self._options["concurrent_target"] = workers

    def create(self, folder: str, document: dict[str, Any]) -> Any:
        if document["zarr_format"] != 3:
            raise UsageError("zarrista writes Zarr v3 alone: take another writer for OME-NGFF 0.4")
        if str(document["data_type"]).startswith("complex"):
            raise UsageError("zarrista takes no complex numbers from NumPy: take another writer")
        return zarrista.Array.open(FilesystemStore(folder))

    def write(self, array: Any, region: tuple[slice, ...], block: np.ndarray[Any, Any]) -> None:
        try:
            # a copy, as NumPy takes for contiguous what has any strides along axes of one pixel, and zarrista does not
            array.store_array_subset(region, np.array(block, order="C"), **self._options)
        except zarrista.exceptions.ZarristaError as error:
            raise not_written(error) from error

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def backend(workers: int | None, every_chunk: bool) -> _Zarrista:
    """Return the backend, with so many threads; as many as there are cores where that is not said."""
    return _Zarrista(workers, every_chunk)
