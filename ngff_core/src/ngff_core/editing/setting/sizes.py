"""Set the size of pixels: the scale of every level, and the translation that follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ngff_core.editing.setting.noted import Ome
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.issues.pointer import Pointer
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.rules.common import all_positive, is_number, sound
from ngff_core.rules.image.scale import plausible
from ngff_core.structure.values import JSON
from ngff_core.words import listed

__all__ = ["axis_names", "put_sizes", "shape_of", "size_of_labels"]

_ROUNDED = 1e-13  # what is lost in a product
_NEAR = 1e-6  # of a pixel: numbers that were rounded when they were written


@attrs.define
class _Level:
    """One level: where its scale and translation stand, what they are, and the shape of its array."""

    scale_at: Pointer
    scale: list[Any]
    move_at: Pointer | None
    move: list[Any]
    shape: Sequence[int] | None
    name: str
    moved: bool = False


def axis_names(multiscale: MultiscaleMetadata) -> list[str]:
    """Return the names of the axes of the arrays; ``""`` for one that has none."""
    names = (getattr(axis, "name", None) for axis in multiscale.array_axes() or ())
    return [name if isinstance(name, str) else "" for name in names]


def put_sizes(ome: Ome, m: int, multiscale: MultiscaleMetadata, wanted: Mapping[str, float]) -> None:
    """Note the edits that give the pixels of an image their size along some axes.

    The ratio between the levels stays, unless the shapes of the arrays contradict it. A size is that of all
    transformations together, so that those of the multiscale are taken out of it (section "multiscales" metadata).
    """
    names = axis_names(multiscale)
    missing = [name for name in wanted if name not in names]
    if missing:
        ome.refuse(f"there is no axis {missing[0]!r}, but {listed(names) or 'none at all'}")
        return
    levels = list(_levels(ome, m, multiscale, len(names)))
    if any(isinstance(level, str) for level in levels) or not levels:
        ome.refuse(next((level for level in levels if isinstance(level, str)), "the image has no levels"))
        return
    sound_levels = [level for level in levels if isinstance(level, _Level)]
    common = _common(multiscale, sound_levels[0].scale, len(names))
    for name, size in wanted.items():
        axis = names.index(name)
        if common is None:
            ome.refuse("what scales all levels is not one number above 0 for each axis")
            return
        _put_size(ome, sound_levels, axis, name, _first_scale(size, common[axis], sound_levels[0].scale[axis]))
    if getattr(multiscale, "coordinateSystems", None) and getattr(multiscale, "coordinateTransformations", None):
        ome.remark("transformations to further coordinate systems stay as they are")
    for level in sound_levels:
        ome.put(level.scale, *level.scale_at)
        if level.moved and level.move_at is not None:
            ome.put(level.move, *level.move_at)


def _first_scale(size: float, common: float, old: JSON) -> float:
    """Return the scale of the first level that gives a size: the one that is there where it does, but for rounding."""
    if common != 1 and all_positive([old]) and math.isclose(old * common, size, rel_tol=_ROUNDED):
        return float(old)
    return _tidy(size / common)


def _put_size(ome: Ome, levels: list[_Level], axis: int, name: str, size: float) -> None:
    """Let the pixels of all levels have their size along an axis, that of the first level being given."""
    first = levels[0]
    old = first.scale[axis]
    ratios = [_ratio(ome, first, level, axis) for level in levels]
    if None in ratios:
        level = levels[ratios.index(None)]
        ome.refuse(f"along axis {name!r} level {level.name} has neither a scale above 0 nor an array")
        return
    factor = size / old if all_positive([old]) else None
    begins, follow = _begins(levels, axis, factor)
    if not follow:
        ome.remark(f"along axis {name!r} the image stays where it is: its translation is no half of a pixel")
    for level, ratio, begin in zip(levels, ratios, begins, strict=True):
        if factor != 1 or not _is_as_written(level.scale[axis], old, ratio):
            level.scale[axis] = _tidy(size * (ratio or 1))
        level.moved |= begin != level.move[axis]
        level.move[axis] = begin


def _is_as_written(scale: JSON, first: JSON, ratio: float | None) -> bool:
    """Tell whether the ratio of a level to the first one is that of their scales: then nothing need be computed."""
    return all_positive([scale, first]) and scale / first == ratio


def _ratio(ome: Ome, first: _Level, level: _Level, axis: int) -> float | None:
    """Return how many times as large as those of the first level the pixels of a level are; ``None``: not known."""
    s0, s = first.scale[axis], level.scale[axis]
    n0, n = (shape[axis] if shape is not None else None for shape in (first.shape, level.shape))
    known = all_positive([s0, s])
    if level is first or (known and (n0 is None or n is None or plausible(n0, n, s0, s))):
        return float(s / s0) if known else 1.0
    if not n0 or not n:
        return None
    if known:
        ome.remark(f"the scale of level {level.name} contradicts the shapes of the arrays: it follows the shapes now")
    return n0 / n


def _begins(levels: list[_Level], axis: int, factor: float | None) -> tuple[list[JSON], bool]:
    """Return where the levels begin when pixels are larger by a factor, and whether all of that follows from it.

    What follows is half of a pixel, of the first level and of the shift of others to it: it is in use to say where
    the centre of the first pixel lies. Anything else is a place in the world, and stays.
    """
    written = [level.move[axis] for level in levels]
    scales = [level.scale[axis] for level in levels]
    if factor == 1:
        return written, True
    if factor is None or not all(map(is_number, written)) or not all_positive(scales):
        return written, not any(written)
    start, near = written[0], _NEAR * scales[0]
    of_size = start == 0 or abs(abs(start) - scales[0] / 2) <= near
    begin = start * factor if of_size else start
    shifts = [here - start for here in written]
    small = [abs(shift) <= scale * (0.5 + _NEAR) for shift, scale in zip(shifts, scales, strict=True)]
    begins = [
        _tidy(begin + shift * (factor if follows else 1)) if shift or of_size else here
        for here, shift, follows in zip(written, shifts, small, strict=True)
    ]
    return [here if here == new else new for here, new in zip(written, begins, strict=True)], of_size and all(small)


def _tidy(number: float) -> float:
    """Return a number without what was lost in computing it."""
    return float(f"{number:.15g}")


def _common(multiscale: MultiscaleMetadata, scale: list[Any], ndim: int) -> list[float] | None:
    """Return what scales all levels, along each axis; ``None`` where that is not known."""
    if not all_positive(scale):
        plain = getattr(multiscale, "coordinateTransformations", None) is None
        return [1.0] * ndim if plain else None
    dataset = next(dataset for _, dataset in sound(multiscale.datasets, DatasetMetadata))
    size = multiscale.pixel_size(dataset, ndim)
    if size is None or len(size) != ndim or not all_positive(size):
        return None
    return [a / b for a, b in zip(size, scale, strict=True)]


def shape_of(node: GroupNode, dataset: DatasetMetadata) -> tuple[int, ...] | None:
    """Return the shape of the array of a level, where that is known."""
    array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
    return array.document.shape if isinstance(array, ArrayNode) else None


# --- the levels of an image ---------------------------------------------------------------------------


def _levels(ome: Ome, m: int, multiscale: MultiscaleMetadata, ndim: int) -> Iterator[_Level | str]:
    """Yield the levels of an image, or what keeps a level from having pixels of a size."""
    for d, dataset in sound(multiscale.datasets, DatasetMetadata):
        name = dataset.path if isinstance(dataset.path, str) else str(d)
        if not hasattr(dataset, "coordinateTransformations"):
            yield "this version of OME-Zarr has no place for the size of pixels: upgrade it first (ngff upgrade)"
            return
        where: Pointer = ("multiscales", m, "datasets", d, "coordinateTransformations")
        steps = list(_steps(where, ome.at(*where)))
        scales = [(at, step["scale"]) for at, step in steps if step.get("type") == "scale" and "scale" in step]
        moves = [(at, step["translation"]) for at, step in steps if "translation" in step]
        kinds = [step.get("type") for _, step in steps]
        written = kinds in (["scale"], ["scale", "translation"]) and [len(scales), len(moves)] == [1, len(kinds) - 1]
        if not written or not all(isinstance(v, list) and len(v) == ndim for _, v in (*scales, *moves)):
            yield f"level {name} has no scale, and perhaps translation, of {ndim} numbers each: mend that first"
            return
        shape = shape_of(ome.node, dataset)
        yield _Level(
            (*scales[0][0], "scale"),
            [*scales[0][1]],
            (*moves[0][0], "translation") if moves else None,
            [*moves[0][1]] if moves else [0] * ndim,
            shape if shape is not None and len(shape) == ndim else None,
            name,
        )


def _steps(where: Pointer, written: object) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield the transformations of a list, and those of a sequence in its place, with what leads to them."""
    for index, step in enumerate(written if isinstance(written, list) else ()):
        if isinstance(step, dict) and step.get("type") == "sequence":
            inside = step.get("transformations")
            for n, one in enumerate(inside if isinstance(inside, list) else ()):
                if isinstance(one, dict):
                    yield (*where, index, "transformations", n), one
        elif isinstance(step, dict):
            yield (*where, index), step


