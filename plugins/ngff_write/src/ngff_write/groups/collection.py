"""Write collections of images in the layout of bioformats2raw: images side by side, listed in the group ``OME``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Unpack

import attrs

from ngff_core.errors import UsageError
from ngff_core.models.children import LAYOUT, OME_XML
from ngff_core.models.dims import DimSpec
from ngff_core.stores.key import Key
from ngff_core.stores.writing import Write, Writer
from ngff_core.zarr.keys import join
from ngff_write.backends import backend_named
from ngff_write.content import Content, fill, parts_of
from ngff_write.documents import Writing, writing_of
from ngff_write.groups.listing import revised
from ngff_write.groups.names import checked_name
from ngff_write.groups.ome_xml import image_xml, ome_xml_of
from ngff_write.image import HowToWrite, NewImage, for_place, new_image
from ngff_write.options import check_options, mapping_of
from ngff_write.target import NewGroup, local_path

__all__ = ["CollectionOptions", "GrowingCollection", "by_name", "new_collection", "new_images", "write_collection"]

OME = "OME"


class CollectionOptions(HowToWrite, total=False):
    """How a collection is written.

    ``ome_xml`` describes the images in their order, as OME-XML without pixels; it is made of what is known of them
    unless given. ``members`` are further members of the metadata of each image, such as ``omero``.
    """

    ome_xml: str | bytes | None
    members: Mapping[str, Any] | None


@attrs.frozen
class GrowingCollection:
    """A collection at a path that images are added to: each gets its place as a whole, and is to be listed then.

    ``ome_xml`` describes all of them.
    """

    root: str
    writing: Writing
    ome_xml: str | bytes | None = None
    extra: Mapping[str, Any] | None = None

    def place(self, name: str, fill: Callable[[NewGroup], object]) -> list[str]:
        """Fill an image and give it its place; returns the keys of its documents."""
        if checked_name(name, "the image") == OME:
            raise UsageError("an image of a collection cannot be called 'OME', as its list of images is")
        with NewGroup(self.root, name) as group:
            fill(group)
            group.finish()
            return [join(name, key) for key in group.keys]

    def list_images(self, names: Iterable[str], keys: Iterable[str] = ()) -> None:
        """List images that have their place, after those that are listed; ``keys`` are those of their documents."""
        with revised(self.root, self.writing, "adding images") as listing:
            series = listing.value(OME, "series")
            series = series if isinstance(series, list) else []
            listing.put(OME, "series", [*series, *(name for name in names if name not in series)], "Series")
            self._put_ome_xml(listing.store)
            listing.put("", LAYOUT, 3, "Bf2Raw", self.extra)
            listing.write(keys)

    def _put_ome_xml(self, store: Writer) -> None:
        key, data = Key(f"{OME}/{OME_XML}"), self.ome_xml.encode() if isinstance(self.ome_xml, str) else self.ome_xml
        old = store.get(key)
        if data is None:
            store.delete_many([key])
        elif data != old:
            store.put_many([Write(key, old, data)])


def by_name(images: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return images by their names; raises UsageError for anything else."""
    mapping_of(images, "images by their names, such as {'cells': pixels}")
    for name in images:
        checked_name(name, "the image")
    return images


def new_images(
    images: Mapping[str, Any], dims: Sequence[DimSpec], writing: Writing, options: Mapping[str, Any]
) -> dict[str, Content]:
    """Return the images of a collection that are to be written, by their names."""
    how = {**options, "extra_attributes": None}
    return {name: new_image(data, dims, writing, name, how) for name, data in images.items()}


@contextmanager
def new_collection(
    path: str | os.PathLike[str], images: Mapping[str, Content], options: Mapping[str, Any]
) -> Iterator[tuple[NewGroup, GrowingCollection]]:
    """Yield a group that is to be a collection of such images, and that collection, which they are to be placed in.

    It gets its list of images and its name at the end.
    """
    if not images:
        raise UsageError("a collection has one image at least")
    ome_xml = options.get("ome_xml") or ome_xml_of(
        image_xml(number, name, image.plan) if isinstance(image, NewImage) else None
        for number, (name, image) in enumerate(images.items())
    )
    writing = next(iter(images.values())).writing
    with NewGroup.at(path, writing.zarr_format, overwrite=options.get("overwrite", False)) as group:
        collection = GrowingCollection(group.folder, writing, ome_xml, options.get("extra_attributes"))
        yield group, collection
        collection.list_images(images)
        group.judge(writing.version)
        group.finish()


def write_collection(
    images: Mapping[str, Any],
    path: str | os.PathLike[str],
    dims: Sequence[DimSpec],
    **options: Unpack[CollectionOptions],
) -> str:
    """Write images side by side, with the list of them in the group ``OME``; returns the path of the collection.

    ``images`` are the pixels of each by its name, in their order, all of them with the same dimensions. The collection
    gets its name when all of it is written. Raises UsageError and StoreError as `write_image` does.
    """
    check_options(options, CollectionOptions)
    path, images = local_path(path), by_name(images)
    backend = backend_named(options.get("writer", "auto"), options.get("workers"))
    new = new_images(images, dims, writing_of(options.get("version")), for_place(path, options))
    progress = parts_of(options.get("progress"), lambda: [[image.pixels] for image in new.values()])
    try:
        with new_collection(path, new, options) as (group, collection):
            for name, image in new.items():
                collection.place(name, partial(fill, content=image, backend=backend, progress=progress()))
        return group.path
    finally:
        backend.close()
