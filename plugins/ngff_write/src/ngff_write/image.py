"""Write an image: its metadata, and all its levels."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec, checked_dims
from ngff_write.arrays.headers import array_document, document_name
from ngff_write.arrays.layout import Layout, layout_of, tile_of
from ngff_write.backends import Backend, backend_named
from ngff_write.documents import Writing, name_of, writing_of
from ngff_write.pixels.kernels import Kernel, kernel_named
from ngff_write.pixels.levels import Level, plan_levels
from ngff_write.pixels.pyramid import Pyramid
from ngff_write.pixels.sources import source_of
from ngff_write.target import NewGroup

__all__ = ["ArrayOptions", "ImageOptions", "ImagePlan", "plan_image", "write_image", "write_levels"]


class ArrayOptions(TypedDict, total=False):
    """How arrays are written.

    ``n_levels`` is how many levels there are (as many as it takes to come to 256 pixels unless given) and ``kernel``
    how pixels are made smaller: ``"mean"``, ``"mode"``, ``"median"`` or ``"stride"``. ``chunks`` and ``shards`` are
    numbers of pixels along each axis (chosen unless given), ``compression`` is ``"zstd"``, ``"blosc-zstd"``,
    ``"blosc-lz4"`` or ``"none"``.
    """

    n_levels: int | None
    kernel: str
    chunks: Sequence[int] | None
    shards: Sequence[int] | None
    compression: str


class ImageOptions(ArrayOptions, total=False):
    """How an image is written.

    ``version`` is that of OME-NGFF: ``"0.4"``, ``"0.5"`` (unless given) or ``"0.6"``. ``name`` is that of the image,
    the one of the file unless given, ``members`` are further members of the image, such as ``omero``, and
    ``extra_attributes`` further attributes beside the OME metadata. ``writer`` is the library that writes chunks,
    ``workers`` the number of its threads. ``overwrite`` replaces a hierarchy that is there. ``progress`` is called with
    the number of pixels written and of all.
    """

    version: str | None
    name: str | None
    members: Mapping[str, Any] | None
    extra_attributes: Mapping[str, Any] | None
    writer: Literal["auto", "tensorstore", "zarrista", "zarr"]
    workers: int | None
    overwrite: bool
    progress: Callable[[int, int], object] | None


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

    def add(self, group: NewGroup, path: str) -> list[tuple[str, dict[str, Any]]]:
        """Write the documents of all levels below a path; returns the folder and the document of each."""
        return [self._added(group, f"{path}/{number}" if path else str(number), level)
                for number, level in enumerate(self.levels)]  # fmt: skip

    def _added(self, group: NewGroup, path: str, level: Level) -> tuple[str, dict[str, Any]]:
        zarr_format = self.writing.zarr_format
        names = [dim.name for dim in self.dims]
        layout = self.layout.within(level.shape)
        document = array_document(zarr_format, level.shape, self.dtype, layout, names, self.compression)
        return group.add(path, {document_name(zarr_format): document}), document


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
    dims = checked_dims(dims)
    if len(dims) != len(shape):
        raise UsageError(f"there are {len(shape)} dimensions of pixels {tuple(shape)}, and {len(dims)} dims")
    for dim, size in zip(dims, shape, strict=True):
        if dim.size is not None and dim.size != size:
            raise UsageError(f"dimension {dim.name!r} has {size} pixels, and its size is stated as {dim.size}")
    kernel = kernel_named(options.get("kernel") or default_kernel)
    layout = layout_of(
        shape,
        dtype.itemsize,
        dims,
        writing.zarr_format,
        chunks=options.get("chunks"),
        shards=options.get("shards"),
        blocks=blocks,
    )
    levels = plan_levels(shape, dims, kernel, options.get("n_levels"))
    tile = tile_of(layout, [level.factors for level in levels], dtype.itemsize, shape, blocks)
    return ImagePlan(writing, dims, dtype, levels, layout, kernel, options.get("compression", "zstd"), tile)


def write_levels(plan: ImagePlan, data: Any, arrays: Sequence[Any], backend: Backend,
                 progress: Callable[[int, int], object] | None = None) -> None:  # fmt: skip
    """Write the pixels of all levels of an image to its arrays."""
    source = source_of(data)
    total, written = int(np.prod(source.shape)), 0

    def done(pixels: int) -> None:
        nonlocal written
        written += pixels
        if progress is not None:
            progress(written, total)

    Pyramid(plan.levels, arrays, plan.tile, plan.kernel, backend).write(source.read, done)
    backend.flush()


def write_image(
    data: Any, path: str | os.PathLike[str], dims: Sequence[DimSpec], **options: Unpack[ImageOptions]
) -> str:
    """Write an image with all its levels; returns its path.

    ``data`` are the pixels of the first level: a NumPy array, or whatever can be sliced or made one. The image gets its
    name when all of it is written and its metadata is found to be without errors. Raises UsageError for what does not
    fit together and where something is at the path already, StoreError where it could not be written.
    """
    writing = writing_of(options.get("version"))
    source = source_of(data)
    arrays_options: ArrayOptions = {k: options[k] for k in ArrayOptions.__annotations__ if k in options}  # type: ignore[assignment,literal-required]
    plan = plan_image(source.shape, source.dtype, dims, writing, blocks=source.blocks, **arrays_options)
    name = options.get("name") or name_of(path)
    model = writing.image(plan.dims, plan.levels, plan.kernel, name, options.get("members"))
    backend = backend_named(options.get("writer", "auto"), options.get("workers"))
    try:
        with NewGroup.at(path, overwrite=options.get("overwrite", False)) as group:
            added = plan.add(group, "")
            group.add("", writing.documents(model, options.get("extra_attributes")))
            group.judge(writing.version)  # before a library opens what may not be valid
            arrays = [backend.create(folder, document) for folder, document in added]
            write_levels(plan, data, arrays, backend, options.get("progress"))
            group.finish()
            return group.path
    finally:
        backend.close()
