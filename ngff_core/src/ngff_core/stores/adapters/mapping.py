"""Any mapping of keys to bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ngff_core.errors import StoreError, UsageError
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.explain import ABSENT, explain
from ngff_core.stores.memory import names_by_folder

__all__ = ["MappingStore"]


class MappingStore:
    """The bytes in a mapping; its keys are looked through once, when something is listed for the first time."""

    batch = 256
    concurrent = 1
    lists_cheaply = True
    max_bytes = MAX_DOCUMENT

    def __init__(self, mapping: Mapping[str, Any], url: str = "memory:") -> None:
        self.url = url
        self._mapping = mapping
        self._names: dict[str, set[str]] | None = None
        if isinstance(mapping, dict):
            _refuse_documents(mapping)

    def get(self, key: str) -> bytes | None:
        try:
            value = self._mapping[key]
        except ABSENT:
            return None
        except Exception as error:  # whatever the mapping does to get it
            raise explain(error) from error
        if isinstance(value, StoreError):
            raise value
        try:
            data = bytes(memoryview(value))
        except TypeError:
            raise StoreError(f"found {type(value).__name__}, expected bytes") from None
        if len(data) > self.max_bytes:
            raise StoreError(f"the document has {len(data)} bytes; the limit is {self.max_bytes}")
        return data

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [self._get_or_error(key) for key in keys]

    def list(self, prefix: str) -> Sequence[str] | None:
        if self._names is None:
            try:
                self._names = names_by_folder(map(str, self._mapping))
            except Exception as error:  # as above
                raise explain(error) from error
        return sorted(self._names.get(prefix.rstrip("/"), ()))

    def _get_or_error(self, key: str) -> bytes | StoreError | None:
        try:
            return self.get(key)
        except StoreError as error:
            return error


def _refuse_documents(mapping: dict[Any, Any]) -> None:
    """Refuse the content of a document in place of a mapping of documents."""
    for key, value in mapping.items():
        if not isinstance(key, str) or value is None or isinstance(value, (str, int, float, dict, list)):
            raise UsageError(
                f"expected a mapping of keys to bytes, found {type(value).__name__} under {key!r};"
                " to check the content of a document, use check_object"
            )
