"""Rules on the wells that a plate lists."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.plate import Column, PlateDef, PlateWell, PlateWellMetadata, Row
from ngff_core.rules.common import duplicates, equal_json
from ngff_core.rules.plate.examples import WELL, alphanumeric, plate
from ngff_core.structure.values import JSON
from ngff_core.words import counted, positions

SHORT = 100  # a name that is longer is not put together with others for every well


def ordinary_wells(definition: PlateDef) -> bool:
    """Tell quickly whether each path is made of the plain names that its indexes lead to, and stands there once."""
    wells, rows, columns = definition.wells, _plain_names(definition.rows), _plain_names(definition.columns)
    if rows is None or columns is None or wells.__class__ is not list:
        return False
    first = {index: f"{name}/" for index, name in enumerate(rows)}  # not lists, which have something at -1, too
    second = dict(enumerate(columns))
    paths = {well.path for well in wells if first[well.rowIndex] + second[well.columnIndex] == well.path}
    return len(paths) == len(wells)


def unusual_wells(definition: PlateDef) -> list[tuple[int, JSON]]:
    """Return the entries of `wells` whose path is not plainly made of the names that their indexes lead to.

    Most rules on wells have nothing to say of the others, so they only look at these.
    """
    wells = definition.wells
    if wells.__class__ is not list:
        return []
    rows = _plain_names(definition.rows)
    columns = _plain_names(definition.columns)
    if rows is None or columns is None:
        return list(enumerate(wells))
    found = []
    for index, well in enumerate(wells):
        try:
            row, column = well.rowIndex, well.columnIndex
            if row >= 0 and column >= 0 and f"{rows[row]}/{columns[column]}" == well.path:
                continue
        except (AttributeError, IndexError, TypeError):
            pass
        found.append((index, well))
    return found


def _plain_names(entries: JSON) -> list[str] | None:
    """Return the names of rows or columns if all are there, short, alphanumeric and distinct."""
    names: list[JSON] = [getattr(entry, "name", None) for entry in entries] if entries.__class__ is list else []
    try:
        plain = alphanumeric("".join(names)) and "" not in names and max(map(len, names)) <= SHORT
    except TypeError:
        return None
    return names if plain and len(set(names)) == len(names) else None


@rule("plate-wells-nonempty", on=PlateDef, requirement=MUST, valid=[plate()], invalid=[plate(wells=[])])
def wells_nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has at least one well.

    Peers: ome-zarr-models 1.8.1 accepts an empty list.
    """
    if definition.wells == []:
        yield ctx.at("wells").issue("wells is empty", shown="[]", expected="at least one well")


@rule(
    "plate-wells-entries-unique",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[WELL, WELL])],
)
def wells_entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two entries of `wells` are identical.

    To mend: take the repeated entry out.
    """
    wells = definition.wells
    if wells.__class__ is not list:
        return
    for index, first in duplicates([w.path if isinstance(w, PlateWellMetadata) else None for w in wells]):
        if equal_json(wells[index], wells[first]):
            yield ctx.at("wells", index).issue(f"well {index} repeats well {first}", found=wells[index].path)


@rule(
    "plate-well-path-two-parts",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**WELL, "path": p}]) for p in ("A1", "plate/A/1", "A/1/", "A\\1", "../1", "/1")],
)
def path_two_parts(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A well path is two alphanumeric names with one `/` between them, and nothing before or after."""
    for index, well in ctx.shared(unusual_wells, definition):
        path = well.path if isinstance(well, PlateWell) else None
        if path.__class__ is str and not _two_parts(path):
            hint = 'write "/" for "\\"' if "\\" in path else None
            yield ctx.at("wells", index, "path").issue(
                f"well path {path!r} is not ROW/COLUMN",
                found=path,
                expected='two names of letters and digits, such as "A/1"',
                hint=hint,
            )


def _two_parts(path: str) -> bool:
    row, _, column = path.partition("/")
    return row.isalnum() and column.isalnum() and path.isascii()


