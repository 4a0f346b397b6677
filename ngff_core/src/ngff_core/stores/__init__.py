"""Where documents are read from: the Store protocol, and the stores that core brings."""

from ngff_core.stores.base import OutsideStoreError, Store
from ngff_core.stores.local import LocalStore
from ngff_core.stores.memory import MemoryStore

__all__ = ["LocalStore", "MemoryStore", "OutsideStoreError", "Store"]
