"""High-content screening: plates and wells."""

from typing import Any

from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model

__all__ = [
    "Acquisition",
    "Column",
    "FieldOfView",
    "PlateDef",
    "PlateMetadata",
    "PlateWell",
    "PlateWellMetadata",
    "Row",
    "WellDef",
    "WellMetadata",
]


@model
class Column(Model):
    """One column of the physical plate."""

    name: str = member(missing="plate-column-name-present", wrong="plate-column-name-string")


@model
class Row(Model):
    """One row of the physical plate."""

    name: str = member(missing="plate-row-name-present", wrong="plate-row-name-string")


@model
class PlateWellMetadata(Model):
    """What every entry of ``wells`` has, whatever the version: base of the ``PlateWell`` of the versions."""

    path: str = member(missing="plate-well-path-present", wrong="plate-well-path-string")


@model
class PlateWell(PlateWellMetadata):
    """A well that holds images: ``path`` is ``ROW/COLUMN``, the indexes count from zero."""

    rowIndex: int = member(missing="plate-well-row-index-present", wrong="plate-well-index-nonnegative-integer")
    columnIndex: int = member(missing="plate-well-column-index-present", wrong="plate-well-index-nonnegative-integer")


@model
class Acquisition(Model):
    """One run of the microscope over the plate; times are integers since the epoch."""

    id: int = member(missing="plate-acquisition-id-present", wrong="plate-acquisition-id-integer")
    name: str | None = member(default=None, wrong="plate-acquisition-name-string")
    maximumfieldcount: int | None = member(default=None, wrong="plate-acquisition-maximumfieldcount-positive-integer")
    description: str | None = member(default=None, wrong="plate-acquisition-description-string")
    starttime: int | None = member(default=None, wrong="plate-acquisition-times-epoch-integer")
    endtime: int | None = member(default=None, wrong="plate-acquisition-times-epoch-integer")


@model
class PlateDef(Model):
    """The layout of a plate: all its rows and columns, and the wells that hold images."""

    version: Any = member(default=None)
    name: str | None = member(default=None, wrong="plate-name-string")
    columns: list[Column] = member(missing="plate-columns-present", wrong="plate-columns-present")
    rows: list[Row] = member(missing="plate-rows-present", wrong="plate-rows-present")
    wells: list[PlateWell] = member(missing="plate-wells-present", wrong="plate-wells-present")
    acquisitions: list[Acquisition] | None = member(default=None, wrong="plate-acquisitions-array")
    field_count: int | None = member(default=None, wrong="plate-field-count-positive-integer")


@model
class PlateMetadata(Model):
    """The metadata of a plate group: base of the ``Plate`` of the versions.

    ``bioformats2raw_layout`` stands beside the plate where bioformats2raw wrote it.
    """

    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")
    bioformats2raw_layout: Any = member("bioformats2raw.layout", default=None, last=True)


@model
class FieldOfView(Model):
    """One image of a well; ``acquisition`` is the id of one of the plate's acquisitions."""

    path: str = member(missing="well-image-path-present", wrong="well-image-path-string")
    acquisition: int | None = member(default=None, wrong="well-acquisition-integer")


@model
class WellDef(Model):
    """The images of a well."""

    version: Any = member(default=None)
    images: list[FieldOfView] = member(missing="well-images-present", wrong="well-images-present")


@model
class WellMetadata(Model):
    """The metadata of a well group: base of the ``Well`` of the versions."""

    well: WellDef = member(missing="well-key-present", wrong="well-key-present")