@rule(
    "plate-well-path-names-row-then-column",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**WELL, "path": "1/A"}])],
)
def path_names(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """The first part of a well path is the name of a row, the second that of a column.

    Every official valid plate of 0.4 writes the column first; 0.5 mended the data.

    Peers: ome-zarr-models 1.8.1 and ome-zarr-py 0.18.0 agree with the text, yaozarrs 0.3.4 does not look.
    """
    known = _known_names(definition)
    if known is None:
        return
    rows, columns = known
    for index, well in ctx.shared(unusual_wells, definition):
        path = well.path if isinstance(well, PlateWell) else None
        if path.__class__ is not str or not _two_parts(path):
            continue
        row, _, column = path.partition("/")
        if row in rows and column in columns:
            continue
        swapped = row in columns and column in rows
        part = f"{row!r} is no row" if row not in rows else f"{column!r} is no column"
        yield ctx.at("wells", index, "path").issue(
            f"in well path {path!r} {part}",
            found=path,
            expected="the name of a row, then of a column",
            hint=f'write "{column}/{row}"' if swapped else None,
        )


def _known_names(definition: PlateDef) -> tuple[dict[str, int], dict[str, int]] | None:
    """Return the positions of the row and column names; ``None`` when they or the wells are not all known."""
    found = []
    for entries, cls in ((definition.rows, Row), (definition.columns, Column)):
        if entries.__class__ is not list or not entries:
            return None
        names: dict[str, int] = {}
        for index, entry in enumerate(entries):
            if not isinstance(entry, cls) or entry.name.__class__ is not str:
                return None
            names.setdefault(entry.name, index)
        found.append(names)
    return (found[0], found[1]) if definition.wells.__class__ is list else None


def _indexes(definition: PlateDef, ctx: Context) -> Iterator[tuple[int, PlateWell, str, int, JSON]]:
    """Yield (position, well, key, index, rows or columns) for every index that is an integer, of unusual wells."""
    for position, well in ctx.shared(unusual_wells, definition):
        if not isinstance(well, PlateWell):
            continue
        for key, entries in (("rowIndex", definition.rows), ("columnIndex", definition.columns)):
            value = getattr(well, key)
            if type(value) is int or (isinstance(value, float) and value.is_integer()):
                yield position, well, key, int(value), entries


@rule(
    "plate-well-index-nonnegative-integer",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**WELL, "rowIndex": -1}])],
)
def index_nonnegative(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex` and `columnIndex` are integers from 0 up.

    Peers: ome-zarr-models 1.8.1 accepts negative ones.
    """
    for position, _, key, value, _ in _indexes(definition, ctx):
        if value < 0:
            yield ctx.at("wells", position, key).issue(
                f"{key} is {value}", found=value, expected="an integer from 0 up"
            )


@rule(
    "plate-well-index-in-range",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**WELL, "rowIndex": 1}])],
)
def index_in_range(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex` and `columnIndex` are positions in `rows` and `columns`, counted from zero.

    Peers: ome-zarr-models 1.8.1 does not check it.
    """
    for position, _, key, value, entries in _indexes(definition, ctx):
        if entries.__class__ is list and value >= len(entries):
            what = "row" if key == "rowIndex" else "column"
            yield ctx.at("wells", position, key).issue(
                f"{key} {value} is beyond the {counted(len(entries), what)}",
                found=value,
                expected=positions(len(entries)),
                hint="indexes count from 0" if value == len(entries) else None,
            )


@rule(
    "plate-well-index-consistent",
    on=PlateDef,
    unless=ordinary_wells,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(rows=[{"name": "A"}, {"name": "B"}], wells=[{**WELL, "path": "B/1"}])],
)
def index_consistent(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex`, `columnIndex` and `path` of a well mean the same row and column.

    Peers: ome-zarr-io 0.10.2 and ngff-zarr 0.50.0 check it, too; yaozarrs 0.3.4 and ome-zarr-models 1.8.1 do not.
    """
    known = _known_names(definition)
    if known is None:
        return
    rows, columns = known
    for position, well in ctx.shared(unusual_wells, definition):
        path = well.path if isinstance(well, PlateWell) else None
        if path.__class__ is not str:
            continue
        row, _, column = path.partition("/")
        if rows.get(row) == well.rowIndex and columns.get(column) == well.columnIndex:
            continue
        if row not in rows or column not in columns:
            continue
        for key, expected, entries in (("rowIndex", rows[row], rows), ("columnIndex", columns[column], columns)):
            value = getattr(well, key)
            whole = isinstance(value, (int, float)) and not isinstance(value, bool)
            if whole and value != expected and 0 <= value < len(entries):
                yield ctx.at("wells", position, key).issue(
                    f"{key} {value} of well {path!r} is not that of its path", found=value, expected=str(expected)
                )


WELL_ENTRY_RULES = (
    wells_nonempty,
    wells_entries_unique,
    path_two_parts,
    path_names,
    index_nonnegative,
    index_in_range,
    index_consistent,
)
