"""Rules on plates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ngff_core.hierarchy import Absent, GroupNode, Why
from ngff_core.issue import Issue
from ngff_core.model.plate import (
    Acquisition,
    Column,
    FieldOfView,
    PlateDef,
    PlateMetadata,
    PlateWell,
    Row,
    WellMetadata,
)
from ngff_core.requirement import MUST, SHOULD, Severity
from ngff_core.rule import Context, Example, Rule, rule
from ngff_core.rules.common import documented, duplicates, equal_json, lacks, sound
from ngff_core.rules.dataset import example as image_example
from ngff_core.rules.dataset import yx

_WELL = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
_IMAGE = image_example(yx(8, 8)).data[""]
_STANDARD = {6: (2, 3), 12: (3, 4), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}


def plate(**changes: Any) -> dict[str, Any]:
    """Return a plate definition of one well, with some members changed (``None`` takes one away)."""
    base: dict[str, Any] = {
        "name": "p",
        "rows": [{"name": "A"}],
        "columns": [{"name": "1"}],
        "wells": [_WELL],
        "field_count": 1,
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def example(definition: dict[str, Any] | None = None, fields: Any = ({"path": "0"},), **nodes: Any) -> Example:
    """Return a plate with one well and its fields."""
    data: dict[str, Any] = {
        "": {"plate": definition or plate()},
        "A": None,
        "A/1": {"well": {"images": list(fields)}},
    }
    for entry in fields:
        data[f"A/1/{entry['path']}"] = _IMAGE
        data[f"A/1/{entry['path']}/0"] = yx(8, 8)
    data.update({path.replace("__", "/"): value for path, value in nodes.items()})
    return Example({path: value for path, value in data.items() if value != "absent"})


# --- rows and columns -------------------------------------------------------------------------------


def _both(what: str) -> tuple[Rule, ...]:
    """Return the rules that hold for rows and columns alike."""
    cls: type[Row] | type[Column] = Row if what == "row" else Column
    key = f"{what}s"
    names = {"row": ("A", "B"), "column": ("1", "2")}[what]

    def listed(*names: Any) -> dict[str, Any]:
        return plate(**{key: [{"name": name} if isinstance(name, str) else name for name in names]})

    def entries(definition: PlateDef) -> list[Any]:
        value = getattr(definition, key)
        return value if value.__class__ is list else []

    def names_of(definition: PlateDef) -> list[Any]:
        return [entry.name if entry.__class__ is cls else None for entry in entries(definition)]

    @rule(f"plate-{key}-nonempty", on=PlateDef, requirement=MUST, valid=[plate()], invalid=[plate(**{key: []})])
    @documented(f"A plate has at least one {what}.\n\nome-zarr-models accepts an empty list.")
    def nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        if getattr(definition, key) == []:
            yield ctx.issue(f"{key} is empty", key, shown="[]", expected=f"at least one {what}")

    @rule(
        f"plate-{key}-entries-unique",
        on=PlateDef,
        requirement=MUST,
        valid=[listed(*names)],
        invalid=[listed(names[0], names[0])],
    )
    @documented(f"No two entries of `{key}` are identical.")
    def entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        items = entries(definition)
        for index, first in duplicates(names_of(definition)):
            if equal_json(items[index], items[first]):
                yield ctx.issue(f"{what} {index} repeats {what} {first}", key, index)

    @rule(
        f"plate-{what}-name-unique",
        on=PlateDef,
        requirement=MUST,
        valid=[listed(*names)],
        invalid=[listed(names[0], {"name": names[0], "note": "again"})],
    )
    @documented(
        f"No two {key} have the same name; case matters.\n\n"
        f"Identical entries are reported by plate-{key}-entries-unique. Peers compare whole entries."
    )
    def name_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        items = entries(definition)
        for index, first in duplicates(names_of(definition)):
            if not equal_json(items[index], items[first]):
                name = items[index].name
                message = f"{what} {index} has the name {name!r} of {what} {first}"
                yield ctx.issue(message, key, index, "name", found=name)

    @rule(
        f"plate-{what}-name-case-collision",
        on=PlateDef,
        requirement=SHOULD,
        valid=[listed("Aa", "Bb")],
        invalid=[listed("Aa", "aA")],
    )
    @documented(f"No two {what} names differ only in case.\n\nSome file systems take them for one. No peer checks it.")
    def case_collision(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        names = [name for name in names_of(definition) if isinstance(name, str)]
        if len({name.lower() for name in names}) == len(set(names)):
            return
        first: dict[str, str] = {}
        for index, name in enumerate(names_of(definition)):
            other = first.setdefault(name.lower(), name) if isinstance(name, str) else name
            if other != name:
                message = f"{what} {name!r} differs from {other!r} only in case"
                yield ctx.issue(message, key, index, "name", found=name)

    @rule(
        f"plate-{what}-name-alphanumeric",
        on=cls,
        requirement=MUST,
        valid=[{"name": names[0]}],
        invalid=[{"name": name} for name in ("A-1", "", "Ä", "A\n")],
    )
    @documented(
        f"A {what} name consists of one or more ASCII letters and digits.\n\n"
        "The pattern of the JSON schema lets a final line break through in Python; ome-zarr-models also takes"
        " the empty string."
    )
    def alphanumeric(entry: Any, ctx: Context) -> Iterator[Issue]:
        name = entry.name
        if isinstance(name, str) and not _alphanumeric(name):
            message = f"{what} name {name!r} is not made of letters and digits"
            yield ctx.issue(message, "name", found=name, expected="ASCII letters and digits")

    @rule(
        f"plate-{key}-all-physical",
        on=PlateDef,
        requirement=MUST,
        severity=Severity.INFO,
        valid=[plate(rows=_names(8), columns=_names(12))],
        invalid=[plate(rows=_names(7 if what == "row" else 8), columns=_names(11 if what == "column" else 12))],
    )
    @documented(
        f"Every {what} of the physical plate is listed, even one without wells.\n\n"
        "Cannot be told from the data: information only, where the number fits no standard plate (6, 12, 24, 48, 96,"
        " 384, 1536 wells)."
    )
    def all_physical(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
        rows, columns = definition.rows, definition.columns
        if rows.__class__ is not list or columns.__class__ is not list or len(rows) * len(columns) < 2:
            return
        count, other = (len(rows), len(columns)) if what == "row" else (len(columns), len(rows))
        sides = [(r, c) if what == "row" else (c, r) for r, c in _STANDARD.values()]
        if count in {side for side, _ in sides}:
            return
        fits = sorted(side for side, across in sides if side > count and across >= other)
        if fits:
            yield ctx.issue(
                f"the plate lists {count} {key}; a standard plate that holds them has {fits[0]}", key,
                shown=f"{count} {key}", expected=f"all {key} of the physical plate, even those without wells",
            )  # fmt: skip

    return nonempty, entries_unique, name_unique, case_collision, alphanumeric, all_physical


def _names(count: int) -> list[dict[str, str]]:
    return [{"name": f"n{index}"} for index in range(count)]


def _alphanumeric(name: str) -> bool:
    return name.isascii() and name.isalnum()


# --- wells ------------------------------------------------------------------------------------------


def unusual_wells(definition: PlateDef) -> list[tuple[int, Any]]:
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
    expected = [[f"{row}/{column}" for column in columns] for row in rows]
    found = []
    for index, well in enumerate(wells):
        try:
            row, column = well.rowIndex, well.columnIndex
            if expected[row][column] == well.path and row >= 0 and column >= 0:
                continue
        except (AttributeError, IndexError, TypeError):
            pass
        found.append((index, well))
    return found


def _plain_names(entries: Any) -> list[str] | None:
    """Return the names of rows or columns if all are there, alphanumeric and distinct."""
    names: list[Any] = [getattr(entry, "name", None) for entry in entries] if entries.__class__ is list else []
    plain = all(isinstance(name, str) and _alphanumeric(name) for name in names)
    return names if plain and len(set(names)) == len(names) else None


@rule(
    "plate-wells-nonempty", on=PlateDef, requirement=MUST, valid=[plate()], invalid=[plate(wells=[])]
)  # fmt: skip
def wells_nonempty(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has at least one well.

    ome-zarr-models accepts an empty list.
    """
    if definition.wells == []:
        yield ctx.issue("wells is empty", "wells", shown="[]", expected="at least one well")


