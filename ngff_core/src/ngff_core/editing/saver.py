"""What a document that was read remembers in order to be saved: where it belongs, and what the file held."""

from __future__ import annotations

from collections.abc import Sequence

from ngff_core.errors import StoreError
from ngff_core.issues.pointer import Pointer
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.stores.wrapper import Wrapper
from ngff_core.structure.model import Model

__all__ = ["Saver", "Seen"]

_save = Reference("ngff_core.editing.saving:save")  # only where something is saved


class Saver:
    """Writes a document to its place: ``key`` is the file in the store, ``base`` leads to the metadata in that.

    ``raw`` is what the file held when the document was read: where it holds something else, nothing is written.
    """

    def __init__(self, seen: Seen, key: str, base: Pointer, version: str, registry: Registry) -> None:
        self.store = seen.store
        self.key = key
        self.base = base
        self.raw = seen.seen(key)
        self.version = version
        self.registry = registry

    def __call__(self, document: Model, *, allow_invalid: bool, break_lock: bool) -> Report:
        """Write it; return the report on its group as it is then."""
        report: Report
        report, self.raw = _save(document, self, allow_invalid=allow_invalid, break_lock=break_lock)
        return report


class Seen(Wrapper):
    """A store that remembers what came for each key: it is what a document was made of."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.values: dict[str, bytes | StoreError | None] = {}

    def get(self, key: str) -> bytes | None:
        """Return what is under a key."""
        value = super().get(key)
        self.values[key] = value
        return value

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return what is under each key."""
        return self._seen(keys, super().get_many(keys))

    def get_rare(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        """Return what is under keys that are mostly absent."""
        return self._seen(keys, super().get_rare(keys))

    def _seen(self, keys: Sequence[str], values: list[bytes | StoreError | None]) -> list[bytes | StoreError | None]:
        self.values.update(zip(keys, values, strict=True))
        return values

    def seen(self, key: str) -> bytes | None:
        """Return what came for a key."""
        value = self.values.get(key)
        return value if isinstance(value, bytes) else None
