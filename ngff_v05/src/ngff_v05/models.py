"""The documents of OME-NGFF 0.5: the OME metadata of each kind of group, and the ``zarr.json`` around it."""

from typing import Any, ClassVar, Literal

from ngff_core.model import collection, image, labels, plate
from ngff_core.model.image import (
    ChannelAxis,
    CustomAxis,
    Dataset,
    Multiscale,
    ScaleTransformation,
    SpaceAxis,
    TimeAxis,
    TranslationTransformation,
)
from ngff_core.model.labels import ImageLabel, LabelColor, LabelProperty, LabelSource
from ngff_core.model.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.model.plate import Acquisition, Column, FieldOfView, PlateDef, PlateWell, Row, WellDef
from ngff_core.structure import Model, member, model

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
    "OMEAttributes",
    "OMEMetadata",
    "OMEZarrGroupJSON",
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

VERSION = "0.5"


def _version() -> Any:
    return member(default=VERSION, required=False, wrong="version-ome-value")


@model
class Image(image.ImageMetadata):
    """The metadata of an image group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    multiscales: list[Multiscale] = member(missing="multiscale-present", wrong="multiscale-nonempty-array")
    omero: Omero | None = member(default=None, wrong="omero-channels-present")


@model
class LabelImage(Image):
    """The metadata of a label image: an image with ``image-label``."""

    version: str = _version()
    multiscales: list[Multiscale] = member(
        missing="label-multiscales-present", wrong="multiscale-nonempty-array"
    )
    omero: Omero | None = member(default=None, wrong="omero-channels-present")
    image_label: ImageLabel | None = member("image-label", default=None, wrong="label-image-label-object")


@model
class LabelsGroup(labels.LabelsGroupMetadata):
    """The metadata of the group ``labels``."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    labels: list[str] = member(missing="labels-key-present", wrong="labels-is-array-of-strings")


@model
class Plate(plate.PlateMetadata):
    """The metadata of a plate group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    plate: PlateDef = member(missing="plate-key-present", wrong="plate-key-present")


@model
class Well(plate.WellMetadata):
    """The metadata of a well group."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    well: WellDef = member(missing="well-key-present", wrong="well-key-present")


@model
class Bf2Raw(collection.CollectionMetadata):
    """The marker of a collection in the layout of bioformats2raw."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    layout: int = member(
        "bioformats2raw.layout",
        default=3,
        missing="collection-layout-key-present",
        wrong="collection-layout-is-3",
    )


@model
class Series(collection.SeriesMetadata):
    """The images of a collection in order, kept in its group ``OME``."""

    VERSION: ClassVar[str | None] = VERSION

    version: str = _version()
    series: list[str] = member(wrong="series-array-of-strings")


OMEMetadata = Image | LabelImage | LabelsGroup | Plate | Well | Bf2Raw | Series


@model
class OMEAttributes(Model):
    """The attributes of a group: the OME metadata under ``ome``; other attributes are in ``extra``."""

    VERSION: ClassVar[str | None] = VERSION

    ome: OMEMetadata = member(missing="zarr-ome-namespace", wrong="zarr-ome-namespace")


def _attributes(value: Any) -> Any:
    """Let a mapping stand for the attributes, as in ``OMEZarrGroupJSON(attributes={"ome": image})``."""
    if isinstance(value, dict) and "ome" in value:
        return OMEAttributes(ome=value["ome"], extra={k: v for k, v in value.items() if k != "ome"})
    return value


@model
class OMEZarrGroupJSON(Model):
    """A whole ``zarr.json`` of a group with OME metadata."""

    VERSION: ClassVar[str | None] = VERSION

    zarr_format: Literal[3] = member(default=3, wrong="zarr-format-3")
    node_type: Literal["group"] = member(default="group", wrong="zarr-format-3")
    attributes: OMEAttributes = member(converter=_attributes)
