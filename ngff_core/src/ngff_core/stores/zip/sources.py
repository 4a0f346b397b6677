"""The bytes that an archive is read from: a file, memory, or whatever else gives ranges of them."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import Protocol

from ngff_core.errors import StoreError

__all__ = ["BytesSource", "FileSource", "Source"]


class Source(Protocol):
    """Bytes that an archive is read from.

    ``read_many`` returns for each range (offset, length) its bytes, or the error that kept it from being read; what
    lies beyond the end is left out. With a store that is used from several threads it has to bear being called so.
    """

    @property
    def size(self) -> int:
        """The length in bytes; raises StoreError where that cannot be found out."""
        ...

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
        """Return the bytes of each range."""
        ...


class FileSource:
    """A file of this machine; opened for each call, so that nothing is left open and threads do not meet."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.size = os.stat(self.path).st_size

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
        found: list[bytes | StoreError] = []
        try:
            with open(self.path, "rb", buffering=0) as file:
                for offset, length in ranges:
                    file.seek(offset)
                    found.append(_all(file, length))
        except OSError as error:
            text = "permission denied" if isinstance(error, PermissionError) else (error.strerror or str(error)).lower()
            found += [StoreError(text)] * (len(ranges) - len(found))
        return found


def _all(file: io.RawIOBase, length: int) -> bytes:
    parts = []
    while length > 0 and (part := file.read(min(length, 1 << 24))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class BytesSource:
    """An archive in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
        return [self._data[offset : offset + length] for offset, length in ranges]
