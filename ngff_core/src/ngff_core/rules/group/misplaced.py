"""Rules on keys that stand in the metadata of the wrong group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Location, rule
from ngff_core.hierarchy.nodes import Absent, FileNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import sound
from ngff_core.rules.image.dataset import example as image_example
from ngff_core.rules.image.dataset import yx
from ngff_core.spec.spec import Role
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON
from ngff_core.zarr.text import json_object

LAYOUT = "bioformats2raw.layout"
_HOMES = {
    LAYOUT: (("collection", "plate"), "in the top group of a collection"),
    "labels": (("labels-group",), "in the group labels below an image"),
    "series": (("series",), "in the group OME of a collection"),
}
"""Keys that only some kinds of groups have: these kinds, and where such a group lies."""

_IMAGE = image_example(yx(8, 8)).data[""]


def _away_from_home(node: GroupNode, key: str, ctx: Context) -> Iterator[Issue]:
    """Report a key in the metadata of a group of a kind that does not have it."""
    kinds, where = _HOMES[key]
    if key in (node.ome or {}) and node.kind not in (None, *kinds):
        message = f"the key {key} stands in the metadata of a group of kind {node.kind}"
        yield ctx.at(key).issue(message, shown=key, expected=where)


@rule(
    "collection-layout-on-image",
    on=GroupNode,
    kinds=["image", "label-image", "well"],
    requirement=SHOULD,
    alone=True,
    valid=[image_example(yx(8, 8))],
    invalid=[Example({"": {**_IMAGE, LAYOUT: 3}, "0": yx(8, 8)})],
)
def layout_on_image(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The layout marks the top group of a collection, not an image.

    Not stated in so many words. A reader that sees it looks for images named 0, 1, ...

    Peers: QuPath has written such files.
    """
    yield from _away_from_home(node, LAYOUT, ctx)


