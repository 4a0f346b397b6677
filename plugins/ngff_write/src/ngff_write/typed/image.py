"""Write or prepare one image, with its labels."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from ngff_write.backends import backend_named
from ngff_write.content import Content, WithLabels, fill
from ngff_write.groups.names import checked_name
from ngff_write.groups.prepare import Documents, handles
from ngff_write.options import check_options
from ngff_write.target import NewGroup, local_path
from ngff_write.typed.given import Levels, WriteOptions, content_of, pair_of, shown

__all__ = ["ImageWriteOptions", "prepare_image", "write_image"]


class ImageWriteOptions(WriteOptions, total=False):
    """How an image is written: ``labels`` are a LabelImage and its levels, by name."""

    labels: Mapping[str, tuple[Any, Levels]] | None


def write_image(
    dest: str | os.PathLike[str], image: Any, datasets: Levels, **options: Unpack[ImageWriteOptions]
) -> Path:
    """Write an image with all its levels as they are given, in the version of its model; returns its path.

    ``datasets`` are the arrays of its datasets, or the array of its only one. The image gets its name when all of it is
    written. Raises ModelError where the model does not fit the arrays, ValidationError where it has errors, TakenError
    where something is at the path already.
    """
    check_options(options, ImageWriteOptions)
    dest = local_path(dest)
    content: Content = content_of(image, datasets, options)
    labels = options.get("labels")
    if labels:
        how = {**options, "extra_attributes": None}
        pairs = {checked_name(name, "the label image"): pair_of(of, f"label {name!r}") for name, of in labels.items()}
        found = {name: content_of(*of, how, f"label {name!r}") for name, of in pairs.items()}
        content = WithLabels(content, found, content.writing)
    backend = backend_named(options.get("writer", "auto"))
    try:
        with NewGroup.at(dest, content.writing.zarr_format, overwrite=options.get("overwrite", False)) as group:
            fill(group, content, backend, shown(options.get("progress", False)))
            group.finish()
            return Path(group.path)
    finally:
        backend.close()


def prepare_image(
    dest: str | os.PathLike[str], image: Any, datasets: Levels, **options: Unpack[WriteOptions]
) -> tuple[Path, dict[str, Any]]:
    """Make an image with empty arrays; returns its path, and the arrays by the paths of its datasets.

    ``datasets`` is a (shape, dtype) for each of its datasets, or that of its only one. Raises what `write_image` does.
    """
    check_options(options, WriteOptions)
    dest = local_path(dest)
    documents, content = Documents(dest, options.get("writer", "auto")), content_of(image, datasets, options)
    with NewGroup.at(dest, content.writing.zarr_format, overwrite=options.get("overwrite", False)) as group:
        documents.of(content)(group)
        group.finish()
    return Path(group.path), handles(group.path, documents)
