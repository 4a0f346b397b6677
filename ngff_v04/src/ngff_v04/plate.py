"""Plates and wells of OME-NGFF 0.4."""

from typing import ClassVar

from ngff_core.models import collection, plate
from ngff_core.structure import member, model
from ngff_v04.version import VERSION, version_member

__all__ = ["Plate", "PlateDef", "Well", "WellDef"]


@model
class PlateDef(plate.PlateDef):
    """The layout of a plate; states version 0.4 unless told otherwise."""

    version: str | None = version_member("version-plate-value")


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")
    bioformats2raw_layout: int | None = collection.layout_of_plate_member()


@model
class WellDef(plate.WellDef):
    """The images of a well; states version 0.4 unless told otherwise."""

    version: str | None = version_member("version-well-value")


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    well: WellDef = member(missing="well-key-present", wrong="well-key-present")
