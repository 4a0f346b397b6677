"""Backend: what encodes chunks. Metadata is not its business, it is given documents that are right."""

from __future__ import annotations

import os
import re
from typing import Any, Protocol

import numpy as np

from ngff_core.errors import StoreError

__all__ = ["Backend", "not_written"]

_CODE = re.compile(r"os_error_code='([0-9]+)'|os error ([0-9]+)")  # as tensorstore and zarrista have it


class Backend(Protocol):
    """Writes the pixels of arrays below folders of this machine.

    An array is whatever the library that writes it takes for one. Regions are made of whole chunks, or whole shards,
    so that nothing is read to be written.
    """

    def create(self, folder: str, document: dict[str, Any]) -> Any:
        """Return the array in a folder, which holds its metadata document already, and which is that document."""
        ...

    def write(self, array: Any, region: tuple[slice, ...], block: np.ndarray[Any, Any]) -> None:
        """Write a region; it may be written later, and the block must not change until it is flushed."""
        ...

    def flush(self) -> None:
        """Wait until all regions are written; raises StoreError where one was not."""
        ...

    def close(self) -> None:
        """Let go of whatever is held, once nothing is written any more; regions that are not flushed may be lost."""
        ...


def not_written(error: Exception) -> StoreError:
    """Return the error of a region that a library could not write: what the system said of it, where that is known."""
    number = getattr(error, "errno", None)
    if number is None and (found := _CODE.search(str(error))):
        number = int(found[1] or found[2])
    return StoreError(f"pixels could not be written: {os.strerror(number).lower() if number is not None else error}")
