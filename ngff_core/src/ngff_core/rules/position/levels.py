"""Rules on the place of the levels of an image."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.models.image import MultiscaleMetadata
from ngff_core.rules.common import sound
from ngff_core.rules.extents import Extent, written_extents_of
from ngff_core.rules.image.levels import IMAGES

_KEY = "coordinateTransformations"


def _pyramid(*moves: tuple[float, float] | None, scales: tuple[float, ...] = (0.5, 1)) -> Example:
    axes = [{"name": name, "type": "space"} for name in "yx"]
    levels = []
    for index, (scale, move) in enumerate(zip(scales, moves, strict=True)):
        steps = [{"type": "scale", "scale": [scale, scale]}]
        steps += [{"type": "translation", "translation": list(move)}] if move is not None else []
        levels.append({"path": str(index), _KEY: steps})
    arrays = {str(n): ExampleArray((64 >> n,) * 2, names=("y", "x")) for n in range(len(moves))}
    return Example({"": {"multiscales": [{"axes": axes, "datasets": levels}]}, **arrays})


@rule(
    "transform-levels-overlap",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    severity=Severity.WARNING,
    valid=[_pyramid(None, None), _pyramid((10, 20), (10.25, 20.25)), _pyramid((0, 0), (0.5, 0.5))],
    invalid=[_pyramid((0, 624), None), _pyramid(None, (0, 16))],
)
def levels_overlap(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """All levels of an image lie in the same place: each covers what the first one covers.

    Follows from what a scale and a translation mean. Compared with the first level along space and time, within 5 %
    and one pixel of the coarser level: centres of pixels and their corners, half a pixel or none, are all in use. A
    level that is larger or smaller than the first is reported by transform-scale-meaning.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: give every level the translation of the first one, with or without the shift of half a pixel.
    """
    for m, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        levels = iter(written_extents_of(node, multiscale))
        index, first = next(levels, (0, {}))
        if index:
            continue  # nothing is known of the first level
        for d, level in levels:
            for name, extent in level.items():
                if name in first and _apart(first[name], extent):
                    yield ctx.at("multiscales", m, "datasets", d, _KEY).issue(
                        f"along axis {name!r} level {d} covers {_span(extent)}, level 0 {_span(first[name])}",
                        shown=f"begins at {extent.begin:g}",
                        expected=f"begins at about {first[name].begin:g}",
                    )


def _apart(first: Extent, level: Extent) -> bool:
    if abs(level.begin - first.begin) <= first.tolerance(level):
        return False
    same_size = abs(level.length - first.length) <= first.tolerance(level)
    return same_size or not first.meets(level)


def _span(extent: Extent) -> str:
    return f"{extent.begin:g} to {extent.end:g}"


POSITION_RULES = (levels_overlap,)
