"""Rules on the axes of an image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.image import CustomAxis, Multiscale, MultiscaleMetadata, SpaceAxis, TimeAxis
from ngff_core.rules.common import duplicates, lacks
from ngff_core.rules.image.units import MEANT, SPACE_UNITS, TIME_UNITS
from ngff_core.structure.model import Model

_MEASURED = (SpaceAxis, TimeAxis)
_RANKS: dict[str | None, int] = {"time": 0, "space": 2}
_TYPES = ("space", "time", "channel")
_MEANT_TYPES = {"spatial": "space", "temporal": "time", "channels": "channel"}


def example(*axes: Any) -> dict[str, Any]:
    """Return a multiscale with these axes: names, (name, type) or objects."""
    known = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
    written = [{"name": a, "type": known[a]} if isinstance(a, str) else a for a in axes]
    vector = [1.0] * len(axes)
    datasets = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": vector}]}]
    return {"name": "image", "axes": written, "datasets": datasets}


def axis_types(multiscale: Multiscale) -> list[str | None] | None:
    """Return the types of the axes (``None`` for an untyped one), or ``None`` when they are not all known."""
    axes = multiscale.axes
    if axes.__class__ is not list:
        return None
    types: list[str | None] = []
    for axis in axes:
        if not isinstance(axis, Model):
            return None
        kind = axis.type
        if kind.__class__ is not str and kind is not None:
            return None
        types.append(kind)
    return types


@rule(
    "axes-names-unique",
    on=Multiscale,
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
    requirement=MUST,
    valid=[example("y", "x"), example(*"tczyx")],
    invalid=[example("x"), example(*"tczyx", {"name": "p"})],
)
def count(multiscale: MultiscaleMetadata, ctx: Context) -> list[Issue] | None:
    """An image has 2 to 5 axes."""
    axes = multiscale.array_axes()
    if axes is not None and not 2 <= len(axes) <= 5:
        return [
            ctx.at("axes").issue(f"the image has {len(axes)} axes", shown=f"{len(axes)} axes", expected="2 to 5 axes")
        ]
    return None


@rule(
    "axes-type-present",
    on=CustomAxis,
    requirement=SHOULD,
    valid=[{"name": "a", "type": "angle"}],
    invalid=[{"name": "angle"}],
)
def type_present(axis: CustomAxis, ctx: Context) -> Iterator[Issue]:
    """Every axis has a type.

    An axis without one counts as a custom axis, never as space. The JSON schema of 0.4 and 0.5 counts it
    as space; the prose decides.
    """
    if lacks(axis, "type"):
        name = axis.name
        kinds = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
        kind = kinds.get(name.lower()) if isinstance(name, str) else None
        hint = f'add "type": "{kind}"' if kind else None
        yield ctx.issue(f"axis {name!r} has no type", expected='"type"', hint=hint)


@rule(
    "axes-type-known",
    on=CustomAxis,
    requirement=SHOULD,
    severity=Severity.INFO,
    valid=[{"name": "x", "type": "space"}],
    invalid=[{"name": "x", "type": "Space"}],
)
def type_known(axis: CustomAxis, ctx: Context) -> Iterator[Issue]:
    """An axis type is one that the specification names; others are allowed as custom types.

    Reported as information only, since custom types are legal.
    """
    kind = axis.type
    if isinstance(kind, str) and kind not in _TYPES:
        lower = kind.strip().lower()
        near = lower if lower in _TYPES else _MEANT_TYPES.get(lower)
        hint = f'did you mean "{near}"? as it stands it is a custom type' if near else None
        yield ctx.at("type").issue(f"type {kind!r} is a custom type", found=kind, hint=hint)


@rule(
    "axes-unit-present",
    on=Multiscale,
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
        meant = MEANT.get(unit.strip().lower(), unit.strip().lower())
        yield ctx.at("axes", index, "unit").issue(
            f"unit {unit!r} of axis {axis.name!r} is not in the list of the specification",
            found=unit,
            expected="a UDUNITS-2 name such as " + ("micrometer" if known is SPACE_UNITS else "second"),
            hint=f'write "{meant}"' if meant in known else None,
        )


def _unit(axis: str, unit: str) -> dict[str, Any]:
    kind = "time" if axis == "t" else "space"
    return example(*["y", "x"][: 1 if axis == "x" else 2], {"name": axis, "type": kind, "unit": unit})


@rule(
    "axes-unit-space-known",
    on=Multiscale,
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
    requirement=SHOULD,
    valid=[_unit("t", "second")],
    invalid=[_unit("t", unit) for unit in ("s", "micrometer", "seconds")],
)
def unit_time_known(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The unit of a time axis is one of the 23 UDUNITS-2 names that the specification lists."""
    return _units_known(multiscale, TimeAxis, TIME_UNITS, ctx)


