"""Plates and wells of OME-NGFF 0.1."""

from typing import Any, ClassVar

from ngff_core.models import early, plate
from ngff_core.structure import member, model
from ngff_v01.version import VERSION, version_member

__all__ = ["Acquisition", "Plate", "PlateDef", "Well", "WellDef"]


@model
class Acquisition(plate.Acquisition):
    """One run of the microscope over the plate; numbers need not be integers, times may be texts."""

    id: float = member(  # type: ignore[assignment]
        missing="plate-acquisition-id-present", wrong="plate-acquisition-id-integer"
    )
    maximumfieldcount: float | None = member(  # type: ignore[assignment]
        default=None, wrong="plate-acquisition-maximumfieldcount-positive-integer", before="name"
    )
    starttime: Any = member(default=None, before="name")
    endtime: Any = member(default=None, before="name")


@model
class PlateDef(early.PlateDef):
    """The layout of a plate; states version 0.1 unless told otherwise."""

    version: str | None = version_member("version-plate-value", before="wells")
    acquisitions: list[Acquisition] | None = member(  # type: ignore[assignment]
        default=None, wrong="plate-acquisitions-array", before="wells"
    )


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")


@model
class WellDef(plate.WellDef):
    """The images of a well; states version 0.1 unless told otherwise."""

    version: str | None = version_member("version-well-value")


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    well: WellDef = member(missing="well-key-present", wrong="well-key-present")
