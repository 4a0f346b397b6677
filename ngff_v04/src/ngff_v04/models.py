"""The documents of OME-NGFF 0.4: what ``.zattrs`` holds for each kind of group."""

from typing import ClassVar

from ngff_core.model import collection, image, labels, plate
from ngff_core.model.image import (
    ChannelAxis,
    CustomAxis,
    Dataset,
    ScaleTransformation,
    SpaceAxis,
    TimeAxis,
    TranslationTransformation,
)
from ngff_core.model.labels import LabelColor, LabelProperty, LabelSource
from ngff_core.model.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.model.plate import Acquisition, Column, FieldOfView, PlateWell, Row
from ngff_core.structure import member, model

__all__ = [
    "Acquisition",
    "Bf2Raw",
    "ChannelAxis",
    "Column",
    "CustomAxis",
    "Dataset",
    "FieldOfView",
    "Image",
    "ImageLabel",
    "LabelColor",
    "LabelImage",
    "LabelProperty",
    "LabelSource",
    "LabelsGroup",
    "Multiscale",
    "Omero",
    "OmeroChannel",
    "OmeroRenderingDefs",
    "OmeroWindow",
    "Plate",
    "PlateDef",
    "PlateWell",
    "Row",
    "ScaleTransformation",
    "Series",
    "SpaceAxis",
    "TimeAxis",
    "TranslationTransformation",
    "Well",
    "WellDef",
]

VERSION = "0.4"


@model
class Multiscale(image.Multiscale):
    """One multiscale image; states version 0.4 unless told otherwise."""

    version: str | None = member(default=VERSION, wrong="version-multiscales-value")


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="multiscale-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")


@model
class ImageLabel(labels.ImageLabel):
    """Colours, properties and source of a label image; states version 0.4 unless told otherwise."""

    version: str | None = member(default=VERSION, wrong="version-label-value")


@model
class LabelImage(Image):
    """The metadata of a label image: an image with ``image-label``."""

    multiscales: list[Multiscale] = member(  # type: ignore[assignment]
        missing="label-multiscales-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
    image_label: ImageLabel | None = member("image-label", default=None, wrong="label-image-label-object")


@model
class LabelsGroup(labels.LabelsGroupMetadata):
    """The metadata of the group ``labels``."""

    VERSION: ClassVar[str | None] = VERSION


@model
class PlateDef(plate.PlateDef):
    """The layout of a plate; states version 0.4 unless told otherwise."""

    version: str | None = member(default=VERSION, wrong="version-plate-value")


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")


@model
class WellDef(plate.WellDef):
    """The images of a well; states version 0.4 unless told otherwise."""

    version: str | None = member(default=VERSION, wrong="version-well-value")


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    well: WellDef = member(missing="well-key-present", wrong="well-key-present")


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION
