"""Fixes of axes: their types, their units, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import multiscale, with_axes
from ngff_core.fixes.image.parts import array_of, levels_in
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, fix
from ngff_core.migration.interface import Decision
from ngff_core.rules.image.axis_types import near_type, usual_type
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS, meant_unit
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["AXES_FIXES"]

_Y = {"name": "y", "type": "space", "unit": "micrometer"}
_X = {"name": "x", "type": "space", "unit": "micrometer"}
_T = {"name": "t", "type": "time", "unit": "second"}


@fix(
    "axes-type-present",
    safety=SAFE,
    examples=[
        (
            with_axes({"name": "y"}, {"name": "X"}),
            with_axes({"name": "y", "type": "space"}, {"name": "X", "type": "space"}),
        )
    ],
)
def type_added(axis: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the type that goes with the name of the axis, where that is t, c, z, y or x."""
    kind = usual_type(axis.get("name"))
    if kind is not None:
        yield ctx.put(kind, "type")


@fix(
    "axes-type-string",
    safety=SAFE,
    examples=[
        (with_axes({**_Y, "type": None}, _X), with_axes(_Y, _X)),
        (with_axes({"name": "angle", "type": None}, _Y, _X), with_axes({"name": "angle"}, _Y, _X)),
    ],
)
def type_not_null(kind: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the type that goes with the name of the axis in place of null, or leave it out."""
    if kind is None:
        yield ctx.put(usual_type(ctx.above().get("name")) or REMOVED)


@fix("axes-type-known", safety=SAFE, examples=[(with_axes({**_Y, "type": "Spatial"}, _X), with_axes(_Y, _X))])
def type_spelled(kind: str, ctx: FixContext) -> Iterator[Edit]:
    """Write a type as the specification has it: space for Space or spatial, channel for channels."""
    if (meant := near_type(kind)) is not None:
        yield ctx.put(meant)


@fix(
    "axes-type-matches-name",
    safety=UNSAFE,
    examples=[
        (
            with_axes({"name": "t", "type": "space"}, _Y, _X),
            with_axes({"name": "t", "type": "time"}, _Y, _X),
        )
    ],
)
def type_by_name(_: str, ctx: FixContext) -> Iterator[Edit]:
    """Give the axis the type that goes with its name."""
    if (kind := usual_type(ctx.above().get("name"))) is not None:
        yield ctx.put(kind)


@fix(
    "axes-entry-type",
    safety=SAFE,
    versions=("0.4", "0.5"),
    examples=[
        (with_axes("y", "x"), with_axes({"name": "y", "type": "space"}, {"name": "x", "type": "space"})),
        (with_axes("angle", _Y, _X), with_axes({"name": "angle"}, _Y, _X)),
    ],
)
def axis_object(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write an axis that is text, as in 0.3, as an object with that name and the type that goes with it."""
    if isinstance(value, str):
        yield ctx.put(_axis(value))
    elif isinstance(value, list) and all(isinstance(name, str) for name in value):
        yield ctx.put([_axis(name) for name in value])


def _letters(text: str) -> str:
    """Return letters of axes; raise ValueError for anything else."""
    letters = text.strip()
    if sorted(letters, key=_ORDER.find) != list(letters) or len({*letters} & {*_ORDER}) != len(letters):
        raise ValueError(f"expected {_FORM}")
    return letters


_ORDER = "tczyx"
_FORM = "letters of t, c, z, y, x, in this order, such as czyx"
AXES = Decision("axes", "what are the axes of images that do not say so?", _ORDER, form=_FORM, parse=_letters)
_NO_AXES = multiscale(axes=None)
_ARRAY = {"0": ExampleArray((8, 8))}


@fix(
    "axes-present",
    safety=UNSAFE,
    decision=AXES,
    versions=("0.4", "0.5"),
    examples=[({"": _NO_AXES, **_ARRAY}, {"": multiscale(), **_ARRAY})],
)
def axes_added(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add the axes that are meant: of arrays of fewer dimensions than there are letters, the last ones."""
    levels = levels_in(value) if isinstance(value, dict) else None
    array = array_of(levels[0], ctx) if levels else None
    ndim = len(array.shape or ()) if array is not None else 0
    if 2 <= ndim <= len(ctx.answer):
        yield ctx.put([_axis(letter) for letter in ctx.answer[-ndim:]], "axes")


def _axis(name: str) -> dict[str, str]:
    kind = usual_type(name)
    return {"name": name, "type": kind} if kind is not None else {"name": name}


@fix(
    "axes-unit-space-known",
    "axes-unit-time-known",
    safety=SAFE,
    examples=[
        (with_axes({**_Y, "unit": "µm"}, {**_X, "unit": "microns"}), with_axes(_Y, _X)),
        (with_axes({**_T, "unit": "s"}, _Y, _X), with_axes(_T, _Y, _X)),
        (with_axes({**_Y, "unit": "pixel"}, _X), with_axes({"name": "y", "type": "space"}, _X)),
    ],
)
def unit_spelled(unit: str, ctx: FixContext) -> Iterator[Edit]:
    """Write the unit by the name that the specification has for it; one that says nothing (blank, pixel) goes."""
    known = TIME_UNITS if ctx.above().get("type") == "time" else SPACE_UNITS
    meant = meant_unit(unit, known)
    if meant is not None:
        yield ctx.put(meant)
    elif unit.strip().lower() in _NO_UNITS:
        yield ctx.remove()


_NO_UNITS = ("", "pixel", "pixels", "px", "none", "null")


@fix(
    "axes-unit-string",
    safety=SAFE,
    examples=[(with_axes({**_Y, "unit": None}, _X), with_axes({"name": "y", "type": "space"}, _X))],
)
def unit_not_null(unit: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave a unit out that is null."""
    if unit is None:
        yield ctx.remove()


@fix(
    "axes-unit-measured",
    safety=UNSAFE,
    examples=[
        (
            with_axes({"name": "c", "type": "channel", "unit": "meter"}, _Y, _X),
            with_axes({"name": "c", "type": "channel"}, _Y, _X),
        )
    ],
)
def unit_of_channels(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out the unit of a channel axis: channels are not measured."""
    yield ctx.remove()


def _in_scales(unit: str) -> JSONObject:
    """Return an image whose unit stands in a transformation."""
    made = with_axes({"name": "y", "type": "space"}, _X)
    made["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]["unit"] = unit
    return made


_STATED_IN_SCALE = _in_scales("um")
_STATED_TWICE = {"multiscales": [{**_STATED_IN_SCALE["multiscales"][0], "axes": [_Y, _X]}]}


@fix(
    "axes-unit-present",
    safety=SAFE,
    examples=[
        (with_axes({"name": "y", "type": "space", "units": "micrometer"}, _X), with_axes(_Y, _X)),
        (_STATED_IN_SCALE, _STATED_TWICE),
    ],
)
def unit_from_elsewhere(axis: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write under unit what stands under units; else, for axes in space, the one unit that transformations state."""
    if isinstance(axis.get("units"), str):
        yield ctx.put(axis["units"], "unit")
        yield ctx.remove("units")
    elif axis.get("type") == "space" and (unit := _unit_of_scales(ctx)) is not None:
        yield ctx.put(unit, "unit")


def _unit_of_scales(ctx: FixContext) -> str | None:
    """Return the unit that the transformations of all levels state, where they agree."""
    multiscale = ctx.above(2)
    datasets = multiscale.get("datasets") if isinstance(multiscale, dict) else None
    stated = set()
    for level in datasets if isinstance(datasets, list) else ():
        transformations = level.get("coordinateTransformations") if isinstance(level, dict) else None
        for t in transformations if isinstance(transformations, list) else ():
            if isinstance(t, dict) and "unit" in t:
                stated.add(meant_unit(t["unit"], SPACE_UNITS) if isinstance(t["unit"], str) else None)
    return stated.pop() if len(stated) == 1 else None


AXES_FIXES = (
    type_added,
    type_not_null,
    type_spelled,
    type_by_name,
    axes_added,
    axis_object,
    unit_spelled,
    unit_not_null,
    unit_of_channels,
    unit_from_elsewhere,
)
