"""Rules on the arrays of an image: are they there, and do they fit what the metadata says."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from operator import lt

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.rules.common import all_positive, not_followed, odd_path, sound
from ngff_core.rules.image.consistency import codecs_consistent, dtype_consistent, ndim_consistent
from ngff_core.rules.image.levels import IMAGES, Levels, example, levels_of, yx
from ngff_core.structure.values import JSON
from ngff_core.words import counted, listed

MOST_AXES = 64  # along which scales are compared: no array has more dimensions

__all__ = [
    "DATASET_RULES",
    "IMAGES",
    "Levels",
    "codecs_consistent",
    "dtype_consistent",
    "example",
    "levels_of",
    "ndim_2_to_5",
    "ndim_consistent",
    "ndim_matches_axes",
    "order_high_to_low",
    "order_matches_arrays",
    "path_resolves",
    "yx",
]


def ordinary_paths(node: GroupNode) -> bool:
    """Tell quickly whether the paths of all levels are letters and digits, and no child of the image is missing."""
    image: JSON = node.model
    paths = [dataset.path for multiscale in image.multiscales for dataset in multiscale.datasets]
    return "".join(paths).isalnum() and "" not in paths and Absent not in {*map(type, node.children.values())}


@rule(
    "dataset-path-relative-resolves",
    on=GroupNode,
    unless=ordinary_paths,
    kinds=IMAGES,
    requirement=MUST,
    alone=True,
    valid=[example(yx(8, 8)), example(yx(8, 8), paths=["a/b"])],
    invalid=[
        example(None),
        example({}),
        example(None, paths=["../x"]),
        example(None, paths=["/0"]),
        Example(example(yx(8, 8), paths=["0/"]).data, "a slash at the end: a warning"),
    ],
)
def path_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A dataset path leads, from the image group, to a Zarr array.

    Nested paths are fine. A path that is absolute or climbs out of the store is not followed. `..` inside the store,
    superfluous slashes, and names that begin with `__`, which Zarr v3 keeps for itself, are warnings: the text does not
    speak of them. So is all of this in a document by itself.

    Peers: yaozarrs 0.3.4 refuses `..` inside the store, superfluous slashes and `__`.
    """
    for m, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        for d, dataset in sound(multiscale.datasets, DatasetMetadata):
            path = dataset.path
            child = node.children.get(path) if isinstance(path, str) else None
            if isinstance(child, Absent):
                problem = not_followed(path) if child.why is Why.OUTSIDE else _PROBLEMS.get(child.why, "").format(path)
                if problem:
                    at = ctx.at("multiscales", m, "datasets", d, "path")
                    yield at.issue(problem, found=path, expected="an array below the image")
            elif (
                isinstance(path, str)
                and not path.isalnum()
                and (odd := odd_path(path, ctx.spec.zarr_format)) is not None
            ):
                at = ctx.at("multiscales", m, "datasets", d, "path")
                yield at.issue(odd, found=path, severity=Severity.WARNING)


_PROBLEMS = {
    Why.MISSING: "there is no array at {!r}",
    Why.GROUP: "there is a group at {!r}, not an array",
}


def _scaled(*scales: float) -> Example:
    """Return an image of which no array is there."""
    made = example(*[None] * len(scales)).data[""]
    for level, scale in zip(made["multiscales"][0]["datasets"], scales, strict=True):
        level["coordinateTransformations"] = [{"type": "scale", "scale": [scale, scale]}]
    return Example({"": made})


