"""The ``zarr.json`` around the OME metadata of 0.5."""

from typing import ClassVar

from ngff_core.models import document
from ngff_core.structure import member, model
from ngff_v05.collection import Bf2Raw, Series
from ngff_v05.image import Image
from ngff_v05.labels import LabelImage, LabelsGroup
from ngff_v05.plate import Plate, Well
from ngff_v05.version import VERSION

__all__ = ["OMEAttributes", "OMEMetadata", "OMEZarrGroupJSON"]

OMEMetadata = Image | LabelImage | LabelsGroup | Plate | Well | Bf2Raw | Series


@model
class OMEAttributes(document.GroupAttributes):
    """The attributes of a group: the OME metadata under ``ome``; other attributes are in ``extra``."""

    VERSION: ClassVar[str | None] = VERSION

    ome: OMEMetadata = member(missing="zarr-ome-namespace", wrong="zarr-ome-namespace")


@model
class OMEZarrGroupJSON(document.GroupDocument):
    """A whole ``zarr.json`` of a group with OME metadata."""

    VERSION: ClassVar[str | None] = VERSION

    attributes: OMEAttributes = document.attributes_member(OMEAttributes)
