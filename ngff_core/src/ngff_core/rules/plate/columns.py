"""Rules on the columns of a plate. Those on its rows are in `rows`, and say the same of these."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import Column, PlateDef
from ngff_core.rules.plate import entries
from ngff_core.rules.plate.entries import COLUMNS
from ngff_core.rules.plate.examples import plate

__all__ = ["COLUMNS_RULES"]


def columns_distinct(definition: PlateDef) -> bool:
    """Tell quickly whether no two columns have one name, whatever the case of its letters."""
    return entries.are_distinct(definition.columns)


@rule(
    "plate-columns-nonempty",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(columns=[])],
)
def columns_nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has at least one column.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    return entries.nonempty(COLUMNS, definition, ctx)


@rule(
    "plate-columns-entries-unique",
    on=PlateDef,
    unless=columns_distinct,
    requirement=MUST,
    valid=[plate(columns=[{"name": "1"}, {"name": "2"}])],
    invalid=[plate(columns=[{"name": "1"}, {"name": "1"}])],
)
def columns_entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two entries of `columns` are identical.

    To mend: take the repeated entry out.
    """
    return entries.entries_unique(COLUMNS, definition, ctx)


@rule(
    "plate-column-name-unique",
    on=PlateDef,
    unless=columns_distinct,
    requirement=MUST,
    valid=[plate(columns=[{"name": "1"}, {"name": "2"}])],
    invalid=[plate(columns=[{"name": "1"}, {"name": "1", "note": "again"}])],
)
def column_name_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two columns have the same name; case matters.

    Identical entries are reported by plate-columns-entries-unique.

    Peers: ome-zarr-models 1.8.1 compares whole entries.

    To mend: give every column a name of its own; the paths of wells are made of them.
    """
    return entries.name_unique(COLUMNS, definition, ctx)


@rule(
    "plate-column-name-case-collision",
    on=PlateDef,
    unless=columns_distinct,
    requirement=SHOULD,
    valid=[plate(columns=[{"name": "Aa"}, {"name": "Bb"}])],
    invalid=[plate(columns=[{"name": "Aa"}, {"name": "aA"}])],
)
def column_name_case_collision(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two column names differ only in case.

    Some file systems take them for one.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: rename one of them, and its group.
    """
    return entries.case_collision(COLUMNS, definition, ctx)


@rule(
    "plate-column-name-alphanumeric",
    on=Column,
    requirement=MUST,
    valid=[{"name": "1"}],
    invalid=[{"name": name} for name in ("A-1", "", "Ä", "A\n")],
)
def column_name_alphanumeric(column: Column, ctx: Context) -> list[Issue] | None:
    """A column name consists of one or more ASCII letters and digits.

    The pattern of the JSON schema lets a final line break through in Python.

    Peers: ome-zarr-models 1.8.1 also takes the empty string.
    """
    return entries.name_alphanumeric(COLUMNS, column.name, ctx)


@rule(
    "plate-columns-all-physical",
    on=PlateDef,
    requirement=MUST,
    severity=Severity.INFO,
    valid=[plate(rows=entries.numbered(8), columns=entries.numbered(12))],
    invalid=[plate(rows=entries.numbered(8), columns=entries.numbered(11))],
)
def columns_all_physical(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """Every column of the physical plate is listed, even one without wells.

    Cannot be told from the data: information only, where the number fits no standard plate (6, 12, 24, 48, 96, 384, 1536 wells).
    """  # noqa: E501  (as it is printed)
    return entries.all_physical(COLUMNS, definition, ctx)


COLUMNS_RULES = (
    columns_nonempty,
    columns_entries_unique,
    column_name_unique,
    column_name_case_collision,
    column_name_alphanumeric,
    columns_all_physical,
)
