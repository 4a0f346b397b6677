"""The models of OME-NGFF 0.2: what ``.zattrs`` holds for each kind of group, and its parts."""

from ngff_core.models.early import Dataset, PlateWell
from ngff_core.models.labels import LabelColor, LabelProperty, LabelSource
from ngff_core.models.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.models.plate import Acquisition, Column, FieldOfView, Row
from ngff_v02.image import Image, Multiscale
from ngff_v02.labels import ImageLabel, LabelImage, LabelsGroup
from ngff_v02.plate import Plate, PlateDef, Well, WellDef

__all__ = [
    "Acquisition",
    "Column",
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
    "Well",
    "WellDef",
]
