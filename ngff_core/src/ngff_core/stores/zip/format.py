"""The bytes of a zip archive: its end, and its central directory as a stream of records.

Nothing that an archive says of itself is trusted: sizes, counts and offsets are held against the file. The sections
named are those of PKWARE's APPNOTE 6.3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import attrs

from ngff_core.stores.base import NoStoreError, UnreachableError

__all__ = ["ENCRYPTED", "LINK", "METHODS", "End", "Read", "Record", "decode_name"]
__all__ += ["find_end", "is_misnamed", "records"]

METHODS = {
    0: "stored",
    1: "shrink",
    6: "implode",
    8: "deflate",
    9: "deflate64",
    12: "bzip2",
    14: "lzma",
    20: "zstd",
    93: "zstd",
    94: "mp3",
    95: "xz",
    96: "jpeg",
    97: "wavpack",
    98: "ppmd",
    99: "AES encryption",
}
ENCRYPTED = 1 | 1 << 6  # the second: strongly
LINK = 1 << 15  # of our own: a symbolic link (the format leaves bit 15 of the flags unused)

_BLOCK = 1 << 21  # bytes of the central directory that are held at once
_TAIL = 1 << 17  # bytes read from the end: more than end record, locator and the longest comment
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LONGEST = _CENTRAL.size + 3 * 0xFFFF
_FULL = 0xFFFFFFFF  # stands for a number that is in the ZIP64 field instead
_UTF8 = 1 << 11
_NEWEST = 63  # 6.3, with LZMA; Python's zipfile opens no archive that asks for more

Read = Callable[[int, int], bytes]


@attrs.frozen
class End:
    """The end of an archive: where its central directory is, and what it says of the whole.

    ``shift`` is how many bytes stand before the archive proper, such as a program that unpacks it.
    """

    start: int
    size: int
    shift: int
    stated: int
    zip64: bool
    split: bool
    comment: bytes


@attrs.define(eq=False)  # an archive may have a million, and frozen ones take three times as long to make
class Record:
    """One entry as the central directory has it; ``wide``: it asks for ZIP64."""

    name: bytes
    offset: int
    compressed: int
    size: int
    crc: int
    method: int
    flags: int
    extra: int
    wide: bool
    disk: int


def is_misnamed(record: Record) -> bool:
    """Tell whether a name is not the UTF-8 that it says it is: Python's zipfile opens no archive with such an entry."""
    if not record.flags & _UTF8 or record.name.isascii():
        return False
    try:
        record.name.decode()
    except UnicodeDecodeError:
        return True
    return False