@rule(
    "axes-space-count",
    on=Multiscale,
    requirement=MUST,
    valid=[example("z", "y", "x"), example({"name": "a", "type": "angle"}, "y", "x")],
    invalid=[
        example("c", "x"),
        example(*"zyx", {"name": "w", "type": "space"}),
        example({"name": "y"}, {"name": "x"}),
    ],
)
def space_count(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Two or three axes are of type space."""
    types = ctx.shared(axis_types, multiscale)
    if types is None:
        return
    spaces = types.count("space")
    if not 2 <= spaces <= 3:
        hint = 'give the axes their "type"' if None in types else None
        yield ctx.at("axes").issue(
            f"the image has {spaces} axes of type space",
            shown=f"{spaces} space axes",
            expected="2 or 3 space axes",
            hint=hint,
        )


@rule(
    "axes-time-at-most-one",
    on=Multiscale,
    requirement=MUST,
    valid=[example("t", "y", "x")],
    invalid=[example("t", {"name": "t2", "type": "time"}, "y", "x")],
)
def time_at_most_one(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """At most one axis is of type time."""
    types = ctx.shared(axis_types, multiscale)
    if types is not None and types.count("time") > 1:
        times = types.count("time")
        yield ctx.at("axes").issue(
            f"the image has {times} axes of type time", shown=f"{times} time axes", expected="at most 1"
        )


@rule(
    "axes-channel-or-custom-at-most-one",
    on=Multiscale,
    requirement=MUST,
    valid=[example("c", "y", "x"), example({"name": "a", "type": "angle"}, "y", "x")],
    invalid=[
        example("c", {"name": "c2", "type": "channel"}, "y", "x"),
        example({"name": "a"}, {"name": "b"}, "y", "x"),
        Example(example("c", {"name": "a", "type": "angle"}, "y", "x"), "one of each: a warning"),
    ],
)
def channel_or_custom_at_most_one(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """At most one axis is neither space nor time: one channel axis, or one untyped or custom axis.

    Two of a kind are an error. One channel axis together with one custom axis is a warning, because other tools accept
    it, although the text reads as one in total.

    Peers: ome-zarr-models, ome-zarr-py and yaozarrs accept one channel axis together with one custom axis.
    """
    types = ctx.shared(axis_types, multiscale)
    if types is None:
        return
    channels = types.count("channel")
    customs = len(types) - channels - types.count("space") - types.count("time")
    if customs == len(types):  # without any types axes-space-count says it
        return
    if channels + customs > 1:
        both = channels == 1 and customs == 1
        yield ctx.at("axes").issue(
            f"the image has {channels} channel and {customs} custom or untyped axes",
            shown=f"{channels + customs} axes other than space and time",
            expected="at most 1",
            severity=Severity.WARNING if both else None,
        )


@rule(
    "axes-order-by-type",
    on=Multiscale,
    requirement=MUST,
    valid=[example(*"tczyx"), example({"name": "a", "type": "angle"}, "y", "x"), example({"name": "a"}, "y", "x")],
    invalid=[example("y", "x", "c"), example("c", "t", "y", "x"), example("y", "x", {"name": "a", "type": "angle"})],
)
def order_by_type(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Axes are ordered by type: time first, then the channel or custom axis, then the space axes.

    Peers: yaozarrs sorts custom types behind space: it refuses a custom axis in the right place and accepts one at the
    end.
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
    yield ctx.at("axes", index).issue(
        f"axis {axis.name!r} of type {types[index]} follows {before.name!r} of type {types[index - 1]}",
        found=[a.name for a in multiscale.axes],
        expected=f"time, then channel or custom, then space: {', '.join(str(multiscale.axes[i].name) for i in order)}",
        hint="the arrays have to be transposed with the axes",
    )


@rule(
    "axes-spatial-order-zyx",
    on=Multiscale,
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
            f"the space axes come in the order {', '.join(names)}",
            found=names,
            expected=", ".join(sorted(names, key=str.lower, reverse=True)),
            severity=Severity.INFO if len(names) == 2 else None,
        )


AXES_RULES = (
    names_unique,
    count,
    type_present,
    type_known,
    unit_present,
    unit_space_known,
    unit_time_known,
    space_count,
    time_at_most_one,
    channel_or_custom_at_most_one,
    order_by_type,
    spatial_order_zyx,
)
