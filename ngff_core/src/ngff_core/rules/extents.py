"""Where the levels of an image begin and end along their axes."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.models.image import DatasetMetadata, MultiscaleMetadata
from ngff_core.rules.common import is_finite, is_number, sound
from ngff_core.structure.values import JSON

__all__ = ["Extent", "extents_of", "written_extents_of"]

MEASURED = ("space", "time")


class Extent:
    """What a level covers along one axis: from the outer edge of its first pixel to that of its last."""

    __slots__ = ("axis", "begin", "end", "pixel", "pixels", "unit")

    def __init__(self, axis: str, unit: str | None, first: float, pixel: float, pixels: int) -> None:
        self.axis = axis
        self.unit = unit
        self.pixel = pixel
        self.pixels = pixels
        self.begin = first - pixel / 2
        self.end = self.begin + pixel * pixels

    @property
    def length(self) -> float:
        """How much it covers."""
        return self.end - self.begin

    def times(self, factor: float) -> Extent:
        """Return the same in another unit."""
        first = (self.begin + self.pixel / 2) * factor
        return Extent(self.axis, self.unit, first, self.pixel * factor, self.pixels)

    def meets(self, other: Extent) -> bool:
        """Tell whether the two have anything in common."""
        return self.begin < other.end and other.begin < self.end

    def tolerance(self, other: Extent) -> float:
        """Return how far two edges may lie apart that are meant to be one: rounding and cropping have many ways."""
        return 0.05 * min(self.length, other.length) + max(self.pixel, other.pixel)

    def covers_as(self, other: Extent) -> bool:
        """Tell whether the two begin and end together."""
        apart = max(abs(self.begin - other.begin), abs(self.end - other.end))
        return apart <= self.tolerance(other)


def extents_of(node: GroupNode, multiscale: MultiscaleMetadata) -> Iterator[tuple[int, dict[str, Extent]]]:
    """Yield the index of each level whose place is known, and what it covers by axis, after what moves all levels."""
    return _extents(node, multiscale, common=True)


def written_extents_of(node: GroupNode, multiscale: MultiscaleMetadata) -> Iterator[tuple[int, dict[str, Extent]]]:
    """Yield the same from the transformations of the datasets alone."""
    return _extents(node, multiscale, common=False)


def _extents(node: GroupNode, multiscale: MultiscaleMetadata, common: bool) -> Iterator[tuple[int, dict[str, Extent]]]:
    axes = multiscale.array_axes() or []
    for index, dataset in sound(multiscale.datasets, DatasetMetadata):
        array = node.children.get(dataset.path) if isinstance(dataset.path, str) else None
        shape = array.document.shape if isinstance(array, ArrayNode) else None
        if shape is None or len(shape) != len(axes):
            continue
        place = _place(multiscale, dataset, len(axes), common)
        if place is not None:
            yield index, _by_axis(axes, shape, *place)


def _place(
    multiscale: MultiscaleMetadata, dataset: DatasetMetadata, ndim: int, common: bool
) -> tuple[list[JSON], list[JSON]] | None:
    """Return the centre of the first pixel, and the size of a pixel."""
    try:
        first = multiscale.first_pixel(dataset, ndim) if common else dataset.level_translation(ndim)
        size = multiscale.pixel_size(dataset, ndim) if common else dataset.level_scale(ndim)
    except TypeError:  # numbers that are none, reported as such
        return None
    return (first, size) if first is not None and size is not None and len(first) == len(size) == ndim else None


def _by_axis(axes: list[JSON], shape: tuple[int, ...], first: list[JSON], size: list[JSON]) -> dict[str, Extent]:
    found = {}
    for axis, pixels, start, pixel in zip(axes, shape, first, size, strict=True):
        name, unit = getattr(axis, "name", None), getattr(axis, "unit", None)
        if not isinstance(name, str) or getattr(axis, "type", None) not in MEASURED or pixels < 1:
            continue
        if is_number(start) and is_number(pixel) and pixel > 0 and is_finite(pixel) and is_finite(start):
            found[name] = Extent(name, unit if isinstance(unit, str) else None, float(start), float(pixel), pixels)
    return found
