"""Where documents are read from: the Store protocol, and the stores that core brings."""

from ngff_core.stores.base import MAX_DOCUMENT, OutsideStoreError, Store, UndecidedError, UnreachableError
from ngff_core.stores.capabilities import PixelStore
from ngff_core.stores.local import LocalStore
from ngff_core.stores.memory import MemoryStore

__all__ = [
    "MAX_DOCUMENT",
    "LocalStore",
    "MemoryStore",
    "OutsideStoreError",
    "PixelStore",
    "Store",
    "UndecidedError",
    "UnreachableError",
]