@rule(
    "plate-wells-entries-unique",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[_WELL, _WELL])],
)
def wells_entries_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two entries of `wells` are identical."""
    wells = definition.wells
    if wells.__class__ is not list:
        return
    for index, first in duplicates([w.path if w.__class__ is PlateWell else None for w in wells]):
        if equal_json(wells[index], wells[first]):
            yield ctx.issue(f"well {index} repeats well {first}", "wells", index, found=wells[index].path)


@rule(
    "plate-well-path-two-parts",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**_WELL, "path": p}]) for p in ("A1", "plate/A/1", "A/1/", "A\\1", "../1", "/1")],
)
def path_two_parts(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A well path is two alphanumeric names with one `/` between them, and nothing before or after."""
    for index, well in ctx.shared(unusual_wells, definition):
        path = well.path if well.__class__ is PlateWell else None
        if path.__class__ is str and not _two_parts(path):
            hint = 'write "/" for "\\"' if "\\" in path else None
            yield ctx.issue(
                f"well path {path!r} is not ROW/COLUMN", "wells", index, "path", found=path,
                expected='two names of letters and digits, such as "A/1"', hint=hint,
            )  # fmt: skip


def _two_parts(path: str) -> bool:
    row, _, column = path.partition("/")
    return row.isalnum() and column.isalnum() and path.isascii()


