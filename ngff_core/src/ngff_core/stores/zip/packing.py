"""Pack all that a store holds into a new zip archive, as RFC-9 wants it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from ngff_core.errors import StoreError
from ngff_core.json_text import dumps
from ngff_core.stores.base import Store
from ngff_core.stores.content import all_keys, content_of
from ngff_core.stores.local.tree import At, place
from ngff_core.stores.zip.writing import ZipWriter
from ngff_core.zarr.keys import DOCUMENTS, PART, in_left_over

__all__ = ["comment_of", "pack"]

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def comment_of(version: str) -> bytes:
    """Return the comment of an archive with a hierarchy of some version, whose documents come first."""
    return dumps({"ome": {"version": version, "zipFile": {"centralDirectory": {"jsonFirst": True}}}})


def pack(
    store: Store,
    out: str,
    comment: bytes,
    verify: Callable[[str], None],
    *,
    mode: int = 0o666,
    replace: bool = False,
) -> None:
    """Write an archive with all keys of a store to a file that is not there yet, unless it is to be replaced.

    Documents come first, those of the root before all; all else follows in the order of the store, but for files that
    were being written when something was killed. ``verify`` is called
    with the path of the archive before it gets its name: when it raises, there is none. Raises StoreError, also where
    something has the name.
    """
    part = f"{out}.{os.urandom(8).hex()}{PART}"
    try:
        descriptor = os.open(part, _NEW, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _write(store, file, comment)
                file.flush()
                os.fsync(file.fileno())
            verify(part)
            place(At(part, None), At(out, None), fresh=not replace)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)
    except OSError as error:
        raise StoreError(f"{out} could not be written: {error.strerror or error}") from error


def _write(store: Store, file: BinaryIO, comment: bytes) -> None:
    keys = [key for key in all_keys(store) or () if not in_left_over(key)]
    documents = sorted((key for key in keys if _is_document(key)), key=lambda key: (key.count("/"), key))
    writer = ZipWriter(file)
    for key in (*documents, *(key for key in keys if not _is_document(key))):
        content = content_of(store, key)
        if content is None:
            raise StoreError(f"{key} could not be read")
        with content:
            writer.add(key, content, content.size)
    writer.finish(comment)


def _is_document(key: str) -> bool:
    return key.rpartition("/")[2] in DOCUMENTS
