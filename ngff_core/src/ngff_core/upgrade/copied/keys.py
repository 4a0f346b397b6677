"""The keys of a copy: the new names of chunks, and the keys that a hierarchy may have by its own metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import attrs

from ngff_core.errors import StoreError
from ngff_core.migration.interface import Documents, NodeDocuments
from ngff_core.migration.shared import chunk_keys
from ngff_core.stores.writing import ChunkKeys
from ngff_core.upgrade.copied.expected import chunk_bytes
from ngff_core.upgrade.journal import Rename
from ngff_core.zarr.keys import CONSOLIDATED_KEY, NODE_KEYS, above, join

__all__ = ["Named", "Renamer", "keys_by_metadata", "refuse_too_many"]

MOST = 100_000_000  # chunks that are asked for one by one

OME_XML = "OME/METADATA.ome.xml"


class Renamer:
    """Gives the chunks of arrays their new keys."""

    def __init__(self, renames: Sequence[Rename]) -> None:
        self._renames = {r.path: (_pattern(r.ndim, r.old), _pattern(r.ndim, r.new), r) for r in renames}

    def __call__(self, key: str) -> str:
        """Return the new key; raises StoreError for what lies where chunks are to go."""
        for path in above(key) if self._renames else ():
            found = self._renames.get(path)
            if found is None:
                continue
            old, new, rename = found
            inside = key[len(path) + 1 if path else 0 :]
            match = old.fullmatch(inside)
            if match is not None:
                return join(path, rename.new.key(match.groups()))
            if new.fullmatch(inside):
                raise StoreError(f"{key} lies where chunks would be, and is none", hint="move it away")
        return key

    def back(self, key: str) -> str:
        """Return the key that what is under a new one had."""
        for path in above(key) if self._renames else ():
            found = self._renames.get(path)
            match = found[1].fullmatch(key[len(path) + 1 if path else 0 :]) if found is not None else None
            if found is not None and match is not None:
                return join(path, found[2].old.key(match.groups()))
        return key


def _pattern(ndim: int, keys: ChunkKeys) -> re.Pattern[str]:
    return re.compile(re.escape(keys.key(["#"] * ndim)).replace(r"\#", "(0|[1-9][0-9]*)"))


@attrs.frozen
class Named:
    """A key that a hierarchy may have: whether it is one of a chunk, and how many bytes that has, if known."""

    key: str
    is_chunk: bool = False
    size: int | None = None


def keys_by_metadata(documents: Documents) -> Iterator[Named]:
    """Yield the keys of the documents of a hierarchy and of all chunks that its arrays may have."""
    for path, node in documents.items():
        other = ".zgroup" if node.is_array else ".zarray"
        for name in NODE_KEYS[node.zarr_format]:
            if name != other:
                yield Named(join(path, name))
        if node.is_array:
            keys = chunk_keys(node)
            size = chunk_bytes(node, _shape_and_chunks(node)[1])
            for indices in _indices(_grid(node)):
                yield Named(join(path, keys.key(indices)), True, size)
            continue
        if node.zarr_format == 2:
            yield Named(join(path, CONSOLIDATED_KEY[2]))
        if node.kind == "collection":
            yield Named(join(path, OME_XML))


def refuse_too_many(documents: Documents) -> None:
    """Raise StoreError where arrays do not say which chunks they have, or may have more than can be asked for."""
    number = sum(prod(_grid(node)) for node in documents.values() if node.is_array)
    if number > MOST:
        raise StoreError(
            f"the store cannot be listed, and its arrays may have {number:,} chunks; up to {MOST:,} are asked for",
            hint="copy it to where it can be listed first",
        )


def _indices(grid: Sequence[int]) -> Iterator[list[int]]:
    """Yield the indices of all chunks, of which there may be many, in order."""
    for number in range(prod(grid)):
        indices = []
        for size in reversed(grid):
            number, index = divmod(number, size)
            indices.append(index)
        yield indices[::-1]


def _grid(node: NodeDocuments) -> list[int]:
    """Return the number of chunks (or shards) along each dimension."""
    return [-(-size // chunk) for size, chunk in zip(*_shape_and_chunks(node), strict=True)]


def _shape_and_chunks(node: NodeDocuments) -> tuple[list[int], list[int]]:
    shape: Any = node.metadata.get("shape")
    chunks: Any = node.metadata.get("chunks")
    if node.zarr_format == 3:
        grid: Any = node.metadata.get("chunk_grid")
        regular = isinstance(grid, dict) and grid.get("name") == "regular"
        configuration = grid.get("configuration") if regular else None
        chunks = configuration.get("chunk_shape") if isinstance(configuration, dict) else None
    if not _sizes(shape, 0) or not _sizes(chunks, 1) or len(shape) != len(chunks):
        raise StoreError(f"the metadata of {node.path} does not tell its chunks, and the store cannot be listed")
    return shape, chunks


def _sizes(value: object, least: int) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= least for size in value)
