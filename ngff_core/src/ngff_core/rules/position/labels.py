"""The rule on the place of label images."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD
from ngff_core.models.image import MultiscaleMetadata
from ngff_core.rules.extents import Extent, extents_of
from ngff_core.rules.image.levels import yx
from ngff_core.rules.labels.examples import LABEL
from ngff_core.rules.labels.examples import example as labels_example
from ngff_core.rules.labels.label_image import pairs_of, source_of
from ngff_core.rules.position.sizes import ratio_of
from ngff_core.structure.values import JSON
from ngff_core.words import counted

__all__ = ["label_elsewhere", "misplaced_labels"]

_KEY = "coordinateTransformations"


def _label(*steps: JSON, unit: str | None = None, size: int = 8) -> Example:
    axes = [{"name": name, "type": "space", **({"unit": unit} if unit else {})} for name in "yx"]
    entry = {"axes": axes, "datasets": [{"path": "0", _KEY: list(steps)}]}
    return labels_example({**LABEL, "multiscales": [entry]}, yx(size, size, dtype="uint32"))


_TWICE = {"type": "scale", "scale": [2, 2]}
_SAME = {"type": "scale", "scale": [1, 1]}
_AWAY = {"type": "translation", "translation": [0, 100]}


@rule(
    "label-position-matches-image",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=[labels_example(), _label(_TWICE, size=4)],
    invalid=[_label(_TWICE), _label(_SAME, _AWAY)],
)
def label_elsewhere(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A label image lies where its image lies.

    What the first levels of the two cover along space and time is compared, units included, within 5 % and one pixel.
    Labels of another number of pixels may be coarser, or those of a part of the image. Nothing is said of axes along
    which the labels have one pixel, nor where a unit is missing or unknown.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: give the labels the scale, the translation and the units of the image.
    """
    source = source_of(node)
    if not isinstance(source, GroupNode):
        return
    for m, label, image in pairs_of(node):
        yield from misplaced_labels(node, label, source, image, ctx, m)


def misplaced_labels(
    node: GroupNode, label: MultiscaleMetadata, source: GroupNode, image: MultiscaleMetadata, ctx: Context, m: int
) -> Iterator[Issue]:
    """Compare the first levels of a label image and its image."""
    ours, theirs = _first(node, label), _first(source, image)
    for name, found in ours.items():
        expected = theirs.get(name)
        if expected is None or found.pixels == 1:
            continue
        ratio = ratio_of(found.unit, expected.unit)
        if ratio is None or _fits(found, expected, ratio):
            continue
        slip = ratio != 1 and found.covers_as(expected)
        yield ctx.at("multiscales", m, "datasets", 0, _KEY).issue(
            f"along axis {name!r} the labels cover {_span(found)}, the image {_span(expected)}",
            shown=f"{counted(found.pixels, 'pixel')} of {found.pixel:g}",
            expected="what the image covers, or a part of it",
            hint="the numbers agree, the units do not" if slip else None,
        )


def _first(node: GroupNode, multiscale: MultiscaleMetadata) -> dict[str, Extent]:
    index, level = next(extents_of(node, multiscale), (0, {}))
    return level if index == 0 else {}


def _fits(label: Extent, image: Extent, ratio: float) -> bool:
    """Tell whether labels cover what the image covers, or may be those of a part of it."""
    true = label.times(ratio)
    if true.covers_as(image):
        return True
    if label.pixels == image.pixels or (ratio != 1 and label.covers_as(image)):
        return False
    edge = true.tolerance(image)
    return image.begin - edge <= true.begin and true.end <= image.end + edge


def _span(extent: Extent) -> str:
    unit = f" {extent.unit}" if extent.unit else ""
    return f"{extent.begin:g} to {extent.end:g}{unit}"
