"""The file of a journal: what each line holds, and how it is read and written.

One line is on the upgrade, then there is one for each content, one for each document with what it held and what it is
to hold, as numbers of contents, and one for each array whose chunks get other keys.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ngff_core.json_text import dumps, loads
from ngff_core.stores.writing import ChunkKeys, Write
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import located, read_value, write_value

__all__ = ["Journal", "JournalError", "Rename", "from_lines", "to_lines"]


@attrs.frozen
class Rename:
    """The chunks of one array get other keys; they stay the same bytes."""

    path: str
    ndim: int
    old: ChunkKeys
    new: ChunkKeys


@attrs.frozen
class Journal:
    """What a journal says: about the upgrade, the writes in the order in which they are made, and chunks renamed.

    Documents that are deleted (``new`` is ``None``) go after everything else was written and verified.
    """

    about: Mapping[str, Any]
    writes: Sequence[Write]
    renames: Sequence[Rename] = ()
    done: bool = False

    @property
    def puts(self) -> list[Write]:
        """The documents that are written."""
        return [write for write in self.writes if write.new is not None]

    @property
    def deletes(self) -> list[Write]:
        """The documents that are taken away."""
        return [write for write in self.writes if write.new is None]


class JournalError(ValueError):
    """A file is not the journal of an upgrade, or damaged; says where and how."""


# --- the lines --------------------------------------------------------------------------------------


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


def from_lines(data: bytes, *, done: bool = False) -> Journal:
    """Read a journal; raises JournalError."""
    about: dict[str, Any] | None = None
    contents: list[bytes] = []
    writes: list[Write] = []
    renames: list[Rename] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            value = loads(line)
            keys = value if isinstance(value, dict) else {}
            if about is None:
                about = read_value(value, dict)
            elif "key" in keys:
                writes.append(_write(read_value(value, _Write), contents))
            elif "rename" in keys:
                renames.append(_rename(read_value(value, _Rename)))
            else:
                contents.append(_content(read_value(value, _Content)))
        except StructureError as error:
            raise JournalError(f"line {number}: {located(error.faults[0])}") from None
        except ValueError as error:
            raise JournalError(f"line {number}: {error}") from None
    if about is None:
        raise JournalError("it is empty")
    return Journal(about, writes, renames, done)


def _write(line: _Write, contents: Sequence[bytes]) -> Write:
    ends: list[bytes | None] = []
    for end, number in (("old", line.old), ("new", line.new)):
        if number is not None and not 0 <= number < len(contents):
            expected = f"the number of one of the {len(contents)} contents above"
            raise StructureError(line, [Fault(FaultKind.TYPE, expected, str(number)).within(end)])
        ends.append(None if number is None else contents[int(number)])
    return Write(line.key, *ends)


def _rename(line: _Rename) -> Rename:
    for end, keys in (("old", line.old), ("new", line.new)):
        if len(keys) != 2:
            found = f"an array of {len(keys)}"
            raise StructureError(line, [Fault(FaultKind.TYPE, "an encoding and a separator", found).within(end)])
    return Rename(line.rename, int(line.ndim), ChunkKeys(*line.old), ChunkKeys(*line.new))


def _content(line: _Content) -> bytes:
    if line.text is not None:
        return line.text.encode()
    if line.base64 is not None:
        return base64.b64decode(line.base64)
    raise StructureError(line, [Fault(FaultKind.MISSING, "string", key="text")])


# --- writing ----------------------------------------------------------------------------------------


def to_lines(journal: Journal) -> bytes:
    """Return the journal as text; each content stands there once, however many documents hold it."""
    numbers: dict[bytes, int] = {}
    writes = [
        _Write(key=write.key, old=_number(write.old, numbers), new=_number(write.new, numbers))
        for write in journal.writes
    ]
    contents = map(_text, numbers)
    renames = [
        _Rename(
            rename=rename.path,
            ndim=rename.ndim,
            old=[rename.old.encoding, rename.old.separator],
            new=[rename.new.encoding, rename.new.separator],
        )
        for rename in journal.renames
    ]
    lines = [dict(journal.about), *map(write_value, (*contents, *writes, *renames))]
    return b"\n".join(map(dumps, lines)) + b"\n"


def _number(data: bytes | None, numbers: dict[bytes, int]) -> int | None:
    return None if data is None else numbers.setdefault(data, len(numbers))


def _text(data: bytes) -> _Content:
    try:
        return _Content(text=data.decode())
    except UnicodeDecodeError:
        return _Content(base64=base64.b64encode(data).decode())
