"""OME-NGFF 0.1: typed models, and the plugin that brings them and the rules to `ngff_core`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import lazy_models

if TYPE_CHECKING:
    from ngff_core.models.early import Dataset as Dataset
    from ngff_core.models.early import PlateWell as PlateWell
    from ngff_core.models.labels import LabelColor as LabelColor
    from ngff_core.models.labels import LabelSource as LabelSource
    from ngff_core.models.omero import Omero as Omero
    from ngff_core.models.omero import OmeroChannel as OmeroChannel
    from ngff_core.models.omero import OmeroRenderingDefs as OmeroRenderingDefs
    from ngff_core.models.omero import OmeroWindow as OmeroWindow
    from ngff_core.models.plate import Column as Column
    from ngff_core.models.plate import FieldOfView as FieldOfView
    from ngff_core.models.plate import Row as Row
    from ngff_v01.image import Image as Image
    from ngff_v01.image import Multiscale as Multiscale
    from ngff_v01.labels import ImageLabel as ImageLabel
    from ngff_v01.labels import LabelImage as LabelImage
    from ngff_v01.labels import LabelsGroup as LabelsGroup
    from ngff_v01.plate import Acquisition as Acquisition
    from ngff_v01.plate import Plate as Plate
    from ngff_v01.plate import PlateDef as PlateDef
    from ngff_v01.plate import Well as Well
    from ngff_v01.plate import WellDef as WellDef

__all__, __getattr__, __dir__ = lazy_models(
    __name__,
    {
        "Acquisition": "ngff_v01.plate",
        "Column": "ngff_core.models.plate",
        "Dataset": "ngff_core.models.early",
        "FieldOfView": "ngff_core.models.plate",
        "Image": "ngff_v01.image",
        "ImageLabel": "ngff_v01.labels",
        "LabelColor": "ngff_core.models.labels",
        "LabelImage": "ngff_v01.labels",
        "LabelSource": "ngff_core.models.labels",
        "LabelsGroup": "ngff_v01.labels",
        "Multiscale": "ngff_v01.image",
        "Omero": "ngff_core.models.omero",
        "OmeroChannel": "ngff_core.models.omero",
        "OmeroRenderingDefs": "ngff_core.models.omero",
        "OmeroWindow": "ngff_core.models.omero",
        "Plate": "ngff_v01.plate",
        "PlateDef": "ngff_v01.plate",
        "PlateWell": "ngff_core.models.early",
        "Row": "ngff_core.models.plate",
        "Well": "ngff_v01.plate",
        "WellDef": "ngff_v01.plate",
    },
)
