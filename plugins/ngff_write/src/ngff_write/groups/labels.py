"""Write labels: images of integers that lie where their image lies, level by level, in its group ``labels``."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

import attrs

from ngff_core import check_store, open_image
from ngff_core.errors import StoreError, UsageError
from ngff_core.issues.requirement import Severity
from ngff_core.models.dims import DimSpec
from ngff_core.stores.local.store import LocalStore
from ngff_core.structure.model import Model
from ngff_core.upgrade.overlay import Overlay
from ngff_core.view.images import ImageDescription
from ngff_core.zarr.keys import join
from ngff_core.zarr.written import document_bytes
from ngff_write.arrays.layout import Extent
from ngff_write.backends import Backend, backend_named
from ngff_write.content import LABELS, Done, fill
from ngff_write.documents import Writing, writing_of
from ngff_write.groups.colors import Values, color_of, colors_of
from ngff_write.groups.listing import place_label
from ngff_write.groups.names import checked_name
from ngff_write.image import ImagePlan, NewImage, plan_arrays
from ngff_write.options import check_options
from ngff_write.pixels.kernels import FOR_LABELS, kernel_named
from ngff_write.pixels.levels import Level, smaller
from ngff_write.target import NewGroup, local_path

__all__ = ["LabelsOptions", "NewLabels", "Pictured", "new_labels", "pictured_at", "refuse_source", "write_labels"]

IMAGE = "../../"  # from labels to their image
_RESOLVES = "label-source-image-resolves"


class LabelsOptions(TypedDict, total=False):
    """How labels are written.

    ``colors`` are red, green, blue and opacity, from 0 to 255, of label values: those of all values that there are
    unless given, where they are not too many. ``properties`` are objects of JSON by label value, ``source`` is the
    path from the labels to the image that was segmented. ``kernel`` is ``"mode"`` or ``"stride"``; the other
    options are those of images.
    """

    colors: Mapping[int, Sequence[int]] | None
    properties: Mapping[int, Mapping[str, Any]] | None
    source: str
    kernel: str
    chunks: Sequence[int] | None
    shards: Sequence[int] | Literal["auto"] | None
    compression: str
    writer: Literal["auto", "tensorstore", "zarrista", "zarr"]
    workers: int | None
    overwrite: bool
    progress: Callable[[int, int], object] | None


@attrs.frozen
class Pictured:
    """The image that labels are of: its version, its dimensions, its levels."""

    writing: Writing
    dims: Sequence[DimSpec]
    levels: Sequence[Level]

    def fitting(self, shape: Sequence[int]) -> list[int]:
        """Return the axes of the image that labels of such a shape have; raises UsageError where that is not clear.

        They have all of them, or all but that of channels, or those of space.
        """
        every = list(range(len(self.dims)))
        kinds = [dim.infer_type() for dim in self.dims]
        choices = (every, [i for i in every if kinds[i] != "channel"], [i for i in every if kinds[i] == "space"])
        axes = next((choice for choice in choices if len(choice) == len(shape)), None)
        names = "".join(dim.name for dim in self.dims)
        if axes is None:
            raise UsageError(
                f"labels of shape {tuple(shape)} do not fit the axes {names} of the image: give all of them"
            )
        for i, size in zip(axes, shape, strict=True):
            full = self.levels[0].shape[i]
            if size not in (1, full):
                name = self.dims[i].name
                raise UsageError(f"the labels have {size} pixels along {name}, the image has {full}: give {full}, or 1")
        return axes


@attrs.frozen
class NewLabels(NewImage):
    """Labels that are to be written; ``values`` knows which there are, where no colours were given.

    Until pixels are written, which others may do, values that there may be have colours.
    """

    options: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    values: Values | None = attrs.field(default=None, kw_only=True)

    def write(self, group: NewGroup, path: str, arrays: Mapping[str, Any], backend: Backend, done: Done) -> None:
        """Write the pixels of all levels, then the colours of the values that there are."""
        super().write(group, path, arrays, backend, done)
        if self.values is not None:
            colors = self.values.colors()
            self.model.image_label = _label(self.writing, {**self.options, "colors": colors})  # type: ignore[attr-defined]
            group.add(path, self.writing.documents(self.model, self.extra))


def new_labels(data: Any, name: str, image: ImagePlan | Pictured, options: Mapping[str, Any]) -> NewLabels:
    """Return labels of an image that are to be written.

    Raises UsageError for what are no integers, and what does not fit the image.
    """
    checked_name(name, "the label image")
    pictured = image if isinstance(image, Pictured) else Pictured(image.writing, image.dims, image.levels)
    values = Values(data)
    if values.dtype.kind not in "iu":
        raise UsageError(f"labels are integers, got pixels of type {values.dtype}: take them as integers, of uint8 say")
    plan = _plan(pictured, values, options)
    known = options.get("colors") or colors_of(values.dtype, options.get("properties") or ())
    label = _label(pictured.writing, {**options, "colors": known})
    model = pictured.writing.image(plan.dims, plan.levels, plan.kernel, name, {"image_label": label}, "LabelImage")
    if options.get("colors"):
        return NewLabels(plan, model, data)
    return NewLabels(plan, model, values, options=options, values=values)


def _plan(pictured: Pictured, data: Values, options: Mapping[str, Any]) -> ImagePlan:
    shape = data.shape
    kernel = kernel_named(options.get("kernel"), "mode")
    if kernel.name not in FOR_LABELS:
        raise UsageError(f"the {kernel.name} of labels is no label: take one of the kernels {', '.join(FOR_LABELS)}")
    axes = pictured.fitting(shape)
    dims = [pictured.dims[i] for i in axes]
    first = pictured.levels[0]
    levels = [
        Level(tuple(shape), (1,) * len(axes), *(tuple(v[i] for i in axes) for v in (first.scale, first.translation)))
    ]
    for level in pictured.levels[1:]:
        above = levels[-1]
        kept = [size == 1 for size in above.shape]  # one pixel stays what it is
        factors = [1 if one else level.factors[i] for i, one in zip(axes, kept, strict=True)]
        sizes = tuple(1 if one else level.shape[i] for i, one in zip(axes, kept, strict=True))
        levels.append(attrs.evolve(smaller(above, factors, kernel), shape=sizes))
    return plan_arrays(Extent(shape, data.dtype, dims, data.blocks), levels, kernel, pictured.writing, options)


def _label(writing: Writing, options: Mapping[str, Any]) -> Model:
    """Return colours and properties, where there are both of the same values, as ome-zarr-models wants them."""
    colors, properties = options.get("colors") or {}, options.get("properties") or {}
    values = sorted({*colors, *properties}) if colors and properties else [*colors, *properties]
    models = writing.models
    colored = {v: [int(part) for part in colors.get(v) or color_of(v)] for v in values if colors}
    label: Model = models.ImageLabel(
        colors=[models.LabelColor(label_value=int(v), rgba=rgba) for v, rgba in colored.items()] or None,
        properties=[
            models.LabelProperty(label_value=int(v), extra=dict(properties.get(v) or {})) for v in values if properties
        ]
        or None,
        source=models.LabelSource(image=options.get("source") or IMAGE),
    )
    return label


# --- of an image that is there ------------------------------------------------------------------------


def pictured_at(path: str) -> Pictured:
    """Return the image that is at a path; raises UsageError, NotFoundError, ValidationError and StoreError.

    Its levels have to be made of blocks of whole pixels, as those of the labels will be.
    """
    image = open_image(path)
    if os.path.isfile(path):
        raise UsageError(f"nothing can be added to an archive, such as {path}: write its labels with the image")
    for one in image.levels:
        if one.problem is not None:
            raise StoreError(f"level {one.path!r} of {path} could not be read, so no labels fit it: {one.problem}")
    first = image.levels[0]
    if first.shape is None or first.pixel_size is None or first.translation is None:
        raise UsageError(f"it is not known how large the pixels of {path} are, or where, so no labels can be put there")
    dims = [
        DimSpec(axis.name, scale=scale, unit=axis.unit, type=axis.type, translation=start)
        for axis, scale, start in zip(image.axes, first.pixel_size, first.translation, strict=True)
    ]
    levels = [Level(first.shape, (1,) * len(dims), first.pixel_size, first.translation)]
    for number in range(1, len(image.levels)):
        level = smaller(levels[-1], _factors(image, number), kernel_named("mode"))
        levels.append(attrs.evolve(level, shape=image.levels[number].shape or level.shape))
    return Pictured(writing_of(image.version), dims, levels)


def _factors(image: ImageDescription, number: int) -> list[int]:
    above, level = image.levels[number - 1], image.levels[number]
    if level.shape is None or level.pixel_size is None or above.shape is None or above.pixel_size is None:
        raise UsageError(f"it is not known how large level {number} of the image is, so its labels can have none")
    factors = [
        max(round(new / old), 1) if old else 1 for old, new in zip(above.pixel_size, level.pixel_size, strict=True)
    ]
    for axis, factor, old, new in zip(image.axes, factors, above.shape, level.shape, strict=True):
        if new not in (math.ceil(old / factor), old // factor):
            raise UsageError(
                f"level {number} of the image has {new} pixels along {axis.name}, and {old} in blocks of {factor} are "
                f"{math.ceil(old / factor)}: labels cannot have the same levels until those of the image are mended"
            )
    return factors


def write_labels(data: Any, image_path: str | os.PathLike[str], name: str, **options: Unpack[LabelsOptions]) -> str:
    """Write labels of an image that is there, with the levels that it has; returns their path.

    ``data`` are integers, one for each pixel of the first level of the image; the axis of channels, or all but those of
    space, may be left out, and an axis may have one pixel. They are put below the group ``labels`` of the image, with
    what is there already, also by other processes. Raises UsageError for what does not fit, StoreError.
    """
    check_options(options, LabelsOptions)
    image_path = local_path(image_path)
    content = new_labels(data, name, pictured_at(image_path), options)
    refuse_source(image_path, name, content, options)
    backend = backend_named(options.get("writer", "auto"), options.get("workers"))
    try:
        with NewGroup(image_path, join(LABELS, name), overwrite=options.get("overwrite", False)) as group:
            fill(group, content, backend, options.get("progress"))
            place_label(group, LABELS, name, content.writing)
            return group.path
    finally:
        backend.close()


def refuse_source(image_path: str, name: str, content: NewLabels, options: Mapping[str, Any]) -> None:
    """Raise UsageError for a source that is no image of the hierarchy: the rule says so of labels that state it."""
    if options.get("source") is None:
        return
    writing = content.writing
    nodes = {
        LABELS: writing.models.LabelsGroup(labels=[name]),  # no others are looked at
        join(LABELS, name): content.model,
    }
    documents = {
        join(node, key): document_bytes(value)
        for node, model in nodes.items()
        for key, value in writing.documents(model).items()
    }
    store = Overlay(LocalStore(image_path), documents)
    for issue in check_store(store, version=writing.version, select=[_RESOLVES]).issues:
        if issue.rule == _RESOLVES and issue.severity is Severity.ERROR:
            expected = f", expected {issue.expected}" if issue.expected else ""
            raise UsageError(f"the source of the labels is no image: {issue.message}{expected}")
