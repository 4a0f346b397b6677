"""What a chunk has to be where no listing tells: the bytes of one that nothing compresses are known beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod
from typing import Any

from ngff_core.errors import StoreError
from ngff_core.migration.interface import NodeDocuments
from ngff_core.stores import Store
from ngff_core.stores.content import Content, content_of
from ngff_core.stores.wrapper import Wrapper
from ngff_core.words import counted
from ngff_core.zarr.headers.data_types import V2_NAMES, itemsize

__all__ = ["Expecting", "chunk_bytes"]

_DTYPE = re.compile(r"[<>|=][biufc]([0-9]{1,2})", re.ASCII)
_PLAIN = ("bytes", "transpose")  # codecs of v3 that neither pack bytes nor add some


def chunk_bytes(node: NodeDocuments, chunks: list[int]) -> int | None:
    """Return how many bytes each chunk of an array has; ``None`` where that depends on its pixels."""
    size = _pixel_bytes(node.metadata, node.zarr_format)
    return None if size is None else size * prod(chunks)


def _pixel_bytes(metadata: Any, zarr_format: int) -> int | None:
    if zarr_format == 2:
        dtype = metadata.get("dtype")
        match = _DTYPE.fullmatch(dtype) if isinstance(dtype, str) else None
        packed = metadata.get("compressor") is not None or bool(metadata.get("filters"))
        return None if match is None or packed else int(match[1])
    codecs, name = metadata.get("codecs"), metadata.get("data_type")
    if not isinstance(codecs, list) or not isinstance(name, str) or name not in V2_NAMES:
        return None
    names = [codec.get("name") if isinstance(codec, dict) else codec for codec in codecs]
    plain = all(isinstance(codec, str) and codec in _PLAIN for codec in names)
    return itemsize(name) if plain and not metadata.get("storage_transformers") else None


class Expecting(Wrapper):
    """A store whose content has to have a size, if that is known; notes where nothing told that all of it came."""

    def __init__(self, store: Store, size: int | None) -> None:
        super().__init__(store)
        self.doubtful = False
        self._size = size

    def content(self, key: str) -> Content | None:
        """Raise StoreError where it has another size, at once or at its end."""
        content = content_of(self.store, key)
        if content is None:
            return None
        if self._size is None:
            self.doubtful = not content.ends
            return content
        if content.size is not None and content.size != self._size:
            raise _other_size(content.size, self._size)
        return Content(self._counted(content, self._size), content.size)

    def _counted(self, content: Content, size: int) -> Iterator[bytes]:
        got = 0
        for block in content:
            got += len(block)
            yield block
        if got != size:
            raise _other_size(got, size)


def _other_size(got: int, size: int) -> StoreError:
    return StoreError(
        f"{counted(got, 'byte')} came of a chunk that has {size}, as nothing compresses it",
        hint="does the server send whole files? a chunk that is damaged there has to be taken away first",
    )
