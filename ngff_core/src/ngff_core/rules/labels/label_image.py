"""Rules on label images."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, ArrayNode, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.labels import ImageLabelMetadata
from ngff_core.rules.common import other_version, sound, version_missing
from ngff_core.rules.extents import extents_of
from ngff_core.rules.image.dataset import levels_of, yx
from ngff_core.rules.labels.examples import IMAGE, LABEL, example, kind_of
from ngff_core.rules.labels.label_object import LABEL_OBJECT_RULES
from ngff_core.rules.labels.values import value_fits_dtype
from ngff_core.words import counted
from ngff_core.zarr.paths import resolve_path

DEFAULT_SOURCE = "../../"
_NESTED = example(labels=["a/0"], path="labels/a/0", nodes={"labels/a": None})
_COLORED = {"colors": [{"label-value": 1}]}
INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))


@rule(
    "label-image-label-present",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=[example()],
    invalid=[example(IMAGE)],
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
                yield ctx.at(key, node=path, document=document.name).issue(
                    f"labels of data type {document.dtype}",
                    found=document.dtype,
                    expected="an integer type of 8 to 64 bits",
                )


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
    valid=[example({**LABEL, "image-label": {"source": {"image": "../../"}}})],
    invalid=[
        example({**LABEL, "image-label": {"source": {"image": "../"}}}),
        example({**LABEL, "image-label": {"source": {"image": "../../../../x"}}}),
        example({**LABEL, "image-label": {"source": {"image": "."}}}),
        Example(_NESTED.data, "not stated, and the default leads elsewhere: a warning"),
    ],
)
def source_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`source.image` leads, from the label image, to an image group; without it `../../` is meant.

    A path that leads out of the store is not followed. When a label image is opened by itself its source lies outside
    of what was opened, which is only noted. A label image further below the labels group has to state its source, as
    `../../` leads elsewhere from there; that it does not is a warning.

    Peers: ome-zarr-models 1.8.1 does not look.
    """
    path = stated_source(node)
    if path is None:
        yield from _source_not_stated(node, ctx)
        return
    target = source_of(node)
    where = ("image-label", "source", "image")
    such_as = f'such as "{_way_up(node)}"'
    if isinstance(target, Absent) and target.why is Why.OUTSIDE:
        alone = node.parent is None
        yield ctx.at(*where).issue(
            f"source {path!r} lies outside of what was opened" + ("; it was not checked" if alone else ""),
            found=path,
            severity=Severity.INFO if alone else None,
        )
    elif isinstance(target, Absent) and target.why is not Why.UNREADABLE:
        yield ctx.at(*where).issue(f"there is no image at {path!r}", found=path, expected=such_as)
    elif target is node:
        yield ctx.at(*where).issue(f"source {path!r} is the label image itself", found=path, expected=such_as)
    elif isinstance(target, GroupNode) and target.kind not in ("image", "label-image"):
        yield ctx.at(*where).issue(
            f"{path!r} leads to {kind_of(target)}, not to an image", found=path, expected=such_as
        )


def _way_up(node: GroupNode) -> str:
    """Return the path from a label image to the image that its labels group lies in."""
    labels = node.parent
    if labels is None or labels.kind != "labels-group":
        return DEFAULT_SOURCE
    return "../" * (node.path[len(labels.path) :].strip("/").count("/") + 2)


