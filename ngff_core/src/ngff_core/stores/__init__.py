"""Where documents are read from: the Store protocol, and the stores that core brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import lazy_names

if TYPE_CHECKING:
    from ngff_core.stores.base import MAX_DOCUMENT as MAX_DOCUMENT
    from ngff_core.stores.base import OutsideStoreError as OutsideStoreError
    from ngff_core.stores.base import Store as Store
    from ngff_core.stores.base import UndecidedError as UndecidedError
    from ngff_core.stores.base import UnreachableError as UnreachableError
    from ngff_core.stores.capabilities import PixelStore as PixelStore
    from ngff_core.stores.local.store import LocalStore as LocalStore
    from ngff_core.stores.memory import MemoryStore as MemoryStore

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "MAX_DOCUMENT": "ngff_core.stores.base",
        "LocalStore": "ngff_core.stores.local.store",
        "MemoryStore": "ngff_core.stores.memory",
        "OutsideStoreError": "ngff_core.stores.base",
        "PixelStore": "ngff_core.stores.capabilities",
        "Store": "ngff_core.stores.base",
        "UndecidedError": "ngff_core.stores.base",
        "UnreachableError": "ngff_core.stores.base",
    },
)
