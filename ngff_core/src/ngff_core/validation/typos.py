"""Stores of this machine that are not there: the path that was perhaps meant, and what was broken off beside it."""

from __future__ import annotations

import os
from itertools import islice

from ngff_core.stores.base import Store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.tree import meant_by
from ngff_core.stores.wrapper import Wrapper
from ngff_core.words import meant_path, printable, suggestion_of_path

__all__ = ["broken_off", "meant_store", "suggestion_of_store"]

_LISTED = 10_000  # names beside a path that are looked at


def meant_store(store: Store) -> str | None:
    """Return the path that was perhaps meant by that of a directory which is not there."""
    path = _path_of(store)
    return meant_path(path) if path is not None else None


def broken_off(store: Store) -> str | None:
    """Return the folder beside the path of a store in which it was being written, printable, or still is."""
    path = _path_of(store)
    if path is None:
        return None
    folder, name = os.path.split(path.rstrip("/"))
    try:
        with os.scandir(folder or ".") as entries:
            near = (one for one in islice(entries, _LISTED) if meant_by(one.name) == name)
            left = next((one.name for one in near if one.is_dir(follow_symlinks=False)), None)
    except OSError:
        return None
    return printable(os.path.join(folder, left)) if left is not None else None


def suggestion_of_store(store: Store) -> str:
    """Return the end of a message on a store that is not there: the path that was perhaps meant, if any."""
    return suggestion_of_path(_path_of(store))


def _path_of(store: Store) -> str | None:
    while isinstance(store, Wrapper):
        store = store.store
    return store.url if isinstance(store, LocalStore) else None
