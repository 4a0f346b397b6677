"""Copies outside a store of what is in it: a folder above may hold consolidated metadata that names it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ngff_core.editing.copies import entries_of
from ngff_core.migration.interface import Remark
from ngff_core.stores import LocalStore, Store
from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.zarr.keys import CONSOLIDATED_KEY
from ngff_core.zarr.text import json_object

__all__ = ["copies_outside"]


def copies_outside(store: Store, keys: Collection[str]) -> Iterator[Remark]:
    """Yield what keeps documents of a store from being changed: a directory above holds copies of some of them.

    Nothing outside a store is written, so that they would be out of date. Only looked for on this machine.
    """
    inner = canonical_url_of(store)
    if not keys or not os.path.isdir(inner):
        return
    for folder in map(str, Path(inner).parents):
        inside = os.path.relpath(inner, folder).replace(os.sep, "/")
        for zarr_format, name in CONSOLIDATED_KEY.items():
            entries = entries_of(json_object(LocalStore(folder).get_many([name])[0]), zarr_format) or {}
            ours = (key for key in keys if (key.rpartition("/")[2] == "zarr.json") == (zarr_format == 3))
            places = (f"{inside}/{key}" if zarr_format == 2 else f"{inside}/{key}".rpartition("/")[0] for key in ours)
            if any(place in entries for place in places):
                held = os.path.join(folder, name)
                yield Remark("", f"{held} holds copies of what would change: open {folder}, and change it there")
