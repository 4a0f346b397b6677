"""Images of a file as they are written: one by itself, several side by side as a collection."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ngff_write.backends import backend_named
from ngff_write.content import fill, parts_of
from ngff_write.documents import writing_of
from ngff_write.groups.collection import new_collection
from ngff_write.image import ImageOptions, for_place, new_image, write_image
from ngff_write.inputs.arranging import Image

__all__ = ["write_images"]


def write_images(images: Sequence[Image], out: str, how: ImageOptions, ome_xml: bytes | None) -> None:
    """Write one image, or several as a collection with OME-XML; each has a name and members of its own."""
    if len(images) == 1:
        one: ImageOptions = {**how, "name": images[0].name, "members": images[0].members}
        write_image(images[0].pixels, out, images[0].dims, **one)
        return
    writing, each = writing_of(how.get("version")), for_place(out, how)
    new = {
        str(number): new_image(i.pixels, i.dims, writing, i.name or str(number), {**each, "members": i.members})
        for number, i in enumerate(images)
    }
    backend = backend_named(how.get("writer", "auto"), how.get("workers"))
    progress = parts_of(how.get("progress"), lambda: [[content.pixels] for content in new.values()])
    try:
        with new_collection(out, new, {**how, "ome_xml": ome_xml}) as (_, collection):
            for name, content in new.items():
                collection.place(name, partial(fill, content=content, backend=backend, progress=progress()))
    finally:
        backend.close()
