"""Rules on the axes of an image: their names, number, units and order; with those on types, all of them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.models.image import ChannelAxis, Multiscale, MultiscaleMetadata, SpaceAxis, TimeAxis
from ngff_core.rules.common import duplicates, lacks
from ngff_core.rules.image.axis_types import (
    axis_types,
    channel_or_custom_at_most_one,
    example,
    mend_type_first,
    ordinary_axes,
    space_count,
    time_at_most_one,
    type_known,
    type_matches_name,
    type_present,
)
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS, meant_unit
from ngff_core.structure.values import JSONObject
from ngff_core.words import counted, listed

__all__ = [
    "AXES_RULES",
    "axis_types",
    "channel_or_custom_at_most_one",
    "count",
    "example",
    "names_unique",
    "order_by_type",
    "space_count",
    "spatial_order_zyx",
    "time_at_most_one",
    "type_known",
    "type_matches_name",
    "type_present",
    "unit_measured",
    "unit_present",
    "unit_space_known",
    "unit_time_known",
]


_MEASURED = (SpaceAxis, TimeAxis)
_RANKS: dict[str | None, int] = {"time": 0, "space": 2}


@rule(
    "axes-names-unique",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=MUST,
    valid=[example("y", "x")],
    invalid=[example("x", {"name": "x", "type": "space", "unit": "meter"})],
)
def names_unique(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """No two axes of an image have the same name.

    Names are compared exactly: `X` and `x` differ. The JSON schema compares whole axis objects, so two axes
    of one name but different units slip through it.

    To mend: rename one of the axes.
    """
    axes = multiscale.axes
    if axes.__class__ is not list:
        return
    for index, first in duplicates([getattr(axis, "name", None) for axis in axes]):
        name = axes[index].name
        yield ctx.at("axes", index, "name").issue(f"axis {index} has the name {name!r} of axis {first}", found=name)


@rule(
    "axes-count",
    on=MultiscaleMetadata,
    unless=ordinary_axes,
    requirement=MUST,
    valid=[example("y", "x"), example(*"tczyx")],
    invalid=[example("x"), example(*"tczyx", {"name": "p"})],
)
def count(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """An image has 2 to 5 axes."""
    axes = multiscale.array_axes()
    if axes is not None and not 2 <= len(axes) <= 5:
        return [
            ctx.at("axes").issue(
                f"the image has {counted(len(axes), 'axis')}", shown=counted(len(axes), "axis"), expected="2 to 5 axes"
            )
        ]
    return None


@rule(
    "axes-unit-present",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=SHOULD,
    valid=[example({"name": "y", "type": "space", "unit": "meter"}, {"name": "x", "type": "space", "unit": "meter"})],
    invalid=[example("y", {"name": "x", "type": "space", "units": "meter"})],
)
def unit_present(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Axes in space and time have a unit.

    The text asks for a unit on every axis, but the official examples leave it off on channel axes; so only
    space and time axes are expected to have one.
    """
    if multiscale.axes.__class__ is not list:
        return
    for index, axis in enumerate(multiscale.axes):
        if isinstance(axis, _MEASURED) and axis.unit is None and lacks(axis, "unit"):
            hint = 'the key is "unit", not "units"' if "units" in (axis._extra or ()) else None
            yield ctx.at("axes", index).issue(f"axis {axis.name!r} has no unit", expected='"unit"', hint=hint)


def _units_known(
    multiscale: Multiscale, cls: type[SpaceAxis | TimeAxis], known: frozenset[str], ctx: Context
) -> Iterator[Issue]:
    axes = multiscale.axes
    for index, axis in enumerate(axes if axes.__class__ is list else ()):
        if not isinstance(axis, cls) or not isinstance(axis.unit, str) or axis.unit in known:
            continue
        unit = axis.unit
        meant = meant_unit(unit, known)
        yield ctx.at("axes", index, "unit").issue(
            f"unit {unit!r} of axis {axis.name!r} is not in the list of the specification",
            found=unit,
            expected="a UDUNITS-2 name such as " + ("micrometer" if known is SPACE_UNITS else "second"),
            hint=f'write "{meant}"' if meant is not None else None,
        )


def _unit(axis: str, unit: str) -> JSONObject:
    kind = "time" if axis == "t" else "space"
    return example(*["y", "x"][: 1 if axis == "x" else 2], {"name": axis, "type": kind, "unit": unit})


