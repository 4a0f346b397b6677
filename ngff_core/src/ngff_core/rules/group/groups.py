"""The rule that groups are groups."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Node, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.children import OME_XML
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.models.level_children import groups_between
from ngff_core.rules.common import sound
from ngff_core.rules.image.dataset import example, yx

OME = "OME"
BY_PLACE = ("labels", OME)  # groups that are found by where they are
_IMAGE = example(yx(8, 8))


@rule(
    "zarr-image-is-group",
    on=GroupNode,
    requirement=MUST,
    valid=[_IMAGE],
    invalid=[
        Example(
            {
                "": {
                    "plate": {
                        "rows": [{"name": "A"}],
                        "columns": [{"name": "1"}],
                        "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
                    }
                },
                "A/1": {"well": {"images": [{"path": "0"}]}},
                "A/1/0": _IMAGE.data[""],
                "A/1/0/0": yx(8, 8),
            }
        ),
        Example({**example(yx(8, 8), paths=["a/0"]).data, "a": yx(8, 8)}, "an array on the way to a level"),
    ],
)
def is_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every image, label image, labels container, plate, row, well, field and OME folder is a Zarr group.

    So is whatever else holds such nodes or levels: nothing lies below an array.

    Rows are easily forgotten. Zarr v2 readers differ in whether a plain folder passes for a group; in Zarr v3 it does
    not.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1 and ome-zarr-io 0.10.2 do not look at the row groups.
    """
    if node.document.zarr_format == 2 and not node.document.marked:
        if ".zarray" in (node.listing or ()):
            yield ctx.at(document=".zarray", top=True).issue(
                "the metadata sits on an array",
                shown="array",
                expected="a group that holds the array",
                hint="make a group of this folder, and move the array into one below it",
            )
        else:
            yield ctx.at(document=".zgroup", top=True).issue("the group has no .zgroup", expected='{"zarr_format": 2}')
    elif node.document.zarr_format == 2 and ".zarray" in (node.listing or ()):
        yield ctx.at(document=".zarray", top=True).issue(
            "this is a group and an array at once",
            shown=".zgroup, .zarray",
            expected="one of the two",
            hint="move the array into a folder below the group",
        )
    if isinstance(node.children.get(f"{OME}/{OME_XML}"), FileNode) and not _may_be_node(node.children.get(OME)):
        name = ".zgroup" if node.document.zarr_format == 2 else "zarr.json"
        yield ctx.at(node=OME, document=name).issue(
            "'OME' is no Zarr group", shown=f"{OME_XML} and no {name}", expected="a group"
        )
    between = set(ways_down(node)) if any("/" in path for path in node.children) else set()
    rows = _rows(node) if node.kind == "plate" else set()
    for path, child in node.children.items():
        if isinstance(child, Absent) and child.why is Why.MISSING and not child.listing and path in rows:
            name = ".zgroup" if node.document.zarr_format == 2 else "zarr.json"
            yield ctx.at(node=path, document=name).issue(
                f"row {path!r} is no Zarr group", shown=f"no {name}", expected="a group"
            )
        elif _is_array(child) and (path in BY_PLACE or path in between or path in rows):
            name = ".zarray" if node.document.zarr_format == 2 else "zarr.json"
            below = ", and other nodes lie below it" if path in between else ""
            yield ctx.at(node=path, document=name).issue(
                f"{path!r} is an array{below}", shown="array", expected="a group"
            )


def _is_array(child: Node) -> bool:
    return isinstance(child, ArrayNode) or (isinstance(child, Absent) and child.why is Why.ARRAY)


def _may_be_node(child: Node | None) -> bool:
    return child is not None and not (isinstance(child, Absent) and child.why is Why.MISSING)


def _rows(node: GroupNode) -> set[str]:
    """Return the rows of a plate in which groups lie."""
    return {path.partition("/")[0] for path, _ in node.groups() if "/" in path}


def ways_down(node: GroupNode) -> Iterator[str]:
    """Yield the groups on the way to levels, or to label images and others, as often as they are passed."""
    if node.kind in ("labels-group", "collection", "scene"):
        paths = [path for path, _ in node.groups()]
    else:
        entries = sound(getattr(node.model, "multiscales", None), MultiscaleMetadata)
        datasets = (dataset for _, entry in entries for _, dataset in sound(entry.datasets, DatasetMetadata))
        paths = [
            d.path for d in datasets if isinstance(d.path, str) and isinstance(node.children.get(d.path), ArrayNode)
        ]
    for path in paths:
        if "/" in path:
            yield from groups_between(path)
