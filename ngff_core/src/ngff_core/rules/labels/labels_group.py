"""Rules on the group that lists label images."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.labels import LabelsGroupMetadata
from ngff_core.rules.common import odd_path
from ngff_core.rules.image.dataset import yx
from ngff_core.rules.labels.examples import IMAGE, LABEL, example, kind_of
from ngff_core.rules.meant import meant_in
from ngff_core.rules.unlisted import Found, images_in
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.keys import above
from ngff_core.zarr.paths import resolve_path

_OF_V3 = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": LABEL}}


@rule(
    "labels-nonempty",
    on=LabelsGroupMetadata,
    requirement=SHOULD,
    valid=[{"labels": ["cells"]}],
    invalid=[{"labels": []}],
)
def labels_nonempty(group: LabelsGroupMetadata, ctx: Context) -> Iterator[Issue]:
    """The labels group lists at least one label image.

    An empty list is not forbidden, but the group is then of no use.

    Peers: yaozarrs 0.3.4 refuses it.
    """
    if group.labels == []:
        yield ctx.at("labels").issue("labels is empty", shown="[]", hint="delete the group, or list its label images")


def _entries(node: GroupNode) -> Iterator[tuple[int, str]]:
    labels = getattr(node.model, "labels", None)
    for index, entry in enumerate(labels if isinstance(labels, list) else []):
        if isinstance(entry, str):
            yield index, entry


@rule(
    "labels-paths-resolve",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    valid=[example(), example(labels=["a/0"], path="labels/a/0", nodes={"labels/a": None})],
    invalid=[
        example(None),
        example(None, labels=["../../x"]),
        example(labels=[".."]),
        Example(example(labels=["./cells"]).data, "dots that say nothing: a warning"),
    ],
)
def labels_resolve(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each path of the list leads to a group inside the labels group.

    `..` that stays inside, superfluous slashes and dots, and names that Zarr v3 keeps for itself are warnings, as they
    are in paths of levels: the text does not speak of them.
    """
    for index, entry in _entries(node):
        child = node.children.get(entry)
        inside = resolve_path("labels", entry)
        if inside is None or not inside.startswith("labels/"):
            yield ctx.at("labels", index).issue(
                f"path {entry!r} leads out of the labels group", found=entry, expected="a group inside it"
            )
        elif isinstance(child, Absent) and child.why in (Why.MISSING, Why.OUTSIDE):
            yield ctx.at("labels", index).issue(
                f"there is no group at {entry!r}", found=entry, expected="a label image"
            )
        elif (odd := odd_path(entry, ctx.spec.zarr_format, "labels group")) is not None:
            plain = f'"{inside.removeprefix("labels/")}"'
            yield ctx.at("labels", index).issue(odd, found=entry, expected=plain, severity=Severity.WARNING)


def _label_images(node: GroupNode, ctx: Context) -> Iterator[tuple[int, str, GroupNode | None, Issue | None]]:
    for index, entry in _entries(node):
        child = node.children.get(entry)
        array = isinstance(child, Absent) and child.why is Why.ARRAY
        other = isinstance(child, GroupNode) and child.kind != "label-image" and not child.document.problems
        if array or other:
            found = kind_of(child) if isinstance(child, GroupNode) else "an array"
            message = f"{entry!r} is {found}, not a label image"
            hint = meant_in(child, ctx) if isinstance(child, GroupNode) else None
            issue = ctx.at("labels", index).issue(message, found=found, expected="a label image", hint=hint)
            yield index, entry, None, issue
        else:
            yield index, entry, child if isinstance(child, GroupNode) else None, None


@rule(
    "labels-paths-are-label-images",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    valid=[example()],
    invalid=[example({})],
)
def labels_are_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each listed group is a multiscale image.

    Whether it has `image-label` is a SHOULD of its own, see label-image-label-present.
    """
    return (issue for *_, issue in _label_images(node, ctx) if issue is not None)


@rule(
    "labels-paths-are-label-images",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    valid=[example()],
    invalid=[example({}), example(IMAGE)],
)
def labels_are_label_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each listed group is a multiscale image with `image-label`."""
    for index, entry, child, issue in _label_images(node, ctx):
        if issue is not None:
            yield issue
        elif child is not None and not child.document.problems and "image-label" not in (child.ome or {}):
            yield ctx.at("labels", index).issue(
                f"{entry!r} has no image-label", shown="a multiscale image", expected="multiscales and image-label"
            )


@rule(
    "labels-all-listed",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(nodes={"labels/nuclei": LABEL, "labels/nuclei/0": yx(8, 8, dtype="uint32")})],
)
def labels_all_listed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every label image below the labels group is in the list.

    Needs a store that can list.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    if not isinstance(getattr(node.model, "labels", None), list):
        return  # there is no list; reported as such
    for image in _unlisted(node):
        message = f"{image.named('label image')} is not listed"
        yield ctx.at("labels").issue(message, found=image.path, expected="in the list")


@rule(
    "zarr-format-2",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    valid=[example(), example(nodes={"labels/nuclei": LABEL, "labels/nuclei/0": yx(8, 8, dtype="uint32")})],
    invalid=[Example(example().data, files={"labels/nuclei/zarr.json": _OF_V3})],
)
def unlisted_of_format_2(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Groups that may be labels although they are not listed are stored as Zarr format 2, too.

    A warning, as they may also be something else.
    """
    for image in _unlisted(node):
        if image.other or image.damaged:
            yield ctx.at("labels").issue(
                f"{image.named('label image')} is there, and is not listed",
                found=image.path,
                expected="Zarr format 2",
                severity=Severity.WARNING,
            )


def _unlisted(node: GroupNode) -> list[Found]:
    """Return the label images that are there and not listed, as far as was looked."""
    listed = {path for _, entry in _entries(node) if (path := resolve_path("", entry.strip("/")))}
    known = listed | {way for path in listed for way in above(path)}  # what lies on the way is reported otherwise
    beside = {name[:-1] for name in node.listing or () if name.endswith("/")}
    found = [image for image in images_in(node) if image.path.partition("/")[0] in beside]
    return [image for image in found if resolve_path("", image.path) not in known]


@rule(
    "labels-intermediate-groups-bare",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    valid=[example(labels=["a/0"], path="labels/a/0", nodes={"labels/a": None})],
    invalid=[example(labels=["a/0"], path="labels/a/0", nodes={"labels/a": {"labels": ["0"]}})],
)
def intermediate_groups_bare(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Groups between the labels group and a label image carry no OME metadata.

    Other attributes are left alone.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    for path, child in node.groups():
        ome = _ome_of(child, ctx.spec.namespace) if child.role == "group" else None
        if ome:
            yield ctx.at(node=path).issue(
                f"group {path!r} between labels and a label image has OME metadata",
                found=ome,
                expected="no OME metadata",
            )


def _ome_of(group: GroupNode, namespace: str | None) -> JSONObject | None:
    """Return the OME metadata of a group; with the key that it stands at where that holds nothing, or no object."""
    held = group.document.attributes
    return group.ome or ({namespace: held[namespace]} if namespace is not None and namespace in held else None)


@rule(
    "labels-group-not-image",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    alone=True,
    valid=[example()],
    invalid=[Example({**example().data, "labels": {"labels": ["cells"], **IMAGE}})],
)
def labels_group_not_image(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The labels group is not an image itself."""
    if "multiscales" in (node.ome or {}):
        yield ctx.at("multiscales").issue("the labels group has multiscales", expected="labels only")


LABELS_GROUP_RULES = (labels_nonempty, labels_resolve)