@rule(
    "plate-well-path-names-row-then-column",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**_WELL, "path": "1/A"}])],
)
def path_names(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """The first part of a well path is the name of a row, the second that of a column.

    Every official valid plate of 0.4 writes the column first; 0.5 mended the data. ome-zarr-models
    and ome-zarr-py agree with the text, yaozarrs does not look.
    """
    known = _known_names(definition)
    if known is None:
        return
    rows, columns = known
    for index, well in ctx.shared(unusual_wells, definition):
        path = well.path if well.__class__ is PlateWell else None
        if path.__class__ is not str or not _two_parts(path):
            continue
        row, _, column = path.partition("/")
        if row in rows and column in columns:
            continue
        swapped = row in columns and column in rows
        part = f"{row!r} is no row" if row not in rows else f"{column!r} is no column"
        yield ctx.issue(
            f"in well path {path!r} {part}", "wells", index, "path", found=path,
            expected="the name of a row, then of a column", hint=f'write "{column}/{row}"' if swapped else None,
        )  # fmt: skip


def _known_names(definition: PlateDef) -> tuple[dict[str, int], dict[str, int]] | None:
    """Return the positions of the row and column names; ``None`` when they or the wells are not all known."""
    found = []
    for entries, cls in ((definition.rows, Row), (definition.columns, Column)):
        if entries.__class__ is not list or not entries:
            return None
        names: dict[str, int] = {}
        for index, entry in enumerate(entries):
            if entry.__class__ is not cls or entry.name.__class__ is not str:
                return None
            names.setdefault(entry.name, index)
        found.append(names)
    return (found[0], found[1]) if definition.wells.__class__ is list else None


def _indexes(definition: PlateDef, ctx: Context) -> Iterator[tuple[int, PlateWell, str, int, Any]]:
    """Yield (position, well, key, index, rows or columns) for every index that is an integer, of unusual wells."""
    for position, well in ctx.shared(unusual_wells, definition):
        if well.__class__ is not PlateWell:
            continue
        for key, entries in (("rowIndex", definition.rows), ("columnIndex", definition.columns)):
            value = getattr(well, key)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value):
                yield position, well, key, int(value), entries


