"""Rules on the values of labels against the arrays that hold them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import SHOULD
from ngff_core.models.labels import ImageLabelMetadata, LabelColor, LabelProperty
from ngff_core.rules.common import is_number, sound
from ngff_core.rules.image.dataset import levels_of, yx
from ngff_core.rules.labels.examples import IMAGE, example
from ngff_core.zarr.headers.data_types import integer_range

__all__ = ["value_fits_dtype"]


@rule(
    "label-value-fits-dtype",
    on=GroupNode,
    kinds=["label-image"],
    requirement=SHOULD,
    valid=[example(), example({**IMAGE, "image-label": {"colors": [{"label-value": 255}]}}, yx(8, 8, dtype="uint8"))],
    invalid=[
        example({**IMAGE, "image-label": {"colors": [{"label-value": 256}]}}, yx(8, 8, dtype="uint8")),
        example({**IMAGE, "image-label": {"colors": [{"label-value": -1}]}}),
    ],
)
def value_fits_dtype(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A `label-value` is one that a pixel of the label image can have.

    Looks at colors and properties, and at arrays of integers.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: write the value that the pixels have, or leave the entry out.
    """
    label = getattr(node.model, "image_label", None)
    if not isinstance(label, ImageLabelMetadata):
        return
    dtypes = {document.dtype for _, _, levels in ctx.shared(levels_of, node) for _, _, document in levels}
    ranges = [limits for limits in map(integer_range, dtypes) if limits is not None]
    if not ranges or len(ranges) < len(dtypes):
        return
    low, high = min(limits[0] for limits in ranges), max(limits[1] for limits in ranges)
    named = ", ".join(sorted(map(str, dtypes)))
    colors = sound(label.colors, LabelColor)
    properties = sound(getattr(label, "properties", None), LabelProperty)
    for key, entries in (("colors", colors), ("properties", properties)):
        for index, entry in entries:
            value = entry.label_value
            if is_number(value) and not low <= value <= high:
                yield ctx.at("image-label", key, index, "label-value").issue(
                    f"no pixel of {named} has the label value {value}",
                    found=value,
                    expected=f"{low} to {high}",
                )
