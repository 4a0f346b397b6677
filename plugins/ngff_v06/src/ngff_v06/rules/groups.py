"""Rules on groups of 0.6 in general: the version, names of fields of view, where labels may be and lie."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import GroupNode, resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.plate import FieldOfView
from ngff_core.rules.group import version
from ngff_core.rules.labels.label_image import pairs_of, source_of
from ngff_core.rules.plate.examples import plate
from ngff_core.rules.position import labels
from ngff_core.rules.unlisted import labels_out_of_place
from ngff_v06.models.image import Multiscale
from ngff_v06.rules.examples import adapted, scene, store
from ngff_v06.rules.holders import holders_of
from ngff_v06.transforms.walk import references_in
from ngff_v06.version import CANDIDATE, LAST_DRAFT, is_accepted

_IMAGE = store()
_FAR = scene(
    {"type": "identity", "input": {"path": "a", "name": "physical"}, "output": {"path": "d/b", "name": "physical"}},
    images=("a", "d/b"),
)
WAYS = (Example({**_FAR.data, "d": None}), _FAR)
"""Scenes with an image in a group of its own, which is one or not."""
_NODE_NAME = re.compile(r"(?!__)(?!\.+$)[A-Za-z0-9_.-]+", re.ASCII)


@rule(
    "version-ome-value",
    on=GroupNode,
    requirement=MUST,
    alone=True,
    valid=[_IMAGE],
    invalid=[
        Example({**_IMAGE.data, "": {**_IMAGE.data[""], "version": "0.6.1"}}),
        Example({**_IMAGE.data, "": {**_IMAGE.data[""], "version": "0.6rc1"}}),
        Example({**_IMAGE.data, "": {**_IMAGE.data[""], "version": "0.6rc0"}}, "the release candidate: information"),
        Example({**_IMAGE.data, "": {**_IMAGE.data[""], "version": "0.6.dev4"}}, "the last draft: a warning"),
    ],
)
def version_value(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The version is "0.6".

    The candidate "0.6rc0" has the same rules and is noted; the draft "0.6.dev4" is judged by the rules of the release,
    with a warning. Earlier drafts are not judged, see version-not-supported. There never was a "0.6rc1", "0.6.0",
    "0.6.dev5" and the like: what is tagged so is judged as 0.6, and the tag an error. A version of another kind in
    the middle of a hierarchy is reported by version-consistent-in-hierarchy.

    Peers: ngff-zarr 0.50.0 writes "0.6" and reads every tag that begins with it; yaozarrs 0.3.4 stops at 0.5.

    To mend: write "0.6".
    """
    stated = (node.ome or {}).get("version")
    if not isinstance(stated, str) or stated == ctx.version:
        return
    at = ctx.at("version")
    expected = f'"{ctx.version}"'
    if stated == CANDIDATE:
        message = f"version {stated!r} is the tag of the release candidate, which has the rules of {ctx.version}"
        yield at.issue(message, found=stated, expected=expected, severity=Severity.INFO)
    elif stated == LAST_DRAFT:
        message = f"version {stated!r} is a draft of {ctx.version}; it is judged as {ctx.version}"
        hint = "byDimension and vector fields are written otherwise in the release"
        yield at.issue(message, found=stated, expected=expected, hint=hint, severity=Severity.WARNING)
    elif is_accepted(stated):
        message = f"there is no version {stated!r} of OME-Zarr; it is judged as {ctx.version}"
        yield at.issue(message, found=stated, expected=expected, hint=f'did you mean "{ctx.version}"?')
    elif node.parent is None:
        yield at.issue(f"version {stated!r} is not {ctx.version!r}", found=stated, expected=expected)


