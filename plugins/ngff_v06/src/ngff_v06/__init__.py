"""OME-NGFF 0.6: typed models, transformations to compute with, and the plugin that brings them to core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import lazy_models

if TYPE_CHECKING:
    from ngff_core.models.labels import ImageLabel as ImageLabel
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
    from ngff_core.models.plate import PlateDef as PlateDef
    from ngff_core.models.plate import PlateWell as PlateWell
    from ngff_core.models.plate import Row as Row
    from ngff_core.models.plate import WellDef as WellDef
    from ngff_v06.geometry.errors import GeometryError as GeometryError
    from ngff_v06.geometry.graph import CoordinateGraph as CoordinateGraph
    from ngff_v06.geometry.graph import SystemKey as SystemKey
    from ngff_v06.models.collection import Bf2Raw as Bf2Raw
    from ngff_v06.models.collection import Series as Series
    from ngff_v06.models.document import OMEAttributes as OMEAttributes
    from ngff_v06.models.document import OMEMetadata as OMEMetadata
    from ngff_v06.models.document import OMEZarrGroupJSON as OMEZarrGroupJSON
    from ngff_v06.models.image import Dataset as Dataset
    from ngff_v06.models.image import Image as Image
    from ngff_v06.models.image import Multiscale as Multiscale
    from ngff_v06.models.labels import LabelImage as LabelImage
    from ngff_v06.models.labels import LabelsGroup as LabelsGroup
    from ngff_v06.models.plate import Plate as Plate
    from ngff_v06.models.plate import Well as Well
    from ngff_v06.models.scene import Scene as Scene
    from ngff_v06.models.scene import SceneDef as SceneDef
    from ngff_v06.models.systems import ArrayAxis as ArrayAxis
    from ngff_v06.models.systems import Axis as Axis
    from ngff_v06.models.systems import ChannelAxis as ChannelAxis
    from ngff_v06.models.systems import CoordinateAxis as CoordinateAxis
    from ngff_v06.models.systems import CoordinateSystem as CoordinateSystem
    from ngff_v06.models.systems import CoordinateSystemIdentifier as CoordinateSystemIdentifier
    from ngff_v06.models.systems import CustomAxis as CustomAxis
    from ngff_v06.models.systems import DisplacementAxis as DisplacementAxis
    from ngff_v06.models.systems import SpaceAxis as SpaceAxis
    from ngff_v06.models.systems import TimeAxis as TimeAxis
    from ngff_v06.models.transformations import AffineTransformation as AffineTransformation
    from ngff_v06.models.transformations import BijectionTransformation as BijectionTransformation
    from ngff_v06.models.transformations import ByDimensionPart as ByDimensionPart
    from ngff_v06.models.transformations import ByDimensionTransformation as ByDimensionTransformation
    from ngff_v06.models.transformations import CoordinatesTransformation as CoordinatesTransformation
    from ngff_v06.models.transformations import DisplacementsTransformation as DisplacementsTransformation
    from ngff_v06.models.transformations import IdentityTransformation as IdentityTransformation
    from ngff_v06.models.transformations import MapAxisTransformation as MapAxisTransformation
    from ngff_v06.models.transformations import OtherTransformation as OtherTransformation
    from ngff_v06.models.transformations import ProjectAxisTransformation as ProjectAxisTransformation
    from ngff_v06.models.transformations import RotationTransformation as RotationTransformation
    from ngff_v06.models.transformations import ScaleTransformation as ScaleTransformation
    from ngff_v06.models.transformations import SequenceTransformation as SequenceTransformation
    from ngff_v06.models.transformations import Transformation as Transformation
    from ngff_v06.models.transformations import TranslationTransformation as TranslationTransformation

__all__, __getattr__, __dir__ = lazy_models(
    __name__,
    {
        "Acquisition": "ngff_core.models.plate",
        "AffineTransformation": "ngff_v06.models.transformations",
        "ArrayAxis": "ngff_v06.models.systems",
        "Axis": "ngff_v06.models.systems",
        "Bf2Raw": "ngff_v06.models.collection",
        "BijectionTransformation": "ngff_v06.models.transformations",
        "ByDimensionPart": "ngff_v06.models.transformations",
        "ByDimensionTransformation": "ngff_v06.models.transformations",
        "ChannelAxis": "ngff_v06.models.systems",
        "Column": "ngff_core.models.plate",
        "CoordinateAxis": "ngff_v06.models.systems",
        "CoordinateGraph": "ngff_v06.geometry.graph",
        "CoordinateSystem": "ngff_v06.models.systems",
        "CoordinateSystemIdentifier": "ngff_v06.models.systems",
        "CoordinatesTransformation": "ngff_v06.models.transformations",
        "CustomAxis": "ngff_v06.models.systems",
        "Dataset": "ngff_v06.models.image",
        "DisplacementAxis": "ngff_v06.models.systems",
        "DisplacementsTransformation": "ngff_v06.models.transformations",
        "FieldOfView": "ngff_core.models.plate",
        "GeometryError": "ngff_v06.geometry.errors",
        "IdentityTransformation": "ngff_v06.models.transformations",
        "Image": "ngff_v06.models.image",
        "ImageLabel": "ngff_core.models.labels",
        "LabelColor": "ngff_core.models.labels",
        "LabelImage": "ngff_v06.models.labels",
        "LabelProperty": "ngff_core.models.labels",
        "LabelSource": "ngff_core.models.labels",
        "LabelsGroup": "ngff_v06.models.labels",
        "MapAxisTransformation": "ngff_v06.models.transformations",
        "Multiscale": "ngff_v06.models.image",
        "OMEAttributes": "ngff_v06.models.document",
        "OMEMetadata": "ngff_v06.models.document",
        "OMEZarrGroupJSON": "ngff_v06.models.document",
        "Omero": "ngff_core.models.omero",
        "OmeroChannel": "ngff_core.models.omero",
        "OmeroRenderingDefs": "ngff_core.models.omero",
        "OmeroWindow": "ngff_core.models.omero",
        "OtherTransformation": "ngff_v06.models.transformations",
        "Plate": "ngff_v06.models.plate",
        "PlateDef": "ngff_core.models.plate",
        "PlateWell": "ngff_core.models.plate",
        "ProjectAxisTransformation": "ngff_v06.models.transformations",
        "RotationTransformation": "ngff_v06.models.transformations",
        "Row": "ngff_core.models.plate",
        "ScaleTransformation": "ngff_v06.models.transformations",
        "Scene": "ngff_v06.models.scene",
        "SceneDef": "ngff_v06.models.scene",
        "SequenceTransformation": "ngff_v06.models.transformations",
        "Series": "ngff_v06.models.collection",
        "SpaceAxis": "ngff_v06.models.systems",
        "SystemKey": "ngff_v06.geometry.graph",
        "TimeAxis": "ngff_v06.models.systems",
        "Transformation": "ngff_v06.models.transformations",
        "TranslationTransformation": "ngff_v06.models.transformations",
        "Well": "ngff_v06.models.plate",
        "WellDef": "ngff_core.models.plate",
    },
)
