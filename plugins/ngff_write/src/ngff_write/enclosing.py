"""What a new hierarchy would lie in: nothing is put into an image, a plate, a collection but by what lists it there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from ngff_core.errors import UsageError
from ngff_core.json_text import loads
from ngff_core.models.children import LAYOUT
from ngff_core.stores.local.store import LocalStore

__all__ = ["documents_in", "refuse_inside"]

_DOCUMENTS = ("zarr.json", ".zattrs", ".zarray")
_NAMESPACE = "ome"
_OWNERS = {
    "multiscales": "the image {}: labels are put there by write_labels (ngff write --labels)",
    "labels": "the labels {}: more are put there by write_labels (ngff write --labels)",
    "plate": "the plate {}: fields are put there by PlateWriter",
    "well": "the well {}: fields are put there by PlateWriter",
    LAYOUT: "the collection {}: images are put there by write_collection, with all others",
    "series": "the list of images {}, which write_collection makes",
}


def refuse_inside(path: str) -> None:
    """Raise UsageError where a path lies in an array or in a group whose metadata says what is in it.

    A group without OME metadata may hold anything, and so may a scene.
    """
    for folder in _above(os.path.realpath(os.path.dirname(path))):
        for document in documents_in(folder, _DOCUMENTS):
            if document.keys() >= {"zarr_format", "shape"}:
                raise UsageError(f"{path} lies in the array {folder}: give another path")
            attributes = document.get("attributes", document)
            for metadata in (attributes, attributes.get(_NAMESPACE)) if isinstance(attributes, dict) else ():
                if said := next((_OWNERS[key] for key in _OWNERS if _has(metadata, key)), None):
                    raise UsageError(f"{path} lies in {said.format(folder)}; else give another path")


def _above(folder: str) -> Iterator[str]:
    """Yield a folder and all above it."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def documents_in(folder: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the documents of such names in a folder that are JSON objects."""
    if not any(os.path.lexists(os.path.join(folder, name)) for name in names):
        return
    for found in LocalStore(folder).get_many(names):
        with suppress(ValueError):
            document = loads(found) if isinstance(found, bytes) else None
            if isinstance(document, dict):
                yield document


def _has(metadata: object, key: str) -> bool:
    return isinstance(metadata, dict) and isinstance(metadata.get(key), (dict, list, int))
