"""Stores of this machine that are not there: the path that was perhaps meant, and what was broken off beside it."""

from __future__ import annotations

import os
from itertools import islice

from ngff_core.hierarchy.left_over import HOW_TO_GO_ON, HOW_TO_GO_ON_STREAMING
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.stores.base import Store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.wrapper import Wrapper
from ngff_core.words import meant_path, printable, suggestion_of_path
from ngff_core.zarr.keys import STREAM, meant_by, replaced_by

__all__ = ["broken_off", "is_streamed", "meant_store", "suggestion_of_store"]

_LISTED = 10_000  # names beside a path that are looked at


def meant_store(store: Store) -> str | None:
    """Return the path that was perhaps meant by that of a directory which is not there."""
    path = _path_of(store)
    return meant_path(path) if path is not None else None


def broken_off(store: Store) -> Issue | None:
    """Return a finding on a store that is not there, where folders beside it hold what it is to be, or was."""
    path = _path_of(store)
    if path is None:
        return None
    folder, name = os.path.split(path.rstrip("/"))
    try:
        with os.scandir(folder or ".") as entries:
            near = (one for one in islice(entries, _LISTED) if name in (meant_by(one.name), replaced_by(one.name)))
            left = sorted(one.name for one in near if one.is_dir(follow_symlinks=False))
    except OSError:
        return None
    if not left:
        return None
    message = "there is no directory here, or an empty one, but one beside it in which it was being written"
    streamed = all(_has_journal(os.path.join(folder, one)) for one in left)
    hint = HOW_TO_GO_ON_STREAMING if streamed else HOW_TO_GO_ON
    if any(map(replaced_by, left)):
        message = "there is no directory here: what was here is beside it, put aside to be replaced"
        hint = "unless somebody is writing, give one of them its name, and delete the rest: `.old` was here before"
    found = ", ".join(printable(os.path.join(folder, one)) for one in left[:3])
    return finding("store-not-found", message, found=found, hint=hint)


def is_streamed(store: Store) -> bool:
    """Tell whether a store of this machine holds the journal of a stream."""
    path = _path_of(store)
    return path is not None and _has_journal(path)


def suggestion_of_store(store: Store) -> str:
    """Return the end of a message on a store that is not there: the path that was perhaps meant, if any."""
    return suggestion_of_path(_path_of(store))


def _has_journal(path: str) -> bool:
    return os.path.lexists(os.path.join(path, STREAM))


def _path_of(store: Store) -> str | None:
    while isinstance(store, Wrapper):
        store = store.store
    return store.url if isinstance(store, LocalStore) else None
