"""Chunks written by tensorstore: encoded by its own threads while the next ones are made."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import Any

import numpy as np
import tensorstore as ts

from ngff_core.errors import StoreError
from ngff_write.backends.base import not_written

__all__ = ["backend"]

UNDER_WAY = 1 << 24  # bytes that are not written yet, or two blocks; what is more is waited for
STREAMED = 1 << 27  # the same where blocks are not copied, and whoever has them sees that they are few
_DRIVERS = {2: "zarr", 3: "zarr3"}


class _Tensorstore:
    def __init__(self, workers: int | None, every_chunk: bool) -> None:
        limits = {"data_copy_concurrency": {"limit": workers}} if workers is not None else {}
        # whoever wants every chunk looks at what is there after a crash, and does not wait for the disk at each
        self._context = ts.Context({**limits, "cache_pool": {"total_bytes_limit": 0}, "file_io_sync": not every_chunk})
        self._every_chunk = every_chunk
        self._most = STREAMED if every_chunk else UNDER_WAY
        self._under_way: deque[tuple[Any, int]] = deque()
        self._bytes = 0

    def create(self, folder: str, document: dict[str, Any]) -> Any:
        spec = {
            "driver": _DRIVERS[document["zarr_format"]],
            "kvstore": {"driver": "file", "path": f"{folder}/"},
            "store_data_equal_to_fill_value": self._every_chunk,
        }
        return ts.open(spec, context=self._context, open=True, read=True, write=True).result()

    def write(self, array: Any, region: tuple[slice, ...], block: np.ndarray[Any, Any]) -> None:
        self._wait(max(self._most - block.nbytes, block.nbytes))  # a shard is encoded by one thread, two by two
        # else without a copy: 0.1.86 takes chunks that lie scattered in the block for empty, and does not write them
        written = array[region].write(block, can_reference_source_data_indefinitely=self._every_chunk)
        self._under_way.append((written, block.nbytes))
        self._bytes += block.nbytes

    def flush(self) -> None:
        self._wait(0)

    def close(self) -> None:
        while self._under_way:
            with suppress(StoreError):
                self._wait(0)

    def _wait(self, most: int) -> None:
        while self._under_way and self._bytes > max(most, 0):
            written, size = self._under_way.popleft()
            self._bytes -= size
            try:
                written.result()
            except Exception as error:  # ValueError, OSError and others, with a long message
                raise not_written(error) from error


def backend(workers: int | None, every_chunk: bool) -> _Tensorstore:
    """Return the backend, with so many threads; as many as there are cores where that is not said."""
    return _Tensorstore(workers, every_chunk)
