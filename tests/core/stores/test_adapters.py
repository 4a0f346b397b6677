"""Objects in place of addresses: mappings and whatever has a store's methods; what is no store is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ngff_core import UsageError, check_store, open_group
from ngff_core.errors import StoreError
from ngff_core.stores.adapters.adapt import store_for
from ngff_core.stores.adapters.mapping import MappingStore
from ngff_core.stores.base import UndecidedError
from ngff_core.stores.explain import explain

GROUP = b'{"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}}'


class Slow(Mapping[str, Any]):
    """A mapping that is no dict, and fails in more than one way."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        value = self._values[key]
        if isinstance(value, Exception):
            raise value
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def test_a_mapping_is_a_store() -> None:
    store = MappingStore(Slow({"zarr.json": GROUP, "A/1/zarr.json": bytearray(b"{}"), "A/2/c": memoryview(b"xy")}))
    assert store.url == "memory:"
    assert store.get_many(["zarr.json", "A/1/zarr.json", "A/2/c", "no"]) == [GROUP, b"{}", b"xy", None]
    assert store.list("") == ["A/", "zarr.json"]
    assert store.list("A") == store.list("A/") == ["1/", "2/"]
    assert store.list("A/2") == ["c"]
    assert store.list("no") == []


def test_what_a_mapping_raises_is_told_apart() -> None:
    values = {"a": PermissionError("no"), "b": OSError("it\nburns"), "c": "text", "d": StoreError("500"), "e": b"12345"}
    store = MappingStore(Slow(values))
    store.max_bytes = 4
    errors = store.get_many(list(values))
    assert [str(error) for error in errors] == [
        "permission denied",
        "OSError: it",
        "found str, expected bytes",
        "500",
        "the document has 5 bytes; the limit is 4",
    ]
    assert [type(error) for error in errors] == [UndecidedError, StoreError, StoreError, StoreError, StoreError]
    with pytest.raises(StoreError, match=r"^OSError: it$"):
        store.get("b")


def test_a_mapping_is_taken_where_an_address_is() -> None:
    assert open_group({"zarr.json": GROUP}).attributes == {"a": 1}
    report = check_store({})
    assert (report.url, [issue.rule for issue in report.issues]) == ("memory:", ["store-not-found"])


@pytest.mark.parametrize("content", [{"multiscales": []}, {"ome": {"version": "0.5"}}, {"version": "0.4"}, {"a": None}])
def test_the_content_of_a_document_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"expected a mapping of keys to bytes, found .* use check_object"):
        check_store(content)


@pytest.mark.parametrize("thing", [5, None, [b"x"], object()])
def test_what_is_no_store_is_refused(thing: Any) -> None:
    assert store_for(thing) is None
    expected = "a path, an address, a store, a zarr-python group, or a mapping of keys to bytes"
    text = f"expected {expected}, got {type(thing).__name__}"
    with pytest.raises(UsageError, match=rf"^{re.escape(text)}$"):
        open_group(thing)


class RefusedError(Exception):
    status = 403


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (RefusedError("https://host/?sig=1"), UndecidedError, "permission denied"),
        (IsADirectoryError(), StoreError, "it is a directory, expected a file"),
        (TimeoutError(), StoreError, "no answer in time"),
        (ValueError("bad https://h/k?sig=1 there"), StoreError, "ValueError: bad https://h/k there"),
        (ValueError(), StoreError, "ValueError"),
    ],
)
def test_errors_of_libraries_become_errors_of_stores(error: Exception, kind: type, text: str) -> None:
    found = explain(error)
    assert (type(found), str(found)) == (kind, text)
