"""Images with label images to make examples of."""

from __future__ import annotations

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.rules.image.dataset import example as image_example
from ngff_core.rules.image.dataset import yx
from ngff_core.structure.values import JSON, JSONObject

IMAGE = image_example(yx(8, 8)).data[""]
LABEL = {**IMAGE, "image-label": {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 255]}]}}


def example(
    label: JSON = LABEL,
    array: ExampleArray | None = None,
    *,
    labels: JSON = ("cells",),
    path: str = "labels/cells",
    levels: int = 1,
    **more: JSON,
) -> Example:
    """Return an image with a labels group and a label image in it."""
    image = image_example(*[yx(8 >> n, 8 >> n) for n in range(levels)]).data
    data: JSONObject = {**image, "labels": {"labels": list(labels)}}
    if label is not None:
        data[path] = label
        data[f"{path}/0"] = array or yx(8, 8, dtype="uint32")
    data.update(more.pop("nodes", {}))
    return Example(data, **more)


def kind_of(node: GroupNode) -> str:
    """Say what a group is."""
    return f"a group of kind {node.kind}" if node.kind else "a group without image metadata"
