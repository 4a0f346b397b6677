"""Fixes of the wells that a plate lists: their paths, and where in the rows and columns they are."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import plate
from ngff_core.fixes.places import group_at, nothing_at
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import join

__all__ = ["WELL_FIXES"]

_KEYS = (("rowIndex", "rows"), ("columnIndex", "columns"))
_FOUR = {"rows": [{"name": "A"}, {"name": "B"}], "columns": [{"name": "1"}, {"name": "2"}]}


def _well(path: str, row: JSON = 1, column: JSON = 0) -> JSONObject:
    members = {"path": path, "rowIndex": row, "columnIndex": column}
    return {key: value for key, value in members.items() if value is not None}


def _at(path: str, row: JSON = 1, column: JSON = 0) -> JSONObject:
    return plate(**_FOUR, wells=[_well(path, row, column)])


def _example(before: JSONObject, after: JSONObject, *groups: str) -> FixExample:
    well = {"well": {"images": [{"path": "0"}]}}
    nodes = {path: well if "/" in path else None for path in groups}
    return FixExample({"": before, **nodes}, {"": after, **nodes})


def _position(plate: JSON, key: str, path: object) -> int | None:
    """Return the only place of the row, or column, that the path of a well names."""
    lists = dict(_KEYS)[key]
    entries = plate.get(lists) if isinstance(plate, dict) else None
    row, slash, column = path.partition("/") if isinstance(path, str) else ("", "", "")
    if not slash or not isinstance(entries, list):
        return None
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in entries]
    name = row if key == "rowIndex" else column
    return names.index(name) if names.count(name) == 1 else None


@fix(
    "plate-well-row-index-present",
    "plate-well-column-index-present",
    safety=SAFE,
    examples=[(_at("B/1", None), _at("B/1")), (_at("B/1", None, None), _at("B/1"))],
)
def index_of_path(well: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Give a well the index of the row, or column, that its path names."""
    for key, _ in _KEYS:
        if isinstance(well, dict) and key not in well:
            position = _position(ctx.above(2), key, well.get("path"))
            if position is not None:
                yield ctx.put(position, key)


@fix(
    "plate-well-index-consistent",
    "plate-well-index-nonnegative-integer",
    safety=SAFE,
    examples=[(_at("B/1", 0), _at("B/1")), (_at("B/1", -1), _at("B/1")), (_at("B/1", "1"), _at("B/1"))],
)
def index_by_path(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the index of the row, or column, that the path of the well names: the images lie at the path."""
    yield from _by_path(value, ctx)


@fix("plate-well-index-in-range", safety=UNSAFE, examples=[(_at("B/1", 7), _at("B/1"))])
def index_in_range(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the index of the row, or column, that the path of the well names.

    Not safe: it may be rows or columns that are missing in the plate.
    """
    yield from _by_path(value, ctx)


def _by_path(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    well = ctx.above()
    position = _position(ctx.above(3), str(ctx.pointer[-1]), well.get("path") if isinstance(well, dict) else None)
    if position is not None and (type(value) is not int or value != position):
        yield ctx.put(position)


@fix(
    "plate-well-path-two-parts",
    "plate-well-path-names-row-then-column",
    safety=SAFE,
    examples=[
        _example(_at("B\\1"), _at("B/1"), "B", "B/1"),
        _example(_at("/B/1/"), _at("B/1"), "B", "B/1"),
        _example(_at("1/B"), _at("B/1"), "B", "B/1"),
    ],
)
def well_path(path: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the path of a well as ROW/COLUMN, where the well is there.

    Slashes for backslashes, none at the ends, and the row first: as the names of rows and columns tell.
    """
    if not isinstance(path, str):
        return
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    plate = ctx.above(3)
    for meant in ("/".join(parts), "/".join(reversed(parts))):
        known = len(parts) == 2 and all(_position(plate, key, meant) is not None for key, _ in _KEYS)
        if known and meant != path and group_at(ctx, join(ctx.node, meant)) and not _is_itself(path, parts, ctx):
            yield ctx.put(meant)
            return


def _is_itself(path: str, parts: list[str], ctx: FixContext) -> bool:
    """Tell whether a well lies at what is written there: a name with a backslash, or a column before a row."""
    return path.strip("/") != "/".join(parts) and group_at(ctx, join(ctx.node, path.strip("/")))


@fix(
    "plate-well-path-resolves",
    "well-image-path-resolves",
    safety=UNSAFE,
    examples=[
        _example(
            plate(**_FOUR, wells=[_well("A/1", 0), _well("B/1")]),
            _at("A/1", 0),
            "A",
            "A/1",
        )
    ],
)
def listed_and_gone(path: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take a well, or a field, of which nothing is there out of the list, unless it is the last one.

    Not safe: it may be still to come, or lost. The names in its folder have to be known.
    """
    entries = ctx.above(2)
    several = isinstance(entries, list) and len(entries) > 1
    if isinstance(path, str) and several and nothing_at(ctx, join(ctx.node, path)):
        yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], REMOVED)


WELL_FIXES = (index_of_path, index_by_path, index_in_range, well_path, listed_and_gone)