@rule(
    "labels-group-beside-levels",
    on=GroupNode,
    kinds=["labels-group", "image", "label-image", "plate", "well"],
    requirement=MUST,
    alone=True,
    valid=[image_example(yx(8, 8))],
    invalid=[Example({**image_example(yx(8, 8)).data, "": {**_IMAGE, "labels": ["cells"]}})],
)
def beside_levels(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The labels group is a child of an image group, beside the resolution levels, and is called labels.

    An image that lists labels in its own metadata has the key in the wrong group.
    """
    return labels_key(node, ctx)


def labels_key(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Report a list of labels in the metadata of the wrong group, and a labels group of another name."""
    yield from _away_from_home(node, "labels", ctx)
    if node.kind == "labels-group" and node.parent is not None and node.name != "labels":
        yield ctx.issue(f"a labels group called {node.name!r}", found=node.name, expected="labels")


@rule(
    "zip-not-in-directory",
    on=GroupNode,
    requirement=MUST,
    section="rfc-9",
    covers=["zip-not-embedded"],
    valid=[image_example(yx(8, 8))],
    invalid=[Example(image_example(yx(8, 8)).data, files={name: b"PK"}) for name in ("cells.ozx", "cells.OZX")],
)
def zipped_inside(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """No zipped OME-Zarr lies inside a hierarchy that is not zipped.

    Known by the names `.ozx` and `.zarr.zip`, in capitals as well. Needs a store that can list; inside archives
    `zip-not-embedded` says it. Groups that no metadata names are not listed.
    """
    for path, names in _listings(node):
        found = [*filter(_is_zipped, names)]
        if found:
            yield ctx.at(node=path, top=True).issue(
                f"zipped OME-Zarr inside the group: {', '.join(found[:5])}",
                shown=", ".join(found[:5]),
                expected="its groups and arrays as part of this hierarchy",
                hint="unzip it, or keep it elsewhere",
            )


def _listings(node: GroupNode) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the names in a group, and in those that a plate does not list: known as well, but evaluated by nobody."""
    yield "", node.listing or ()
    if node.kind != "plate":
        return
    wells = sound(getattr(getattr(node.model, "plate", None), "wells", None), Model)
    listed = {path for _, well in wells if isinstance(path := getattr(well, "path", None), str)}
    for path, child in node.children.items():
        if isinstance(child, Absent) or (isinstance(child, GroupNode) and child.role in (Role.GROUP, "well")):
            names = child.listing or ()
            if any(map(_is_zipped, names)) and path not in listed:
                yield path, names


def _is_zipped(name: str) -> bool:
    """Tell whether a name is that of a zipped OME-Zarr."""
    return name.lower().endswith((".ozx", ".zarr.zip"))


OME_KEYS = ("ome", "multiscales", "image-label", "plate", "well", "labels", "series", LAYOUT)
_UNMISTAKABLE = ("ome", "multiscales", "image-label", LAYOUT)
_STRAY = {"multiscales": _IMAGE["multiscales"]}


@rule(
    "zarr-metadata-in-group-attributes",
    on=GroupNode,
    requirement=MUST,
    alone=True,
    valid=[image_example(yx(8, 8))],
    invalid=[
        Example(
            image_example(yx(8, 8)).data,
            "beside the attributes",
            {"zarr.json#multiscales": _STRAY["multiscales"], ".zgroup#multiscales": _STRAY["multiscales"]},
        )
    ],
)
def in_group_attributes(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """OME metadata sits in the attributes of the group that it describes, not beside them and not on an array.

    Versions before 0.5 keep its keys at the top of the attributes; those in an object `ome` are evaluated as well. A
    second copy there is a warning.
    """
    document = node.document
    if ctx.spec.namespace is None and node.namespaced:
        inside = node.base[-1]
        yield ctx.at(*document.base, *node.base, top=True).issue(
            f"{ctx.version} keeps its keys at the top of the attributes, not inside {inside!r}",
            shown=f"inside {inside!r}",
            expected="at the top of the attributes",
            hint=f"take them out of {inside!r}",
        )
    yield from _second_copy(node, ctx)
    name = ".zgroup" if document.zarr_format == 2 else document.name
    if document.raw is not document.attributes:
        for key in OME_KEYS:
            if key in document.raw:
                yield ctx.at(key, top=True, document=name).issue(
                    f"{key!r} stands beside the attributes of the group", shown=key, expected="in the attributes"
                )
    if isinstance((node.ome or {}).get("series"), list):
        yield from _away_from_home(node, "series", ctx)
    for where, attributes, keys in _attributes_of_arrays(node, ctx):
        for key in keys:
            if key in attributes:
                yield ctx.at(*where.pointer, key, node=where.node, document=where.document).issue(
                    f"{key!r} stands in the attributes of an array",
                    shown=key,
                    expected="in the attributes of the group",
                )


def _second_copy(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Report OME metadata in an object `ome` beside that at the top of the attributes, where it is looked for."""
    ome = node.document.attributes.get("ome")
    if ctx.spec.namespace is None and node.ome is not None and not node.namespaced and isinstance(ome, dict):
        keys = [key for key in ("version", *OME_KEYS) if key in ome]
        if keys:
            yield ctx.at(*node.document.base, "ome", top=True).issue(
                f"there is {', '.join(keys)} inside 'ome' besides the keys at the top, where {ctx.version} has them",
                shown=", ".join(keys),
                expected="one copy, at the top of the attributes",
                hint="take the object 'ome' out: readers may take one or the other",
                severity=Severity.WARNING,
            )


def _attributes_of_arrays(
    node: GroupNode, ctx: Context
) -> Iterator[tuple[Location, Mapping[str, JSON], Sequence[str]]]:
    """Yield the attributes of the levels, as far as they were read, with the keys to look for.

    In Zarr v2 they have a document of their own, where other programs keep labels and series, too.
    """
    for path, array in node.arrays():
        yield ctx.at("attributes", node=path, document=array.document.name), array.document.attributes, OME_KEYS
        file = node.children.get(f"{path}/.zattrs")
        if isinstance(file, FileNode):
            yield ctx.at(node=path, document=".zattrs"), json_object(file.data) or {}, _UNMISTAKABLE


MISPLACED_RULES = (layout_on_image, beside_levels)
