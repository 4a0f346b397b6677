"""Write or prepare labels in the group of labels of an image, one by one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, Unpack

from ngff_core.zarr.keys import join
from ngff_write.backends import backend_named
from ngff_write.content import fill
from ngff_write.groups.listing import place_label
from ngff_write.groups.names import checked_name
from ngff_write.groups.prepare import Documents, handles
from ngff_write.options import check_options
from ngff_write.target import NewGroup
from ngff_write.typed.builder import Builder
from ngff_write.typed.given import GivenImage, Levels, ModelError, PartOptions, content_of, shown

__all__ = ["LabelsBuilder"]


class LabelsBuilder(Builder[GivenImage]):
    """Adds labels to the group of labels at a path, such as ``image.zarr/labels``, and to its list.

    What is listed there already stays, also what other processes add meanwhile.
    """

    _members = "labels"

    def __init__(self, dest: str | os.PathLike[str], **options: Unpack[PartOptions]) -> None:
        check_options(options, PartOptions)
        super().__init__(dest, options)

    def write_label(self, name: str, label_image: Any, datasets: Levels, *, progress: bool = False) -> Self:
        """Write labels with all their levels, and list them. Raises as `write_image` does."""
        content = self._content(name, label_image, datasets)
        backend = backend_named(self._options.get("writer", "auto"))
        try:
            self._place(name, content, lambda group: fill(group, content, backend, shown(progress)))
        finally:
            backend.close()
        self._written.append(name)
        return self

    def add_label(self, name: str, label_image: Any, datasets: Levels) -> Self:
        """Note labels that `prepare` is to make: a (shape, dtype) for each dataset."""
        self._added[name] = self._content(name, label_image, datasets)
        return self

    def prepare(self) -> tuple[Path, dict[str, Any]]:
        """Make the labels that were added, with empty arrays; returns these by their paths, such as ``cells/0``."""
        if not self._added:
            raise ModelError("no labels were added: call add_label before prepare")
        documents = Documents(self._dest, self._options.get("writer", "auto"))
        for name, content in self._added.items():
            self._place(name, content, documents.of(content, name))
        return self._dest, handles(str(self._dest), documents)

    def _content(self, name: str, label_image: Any, datasets: Levels) -> GivenImage:
        if checked_name(name, "the label image") in (*self._written, *self._added):
            raise ModelError(f"label {name!r} was added already")
        return content_of(label_image, datasets, self._options, f"label {name!r}")

    def _place(self, name: str, content: GivenImage, fill: Callable[[NewGroup], object]) -> None:
        key = join(self._dest.name, name)
        with NewGroup(self._dest.parent, key, overwrite=self._options.get("overwrite", False)) as group:
            fill(group)
            place_label(group, self._dest.name, name, content.writing)
