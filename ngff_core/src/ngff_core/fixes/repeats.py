"""Fixes of lists in which the same entry stands twice, and of lists that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image, plate
from ngff_core.mending import SAFE, Edit, FixContext, fix
from ngff_core.mending.edit import value_at
from ngff_core.rules.common import equal_json
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["REPEAT_FIXES"]

_WELL = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
_RED = {"label-value": 1, "rgba": [255, 0, 0, 255]}


def _label(**members: JSON) -> JSONObject:
    return image(**{"image-label": {"version": "0.4", **members}})


def _is_repeated(value: JSON, ctx: FixContext) -> bool:
    """Tell whether an entry of a list is the same as one before it."""
    entries = ctx.above()
    index = int(ctx.pointer[-1]) if isinstance(entries, list) else 0
    return any(equal_json(value, entry) for entry in entries[:index]) if index else False


@fix(
    "plate-wells-entries-unique",
    "well-images-entries-unique",
    "label-colors-entries-unique",
    "label-properties-entries-unique",
    safety=SAFE,
    examples=[
        (plate(wells=[_WELL, _WELL]), plate(wells=[_WELL])),
        (_label(colors=[_RED, _RED]), _label(colors=[_RED])),
    ],
)
def once(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take an entry out that is the same as one before it."""
    if _is_repeated(value, ctx):
        yield ctx.remove()


@fix(
    "plate-rows-entries-unique",
    "plate-columns-entries-unique",
    safety=SAFE,
    examples=[
        (
            plate(
                rows=[{"name": "A"}, {"name": "A"}, {"name": "B"}],
                wells=[_WELL, {**_WELL, "path": "B/1", "rowIndex": 2}],
            ),
            plate(rows=[{"name": "A"}, {"name": "B"}], wells=[_WELL, {**_WELL, "path": "B/1", "rowIndex": 1}]),
        )
    ],
)
def once_in_plate(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take a row or column out that is there before; the indexes of wells that come after it are one less."""
    plate, lists = ctx.above(2), str(ctx.pointer[-2])
    if not _is_repeated(value, ctx) or not isinstance(plate, dict):
        return
    position, first = int(ctx.pointer[-1]), plate[lists].index(value)
    key = {"rows": "rowIndex", "columns": "columnIndex"}.get(lists, "")
    wells = plate.get("wells")
    for index, well in enumerate(wells if isinstance(wells, list) else ()):
        stated = value_at(well, (key,))
        if type(stated) is int and stated >= position:
            now = first if stated == position else stated - 1
            yield Edit(ctx.node, ctx.document, (*ctx.pointer[:-2], "wells", index, key), now)
    yield ctx.remove()


@fix(
    "label-colors-nonempty",
    "label-properties-nonempty",
    "plate-acquisitions-nonempty",
    "series-nonempty",
    safety=SAFE,
    examples=[(_label(colors=[_RED], properties=[]), _label(colors=[_RED]))],
)
def empty_list(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out a list that has no entries."""
    if value == []:
        yield ctx.remove()


REPEAT_FIXES = (once, once_in_plate, empty_list)
