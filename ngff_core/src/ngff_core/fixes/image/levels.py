"""Fixes of the levels of an image: their order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import multiscale
from ngff_core.fixes.image.parts import array_of, levels_in, multiscale_of, place_of_multiscale
from ngff_core.mending import SAFE, Edit, FixContext, fix
from ngff_core.structure.values import JSON

__all__ = ["LEVEL_FIXES"]

_LEVELS = [
    {"path": str(n), "coordinateTransformations": [{"type": "scale", "scale": [2.0**n, 2.0**n]}]} for n in range(3)
]
_ARRAYS = {str(n): ExampleArray((8 >> n, 8 >> n), names=("y", "x")) for n in range(3)}


@fix(
    "dataset-order-high-to-low",
    safety=SAFE,
    examples=[
        (
            {"": multiscale(datasets=[_LEVELS[n] for n in (2, 0, 1)]), **_ARRAYS},
            {"": multiscale(datasets=_LEVELS), **_ARRAYS},
        )
    ],
)
def largest_first(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Put the levels in the order of the sizes of their arrays, the largest first."""
    place = place_of_multiscale(ctx)
    levels = levels_in(multiscale_of(ctx))
    arrays = [array_of(level, ctx) for level in levels or ()]
    shapes = [array.shape for array in arrays if array is not None and array.shape is not None]
    if levels is None or len(shapes) != len(levels) or len({*map(len, shapes)}) != 1:
        return
    order = sorted(range(len(levels)), key=lambda n: [-size for size in shapes[n]])
    if all(a >= b for first, second in pairwise(order) for a, b in zip(shapes[first], shapes[second], strict=True)):
        yield Edit(ctx.node, ctx.document, (*place, "datasets"), [levels[n] for n in order])


LEVEL_FIXES = (largest_first,)
