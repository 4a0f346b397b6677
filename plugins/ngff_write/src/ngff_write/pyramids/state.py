"""What an image has: its dimensions, its first level, and what each further level is, as far as that can be told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import StoreError, UsageError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.models.dims import DimSpec
from ngff_core.stores.local.store import LocalStore
from ngff_core.view.nodes import Array
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.paths import resolve_path
from ngff_write.pixels.levels import Level
from ngff_write.pixels.sources import Source, source_of

__all__ = ["LevelError", "State", "Stored", "state_of"]

Json = dict[str, Any]
LARGEST = 1 << 62  # pixels along an axis


class LevelError(StoreError):
    """The pixels of a level cannot be read."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"level {path} {text}")
        self.path = path


@attrs.frozen
class Stored:
    """A level as the metadata names it; ``document`` is ``None`` where there is no array that could be opened."""

    path: str
    raw: Json
    document: ArrayDocument | None
    scale: tuple[float, ...] | None
    translation: tuple[float, ...] | None

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of pixels along each axis."""
        return (self.document.shape or ()) if self.document is not None else ()


@attrs.frozen
class State:
    """A multiscale of an image in a folder of this machine, known by its number.

    ``first`` is its first level, ``levels`` are all that are named.
    """

    folder: str
    node: GroupNode
    dims: list[DimSpec]
    dtype: np.dtype[Any]
    first: Level
    levels: list[Stored]
    labels: bool
    number: int = 0

    @property
    def multiscale(self) -> Json:
        """The metadata of the multiscale, as it is written."""
        found: Json = (self.node.ome or {})["multiscales"][self.number]
        return found

    @property
    def elsewhere(self) -> set[object]:
        """The arrays that other multiscales of the image name."""
        every = (self.node.ome or {})["multiscales"]
        others = [one["datasets"] for number, one in enumerate(every) if number != self.number]
        return {resolve_path("", dataset["path"]) for datasets in others for dataset in datasets}

    def source(self, level: Stored) -> Source:
        """Return what reads the pixels of a level; raises LevelError where they cannot be read."""
        source = source_of(self._opened(level))
        return Source(source.shape, source.dtype, _reading(source, level.path))

    def fill_value(self, level: Stored) -> Any:
        """Return the value of pixels of a level that were never written; raises LevelError as `source` does."""
        found = self._opened(level).fill_value
        return 0 if found is None else found.item()

    def _opened(self, level: Stored) -> Any:
        assert level.document is not None
        try:
            return Array(LocalStore(self.folder), level.path, level.document).to_tensorstore()
        except Exception as error:  # ValueError and others of tensorstore
            raise LevelError(level.path, f"cannot be opened: {error}") from error


def _reading(source: Source, path: str) -> Any:
    def read(region: tuple[slice, ...]) -> np.ndarray[Any, Any]:
        try:
            return source.read(region)
        except Exception as error:  # as above, for chunks that are damaged
            raise LevelError(path, f"cannot be read: {error}") from error

    return read


def state_of(node: GroupNode, folder: str, number: int = 0) -> State:
    """Return what a multiscale of an image has; raises UsageError where its first level is not known well enough."""
    multiscales = getattr(node.model, "multiscales", None)
    if not isinstance(multiscales, list) or len(multiscales) <= number or node.faults:
        raise UsageError("its metadata is broken: mend it first (ngff fix)")
    multiscale = multiscales[number]
    axes = multiscale.array_axes()
    if not axes or not all(isinstance(getattr(axis, "name", None), str) for axis in axes):
        raise UsageError("its axes have no names: mend them first (ngff fix)")
    raw = (node.ome or {})["multiscales"][number]["datasets"]
    levels = [_stored(node, dataset, raw[n], len(axes)) for n, dataset in enumerate(multiscale.datasets)]
    if not levels:
        raise UsageError("it has no first level")
    first, document = levels[0], levels[0].document
    if document is None or document.shape is None or len(document.shape) != len(axes):
        raise UsageError(f"its first level, {first.path}, is not there, or no array of {len(axes)} dimensions")
    if first.scale is None or first.translation is None or not all(size > 0 for size in first.scale):
        raise UsageError("the size of the pixels of its first level is not stated: ngff set sets it")
    dims = [DimSpec(a.name, scale=s, unit=a.unit, type=a.type) for a, s in zip(axes, first.scale, strict=True)]
    level = Level(document.shape, (1,) * len(dims), first.scale, first.translation)
    return State(folder, node, dims, _dtype(document), level, levels, node.kind == "label-image", number)


def _dtype(document: ArrayDocument) -> np.dtype[Any]:
    try:
        dtype = np.dtype(document.dtype or "")
    except TypeError:
        raise UsageError(f"its pixels have a type that NumPy has not: {document.dtype}") from None
    if dtype.kind not in "biufc":
        raise UsageError(f"its pixels are no numbers, but {dtype}")
    return dtype.newbyteorder("=")


def _stored(node: GroupNode, dataset: Any, raw: Json, ndim: int) -> Stored:
    child = node.children.get(dataset.path)
    sound = isinstance(child, ArrayNode) and _is_sound(child.document)
    inside = resolve_path("", dataset.path) == dataset.path and dataset.path
    return Stored(
        dataset.path,
        raw,
        child.document if isinstance(child, ArrayNode) and sound and inside else None,
        _numbers(dataset.level_scale(ndim), ndim),
        _numbers(dataset.level_translation(ndim), ndim),
    )


def _is_sound(document: ArrayDocument) -> bool:
    """Tell whether an array can be opened: its metadata is right, and chunks and shards fit it."""
    sizes = [sizes for sizes in (document.shape, document.chunks, document.shards) if sizes is not None]
    fits = all(len(one) == len(sizes[0]) and all(0 < n < LARGEST for n in one) for one in sizes)
    return document.shape is not None and fits and not document.problems and not document.header_issues


def _numbers(values: Sequence[Any] | None, ndim: int) -> tuple[float, ...] | None:
    sound = isinstance(values, list) and len(values) == ndim
    if not sound or not all(type(n) in (int, float) and math.isfinite(n) for n in values or ()):
        return None
    return tuple(map(float, values or ()))
