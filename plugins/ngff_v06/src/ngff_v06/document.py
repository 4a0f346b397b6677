"""The ``zarr.json`` around the OME metadata of 0.6."""

from typing import Any, ClassVar, Literal

from ngff_core.structure import Model, member, model
from ngff_v06.collection import Bf2Raw, Series
from ngff_v06.image import Image
from ngff_v06.labels import LabelImage, LabelsGroup
from ngff_v06.plate import Plate, Well
from ngff_v06.scene import Scene
from ngff_v06.version import VERSION

__all__ = ["OMEAttributes", "OMEMetadata", "OMEZarrGroupJSON"]

OMEMetadata = Scene | Image | LabelImage | LabelsGroup | Plate | Well | Bf2Raw | Series


@model
class OMEAttributes(Model):
    """The attributes of a group: the OME metadata under ``ome``; other attributes are in ``extra``."""

    VERSION: ClassVar[str | None] = VERSION

    ome: OMEMetadata = member(missing="zarr-ome-namespace", wrong="zarr-ome-namespace")


def _attributes(value: Any) -> Any:
    """Let a mapping stand for the attributes, as in ``OMEZarrGroupJSON(attributes={"ome": image})``."""
    if isinstance(value, dict) and "ome" in value:
        attributes = OMEAttributes(ome=value["ome"])
        attributes.extra.update((k, v) for k, v in value.items() if k != "ome")
        return attributes
    return value


@model
class OMEZarrGroupJSON(Model):
    """A whole ``zarr.json`` of a group with OME metadata."""

    VERSION: ClassVar[str | None] = VERSION

    zarr_format: Literal[3] = member(default=3, wrong="zarr-format-3")
    node_type: Literal["group"] = member(default="group", wrong="zarr-format-3")
    attributes: OMEAttributes = member(converter=_attributes)
