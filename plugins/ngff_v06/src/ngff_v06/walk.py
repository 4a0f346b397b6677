"""Walking over transformations, nested ones and all, with the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ngff_core.issues.pointer import Pointer
from ngff_core.rules.common import sound
from ngff_v06.image import Dataset, Multiscale
from ngff_v06.systems import CoordinateSystem, CoordinateSystemIdentifier
from ngff_v06.transformations import (
    AffineTransformation,
    BijectionTransformation,
    ByDimensionPart,
    ByDimensionTransformation,
    CoordinatesTransformation,
    DisplacementsTransformation,
    RotationTransformation,
    SequenceTransformation,
    Transformation,
)

__all__ = [
    "KEY",
    "Placed",
    "dataset_transformations",
    "every_transformation",
    "fields_in",
    "matrices_in",
    "nested",
    "own_transformations",
    "references_in",
    "systems_of",
]

KEY = "coordinateTransformations"
Placed = tuple[Pointer, Any]


def systems_of(holder: Any) -> dict[str, CoordinateSystem]:
    """Return the coordinate systems of a multiscale or scene by name; the first of those with the same name."""
    found: dict[str, CoordinateSystem] = {}
    for _, system in sound(getattr(holder, "coordinateSystems", None), CoordinateSystem):
        if isinstance(system.name, str):
            found.setdefault(system.name, system)
    return found


def own_transformations(holder: Any) -> Iterator[Placed]:
    """Yield the transformations of a multiscale or scene that link named systems, not those nested in them."""
    for index, transformation in sound(getattr(holder, KEY, None), Transformation):
        yield (KEY, index), transformation


def dataset_transformations(holder: Any) -> Iterator[tuple[Pointer, Any, Dataset]]:
    """Yield the transformations of datasets, not those nested in them, each with its dataset."""
    if isinstance(holder, Multiscale):
        for d, dataset in sound(holder.datasets, Dataset):
            for index, transformation in sound(dataset.coordinateTransformations, Transformation):
                yield ("datasets", d, KEY, index), transformation, dataset


def nested(place: Pointer, transformation: Any) -> Iterator[Placed]:
    """Yield a transformation and all those inside it."""
    waiting = [(place, transformation)]
    while waiting:
        place, transformation = waiting.pop()
        yield place, transformation
        if isinstance(transformation, SequenceTransformation):
            inside: list[Placed] = [
                ((*place, "transformations", n), t) for n, t in sound(transformation.transformations, Transformation)
            ]
        elif isinstance(transformation, ByDimensionTransformation):
            inside = [
                ((*place, "transformations", n, "transformation"), part.transformation)
                for n, part in sound(transformation.transformations, ByDimensionPart)
            ]
        elif isinstance(transformation, BijectionTransformation):
            inside = [((*place, key), getattr(transformation, key)) for key in ("forward", "inverse")]
        else:
            continue
        waiting += [(where, t) for where, t in reversed(inside) if isinstance(t, Transformation)]


def every_transformation(holder: Any) -> Iterator[Placed]:
    """Yield all transformations of a multiscale or scene: of datasets, between systems, and nested ones."""
    for place, transformation, _ in dataset_transformations(holder):
        yield from nested(place, transformation)
    for place, transformation in own_transformations(holder):
        yield from nested(place, transformation)


def matrices_in(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the transformations whose matrix is kept in an array."""
    for place, t in placed:
        if isinstance(t, (AffineTransformation, RotationTransformation)) and isinstance(t.path, str):
            yield place, t


def fields_in(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the transformations that take vectors from an image."""
    for place, t in placed:
        if isinstance(t, (DisplacementsTransformation, CoordinatesTransformation)) and isinstance(t.path, str):
            yield place, t


def references_in(holder: Any) -> Iterator[tuple[Pointer, CoordinateSystemIdentifier]]:
    """Yield where the transformations between named systems start and lead."""
    for place, transformation in own_transformations(holder):
        for side in ("input", "output"):
            reference = getattr(transformation, side)
            if isinstance(reference, CoordinateSystemIdentifier):
                yield (*place, side), reference
