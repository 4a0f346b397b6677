"""Coordinate systems of OME-NGFF 0.6: a name, and axes in order."""

from typing import TYPE_CHECKING, Any, Literal

from ngff_core.issues.requirement import MAY
from ngff_core.models import image
from ngff_core.structure import Model, member, model

if TYPE_CHECKING:
    from ngff_core.models.dims import DimSpec

__all__ = [
    "AnyAxis",
    "ArrayAxis",
    "Axis",
    "ChannelAxis",
    "CoordinateAxis",
    "CoordinateSystem",
    "CoordinateSystemIdentifier",
    "CustomAxis",
    "DisplacementAxis",
    "SpaceAxis",
    "TimeAxis",
    "WithSystems",
    "axis_of",
]


def _unit() -> Any:
    return member(default=None, wrong="axes-unit-string")


def _discrete() -> Any:
    return member(default=None, wrong="axes-discrete-boolean")


def _long_name() -> Any:
    return member(default=None, wrong="axes-long-name-string")


@model
class SpaceAxis(image.SpaceAxis):
    """An axis in space; ``unit`` is a UDUNITS-2 name such as ``micrometer``."""

    unit: str | None = _unit()
    discrete: bool | None = _discrete()
    longName: str | None = _long_name()


@model
class TimeAxis(image.TimeAxis):
    """The time axis; ``unit`` is a UDUNITS-2 name such as ``second``."""

    unit: str | None = _unit()
    discrete: bool | None = _discrete()
    longName: str | None = _long_name()


@model
class ChannelAxis(image.ChannelAxis):
    """The channel axis."""

    unit: str | None = _unit()
    discrete: bool | None = _discrete()
    longName: str | None = _long_name()


@model
class CustomAxis(image.CustomAxis):
    """An axis without a type or of a type of one's own."""

    unit: str | None = _unit()
    discrete: bool | None = _discrete()
    longName: str | None = _long_name()


@model
class _NewAxis(Model):
    """What the axes have that only this version knows."""

    name: str = member(missing="axes-name-present", wrong="axes-name-string")
    unit: str | None = _unit()
    discrete: bool | None = _discrete()
    longName: str | None = _long_name()


@model
class ArrayAxis(_NewAxis):
    """A dimension of an array, counted in pixels."""

    type: Literal["array"] = member(default="array", wrong="axes-type-string", before="unit")


@model
class DisplacementAxis(_NewAxis):
    """The axis of a field along which the parts of each displacement vector lie."""

    type: Literal["displacement"] = member(default="displacement", wrong="axes-type-string", before="unit")


@model
class CoordinateAxis(_NewAxis):
    """The axis of a field along which the coordinates of each point lie."""

    type: Literal["coordinate"] = member(default="coordinate", wrong="axes-type-string", before="unit")


AnyAxis = SpaceAxis | TimeAxis | ChannelAxis | ArrayAxis | DisplacementAxis | CoordinateAxis | CustomAxis
Axis = AnyAxis
_CLASSES = {
    "space": SpaceAxis,
    "time": TimeAxis,
    "channel": ChannelAxis,
    "array": ArrayAxis,
    "displacement": DisplacementAxis,
    "coordinate": CoordinateAxis,
}


def axis_of(dim: "DimSpec") -> AnyAxis:
    """Make the axis of a dimension: of the type it states, else of that which its name means."""
    from ngff_core.models.dims import axis_type

    kind = axis_type(dim)
    made: Any = _CLASSES.get(kind or "")
    axis: AnyAxis = made(name=dim.name, unit=dim.unit) if made else CustomAxis(name=dim.name, type=kind, unit=dim.unit)
    return axis


@model
class CoordinateSystem(Model):
    """A named list of axes that coordinates refer to."""

    name: str = member(missing="coordsys-name-present", wrong="coordsys-name-nonempty-string")
    axes: list[AnyAxis] = member(missing="coordsys-axes-present", wrong="axes-is-array", wrong_item="axes-entry-type")

    def array_axes(self) -> list[Any] | None:
        """Return the axes as they stand; ``None`` where they are no list."""
        return self.axes if self.axes.__class__ is list else None


@model
class CoordinateSystemIdentifier(Model):
    """What a transformation starts from or leads to: a system by name, of the image at ``path`` where there is one.

    The input of a dataset's transformation has no name: there ``path`` is that of the array.
    """

    name: str | None = member(default=None, wrong="transform-input-output-object", null=MAY)
    path: str | None = member(default=None, wrong="transform-input-output-object", null=MAY)


@model
class WithSystems(Model):
    """Base of what defines coordinate systems and links them: multiscales and scenes."""
