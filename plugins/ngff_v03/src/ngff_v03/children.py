"""Which documents the metadata of 0.3 names beyond those of earlier versions: the attributes of levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.hierarchy import GroupNode
from ngff_core.models import children
from ngff_core.spec import Child, Role

__all__ = ["NAMES", "image_children", "label_image_children"]

NAMES = "_ARRAY_DIMENSIONS"

Batches = Iterator[Sequence[Child]]


def image_children(node: GroupNode) -> Batches:
    """The levels of an image with their attributes, and its labels group if there is one."""
    return _with_names(node, children.image_children(node))


def label_image_children(node: GroupNode) -> Batches:
    """The levels of a label image with their attributes, and the image that it was made from."""
    return _with_names(node, children.label_image_children(node))


def _with_names(node: GroupNode, named: Batches) -> Batches:
    """Add the attributes of the levels, where the group itself does not repeat its axes.

    Only they can tell then whether that MUST is kept; they are asked for together with the arrays themselves.
    """
    for batch in named:
        if NAMES in node.document.attributes:
            yield batch
        else:
            levels = [child for child in batch if child.role == Role.ARRAY]
            yield [*batch, *(Child(f"{level.path}/.zattrs", Role.FILE, optional=True) for level in levels)]
