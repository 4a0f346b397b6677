"""The stores in an S3 Inventory: its manifest, and the keys in the files that this names, which are not held at once.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
"""

from __future__ import annotations

import gzip
import io
import os
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote_plus

from ngff_core.errors import UsageError
from ngff_core.json_text import JSONDecodeError, loads
from ngff_core.references import Reference
from ngff_core.structure.converter import structure
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.own_files import converter, located
from ngff_core.validation.lists.files import Places, lines_of
from ngff_core.validation.lists.outermost import Outermost
from ngff_core.validation.lists.rows import values_of
from ngff_core.validation.many.addresses import Address
from ngff_core.words import short

__all__ = ["stores_in_inventory"]

DATA = "the inventory file"
LARGEST = 1 << 26  # bytes of a manifest: it names hundreds of thousands of files in as many
LONGEST = 1024  # bytes of a key, as S3 has it
_BUCKET = r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}"
_NO_NAMES = {"", ".", ".."}
_NOT_IN_NAMES = r"[\\:\x00-\x1f\x7f]"

_keys_of_parquet = Reference("ngff_core.validation.lists.parquet:keys_of")


@model
class FileJSON(Model):
    """One of the files of an inventory."""

    key: str = member()


@model
class ManifestJSON(Model):
    """What is needed of a manifest; the names are those of S3."""

    sourceBucket: str = member()
    fileFormat: str = member()
    fileSchema: str = member()
    files: list[FileJSON] = member()


def stores_in_inventory(name: str, places: Places) -> Iterator[Address]:
    """Yield the addresses of the stores in an inventory, sorted; see `Outermost`.

    ``name`` is the path or the address of its manifest. Raises UsageError for what is none, and for files of it that
    are missing, or are not what it says.
    """
    manifest = _manifest(name, places)
    stores = Outermost()
    for file in manifest.files:
        data = _place_of(file.key, name)
        with places.opened(data, DATA) as opened:
            for key in _keys(manifest, opened, f"{DATA} {data!r}"):
                stores.add(key)
    yield from (Address(f"s3://{manifest.sourceBucket}", path) for path in stores)


def _manifest(name: str, places: Places) -> ManifestJSON:
    with places.opened(name, "the manifest") as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise UsageError(f"the manifest {name!r} has more than {LARGEST} bytes")
    try:
        found, faults = structure(converter(), loads(text), ManifestJSON)
    except JSONDecodeError as error:
        raise UsageError(f"{name!r} is no manifest of an S3 Inventory: {error}") from None
    problem = next(map(located, faults), None)
    if problem is None and not re.fullmatch(_BUCKET, found.sourceBucket):
        problem = f"/sourceBucket: found {short(found.sourceBucket)!r}, expected the name of a bucket"
    if problem is None and found.fileFormat not in ("CSV", "Parquet"):
        problem = f"/fileFormat: found {short(found.fileFormat)!r}, of which nothing is read; expected CSV or Parquet"
    if problem is None and found.fileFormat == "CSV" and _columns(found).count("Key") != 1:
        problem = f"/fileSchema: found {short(found.fileSchema)!r}, expected a column Key"
    if problem is not None:
        raise UsageError(f"{name!r} is no manifest of an S3 Inventory that can be read: {problem}")
    return found


def _place_of(key: str, manifest: str) -> str:
    """Return where a file is that a manifest names: in its bucket, or near it as there; nowhere else."""
    parts = key.split("/")
    if len(key) > LONGEST or re.search(_NOT_IN_NAMES, key) or not _NO_NAMES.isdisjoint(parts):
        raise UsageError(f"the manifest {manifest!r} names the file {short(key)!r}, which is not the key of one")
    if "://" in manifest:
        scheme, _, rest = manifest.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}/{key}"
    folder, near = os.path.dirname(manifest), parts[-2:]  # S3 has folders `data` and `2026-11-28T01-00Z` side by side
    found = [os.path.join(folder, *near), os.path.join(folder, near[-1]), os.path.join(folder, os.pardir, *near)]
    return next(filter(os.path.isfile, found), found[-1])


def _keys(manifest: ManifestJSON, file: BinaryIO, where: str) -> Iterator[str]:
    if manifest.fileFormat == "CSV":
        return _keys_of_csv(_columns(manifest), file, where)
    keys: Iterator[str] = _keys_of_parquet(file, where)
    return keys


def _columns(manifest: ManifestJSON) -> list[str]:
    return [name.strip() for name in manifest.fileSchema.split(",")]


def _keys_of_csv(columns: list[str], file: BinaryIO, where: str) -> Iterator[str]:
    """Yield the keys of the objects that are there now: not of older versions, nor of what was deleted."""
    place = columns.index("Key")
    gone = [
        (columns.index(name), value)
        for name, value in (("IsLatest", "false"), ("IsDeleteMarker", "true"))
        if name in columns
    ]
    unpacked = io.BufferedReader(gzip.GzipFile(fileobj=file))
    for _, row in values_of(lines_of(unpacked, where), where, len(columns)):
        if not any(row[position].lower() == value for position, value in gone):
            key = row[place]
            yield unquote_plus(key, errors="strict") if "%" in key or "+" in key else key
