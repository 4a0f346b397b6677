"""The models of OME-NGFF 0.1: what ``.zattrs`` holds for each kind of group, and its parts."""

from ngff_core.models.early import Dataset, PlateWell
from ngff_core.models.labels import LabelColor, LabelSource
from ngff_core.models.omero import Omero, OmeroChannel, OmeroRenderingDefs, OmeroWindow
from ngff_core.models.plate import Column, FieldOfView, Row
from ngff_v01.image import Image, Multiscale
from ngff_v01.labels import ImageLabel, LabelImage, LabelsGroup
from ngff_v01.plate import Acquisition, Plate, PlateDef, Well, WellDef

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
