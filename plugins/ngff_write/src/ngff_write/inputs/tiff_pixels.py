"""Pixels of a TIFF, read in regions: only the strips and tiles that are in one are decoded."""

from __future__ import annotations

import itertools
import math
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ngff_core.errors import StoreError

__all__ = ["TiffPixels"]

HELD = 1 << 27  # bytes of decoded strips and tiles, which other regions may be in as well
LARGEST = 1 << 32  # bytes of one of them
_JPEG = (6, 7, 34892, 33007)

Region = tuple[slice, ...]
Array = np.ndarray[Any, np.dtype[Any]]


class TiffPixels:
    """The pixels of a series of pages: an array with a shape and a type, and regions of it.

    Pages have five dimensions, most of which are of size 1: separate samples, depth, length, width, samples beside each
    other. The last dimensions of the series are some of these; the others count pages.
    """

    def __init__(self, series: Any, path: str) -> None:
        self.shape: tuple[int, ...] = tuple(map(int, series.shape))
        self.dtype: np.dtype[Any] = np.dtype(series.dtype).newbyteorder("=")
        self._path = path
        self._pages = series.pages
        self._key = series.keyframe
        self._page: tuple[int, ...] = tuple(map(int, self._key.shaped))
        self._axes = _page_axes(self.shape, self._page)
        self._lead = self.shape[: len(self.shape) - len(self._axes)]
        self._begin = self._whole(series)
        if self._begin is None and math.prod(self._lead) != len(self._pages):
            raise StoreError(f"{path}: {len(self._pages)} pages do not make an image of {self.shape} pixels")
        self._held: OrderedDict[tuple[str, int, int], Array] = OrderedDict()
        self._bytes = 0

    @property
    def missing(self) -> int:
        """The number of pages that the file says there are, and which are not there."""
        return 0 if self._begin is not None else sum(page is None for page in self._pages)

    def __getitem__(self, region: Region) -> Array:
        """Read a region: a slice with both ends for each dimension. Raises StoreError."""
        try:
            return self._read(region)
        except StoreError:
            raise
        except Exception as error:  # whatever a decoder raises for what is damaged, or not known to it
            raise StoreError(f"{self._path}: its pixels could not be read: {error}") from error

    def _whole(self, series: Any) -> int | None:
        """Return where all of the pixels begin, where they lie in the file one after the other, as they are."""
        if not self._key.is_final or series.is_multifile or series.dataoffset is None:
            return None
        begin = int(series.dataoffset)
        self._map(self._key, begin, self.shape)
        return begin

    def _map(self, page: Any, offset: int, shape: Sequence[int]) -> Array:
        """Map pixels of a page into memory: for one region, so that what was read does not stay there."""
        file = page.parent.filehandle  # which need not be the first one
        dtype = np.dtype(page.parent.byteorder + self.dtype.char)
        end = offset + math.prod(shape) * dtype.itemsize
        if end > file.size:
            raise StoreError(f"{self._path} is cut off: it has {file.size} bytes, and pixels up to {end}")
        return np.memmap(os.path.join(file.dirname, file.name), dtype, "r", offset, tuple(shape))

    def _read(self, region: Region) -> Array:
        if self._begin is not None:
            return self._map(self._key, self._begin, self.shape)[region].astype(self.dtype)
        number = len(self._lead)
        sizes = [s.stop - s.start for s in region]
        out = np.zeros(sizes, self.dtype)
        inside = [slice(0, 1)] * 5
        for axis, part in zip(self._axes, region[number:], strict=True):
            inside[axis] = part
        shape = [s.stop - s.start for s in inside]
        for place in itertools.product(*(range(size) for size in sizes[:number])):
            index = [i + s.start for i, s in zip(place, region[:number], strict=True)]
            page = self._pages[int(np.ravel_multi_index(index, self._lead))] if index else self._pages[0]
            if page is not None:
                self._fill(page, inside, out[place].reshape(shape))
        return out

    # --- one page -----------------------------------------------------------------------------------

    def _fill(self, page: Any, inside: Sequence[slice], out: Array) -> None:
        """Copy a part of a page; ``out`` has five dimensions, and is a view."""
        if self._key.is_final:
            out[...] = self._map(page, page.dataoffsets[0], self._page)[tuple(inside)]
            return
        if self._key.is_contiguous:  # but for bits that have to be turned
            _refuse_large(self._path, math.prod(self._page) * self.dtype.itemsize)
            out[...] = page.asarray().reshape(self._page)[tuple(inside)]
            return
        for index, first in self._segments(inside):
            block = self._segment(page, index)
            s, d, h, w = first
            begin = (s, d, h, w, 0)
            size = (1, *(min(n, m - b) for n, m, b in zip(block.shape, self._page[1:], begin[1:], strict=True)))
            target, source = [], []
            for b, n, part in zip(begin, size, inside, strict=True):
                low, high = max(b, part.start), min(b + n, part.stop)
                target.append(slice(low - part.start, high - part.start))
                source.append(slice(low - b, high - b))
            out[tuple(target)] = block[None][tuple(source)]

    def _segments(self, inside: Sequence[slice]) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
        """Yield the number of each strip or tile in a region, and where it begins."""
        key = self._key
        rows = (key.tiledepth, key.tilelength, key.tilewidth) if key.is_tiled else (1, key.rowsperstrip, self._page[3])
        steps = (1, *map(int, rows))
        grid = [math.ceil(size / step) for size, step in zip(self._page[:4], steps, strict=True)]
        ranges = [range(p.start // n, math.ceil(p.stop / n)) for p, n in zip(inside[:4], steps, strict=True)]
        for place in itertools.product(*ranges):
            s, d, h, w = (i * step for i, step in zip(place, steps, strict=True))
            yield int(np.ravel_multi_index(place, grid)), (s, d, h, w)

    def _segment(self, page: Any, index: int) -> Array:
        place = (page.parent.filehandle.name, page.offset, index)
        held = self._held.get(place)
        if held is not None:
            self._held.move_to_end(place)
            return held
        block = self._held[place] = self._decoded(page, index)
        self._bytes += block.nbytes
        while self._bytes > HELD and len(self._held) > 1:
            self._bytes -= self._held.popitem(last=False)[1].nbytes
        return block

    def _decoded(self, page: Any, index: int) -> Array:
        """Decode a strip or tile, of four dimensions; one that is left out in the file has no data."""
        key = self._key
        rows = (key.tiledepth, key.tilelength, key.tilewidth) if key.is_tiled else (1, key.rowsperstrip, self._page[3])
        _refuse_large(self._path, math.prod(rows) * self._page[4] * self.dtype.itemsize)
        tables = {"jpegtables": page.jpegtables, "jpegheader": key.jpegheader} if key.compression in _JPEG else {}
        data = self._data(page, index)
        block, _, shape = key.decode(data, index, **tables)
        if block is None:
            return np.full(shape, key.nodata, self.dtype)
        return np.asarray(block)

    def _data(self, page: Any, index: int) -> bytes | None:
        if index >= min(len(page.dataoffsets), len(page.databytecounts)):
            raise StoreError(f"{self._path} is damaged: a page has {len(page.dataoffsets)} parts, and needs more")
        offset, size = page.dataoffsets[index], page.databytecounts[index]
        if not offset or not size:
            return None
        file = page.parent.filehandle
        if offset + size > file.size:
            raise StoreError(f"{self._path} is cut off: it has {file.size} bytes, and pixels up to {offset + size}")
        closed = file.closed
        if closed:  # one of many files, which are not all kept open
            file.open()
        try:
            file.seek(offset)
            data: bytes = file.read(size)
        finally:
            if closed:
                file.close()
        return data


def _page_axes(shape: Sequence[int], page: Sequence[int]) -> tuple[int, ...]:
    """Return which dimensions of a page the last ones of a series are."""
    found: list[int] = []
    left = len(page) - 1
    for size in reversed(shape):
        while left >= 0 and page[left] == 1 and size != 1:
            left -= 1
        if left < 0 or page[left] != size:
            break
        found.append(left)
        left -= 1
    return tuple(reversed(found))


def _refuse_large(path: str, size: int) -> None:
    if size > LARGEST:
        raise StoreError(f"{path}: a part of its pixels has {size} bytes, at most {LARGEST} are decoded at once")
