"""The axes of images: in space, in time, of channels, and all others."""

from typing import Any, Literal

from ngff_core.issues.requirement import SHOULD
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = ["AnyAxis", "Axis", "ChannelAxis", "CustomAxis", "SpaceAxis", "TimeAxis"]


def _axis_name() -> Any:
    return member(missing="axes-name-present", wrong="axes-name-string")


def _axis_unit() -> Any:
    return member(default=None, wrong="axes-unit-string", requirement=SHOULD)


@model
class SpaceAxis(Model):
    """An axis in space; ``unit`` is a UDUNITS-2 name such as ``micrometer``."""

    name: str = _axis_name()
    type: Literal["space"] = member(default="space", wrong="axes-type-string")
    unit: str | None = _axis_unit()


@model
class TimeAxis(Model):
    """The time axis; ``unit`` is a UDUNITS-2 name such as ``second``."""

    name: str = _axis_name()
    type: Literal["time"] = member(default="time", wrong="axes-type-string")
    unit: str | None = _axis_unit()


@model
class ChannelAxis(Model):
    """The channel axis."""

    name: str = _axis_name()
    type: Literal["channel"] = member(default="channel", wrong="axes-type-string")
    unit: str | None = _axis_unit()


@model
class CustomAxis(Model):
    """An axis without a type or of a type of one's own."""

    name: str = _axis_name()
    type: str | None = member(default=None, wrong="axes-type-string", null=SHOULD)
    unit: str | None = _axis_unit()


AnyAxis = SpaceAxis | TimeAxis | ChannelAxis | CustomAxis

Axis = AnyAxis
"""An axis of any type, by the name that users know."""
