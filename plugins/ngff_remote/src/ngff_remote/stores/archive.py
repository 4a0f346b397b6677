"""Zip archives on servers: read by ranges of bytes, or in whole where the server sends no parts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from ngff_core.errors import StoreError
from ngff_core.stores import MAX_DOCUMENT, UnreachableError

__all__ = ["RangeSource", "Ranged", "is_archive"]

TAIL = 1 << 17  # bytes at the end that are asked for first: they hold the directory of most archives

GAP = 1 << 14  # bytes that are rather read in vain than asked for in two requests
MOST = 1 << 20  # bytes of one request for several ranges
_Wanted = tuple[int, int, int]  # where it begins and ends, and its number


def is_archive(path: str) -> bool:
    """Tell whether a path names a zip archive."""
    return path.lower().endswith((".zip", ".ozx"))


def _gathered(spans: Sequence[_Wanted]) -> list[list[_Wanted]]:
    """Put spans together that are near each other, as one request for them costs less than two."""
    groups: list[list[_Wanted]] = []
    end = 0
    for span in sorted(spans):
        if groups and span[0] - end <= GAP and span[1] - groups[-1][0][0] <= MOST:
            groups[-1].append(span)
        else:
            groups.append([span])
            end = 0
        end = max(end, span[1])
    return groups


class Ranged(Protocol):
    """What an archive asks of a connection, of which `ngff_remote.clients.connection.Connection` is one."""

    def get_tail(self, key: str, length: int) -> tuple[int, bytes] | StoreError | None:
        """Return the last bytes under a key, and where they begin; ``None``: absent, or no parts are sent."""
        ...

    def get_parts(self, spans: Sequence[tuple[str, int, int]]) -> list[bytes | StoreError]:
        """Return for each key, begin and end the bytes there, or the error that kept them from being read."""
        ...

    def get_whole(self, key: str) -> bytes | StoreError | None:
        """Return all that is under a key, whatever it is."""
        ...


class RangeSource:
    """The bytes of one object, for `ngff_core.stores.zip.ZipStore`; nothing is asked for before it is needed."""

    def __init__(self, path: str, connection: Ranged) -> None:
        self._path = path
        self._connection = connection

    @property
    def size(self) -> int:
        """The length of the archive; raises StoreError where it cannot be read."""
        start, tail = self._tail
        return start + len(tail)

    def read_many(self, ranges: Sequence[tuple[int, int]]) -> list[bytes | StoreError]:
        """Return the bytes of each range; those at the end of the archive are there already."""
        try:
            start, tail = self._tail
        except StoreError as error:
            return [error] * len(ranges)
        found: dict[int, bytes | StoreError] = {
            number: tail[offset - start : offset - start + length]
            for number, (offset, length) in enumerate(ranges)
            if offset >= start
        }
        end = start + len(tail)
        missing = [number for number in range(len(ranges)) if number not in found]
        groups = _gathered([(ranges[n][0], min(sum(ranges[n]), end), n) for n in missing])
        spans = [(self._path, group[0][0], max(stop for _, stop, _ in group)) for group in groups]
        for (_, first, _), group, data in zip(spans, groups, self._connection.get_parts(spans), strict=True):
            for offset, stop, number in group:
                found[number] = data if isinstance(data, StoreError) else data[offset - first : stop - first]
        return [found[number] for number in range(len(ranges))]

    @cached_property
    def _tail(self) -> tuple[int, bytes]:
        """Where the last bytes of the archive begin, and what they are: all of it where there are no parts."""
        answer = self._connection.get_tail(self._path, TAIL)
        if isinstance(answer, StoreError):
            raise answer
        if answer is not None:
            return answer
        whole = self._connection.get_whole(self._path)
        if whole is None:
            raise UnreachableError("there is no such file", hint="check the address")
        if isinstance(whole, StoreError):
            if str(whole).startswith("the document has more"):
                text = f"the server sends no parts of files, and this one has more than {MAX_DOCUMENT} bytes"
                raise UnreachableError(text, hint="download the archive, and give the path of the file")
            raise whole
        return 0, whole
