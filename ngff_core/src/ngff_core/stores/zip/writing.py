"""Write zip archives as RFC-9 wants them: nothing compressed, ZIP64, any size, one entry after the other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO

import attrs

__all__ = ["ZipWriter"]

_FULL = 0xFFFFFFFF
_NEED = 45  # the version of the format that has ZIP64
_UTF8 = 1 << 11
_DAY = 0x21  # 1 January 1980, the first that there is: the same content gives the same bytes
_HEAD = struct.Struct("<5H3L2H")
MOST_NAME = 0xFFFF  # bytes


@attrs.frozen
class _Written:
    name: bytes
    crc: int
    size: int
    offset: int


class ZipWriter:
    """Writes entries to a file that can seek, and then the directory of them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written: list[_Written] = []

    def add(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> None:
        """Write an entry; ``size`` is how many bytes come, where that is known. Raises ValueError for a long name."""
        encoded = name.encode()
        if len(encoded) > MOST_NAME:
            raise ValueError(f"the name of an entry has {len(encoded)} bytes, at most {MOST_NAME} can be written")
        file, begin = self._file, self._file.tell()
        large = size is None or size >= _FULL
        extra = _large(0, 0) if large else b""
        file.write(b"PK\3\4" + _head(0, 0, large, encoded, extra) + encoded + extra)
        crc = number = 0
        for block in blocks:
            crc = zlib.crc32(block, crc)
            number += len(block)
            file.write(block)
        end = file.tell()
        file.seek(begin + 4)
        extra = _large(number, number) if large else b""
        file.write(_head(crc, number, large, encoded, extra) + encoded + extra)
        file.seek(end)
        self._written.append(_Written(encoded, crc, number, begin))

    def finish(self, comment: bytes = b"") -> None:
        """Write the directory, and the comment of the archive."""
        file, begin = self._file, self._file.tell()
        for entry in self._written:
            large = entry.size >= _FULL or entry.offset >= _FULL
            extra = _large(entry.size, entry.size, entry.offset) if large else b""
            head = _head(entry.crc, entry.size, large, entry.name, extra)
            place = _FULL if large else entry.offset
            file.write(b"PK\1\2" + struct.pack("<H", _NEED) + head + struct.pack("<3H2L", 0, 0, 0, 0, place))
            file.write(entry.name + extra)
        end, number = file.tell(), len(self._written)
        sizes = (number, number, end - begin, begin)
        file.write(b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, _NEED, _NEED, 0, 0, *sizes))
        file.write(b"PK\6\7" + struct.pack("<LQL", 0, end, 1))
        short = min(number, 0xFFFF)
        file.write(b"PK\5\6" + struct.pack("<4H2LH", 0, 0, short, short, *_short(end - begin, begin), len(comment)))
        file.write(comment)


def _head(crc: int, size: int, large: bool, name: bytes, extra: bytes) -> bytes:
    shown = _FULL if large else size
    return _HEAD.pack(_NEED, _UTF8, 0, 0, _DAY, crc, shown, shown, len(name), len(extra))


def _large(*numbers: int) -> bytes:
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


def _short(*numbers: int) -> tuple[int, ...]:
    return tuple(min(number, _FULL) for number in numbers)
