"""The rule on labels groups that lie below no image, and what tells them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Node
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.children import LABELS
from ngff_core.rules.common import once
from ngff_core.rules.group import misplaced
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.labels.examples import IMAGE, LABEL
from ngff_core.rules.labels.examples import example as labels_example
from ngff_core.spec.spec import Role

__all__ = ["beside_levels", "in_labels", "labels_out_of_place"]

_LIST = {"labels": ["cells"]}
_PLATE = {  # written out: for an image with labels, nothing on plates is imported
    "": {
        "plate": {
            "name": "p",
            "rows": [{"name": "A"}],
            "columns": [{"name": "1"}],
            "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
            "field_count": 1,
        }
    },
    "A": None,
    "A/1": {"well": {"images": [{"path": "0"}]}},
    "A/1/0": IMAGE,
    "A/1/0/0": yx(8, 8),
}


@rule(
    "labels-group-beside-levels",
    on=GroupNode,
    kinds=["plate", "well", "collection", "labels-group"],
    requirement=MUST,
    alone=True,
    valid=[labels_example(), Example({**_PLATE, "A/1/labels": None})],
    invalid=[
        Example({**_PLATE, "A/1/labels": _LIST}),
        Example({**_PLATE, "labels": _LIST}),
        Example({**_PLATE, "A/labels": _LIST}),
        Example({**_PLATE, "A/1/labels": None, "A/1/labels/cells": LABEL}, "without a list"),
        labels_example(nodes={"labels/labels": _LIST, "labels/labels/cells": LABEL, "labels/labels/cells/0": yx(8, 8)}),
    ],
)
def beside_levels(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The labels group is a child of an image group, beside the resolution levels, and is called labels.

    It does not lie in a plate, a row, a well, the top group of a collection, its group OME, or another labels group.
    There a group is taken for one that is called labels, and has a list of labels or holds label images; a row or a
    field of that name is none. Groups of other kinds do not list labels in their own metadata. Needs a store that can
    list.

    To mend: move the group into the image that the labels belong to.
    """
    yield from misplaced.labels_key(node, ctx)
    for path, holder in labels_out_of_place(node):
        message = f"the labels group {path!r} lies below {holder}"
        yield ctx.at(node=path).issue(message, shown=holder, expected="below an image, beside its levels")


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
