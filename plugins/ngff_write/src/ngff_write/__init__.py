"""Write OME-Zarr: images, labels, plates and collections whose every level is where its metadata says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import lazy_names

if TYPE_CHECKING:
    from ngff_write.groups.collection import write_collection as write_collection
    from ngff_write.groups.labels import write_labels as write_labels
    from ngff_write.groups.plate import PlateWriter as PlateWriter
    from ngff_write.groups.plate import write_plate as write_plate
    from ngff_write.groups.prepare import Prepared as Prepared
    from ngff_write.groups.prepare import prepare_collection as prepare_collection
    from ngff_write.groups.prepare import prepare_image as prepare_image
    from ngff_write.groups.prepare import prepare_labels as prepare_labels
    from ngff_write.groups.prepare import prepare_plate as prepare_plate
    from ngff_write.image import write_image as write_image
    from ngff_write.streaming.stream import ImageStream as ImageStream
    from ngff_write.streaming.stream import stream_image as stream_image

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ImageStream": "ngff_write.streaming.stream",
        "PlateWriter": "ngff_write.groups.plate",
        "Prepared": "ngff_write.groups.prepare",
        "prepare_collection": "ngff_write.groups.prepare",
        "prepare_image": "ngff_write.groups.prepare",
        "prepare_labels": "ngff_write.groups.prepare",
        "prepare_plate": "ngff_write.groups.prepare",
        "stream_image": "ngff_write.streaming.stream",
        "write_collection": "ngff_write.groups.collection",
        "write_image": "ngff_write.image",
        "write_labels": "ngff_write.groups.labels",
        "write_plate": "ngff_write.groups.plate",
    },
)
