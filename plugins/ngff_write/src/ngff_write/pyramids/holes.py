"""Chunks of the first level that were never written: what is made of it cannot tell them from pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ngff_core.migration.interface import NodeDocuments
from ngff_core.migration.shared import chunk_keys
from ngff_core.spec.spec import Role
from ngff_core.stores.answers import names_in
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.writing import chunks_in
from ngff_write.pyramids.state import State

__all__ = ["holes"]


def holes(state: State) -> Iterator[str]:
    """Yield what is to be said of the chunks, or shards, of the first level that are not there; raises StoreError."""
    first = state.levels[0]
    document = first.document
    sizes = (document.shards or document.chunks) if document is not None else None
    if document is None or sizes is None:
        return
    store = LocalStore(state.folder)
    keys = chunk_keys(NodeDocuments("", Role.ARRAY, document.zarr_format, document.raw, {}))
    grid = [math.ceil(size / chunk) for size, chunk in zip(first.shape, sizes, strict=True)]
    every = chunks_in(lambda path: names_in(store, path), first.path, len(grid), keys)
    there = sum(all(int(i) < n for i, n in zip(index, grid, strict=True)) for index in every)
    if there < math.prod(grid):
        what = "shards" if document.shards is not None else "chunks"
        yield (
            f"of level {first.path} {math.prod(grid) - there} of {math.prod(grid)} {what} were never written: their "
            f"pixels count as the fill value, {state.fill_value(first)}"
        )
