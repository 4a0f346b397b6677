"""The stores behind paths and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

from ngff_core.errors import UsageError
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.stores.base import Store
from ngff_core.stores.capabilities import is_store, without_links
from ngff_core.validation.setup import Setup

__all__ = ["Uri", "open_store", "store_of"]

Uri = object
"""A path, an address, a store, or what another library has in place of one."""

_adapt = Reference("ngff_core.stores.adapters.adapt:store_for")
_expected = Reference("ngff_core.stores.adapters.adapt:EXPECTED")


def open_store(setup: Setup, uri: Uri, storage_options: Mapping[str, object] | None = None) -> Store:
    """Return the store behind a path or address, with links followed as far as the settings allow."""
    store = store_of(uri, setup.registry, storage_options)
    return store if setup.settings.follow_links else without_links(store)


def store_of(uri: Uri, registry: Registry, storage_options: Mapping[str, object] | None = None) -> Store:
    """Return the store behind a path or address, or the store itself."""
    if isinstance(uri, (str, PathLike)):
        if not str(uri):
            raise UsageError("the path of a store is empty; the working directory is '.'")
        return registry.open_store(str(uri), storage_options)
    if is_store(uri):
        return uri
    store: Store | None = _adapt(uri)
    if store is None:
        raise UsageError(f"expected {_expected.load()}, got {type(uri).__name__}")
    return store
