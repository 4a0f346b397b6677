"""Tables as comma-separated values, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from ngff_core.errors import UsageError
from ngff_core.validation.lists.files import Lines

__all__ = ["is_table", "rows_of", "values_of"]


def values_of(lines: Lines, where: str, columns: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with the number of the line that each ends on; raises UsageError for what is none.

    All have so many ``columns``, or as many as the first; empty lines do not count.
    """
    last = 0

    def texts() -> Iterator[str]:
        nonlocal last
        for last, text in lines:  # noqa: B007 - told in errors
            yield text

    rows = csv.reader(texts(), strict=True)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise UsageError(f"line {last} of {where} is no CSV: {error}") from None
        if row is None:
            return
        if row:
            columns = columns or len(row)
            if len(row) != columns:
                raise UsageError(f"line {last} of {where} has {len(row)} columns, expected {columns}")
            yield last, row


def rows_of(lines: Lines, where: str, names: Sequence[str]) -> Iterator[str]:
    """Yield what is in the column that has one of some names, or in the only one; raises UsageError without either."""
    rows = values_of(lines, where)
    first = next(rows, None)
    if first is None:
        return
    column = _column(first[1], names)
    if column is None and len(first[1]) > 1:
        raise UsageError(f"no column of {where} is called {', '.join(names)}: its first line has to say which is which")
    if column is None:
        yield _filled(*first, 0, where)
    for number, row in rows:
        yield _filled(number, row, column or 0, where)


def is_table(line: str, names: Sequence[str]) -> bool:
    """Tell whether a line is the head of a table, in which one of several columns has one of some names."""
    row = next(csv.reader([line]), [])
    return len(row) > 1 and _column(row, names) is not None


def _column(row: Iterable[str], names: Sequence[str]) -> int | None:
    found = [text.strip().lower() for text in row]
    return next((found.index(name) for name in names if name in found), None)


def _filled(number: int, row: Sequence[str], column: int, where: str) -> str:
    text = row[column].strip()
    if not text:
        raise UsageError(f"line {number} of {where} names no store: its column {column + 1} is empty")
    return text
