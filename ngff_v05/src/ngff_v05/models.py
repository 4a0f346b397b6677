"""The models of OME-NGFF 0.5: OME metadata for each kind of group, its parts, and the ``zarr.json`` around it."""

from ngff_core.models.image import (
    ChannelAxis,
    CustomAxis,
    Dataset,
    Multiscale,
    ScaleTransformation,
    SpaceAxis,
    TimeAxis,
    TranslationTransformation,
)
from ngff_core.models.labels import ImageLabel, LabelColor, LabelProperty, LabelSource
from ngff_core.models.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.models.plate import Acquisition, Column, FieldOfView, PlateDef, PlateWell, Row, WellDef
from ngff_v05.collection import Bf2Raw, Series
from ngff_v05.document import OMEAttributes, OMEMetadata, OMEZarrGroupJSON
from ngff_v05.image import Image
from ngff_v05.labels import LabelImage, LabelsGroup
from ngff_v05.plate import Plate, Well

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
