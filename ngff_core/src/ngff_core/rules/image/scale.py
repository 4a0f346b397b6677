"""Rules on transformations against the arrays they describe."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.models.image import DatasetMetadata, Multiscale, MultiscaleMetadata
from ngff_core.rules.common import is_finite, is_number, sound
from ngff_core.rules.image.transform import KEY, example, lists_of
from ngff_core.structure.values import JSONObject


def _pyramid(*shapes: tuple[int, ...], scales: tuple[float, ...]) -> Example:
    levels = [{"path": str(n), KEY: [{"type": "scale", "scale": [scale, scale]}]} for n, scale in enumerate(scales)]
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    data: JSONObject = {"": {"multiscales": [{"axes": axes, "datasets": levels}]}}
    data.update({str(n): ExampleArray(shape, names=("y", "x")) for n, shape in enumerate(shapes)})
    return Example(data)


@rule(
    "transform-scale-meaning",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=MUST,
    severity=Severity.WARNING,
    valid=[_pyramid((64, 64), (32, 32), scales=(1, 2)), _pyramid((65, 65), (32, 32), scales=(0.5, 1))],
    invalid=[_pyramid((64, 64), (32, 32), scales=(1, 1)), _pyramid((64, 64), (16, 16), scales=(1, 2))],
)
def scale_meaning(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A scale is the pixel size of its level: it grows from level to level as the arrays shrink.

    Compared with the first level, within 5 % plus one pixel; a warning, since rounding and cropping have many ways.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.
    """
    for m, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        axes = multiscale.array_axes() or []
        levels = list(_levels(node, multiscale, len(axes)))
        if not levels:
            continue
        _, first_shape, first_scale = levels[0]
        for d, shape, scale in levels[1:]:
            for axis, (n0, n, s0, s) in enumerate(zip(first_shape, shape, first_scale, scale, strict=False)):
                if plausible(n0, n, s0, s):
                    continue
                name = getattr(axes[axis], "name", axis)
                yield ctx.at("multiscales", m, "datasets", d, KEY).issue(
                    f"along axis {name!r} level {d} is {n} of {n0} pixels but its scale is {_ratio(s, s0)} times"
                    " that of level 0",
                    shown=f"scale {s:g}",
                    expected=f"about {s0 * n0 / n:g}",
                )


def _ratio(a: float, b: float) -> str:
    return f"{a / b:g}"


def plausible(n0: int, n: int, s0: float, s: float) -> bool:
    """Tell whether a level of ``n`` pixels of the size ``s`` may cover what the first level covers."""
    if not n or not n0 or s0 <= 0 or s <= 0 or not is_finite(s0 * s):
        return True
    extent = n0 * s0
    return abs(n * s - extent) <= 0.05 * extent + max(s, s0)


def _levels(
    node: GroupNode, multiscale: MultiscaleMetadata, ndim: int
) -> Iterator[tuple[int, tuple[int, ...], list[float]]]:
    """Yield index, shape and scale of the levels for which all three are known and fit together."""
    for index, dataset in sound(multiscale.datasets, DatasetMetadata):
        array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
        if not isinstance(array, ArrayNode) or array.document.shape is None or len(array.document.shape) != ndim:
            continue
        scale = dataset.level_scale(ndim)
        if scale is None or len(scale) != ndim:
            continue
        if all(is_number(number) and is_finite(number) for number in scale):
            yield index, array.document.shape, list(map(float, scale))


@rule(
    "transform-path-vector-length",
    on=GroupNode,
    kinds=["image", "label-image"],
    requirement=MUST,
    valid=[
        Example(
            {
                "": {"multiscales": [example({"type": "scale", "path": "s"})]},
                "0": ExampleArray((8, 8), names=("y", "x")),
                "s": ExampleArray((2,), "float64"),
            }
        )
    ],
    invalid=[
        Example(
            {
                "": {"multiscales": [example({"type": "scale", "path": "s"})]},
                "0": ExampleArray((8, 8), names=("y", "x")),
                "s": ExampleArray((3,), "float64"),
            }
        )
    ],
)
def path_vector_length(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A vector that is kept in an array has one number per axis."""
    for m, multiscale in sound(getattr(node.model, "multiscales", None), Multiscale):
        if multiscale.axes.__class__ is not list:
            continue
        ndim = len(multiscale.axes)
        for place, transformations in lists_of(multiscale):
            for index, t in enumerate(transformations):
                path = getattr(t, "path", None)
                if not isinstance(path, str):
                    continue
                array = node.children.get(path)
                shape = array.document.shape if isinstance(array, ArrayNode) else None
                if shape != (ndim,):
                    yield ctx.at("multiscales", m, *place, index, "path").issue(
                        f"the vector of the {t.type} has shape {list(shape)}"
                        if shape is not None
                        else f"there is no array for the vector of the {t.type}",
                        found=path,
                        expected=f"an array of shape [{ndim}]",
                    )


SCALE_RULES = (scale_meaning, path_vector_length)
