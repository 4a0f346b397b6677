"""Fixes of the numbers of scales: all have to be asked for, since what is known is not how large a pixel is."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import multiscale
from ngff_core.fixes.image.parts import (
    KEY,
    array_of,
    axes_in,
    is_vector,
    levels_in,
    multiscale_of,
    place_of_multiscale,
)
from ngff_core.mending import UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.migration.interface import Decision
from ngff_core.rules.image.scale import plausible
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["SCALE_FIXES"]

_LISTS = ("0.4", "0.5")
_UNKNOWN = "unknown"
_FORM = f'"{_UNKNOWN}" (then it is 1), or sizes of the pixels of level 0 by axis, such as z=2,y=0.65,x=0.65'


def _sizes(text: str) -> dict[str, float]:
    """Return the size of a pixel by axis; raise ValueError for anything but the stated form."""
    sizes = {}
    for part in text.split(",") if text.strip() != _UNKNOWN else ():
        axis, _, size = part.partition("=")
        try:
            sizes[axis.strip()] = number = float(size)
        except ValueError:
            number = 0
        if not 1e-100 < number < 1e100:
            raise ValueError(f"{part.strip()!r} is no size; expected {_FORM}")
    return sizes


PIXEL_SIZE = Decision(
    "pixel-size", "how large is a pixel of level 0, which is not stated?", _UNKNOWN, (), _FORM, _sizes
)
_ARRAYS = {str(n): ExampleArray((8 >> n, 8 >> n), names=("y", "x")) for n in range(2)}


def _of_levels(*lists: JSON, axis: str = "space") -> JSONObject:
    """Return a pyramid with these transformations; ``None``: a level has no such key."""
    keys = [{} if written is None else {KEY: written} for written in lists]
    datasets = [{"path": str(n), **members} for n, members in enumerate(keys)]
    axes = [{"name": "y", "type": axis}, {"name": "x", "type": "space"}]
    return {"": multiscale(axes=axes, datasets=datasets), **_ARRAYS}


def _scale(*numbers: float) -> JSONObject:
    return {"type": "scale", "scale": list(numbers)}


_MOVE = {"type": "translation", "translation": [1, 1]}


@fix(
    "dataset-transformations-present",
    "transform-list-nonempty",
    "transform-exactly-one-scale",
    safety=UNSAFE,
    decision=PIXEL_SIZE,
    versions=_LISTS,
    examples=[
        (_of_levels(None, []), _of_levels([_scale(1.0, 1.0)], [_scale(2.0, 2.0)])),
        (_of_levels([_MOVE]), _of_levels([_scale(1.0, 1.0), _MOVE])),
        FixExample(
            _of_levels(None, None),
            _of_levels([_scale(0.5, 1.0)], [_scale(1.0, 2.0)]),
            decisions={"pixel-size": "y=0.5"},
        ),
    ],
)
def scale_added(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add a scale: the size of a pixel of level 0, times how much smaller the array of the level is."""
    place = place_of_multiscale(ctx)
    key, *rest = ctx.pointer[len(place) :]
    written = value if isinstance(value, list) else []
    if not all(isinstance(t, dict) and t.get("type") == "translation" for t in written):
        return
    axes = axes_in(multiscale_of(ctx))
    scale = [1.0] * len(axes) if key == KEY else _scale_of(int(rest[0]), ctx)
    if axes and scale is not None:
        where = (*place, key) if key == KEY else (*place, key, rest[0], KEY)
        yield Edit(ctx.node, ctx.document, where, [_scale(*scale), *written])


def _scale_of(index: int, ctx: FixContext) -> list[float] | None:
    """Return the scale that a level has by that of level 0, or by the answer, and by the shapes of the arrays."""
    multiscale = multiscale_of(ctx)
    levels, axes = levels_in(multiscale), axes_in(multiscale)
    if not levels:
        return None
    first = _stated(levels[0], len(axes))
    start = first or [ctx.answer.get(axis.get("name"), 1.0) for axis in axes]
    shapes = _shapes(levels, index, len(axes), ctx) if index else [(1, 1)] * len(axes)
    return [a * _factor(*sizes) for a, sizes in zip(start, shapes, strict=True)] if shapes else None


def _stated(level: JSONObject, ndim: int) -> list[float] | None:
    """Return the scale that a level states, if it is one."""
    written = level.get(KEY)
    scales = [t["scale"] for t in written if isinstance(t, dict) and "scale" in t] if isinstance(written, list) else []
    return scales[0] if len(scales) == 1 and is_vector(scales[0], ndim) else None


def _shapes(levels: list[JSONObject], index: int, ndim: int, ctx: FixContext) -> list[tuple[int, int]]:
    """Return along each axis how long the arrays of level 0 and of a level are; nothing where that is not known."""
    arrays = array_of(levels[0], ctx), array_of(levels[index], ctx)
    whole, part = (() if array is None or array.shape is None else array.shape for array in arrays)
    known = len(whole) == len(part) == ndim and all((*whole, *part))
    return list(zip(whole, part, strict=True)) if known else []


def _factor(whole: int, part: int) -> float:
    """Return a whole number where pixels at the end were left out or filled up."""
    near = max(1, round(whole / part))
    return float(near) if part in (whole // near, -(-whole // near)) else whole / part


@fix(
    "transform-scale-meaning",
    safety=UNSAFE,
    versions=_LISTS,
    examples=[
        (
            _of_levels([_scale(0.5, 1.0)], [_scale(1.0, 1.0)]),
            _of_levels([_scale(0.5, 1.0)], [_scale(1.0, 2.0)]),
        )
    ],
)
def scale_by_shape(written: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the scale of level 0 times how much smaller the array is, along the axes that contradict it."""
    multiscale = multiscale_of(ctx)
    levels, ndim, index = levels_in(multiscale), len(axes_in(multiscale)), int(ctx.pointer[-2])
    position = next((n for n, t in enumerate(written) if isinstance(t, dict) and "scale" in t), None)
    if levels is None or position is None:
        return
    first, stated = _stated(levels[0], ndim), _stated(levels[index], ndim)
    shapes = _shapes(levels, index, ndim, ctx)
    if first is not None and stated is not None and shapes:
        along = zip(shapes, first, stated, strict=True)
        meant = [b if plausible(*sizes, a, b) else a * _factor(*sizes) for sizes, a, b in along]
        yield ctx.put(meant, position, "scale")


@fix(
    "transform-scale-positive",
    "transform-scale-values-numbers",
    safety=UNSAFE,
    versions=_LISTS,
    examples=[
        (
            _of_levels([_scale(0, 1.0)], [_scale(2.0, 2.0)], axis="time"),
            _of_levels([_scale(1.0, 1.0)], [_scale(2.0, 2.0)], axis="time"),
        )
    ],
)
def one_for_zero(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write 1 for the scale of a time or channel axis that is 0, null or NaN: it is not known."""
    index = ctx.pointer[-1]
    axes = axes_in(multiscale_of(ctx))
    of_axis = axes[int(index)] if str(index).isdecimal() and int(index) < len(axes) else {}
    if (value is None or value == 0) and of_axis.get("type") in ("time", "channel"):
        yield ctx.put(1.0)


SCALE_FIXES = (scale_added, scale_by_shape, one_for_zero)