def _source_not_stated(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    image = node.parent.parent if node.parent is not None else None
    way, label = _way_up(node), (node.ome or {}).get("image-label")
    if image is None or image.kind not in ("image", "label-image") or way == DEFAULT_SOURCE:
        return
    yield ctx.at(*(("image-label",) if label is not None else ())).issue(
        f"the label image states no source, and from here {DEFAULT_SOURCE!r} does not lead to its image",
        expected=f'"source": {{"image": "{way}"}}',
        severity=Severity.WARNING,
    )


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

    A warning in the lenient profile.

    Peers: yaozarrs 0.3.4 accepts more levels; the 0.4 model of ome-zarr-models 1.8.1 does not look.
    """
    for m, label, image in pairs_of(node):
        ours, theirs = len(label.datasets), len(image.datasets)
        if ours != theirs:
            yield ctx.at("multiscales", m, "datasets").issue(
                f"the label image has {counted(ours, 'level')}, its image has {theirs}",
                shown=counted(ours, "level"),
                expected=counted(theirs, "level"),
            )


def pairs_of(node: GroupNode) -> Iterator[tuple[int, MultiscaleMetadata, MultiscaleMetadata]]:
    """Yield the multiscales of a label image with those of its image: entry by entry, else the first."""
    source = source_of(node)
    if not isinstance(source, GroupNode) or not isinstance(source.model, ImageMetadata):
        return
    ours = [
        m
        for m in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata)
        if isinstance(m[1].datasets, list)
    ]
    theirs = [m for m in sound(source.model.multiscales, MultiscaleMetadata) if isinstance(m[1].datasets, list)]
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

    Axes are matched by name and levels in order. Nothing is said of labels that cover their image with larger pixels.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    source = source_of(node)
    if not isinstance(source, GroupNode):
        return
    for _, label, image in pairs_of(node):
        if _covers_with_larger_pixels(node, label, source, image):
            continue
        images = {level: sizes for level, _, _, sizes in _sizes(source, image)}
        for level, path, document, ours in _sizes(node, label):
            theirs = images.get(level, {})
            for name, size in ours.items():
                if name in theirs and size not in (1, theirs[name]):
                    yield ctx.at("shape", node=path, document=document).issue(
                        f"the labels have {counted(size, 'pixel')} along {name!r}, the image has {theirs[name]}",
                        shown=f"{size}",
                        expected=f"{theirs[name]} or 1",
                    )


def _covers_with_larger_pixels(
    node: GroupNode, label: MultiscaleMetadata, source: GroupNode, image: MultiscaleMetadata
) -> bool:
    """Tell whether the first levels of labels and image begin and end together, with other pixels."""
    ours = next((extents for _, extents in extents_of(node, label)), {})
    theirs = next((extents for _, extents in extents_of(source, image)), {})
    both = [(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()]
    return any(one.pixel > other.pixel for one, other in both) and all(
        one.unit == other.unit and one.covers_as(other) for one, other in both
    )


def _sizes(node: GroupNode, multiscale: MultiscaleMetadata) -> Iterator[tuple[int, str, str, dict[str, int]]]:
    """Yield the number of each level that is known, its path, the name of its document, and its size by axis."""
    axes = multiscale.array_axes() or []
    for level, dataset in sound(multiscale.datasets, DatasetMetadata):
        array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
        shape = array.document.shape if isinstance(array, ArrayNode) else None
        if isinstance(array, ArrayNode) and shape is not None and len(shape) == len(axes):
            names = [str(getattr(axis, "name", axis)) for axis in axes]
            yield level, dataset.path, array.document.name, dict(zip(names, shape, strict=True))


@rule(
    "version-label-present",
    on=ImageLabelMetadata,
    requirement=SHOULD,
    valid=[{"version": "0.4", **_COLORED}],
    invalid=[_COLORED],
)
def version_present(label: ImageLabelMetadata, ctx: Context) -> list[Issue] | None:
    """The image-label carries a version."""
    return version_missing(label, "image-label", ctx)


@rule(
    "version-label-value",
    on=ImageLabelMetadata,
    requirement=MUST,
    valid=[{"version": "0.4", **_COLORED}],
    invalid=[{**_COLORED, "version": "foo"}],
)
def version_value(label: ImageLabelMetadata, ctx: Context) -> list[Issue] | None:
    """A version inside the image-label is the string that names this version of the specification.

    A number in its place is a fault of structure. In 0.5 any string will do here, and version-not-nested compares it.
    """
    return other_version(label.version, ctx)


NESTED_VERSION = (version_present, version_value)
LABEL_RULES = (*LABEL_OBJECT_RULES, dtype_integer, source_resolves, dataset_count, shape_matches, value_fits_dtype)
