"""The keys in files of an S3 Inventory that are Parquet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from ngff_core.errors import MissingPackageError, UsageError

__all__ = ["keys_of"]

ROWS = 10_000  # that are held at once
_GONE = {"is_latest": False, "is_delete_marker": True}


def keys_of(file: BinaryIO, where: str) -> Iterator[str]:
    """Yield the keys of the objects that are there now; raises UsageError for what is no Parquet with keys."""
    try:
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingPackageError("reading an inventory in Parquet", "pyarrow", "ngff-core[table]") from None
    try:
        if file.seekable():
            yield from _keys(parquet.ParquetFile(file))
            return
        with TemporaryFile() as here:
            shutil.copyfileobj(file, here)
            yield from _keys(parquet.ParquetFile(here))
    except (pyarrow.ArrowException, LookupError, TypeError, ValueError) as error:
        raise UsageError(f"{where} is no Parquet with the keys of objects: {error}") from None


def _keys(table: Any) -> Iterator[str]:
    columns = ["key", *(name for name in _GONE if name in table.schema_arrow.names)]
    for batch in table.iter_batches(ROWS, columns=columns):
        keys, *flags = (batch.column(name).to_pylist() for name in columns)
        gone = [_GONE[name] for name in columns[1:]]
        for key, *found in zip(keys, *flags, strict=True):
            if not isinstance(key, str):
                raise TypeError(f"found {type(key).__name__} in place of a key")
            if not any(a is b for a, b in zip(found, gone, strict=True)):
                yield key
