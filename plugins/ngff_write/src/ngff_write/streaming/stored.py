"""What of a stream is stored: told from the files of chunks, and shards, that are there."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from ngff_core.errors import StoreError
from ngff_core.stores.local.tree import why
from ngff_core.zarr.keys import DOCUMENTS, NODE_KEYS, join, meant_by
from ngff_write.image import ImagePlan
from ngff_write.streaming.journal import JOURNAL

__all__ = ["Stored", "sync_files"]


class Stored:
    """The files of the levels of an image in a folder; raises StoreError for what no stream leaves there.

    Those of ``unknown`` levels do not count: there was no document that says what they are. ``of_group`` are the
    documents of the group, where it was about to be complete.
    """

    def __init__(self, plan: ImagePlan, folder: str, unknown: Collection[int] = ()) -> None:
        self._slabs, self._levels, self._format = plan.slabs, plan.levels, plan.writing.zarr_format
        self._files = [plan.layout.within(level.shape).files for level in plan.levels]
        factors = [level.factors[self._slabs.axis] for level in plan.levels]
        self._spans: list[int] = list(
            itertools.accumulate(factors, lambda a, b: a * b)
        )  # pixels of the first level in one
        self._found = [_files_below(os.path.join(folder, str(level))) for level in range(len(plan.levels))]
        self._valid = [{} if level in unknown else found for level, found in enumerate(self._found)]
        self.of_group = self._beside(folder)

    def frames(self, most: int) -> int:
        """Return how many of the first frames, of so many, are stored in the first level."""
        most = min(most, self._slabs.frames)
        for slab in range(self._slabs.holding(most - 1) + 1 if most else 0):
            if not all(self._valid[0].get(key) for key in self._keys(0, *self._slabs.split(slab))):
                return self._slabs.frames_before(slab)
        return most

    def first_slab(self, frames: int) -> int:
        """Return the slab from which on the smaller levels have to be made of what is stored of the first.

        It is one at which a slab of each level begins, and never beyond the one that holds the last frame.
        """
        last = self._slabs.holding(frames - 1) if frames else 0
        first = self._first_of_group(last)
        for slab in self._groups(first):
            before, begin = self._slabs.split(slab)
            for level in range(1, len(self._levels)):
                if not all(self._valid[level].get(key) for key in self._keys(level, before, begin)):
                    return slab
        return first

    def stale(self, frames: int, first: int) -> list[str]:
        """Return the keys of files that are not of these frames, or of the smaller levels of slabs before the first."""
        kept: list[set[str]] = [set() for _ in self._levels]
        for slab in range(self._slabs.holding(frames - 1) + 1 if frames else 0):
            kept[0].update(self._keys(0, *self._slabs.split(slab)))
        for slab in self._groups(first):
            for level in range(1, len(self._levels)):
                kept[level].update(self._keys(level, *self._slabs.split(slab)))
        below = (join(str(level), key) for level, found in enumerate(self._found) for key in found.keys() - kept[level])
        return list(below)

    # --- slabs and files ----------------------------------------------------------------------------

    def _first_of_group(self, slab: int) -> int:
        """Return the first of the slabs that one of the last level is made of, from any of them."""
        _, begin = self._slabs.split(slab)
        return slab - begin // self._slabs.depth % self._spans[-1]

    def _groups(self, end: int) -> Iterator[int]:
        """Yield the first slabs of groups before some slab."""
        slab = 0
        while slab < end:
            yield slab
            begin = self._slabs.split(slab)[1]
            left = math.ceil((self._slabs.shape[self._slabs.axis] - begin) / self._slabs.depth)
            slab += min(self._spans[-1], left)

    def _keys(self, level: int, before: Sequence[int], begin: int) -> Iterator[str]:
        """Yield the keys of the files of a slab of the first level, or of a group of slabs of another."""
        axis, shape, files = self._slabs.axis, self._levels[level].shape, self._files[level]
        first = begin // self._spans[level]
        number = self._spans[-1] // self._spans[level] if level else 1
        end = min(first + number * self._slabs.depth, shape[axis])
        parts = [*((i, i + 1) for i in before), (first, end), *((0, size) for size in shape[axis + 1 :])]
        ranges = (range(a // file, math.ceil(b / file)) for (a, b), file in zip(parts, files, strict=True))
        prefix = "c/" if self._format == 3 else ""
        for index in itertools.product(*ranges):
            yield prefix + "/".join(map(str, index))

    def _beside(self, folder: str) -> list[str]:
        """Return the names of files beside the levels: documents of the group, if any."""
        levels = {str(level) for level in range(len(self._levels))}
        others = [name for name in os.listdir(folder) if name not in levels and name != JOURNAL]
        for name in others:
            if name not in DOCUMENTS and meant_by(name) not in DOCUMENTS:
                raise StoreError(f"{folder} holds what no stream has written: {name}")
        return others


def _files_below(folder: str) -> dict[str, int]:
    """Return the sizes of files below a folder by their keys, without the documents; raises StoreError for links."""
    found: dict[str, int] = {}
    todo = [""] if os.path.lexists(folder) else []
    if os.path.islink(folder):
        raise StoreError(f"{folder} is a symbolic link, which no stream has made")
    try:
        while todo:
            inside = todo.pop()
            with os.scandir(os.path.join(folder, inside)) as entries:
                for entry in entries:
                    key = join(inside, entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(key)
                    elif not entry.is_file(follow_symlinks=False):
                        raise StoreError(f"{entry.path} is no regular file, and no stream has made it")
                    elif inside or entry.name not in NODE_KEYS[2] + NODE_KEYS[3]:
                        found[key] = entry.stat(follow_symlinks=False).st_size
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {why(error)}") from error
    return found


def sync_files(folder: str) -> None:
    """Wait until all files below a folder are on the disk, where most have been for long."""
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError), open(os.path.join(path, name), "rb") as file:
                os.fsync(file.fileno())
