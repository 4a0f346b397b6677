"""Gather what is kept of a central directory: its metadata entries, and facts for the rules on archives.

An archive without shards has a million chunks and an object for each would not fit, so everything that is no metadata
is counted and forgotten. Memory is bounded whatever the archive holds.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import attrs

from ngff_core.masking import hidden
from ngff_core.stores.base import UnreachableError
from ngff_core.stores.zip.archive import Archive, Names, Order
from ngff_core.stores.zip.directory import ODD, Directory, is_document, offset_of, pack
from ngff_core.stores.zip.format import ENCRYPTED, METHODS, End, Record, decode_name, is_misnamed
from ngff_core.zarr.keys import above

__all__ = ["gather"]

MAX_ENTRIES = 1 << 20  # metadata entries that are kept
MAX_NAMES = 1 << 26  # bytes of all names that are kept
MAX_OTHERS = 1 << 16  # names of other files, which listings show
MAX_NAME = 4096  # bytes of one name
MAX_HASHES = 1 << 20  # entries among which duplicates are looked for
MAX_TWICE = 1 << 10  # names of duplicates that are kept apart
SHOWN = 5

_DIGITS = b"0123456789."
_CLIMBS = re.compile(rb"^[\\/]|^[A-Za-z]:|(?:^|[\\/])\.\.(?:[\\/]|$)")
_EMBEDDED = (b".ozx", b".zarr.zip")


def gather(found: Callable[[], Iterator[Record]], end: End, name: str) -> Directory:
    """Gather what is kept of a central directory; ``name`` is the name of the archive.

    ``found`` starts reading the records; they are looked at once more when names seem to occur twice.
    """
    gathering = _Gathering()
    for record in found():
        gathering.add(record)
    directory = gathering.directory(end, name)
    twice = gathering.twice()
    if twice:
        archive = attrs.evolve(directory.archive, duplicates=_doubled(found(), twice))
        return attrs.evolve(directory, archive=archive)
    return directory


def _doubled(found: Iterable[Record], hashes: set[int]) -> Names:
    seen: set[bytes | str] = set()
    names = _Some()
    for record in found:
        name = _read_as(record)
        if hash(name) in hashes:
            if name in seen:
                names.add(name)
            elif len(seen) < MAX_TWICE:
                seen.add(name)
    return names.names()


def _read_as(record: Record) -> bytes | str:
    """Return what the name of an entry is read as: there are two ways to write one that is not in ASCII."""
    return record.name if record.name.isascii() else decode_name(record.name, record.flags)


class _Some:
    """Collects names: all are counted, the first few kept."""

    __slots__ = ("count", "first")

    def __init__(self) -> None:
        self.count = 0
        self.first: list[str] = []

    def add(self, name: bytes | str) -> None:
        self.count += 1
        if self.count <= SHOWN:
            self.first.append(hidden(name if isinstance(name, str) else decode_name(name[:1024]))[:200])

    def names(self) -> Names:
        return Names(self.count, tuple(self.first))


class _InOrder:
    """Follows entries in one order and records where the zarr.json among them are."""

    def __init__(self) -> None:
        self.first = self.other = self.last = b""
        self.late = _Some()
        self.depth = 0
        self.wrong: tuple[bytes, bytes] = (b"", b"")

    def add(self, name: bytes, wanted: bool) -> None:
        self.first = self.first or name
        if not wanted:
            self.other = self.other or name
            return
        if self.other:
            self.late.add(name)
        depth = name.count(b"/")
        if depth < self.depth and not self.wrong[0]:
            self.wrong = (self.last, name)
        self.depth, self.last = depth, name

    def order(self) -> Order:
        first, other, deeper, shallower = (decode_name(name[:200]) for name in (self.first, self.other, *self.wrong))
        return Order(first, other, self.late.names(), deeper, shallower)


class _Gathering:
    def __init__(self) -> None:
        self.packed: dict[str, bytes] = {}
        self.others: set[str] = set()
        self.held = self.entries = self.folders = self.wide = 0
        self.split = False
        self.last_top = b""
        self.hashes = array("q")
        self.listed = _InOrder()
        self.first_other: tuple[int, bytes] | None = None  # by place in the file
        self.methods: set[int] = set()
        self.compressed, self.encrypted, self.embedded = _Some(), _Some(), _Some()
        self.outside, self.unusual = _Some(), _Some()

    def add(self, record: Record) -> None:
        """Take one record of the central directory."""
        name = record.name
        self.entries += 1
        self.wide += record.wide
        if record.disk:
            self.split = True
        wanted = name.endswith(b"zarr.json") and name[-10:-9] in (b"/", b"")
        if wanted or not self.listed.other:
            self.listed.add(name, wanted)
        if not wanted and (self.first_other is None or record.offset < self.first_other[0]):
            self.first_other = (record.offset, name)
        if name.endswith(b"/"):
            self.folders += 1
        else:
            self._file(record, name)
        if not name or len(name) > MAX_NAME or ODD.search(name) or is_misnamed(record):
            (self.outside if _CLIMBS.search(name) else self.unusual).add(name)
        elif is_document(name):
            self._keep(record, decode_name(name, record.flags))
        else:
            self._show(record, name)

    def _file(self, record: Record, name: bytes) -> None:
        if len(self.hashes) < MAX_HASHES:
            self.hashes.append(hash(_read_as(record)))
        if record.method:
            self.methods.add(record.method)
            self.compressed.add(name)
        if record.flags & ENCRYPTED:
            self.encrypted.add(name)
        if name[-3:].isalpha() and name.lower().endswith(_EMBEDDED):
            self.embedded.add(name)

    def _keep(self, record: Record, name: str) -> None:
        self.held += len(name)
        if len(self.packed) >= MAX_ENTRIES or self.held > MAX_NAMES:
            raise UnreachableError(f"it holds more than {len(self.packed)} metadata documents, too many to keep apart")
        self.packed[name] = pack(record)

    def _show(self, record: Record, name: bytes) -> None:
        """Remember what listings show besides metadata: names that are no chunks, and the first folder of chunks."""
        if len(self.others) >= MAX_OTHERS or self.held > MAX_NAMES:
            return
        if name[-3:].isalpha() and name.lower().endswith(_EMBEDDED):
            return
        if name[name.rfind(b"/") + 1 :].strip(_DIGITS) in (b"", b"c") and not name.endswith(b"/"):
            name = name[: name.find(b"/") + 1] or name
            if name == self.last_top:
                return
            self.last_top = name
        shown = decode_name(name, record.flags)
        if shown not in self.others:
            self.held += len(shown)
            self.others.add(shown)

    def directory(self, end: End, name: str) -> Directory:
        roots = topmost(self.packed)
        archive = Archive(
            name=name,
            comment=end.comment,
            entries=self.entries,
            folders=self.folders,
            stated=end.stated,
            zip64=end.zip64,
            zip64_entries=self.wide,
            split=end.split or self.split,
            roots=roots,
            root=self._root(roots),
            listed=self.listed.order(),
            placed=self._placed(),
            compressed=self.compressed.names(),
            methods=tuple(METHODS.get(method, f"method {method}") for method in sorted(self.methods)[:SHOWN]),
            encrypted=self.encrypted.names(),
            embedded=self.embedded.names(),
            outside=self.outside.names(),
            unusual=self.unusual.names(),
        )
        return Directory(archive, self.packed, sorted({*self.packed, *self.others}))

    def twice(self) -> set[int]:
        """Return the hashes of names that occur twice."""
        return {one for one, other in pairwise(sorted(self.hashes)) if one == other}

    def _root(self, roots: Names) -> str:
        """Choose what is evaluated: of several roots the first, if it is of Zarr v3, for which archives have rules."""
        first = roots.first[0] if roots.first else ""
        return first if roots.total == 1 or f"{first}/zarr.json" in self.packed else ""

    def _placed(self) -> Order:
        """Return the order of the entries in the file, as far as it concerns the zarr.json."""
        places = [(offset_of(p), n.encode()) for n, p in self.packed.items() if n.endswith("zarr.json")]
        places = [(place, name) for place, name in places if name[-10:-9] in (b"/", b"")]
        order = _InOrder()
        other = self.first_other
        for place, name in sorted(places):
            if other is not None and other[0] < place:
                order.add(other[1], False)
                other = None
            order.add(name, True)
        return order.order()


def topmost(documents: Iterable[str]) -> Names:
    """Return the paths of the groups and arrays that are in no other, in order."""
    paths = {name.rpartition("/")[0] for name in documents if not name.endswith((".xml", ".zmetadata"))}
    if "" in paths:
        return Names(1, ("",))
    top = sorted(path for path in paths if not any(group in paths for group in above(path)))
    return Names(len(top), tuple(top[:SHOWN]))
