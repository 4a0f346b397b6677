"""Backend: what encodes chunks. Metadata is not its business, it is given documents that are right."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

__all__ = ["Backend"]


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
