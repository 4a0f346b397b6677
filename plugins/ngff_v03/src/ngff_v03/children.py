"""Which documents the metadata of 0.3 names beyond those of earlier versions: the attributes of levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.hierarchy import GroupNode
from ngff_core.models import children
from ngff_core.spec import Child

__all__ = ["NAMES", "image_children", "label_image_children"]

NAMES = children.ARRAY_DIMENSIONS

Batches = Iterator[Sequence[Child]]


def image_children(node: GroupNode) -> Batches:
    """The levels of an image with their attributes, and its labels group if there is one."""
    return children.with_names_of_dimensions(children.image_children(node))


def label_image_children(node: GroupNode) -> Batches:
    """The levels of a label image with their attributes, and the image that it was made from."""
    return children.with_names_of_dimensions(children.label_image_children(node))
