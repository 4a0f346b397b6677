"""How the pixels of an array are laid out in files: chunks, and shards that hold many of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import index
from typing import Any, Literal

import attrs
import numpy as np

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec
from ngff_write.options import is_whole, said

__all__ = ["UNKNOWN", "Extent", "Layout", "layout_of", "shape_of", "tile_of"]

CHUNK = 1 << 20  # bytes that a chunk is to have about
SHARD = 1 << 24  # bytes of pixels in a shard, all of which are held in memory while it is written
MANY = 256  # chunks, above which shards are made where the format has them
MOST_FILES = 10_000  # of a level, above which shards are made larger
UNKNOWN = 1 << 48  # the size of a first axis that has no end yet, at each level: more pixels than there will be
SMALLEST_TILE = 1 << 20  # bytes
UNLIKE = 4  # times as large or small as what was chosen is something else
MOST_SPLIT = 8  # times what blocks or files have, which is held at once so that nothing is read twice


@attrs.frozen
class Extent:
    """Pixels that are to be laid out in files; ``blocks`` is the shape in which they come, if they come in blocks."""

    shape: Sequence[int]
    dtype: np.dtype[Any]
    dims: Sequence[DimSpec]
    blocks: Sequence[int] | None = None


@attrs.frozen
class Layout:
    """The shape of chunks, and of shards where there are any; the same for all levels of an image."""

    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None = None

    @property
    def files(self) -> tuple[int, ...]:
        """The shape of what is one file."""
        return self.shards or self.chunks

    def within(self, shape: Sequence[int]) -> Layout:
        """Return the layout of one level: no chunk is larger than the array."""
        chunks = tuple(min(chunk, max(size, 1)) for chunk, size in zip(self.chunks, shape, strict=True))
        if self.shards is None:
            return Layout(chunks)
        most = (math.ceil(size / chunk) * chunk for size, chunk in zip(shape, chunks, strict=True))
        whole = (shard // chunk * new for shard, chunk, new in zip(self.shards, self.chunks, chunks, strict=True))
        return Layout(chunks, tuple(min(a, max(b, 1)) for a, b in zip(whole, most, strict=True)))


def shape_of(shape: Sequence[int | None], dims: Sequence[DimSpec]) -> tuple[int, ...]:
    """Return the shape of an image, `UNKNOWN` standing for what is; sizes of dims count where it is stated there."""
    if not isinstance(shape, Sequence) or isinstance(shape, (str, bytes)):
        raise UsageError(f"the shape of an image has a number for each of its dims, got {said(shape)}")
    found = [dim.size if size is None else size for size, dim in zip(shape, dims, strict=False)]
    if len(shape) != len(dims) or len(shape) < 2:
        raise UsageError(f"the shape of an image has a number for each of its dims, got {said(shape)}")
    for size in found[1:] if found[0] is None else found:
        if not is_whole(size, 1, UNKNOWN - 1):
            raise UsageError(f"a shape has whole numbers from 1 on, and None for the first alone, got {said(shape)}")
    return tuple(UNKNOWN if size is None else index(size) for size in found)


def layout_of(
    pixels: Extent,
    zarr_format: int,
    chunks: Sequence[int] | None = None,
    shards: Sequence[int] | Literal["auto"] | None = None,
) -> Layout:
    """Choose chunks of about 1 MB, of one time and one channel each, and shards for more than some hundred of them.

    ``chunks`` and ``shards`` are taken as given; raises UsageError where they do not fit the shape, or the format.
    Where ``shards`` alone are given, chunks are chosen that divide them: UsageError where all of these are much smaller
    or larger.
    Shards that are ``"auto"`` are made for any number of chunks.
    Where pixels come in blocks, those that are chosen fill them, or are filled by them. An image whose first axis has
    `UNKNOWN` size is taken for a large one.
    """
    shape, itemsize, blocks = pixels.shape, pixels.dtype.itemsize, pixels.blocks
    if shape[0] == UNKNOWN:
        shape = (max(SHARD * MOST_FILES // (math.prod(shape[1:]) * itemsize), 1), *shape[1:])
    always = isinstance(shards, str) and shards == "auto"
    if shards is not None and zarr_format == 2:
        raise UsageError("Zarr v2 has no shards, so that OME-NGFF 0.4 has none: leave them away, or write 0.5")
    chosen = _checked(chunks, shape, "chunks") if chunks is not None else _chunks(shape, itemsize, pixels.dims)
    if chunks is None and blocks is not None:
        chosen = tuple(map(_fitted, chosen, blocks, shape))
    if shards is not None and not always:
        wanted = _checked(shards, shape, "shards")  # type: ignore[arg-type]
        if chunks is None:
            return Layout(_dividing(wanted, chosen, shape), wanted)
        if any(shard % chunk for shard, chunk in zip(wanted, chosen, strict=True)):
            raise UsageError(f"shards of {wanted} pixels cannot be filled with chunks of {chosen}: take a multiple")
        return Layout(chosen, wanted)
    if zarr_format == 2 or (chunks is not None and not always):
        return Layout(chosen)
    number = math.prod(math.ceil(size / chunk) for size, chunk in zip(shape, chosen, strict=True))
    if number <= MANY and not always:
        return Layout(chosen)
    return Layout(chosen, _shards(shape, chosen, itemsize, blocks or chosen))


def _checked(given: Sequence[int], shape: Sequence[int], what: str) -> tuple[int, ...]:
    try:
        found = [0 if isinstance(n, bool) else index(n) for n in given]
    except TypeError:  # no numbers, or but one
        found = []
    if len(found) != len(shape):
        raise UsageError(f"{what} are {len(shape)} numbers of pixels, one for each dimension, got {said(given)}")
    if min(found, default=1) < 1:
        raise UsageError(f"{what} have one pixel at least along each dimension, got {said(given)}")
    return tuple(found)


def _chunks(shape: Sequence[int], itemsize: int, dims: Sequence[DimSpec]) -> tuple[int, ...]:
    """Double the last axes of space in turn while a chunk is not too large."""
    space = [i for i, dim in enumerate(dims) if dim.infer_type() == "space"][-3:]
    chunks = [1] * len(shape)
    for axes in (space[-2:], space[:-2]):
        while True:
            grow = [i for i in axes if chunks[i] < shape[i]]
            if not grow or math.prod(chunks) * itemsize * 2 > CHUNK:
                break
            smallest = min(grow, key=lambda i: (chunks[i], -i))
            chunks[smallest] *= 2
    return tuple(chunks)


def _fitted(chunk: int, block: int, size: int) -> int:
    """Return a number near that of a chunk that divides a block, or is a multiple of it."""
    if block >= size or chunk % block == 0:
        return chunk
    if block <= chunk:
        return chunk // block * block
    return next((n for n in range(chunk, chunk // 2, -1) if block % n == 0), block)


def _dividing(shards: Sequence[int], chunks: Sequence[int], shape: Sequence[int]) -> tuple[int, ...]:
    """Return numbers near those of chunks that divide those of shards; raises UsageError where there are none."""
    found = tuple(map(_divisor, shards, chunks, shape))
    if 0 in found:
        axis = found.index(0)
        raise UsageError(
            f"shards of {shards[axis]} pixels are not divided by chunks of about {chunks[axis]}: give chunks as well,"
            f" or shards of {math.ceil(shards[axis] / chunks[axis]) * chunks[axis]}"
        )
    return found


def _divisor(shard: int, chunk: int, size: int) -> int:
    """Return the number nearest to a chunk that divides a shard; 0: it would be another kind of chunk."""
    if shard <= chunk or size <= chunk:  # one chunk has all pixels of an axis
        return shard
    less = next(n for n in range(chunk, 0, -1) if shard % n == 0)
    more = next((n for n in range(chunk, UNLIKE * chunk) if shard % n == 0), 0)
    if more and more * less < chunk * chunk:
        return more
    return less if less * UNLIKE >= chunk else 0


def _shards(shape: Sequence[int], chunks: Sequence[int], itemsize: int, blocks: Sequence[int]) -> tuple[int, ...]:
    """Double the number of chunks in a shard until it is large enough for few files.

    Whole planes come first, then more of them along the last axis, and so on: these are one after the other where an
    image comes plane by plane.
    """
    numbers = [max(min(block, size) // chunk, 1) for block, chunk, size in zip(blocks, chunks, shape, strict=True)]
    most = max(SHARD, math.prod(shape) * itemsize // MOST_FILES)
    while True:
        grow = [i for i, n in enumerate(numbers) if n * chunks[i] < shape[i]]
        if not grow or math.prod(numbers) * math.prod(chunks) * itemsize * 2 > most:
            return tuple(n * chunk for n, chunk in zip(numbers, chunks, strict=True))
        plane = [i for i in grow if i >= len(shape) - 2]
        numbers[min(plane or grow[-1:], key=lambda i: (numbers[i], -i))] *= 2


def tile_of(layout: Layout, factors: Sequence[Sequence[int]], pixels: Extent) -> tuple[int, ...]:
    """Return the shape of what is made and written at once, at every level: whole files, and whole blocks of factors.

    A tile of a level is made of whole tiles of the level above, and those of the first of the blocks in which pixels
    come. Raises UsageError where these split files in such a way that a tile would be very large.
    """
    shape, blocks = pixels.shape, pixels.blocks
    tile = [math.lcm(*sizes) for sizes in zip(layout.files, *factors, strict=True)]
    if blocks is not None:
        whole = [
            math.lcm(a, b if b < size else math.ceil(max(size, 1) / a) * a)
            for a, b, size in zip(tile, blocks, shape, strict=True)
        ]
        used = math.prod(map(min, whole, shape))
        if used > MOST_SPLIT * max(math.prod(map(min, tile, shape)), math.prod(map(min, blocks, shape))):
            files = f"{'shards' if layout.shards else 'chunks'} of {layout.files}"
            raise UsageError(
                f"the blocks of the dask array, of {tuple(blocks)} pixels, split {files}: give the array others first, "
                f"by data.rechunk({layout.files})"
            )
        tile = whole
    axis = len(tile) - 1
    while math.prod(tile) * pixels.dtype.itemsize * 2 <= SMALLEST_TILE and axis >= 0:
        tile[axis] *= 2
        axis -= 1
    return tuple(tile)
