"""Objects of other libraries as stores: zarr-python groups and stores, fsspec and other mappings, obstore stores.

Which library an object comes from follows from the module of its class, so that none is imported to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ngff_core.references import Reference
from ngff_core.stores.base import Store

__all__ = ["EXPECTED", "store_for"]

EXPECTED = "a path, an address, a store, a zarr-python group, or a mapping of keys to bytes"


_of_fsspec = Reference("ngff_core.stores.adapters.fsspec:FsspecStore")
_of_mapping = Reference("ngff_core.stores.adapters.mapping:MappingStore")
_of_obstore = Reference("ngff_core.stores.adapters.obstore:ObstoreStore")
_of_zarr_python = Reference("ngff_core.stores.adapters.zarr_python:zarr_python_store")


def store_for(obj: object) -> Store | None:
    """Return an object of another library as a store; ``None`` when it is none that is known.

    Raises UsageError for what is clearly a mistake, such as a zarr array.
    """
    store: Store | None = _adapted(obj)
    return store


def _adapted(obj: object) -> Any:
    modules = {cls.__module__.partition(".")[0] for cls in type(obj).__mro__}
    if "zarr" in modules:
        return _of_zarr_python(obj)
    if "fsspec" in modules and hasattr(obj, "fs") and hasattr(obj, "root"):
        return _of_fsspec(obj.fs, obj.root)
    if "obstore" in modules and hasattr(obj, "list_with_delimiter"):
        return _of_obstore(obj)
    if isinstance(obj, Mapping):
        return _of_mapping(obj)
    return None
