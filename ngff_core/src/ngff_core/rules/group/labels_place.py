"""The rule on labels groups that lie below no image."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.rules.group.misplaced import labels_key
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.labels.examples import IMAGE, LABEL
from ngff_core.rules.labels.examples import example as labels_example
from ngff_core.rules.unlisted import labels_out_of_place

__all__ = ["beside_levels"]

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
    list; below a level it is not looked for, as that would cost a request for each.

    To mend: move the group into the image that the labels belong to.
    """
    yield from labels_key(node, ctx)
    for path, holder in labels_out_of_place(node).items():
        message = f"the labels group {path!r} lies below {holder}"
        yield ctx.at(node=path).issue(message, shown=holder, expected="below an image, beside its levels")
