"""Logs of runs: JSON Lines, one result each, found again by what was judged; memory hardly grows with their number."""

from __future__ import annotations

import json
import os
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from types import TracebackType
from typing import BinaryIO, Self

import attrs

from ngff_core.errors import UsageError
from ngff_core.json_text import dumps, loads
from ngff_core.report.reading import report_file
from ngff_core.report.report import SCHEMA, Report
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import suggestion_of_path

__all__ = ["BEGINNINGS", "END", "LONGEST", "Line", "Results", "begins_as_log", "is_log", "lines_of", "text_of"]

END = "end"
BEGINNINGS = (b'{"schema":%d,"key":' % SCHEMA, b'{"schema":%d,"end":' % SCHEMA)  # of a line, as it is written
LONGEST = 1 << 29  # bytes of a line
PLUGIN_FAILED = "plugin-failed"


@attrs.frozen
class Line:
    """What one line of a log says, apart from the result itself.

    ``key`` names the store for good, or is ``None`` where nothing may: its address holds a secret. ``by`` are the
    digests of the rules and of the settings. ``judged``: all of the store could be, by all plugins. ``end`` is true of
    the line that says that a run is done, ``unread`` how many lines were damaged when that began.
    """

    offset: int
    key: str | None = None
    by: tuple[str, str] = ("", "")
    judged: bool = False
    end: bool = False
    unread: int = 0


def is_log(path: str) -> bool:
    """Tell whether a file begins as a log does; one that cannot be read does not, nor one that is read only once."""
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            text = file.readline(LONGEST)
    except OSError:
        return False
    return begins_as_log(text)


def begins_as_log(text: bytes) -> bool:
    """Tell whether a first line is one of a log, be it damaged, or written anew by another program."""
    return text.startswith(BEGINNINGS) or _line_of(text, 0) is not None


def lines_of(file: BinaryIO) -> Iterator[Line | None]:
    """Yield what the whole lines of a log say; ``None`` for one that is none. What a last line lacks is not there."""
    offset = 0
    while text := file.readline(LONGEST):
        begin, offset = offset, offset + len(text)
        whole = True
        while text and not text.endswith(b"\n"):
            text, whole = file.readline(LONGEST), False
            offset += len(text)
        if not text:
            return
        yield _line_of(text, begin) if whole else None


def text_of(line: JSONObject) -> bytes:
    """Return the text of a line; names that are no valid text are escaped."""
    try:
        return dumps(line) + b"\n"
    except TypeError:
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _parsed(text: bytes) -> JSON:
    """Return what a line holds; raises ValueError where it is no JSON."""
    try:
        return loads(text)
    except ValueError:
        if b"\\ud" not in text:
            raise
    try:
        return json.loads(text)  # which takes halves of pairs
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _line_of(text: bytes, offset: int) -> Line | None:
    """Return what a line says, looking at no more of the result than is asked of each."""
    try:
        found = _parsed(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or type(found.get("schema")) is not int or found["schema"] != SCHEMA:
        return None
    if isinstance(found.get(END), dict):
        unread = found[END].get("unread")
        return Line(offset, end=True, unread=unread if type(unread) is int else 0)
    key, result = found.get("key"), found.get("result")
    by = (found.get("rule_set"), found.get("settings"))
    if not (key is None or isinstance(key, str)) or not isinstance(result, dict):
        return None
    if not (isinstance(by[0], str) and isinstance(by[1], str)):
        return None
    return Line(offset, key, (by[0], by[1]), _is_judged(result))


def _is_judged(result: JSONObject) -> bool:
    issues = result.get("issues")
    return isinstance(issues, list) and all(
        isinstance(i, dict) and i.get("judged") is True and i.get("rule") != PLUGIN_FAILED for i in issues
    )


class Results:
    """The results of a log that are wanted: the last of each key. They stay in the file, of which this is an index."""

    def __init__(self, path: str, wanted: Callable[[Line], bool]) -> None:
        self.path = path
        self.others = 0  # results that are not wanted
        self.damaged = 0  # lines that are none
        self.first_damaged = 0  # the number of the first of them, from 1 on
        self.complete = False  # the last line says that the run was done, with all that can be read here
        try:
            self._file = open(path, "rb")  # noqa: SIM115 - closed with this
        except OSError as error:
            reason = f"{error.strerror}{suggestion_of_path(path)}"
            raise UsageError(f"the log {path!r} could not be read: {reason}") from None
        keys, offsets = array("Q"), array("Q")
        for number, line in enumerate(lines_of(self._file), 1):
            self.complete = line is not None and line.end and line.unread >= self.damaged
            if line is None:
                self.damaged += 1
                self.first_damaged = self.first_damaged or number
            elif not line.end and not wanted(line):
                self.others += 1
            elif not line.end:
                keys.append(_short(line.key if line.key is not None else f"line {line.offset}"))
                offsets.append(line.offset)
        order = sorted(range(len(keys)), key=keys.__getitem__)  # the last of equal keys stays the last
        self._keys = array("Q", (keys[number] for number in order))
        self._offsets = array("Q", (offsets[number] for number in order))

    def get(self, key: str) -> Report | None:
        """Return the report on a store; ``None`` where there is none, or one that is damaged."""
        short = _short(key)
        position = bisect_right(self._keys, short) - 1
        while position >= 0 and self._keys[position] == short:  # several keys may be short for the same
            found = self._read(self._offsets[position])
            if found["key"] == key:
                try:
                    return self._report(found, self._offsets[position])
                except UsageError:
                    return None
            position -= 1
        return None

    def __iter__(self) -> Iterator[Report]:
        """Yield the reports in the order of the log, the last of each store; raises UsageError where one is damaged."""
        for offset in sorted(self._last()):
            yield self._report(self._read(offset), offset)

    def _last(self) -> Iterator[int]:
        """Yield where the last result of each key is."""
        for _, numbers in groupby(range(len(self._keys)), self._keys.__getitem__):
            some = [self._offsets[number] for number in numbers]
            if len(some) == 1:
                yield some[0]
            else:
                yield from {self._read(offset)["key"] or offset: offset for offset in some}.values()

    def _read(self, offset: int) -> JSONObject:
        self._file.seek(offset)
        found = _parsed(self._file.readline())
        assert isinstance(found, dict)
        return found

    def _report(self, line: JSONObject, offset: int) -> Report:
        name = f"{self.path}, byte {offset}"
        (report,) = report_file(name, {"schema": SCHEMA, "results": [line["result"]]}).results
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _short(key: str) -> int:
    return int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big")
