"""Zip archives that are written: the folder of a finished group is packed into one, as RFC-9 wants it."""

from __future__ import annotations

import os

import attrs

from ngff_core import ValidationError, check_store
from ngff_core.errors import NgffError, UsageError
from ngff_core.stores.capabilities import archive_of
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.zip.packing import comment_of, pack
from ngff_core.stores.zip.store import zip_store

__all__ = ["OverwritableError", "TakenError", "is_archive", "pack_folder", "refuse_file", "refuse_zarr_v2"]

_ENDINGS = (".ozx", ".zip")


class TakenError(UsageError, FileExistsError):
    """Something is where a group is to be written."""


class OverwritableError(TakenError):
    """It is a Zarr hierarchy, which may be overwritten."""


def is_archive(path: str) -> bool:
    """Tell whether a path is that of an archive, by its name."""
    return path.lower().endswith(_ENDINGS)


def refuse_zarr_v2(path: str, zarr_format: int) -> None:
    """Raise UsageError for an archive of a version that has none: RFC-9 gives them to 0.5 and later."""
    if zarr_format == 2 and is_archive(path):
        raise UsageError(f"OME-NGFF 0.4 has no stores in one file, as {path} would be: write 0.5, or to a folder")


def refuse_file(path: str, *, overwrite: bool) -> None:
    """Raise TakenError where something is at the path of an archive, unless it is another that may be overwritten."""
    if not os.path.lexists(path):
        return
    if os.path.islink(path):
        raise TakenError(
            f"{path} is a symbolic link, and not replaced: give another path, such as the one that it leads to"
        )
    if not os.path.isfile(path):
        raise TakenError(f"{path} is there already, and no file: give another path")
    if os.path.getsize(path) and not _holds_hierarchy(path):
        raise TakenError(f"{path} is there already, and no archive of a Zarr hierarchy: give another path")
    if not overwrite:
        raise OverwritableError(f"{path} is there already: give another path, or overwrite=True")


def _holds_hierarchy(path: str) -> bool:
    try:
        archive = archive_of(zip_store(path))
    except NgffError:
        return False
    # one further down may lie beside anything
    return archive is not None and archive.roots.total > 0 and "" in archive.roots.first


def pack_folder(folder: str, path: str, version: str, *, overwrite: bool) -> None:
    """Pack a folder into an archive, which is evaluated before it gets its name.

    Raises ValidationError, TakenError where something has come to the path meanwhile, and StoreError.
    """

    def verify(part: str) -> None:
        report = check_store(part, version=version)
        if not report.valid:
            raise ValidationError(attrs.evolve(report, url=path))
        refuse_file(path, overwrite=overwrite)

    pack(LocalStore(folder), path, comment_of(version), verify, replace=os.path.lexists(path))
