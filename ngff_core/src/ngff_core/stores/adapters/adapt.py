"""Objects of other libraries as stores: zarr-python groups and stores, fsspec and other mappings, obstore stores.

Which library an object comes from is told by the module of its class, so that none is imported to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngff_core.stores.base import Store

__all__ = ["EXPECTED", "store_for"]

EXPECTED = "a path, an address, a store, a zarr-python group, or a mapping of keys to bytes"


def store_for(obj: Any) -> Store | None:
    """Return an object of another library as a store; ``None`` when it is none that is known.

    Raises UsageError for what is clearly a mistake, such as a zarr array.
    """
    modules = {cls.__module__.partition(".")[0] for cls in type(obj).__mro__}
    if "zarr" in modules:
        from ngff_core.stores.adapters.zarr_python import zarr_python_store

        return zarr_python_store(obj)
    if "fsspec" in modules and hasattr(obj, "fs") and hasattr(obj, "root"):
        from ngff_core.stores.adapters.fsspec import FsspecStore

        return FsspecStore(obj.fs, obj.root)
    if "obstore" in modules and hasattr(obj, "list_with_delimiter"):
        from ngff_core.stores.adapters.obstore import ObstoreStore

        return ObstoreStore(obj)
    if isinstance(obj, Mapping):
        from ngff_core.stores.adapters.mapping import MappingStore

        return MappingStore(obj)
    return None
