"""Large entries of zip archives, unpacked block by block, for copying them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from ngff_core.errors import StoreError
from ngff_core.stores.content import BLOCK, Content
from ngff_core.stores.zip.directory import Entry
from ngff_core.stores.zip.format import ENCRYPTED, LINK, decode_name

__all__ = ["large_entry"]

_LOCAL = struct.Struct("<4s5H3L2H")
Read = Callable[[int, int], bytes]


def large_entry(read: Read, name: str, entry: Entry) -> Content | None:
    """Return an entry to be read block by block; ``None``: one that is small, or packed otherwise, is read whole."""
    large = max(entry.size, entry.compressed) > BLOCK
    if large and entry.method in (0, 8) and not entry.flags & (ENCRYPTED | LINK):
        return Content(_blocks(read, name, entry), entry.size)
    return None


def _blocks(read: Read, name: str, entry: Entry) -> Iterator[bytes]:
    """Yield the content of an entry; raises StoreError, for a wrong checksum after the last block."""
    crc = size = 0
    for block in _unpacked(_raw(read, name, entry), entry.method):
        crc = zlib.crc32(block, crc)
        size += len(block)
        if size > entry.size:
            raise StoreError(f"the archive is damaged: the entry has more bytes, stated are {entry.size}")
        yield block
    if crc != entry.crc or size != entry.size:
        raise StoreError("the archive is damaged: the entry does not have the checksum that is stated")


def _raw(read: Read, name: str, entry: Entry) -> Iterator[bytes]:
    head = read(entry.offset, _LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
        raise StoreError("the archive is damaged: the entry is not where its directory says")
    fields = _LOCAL.unpack(head)
    if decode_name(read(entry.offset + _LOCAL.size, fields[9]), fields[2]) != name:
        raise StoreError("the archive is damaged: the entry has another name in front of its data")
    at = entry.offset + _LOCAL.size + fields[9] + fields[10]
    end = at + entry.compressed
    while at < end:
        block = read(at, min(BLOCK, end - at))
        if not block:
            raise StoreError("the archive is cut off within the entry")
        yield block
        at += len(block)


def _unpacked(blocks: Iterator[bytes], method: int) -> Iterator[bytes]:
    if method == 0:
        yield from blocks
        return
    unpacker = zlib.decompressobj(-15)
    try:
        for block in blocks:
            while block:
                yield unpacker.decompress(block, BLOCK)
                block = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise StoreError(f"the archive is damaged: the entry cannot be unpacked ({error})") from None
