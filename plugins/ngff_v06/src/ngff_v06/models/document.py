"""The ``zarr.json`` around the OME metadata of 0.6."""

from typing import ClassVar

from ngff_core.models import document
from ngff_core.structure import member, model
from ngff_v06.models.collection import Bf2Raw, Series
from ngff_v06.models.image import Image
from ngff_v06.models.labels import LabelImage, LabelsGroup
from ngff_v06.models.plate import Plate, Well
from ngff_v06.models.scene import Scene
from ngff_v06.version import VERSION

__all__ = ["OMEAttributes", "OMEMetadata", "OMEZarrGroupJSON"]

OMEMetadata = Scene | Image | LabelImage | LabelsGroup | Plate | Well | Bf2Raw | Series


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
