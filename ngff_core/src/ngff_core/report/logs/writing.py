"""Write logs of runs: each result is appended at once, whole, by one run at a time."""

from __future__ import annotations

import os
import stat
from types import TracebackType
from typing import Self

from ngff_core.errors import OutputError, UsageError
from ngff_core.report.clearing import without_secrets
from ngff_core.report.logs.reading import BEGINNINGS, END, LONGEST, begins_as_log, text_of
from ngff_core.report.report import SCHEMA, Report
from ngff_core.stores.local.lock import flock
from ngff_core.structure.values import JSONObject

__all__ = ["LogFile"]

_APPEND = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW = _APPEND | os.O_CREAT | os.O_EXCL
CHUNK = 1 << 16


class LogFile:
    """A log that results are appended to, as one run and no other does. Raises UsageError where that cannot be.

    ``resume``: the log of a run that was broken off is gone on with; what was half written at its end is cut off.
    """

    def __init__(self, path: str, by: tuple[str, str], *, resume: bool = False) -> None:
        self.path = path
        self._by = by
        try:
            there = os.path.lexists(path)
            if there and not resume:
                raise UsageError(f"the log {path!r} is there already; --resume goes on with it, or name another file")
            self._descriptor = os.open(path, _APPEND if there else _NEW, 0o666)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"the log {path!r} cannot be written: {reason[:1].lower()}{reason[1:]}") from None
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise UsageError(f"the log {path!r} is no regular file")
            if flock(self._descriptor) is False:
                raise UsageError(f"another run writes to the log {self.path!r}")
            self._refuse_others()
            self._cut()
        except BaseException:
            os.close(self._descriptor)
            raise

    def append(self, key: str | None, report: Report) -> None:
        """Append a result, without secrets; raises OutputError."""
        by = {"rule_set": self._by[0], "settings": self._by[1]}
        self._write({"schema": SCHEMA, "key": key, **by, "result": without_secrets(report).to_dict()})

    def end(self, stores: int, unread: int) -> None:
        """Say that the run is done, with so many stores, and lines of before that were damaged; raises OutputError."""
        self._write({"schema": SCHEMA, END: {"stores": stores, "unread": unread}}, sync=True)

    def _write(self, line: JSONObject, *, sync: bool = False) -> None:
        data = text_of(line)
        try:
            written = os.write(self._descriptor, data)
            while written < len(data):  # a disk that is full says so now
                written += os.write(self._descriptor, data[written:])
            if sync:
                os.fsync(self._descriptor)
        except OSError as error:
            raise OutputError(error, f"the log {self.path!r}") from None

    def _refuse_others(self) -> None:
        """Raise UsageError for what is no log: it would be cut."""
        with open(self._descriptor, "rb", closefd=False) as file:
            text = file.readline(LONGEST)
        if not (any(begin.startswith(text) for begin in BEGINNINGS) or begins_as_log(text)):
            raise UsageError(f"{self.path!r} is no log, and stays as it is; name another file")

    def _cut(self) -> None:
        """Cut off a last line that was not written whole."""
        size = end = os.fstat(self._descriptor).st_size
        while end:
            begin = max(0, end - CHUNK)
            os.lseek(self._descriptor, begin, os.SEEK_SET)
            position = os.read(self._descriptor, end - begin).rfind(b"\n")
            if position >= 0:
                end = begin + position + 1
                break
            end = begin
        if end < size:
            os.truncate(self._descriptor, end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