@rule(
    "dataset-order-high-to-low",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    alone=True,
    valid=[example(yx(8, 8), yx(4, 4)), _scaled(1, 2)],
    invalid=[
        example(yx(4, 4), yx(8, 8)),
        Example(example(yx(8, 8), yx(8, 8)).data, "equal sizes: information"),
        Example(_scaled(2, 1).data, "scales that shrink, without arrays: a warning"),
    ],
)
def order_high_to_low(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Datasets run from the largest array to the smallest.

    Decided by the shapes along the space axes: no later level is larger in any of them. Where no array is at hand, as
    in a document by itself, a scale that is smaller than that of the level before is a warning.

    Peers: others compare scales, each in its own way: yaozarrs 0.3.4 the space axes in dictionary order,
    ome-zarr-models 1.8.1 every axis.
    """
    for m, multiscale, levels in ctx.shared(levels_of, node):
        axes = multiscale.array_axes() or []
        space = [i for i, axis in enumerate(axes) if getattr(axis, "type", None) == "space"]
        before: tuple[int, list[int]] | None = None
        if not levels:
            yield from _scales_shrink(m, multiscale, len(axes), space, ctx)
        for d, path, document in levels:
            if document.shape is None or not space or len(document.shape) != len(axes):
                continue
            sizes = [document.shape[i] for i in space]
            if before is not None and any(a > b for a, b in zip(sizes, before[1], strict=True)):
                yield ctx.at("multiscales", m, "datasets", d, "path").issue(
                    f"level {d} ({path!r}) is larger than level {before[0]}",
                    shown=f"{_by(sizes)} after {_by(before[1])}",
                    expected="the largest level first",
                )
            elif before is not None and sizes == before[1]:
                yield ctx.at("multiscales", m, "datasets", d, "path").issue(
                    f"level {d} ({path!r}) is as large as level {before[0]}", severity=Severity.INFO
                )
            before = (d, sizes)


def _scales_shrink(
    m: int, multiscale: MultiscaleMetadata, ndim: int, space: list[int], ctx: Context
) -> Iterator[Issue]:
    if ndim > MOST_AXES or _all_shrink(multiscale, ndim, space):
        return
    before: tuple[int, list[float]] | None = None
    for d, dataset in sound(multiscale.datasets, DatasetMetadata):
        scale = dataset.level_scale(ndim)
        if scale is None or len(scale) != ndim or not all_positive(scale):
            continue
        sizes = [float(scale[i]) for i in space]
        if before is not None and any(map(lt, sizes, before[1])) and _shrinks(before[1], sizes):
            yield ctx.at("multiscales", m, "datasets", d).issue(
                f"level {d} ({dataset.path!r}) has smaller pixels than level {before[0]}",
                shown=f"scale {_by(sizes)} after {_by(before[1])}",
                expected="the largest level first, which has the smallest scale",
                severity=Severity.WARNING,
            )
        before = (d, sizes)


def _all_shrink(multiscale: MultiscaleMetadata, ndim: int, space: list[int]) -> bool:
    """Tell quickly whether no scale of a level is smaller than that of the level before along any space axis."""
    try:
        scales: list[JSON] = [dataset.level_scale(ndim) for dataset in multiscale.datasets]
        along = [[scale[axis] for scale in scales] for axis in space]
        return all(column == sorted(column) and isfinite(sum(column)) for column in along)  # NaN is in no order
    except (ArithmeticError, AttributeError, LookupError, TypeError):
        return False


def _shrinks(before: list[float], sizes: list[float]) -> bool:
    return any(b < a * (1 - 1e-6) for a, b in zip(before, sizes, strict=True))


def _by(sizes: list[int] | list[float]) -> str:
    return " x ".join(f"{size:.12g}" for size in sizes)


@rule(
    "dataset-ndim-2-to-5",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[example(yx(8, 8))],
    invalid=[
        example(ExampleArray((1, 1, 1, 1, 1, 8)), axes="tczyxx"),
        example(ExampleArray((8,), names=("x",)), axes="x"),
    ],
)
def ndim_2_to_5(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every array of an image has 2 to 5 dimensions."""
    for _, _, levels in ctx.shared(levels_of, node):
        for _, path, document in levels:
            if document.shape is not None and not 2 <= len(document.shape) <= 5:
                yield ctx.at("shape", node=path, document=document.name).issue(
                    f"the array has {counted(len(document.shape), 'dimension')}",
                    found=list(document.shape),
                    expected="2 to 5 dimensions",
                )


@rule(
    "dataset-ndim-matches-axes",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[example(yx(8, 8))],
    invalid=[example(ExampleArray((3, 8, 8), names=("c", "y", "x")))],
)
def ndim_matches_axes(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every array has as many dimensions as the image has axes."""
    for _, multiscale, levels in ctx.shared(levels_of, node):
        axes = multiscale.array_axes()
        if axes is None:
            continue
        expected = f"{counted(len(axes), 'dimension')}: {listed([getattr(axis, 'name', axis) for axis in axes])}"
        for _, path, document in levels:
            if document.shape is not None and len(document.shape) != len(axes):
                yield ctx.at("shape", node=path, document=document.name).issue(
                    f"the array has {counted(len(document.shape), 'dimension')} for {counted(len(axes), 'axis')}",
                    found=list(document.shape),
                    expected=expected,
                )


@rule(
    "axes-order-matches-arrays",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    severity=Severity.WARNING,
    valid=[example(yx(3, 64, 64, names=("c", "y", "x")), yx(3, 32, 32, names=("c", "y", "x")), axes="cyx")],
    invalid=[example(yx(64, 64, 3, names=("c", "y", "x")), yx(32, 32, 3, names=("c", "y", "x")), axes="cyx")],
)
def order_matches_arrays(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The n-th axis describes the n-th dimension of the arrays.

    Plausibility only, so a warning: a channel or time axis that shrinks from level to level while a space axis
    does not was probably named in the wrong order.
    """
    for m, multiscale, levels in ctx.shared(levels_of, node):
        axes = multiscale.array_axes() or []
        shapes = [doc.shape for _, _, doc in levels if doc.shape is not None and len(doc.shape) == len(axes)]
        if len(shapes) < 2:
            continue
        shrinks = [b < a for a, b in zip(shapes[0], shapes[-1], strict=True)]
        types = [getattr(axis, "type", None) for axis in axes]
        pointer = multiscale.axes_pointer()
        still = [i for i, kind in enumerate(types) if kind == "space" and not shrinks[i]]
        for index, kind in enumerate(types):
            if kind in ("channel", "time") and shrinks[index] and still:
                name, other = axes[index].name, axes[still[-1]].name
                yield ctx.at("multiscales", m, *pointer, index).issue(
                    f"axis {name!r} of type {kind} shrinks from {shapes[0][index]} to {shapes[-1][index]} while"
                    f" space axis {other!r} does not",
                    expected="axes in the order of the array's dimensions",
                )


DATASET_RULES = (
    path_resolves,
    order_high_to_low,
    ndim_2_to_5,
    ndim_matches_axes,
    ndim_consistent,
    dtype_consistent,
    codecs_consistent,
    order_matches_arrays,
)
