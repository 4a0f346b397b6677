"""What is kept of the central directory of a zip archive, and where its entries are."""

from __future__ import annotations

import re
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import attrs

from ngff_core.stores.zip.archive import Archive
from ngff_core.stores.zip.format import Record, decode_name
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["ODD", "Directory", "Entry", "Index", "is_document", "offset_of", "pack"]

_METADATA = tuple(name.encode() for name in DOCUMENTS)
_KEPT = struct.Struct("<QQQLHHH")
ODD = re.compile(rb"[\\\0]|//|^/|^[A-Za-z]:(?:/|$)|(?:^|/)\.{1,2}(?:/|$)")


@attrs.frozen
class Entry:
    """Where one entry is, and what the central directory says of it; ``extra`` is the length of its extra field."""

    offset: int
    compressed: int
    size: int
    crc: int
    method: int
    flags: int
    extra: int


@attrs.frozen
class Directory:
    """What was kept: facts for rules, metadata entries by name (packed), and all names that are shown, sorted."""

    archive: Archive
    packed: dict[str, bytes]
    names: list[str]

    def entry(self, name: str) -> Entry | None:
        """Return the entry of a metadata document."""
        packed = self.packed.get(name)
        return None if packed is None else _unpack(packed)

    def below(self, prefix: str) -> Iterator[str]:
        """Yield the names directly below a prefix, directories with a final ``/``."""
        names, at = self.names, bisect_left(self.names, prefix)
        while at < len(names) and names[at].startswith(prefix):
            name, slash, _ = names[at][len(prefix) :].partition("/")
            if slash:
                yield f"{name}/"
                at = bisect_left(names, f"{prefix}{name}0", at)  # "0" follows "/"
            else:
                at += 1
                if name:
                    yield name

    def is_folder(self, name: str) -> bool:
        """Tell whether there is something below a name."""
        at = bisect_left(self.names, f"{name}/")
        return at < len(self.names) and self.names[at].startswith(f"{name}/")


def is_document(name: bytes) -> bool:
    """Tell whether an entry is kept: Zarr metadata and OME-XML."""
    return name.endswith(b".xml") or name[name.rfind(b"/") + 1 :] in _METADATA


def pack(record: Record) -> bytes:
    """Pack what is needed to read an entry."""
    return _KEPT.pack(
        record.offset, record.compressed, record.size, record.crc, record.method, record.flags, record.extra
    )


def _unpack(packed: bytes | bytearray) -> Entry:
    return Entry(*_KEPT.unpack(packed))


def offset_of(packed: bytes) -> int:
    """Return where an entry is, without unpacking the rest."""
    offset: int = _KEPT.unpack(packed)[0]
    return offset


class Index:
    """Where all entries are, for reading chunks: some 60 bytes for each, without names.

    Names are distinguished by their hash; whoever reads an entry finds its name in front of the data.
    """

    def __init__(self, found: Iterable[Record]) -> None:
        self._hashes = array("q")
        self._packed = bytearray()
        for record in found:
            if not ODD.search(record.name):
                self._hashes.append(hash(decode_name(record.name, record.flags)))
                self._packed += pack(record)
        self._order = array("L", sorted(range(len(self._hashes)), key=self._hashes.__getitem__))

    def entry(self, name: str) -> Entry | None:
        """Return the entry of a name; the last, where it occurs twice."""
        wanted = hash(name)
        at = bisect_right(self._order, wanted, key=self._hashes.__getitem__) - 1
        if at < 0 or self._hashes[self._order[at]] != wanted:
            return None
        start = self._order[at] * _KEPT.size
        return _unpack(self._packed[start : start + _KEPT.size])
