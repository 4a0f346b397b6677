"""OME-NGFF 0.1: typed models, and the plugin that brings them and the rules to `ngff_core`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ngff_v01.models import (
        Acquisition,
        Column,
        Dataset,
        FieldOfView,
        Image,
        ImageLabel,
        LabelColor,
        LabelImage,
        LabelsGroup,
        LabelSource,
        Multiscale,
        Omero,
        OmeroChannel,
        OmeroRenderingDefs,
        OmeroWindow,
        Plate,
        PlateDef,
        PlateWell,
        Row,
        Well,
        WellDef,
    )

__all__ = [
    "Acquisition",
    "Column",
    "Dataset",
    "FieldOfView",
    "Image",
    "ImageLabel",
    "LabelColor",
    "LabelImage",
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
    "Well",
    "WellDef",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ngff_v01' has no attribute {name!r}")
    from ngff_v01 import models  # imported when first used: the plugin does not need it to detect a version

    return getattr(models, name)
