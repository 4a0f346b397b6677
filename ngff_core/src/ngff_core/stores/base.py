"""The Store protocol: everything that the crawler needs of a place that holds documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ngff_core.errors import StoreError

__all__ = [
    "MAX_DOCUMENT",
    "NoStoreError",
    "OutsideStoreError",
    "Store",
    "UndecidedError",
    "UnreachableError",
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


@runtime_checkable
class Store(Protocol):
    """A place that holds documents under keys like ``A/1/0/zarr.json``.

    What only some stores can do is in `ngff_core.stores.capabilities`.

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
