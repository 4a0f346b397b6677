"""Take old levels away: the chunks of arrays, and nothing else that lies in their folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from ngff_core.errors import NgffError
from ngff_core.migration.interface import NodeDocuments
from ngff_core.migration.shared import chunk_keys
from ngff_core.spec.spec import Role
from ngff_core.stores.answers import names_in
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import chunks_in
from ngff_write.pyramids.planning import Planned
from ngff_write.pyramids.state import State, Stored

__all__ = ["removable", "remove_chunks"]

_AT_ONCE = 1000


def removable(state: State, planned: Planned) -> tuple[list[Stored], list[str]]:
    """Return the levels that can be taken away, and what is to be said of those that cannot.

    They are arrays by themselves in the folder of the image, that nothing else in it is made of.
    """
    used: set[object] = {level.path for level in state.levels[: planned.kept]} | state.elsewhere
    found: list[Stored] = []
    remarks: list[str] = []
    for level in state.levels[planned.kept :]:
        if level.document is None or level.path in used:
            continue
        used.add(level.path)
        if "/" in level.path or os.path.islink(os.path.join(state.folder, level.path)):
            remarks.append(f"the array {level.path} stays: it is elsewhere, or behind a link")
        else:
            found.append(level)
    return found, remarks


def remove_chunks(folder: str, level: Stored) -> str | None:
    """Take away the chunks of an array whose documents are gone, and its folder; returns what is to be said.

    No link is followed out of the folder of the array.
    """
    document = level.document
    assert document is not None
    array = os.path.join(folder, level.path)
    writer = LocalWriter(array)
    keys = chunk_keys(NodeDocuments("", Role.ARRAY, document.zarr_format, document.raw, {}))
    folders: set[str] = set()
    try:
        indices = list(chunks_in(lambda path: names_in(writer, path), "", len(level.shape), keys))
        for begin in range(0, len(indices), _AT_ONCE):
            some = [keys.key(index) for index in indices[begin : begin + _AT_ONCE]]
            folders |= {above for key in some for above in _above(key)}
            writer.delete_many(some)
    except NgffError as error:
        return f"what was in {level.path} could not all be taken away: {error}"
    for name in (*sorted(folders, key=lambda path: -path.count("/")), ""):
        with suppress(OSError):
            os.rmdir(os.path.join(array, name))
    return f"{level.path} holds something else than chunks, which stays" if os.path.lexists(array) else None


def _above(key: str) -> Iterator[str]:
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key
