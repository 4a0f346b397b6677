"""Rules on rendering settings against the arrays they are for."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, SHOULD
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.omero import Omero, OmeroChannel, OmeroWindow
from ngff_core.rules.common import is_number, sound
from ngff_core.structure.values import JSON
from ngff_core.words import counted, positions
from ngff_core.zarr.headers.data_types import integer_range


def _image(channels: int, shape: tuple[int, ...], dtype: str = "uint16", **window: JSON) -> Example:
    axes = [{"name": "c", "type": "channel"}, {"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    names = tuple("cyx"[-len(shape) :])
    axes = axes[-len(shape) :]
    dataset = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0] * len(shape)}]}
    channel = {"color": "FF0000", "window": {"start": 0, "end": 255, "min": 0, "max": 255, **window}}
    return Example(
        {
            "": {"multiscales": [{"axes": axes, "datasets": [dataset]}], "omero": {"channels": [channel] * channels}},
            "0": ExampleArray(shape, dtype, names),
        }
    )


def _first_level(node: GroupNode) -> tuple[MultiscaleMetadata, ArrayNode] | None:
    for _, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        for _, dataset in sound(multiscale.datasets, DatasetMetadata):
            array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
            return (multiscale, array) if isinstance(array, ArrayNode) else None
    return None


@rule(
    "omero-channel-count-matches-array",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=SHOULD,
    valid=[_image(2, (2, 8, 8)), _image(1, (8, 8))],
    invalid=[_image(1, (2, 8, 8)), _image(2, (8, 8))],
)
def channel_count(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """There are as many channels as the channel axis is long.

    An image without a channel axis has one channel; nothing is said while the type of an axis is missing.

    Peers: ome-zarr-io 0.10.2 checks it, too, and wants a channel axis; yaozarrs 0.3.4 and ome-zarr-models 1.8.1 do not.
    """
    omero = node.model.omero if isinstance(node.model, ImageMetadata) else None
    first = _first_level(node)
    if not isinstance(omero, Omero) or first is None or not omero.channels or not isinstance(omero.channels, list):
        return
    multiscale, array = first
    shape, axes = array.document.shape, multiscale.array_axes()
    if shape is None or axes is None or len(shape) != len(axes):
        return
    types = [getattr(axis, "type", None) for axis in axes]
    if not all(isinstance(kind, str) for kind in types):
        return  # which axis is that of the channels is not known
    length = shape[types.index("channel")] if "channel" in types else 1
    if len(omero.channels) != length:
        there = f"the channel axis has length {length}" if "channel" in types else "there is no channel axis"
        yield ctx.at("omero", "channels").issue(
            f"omero describes {counted(len(omero.channels), 'channel')}, but {there}",
            shown=counted(len(omero.channels), "channel"),
            expected=f"{length}",
        )


@rule(
    "omero-window-fits-dtype",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=SHOULD,
    valid=[_image(2, (2, 8, 8)), _image(2, (2, 8, 8), "float32", max=1.5)],
    invalid=[_image(2, (2, 8, 8), "uint8", max=65535), _image(2, (2, 8, 8), min=-1)],
)
def window_fits_dtype(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The window of a channel lies within what the data type of the array can hold.

    Looks at min and max of integer images.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    omero = node.model.omero if isinstance(node.model, ImageMetadata) else None
    first = _first_level(node)
    if not isinstance(omero, Omero) or first is None:
        return
    limits = integer_range(first[1].document.dtype)
    if limits is None:
        return
    for index, channel in sound(omero.channels, OmeroChannel):
        window = channel.window
        if not isinstance(window, OmeroWindow):
            continue
        for name, value in (("min", window.min), ("max", window.max)):
            if is_number(value) and not limits[0] <= value <= limits[1]:
                yield ctx.at("omero", "channels", index, "window", name).issue(
                    f"window {name} {value} is outside {first[1].document.dtype}",
                    found=value,
                    expected=f"{limits[0]} to {limits[1]}",
                )


def _defaults(shape: tuple[int, ...], **rdefs: JSON) -> Example:
    made = _image(1, shape)
    omero = {**made.data[""]["omero"], "rdefs": {"model": "color", **rdefs}}
    return Example({**made.data, "": {**made.data[""], "omero": omero}})


@rule(
    "omero-rdefs-in-range",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=MAY,
    valid=[_defaults((1, 8, 8), defaultZ=0, defaultT=0)],
    invalid=[_defaults((1, 8, 8), defaultZ=3)],
)
def defaults_in_range(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """`defaultZ` and `defaultT` are indices that the array has.

    Only said in a comment of the official example that they are indices: information only. An image without such an
    axis has the index 0.
    """
    omero = node.model.omero if isinstance(node.model, ImageMetadata) else None
    rdefs = omero.rdefs if isinstance(omero, Omero) else None
    first = _first_level(node) if rdefs is not None else None
    shape, axes = (first[1].document.shape, first[0].array_axes()) if first is not None else (None, None)
    if shape is None or axes is None or len(shape) != len(axes):
        return
    lengths = {str(getattr(axis, "name", "")).lower(): size for axis, size in zip(axes, shape, strict=True)}
    for key, name in (("defaultZ", "z"), ("defaultT", "t")):
        index = rdefs.get(key) if isinstance(rdefs, dict) else getattr(rdefs, key, None)
        length = lengths.get(name, 1)
        if isinstance(index, int) and not isinstance(index, bool) and index >= length > 0:
            there = f"axis {name!r} has length {length}" if name in lengths else f"there is no axis {name!r}"
            yield ctx.at("omero", "rdefs", key).issue(
                f"{key} is {index}, but {there}", found=index, expected=positions(length)
            )