def decode_name(name: bytes, flags: int = 0) -> str:
    """Decode a name: UTF-8 as most writers do whatever they state, else the code page of the first PCs."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8", "backslashreplace") if flags & _UTF8 else name.decode("cp437")


# --- the end of the file (4.3.14 to 4.3.16) -----------------------------------------------------------


def find_end(read: Read, size: int) -> End:
    """Find the end record, and that of ZIP64; raise UnreachableError when there is none that makes sense."""
    start = max(0, size - _TAIL)
    tail = read(start, size - start)
    place = _last_end(tail)
    if place is None:
        hint = "to check one document: ngff validate - < FILE"
        head = read(0, min(4, size))
        if head[:2] != b"PK":
            raise NoStoreError(_no_archive(head), hint=hint)
        raise UnreachableError(_no_archive(head))
    _, disk, first_disk, here, total, length, offset, comment_length = _END.unpack_from(tail, place)
    comment = tail[place + _END.size : place + _END.size + comment_length]
    split = disk not in (0, 0xFFFF) or first_disk not in (0, 0xFFFF) or here != total
    before = start + place
    found = _end64(read, tail, place, start)
    if found is not None:
        before, split, total, length, offset = found
    if split:
        return End(0, 0, 0, total, found is not None, True, comment)
    shift = before - length - offset
    if shift < 0:
        raise UnreachableError("the archive is damaged: its end does not tell where its central directory is")
    if shift and read(before - length, 4) != b"PK\1\2" == read(offset, 4):
        what = f"{shift} bytes between its central directory and its end, where readers look for the directory"
        raise UnreachableError(f"the archive is damaged: there are {what}")
    return End(before - length, length, shift, total, found is not None, False, comment)


def _last_end(tail: bytes) -> int | None:
    """Return the place of the end record: the one whose comment ends with the file, else the last.

    Where more than the longest comment is behind it, other readers do not find it.
    """
    place = len(tail)
    last: int | None = None
    while (place := tail.rfind(b"PK\5\6", 0, place)) >= 0:
        if place + _END.size > len(tail):
            continue
        end = place + _END.size + int.from_bytes(tail[place + 20 : place + 22], "little")
        if end == len(tail):
            return place
        if end < len(tail) and last is None and len(tail) - place <= _END.size + 0x10000:
            last = place
    return last


def _no_archive(head: bytes) -> str:
    if head == b"PK\7\10":
        return "it is one part of an archive that is split into several files"
    if head[:2] == b"PK":
        return "the archive is cut off: the central directory at its end is missing"
    return "it is a file, neither a directory nor a zip archive" if head else "the file is empty"


def _end64(read: Read, tail: bytes, place: int, start: int) -> tuple[int, bool, int, int, int] | None:
    """Read the end record of ZIP64, if any: its place, whether the archive is split, and count, size, offset."""
    if place < _LOCATOR.size or tail[place - _LOCATOR.size : place - _LOCATOR.size + 4] != b"PK\6\7":
        return None
    _, disk_of_end, offset, disks = _LOCATOR.unpack_from(tail, place - _LOCATOR.size)
    locator = start + place - _LOCATOR.size
    if disk_of_end or disks > 1:
        return locator, True, 0, 0, 0
    # bytes before the archive proper shift it: then the record stands right before the locator
    for at in (offset, locator - _END64.size):
        if 0 <= at <= locator - _END64.size:
            record = read(at, _END64.size)
            if record[:4] == b"PK\6\6":
                _, _, _, _, disk, first_disk, here, total, length, where = _END64.unpack(record)
                return at, bool(disk or first_disk or here != total), total, length, where
    raise UnreachableError("the archive is damaged: its ZIP64 end record is not where it should be")


# --- the central directory (4.3.12) -------------------------------------------------------------------


def records(read: Read, end: End) -> Iterator[Record]:
    """Yield the records of the central directory, block by block."""
    position, stop = end.start, end.start + end.size
    data = b""
    at = number = 0
    while True:
        if len(data) - at < _LONGEST and position < stop:
            part = read(position, min(_BLOCK, stop - position))
            position += len(part)
            data, at = data[at:] + part, 0
        if at == len(data):
            return
        if len(data) - at < _CENTRAL.size or data[at : at + 4] != b"PK\1\2":
            raise _damaged(number, end)
        fields = _CENTRAL.unpack_from(data, at)
        name_end = at + _CENTRAL.size + fields[12]
        extra_end = name_end + fields[13]
        name = data[at + _CENTRAL.size : name_end]
        at, number = extra_end + fields[14], number + 1
        if at > len(data):
            raise _damaged(number - 1, end)
        yield _record(fields, name, data[name_end:extra_end], end.shift)


def _damaged(number: int, end: End) -> UnreachableError:
    return UnreachableError(
        f"the archive is damaged: its central directory cannot be read after {number} of {end.stated} entries"
    )


def _record(fields: tuple[int, ...], name: bytes, extra: bytes, shift: int) -> Record:
    _, _, system, needed, _, flags, method, _, _, crc, compressed, size, _, _, _, disk, _, outer, offset = fields
    if needed > _NEWEST:
        version = f"{needed // 10}.{needed % 10}"
        what = f"it needs version {version} of the format to be read, and the newest is {_NEWEST // 10}.{_NEWEST % 10}"
        raise UnreachableError(f"the archive is damaged: of its entry {decode_name(name)[:100]!r} it says that {what}")
    flags &= ~LINK
    if system == 3 and outer >> 28 == 0o12:
        flags |= LINK
    wide = needed == 45
    if _FULL in (compressed, size, offset) or disk == 0xFFFF:
        wide, disk = True, 0
        size, compressed, offset = _wide(extra, size, compressed, offset)
    return Record(name, offset + shift, compressed, size, crc, method, flags, len(extra), wide, disk)


def _wide(extra: bytes, *numbers: int) -> tuple[int, ...]:
    """Take the 64-bit numbers of an entry from its extra field (4.5.3); only those that did not fit are there."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            there = min(length, len(extra) - at - 4) // 8
            wide = iter(struct.unpack_from(f"<{there}Q", extra, at + 4))
            return tuple(next(wide, number) if number == _FULL else number for number in numbers)
        at += 4 + length
    return numbers
