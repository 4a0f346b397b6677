"""The Store protocol: everything that the crawler needs of a place that holds documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ngff_core.errors import StoreError

__all__ = [
    "MAX_DOCUMENT",
    "NoStoreError",
    "OutsideStoreError",
    "PixelStore",
    "Store",
    "UndecidedError",
    "UnreachableError",
    "get_rare",
]

MAX_DOCUMENT = 1 << 28  # bytes; no document that is larger is held in memory


class OutsideStoreError(StoreError):
    """A key leads out of the store, through a symbolic link; it was not opened."""


class UndecidedError(StoreError):
    """The answer does not tell whether the key is there: access refused, or a web page in place of a document.

    Where the key is optional and other documents of the store could be read, it is taken for absent.
    """


class UnreachableError(StoreError):
    """The place as a whole does not answer, so that asking for more makes no sense."""


class NoStoreError(UnreachableError):
    """There is something at the place, but it is no store: a picture, a text. The message is a sentence of its own."""


class Store(Protocol):
    """A place that holds documents under keys like ``A/1/0/zarr.json``.

    ``url`` names it in reports and holds no secrets. ``batch`` is how many keys are best asked for at once,
    ``concurrent`` how many such batches: with more than one, `get_many` is called from several threads.
    ``lists_cheaply`` tells whether listing a group costs no more than reading a document.
    """

    url: str
    batch: int
    concurrent: int
    lists_cheaply: bool

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key, or ``None`` when it is absent; raise StoreError for anything else."""
        ...

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return for each key its bytes, ``None`` when it is absent, or the error that kept it from being read."""
        ...

    def list(self, prefix: str) -> Sequence[str] | None:
        """Return the names directly below a prefix, directories with a final ``/``; ``None``: cannot list."""
        ...


def get_rare(store: Store, keys: Sequence[str]) -> list[bytes | StoreError | None]:
    """Return what is under keys that are mostly absent; some stores have a quicker way to tell that."""
    found: list[bytes | StoreError | None] = getattr(store, "get_rare", store.get_many)(keys)
    return found


class PixelStore(Store, Protocol):
    """A store that also says how other libraries read from the same place.

    Optional: without these methods, pixels are read through `Store.get`, a whole chunk or shard at a time. Both
    import what they need when they are called.
    """

    def zarr_store(self) -> Any:
        """Return a read-only store of zarr-python (a ``Store`` or ``StorePath``) that holds the same keys."""
        ...

    def kvstore(self) -> dict[str, Any] | None:
        """Return the specification of a key-value store of tensorstore whose ``path`` ends where keys begin.

        ``None``: tensorstore has no driver for this place, or not for the way that it is opened here.
        """
        ...
