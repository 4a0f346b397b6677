"""Images of a file as they are written: one by itself, several side by side as a collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from ngff_core.errors import UsageError
from ngff_write.backends import backend_named
from ngff_write.content import fill, parts_of
from ngff_write.documents import writing_of
from ngff_write.groups.collection import new_collection
from ngff_write.image import ImageOptions, for_place, new_image, write_image
from ngff_write.inputs.arranging import Given, Image, arranged
from ngff_write.inputs.base import Found

__all__ = ["all_arranged", "write_images"]


def all_arranged(found: Sequence[Found], given: Given) -> Iterator[Image]:
    """Yield what is written of the images of a file; raises UsageError for what is not known, and not given."""
    for number, one in enumerate(found):
        if len(found) == 1:
            yield arranged(one, given)
            return
        with _told_of(number):
            image = arranged(one, given, alone=False)
        yield image


@contextmanager
def _told_of(number: int) -> Iterator[None]:
    """Say of which of several images it is what does not fit it: what is given is given for all of them."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"image {number}: {error}; --series {number} writes that one by itself") from error


def write_images(images: Sequence[Image], out: str, how: ImageOptions, ome_xml: bytes | None) -> None:
    """Write one image, or several as a collection with OME-XML; each has a name and members of its own."""
    if len(images) == 1:
        one: ImageOptions = {**how, "name": images[0].name, "members": images[0].members}
        write_image(images[0].pixels, out, images[0].dims, **one)
        return
    writing, each = writing_of(how.get("version")), for_place(out, how)
    new = {}
    for number, i in enumerate(images):
        with _told_of(number):
            how_of = {**each, "members": i.members}
            new[str(number)] = new_image(i.pixels, i.dims, writing, i.name or str(number), how_of)
    backend = backend_named(how.get("writer", "auto"), how.get("workers"))
    progress = parts_of(how.get("progress"), lambda: [[content.pixels] for content in new.values()])
    try:
        with new_collection(out, new, {**how, "ome_xml": ome_xml}) as (_, collection):
            for name, content in new.items():
                collection.place(name, partial(fill, content=content, backend=backend, progress=progress()))
    finally:
        backend.close()
