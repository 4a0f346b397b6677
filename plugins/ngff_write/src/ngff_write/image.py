"""Write an image: its metadata, and all its levels."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec, checked_dims
from ngff_core.references import Reference
from ngff_core.structure.model import Model
from ngff_core.zarr.keys import join
from ngff_write.archives import is_archive, refuse_zarr_v2
from ngff_write.arrays.headers import array_document, document_name
from ngff_write.arrays.layout import Extent, Layout, layout_of, tile_of
from ngff_write.backends import Backend, backend_named
from ngff_write.content import Content, Document, Done, WithLabels, fill
from ngff_write.documents import Writing, name_of, writing_of
from ngff_write.options import check_options
from ngff_write.pixels.kernels import FOR_LABELS, Kernel, kernel_named
from ngff_write.pixels.levels import Level, plan_levels
from ngff_write.pixels.push import Push, push_all
from ngff_write.pixels.pyramid import Pyramid
from ngff_write.pixels.slabs import Slabs, slabs_of
from ngff_write.pixels.sources import Frames, pixels_of
from ngff_write.target import NewGroup, local_path
from ngff_write.units import with_known_units

__all__ = [
    "ArrayOptions",
    "HowToWrite",
    "ImageOptions",
    "ImagePlan",
    "NewImage",
    "array_options",
    "for_place",
    "new_image",
    "plan_arrays",
    "plan_image",
    "write_image",
    "write_levels",
]

_new_labels = Reference("ngff_write.groups.labels:new_labels")  # labels are images themselves


class ArrayOptions(TypedDict, total=False):
    """How arrays are written: `write_image` says what each option is."""

    n_levels: int | None
    kernel: str
    chunks: Sequence[int] | None
    shards: Sequence[int] | Literal["auto"] | None
    compression: str


class HowToWrite(ArrayOptions, total=False):
    """How whatever there is to write is written: `write_image` says what each option is."""

    version: str | None
    extra_attributes: Mapping[str, Any] | None
    writer: Literal["auto", "tensorstore", "zarrista", "zarr"]
    workers: int | None
    overwrite: bool
    progress: Callable[[int, int], object] | None


class ImageOptions(HowToWrite, total=False):
    """How an image is written: `write_image` says what each option is."""

    name: str | None
    members: Mapping[str, Any] | None
    labels: Mapping[str, Any] | None


@attrs.frozen
class ImagePlan:
    """What the arrays of an image are to be, before there are any; ``tile`` is what is made and written at once."""

    writing: Writing
    dims: list[DimSpec]
    dtype: np.dtype[Any]
    levels: list[Level]
    layout: Layout
    kernel: Kernel
    compression: str
    tile: tuple[int, ...]

    @property
    def slabs(self) -> Slabs:
        """What is written at once where pixels come frame by frame."""
        return slabs_of(self.levels, self.layout.files)

    def add(self, group: NewGroup, path: str) -> dict[str, Document]:
        """Write the documents of all levels below a path; returns them by the paths of the arrays."""
        return dict(self.added(group, join(path, str(number)), level) for number, level in enumerate(self.levels))

    def added(self, group: NewGroup, path: str, level: Level) -> tuple[str, Document]:
        """Write the document of one level at a path; returns both."""
        document = self.document(level)
        group.add(path, {document_name(self.writing.zarr_format): document})
        return path, document

    def document(self, level: Level) -> Document:
        """Return the document of the array of a level."""
        names = [dim.name for dim in self.dims]
        layout = self.layout.within(level.shape)
        return array_document(self.writing.zarr_format, level.shape, self.dtype, layout, names, self.compression)


def plan_image(
    shape: Sequence[int],
    dtype: np.dtype[Any],
    dims: Sequence[DimSpec],
    writing: Writing,
    default_kernel: str = "mean",
    blocks: Sequence[int] | None = None,
    **options: Unpack[ArrayOptions],
) -> ImagePlan:
    """Return what the arrays of an image of such a shape are to be; raises UsageError for what does not fit.

    ``blocks`` is the shape in which the pixels come, if they come in blocks.
    """
    dims = _fitting(dims, shape)
    kernel = kernel_named(options.get("kernel"), default_kernel)
    levels = plan_levels(shape, dims, kernel, options.get("n_levels"))
    return plan_arrays(Extent(shape, dtype, dims, blocks), levels, kernel, writing, options)


def plan_arrays(
    pixels: Extent, levels: list[Level], kernel: Kernel, writing: Writing, options: Mapping[str, Any]
) -> ImagePlan:
    """Return what the arrays of such levels are to be; raises UsageError for options that do not fit."""
    layout = layout_of(pixels, writing.zarr_format, options.get("chunks"), options.get("shards"))
    tile = tile_of(layout, [level.factors for level in levels], pixels)
    compression = options.get("compression", "zstd")
    return ImagePlan(writing, list(pixels.dims), pixels.dtype, levels, layout, kernel, compression, tile)


def _fitting(dims: Sequence[DimSpec], shape: Sequence[int]) -> list[DimSpec]:
    """Return the dimensions of pixels of such a shape; raises UsageError for others."""
    dims = checked_dims(dims)
    if not dims:
        raise UsageError("an image has two dimensions at least, got none")
    if len(dims) != len(shape):
        raise UsageError(f"there are {len(shape)} dimensions of pixels {tuple(shape)}, and {len(dims)} dims")
    for dim, size in zip(dims, shape, strict=True):
        if dim.size is not None and dim.size != size:
            raise UsageError(f"dimension {dim.name!r} has {size} pixels, and its size is stated as {dim.size}")
        if not 0 < float(dim.scale) < math.inf:
            raise UsageError(f"the scale of dimension {dim.name!r} is {dim.scale}, expected a number above 0")
        if not math.isfinite(dim.translation or 0.0):
            raise UsageError(f"the translation of dimension {dim.name!r} is {dim.translation}: it has to be finite")
        if not dim.name:
            raise UsageError("the name of a dimension is '', expected one, such as DimSpec(name='x')")
    return dims


def write_levels(
    plan: ImagePlan, data: Any, arrays: Sequence[Any], backend: Backend, done: Done = lambda pixels: None
) -> None:
    """Write the pixels of all levels of an image to its arrays; ``done`` is told how many were written."""
    source = pixels_of(data, plan.dims)
    if isinstance(source, Frames):
        push_all(Push([*plan.levels], [*arrays], plan.slabs, plan.kernel, backend), source.frames, plan.dtype, done)
    else:
        Pyramid(plan.levels, arrays, plan.tile, plan.kernel, backend).write(source.read, done)
    backend.flush()


@attrs.frozen
class NewImage:
    """An image that is to be written: what its arrays are to be, its metadata, and the pixels of its first level."""

    plan: ImagePlan
    model: Model
    data: Any = attrs.field(default=None, repr=False)
    extra: Mapping[str, Any] | None = None

    @property
    def writing(self) -> Writing:
        """The version that it is written in."""
        return self.plan.writing

    @property
    def pixels(self) -> int:
        """The number of pixels of the first level."""
        return math.prod(self.plan.levels[0].shape)

    def make(self, group: NewGroup, path: str) -> dict[str, Document]:
        """Write all documents below a path of a group; returns those of the arrays by their paths."""
        arrays = self.plan.add(group, path)
        group.add(path, self.plan.writing.documents(self.model, self.extra))
        return arrays

    def write(self, group: NewGroup, path: str, arrays: Mapping[str, Any], backend: Backend, done: Done) -> None:
        """Write the pixels of all levels to the arrays."""
        own = [arrays[join(path, str(number))] for number in range(len(self.plan.levels))]
        write_levels(self.plan, self.data, own, backend, done)


def new_image(data: Any, dims: Sequence[DimSpec], writing: Writing, name: str, options: Mapping[str, Any]) -> Content:
    """Return an image that is to be written, with its labels; raises UsageError for what does not fit together.

    ``options`` are those of `ImageOptions`.
    """
    dims = with_known_units(dims)
    source = pixels_of(data, dims)
    plan = plan_image(source.shape, source.dtype, dims, writing, blocks=source.blocks, **array_options(options))
    model = writing.image(plan.dims, plan.levels, plan.kernel, name, options.get("members"))
    image = NewImage(plan, model, source, options.get("extra_attributes"))
    labels = options.get("labels")
    if not labels:
        return image
    how = {
        "kernel": plan.kernel.name if plan.kernel.name in FOR_LABELS else None,
        "compression": plan.compression,
        "shards": "auto" if plan.layout.shards is not None else None,
    }
    found = {label: _new_labels(pixels, label, plan, how) for label, pixels in labels.items()}
    return WithLabels(image, found, writing)


def for_place(path: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options for what is written to a path: in an archive arrays have shards, unless told otherwise.

    Raises UsageError for an archive of a version that has none.
    """
    if is_archive(path):
        refuse_zarr_v2(path, writing_of(options.get("version")).zarr_format)
    if is_archive(path) and options.get("shards") is None:
        return {**options, "shards": "auto"}
    return options


