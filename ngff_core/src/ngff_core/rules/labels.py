"""Rules on label images and on the group that lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.hierarchy import Absent, ArrayNode, GroupNode, Why, resolve_path
from ngff_core.issue import Issue
from ngff_core.model.image import Dataset, ImageMetadata, Multiscale
from ngff_core.model.labels import ImageLabel, LabelColor, LabelProperty, LabelsGroupMetadata
from ngff_core.requirement import MUST, SHOULD, Severity
from ngff_core.rule import Array, Context, Example, rule
from ngff_core.rules.common import equal_json, is_number, sound
from ngff_core.rules.dataset import example as image_example
from ngff_core.rules.dataset import levels_of, yx

INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
_IMAGE = image_example(yx(8, 8)).data[""]
_LABEL = {**_IMAGE, "image-label": {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 255]}]}}


def example(
    label: Any = _LABEL,
    array: Array | None = None,
    *,
    labels: Any = ("cells",),
    path: str = "labels/cells",
    levels: int = 1,
    **more: Any,
) -> Example:
    """Return an image with a labels group and a label image in it."""
    image = image_example(*[yx(8 >> n, 8 >> n) for n in range(levels)]).data
    data: dict[str, Any] = {**image, "labels": {"labels": list(labels)}}
    if label is not None:
        data[path] = label
        data[f"{path}/0"] = array or yx(8, 8, dtype="uint32")
    data.update(more.pop("nodes", {}))
    return Example(data, **more)


# --- the object image-label -------------------------------------------------------------------------


@rule(
    "label-colors-present",
    on=ImageLabel,
    requirement=SHOULD,
    valid=[{"colors": [{"label-value": 1}]}],
    invalid=[{"properties": [{"label-value": 1}]}],
)
def colors_present(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """`image-label` has colors."""
    if label.colors is None and "colors" not in (label._extra or ()):
        yield ctx.issue("image-label has no colors", expected='"colors"')


@rule(
    "label-colors-nonempty", on=ImageLabel, requirement=MUST, valid=[{"colors": [{"label-value": 1}]}],
    invalid=[{"colors": []}],
)  # fmt: skip
def colors_nonempty(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """`colors`, when present, is not empty.

    ome-zarr-models accepts an empty list.
    """
    if label.colors == []:
        yield ctx.issue("colors is empty", "colors", shown="[]", hint="leave the key out")


@rule(
    "label-properties-nonempty", on=ImageLabel, requirement=MUST, valid=[{"properties": [{"label-value": 1}]}],
    invalid=[{"properties": []}],
)  # fmt: skip
def properties_nonempty(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """`properties`, when present, is not empty.

    ome-zarr-models accepts an empty list.
    """
    if label.properties == []:
        yield ctx.issue("properties is empty", "properties", shown="[]", hint="leave the key out")


Repeats = list[tuple[int, int, bool]]


def color_repeats(label: ImageLabel) -> Repeats:
    """Return the repeated label values of the colors."""
    return _repeats(label.colors, LabelColor)


def _repeats(items: Any, cls: type[Any]) -> Repeats:
    """Return (position, first position, whether the entries are identical) of every repeated label value."""
    if items.__class__ is not list:
        return []
    values = [item.label_value if item.__class__ is cls else None for item in items]
    try:
        if len(set(values)) == len(values):
            return []
    except TypeError:
        pass
    first: dict[Any, list[int]] = {}
    repeats: Repeats = []
    for index, value in enumerate(values):
        if not is_number(value):
            continue
        seen = first.setdefault(value, [])
        if seen:
            same = next((i for i in seen if equal_json(items[i], items[index])), None)
            repeats.append((index, seen[0] if same is None else same, same is not None))
        seen.append(index)
    return repeats


@rule(
    "label-colors-entries-unique",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2}]}],
    invalid=[{"colors": [{"label-value": 1}, {"label-value": 1}]}],
)
def colors_entries_unique(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """No two entries of `colors` are identical."""
    for index, first, same in ctx.shared(color_repeats, label):
        if same:
            yield ctx.issue(f"entry {index} repeats entry {first}", "colors", index)


@rule(
    "label-colors-label-value-unique",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2}]}],
    invalid=[{"colors": [{"label-value": 1}, {"label-value": 1, "rgba": [0, 0, 0, 255]}]}],
)
def colors_label_value_unique(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """No two entries of `colors` have the same label value.

    A MUST up to 0.4, an implication later, where it is a warning; ome-zarr-models has it as an error
    throughout. Identical entries are reported by label-colors-entries-unique.
    """
    for index, first, same in ctx.shared(color_repeats, label):
        if not same:
            value = label.colors[index].label_value  # type: ignore[index]
            yield ctx.issue(
                f"label value {value} has a color in entry {first} already", "colors", index, "label-value",
                found=value,
            )  # fmt: skip


@rule(
    "label-properties-entries-unique",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"properties": [{"label-value": 1, "class": "a"}, {"label-value": 2, "class": "a"}]}],
    invalid=[
        {"properties": [{"label-value": 1}, {"label-value": 1}]},
        Example({"properties": [{"label-value": 1, "a": 1}, {"label-value": 1, "b": 2}]}, "same value: a warning"),
    ],
)
def properties_entries_unique(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """No two entries of `properties` are identical.

    The same label value twice with different keys is not forbidden, and a warning. yaozarrs drops the
    extra keys before comparing.
    """
    for index, first, same in _repeats(label.properties, LabelProperty):
        if same:
            yield ctx.issue(f"entry {index} repeats entry {first}", "properties", index)
        else:
            yield ctx.issue(
                f"entry {index} is about the label value of entry {first}", "properties", index, "label-value",
                severity=Severity.WARNING,
            )  # fmt: skip


@rule(
    "label-colors-rgba",
    on=ImageLabel,
    requirement=MUST,
    valid=[{"colors": [{"label-value": 1}, {"label-value": 2, "rgba": [255, 0, 0, 255]}]}],
    invalid=[{"colors": [{"label-value": 1, "rgba": r}]} for r in ([255, 0, 0], [0, 0, 0, 500], [-1, 0, 0, 0])],
)
def colors_rgba(label: ImageLabel, ctx: Context) -> Iterator[Issue]:
    """`rgba`, when present, is an array of four integers from 0 to 255.

    ome-zarr-models requires the key, against the MAY of the text.
    """
    colors = label.colors
    for index, color in enumerate(colors if colors.__class__ is list else ()):
        rgba = color.rgba if color.__class__ is LabelColor else None
        if rgba is None or _is_rgba(rgba):
            continue
        message = "rgba is not four integers from 0 to 255"
        yield ctx.issue(message, "colors", index, "rgba", found=rgba, expected="four integers")


def _is_rgba(rgba: Any) -> bool:
    try:
        return len(bytes(rgba)) == 4  # refuses what is not an integer from 0 to 255, and is quick
    except (TypeError, ValueError):
        whole = [is_number(value) and (isinstance(value, int) or value.is_integer()) for value in rgba]
        if not all(whole):
            return True  # a fault of structure, and reported as such
        return len(rgba) == 4 and 0 <= min(rgba) <= max(rgba) <= 255


# --- label images -----------------------------------------------------------------------------------


@rule(
    "label-image-label-present",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(_IMAGE)],
)
def image_label_present(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A multiscale image inside a labels group has `image-label`."""
    if node.ome is not None and "image-label" not in node.ome and "multiscales" in node.ome:
        yield ctx.issue("the label image has no image-label", expected='"image-label"', hint='add "image-label": {}')


