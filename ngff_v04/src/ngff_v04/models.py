"""The models of OME-NGFF 0.4: what ``.zattrs`` holds for each kind of group, and its parts."""

from ngff_core.models.image import (
    ChannelAxis,
    CustomAxis,
    Dataset,
    ScaleTransformation,
    SpaceAxis,
    TimeAxis,
    TranslationTransformation,
)
from ngff_core.models.labels import LabelColor, LabelProperty, LabelSource
from ngff_core.models.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.models.plate import Acquisition, Column, FieldOfView, PlateWell, Row
from ngff_v04.collection import Bf2Raw, Series
from ngff_v04.image import Image, Multiscale
from ngff_v04.labels import ImageLabel, LabelImage, LabelsGroup
from ngff_v04.plate import Plate, PlateDef, Well, WellDef

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
