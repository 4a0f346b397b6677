"""Which documents the metadata of 0.4 names: those that every version names, and the attributes of levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.hierarchy.nodes import GroupNode, parent_of
from ngff_core.models import children
from ngff_core.spec import Child

__all__ = ["image_children", "label_image_children"]

Batches = Iterator[Sequence[Child]]


def image_children(node: GroupNode) -> Batches:
    """The levels of an image with their attributes, and its labels group if there is one."""
    return _with_names(node, children.image_children(node))


def label_image_children(node: GroupNode) -> Batches:
    """The levels of a label image with their attributes, and the image that it was made from."""
    return _with_names(node, children.label_image_children(node))


def _with_names(node: GroupNode, named: Batches) -> Batches:
    """Add the attributes of levels where a document more for each costs little: not in plates, not over plain HTTP."""
    dear = node.listing is None or _is_in_a_plate(node)
    return named if dear else children.with_names_of_dimensions(node, named)


def _is_in_a_plate(node: GroupNode) -> bool:
    above = parent_of(node)
    while above is not None:
        if above.kind == "well":
            return True
        above = parent_of(above)
    return False
