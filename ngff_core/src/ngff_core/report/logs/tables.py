"""Tables of results for analysis: one row a store, one row a finding, as Parquet; memory does not grow with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import Any

from ngff_core.errors import MissingPackageError, OutputError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report

__all__ = ["TABLES", "write_tables"]

TABLES = ("stores.parquet", "findings.parquet")
ROWS = 20_000  # that are written together

_ISSUE = ("message", "node", "pointer", "found", "expected", "hint", "section", "entry", "document", "kind")

_Row = Mapping[str, Any]


def write_tables(reports: Iterable[Report], folder: str) -> tuple[int, int]:
    """Write the tables of reports, which hold no secrets, to a folder that is made; return how many rows each has.

    Raises MissingPackageError without pyarrow, OutputError where they cannot be written: then what was there stays.
    """
    try:
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingPackageError("writing tables", "pyarrow", "ngff-core[table]") from None
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise OutputError(error, folder) from None
    text, number, yes = pyarrow.string(), pyarrow.int64(), pyarrow.bool_()
    few = pyarrow.dictionary(pyarrow.int32(), text)  # few values, many rows
    stores = [("url", text), *((name, few) for name in ("status", "version", "kind", "profile", "rule_set"))]
    stores += [("strict", yes), *((name, number) for name in ("nodes", "error", "warning", "info", "suppressed"))]
    findings = [("url", text), *((name, few) for name in ("rule", "requirement", "severity")), ("judged", yes)]
    findings += [(name, few if name in ("section", "entry", "kind") else text) for name in _ISSUE]
    with ExitStack() as stack:
        tables = [
            stack.enter_context(_Table(os.path.join(folder, name), pyarrow.schema(schema), pyarrow, parquet))
            for name, schema in zip(TABLES, (stores, findings), strict=True)
        ]
        for report in reports:
            tables[0].add(_store(report))
            for issue in report.issues:
                tables[1].add(_finding(report, issue))
        for table in tables:
            table.finish()
    return tables[0].rows, tables[1].rows


def _store(report: Report) -> _Row:
    numbers = {level.value: report.count(level) for level in Severity}
    rule_set = ", ".join(f"{name} {release}" for name, release in sorted(report.rule_set.items()))
    return {
        **{name: getattr(report, name) for name in ("url", "status", "version", "kind", "profile", "strict")},
        "rule_set": rule_set,
        "nodes": sum(report.counts.values()),
        **numbers,
        "suppressed": sum(report.suppressed.values()),
    }


def _finding(report: Report, issue: Issue) -> _Row:
    return {
        **{name: getattr(issue, name) for name in ("rule", "judged", *_ISSUE)},
        "url": report.url,
        "requirement": issue.requirement.value,
        "severity": issue.severity.value,
    }


def _sound(value: Any) -> Any:
    """Return what a table can hold: halves of pairs, in names of files that are no valid text, are escaped."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


class _Table:
    """A file that is written beside the one that it replaces."""

    def __init__(self, path: str, schema: Any, pyarrow: Any, parquet: Any) -> None:
        self.rows = 0
        self._path = path
        self._part = f"{path}.{os.urandom(8).hex()}.ngff-part"
        self._schema = schema
        self._pyarrow = pyarrow
        self._waiting: list[_Row] = []
        try:
            self._file = open(self._part, "xb")  # noqa: SIM115 - closed with this
            self._writer = parquet.ParquetWriter(self._file, schema, compression="zstd")
        except OSError as error:
            raise OutputError(error, path) from None

    def add(self, row: _Row) -> None:
        self.rows += 1
        self._waiting.append({name: _sound(value) for name, value in row.items()})
        if len(self._waiting) >= ROWS:
            self._write()

    def _write(self) -> None:
        try:
            self._writer.write_table(self._pyarrow.Table.from_pylist(self._waiting, self._schema))
        except OSError as error:
            raise OutputError(error, self._path) from None
        self._waiting.clear()

    def finish(self) -> None:
        """Put the file in its place."""
        self._write()
        try:
            self._writer.close()
            self._file.close()
            os.replace(self._part, self._path)
        except OSError as error:
            raise OutputError(error, self._path) from None

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):  # it is thrown away, or in its place
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            os.unlink(self._part)
