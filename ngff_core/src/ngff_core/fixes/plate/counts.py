"""Fixes of the numbers of fields that a plate states, and of its acquisitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.fixes.examples import plate
from ngff_core.fixes.places import members
from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import join

__all__ = ["COUNT_FIXES"]


def _example(before: JSONObject, after: JSONObject, *acquisitions: int) -> FixExample:
    images = [{"path": str(n), "acquisition": acquisition} for n, acquisition in enumerate(acquisitions)]
    nodes = {"A": None, "A/1": {"well": {"images": images}}}
    return FixExample({"": before, **nodes}, {"": after, **nodes})


def _acquired(**members: JSON) -> JSONObject:
    return plate(acquisitions=[{"id": 0, "name": "run", **members}])


def _fields(ctx: FixContext) -> list[list[JSONObject]]:
    """Return the fields of each well of the plate that is there: an entry that stands twice is one, and taken out."""
    wells = [well.get("path") for _, well in members(ctx.ome(), "plate", "wells")]
    listed = [ctx.ome(join(ctx.node, path)) for path in wells if isinstance(path, str)]
    return [list({repr(field): field for _, field in members(well, "well", "images")}.values()) for well in listed]


@fix(
    "plate-field-count-positive-integer",
    "plate-field-count-is-maximum",
    safety=SAFE,
    examples=[
        _example(plate(field_count=0), plate(field_count=2), 0, 0),
        _example(plate(field_count=1), plate(field_count=3), 0, 0, 0),
        (plate(field_count=0), plate(field_count=None)),
    ],
)
def field_count(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write how many fields the fullest well has; leave out a number below 1 where that is not known."""
    most = max(map(len, _fields(ctx)), default=0)
    yield from _at_least(value, most, ctx)


@fix(
    "plate-acquisition-maximumfieldcount-positive-integer",
    "plate-acquisition-maximumfieldcount-is-maximum",
    safety=SAFE,
    examples=[
        _example(_acquired(maximumfieldcount=1), _acquired(maximumfieldcount=2), 0, 0),
        (_acquired(maximumfieldcount=0), _acquired()),
    ],
)
def maximumfieldcount(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write how many fields of the acquisition the fullest well has; leave out a number below 1 otherwise."""
    acquisition = ctx.above()
    known = acquisition.get("id") if isinstance(acquisition, dict) else None
    most = max((Counter(map(_acquisition, fields))[known] for fields in _fields(ctx)), default=0)
    yield from _at_least(value, most if type(known) is int else 0, ctx)


def _acquisition(field: JSONObject) -> int | None:
    value = field.get("acquisition")
    return value if type(value) is int else None


def _at_least(value: JSON, most: int, ctx: FixContext) -> Iterator[Edit]:
    if type(value) not in (int, float) or value >= max(most, 1):
        return
    if most:
        yield ctx.put(most)
    elif value < 1:
        yield ctx.remove()


@fix(
    "plate-acquisition-maximumfieldcount-present",
    safety=SAFE,
    examples=[(_acquired(maximumFieldCount=2), _acquired(maximumfieldcount=2))],
)
def lower_case(acquisition: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write `maximumfieldcount` in lower case and without separators, where it stands there otherwise."""
    if not isinstance(acquisition, dict):
        return
    near = [key for key in acquisition if key.lower().replace("_", "") == "maximumfieldcount"]
    if len(near) == 1:
        yield ctx.put(acquisition[near[0]], "maximumfieldcount")
        yield ctx.remove(near[0])


@fix(
    "plate-acquisition-id-present",
    safety=UNSAFE,
    examples=[
        (
            plate(acquisitions=[{"name": "a", "maximumfieldcount": 1}, {"id": 0, "name": "b", "maximumfieldcount": 1}]),
            plate(
                acquisitions=[
                    {"name": "a", "maximumfieldcount": 1, "id": 1},
                    {"id": 0, "name": "b", "maximumfieldcount": 1},
                ]
            ),
        )
    ],
)
def new_id(acquisition: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Give an acquisition the first number from 0 up that no other one has.

    Not safe: images of the wells may mean another one by it.
    """
    entries = ctx.above()
    if isinstance(acquisition, dict) and "id" not in acquisition and isinstance(entries, list):
        ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
        yield ctx.put(next(number for number in range(len(entries) + 1) if number not in ids), "id")


COUNT_FIXES = (field_count, maximumfieldcount, lower_case, new_id)
