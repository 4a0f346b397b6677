"""The levels of an image with their arrays, and images to make examples of."""

from __future__ import annotations

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.rules.common import sound
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.array import ArrayDocument

IMAGES = ("image", "label-image")
_UNITS = {"y": "space", "x": "space", "z": "space", "c": "channel", "t": "time"}


def example(
    *arrays: ExampleArray | JSONObject | None, axes: str = "yx", paths: list[str] | None = None, **files: JSON
) -> Example:
    """Return an image whose levels are these arrays (``None``: not there, an object: a group)."""
    paths = paths or [str(n) for n in range(len(arrays))]
    levels = [
        {"path": p, "coordinateTransformations": [{"type": "scale", "scale": [float(2**n)] * len(axes)}]}
        for n, p in enumerate(paths)
    ]
    written = [{"name": a, "type": _UNITS[a]} for a in axes]
    data: JSONObject = {"": {"multiscales": [{"axes": written, "datasets": levels}]}}
    for path, array in zip(paths, arrays, strict=True):
        if array is not None:
            data[path.strip("/")] = array
    return Example(data, files=files)


def yx(*shape: int, **changes: JSON) -> ExampleArray:
    """Return an array whose dimensions are named after the last letters of tczyx."""
    return ExampleArray(shape, **{"names": tuple("tczyx"[-len(shape) :]), **changes})


Levels = list[tuple[int, str, ArrayDocument]]


def levels_of(node: GroupNode) -> list[tuple[int, MultiscaleMetadata, Levels]]:
    """Return each multiscale of an image with the arrays of its levels: index, path, document."""
    if not isinstance(node.model, ImageMetadata):
        return []
    return [
        (m, multiscale, _arrays(node, multiscale))
        for m, multiscale in sound(node.model.multiscales, MultiscaleMetadata)
    ]


def _arrays(node: GroupNode, multiscale: MultiscaleMetadata) -> Levels:
    found: Levels = []
    if not node.children:  # as of a document by itself
        return found
    for d, dataset in sound(multiscale.datasets, DatasetMetadata):
        child = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
        if isinstance(child, ArrayNode):
            found.append((d, dataset.path.strip("/"), child.document))
    return found