def array_options(options: Mapping[str, Any]) -> ArrayOptions:
    """Return the options that are of arrays."""
    found: ArrayOptions = {k: options[k] for k in ArrayOptions.__annotations__ if k in options}  # type: ignore[assignment]
    return found


def write_image(
    data: Any, path: str | os.PathLike[str], dims: Sequence[DimSpec], **options: Unpack[ImageOptions]
) -> str:
    """Write an image with all its levels; returns its path.

    ``data`` are the pixels of the first level: a NumPy array, whatever can be sliced or made one, or an iterator of
    frames in C order, of which as many are held as a chunk or a shard has: arrays of the last two axes, or of more,
    where each of the dims has a size. The image gets its name when all of it is written and its metadata is found to be
    without errors. Raises UsageError for what does not fit together and where something is at the path already,
    StoreError where it could not be written.

    The options are those of `ImageOptions`:

    - ``version`` of OME-NGFF: ``"0.4"``, ``"0.5"`` (unless given) or ``"0.6"``
    - ``name`` of the image: that of its folder unless given
    - ``n_levels``: how many levels there are at most; unless given as many as it takes to come to 256 pixels
    - ``kernel``: how pixels are made smaller, ``"mean"`` (unless given), ``"mode"``, ``"median"`` or ``"stride"``; of
      several values that are the most frequent ``"mode"`` takes the largest, and halves are rounded to even. ``labels``
      are made smaller by ``"stride"`` where the image is, else by ``"mode"``: the others would invent values
    - ``chunks``, ``shards``: numbers of pixels along each axis, chosen unless given; where ``shards`` alone are, chunks
      divide them. Zarr v2, and so 0.4, has no shards; ``"auto"``: shards for any number of chunks, as in archives
    - ``compression``: ``"zstd"`` (unless given), ``"blosc-zstd"``, ``"blosc-lz4"`` or ``"none"``
    - ``labels`` by their names: an array of integers each, as `write_labels` takes it
    - ``members``: further members of the metadata of the image, such as ``omero``
    - ``extra_attributes``: further attributes beside the OME metadata of the root
    - ``writer``: the library that writes chunks, ``"auto"`` (tensorstore), ``"tensorstore"``, ``"zarrista"`` or
      ``"zarr"``
    - ``workers``: the number of its threads, one a core unless given
    - ``overwrite``: replace the Zarr hierarchy that is there
    - ``progress``: a function that is called with the number of pixels written, and of all
    """
    check_options(options, ImageOptions)
    path, writing = local_path(path), writing_of(options.get("version"))
    image = new_image(data, dims, writing, options.get("name") or name_of(path), for_place(path, options))
    backend = backend_named(options.get("writer", "auto"), options.get("workers"))
    try:
        with NewGroup.at(path, writing.zarr_format, overwrite=options.get("overwrite", False)) as group:
            fill(group, image, backend, options.get("progress"))
            group.finish()
            return group.path
    finally:
        backend.close()
