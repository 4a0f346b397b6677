"""Write or prepare collections in the layout of bioformats2raw, image by image."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, Unpack

import attrs

from ngff_write.backends import backend_named
from ngff_write.content import fill
from ngff_write.groups.collection import GrowingCollection
from ngff_write.groups.names import checked_name
from ngff_write.groups.ome_xml import image_xml, ome_xml_of
from ngff_write.groups.prepare import Documents, handles
from ngff_write.options import check_options, mapping_of, said
from ngff_write.target import NewGroup
from ngff_write.typed.builder import Builder
from ngff_write.typed.given import GivenImage, Levels, ModelError, PartOptions, content_of, pair_of, shown

__all__ = ["Bf2RawBuilder", "write_bioformats2raw"]


class BuilderOptions(PartOptions, total=False):
    """How a collection is written: ``ome_xml`` describes its images, and is made of their metadata unless given.

    ``extra_attributes`` are further ones of its root.
    """

    ome_xml: str | None
    extra_attributes: Mapping[str, Any] | None


class CollectionWriteOptions(BuilderOptions, total=False):
    """How a whole collection is written."""

    progress: bool


class Bf2RawBuilder(Builder[GivenImage]):
    """Adds images to a new collection at a path, and to its list."""

    _members = "images"

    def __init__(self, dest: str | os.PathLike[str], **options: Unpack[BuilderOptions]) -> None:
        check_options(options, BuilderOptions)
        super().__init__(dest, options)
        self._described: list[bytes | None] = []  # in OME-XML

    def write_image(self, name: str, image: Any, datasets: Levels, *, progress: bool = False) -> Self:
        """Write an image with all its levels, and list it. Raises as `write_image` does."""
        content = self._content(name, image, datasets)
        backend = backend_named(self._options.get("writer", "auto"))
        try:
            self._place({name: content}, {name: lambda group: fill(group, content, backend, shown(progress))})
        finally:
            backend.close()
        self._written.append(name)
        return self

    def add_series(self, name: str, image: Any, datasets: Levels) -> Self:
        """Note an image that `prepare` is to make: a (shape, dtype) for each dataset."""
        self._added[name] = self._content(name, image, datasets)
        return self

    def prepare(self) -> tuple[Path, dict[str, Any]]:
        """Make the images that were added, with empty arrays; returns these by their paths, such as ``0/0``."""
        if not self._added:
            raise ModelError("no images were added: call add_series before prepare")
        documents = Documents(self._dest, self._options.get("writer", "auto"))
        self._place(self._added, {name: documents.of(content, name) for name, content in self._added.items()})
        return self._dest, handles(str(self._dest), documents)

    def _content(self, name: str, image: Any, datasets: Levels) -> GivenImage:
        if checked_name(name, "the image") in (*self._written, *self._added):
            raise ModelError(f"image {name!r} was added already")
        return content_of(image, datasets, {**self._options, "extra_attributes": None}, f"image {name!r}")

    def _place(self, images: Mapping[str, GivenImage], fills: Mapping[str, Callable[[NewGroup], object]]) -> None:
        """Give images their places: the first ones together with the collection, which is not there before."""
        numbered = enumerate(images.items(), len(self._described))
        new_ones = (image_xml(number, name, next(iter(image.plans.values()))) for number, (name, image) in numbered)
        described = [*self._described, *new_ones]
        ome_xml = self._options.get("ome_xml") or ome_xml_of(described)
        writing = next(iter(images.values())).writing
        new = GrowingCollection(str(self._dest), writing, ome_xml, self._options.get("extra_attributes"))
        if self._described:
            for name, fill_image in fills.items():
                new.list_images([name], new.place(name, fill_image))
        else:
            self._place_first(new, fills)
        self._described = described

    def _place_first(self, new: GrowingCollection, fills: Mapping[str, Callable[[NewGroup], object]]) -> None:
        writing = new.writing
        with NewGroup.at(self._dest, writing.zarr_format, overwrite=self._options.get("overwrite", False)) as group:
            first = attrs.evolve(new, root=group.folder)
            for name, fill_image in fills.items():
                first.place(name, fill_image)
            first.list_images(fills)
            group.judge(writing.version)
            group.finish()


def write_bioformats2raw(
    dest: str | os.PathLike[str],
    images: Mapping[str, tuple[Any, Levels]],
    **options: Unpack[CollectionWriteOptions],
) -> Path:
    """Write a collection of images, each given by its model and its levels; returns its path.

    Raises what `write_image` does.
    """
    check_options(options, CollectionWriteOptions)
    how: BuilderOptions = {key: of for key, of in options.items() if key != "progress"}  # type: ignore[assignment]
    builder = Bf2RawBuilder(dest, **how)
    for name, given in mapping_of(images, "images by their names, each a model and its levels").items():
        image, datasets = pair_of(given, f"image {said(name)}")
        builder.write_image(name, image, datasets, progress=options.get("progress", False))
    return builder.root_path
