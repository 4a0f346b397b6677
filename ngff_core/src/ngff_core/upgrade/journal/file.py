"""The file of a journal: what each line holds, and how it is read and written.

The first line is on the upgrade. Then there is one line for each content, one for each document with what it held and
what it is to hold, as numbers of contents above it, and one for each array whose chunks get other keys. The last line
is the mark of the end, with the digest of all lines before it: what has no such mark was cut, or changed.

A journal lies in the store, so it may be somebody else's: it can name documents of Zarr in its store, nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import attrs

from ngff_core.errors import StoreError
from ngff_core.json_text import dumps, loads
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.key import Key, path_key
from ngff_core.stores.writing import ENCODINGS, SEPARATORS, ChunkKeys
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import located, read_value
from ngff_core.upgrade.held.packed import NOTHING, Packed, Writes, packed_writes
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["Journal", "JournalError", "Rename", "from_lines", "to_lines"]

SCHEMA = 2
LONGEST_FIRST = 1 << 23  # bytes; it says little, but comes in blocks
LONGEST = 2 * MAX_DOCUMENT + 1024  # of a line: every character of a document may have to be escaped
_BLOCK = 1 << 16  # bytes that are written at once
MOST_DIMENSIONS = 256  # of an array; NumPy has 64


@attrs.frozen
class Rename:
    """The chunks of one array get other keys; they stay the same bytes."""

    path: str = attrs.field(converter=path_key)
    ndim: int
    old: ChunkKeys
    new: ChunkKeys


@attrs.frozen
class Journal:
    """What a journal says: about the upgrade, the writes in the order in which they are made, and chunks renamed.

    Documents that are deleted (``new`` is ``None``) go after everything else was written and verified.
    """

    about: Mapping[str, Any]
    writes: Writes = attrs.field(converter=packed_writes)
    renames: Sequence[Rename] = ()
    done: bool = False
    digest: str = attrs.field(default="", eq=False)

    @property
    def puts(self) -> Writes:
        """The documents that are written."""
        return self.writes.puts

    @property
    def deletes(self) -> Writes:
        """The documents that are taken away."""
        return self.writes.deletes


class JournalError(ValueError):
    """A file is not the journal of an upgrade, or damaged; says where and how."""


# --- the lines --------------------------------------------------------------------------------------


@model
class _About(Model):
    """What the upgrade is: from one version to another."""

    schema: int = member()
    from_: str | None = member("from", default=None)
    to: str | None = member(default=None)


@model
class _End(Model):
    """The mark of the end: the SHA-256 of all lines above."""

    end: str = member()


@model
class _Content(Model):
    """The bytes of documents: text where they are UTF-8."""

    text: str | None = member(default=None)
    base64: str | None = member(default=None)


@model
class _Write(Model):
    """A document by its key; the contents are counted from 0, null is none."""

    key: str = member()
    old: int | None = member(required=True, nullable=True)
    new: int | None = member(required=True, nullable=True)


@model
class _Rename(Model):
    """An array by its path; the keys of its chunks are an encoding and a separator."""

    rename: str = member()
    ndim: int = member()
    old: list[str] = member()
    new: list[str] = member()


# --- reading ----------------------------------------------------------------------------------------


class _Reading:
    """What was read of a journal so far."""

    def __init__(self) -> None:
        self.about: dict[str, Any] | None = None
        self.contents: list[tuple[int, bool]] = []  # the number of each, and whether it may be a document
        self.writes = Writes(Packed())
        self.renames: list[Rename] = []
        self.digest = hashlib.sha256()
        self.ended = False
        self.paths: set[str] = set()

    def _once(self, path: str) -> None:
        if path in self.paths:
            raise ValueError(f"{path!r} is named a second time")
        self.paths.add(path)

    def add(self, line: bytes) -> None:
        """Take in one line; raises StructureError, ValueError and StoreError."""
        if self.ended:
            raise ValueError("there is something behind its end")
        value = loads(line)
        keys = value if isinstance(value, dict) else {}
        if self.about is None:
            self.about = _about(value)
        elif "key" in keys:
            key, *ends = _write(read_value(value, _Write), self.contents)
            self.writes.append(key, *ends)
            self._once(key)
        elif "rename" in keys:
            self.renames.append(_rename(read_value(value, _Rename)))
            self._once(f"{self.renames[-1].path}/")
        elif "end" in keys:
            self._end(read_value(value, _End))
        else:
            content = _content(read_value(value, _Content))
            self.contents.append((self.writes.packed.add(content), content.lstrip().startswith(b"{")))
        self.digest.update(line + b"\n")

    def _end(self, line: _End) -> None:
        if line.end != self.digest.hexdigest():
            raise ValueError("its lines are not those that were written: the digest differs")
        self.ended = True


def from_lines(blocks: Iterable[bytes], *, done: bool = False) -> Journal:
    """Read a journal that comes in blocks; raises JournalError."""
    reading = _Reading()
    for number, line in enumerate(_lines(blocks), 1):
        try:
            reading.add(line)
        except StructureError as error:
            raise JournalError(f"line {number}: {located(error.faults[0])}") from None
        except (ValueError, StoreError, RecursionError) as error:
            raise JournalError(f"line {number}: {error}") from None
    if reading.about is None:
        raise JournalError("it is empty")
    if not reading.ended:
        raise JournalError("it has no end: it was cut off, or is of an older version of this program")
    return Journal(reading.about, reading.writes, reading.renames, done, reading.digest.hexdigest())


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest: list[bytes] = []
    longest = LONGEST_FIRST
    for block in blocks:
        first, *others = block.split(b"\n")
        rest.append(first)
        for line in others:
            yield b"".join(rest)
            rest, longest = [line], LONGEST
        if sum(map(len, rest)) > longest:
            raise JournalError(f"a line has more than {longest} bytes")
    if any(rest):
        yield b"".join(rest)


def _about(value: object) -> dict[str, Any]:
    about = read_value(value, _About)
    if about.schema != SCHEMA:
        found = f"found {about.schema}, expected {SCHEMA}"
        raise ValueError(f"/schema: {found}: it is the journal of another version of this program")
    plain: dict[str, Any] = read_value(value, dict)
    try:  # it is written again when the upgrade is taken back
        dumps(plain)
    except TypeError as error:
        raise ValueError(f"it holds what no journal does: {error}") from None
    return {key: member for key, member in plain.items() if key != "schema"}


def _write(line: _Write, contents: Sequence[tuple[int, bool]]) -> tuple[Key, int, int]:
    ends: list[tuple[int, bool]] = []
    for end, number in (("old", line.old), ("new", line.new)):
        if number is not None and not 0 <= number < len(contents):
            expected = f"the number of one of the {len(contents)} contents above"
            raise StructureError(line, [Fault(FaultKind.TYPE, expected, str(number)).within(end)])
        ends.append((NOTHING, True) if number is None else contents[int(number)])
    key = Key(line.key)
    if key.rpartition("/")[2] not in DOCUMENTS:
        raise StructureError(
            line, [Fault(FaultKind.TYPE, "a document of Zarr", dumps(line.key).decode()).within("key")]
        )
    if not ends[1][1]:
        raise StructureError(
            line, [Fault(FaultKind.TYPE, "a content that is a JSON object", str(line.new)).within("new")]
        )
    return key, ends[0][0], ends[1][0]


def _rename(line: _Rename) -> Rename:
    if not 0 <= line.ndim <= MOST_DIMENSIONS:
        expected = f"a number of dimensions up to {MOST_DIMENSIONS}"
        raise StructureError(line, [Fault(FaultKind.TYPE, expected, str(line.ndim)).within("ndim")])
    ndim = int(line.ndim)
    old, new = (_chunk_keys(line, end, keys) for end, keys in (("old", line.old), ("new", line.new)))
    if old.key(["0"] * ndim) == new.key(["0"] * ndim):
        raise StructureError(line, [Fault(FaultKind.TYPE, "other keys than the old ones", "the same").within("new")])
    return Rename(line.rename, ndim, old, new)


def _chunk_keys(line: _Rename, end: str, keys: Sequence[str]) -> ChunkKeys:
    if len(keys) != 2 or keys[0] not in ENCODINGS or keys[1] not in SEPARATORS:
        expected = "an encoding (default, v2) and a separator (a dot or a slash)"
        raise StructureError(line, [Fault(FaultKind.TYPE, expected, dumps(list(keys)).decode()).within(end)])
    return ChunkKeys(*keys)


def _content(line: _Content) -> bytes:
    if line.text is not None:
        return line.text.encode()
    if line.base64 is not None:
        return base64.b64decode(line.base64)
    raise StructureError(line, [Fault(FaultKind.MISSING, "string", key="text")])


# --- writing ----------------------------------------------------------------------------------------


def to_lines(journal: Journal) -> Iterator[bytes]:
    """Yield the lines of a journal, many at once; each content stands there once, however many documents hold it."""
    digest = hashlib.sha256()
    block = bytearray()
    for value in chain([{"schema": SCHEMA, **journal.about}], _values(journal)):
        block += dumps(value) + b"\n"
        if len(block) >= _BLOCK:
            digest.update(block)
            yield bytes(block)
            block.clear()
    digest.update(block)
    yield bytes(block) + dumps({"end": digest.hexdigest()}) + b"\n"


def _values(journal: Journal) -> Iterator[dict[str, Any]]:
    writes = journal.writes
    numbers = [number for number in dict.fromkeys(writes.numbers) if number != NOTHING]
    for number in numbers:
        yield _text(writes.packed.get(number) or b"")
    places: dict[int, int | None] = {number: place for place, number in enumerate(numbers)}
    places[NOTHING] = None
    for place, key in enumerate(writes.keys):
        before, after = (places[number] for number in writes.numbers[2 * place : 2 * place + 2])
        yield {"key": key, "old": before, "new": after}
    for rename in journal.renames:
        old, new = (list(attrs.astuple(keys)) for keys in (rename.old, rename.new))
        yield {"rename": rename.path, "ndim": rename.ndim, "old": old, "new": new}


def _text(data: bytes) -> dict[str, Any]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
