"""Images whose metadata is a typed model, and whose levels are all given."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

import attrs

from ngff_core import ValidationError, check_object
from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_core.models.image import DatasetMetadata, ImageMetadata, MultiscaleMetadata
from ngff_core.models.transformations import numbers
from ngff_core.plugins.registry import default_registry
from ngff_core.structure.converter import structure
from ngff_core.validation.export import to_dict
from ngff_core.zarr.keys import join
from ngff_write.backends import Backend
from ngff_write.content import Document, Done
from ngff_write.documents import Writing, writing_of
from ngff_write.groups.prepare import empty
from ngff_write.image import ImagePlan, plan_image, write_levels
from ngff_write.options import said
from ngff_write.pixels.sources import source_of
from ngff_write.target import NewGroup

__all__ = ["GivenImage", "Levels", "ModelError", "PartOptions", "WriteOptions", "content_of", "pair_of", "shown"]

ROUNDING = 1e-9  # of sizes that follow from scales

Levels = Any  # an array, or a (shape, dtype), or one of these for each level


class ModelError(UsageError, ValueError):
    """A model does not fit what is to be written with it."""


class PartOptions(TypedDict, total=False):
    """How arrays are written, by the names that yaozarrs has.

    ``chunks`` are numbers of pixels, ``"auto"`` (chosen, unless given) or ``None`` (one for the whole array),
    ``shards`` are chosen unless given, ``compression`` is ``"blosc-zstd"`` unless given. ``overwrite`` replaces what is
    there.
    """

    writer: Literal["auto", "tensorstore", "zarrista", "zarr"]
    chunks: Sequence[int] | Literal["auto"] | None
    shards: Sequence[int] | None
    overwrite: bool
    compression: str


class WriteOptions(PartOptions, total=False):
    """How a hierarchy is written: ``extra_attributes`` are further ones beside its OME metadata."""

    extra_attributes: Mapping[str, Any] | None
    progress: bool


@attrs.frozen
class GivenImage:
    """An image that is to be written: its metadata, and the arrays of its levels by their paths."""

    writing: Writing
    model: ImageMetadata
    plans: Mapping[str, ImagePlan]
    levels: Sequence[Any] = attrs.field(repr=False)
    extra: Mapping[str, Any] | None = None

    @property
    def pixels(self) -> int:
        """The number of pixels of all levels."""
        return sum(math.prod(plan.levels[0].shape) for plan in self.plans.values())

    def make(self, group: NewGroup, path: str) -> dict[str, Document]:
        """Write all documents below a path of a group; returns those of the arrays by their paths."""
        arrays = dict(plan.added(group, join(path, name), plan.levels[0]) for name, plan in self.plans.items())
        group.add(path, self.writing.documents(self.model, self.extra))
        return arrays

    def write(self, group: NewGroup, path: str, arrays: Mapping[str, Any], backend: Backend, done: Done) -> None:
        """Write the pixels of all levels to the arrays."""
        for (name, plan), level in zip(self.plans.items(), self.levels, strict=True):
            write_levels(plan, level, [arrays[join(path, name)]], backend, done)


def pair_of(given: Any, what: str) -> tuple[Any, Levels]:
    """Return a model and the levels that were given with it; raises ModelError for anything else."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise ModelError(f"{what} is given by its model and its levels, got {said(given)}")
    return given[0], given[1]


def content_of(image: object, levels: Levels, options: Mapping[str, Any], what: str = "the image") -> GivenImage:
    """Return an image that is to be written, in the version of its model.

    ``levels`` are as many as its datasets: arrays, or (shape, dtype) of those that are to be filled by others. Raises
    ModelError where they do not fit, ValidationError for a model that has errors.
    """
    if not isinstance(image, ImageMetadata) or image.VERSION is None:
        raise ModelError(f"the metadata of {what} is an Image, as of ngff_v05, got {type(image).__name__}")
    writing = writing_of(image.VERSION)
    model = _typed(image, writing)
    found = model.multiscales if isinstance(model.multiscales, list) else []
    if len(found) != 1:
        raise ModelError(f"{what} has {len(found)} multiscales, and can be written with exactly one")
    paths, given = [dataset.path for dataset in found[0].datasets], _as_list(levels)
    if len(given) != len(paths):
        raise ModelError(f"{what} has {len(paths)} datasets in its metadata, and {len(given)} were given")
    dims = _dims(found[0])
    plans = {path: _plan(level, dims, writing, options) for path, level in zip(paths, given, strict=True)}
    _refuse_sizes(found[0], plans, what)
    return GivenImage(writing, model, plans, given, options.get("extra_attributes"))