# --- label images -------------------------------------------------------------------------------------


def size_of_labels(node: GroupNode, wanted: Mapping[str, float]) -> dict[str, float]:
    """Return the size of pixels that a label image gets with its image: as many times that of the image as it has now.

    Where both have as many pixels it is that of the image.
    """
    group = node.parent
    image = group.parent if group is not None else None
    if image is None:
        return dict(wanted)
    ours, theirs = _first_level(node), _first_level(image)
    sizes = {}
    for name, size in wanted.items():
        (s, n), (s0, n0) = ours.get(name, (None, None)), theirs.get(name, (None, None))
        apart = all_positive([s, s0]) and (n is None or n != n0)
        sizes[name] = _tidy(size * s / s0) if apart and s is not None and s0 is not None else size
    return {name: size for name, size in sizes.items() if name in ours}


def _first_level(node: GroupNode) -> dict[str, tuple[float | None, int | None]]:
    """Return the size of the pixels of the first level of an image, and how many there are, by axis."""
    for _, multiscale in sound(getattr(node.model, "multiscales", None), MultiscaleMetadata):
        names = axis_names(multiscale)
        for _, dataset in sound(multiscale.datasets, DatasetMetadata):
            size = multiscale.pixel_size(dataset, len(names)) or [None] * len(names)
            shape = shape_of(node, dataset) or [None] * len(names)
            return {name: pair for name, *pair in zip(names, size, shape, strict=False)}  # type: ignore[misc]
    return {}