@rule(
    "axes-unit-space-known",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=SHOULD,
    valid=[_unit("x", "micrometer")],
    invalid=[_unit("x", unit) for unit in ("micron", "um", "µm", "pixel", " ")],
)
def unit_space_known(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The unit of a space axis is one of the 26 UDUNITS-2 names that the specification lists."""
    return _units_known(multiscale, SpaceAxis, SPACE_UNITS, ctx)


@rule(
    "axes-unit-time-known",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=SHOULD,
    valid=[_unit("t", "second")],
    invalid=[_unit("t", unit) for unit in ("s", "micrometer", "seconds")],
)
def unit_time_known(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The unit of a time axis is one of the 23 UDUNITS-2 names that the specification lists."""
    return _units_known(multiscale, TimeAxis, TIME_UNITS, ctx)


@rule(
    "axes-unit-measured",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=MAY,
    valid=[example("c", "y", "x")],
    invalid=[example({"name": "c", "type": "channel", "unit": "micrometer"}, "y", "x")],
)
def unit_measured(multiscale: Multiscale, ctx: Context) -> list[Issue] | None:
    """A channel axis has no unit.

    Channels are counted, not measured. The text asks for a unit on every axis, the official examples have none on
    channel axes: information only.
    """
    axes = multiscale.axes
    found = []
    for index, axis in enumerate(axes if axes.__class__ is list else ()):
        if isinstance(axis, ChannelAxis) and isinstance(axis.unit, str):
            at = ctx.at("axes", index, "unit")
            message = f"channel axis {axis.name!r} has a unit"
            found.append(at.issue(message, found=axis.unit, hint="leave it out: channels are not measured"))
    return found or None


@rule(
    "axes-order-by-type",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=MUST,
    valid=[example(*"tczyx"), example({"name": "a", "type": "angle"}, "y", "x"), example({"name": "a"}, "y", "x")],
    invalid=[example("y", "x", "c"), example("c", "t", "y", "x"), example("y", "x", {"name": "a", "type": "angle"})],
)
def order_by_type(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Axes are ordered by type: time first, then the channel or custom axis, then the space axes.

    Peers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 refuse a custom axis behind the space axes, too.
    """
    types = ctx.shared(axis_types, multiscale)
    if types is None or "space" not in types:
        return
    rank = _RANKS.get
    ranks = [rank(t, 1) for t in types]
    if ranks == sorted(ranks):
        return
    index = next(i for i in range(1, len(ranks)) if ranks[i] < ranks[i - 1])
    axis, before = multiscale.axes[index], multiscale.axes[index - 1]
    order = sorted(range(len(ranks)), key=lambda i: ranks[i])
    expected, hint = "time, then channel or custom, then space", mend_type_first(multiscale.axes)
    if hint is None:  # else the order may be right
        expected += f": {listed([multiscale.axes[i].name for i in order])}"
    yield ctx.at("axes", index).issue(
        f"axis {axis.name!r} {_of(types[index])} follows {before.name!r} {_of(types[index - 1])}",
        found=[a.name for a in multiscale.axes],
        expected=expected,
        hint=hint or "the arrays have to be transposed with the axes",
    )


def _of(kind: object) -> str:
    return "without a type" if kind is None else f"of type {kind}"


@rule(
    "axes-spatial-order-zyx",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=SHOULD,
    valid=[example("z", "y", "x"), example("y", "x")],
    invalid=[example("x", "y", "z"), Example(example("x", "y"), "two axes: information")],
)
def spatial_order_zyx(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Space axes named x, y and z come in the order z, y, x.

    For two axes, x before y, the text says nothing; that is reported as information.
    """
    axes = multiscale.axes
    if axes.__class__ is not list:
        return
    names = [axis.name for axis in axes if isinstance(axis, SpaceAxis)]
    if names in (["z", "y", "x"], ["y", "x"]) or not all(isinstance(name, str) for name in names):
        return
    lower = [name.lower() for name in names]
    if sorted(lower) in (["x", "y", "z"], ["x", "y"]) and lower != sorted(lower, reverse=True):
        yield ctx.at("axes").issue(
            f"the space axes come in the order {listed(names)}",
            found=names,
            expected=", ".join(sorted(names, key=str.lower, reverse=True)),
            severity=Severity.INFO if len(names) == 2 else None,
        )


AXES_RULES = (
    names_unique,
    count,
    type_present,
    type_known,
    type_matches_name,
    unit_present,
    unit_space_known,
    unit_time_known,
    unit_measured,
    space_count,
    time_at_most_one,
    channel_or_custom_at_most_one,
    order_by_type,
    spatial_order_zyx,
)
