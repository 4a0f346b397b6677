"""What tells labels groups that lie below no image."""

from __future__ import annotations

from ngff_core.hierarchy.nodes import Absent, GroupNode, Node
from ngff_core.models.children import LABELS
from ngff_core.rules.common import once
from ngff_core.spec.spec import Role

__all__ = ["in_labels", "labels_out_of_place"]


def labels_out_of_place(node: GroupNode) -> list[tuple[str, str]]:
    """Return the paths of labels groups that do not lie below an image, and what each lies below, in words."""
    return once(node, _out_of_place)


def in_labels(node: GroupNode, path: str) -> bool:
    """Tell whether a path is that of a labels group that does not lie below an image, or leads into one."""
    return any(path == labels or path.startswith(f"{labels}/") for labels, _ in labels_out_of_place(node))


def _out_of_place(node: GroupNode) -> list[tuple[str, str]]:
    found = []
    for path, child in node.children.items():
        above, _, name = path.rpartition("/")
        if name == LABELS and isinstance(child, (GroupNode, Absent)):
            holder = node.children.get(above) if above else node
            if holder is not None and not _has_image(holder) and _lists_or_holds_labels(node, path, child):
                found.append((path, _words(holder)))
    return found


def _has_image(holder: Node) -> bool:
    """Tell whether a group is an image, whatever it is besides."""
    return isinstance(holder, GroupNode) and "multiscales" in (holder.ome or {})


def _lists_or_holds_labels(node: GroupNode, path: str, child: GroupNode | Absent) -> bool:
    """Tell whether a group is one of labels: a row is none, and what metadata names in it was not meant as one."""
    if isinstance(child, GroupNode) and (child.ome or child.role == Role.ROW):
        meant = child.namespaced or isinstance((child.ome or {}).get("labels"), list)  # else it is anybody's key
        return child.role != Role.ROW and child.kind == "labels-group" and meant
    return any(
        group.role != "image" and "image-label" in (group.ome or {})
        for below, group in node.groups()
        if below.startswith(f"{path}/")
    )


def _words(holder: Node) -> str:
    if isinstance(holder, GroupNode) and holder.kind is not None:
        return f"a group of kind {holder.kind}"
    return "a group that is no image"
