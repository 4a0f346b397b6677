"""Images that are there although nothing lists them, and labels groups that are not where they belong."""

from __future__ import annotations

import attrs

from ngff_core.hierarchy.nodes import Absent, FileNode, GroupNode, Node
from ngff_core.models.children import LABELS, holds_image
from ngff_core.rules.common import once
from ngff_core.spec.spec import Role
from ngff_core.values import Value
from ngff_core.zarr.keys import above
from ngff_core.zarr.text import json_object

__all__ = ["Found", "image_in", "images_in", "in_labels", "labels_out_of_place"]


@attrs.frozen(eq=False, repr=False, slots=False)
class Found(Value):
    """An image that is there although nothing lists it; in the ``other`` Zarr format than the group above it.

    Where its metadata is ``damaged`` it is not known to be one.
    """

    path: str
    other: bool
    damaged: bool = False

    def named(self, image: str = "image") -> str:
        """Return what it is, its path, and what is wrong with it by itself."""
        if self.damaged:
            return f"group {self.path!r}, whose metadata cannot be read,"
        return f"{image} {self.path!r}, in the other Zarr format," if self.other else f"{image} {self.path!r}"


def image_in(node: GroupNode, path: str) -> Found | None:
    """Return the first image at a path, or below it, as far as that was looked at."""
    return once(node, _images_below).get(path)


def images_in(node: GroupNode) -> list[Found]:
    """Return all images below a group that were looked at, and what may be one."""
    return [*{image.path: image for image in once(node, _images_below).values()}.values()]


def _images_below(node: GroupNode) -> dict[str, Found]:
    """Return the first image, or what cannot be read, at or below each path of a group, as far as was looked."""
    found: dict[str, Found] = {}
    for path, child in node.children.items():
        image: Found | None = None
        if isinstance(child, GroupNode):
            damaged = bool(child.document.problems) and not child.ome
            if damaged or child.kind in ("image", "label-image"):
                image = Found(path, other=False, damaged=damaged)
        elif isinstance(child, FileNode):
            place = path.rpartition("/")[0]
            damaged = json_object(child.data) is None and not isinstance(node.children.get(place), GroupNode)
            if damaged or _is_image(child.data):
                image = Found(place, other=True, damaged=damaged)
        if image is None:
            continue
        for place in (path, *above(path)):
            found.setdefault(place, image)
    return found


def _is_image(data: bytes) -> bool:
    document = json_object(data) or {}
    attributes = document.get("attributes", document)
    inside = attributes.get("ome") if isinstance(attributes, dict) else None
    return any(isinstance(holder, dict) and "multiscales" in holder for holder in (attributes, inside))


def labels_out_of_place(node: GroupNode) -> dict[str, str]:
    """Return what each labels group that does not lie below an image lies below, in words, by its path."""
    return once(node, _out_of_place)


def in_labels(node: GroupNode, path: str) -> bool:
    """Tell whether a path is that of a labels group that does not lie below an image, or leads into one."""
    places = labels_out_of_place(node)
    return bool(places) and any(way in places for way in (path, *above(path)))


def _out_of_place(node: GroupNode) -> dict[str, str]:
    found = {}
    for path, child in node.children.items():
        outer, _, name = path.rpartition("/")
        if name == LABELS and isinstance(child, (GroupNode, Absent)):
            holder = node.children.get(outer) if outer else node
            if holder is not None and not holds_image(holder) and _lists_or_holds_labels(node, path, child):
                found[path] = _words(holder)
    return found


def _lists_or_holds_labels(node: GroupNode, path: str, child: GroupNode | Absent) -> bool:
    """Tell whether a group is one of labels: a row is none, and what metadata names in it was not meant as one."""
    if isinstance(child, GroupNode) and (child.ome or child.role == Role.ROW):
        meant = child.namespaced or isinstance((child.ome or {}).get("labels"), list)  # else it is anybody's key
        return child.role != Role.ROW and child.kind == "labels-group" and meant
    return path in once(node, _above_label_images)


def _above_label_images(node: GroupNode) -> set[str]:
    """Return the paths that label images lie below, which were looked for as such."""
    labels = (path for path, group in node.groups() if group.role != "image" and "image-label" in (group.ome or {}))
    return {way for path in labels for way in above(path)}


def _words(holder: Node) -> str:
    if isinstance(holder, GroupNode) and holder.kind is not None:
        return f"a group of kind {holder.kind}"
    return "a group that is no image"
