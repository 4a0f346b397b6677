"""Make new levels of an image beside the old ones, in a folder of their own until they are whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import StoreError
from ngff_core.stores.local.tree import why
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import Write
from ngff_core.zarr.keys import PART, meant_by
from ngff_core.zarr.written import document_bytes
from ngff_write.arrays.headers import COMPRESSIONS, document_name
from ngff_write.arrays.layout import Extent, Layout, layout_of, tile_of
from ngff_write.backends import Backend
from ngff_write.content import Document
from ngff_write.documents import Writing
from ngff_write.image import ImagePlan
from ngff_write.pixels.pyramid import Pyramid
from ngff_write.pyramids.arrays import document_like
from ngff_write.pyramids.planning import Planned, lies_at
from ngff_write.pyramids.state import State

__all__ = ["clear_leftovers", "making", "names_of"]

_NEW = "levels"
Done = Callable[[int], object]


@attrs.frozen
class _Below:
    """A backend that leaves the level alone that others are made of."""

    backend: Backend

    def write(self, array: Any, region: tuple[slice, ...], block: np.ndarray[Any, Any]) -> None:
        """Write a region of a new level."""
        if array is not None:
            self.backend.write(array, region, block)


def names_of(state: State, planned: Planned) -> list[str]:
    """Return a name for each new level that nothing in the folder has: its number where that is free.

    A level that is named already, and not there, gets that name where all that is said of it is right: nothing would be
    wrong if only the array came to be there.
    """
    named = {level.path for level in state.levels} | state.elsewhere
    names: list[str] = []
    for number, level in enumerate(planned.levels[planned.kept :], planned.kept):
        stored = state.levels[number] if number < len(state.levels) else None
        if stored is not None and "/" not in stored.path and lies_at(stored, level, state.first):
            name, more, taken = stored.path, 2, named - ({stored.path} - state.elsewhere)
        else:
            name, more, taken = str(number), 2, named
        while not name or name in taken or os.path.lexists(os.path.join(state.folder, name)):
            name, more, taken = f"{number}-{more}", more + 1, named
        names.append(name)
    return names


@contextmanager
def making(
    state: State, planned: Planned, writing: Writing, compression: str | None, backend: Backend, done: Done
) -> Iterator[str]:
    """Make the new levels, by their places among them, in a folder that is taken away at the end; yields its name.

    They are encoded as the first level is, unless a ``compression`` is given. Raises StoreError.
    """
    part = f"{_NEW}.{os.urandom(8).hex()}{PART}"
    folder = os.path.join(state.folder, part)
    plan = _plan(state, planned, writing, compression or COMPRESSIONS[0])
    first = state.levels[0].document
    assert first is not None
    documents = [document_like(first, plan.document(level), recoded=bool(compression)) for level in plan.levels[1:]]
    above = state.source(state.levels[planned.kept - 1])
    try:
        os.mkdir(folder)
        arrays = _create(documents, folder, backend)
        Pyramid(plan.levels, arrays, plan.tile, plan.kernel, _Below(backend)).write(above.read, done)  # type: ignore[arg-type]
        backend.flush()
        LocalWriter(folder).sync()
        if hasattr(os, "sync"):
            os.sync()
        yield part
    except OSError as error:
        raise StoreError(f"{state.folder} could not be written: {why(error)}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plan(state: State, planned: Planned, writing: Writing, compression: str) -> ImagePlan:
    """Return what the arrays of the new levels are to be, after that of the level that they are made of."""
    above, new = planned.levels[planned.kept - 1], planned.levels[planned.kept :]
    levels = [attrs.evolve(above, factors=(1,) * len(above.shape)), *new]
    layout = _layout(state, writing.zarr_format)
    tile = tile_of(layout, [level.factors for level in levels], Extent(above.shape, state.dtype, state.dims))
    return ImagePlan(writing, state.dims, state.dtype, levels, layout, planned.kernel, compression, tile)


def _create(documents: Sequence[Document], folder: str, backend: Backend) -> list[Any]:
    """Return the arrays of all levels, those of the new ones empty by now."""
    writer = LocalWriter(folder)
    arrays: list[Any] = [None]  # the level above is there
    for place, document in enumerate(documents):
        key = f"{place}/{document_name(document['zarr_format'])}"
        writer.put_many([Write(key, None, document_bytes(document))])
        arrays.append(backend.create(os.path.join(folder, str(place)), document))
    return arrays


def _layout(state: State, zarr_format: int) -> Layout:
    """Return the layout of the first level, which the others have as well."""
    document = state.levels[0].document
    assert document is not None
    if document.chunks is None:
        return layout_of(Extent(state.first.shape, state.dtype, state.dims), zarr_format)
    return Layout(document.chunks, document.shards if zarr_format == 3 else None)


def clear_leftovers(folder: str) -> None:
    """Take away what was being made in a folder when something was killed."""
    for entry in list(os.scandir(folder)):
        if meant_by(entry.name) == _NEW and entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
