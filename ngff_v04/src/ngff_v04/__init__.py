"""OME-NGFF 0.4: typed models, and the plugin that brings them and the rules to `ngff_core`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import lazy_models

if TYPE_CHECKING:
    from ngff_core.models.image import Axis as Axis
    from ngff_core.models.image import ChannelAxis as ChannelAxis
    from ngff_core.models.image import CustomAxis as CustomAxis
    from ngff_core.models.image import Dataset as Dataset
    from ngff_core.models.image import OtherTransformation as OtherTransformation
    from ngff_core.models.image import ScaleTransformation as ScaleTransformation
    from ngff_core.models.image import SpaceAxis as SpaceAxis
    from ngff_core.models.image import TimeAxis as TimeAxis
    from ngff_core.models.image import TranslationTransformation as TranslationTransformation
    from ngff_core.models.labels import LabelColor as LabelColor
    from ngff_core.models.labels import LabelProperty as LabelProperty
    from ngff_core.models.labels import LabelSource as LabelSource
    from ngff_core.models.omero import Omero as Omero
    from ngff_core.models.omero import OmeroChannel as OmeroChannel
    from ngff_core.models.omero import OmeroRenderingDefs as OmeroRenderingDefs
    from ngff_core.models.omero import OmeroWindow as OmeroWindow
    from ngff_core.models.plate import Acquisition as Acquisition
    from ngff_core.models.plate import Column as Column
    from ngff_core.models.plate import FieldOfView as FieldOfView
    from ngff_core.models.plate import PlateWell as PlateWell
    from ngff_core.models.plate import Row as Row
    from ngff_v04.collection import Bf2Raw as Bf2Raw
    from ngff_v04.collection import Series as Series
    from ngff_v04.document import OMEMetadata as OMEMetadata
    from ngff_v04.document import OMEZarrGroupJSON as OMEZarrGroupJSON
    from ngff_v04.image import Image as Image
    from ngff_v04.image import Multiscale as Multiscale
    from ngff_v04.labels import ImageLabel as ImageLabel
    from ngff_v04.labels import LabelImage as LabelImage
    from ngff_v04.labels import LabelsGroup as LabelsGroup
    from ngff_v04.plate import Plate as Plate
    from ngff_v04.plate import PlateDef as PlateDef
    from ngff_v04.plate import Well as Well
    from ngff_v04.plate import WellDef as WellDef

__all__, __getattr__, __dir__ = lazy_models(
    __name__,
    {
        "Acquisition": "ngff_core.models.plate",
        "Axis": "ngff_core.models.image",
        "Bf2Raw": "ngff_v04.collection",
        "ChannelAxis": "ngff_core.models.image",
        "Column": "ngff_core.models.plate",
        "CustomAxis": "ngff_core.models.image",
        "Dataset": "ngff_core.models.image",
        "FieldOfView": "ngff_core.models.plate",
        "Image": "ngff_v04.image",
        "ImageLabel": "ngff_v04.labels",
        "LabelColor": "ngff_core.models.labels",
        "LabelImage": "ngff_v04.labels",
        "LabelProperty": "ngff_core.models.labels",
        "LabelSource": "ngff_core.models.labels",
        "LabelsGroup": "ngff_v04.labels",
        "Multiscale": "ngff_v04.image",
        "OMEMetadata": "ngff_v04.document",
        "OMEZarrGroupJSON": "ngff_v04.document",
        "Omero": "ngff_core.models.omero",
        "OmeroChannel": "ngff_core.models.omero",
        "OmeroRenderingDefs": "ngff_core.models.omero",
        "OmeroWindow": "ngff_core.models.omero",
        "OtherTransformation": "ngff_core.models.image",
        "Plate": "ngff_v04.plate",
        "PlateDef": "ngff_v04.plate",
        "PlateWell": "ngff_core.models.plate",
        "Row": "ngff_core.models.plate",
        "ScaleTransformation": "ngff_core.models.image",
        "Series": "ngff_v04.collection",
        "SpaceAxis": "ngff_core.models.image",
        "TimeAxis": "ngff_core.models.image",
        "TranslationTransformation": "ngff_core.models.image",
        "Well": "ngff_v04.plate",
        "WellDef": "ngff_v04.plate",
    },
)
