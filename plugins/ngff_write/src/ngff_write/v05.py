"""Write OME-NGFF 0.5 with the models of ``ngff_v05`` and the data of every level, by the names of yaozarrs."""

from __future__ import annotations

from ngff_write.typed.collection import Bf2RawBuilder, write_bioformats2raw
from ngff_write.typed.image import prepare_image, write_image
from ngff_write.typed.labels import LabelsBuilder
from ngff_write.typed.plate import PlateBuilder, write_plate

__all__ = [
    "Bf2RawBuilder",
    "LabelsBuilder",
    "PlateBuilder",
    "prepare_image",
    "write_bioformats2raw",
    "write_image",
    "write_plate",
]
