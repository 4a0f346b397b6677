"""Plates and wells of OME-NGFF 0.3."""

from typing import ClassVar

from ngff_core.models import early, plate
from ngff_core.structure import member, model
from ngff_v03.version import VERSION, version_member

__all__ = ["Plate", "PlateDef", "Well", "WellDef"]


@model
class PlateDef(early.PlateDef):
    """The layout of a plate; states version 0.3 unless told otherwise."""

    version: str | None = version_member("version-plate-value", before="wells")


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")


@model
class WellDef(plate.WellDef):
    """The images of a well; states version 0.3 unless told otherwise."""

    version: str | None = version_member("version-well-value")


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    well: WellDef = member(missing="well-key-present", wrong="well-key-present")
