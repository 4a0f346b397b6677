"""Rules on the units of axes."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD
from ngff_core.models.image import Multiscale, SpaceAxis, TimeAxis
from ngff_core.rules.common import lacks
from ngff_core.rules.image.axis_types import example
from ngff_core.rules.image.units import MEANT, SPACE_UNITS, TIME_UNITS
from ngff_core.structure.annotations import JSONObject

_MEASURED = (SpaceAxis, TimeAxis)


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


def _unit(axis: str, unit: str) -> JSONObject:
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