@rule(
    "plate-well-index-nonnegative-integer",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**_WELL, "rowIndex": -1}])],
)
def index_nonnegative(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex` and `columnIndex` are integers from 0 up.

    ome-zarr-models accepts negative ones.
    """
    for position, _, key, value, _ in _indexes(definition, ctx):
        if value < 0:
            yield ctx.issue(f"{key} is {value}", "wells", position, key, found=value, expected="an integer from 0 up")


@rule(
    "plate-well-index-in-range",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(wells=[{**_WELL, "rowIndex": 1}])],
)
def index_in_range(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex` and `columnIndex` are positions in `rows` and `columns`, counted from zero.

    ome-zarr-models does not check it.
    """
    for position, _, key, value, entries in _indexes(definition, ctx):
        if entries.__class__ is list and value >= len(entries):
            what = "rows" if key == "rowIndex" else "columns"
            yield ctx.issue(
                f"{key} {value} is beyond the {len(entries)} {what}", "wells", position, key, found=value,
                expected=f"0 to {len(entries) - 1}",
                hint="indexes count from 0" if value == len(entries) else None,
            )  # fmt: skip


@rule(
    "plate-well-index-consistent",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(rows=[{"name": "A"}, {"name": "B"}], wells=[{**_WELL, "path": "B/1"}])],
)
def index_consistent(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`rowIndex`, `columnIndex` and `path` of a well mean the same row and column.

    yaozarrs and ome-zarr-models do not check it.
    """
    known = _known_names(definition)
    if known is None:
        return
    rows, columns = known
    for position, well in ctx.shared(unusual_wells, definition):
        path = well.path if well.__class__ is PlateWell else None
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
                yield ctx.issue(
                    f"{key} {value} of well {path!r} is not that of its path", "wells", position, key, found=value,
                    expected=str(expected),
                )  # fmt: skip


# --- the rest of the plate --------------------------------------------------------------------------


@rule(
    "plate-name-present", on=PlateDef, requirement=SHOULD, valid=[plate()], invalid=[plate(name=None)]
)  # fmt: skip
def name_present(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has a name."""
    if lacks(definition, "name"):
        yield ctx.issue("the plate has no name", expected='"name"')


@rule(
    "plate-field-count-present", on=PlateDef, requirement=SHOULD, valid=[plate()], invalid=[plate(field_count=None)]
)  # fmt: skip
def field_count_present(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """A plate has `field_count`.

    The strict JSON schemas do not ask for it.
    """
    if lacks(definition, "field_count"):
        yield ctx.issue("the plate has no field_count", expected='"field_count"')


def _positive(value: Any) -> bool:
    return not isinstance(value, (int, float)) or isinstance(value, bool) or value > 0


@rule(
    "plate-field-count-positive-integer",
    on=PlateDef,
    requirement=MUST,
    valid=[plate()],
    invalid=[plate(field_count=0)],
)
def field_count_positive(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """`field_count`, when present, is an integer above 0."""
    value = definition.field_count
    if value is not None and not _positive(value):
        yield ctx.issue(f"field_count is {value}", "field_count", found=value, expected="an integer above 0")


@rule(
    "plate-acquisition-id-unique",
    on=PlateDef,
    requirement=MUST,
    valid=[plate(acquisitions=[{"id": 0}, {"id": 1}])],
    invalid=[plate(acquisitions=[{"id": 0}, {"id": 0, "name": "again"}])],
)
def acquisition_id_unique(definition: PlateDef, ctx: Context) -> Iterator[Issue]:
    """No two acquisitions of a plate have the same id.

    No peer checks it.
    """
    first: dict[Any, int] = {}
    for index, acquisition in sound(definition.acquisitions, Acquisition):
        value = acquisition.id
        if isinstance(value, (int, float)) and first.setdefault(value, index) != index:
            yield ctx.issue(
                f"acquisition {index} has the id {value} of acquisition {first[value]}",
                "acquisitions", index, "id", found=value,
            )  # fmt: skip


@rule(
    "plate-acquisition-id-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0}],
    invalid=[{"id": -1}],
)
def acquisition_id_nonnegative(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """The id of an acquisition is an integer from 0 up.

    yaozarrs and ome-zarr-models turn the string "0" into a number; here it is a fault of structure.
    """
    value = acquisition.id
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        yield ctx.issue(f"id is {value}", "id", found=value, expected="an integer from 0 up")


@rule(
    "plate-acquisition-name-present",
    on=Acquisition,
    requirement=SHOULD,
    valid=[{"id": 0, "name": "run 1", "maximumfieldcount": 1}],
    invalid=[{"id": 0}],
)
def acquisition_name_present(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """Every acquisition has a name."""
    if lacks(acquisition, "name"):
        yield ctx.issue(f"acquisition {acquisition.id} has no name", expected='"name"')


@rule(
    "plate-acquisition-maximumfieldcount-present",
    on=Acquisition,
    requirement=SHOULD,
    valid=[{"id": 0, "maximumfieldcount": 2}],
    invalid=[{"id": 0, "maximumFieldCount": 2}],
)
def maximumfieldcount_present(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """Every acquisition has `maximumfieldcount`, all in lower case."""
    if lacks(acquisition, "maximumfieldcount"):
        near = next((k for k in acquisition.extra if k.lower().replace("_", "") == "maximumfieldcount"), None)
        hint = f"{near!r} is written in lower case and without separators" if near else None
        yield ctx.issue(
            f"acquisition {acquisition.id} has no maximumfieldcount", expected='"maximumfieldcount"', hint=hint
        )


@rule(
    "plate-acquisition-maximumfieldcount-positive-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0, "maximumfieldcount": 2}],
    invalid=[{"id": 0, "maximumfieldcount": 0}],
)
def maximumfieldcount_positive(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """`maximumfieldcount` is an integer above 0."""
    value = acquisition.maximumfieldcount
    if value is not None and not _positive(value):
        yield ctx.issue(
            f"maximumfieldcount is {value}", "maximumfieldcount", found=value, expected="an integer above 0"
        )


@rule(
    "plate-acquisition-times-epoch-integer",
    on=Acquisition,
    requirement=MUST,
    valid=[{"id": 0, "starttime": 1343731272, "endtime": 1343737645000}],
    invalid=[
        {"id": 0, "starttime": -1},
        Example({"id": 0, "starttime": 2, "endtime": 1}, "end before start: a warning"),
    ],
)
def acquisition_times(acquisition: Acquisition, ctx: Context) -> Iterator[Issue]:
    """`starttime` and `endtime`, when present, are integer epoch timestamps, not negative.

    Seconds and milliseconds are both found, in official documents, too; both are accepted. An end before the start
    is a warning.
    """
    times = [acquisition.starttime, acquisition.endtime]
    numbers = [t for t in times if isinstance(t, (int, float)) and not isinstance(t, bool)]
    for key, value in zip(("starttime", "endtime"), times, strict=True):
        if value in numbers and value is not None and value < 0:
            yield ctx.issue(f"{key} is {value}", key, found=value, expected="an integer from 0 up")
    if len(numbers) == 2 and 0 <= numbers[1] < numbers[0]:
        yield ctx.issue("endtime is before starttime", "endtime", found=numbers[1], severity=Severity.WARNING)


# --- the hierarchy of the plate ---------------------------------------------------------------------


def _named_wells(node: GroupNode) -> Iterator[tuple[int, str, Any]]:
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    seen: set[str] = set()
    for index, well in sound(getattr(definition, "wells", None), PlateWell):
        path = well.path
        if isinstance(path, str) and path not in seen:
            seen.add(path)
            yield index, path, node.children.get(path)


@rule(
    "plate-well-path-resolves",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[example()],
    invalid=[example(A__1="absent"), example(A__1=_IMAGE), example(plate(wells=[{**_WELL, "path": "../../x"}]))],
)
def well_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each well path leads to a group with well metadata below the plate.

    An error also while an acquisition still runs, by the text. ome-zarr-models tolerates missing wells.
    """
    for index, path, child in _named_wells(node):
        where = ("plate", "wells", index, "path")
        expected = "a group with well metadata"
        if isinstance(child, Absent):
            if child.why in (Why.MISSING, Why.ARRAY):
                what = "an array" if child.why is Why.ARRAY else "no group"
                yield ctx.issue(f"there is {what} at {path!r}", *where, found=path, expected=expected)
            elif child.why is Why.OUTSIDE:
                yield ctx.issue(
                    f"path {path!r} leads out of the store and was not followed", *where, found=path, expected=expected
                )
        elif isinstance(child, GroupNode) and child.kind != "well" and not child.document.problems:
            kind = f"a group of kind {child.kind}" if child.kind else "a group without well metadata"
            yield ctx.issue(f"{path!r} is {kind}", *where, found=path, expected=expected)


@rule(
    "plate-groups-above-images",
    on=GroupNode,
    kinds=["plate"],
    requirement=MUST,
    valid=[example()],
    invalid=[
        Example(
            {
                "": {"plate": plate(wells=[{**_WELL, "path": "A1"}])},
                "A1": {"well": {"images": [{"path": "0"}]}},
                "A1/0": _IMAGE,
                "A1/0/0": yx(8, 8),
            }
        )
    ],
)
def groups_above_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Three groups stand above each field image: the plate, a row, and the well.

    A row that is missing as a group is reported by zarr-image-is-group.
    """
    for index, path, child in _named_wells(node):
        depth = len([part for part in path.split("/") if part not in ("", ".")])
        if isinstance(child, GroupNode) and child.kind == "well" and depth != 2:
            yield ctx.issue(
                f"{depth} group{'s' if depth != 1 else ''} from the plate to well {path!r}",
                "plate", "wells", index, "path", found=path, expected="2: a row and the well",
            )  # fmt: skip


@rule(
    "plate-empty-row-group-absent",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(plate(rows=[{"name": "A"}, {"name": "B"}]), B=None)],
)
def empty_row_absent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """There is no group for a row in which no well has images.

    Needs a store that can list.
    """
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    rows = {row.name for _, row in sound(getattr(definition, "rows", None), Row)}
    used = {path.partition("/")[0] for _, path, _ in _named_wells(node)}
    for path, child in node.groups():
        if child.role == "group" and path in rows and path not in used:
            yield ctx.issue(
                f"row {path!r} has a group but no well", node=path, hint="delete the group, or list its wells"
            )


@rule(
    "plate-empty-well-group-absent",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(plate(columns=[{"name": "1"}, {"name": "2"}]), A__2=None)],
)
def empty_well_absent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """There is no group for a well without images.

    Also reports a group in a row that the plate does not list among its wells. Needs a store that can list.
    """
    listed = {path for _, path, _ in _named_wells(node)}
    for path, child in node.groups():
        if child.role == "well" and path not in listed:
            what = "a well" if child.kind == "well" else "a group without images"
            yield ctx.issue(
                f"{path!r} is {what} that the plate does not list", node=path,
                hint="delete the group, or list it among the wells",
            )  # fmt: skip


def _fields_per_well(node: GroupNode) -> Iterator[tuple[str, list[FieldOfView]]]:
    for path, child in node.groups("well"):
        definition = child.model.well if isinstance(child.model, WellMetadata) else None
        yield path, [field for _, field in sound(getattr(definition, "images", None), FieldOfView)]


@rule(
    "plate-field-count-is-maximum",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[
        example(fields=[{"path": "0"}, {"path": "1"}]),
        Example(example(plate(field_count=4)).data, "larger: information"),
    ],
)
def field_count_is_maximum(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`field_count` is the largest number of fields in any one well, over all acquisitions.

    A larger number is information only, since wells may be missing. No peer checks it.
    """
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    stated = getattr(definition, "field_count", None)
    largest = max(((len(fields), path) for path, fields in _fields_per_well(node)), default=None)
    if largest is None or not isinstance(stated, int) or stated < 1 or largest[0] == stated:
        return
    yield ctx.issue(
        f"field_count is {stated}, but the fullest well {largest[1]!r} has {largest[0]}", "plate", "field_count",
        found=stated, expected=str(largest[0]), severity=Severity.INFO if stated > largest[0] else None,
    )  # fmt: skip


@rule(
    "plate-acquisition-maximumfieldcount-is-maximum",
    on=GroupNode,
    kinds=["plate"],
    requirement=SHOULD,
    valid=[example(plate(acquisitions=[{"id": 0, "maximumfieldcount": 1}]), fields=[{"path": "0", "acquisition": 0}])],
    invalid=[
        example(
            plate(acquisitions=[{"id": 0, "maximumfieldcount": 1}], field_count=2),
            fields=[{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 0}],
        )
    ],
)
def maximumfieldcount_is_maximum(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`maximumfieldcount` is not smaller than the number of fields of that acquisition in any well.

    No peer checks it.
    """
    definition = node.model.plate if isinstance(node.model, PlateMetadata) else None
    largest: dict[Any, tuple[int, str]] = {}
    for path, fields in _fields_per_well(node):
        for number, count in Counter(f.acquisition for f in fields).items():
            largest[number] = max(largest.get(number, (0, "")), (count, path))
    for index, acquisition in sound(getattr(definition, "acquisitions", None), Acquisition):
        stated = acquisition.maximumfieldcount
        count, path = largest.get(acquisition.id, (0, ""))
        if isinstance(stated, int) and 0 < stated < count:
            yield ctx.issue(
                f"acquisition {acquisition.id} has {count} fields in well {path!r}, more than its maximumfieldcount",
                "plate", "acquisitions", index, "maximumfieldcount", found=stated, expected=f"at least {count}",
            )  # fmt: skip


NESTED_VERSION = ("plate", PlateDef, plate())
PLATE_RULES = (
    *_both("row"), *_both("column"), wells_nonempty, wells_entries_unique, path_two_parts, path_names,
    index_nonnegative, index_in_range, index_consistent, name_present, field_count_present, field_count_positive,
    acquisition_id_unique, acquisition_id_nonnegative, acquisition_name_present, maximumfieldcount_present,
    maximumfieldcount_positive, acquisition_times, well_resolves, groups_above_images, empty_row_absent,
    empty_well_absent, field_count_is_maximum, maximumfieldcount_is_maximum,
)  # fmt: skip
