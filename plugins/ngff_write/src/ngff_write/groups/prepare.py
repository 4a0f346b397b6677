"""Prepare hierarchies for those who write pixels themselves: metadata that was evaluated, and empty arrays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_core.zarr.keys import join
from ngff_write.archives import is_archive
from ngff_write.backends import backend_named
from ngff_write.content import LABELS, Content, Document, make, opened
from ngff_write.documents import name_of, writing_of
from ngff_write.groups.collection import CollectionOptions, by_name, new_collection, new_images
from ngff_write.groups.labels import LabelsOptions, new_labels, pictured_at, refuse_source
from ngff_write.groups.listing import place_label
from ngff_write.groups.places import ByPlace, by_path
from ngff_write.groups.plate import PlateOptions, about_of, new_plate
from ngff_write.image import ImageOptions, new_image
from ngff_write.options import check_options, said
from ngff_write.target import NewGroup, local_path

__all__ = [
    "Documents",
    "Prepared",
    "ShapeAndType",
    "empty",
    "empty_of",
    "handles",
    "prepare_collection",
    "prepare_image",
    "prepare_labels",
    "prepare_plate",
]

ShapeAndType = tuple[Sequence[int], Any]
_WANTED = "expected the shape of an image and the type of its pixels, such as ((512, 512), 'uint16')"
_WRITERS = ("auto", "tensorstore", "zarr")


@attrs.frozen
class Prepared:
    """What was prepared: where it is, and its arrays by their paths in it, such as ``"0"`` or ``"A/1/0/0"``.

    They are TensorStores, or arrays of zarr-python with ``writer="zarr"``, all pixels of which are 0.
    """

    path: str
    arrays: Mapping[str, Any]


class Documents:
    """The documents of the arrays that are prepared, for a writer, in what is to be at a path.

    Raises UsageError for an archive, and for another writer than tensorstore and zarr-python.
    """

    def __init__(self, path: str | os.PathLike[str], writer: str = "auto") -> None:
        if is_archive(os.fspath(path)):
            raise UsageError(f"nothing can be written to the arrays of an archive, such as {path}: give a folder")
        if writer not in _WRITERS:
            raise UsageError(f"arrays are prepared for the writers tensorstore and zarr, not for {writer!r}")
        self.writer = writer
        self.found: dict[str, Document] = {}

    def of(self, content: Content, path: str = "") -> Callable[[NewGroup], None]:
        """Return what makes an image, which gets a place at a path, without pixels."""

        def fill(group: NewGroup) -> None:
            self.found |= {join(path, inside): document for inside, document in make(group, content).items()}

        return fill


def handles(path: str, documents: Documents) -> dict[str, Any]:
    """Return the arrays that were prepared in what is at a path by now."""
    return opened(path, documents.found, backend_named(documents.writer))


def empty(shape: Sequence[int], dtype: Any) -> Any:
    """Return pixels of such a shape that take no memory."""
    try:
        return np.broadcast_to(np.zeros((), dtype), tuple(shape))
    except (TypeError, ValueError) as error:
        raise UsageError(f"{_WANTED}, got {said(shape)}, {said(dtype)}") from error


def empty_of(given: Any, what: str) -> Any:
    """Return pixels of a shape and type, given as a pair for something."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise UsageError(f"{_WANTED} of {what}, got {said(given)}")
    return empty(*given)


def prepare_image(
    shape: Sequence[int],
    dtype: Any,
    path: str | os.PathLike[str],
    dims: Sequence[DimSpec],
    **options: Unpack[ImageOptions],
) -> Prepared:
    """Make an image of such a shape and type of pixels, all levels of which are empty; returns its arrays.

    Options and errors are those of `write_image`; ``labels`` are pairs of a shape and a type. The smaller levels are to
    be made as the metadata says: of labels by ``"stride"`` where ``kernel`` is that, else by ``"mode"``.
    """
    check_options(options, ImageOptions)
    path = local_path(path)
    documents = Documents(path, options.get("writer", "auto"))
    labels = {name: empty_of(of, f"labels {name!r}") for name, of in (options.get("labels") or {}).items()}
    name, writing = options.get("name") or name_of(path), writing_of(options.get("version"))
    image = new_image(empty(shape, dtype), dims, writing, name, {**options, "labels": labels})
    with NewGroup.at(path, writing.zarr_format, overwrite=options.get("overwrite", False)) as group:
        documents.of(image)(group)
        group.finish()
    return Prepared(group.path, handles(group.path, documents))


def prepare_labels(
    image_path: str | os.PathLike[str], name: str, dtype: Any = "uint32", **options: Unpack[LabelsOptions]
) -> Prepared:
    """Make labels of an image that is there, all levels of which are empty; returns their arrays.

    They have all axes of the image but that of channels. Options and errors are those of `write_labels`.
    """
    check_options(options, LabelsOptions)
    image_path = local_path(image_path)
    documents = Documents(image_path, options.get("writer", "auto"))
    pictured = pictured_at(image_path)
    kinds = zip(pictured.dims, pictured.levels[0].shape, strict=True)
    shape = [size for dim, size in kinds if dim.infer_type() != "channel"]
    labels = new_labels(empty(shape, dtype), name, pictured, options)
    refuse_source(image_path, name, labels, options)
    with NewGroup(image_path, join(LABELS, name), overwrite=options.get("overwrite", False)) as group:
        documents.of(labels)(group)
        place_label(group, LABELS, name, pictured.writing)
    return Prepared(group.path, handles(group.path, documents))


def prepare_plate(
    fields: ByPlace[ShapeAndType],
    path: str | os.PathLike[str],
    dims: Sequence[DimSpec],
    **options: Unpack[PlateOptions],
) -> Prepared:
    """Make a plate of fields that are empty: a shape and a type for each place, such as ``"A/1/0"``.

    Options and errors are those of `write_plate`.
    """
    check_options(options, PlateOptions)
    path = local_path(path)
    found, documents = by_path(fields), Documents(path, options.get("writer", "auto"))
    writing, about = writing_of(options.get("version")), about_of(path, options)
    with new_plate(path, writing, about, overwrite=options.get("overwrite", False)) as (group, plate):
        for place, of in found.items():
            image = new_image(
                empty_of(of, f"field {place!r}"), dims, writing, place, {**options, "extra_attributes": None}
            )
            plate.place(place, None, documents.of(image, place))
    return Prepared(group.path, handles(group.path, documents))


def prepare_collection(
    images: Mapping[str, ShapeAndType],
    path: str | os.PathLike[str],
    dims: Sequence[DimSpec],
    **options: Unpack[CollectionOptions],
) -> Prepared:
    """Make a collection of images that are empty: a shape and a type for each name.

    Options and errors are those of `write_collection`.
    """
    check_options(options, CollectionOptions)
    path, images = local_path(path), by_name(images)
    documents = Documents(path, options.get("writer", "auto"))
    new = new_images(
        {name: empty_of(of, f"image {name!r}") for name, of in images.items()},
        dims,
        writing_of(options.get("version")),
        options,
    )
    with new_collection(path, new, options) as (group, collection):
        for name, image in new.items():
            collection.place(name, documents.of(image, name))
    return Prepared(group.path, handles(group.path, documents))