def _refuse_sizes(multiscale: MultiscaleMetadata, plans: Mapping[str, ImagePlan], what: str) -> None:
    """Raise ModelError for a level that is not as large as its scale says, by more than a pixel."""
    scales = [_scale(multiscale, dataset) for dataset in multiscale.datasets]
    sizes = [plan.levels[0].shape for plan in plans.values()]
    for (path, plan), own in zip(plans.items(), scales, strict=True):
        if scales[0] is None or own is None:
            continue
        for dim, full, size, first, scale in zip(
            plan.dims, sizes[0], plan.levels[0].shape, scales[0], own, strict=True
        ):
            expected = full * first / scale if first > 0 and scale > 0 else size
            if abs(size - expected) > 1 + ROUNDING * full:
                raise ModelError(
                    f"level {path!r} of {what} has {size} pixels along {dim.name}, expected about {expected:.10g}: the"
                    f" first has {full}, and the scale is {scale / first:.10g} times that of the first"
                )


def _scale(multiscale: MultiscaleMetadata, dataset: DatasetMetadata) -> list[float] | None:
    """Return the size of a pixel of a level along each axis; ``None`` where it is not known."""
    number = len(multiscale.array_axes() or [])
    scale = multiscale.pixel_size(dataset, number)
    return scale if scale is not None and numbers(scale) and len(scale) == number else None


def _dims(multiscale: MultiscaleMetadata) -> list[DimSpec]:
    axes = multiscale.array_axes() or []
    first = next(iter(multiscale.datasets), None)
    known = (_scale(multiscale, first) if first is not None else None) or [1.0] * len(axes)
    return [
        DimSpec(axis.name, type=axis.type, unit=axis.unit, scale=size) for axis, size in zip(axes, known, strict=True)
    ]


def _typed(image: ImageMetadata, writing: Writing) -> ImageMetadata:
    """Return the image with all parts of it typed, also those that are objects of JSON."""
    value = to_dict(image)
    label = value.get("image-label")
    if isinstance(label, dict):
        value["image-label"] = {key: _by_json_names(of) for key, of in label.items()}
    model, faults = structure(default_registry().converter(writing.version), value, type(image))
    if faults:
        raise ValidationError(check_object(value, cls=type(image), version=writing.version))
    return model


def _by_json_names(value: Any) -> Any:
    """Return the entries of a label by their names in JSON, where they are objects with those of Python."""
    if not isinstance(value, list):
        return value
    names = {"label_value": "label-value"}
    return [{names.get(k, k): v for k, v in entry.items()} if isinstance(entry, dict) else entry for entry in value]


def _as_list(levels: Levels) -> list[Any]:
    if hasattr(levels, "shape") and hasattr(levels, "dtype"):
        return [levels]
    if _is_pair(levels):
        return [empty(*levels)]
    if not isinstance(levels, (list, tuple)):
        raise ModelError(f"the levels are an array, or a list of arrays, got {said(levels)}")
    return [empty(*level) if _is_pair(level) else level for level in levels]


def _is_pair(value: object) -> bool:
    """Tell whether something is a shape and a type of pixels."""
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], tuple)


def _plan(level: Any, dims: Sequence[DimSpec], writing: Writing, options: Mapping[str, Any]) -> ImagePlan:
    source = source_of(level)
    chunks = options.get("chunks", "auto")
    if chunks is None:
        chunks = [max(size, 1) for size in source.shape]
    return plan_image(
        source.shape,
        source.dtype,
        dims,
        writing,
        blocks=source.blocks,
        n_levels=1,
        chunks=None if isinstance(chunks, str) and chunks == "auto" else chunks,
        shards=options.get("shards"),
        compression=options.get("compression", "blosc-zstd"),
    )


def shown(progress: bool) -> Callable[[int, int], object] | None:
    """Return what shows how far writing has come, where that is asked for; raises UsageError for what is no bool."""
    if not isinstance(progress, (bool, type(None))):
        raise UsageError(f"progress is {said(progress)}, expected True or False")
    return _show if progress else None


def _show(written: int, total: int) -> None:
    sys.stderr.write(f"\r{100 * written // max(total, 1):3d} %" + ("\n" if written >= total else ""))