@rule(
    "label-dtype-integer",
    on=GroupNode,
    kinds=["label-image"],
    requirement=MUST,
    valid=[example()],
    invalid=[example(array=yx(8, 8, dtype="float32")), example(array=yx(8, 8, dtype="bool"))],
)
def dtype_integer(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Arrays of a label image have one of the data types int8 to int64 or uint8 to uint64."""
    for _, _, levels in ctx.shared(levels_of, node):
        for _, path, document in levels:
            if document.dtype is not None and document.dtype not in INTEGERS:
                key = "dtype" if document.zarr_format == 2 else "data_type"
                yield ctx.issue(
                    f"labels of data type {document.dtype}", key, node=path, document=document.name,
                    found=document.dtype, expected="an integer type of 8 to 64 bits",
                )  # fmt: skip


def source_of(node: GroupNode) -> GroupNode | Absent | None:
    """Return the image that a label image belongs to; ``None`` when that is beyond what was opened."""
    path = stated_source(node)
    labels = node.parent
    if path is None or (labels is not None and resolve_path(node.path, path) == _grandparent_path(labels)):
        return labels.parent if labels is not None and labels.kind == "labels-group" else None
    found = node.children.get(path)
    return found if isinstance(found, (GroupNode, Absent)) else None


def stated_source(node: GroupNode) -> str | None:
    """Return the path that a label image gives for its source."""
    source = getattr(getattr(node.model, "image_label", None), "source", None)
    image = getattr(source, "image", None)
    return image if isinstance(image, str) else None


def _grandparent_path(labels: GroupNode) -> str | None:
    return labels.parent.path if labels.parent is not None else None


@rule(
    "label-source-image-resolves",
    on=GroupNode,
    kinds=["label-image"],
    requirement=MUST,
    valid=[example({**_LABEL, "image-label": {"source": {"image": "../../"}}})],
    invalid=[
        example({**_LABEL, "image-label": {"source": {"image": "../"}}}),
        example({**_LABEL, "image-label": {"source": {"image": "../../../../x"}}}),
    ],
)
def source_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`source.image` leads, from the label image, to an image group; without it `../../` is meant.

    A path that leads out of the store is not followed. When a label image is opened by itself its
    source lies outside of what was opened, which is only noted. ome-zarr-models does not look.
    """
    path = stated_source(node)
    if path is None:
        return
    target = source_of(node)
    where = ("image-label", "source", "image")
    if isinstance(target, Absent) and target.why is Why.OUTSIDE:
        alone = node.parent is None
        yield ctx.issue(
            f"source {path!r} lies outside of what was opened" + ("; it was not checked" if alone else ""), *where,
            found=path, severity=Severity.INFO if alone else None,
        )  # fmt: skip
    elif isinstance(target, Absent) and target.why is not Why.UNREADABLE:
        yield ctx.issue(f"there is no image at {path!r}", *where, found=path, expected='such as "../../"')
    elif isinstance(target, GroupNode) and target.kind not in ("image", "label-image"):
        yield ctx.issue(
            f"{path!r} leads to {_article(target)}, not to an image", *where, found=path, expected='such as "../../"'
        )


def _article(node: GroupNode) -> str:
    return f"a group of kind {node.kind}" if node.kind else "a group without image metadata"


@rule(
    "label-dataset-count-matches-image",
    on=GroupNode,
    kinds=["label-image"],
    requirement=MUST,
    lenient=Severity.WARNING,
    valid=[example()],
    invalid=[example(levels=2)],
)
def dataset_count(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A label image has as many resolution levels as the image it belongs to.

    yaozarrs accepts more levels; the 0.4 model of ome-zarr-models does not look. A warning in the
    lenient profile.
    """
    for m, label, image in _pairs(node):
        ours, theirs = len(label.datasets), len(image.datasets)
        if ours != theirs:
            yield ctx.issue(
                f"the label image has {ours} level{'s' if ours != 1 else ''}, its image has {theirs}",
                "multiscales", m, "datasets", shown=f"{ours} levels", expected=f"{theirs} levels",
            )  # fmt: skip


def _pairs(node: GroupNode) -> Iterator[tuple[int, Multiscale, Multiscale]]:
    """Yield the multiscales of a label image with those of its image: entry by entry, else the first."""
    source = source_of(node)
    if not isinstance(source, GroupNode) or not isinstance(source.model, ImageMetadata):
        return
    ours = [m for m in sound(getattr(node.model, "multiscales", None), Multiscale) if isinstance(m[1].datasets, list)]
    theirs = [m for m in sound(source.model.multiscales, Multiscale) if isinstance(m[1].datasets, list)]
    if not ours or not theirs:
        return
    count = len(ours) if len(ours) == len(theirs) else 1
    for (index, label), (_, image) in zip(ours[:count], theirs[:count], strict=True):
        yield index, label, image


@rule(
    "label-shape-matches-image",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(array=yx(4, 8, dtype="uint32"))],
)
def shape_matches(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each dimension of a label array equals that of the image, or is 1.

    Axes are matched by name and levels in order. No other validator checks it.
    """
    source = source_of(node)
    if not isinstance(source, GroupNode):
        return
    for _, label, image in _pairs(node):
        for (path, document, ours), (_, _, theirs) in zip(_sizes(node, label), _sizes(source, image), strict=False):
            for name, size in ours.items():
                if name in theirs and size not in (1, theirs[name]):
                    yield ctx.issue(
                        f"the labels have {size} pixels along {name!r}, the image has {theirs[name]}", "shape",
                        node=path, document=document, shown=f"{size}", expected=f"{theirs[name]} or 1",
                    )  # fmt: skip


def _sizes(node: GroupNode, multiscale: Multiscale) -> Iterator[tuple[str, str, dict[str, int]]]:
    axes = multiscale.axes if isinstance(multiscale.axes, list) else []
    for _, dataset in sound(multiscale.datasets, Dataset):
        array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
        shape = array.document.shape if isinstance(array, ArrayNode) else None
        if isinstance(array, ArrayNode) and shape is not None and len(shape) == len(axes):
            names = [str(getattr(axis, "name", axis)) for axis in axes]
            yield dataset.path, array.document.name, dict(zip(names, shape, strict=True))


# --- the labels group -------------------------------------------------------------------------------


@rule(
    "labels-nonempty",
    on=LabelsGroupMetadata,
    requirement=SHOULD,
    valid=[{"labels": ["cells"]}],
    invalid=[{"labels": []}],
)
def labels_nonempty(group: LabelsGroupMetadata, ctx: Context) -> Iterator[Issue]:
    """The labels group lists at least one label image.

    An empty list is not forbidden, but the group is then of no use; yaozarrs refuses it.
    """
    if group.labels == []:
        yield ctx.issue("labels is empty", "labels", shown="[]", hint="delete the group, or list its label images")


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
    invalid=[example(None), example(None, labels=["../../x"]), example(labels=[".."])],
)
def labels_resolve(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each path of the list leads to a group inside the labels group."""
    for index, entry in _entries(node):
        child = node.children.get(entry)
        inside = resolve_path("labels", entry)
        if inside is None or not inside.startswith("labels/"):
            yield ctx.issue(
                f"path {entry!r} leads out of the labels group", "labels", index, found=entry,
                expected="a group inside it",
            )  # fmt: skip
        elif isinstance(child, Absent) and child.why in (Why.MISSING, Why.OUTSIDE):
            yield ctx.issue(f"there is no group at {entry!r}", "labels", index, found=entry, expected="a label image")


def _label_images(node: GroupNode, ctx: Context) -> Iterator[tuple[int, str, GroupNode | None, Issue | None]]:
    for index, entry in _entries(node):
        child = node.children.get(entry)
        array = isinstance(child, Absent) and child.why is Why.ARRAY
        other = isinstance(child, GroupNode) and child.kind != "label-image" and not child.document.problems
        if array or other:
            found = _article(child) if isinstance(child, GroupNode) else "an array"
            message = f"{entry!r} is {found}, not a label image"
            issue = ctx.issue(message, "labels", index, found=found, expected="a label image")
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
    invalid=[example({}), example(_IMAGE)],
)
def labels_are_label_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Each listed group is a multiscale image with `image-label`."""
    for index, entry, child, issue in _label_images(node, ctx):
        if issue is not None:
            yield issue
        elif child is not None and "image-label" not in (child.ome or {}):
            yield ctx.issue(
                f"{entry!r} has no image-label", "labels", index, shown="a multiscale image",
                expected="multiscales and image-label",
            )  # fmt: skip


@rule(
    "labels-all-listed",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(nodes={"labels/nuclei": _LABEL, "labels/nuclei/0": yx(8, 8, dtype="uint32")})],
)
def labels_all_listed(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every label image below the labels group is in the list.

    Needs a store that can list. No other validator checks it.
    """
    if not isinstance(getattr(node.model, "labels", None), list):
        return  # there is no list; reported as such
    listed = {entry for _, entry in _entries(node)}
    for path, child in node.groups("label-image"):
        if path not in listed and (child.ome or {}).keys() & {"multiscales", "image-label"}:
            yield ctx.issue(f"label image {path!r} is not listed", "labels", found=path, expected="in the list")


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

    Other attributes are left alone. No other validator checks it.
    """
    for path, child in node.groups():
        if child.role == "group" and child.ome:
            yield ctx.issue(
                f"group {path!r} between labels and a label image has OME metadata", node=path,
                found=child.ome, expected="no OME metadata",
            )  # fmt: skip


@rule(
    "labels-group-not-image",
    on=GroupNode,
    kinds=["labels-group"],
    requirement=MUST,
    alone=True,
    valid=[example()],
    invalid=[Example({**example().data, "labels": {"labels": ["cells"], **_IMAGE}})],
)
def labels_group_not_image(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The labels group is not an image itself."""
    if "multiscales" in (node.ome or {}):
        yield ctx.issue("the labels group has multiscales", "multiscales", expected="labels only")


NESTED_VERSION = ("label", ImageLabel, {"colors": [{"label-value": 1}]})
LABEL_OBJECT_RULES = (
    colors_present, colors_nonempty, properties_nonempty, colors_entries_unique, colors_label_value_unique,
    properties_entries_unique, colors_rgba,
)  # fmt: skip
LABEL_RULES = (*LABEL_OBJECT_RULES, dtype_integer, source_resolves, dataset_count, shape_matches)
LABELS_GROUP_RULES = (labels_nonempty, labels_resolve)
