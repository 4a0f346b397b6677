"""Rules on what lies between a group and what its metadata names, and beside that."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, ArrayNode, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, SHOULD
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.models.level_children import DIGITS
from ngff_core.rules.common import sound
from ngff_core.rules.group.groups import ways_down
from ngff_core.rules.image.levels import example, yx
from ngff_core.rules.labels.examples import example as labels_example

_NESTED = example(yx(8, 8), paths=["a/b"])


@rule(
    "zarr-intermediate-is-group",
    on=GroupNode,
    kinds=["image", "label-image", "labels-group"],
    requirement=SHOULD,
    valid=[
        example(yx(8, 8)),
        Example({**_NESTED.data, "a": None}),
        labels_example(labels=["a/0"], path="labels/a/0", nodes={"labels/a": None}),
    ],
    invalid=[
        _NESTED,
        labels_example(labels=["a/0"], path="labels/a/0"),
    ],
)
def intermediate_is_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every group on the way to a level, a label image or an image is a Zarr group, with a document of its own.

    Such as `scale0` in the path `scale0/image`. A plain folder may pass for a group of Zarr v2; Zarr v3 knows no group
    without a `zarr.json`: readers that walk down the hierarchy, or list it, do not find what lies below. Those that
    open the whole path do. An array in its place is an error: see zarr-image-is-group.

    To mend: create the group.
    """
    for way in dict.fromkeys(ways_down(node)):
        child = node.children.get(way)
        if child is None or (isinstance(child, Absent) and child.why is Why.MISSING):
            yield ctx.at(node=way, document="zarr.json").issue(
                f"{way!r} is no Zarr group", shown="no zarr.json", expected="a group"
            )


@rule(
    "dataset-all-listed",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=MAY,
    valid=[example(yx(8, 8), yx(4, 4))],
    invalid=[Example({**example(yx(8, 8), yx(4, 4)).data, "2": yx(2, 2)})],
)
def levels_listed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every array that lies beside the levels, and is called like them, is listed.

    Such as `3` beside 0, 1 and 2. Nothing forbids it, and readers leave it out: information only. Nothing is said while
    the path of a level leads nowhere. Needs a store that can list.

    To mend: list the level, or take it away.
    """
    entries = list(sound(getattr(node.model, "multiscales", None), MultiscaleMetadata))
    listed = {dataset.path for _, entry in entries for _, dataset in sound(entry.datasets, DatasetMetadata)}
    beside = set(node.listing or ())
    if not all(isinstance(path, str) and isinstance(node.children.get(path), ArrayNode) for path in listed):
        return
    forms = {(other.partition("/")[0].rstrip(DIGITS), other.partition("/")[2]) for other in listed if other}
    for path, _ in node.arrays():
        if path not in listed and f"{path.partition('/')[0]}/" in beside and _is_level(path, forms):
            yield ctx.at("multiscales", entries[0][0], "datasets").issue(
                f"there is an array {path!r} that is not listed", found=path, expected="in the list"
            )


def _is_level(path: str, forms: set[tuple[str, str]]) -> bool:
    """Tell whether a path differs from that of a level, whose form is given, in nothing but its number."""
    head, _, rest = path.partition("/")
    return head[-1:].isdecimal() and (head.rstrip(DIGITS), rest) in forms
