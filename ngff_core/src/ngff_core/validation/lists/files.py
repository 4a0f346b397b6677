"""What lists are read from: files, standard input and objects behind addresses, of which little is held at a time."""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import attrs

from ngff_core.errors import StoreError, UsageError
from ngff_core.stores.content import content_of
from ngff_core.validation.opening import open_store
from ngff_core.validation.setup import Setup
from ngff_core.words import suggestion_of_path

__all__ = ["STDIN", "Lines", "Places", "lines_of", "unread"]

LONGEST = 1 << 16  # bytes of a line: no path is as long
STDIN = "-"

Lines = Iterator[tuple[int, str]]
"""The lines of a text with their numbers, from 1 on."""


@attrs.frozen(eq=False)
class Places:
    """How files and addresses are opened; ``what`` is what they are called in errors."""

    setup: Setup
    storage_options: Mapping[str, Any] | None = attrs.field(default=None, repr=False)

    @contextmanager
    def opened(self, name: str, what: str) -> Iterator[BinaryIO]:
        """Open a file or an address; whatever keeps it from being read, until it is closed, becomes a UsageError."""
        try:
            if name == STDIN:
                yield sys.stdin.buffer
            elif "://" in name:
                yield self._object(name)
            else:
                with open(name, "rb") as file:
                    yield file
        except UnicodeDecodeError:
            raise unread(name, what, "it is not UTF-8 text") from None
        except (OSError, EOFError, zlib.error, StoreError) as error:  # of a file in gzip, too
            raise unread(name, what, getattr(error, "strerror", None) or str(error)) from None

    def _object(self, address: str) -> BinaryIO:
        folder, _, key = address.rpartition("/")
        content = content_of(open_store(self.setup, folder, self.storage_options), key)
        if content is None:
            raise StoreError("there is nothing at this address")
        return io.BufferedReader(_Blocks(content))


def unread(name: str, what: str, reason: str) -> UsageError:
    """Return the error that a file could not be read."""
    return UsageError(f"{what} {name!r} could not be read: {reason}{suggestion_of_path(name)}")


def lines_of(file: BinaryIO, where: str) -> Lines:
    """Yield the lines of a text, as soon as each is there; raises UsageError for one that is too long."""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
        if len(line) > LONGEST:
            raise UsageError(f"line {number} of {where} has more than {LONGEST} bytes")
        yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")


class _Blocks(io.RawIOBase):
    """A file of the blocks that come from a store."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        number = min(len(buffer), len(self._left))
        buffer[:number], self._left = self._left[:number], self._left[number:]
        return number
