"""Stores of this machine that are not there: the path that was perhaps meant."""

from __future__ import annotations

from ngff_core.stores.base import Store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.wrapper import Wrapper
from ngff_core.words import meant_path, suggestion_of_path

__all__ = ["meant_store", "suggestion_of_store"]


def meant_store(store: Store) -> str | None:
    """Return the path that was perhaps meant by that of a directory which is not there."""
    path = _path_of(store)
    return meant_path(path) if path is not None else None


def suggestion_of_store(store: Store) -> str:
    """Return the end of a message on a store that is not there: the path that was perhaps meant, if any."""
    return suggestion_of_path(_path_of(store))


def _path_of(store: Store) -> str | None:
    while isinstance(store, Wrapper):
        store = store.store
    return store.url if isinstance(store, LocalStore) else None
