"""Plates and wells of OME-NGFF 0.6."""

from typing import ClassVar

from ngff_core.models import collection, plate
from ngff_core.structure import model
from ngff_v06.version import VERSION, version_member

__all__ = ["Plate", "Well"]


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
    bioformats2raw_layout: int | None = collection.layout_of_plate_member()


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = version_member()