@rule(
    "version-not-nested",
    on=GroupNode,
    requirement=SHOULD,
    alone=True,
    covers=version.not_nested.covers,
    valid=version.not_nested.valid,
    invalid=version.not_nested.invalid,
)
def not_nested(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The version is stated once; one left inside multiscales, plate, well or image-label does not contradict it.

    Version 0.6 has no such version any more, nor a type for it. Equal ones are accepted.
    """
    yield from version.left_inside(node, ctx)


@rule(
    "well-image-path-node-name",
    on=FieldOfView,
    requirement=MUST,
    lenient=Severity.WARNING,
    valid=[{"path": "0"}, {"path": "0_a-b.image"}],
    invalid=[{"path": path} for path in ("", ".", "..", "__x", "!@#", "a/b", "0\n")],
)
def image_path_node_name(field: FieldOfView, ctx: Context) -> Iterator[Issue]:
    """The path of an image of a well is one Zarr node name.

    Letters, digits, `-`, `_` and `.`; not made of periods alone and not starting with `__`.

    Peers: ome-zarr-models 1.8.1 reads it the same way.
    """
    path = field.path
    if isinstance(path, str) and _NODE_NAME.fullmatch(path) is None:
        message = f"path {path!r} is no Zarr node name"
        yield ctx.at("path").issue(message, found=path, expected='letters, digits, "-", "_" and "."')


_ELSEWHERE = adapted(labels.label_elsewhere)


@rule(
    "label-position-matches-image",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=_ELSEWHERE.valid,
    invalid=_ELSEWHERE.invalid,
)
def label_elsewhere(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A label image lies where its image lies, unless the metadata links the two.

    What the first levels of the two cover along space and time is compared, units included, within 5 % and one pixel.
    Labels of another number of pixels may be coarser, or those of a part of the image. Nothing is said of axes along
    which the labels have one pixel, where a unit is missing or unknown, where the datasets lead to coordinate systems
    of different names, nor where a transformation of the image leads to a label image or from it.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: give the labels the scale, the translation and the units of the image, or the image a transformation.
    """
    source = source_of(node)
    if not isinstance(source, GroupNode) or _links_labels(source):
        return
    for m, label, image in pairs_of(node):
        if isinstance(label, Multiscale) and isinstance(image, Multiscale) and _same_system(label, image):
            yield from labels.misplaced_labels(node, label, source, image, ctx, m)


def _links_labels(image: GroupNode) -> bool:
    references = (end for _, holder in holders_of(image) for _, end in references_in(holder))
    return any(isinstance(end.path, str) and resolve_path("", end.path) != "" for end in references)


def _same_system(label: Multiscale, image: Multiscale) -> bool:
    ours, theirs = label.intrinsic_system, image.intrinsic_system
    return ours is not None and theirs is not None and ours.name == theirs.name


_LABELS = {"labels": {"labels": ["cells"]}, "labels/cells": {**_IMAGE.data[""], "image-label": {}}}
_NOT_IMAGES = ("plate", "well", "scene", "collection")


@rule(
    "labels-parent-is-multiscale",
    on=GroupNode,
    kinds=("labels-group", *_NOT_IMAGES),
    requirement=MUST,
    valid=[Example({**_IMAGE.data, **_LABELS, "labels/cells/0": ExampleArray((8, 8), "uint32")})],
    invalid=[Example({"": {"plate": plate(wells=[])}, "labels": _LABELS["labels"]})],
)
def labels_parent(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The parent of a labels group is a multiscale image. Needs a store that can list for groups of other kinds."""
    if node.kind == "labels-group":
        parent = node.parent
        if parent is not None and parent.kind not in ("image", "label-image", *_NOT_IMAGES):
            message = f"the labels group lies below a group of kind {parent.kind}"
            yield ctx.issue(message, found=parent.kind, expected="an image")
    else:
        for path, _ in node.groups("labels-group"):
            if path.rpartition("/")[2] != "labels":
                message = f"the labels group {path!r} lies below a group of kind {node.kind}"
                yield ctx.at(node=path).issue(message, found=node.kind, expected="an image")
    for path, holder in labels_out_of_place(node).items():
        message = f"the labels group {path!r} lies below {holder}"
        yield ctx.at(node=path).issue(message, shown=holder, expected="an image")
