"""Walking over transformations, nested ones and all, with the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from ngff_core.issues.pointer import Pointer
from ngff_core.rules.common import sound
from ngff_core.structure.values import JSON
from ngff_v06.models.image import Dataset, Multiscale
from ngff_v06.models.systems import CoordinateSystem, CoordinateSystemIdentifier
from ngff_v06.models.transformations import (
    AnyTransformation,
    BijectionTransformation,
    ByDimensionPart,
    ByDimensionTransformation,
    Field,
    SequenceTransformation,
    Stored,
    Transformation,
)

__all__ = [
    "KEY",
    "Placed",
    "dataset_transformations",
    "every_transformation",
    "fields_in",
    "is_transformation",
    "matrices_in",
    "nested",
    "own_transformations",
    "references_in",
    "systems_of",
]

KEY = "coordinateTransformations"
Placed = tuple[Pointer, AnyTransformation]


def is_transformation(value: object) -> TypeGuard[AnyTransformation]:
    """Tell whether a value is a transformation."""
    return isinstance(value, Transformation)


def _sound(values: JSON) -> Iterator[tuple[int, AnyTransformation]]:
    return ((index, t) for index, t in sound(values, Transformation) if is_transformation(t))


def systems_of(holder: object) -> dict[str, CoordinateSystem]:
    """Return the coordinate systems of a multiscale or scene by name; the first of those with the same name."""
    found: dict[str, CoordinateSystem] = {}
    for _, system in sound(getattr(holder, "coordinateSystems", None), CoordinateSystem):
        if isinstance(system.name, str):
            found.setdefault(system.name, system)
    return found


def own_transformations(holder: object) -> Iterator[Placed]:
    """Yield the transformations of a multiscale or scene that link named systems, not those nested in them."""
    for index, transformation in _sound(getattr(holder, KEY, None)):
        yield (KEY, index), transformation


def dataset_transformations(holder: object) -> Iterator[tuple[Pointer, AnyTransformation, Dataset]]:
    """Yield the transformations of datasets, not those nested in them, each with its dataset."""
    if isinstance(holder, Multiscale):
        for d, dataset in sound(holder.datasets, Dataset):
            for index, transformation in _sound(dataset.coordinateTransformations):
                yield ("datasets", d, KEY, index), transformation, dataset


def nested(place: Pointer, transformation: AnyTransformation) -> Iterator[Placed]:
    """Yield a transformation and all those inside it."""
    waiting = [(place, transformation)]
    while waiting:
        place, transformation = waiting.pop()
        yield place, transformation
        if isinstance(transformation, SequenceTransformation):
            inside: list[tuple[Pointer, object]] = [
                ((*place, "transformations", n), t) for n, t in _sound(transformation.transformations)
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
        waiting += [(where, t) for where, t in reversed(inside) if is_transformation(t)]


def every_transformation(holder: object) -> Iterator[Placed]:
    """Yield all transformations of a multiscale or scene: of datasets, between systems, and nested ones."""
    for place, transformation, _ in dataset_transformations(holder):
        yield from nested(place, transformation)
    for place, transformation in own_transformations(holder):
        yield from nested(place, transformation)


def matrices_in(placed: Iterable[Placed]) -> Iterator[tuple[Pointer, Stored]]:
    """Yield the transformations whose matrix is kept in an array."""
    for place, t in placed:
        if isinstance(t, Stored) and isinstance(t.path, str):
            yield place, t


def fields_in(placed: Iterable[Placed]) -> Iterator[tuple[Pointer, Field]]:
    """Yield the transformations that take vectors from an image."""
    for place, t in placed:
        if isinstance(t, Field) and isinstance(t.path, str):
            yield place, t


def references_in(holder: object) -> Iterator[tuple[Pointer, CoordinateSystemIdentifier]]:
    """Yield where the transformations between named systems start and lead."""
    for place, transformation in own_transformations(holder):
        for side in ("input", "output"):
            reference = getattr(transformation, side)
            if isinstance(reference, CoordinateSystemIdentifier):
                yield (*place, side), reference
