"""Rules on the rows of a plate. Those on its columns are in `columns`, and say the same of these."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import PlateDef, Row
from ngff_core.rules.plate import entries
from ngff_core.rules.plate.entries import ROWS
from ngff_core.rules.plate.examples import plate

__all__ = ["ROWS_RULES"]


def rows_distinct(definition: PlateDef) -> bool:
    """Tell quickly whether no two rows have one name, whatever the case of its letters."""
    return entries.are_distinct(definition.rows)


@rule(
    "plate-rows-nonempty",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(rows=[])],
)
def rows_nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has at least one row.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    return entries.nonempty(ROWS, definition, ctx)


@rule(
    "plate-rows-entries-unique",
    on=PlateDef,
    unless=rows_distinct,
    requirement=MUST,
    valid=[plate(rows=[{"name": "A"}, {"name": "B"}])],
    invalid=[plate(rows=[{"name": "A"}, {"name": "A"}])],
)
def rows_entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two entries of `rows` are identical.

    To mend: take the repeated entry out.
    """
    return entries.entries_unique(ROWS, definition, ctx)


@rule(
    "plate-row-name-unique",
    on=PlateDef,
    unless=rows_distinct,
    requirement=MUST,
    valid=[plate(rows=[{"name": "A"}, {"name": "B"}])],
    invalid=[plate(rows=[{"name": "A"}, {"name": "A", "note": "again"}])],
)
def row_name_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two rows have the same name; case matters.

    Identical entries are reported by plate-rows-entries-unique.

    Peers: ome-zarr-models 1.8.1 compares whole entries.

    To mend: give every row a name of its own; the paths of wells are made of them.
    """
    return entries.name_unique(ROWS, definition, ctx)


@rule(
    "plate-row-name-case-collision",
    on=PlateDef,
    unless=rows_distinct,
    requirement=SHOULD,
    valid=[plate(rows=[{"name": "Aa"}, {"name": "Bb"}])],
    invalid=[plate(rows=[{"name": "Aa"}, {"name": "aA"}])],
)
def row_name_case_collision(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two row names differ only in case.

    Some file systems take them for one.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: rename one of them, and its group.
    """
    return entries.case_collision(ROWS, definition, ctx)


@rule(
    "plate-row-name-alphanumeric",
    on=Row,
    requirement=MUST,
    valid=[{"name": "A"}],
    invalid=[{"name": name} for name in ("A-1", "", "Ä", "A\n")],
)
def row_name_alphanumeric(row: Row, ctx: Context) -> list[Issue] | None:
    """A row name consists of one or more ASCII letters and digits.

    The pattern of the JSON schema lets a final line break through in Python.

    Peers: ome-zarr-models 1.8.1 also takes the empty string.
    """
    return entries.name_alphanumeric(ROWS, row.name, ctx)


@rule(
    "plate-rows-all-physical",
    on=PlateDef,
    requirement=MUST,
    severity=Severity.INFO,
    valid=[plate(rows=entries.numbered(8), columns=entries.numbered(12))],
    invalid=[plate(rows=entries.numbered(7), columns=entries.numbered(12))],
)
def rows_all_physical(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Every row of the physical plate is listed, even one without wells.

    Cannot be told from the data: information only, where the number fits no standard plate (6, 12, 24, 48, 96, 384, 1536 wells).
    """  # noqa: E501  (as it is printed)
    return entries.all_physical(ROWS, definition, ctx)


ROWS_RULES = (
    rows_nonempty,
    rows_entries_unique,
    row_name_unique,
    row_name_case_collision,
    row_name_alphanumeric,
    rows_all_physical,
)
