"""Rules on the types of axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.models.image import ChannelAxis, CustomAxis, Multiscale, SpaceAxis, TimeAxis
from ngff_core.rules.common import lacks
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted

_TYPES = ("space", "time", "channel")
_MEANT_TYPES = {
    "spatial": "space",
    "spaces": "space",
    "spacial": "space",
    "temporal": "time",
    "times": "time",
    "channels": "channel",
    "chanel": "channel",
}
_USUAL = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_UNITS = {"time": TIME_UNITS, "channel": {None}, "space": SPACE_UNITS}
_ORDINARY = {name: (rank, kind, _UNITS[kind]) for rank, (name, kind) in enumerate(_USUAL.items())}


def example(*axes: JSON) -> JSONObject:
    """Return a multiscale with these axes: names, (name, type) or objects."""
    written = [{"name": a, "type": _USUAL[a]} if isinstance(a, str) else a for a in axes]
    vector = [1.0] * len(axes)
    datasets = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": vector}]}]
    return {"name": "image", "axes": written, "datasets": datasets}


def ordinary_axes(multiscale: Multiscale) -> bool:
    """Tell quickly whether axes are some of t, c, z, y, x in this order, y and x among them, with types and units."""
    before = last = -1
    for axis in multiscale.axes:
        rank, kind, units = _ORDINARY[axis.name]
        if rank <= last or axis.type != kind or axis.unit not in units:
            return False
        before, last = last, rank
    return before == 3 and last == 4


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


def near_type(kind: str) -> str | None:
    """Return the type that a custom type is probably meant to be."""
    lower = kind.strip().lower()
    return lower if lower in _TYPES else _MEANT_TYPES.get(lower)


def usual_type(name: object) -> str | None:
    """Return the type that goes with the name of an axis, where that is t, c, z, y or x, in either case."""
    return _USUAL.get(name.lower()) if isinstance(name, str) else None


def mend_type_first(axes: Sequence[Model]) -> str | None:
    """Return what to do before the order of axes is looked at: where a type is missing, or may be meant otherwise."""
    for axis in axes:
        name, kind = getattr(axis, "name", None), getattr(axis, "type", None)
        meant = (near_type(kind) if isinstance(kind, str) else None) or usual_type(name)
        if meant is not None and meant != kind:
            return f'is axis {name!r} of type "{meant}"? mend that first'
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
        kind = usual_type(name)
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
        near = near_type(kind)
        hint = f'did you mean "{near}"? as it stands it is a custom type' if near else None
        yield ctx.at("type").issue(f"type {kind!r} is a custom type", found=kind, hint=hint)


@rule(
    "axes-type-matches-name",
    on=Multiscale,
    unless=ordinary_axes,
    requirement=MAY,
    valid=[example(*"tczyx"), example({"name": "angle", "type": "channel"}, "y", "x")],
    invalid=[example({"name": "c", "type": "space"}, "y", "x"), example("c", {"name": "Y", "type": "time"}, "z", "x")],
)
def type_matches_name(multiscale: Multiscale, ctx: Context) -> list[Issue] | None:
    """Axes called t, c, z, y and x have the types that go with these names.

    The text lets any name go with any type: information only. A custom type that is probably a slip is reported by
    axes-type-known.

    To mend: give the axis the type that its name says, or another name.
    """
    types = ctx.shared(axis_types, multiscale)
    found = []
    for index, kind in enumerate(types or ()):
        axis = multiscale.axes[index]
        usual = _USUAL.get(axis.name) or usual_type(axis.name) if axis.name.__class__ is str else None
        if kind is None or usual is None or kind == usual or not _is_ordinary(axis) or near_type(kind) == usual:
            continue
        at = ctx.at("axes", index, "type")
        found.append(at.issue(f"axis {axis.name!r} is of type {kind}", found=kind, expected=f'"{usual}"'))
    return found or None


def _is_ordinary(axis: Model) -> bool:
    """Tell whether an axis is of a type that every version has: those of arrays and fields may have any name."""
    return isinstance(axis, (SpaceAxis, TimeAxis, ChannelAxis, CustomAxis))


@rule(
    "axes-space-count",
    on=Multiscale,
    unless=ordinary_axes,
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
        hint = 'give the axes their "type"' if None in types else mend_type_first(multiscale.axes)
        yield ctx.at("axes").issue(
            f"the image has {counted(spaces, 'axis')} of type space",
            shown=counted(spaces, "space axis"),
            expected="2 or 3 space axes",
            hint=hint,
        )


@rule(
    "axes-time-at-most-one",
    on=Multiscale,
    unless=ordinary_axes,
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
    unless=ordinary_axes,
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

    Peers: ome-zarr-models 1.8.1, ome-zarr-py 0.18.0 and yaozarrs 0.3.4 accept one channel axis together with one custom
    axis.
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
            hint=mend_type_first(multiscale.axes),
            severity=Severity.WARNING if both else None,
        )
