"""Large documents: told not to be nested deep without being read, held once at a time, and not remembered."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core import check_store
from ngff_core.json_text import loads
from ngff_core.migration.interface import NodeDocuments
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.structure.values import nested_deeper
from ngff_core.testing import build_store
from ngff_core.upgrade.changes import changes_between, changes_of
from ngff_core.zarr.text import may_be_deeper

TEXTS = st.text(st.sampled_from('[]{}"\\n a'), max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.none(), lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3)
)


@given(VALUES, st.integers(0, 5))
def test_what_is_deep_is_told_by_its_brackets(value: Any, levels: int) -> None:
    data = json.dumps(value).encode()
    if nested_deeper(value, levels):
        assert may_be_deeper(data, levels)
    assert not may_be_deeper(data, 30)


@pytest.mark.parametrize("at", [0, (1 << 20) - 10, 1 << 20, (1 << 21) - 25])
def test_integers_are_found_wherever_they_stand_in_large_documents(at: int) -> None:
    assert loads(b"[" + b" " * at + b"123456789012345678901" + b" " * (1 << 21) + b"]") == [123456789012345678901]


MEMBERS = {"small": [1], "large": [[n, 0.5] for n in range(20_000)]}


@pytest.mark.parametrize("other", [{"large": [[0, 1]] * 20_000}, {"small": [1.0]}, {"more": list(range(40_000))}, {}])
@pytest.mark.parametrize("moves", [False, True])
def test_changes_are_the_same_where_members_are_large(other: dict[str, Any], moves: bool) -> None:
    attributes = {**MEMBERS, **other}
    before = NodeDocuments("a", "image", 2, {"zarr_format": 2}, dict(MEMBERS))
    after = NodeDocuments("a", "image", 3, {"zarr_format": 3}, {"ome": attributes} if moves else attributes)
    assert changes_between({"a": before}, {"a": after}, "a", "ome") == changes_of(before, after, "ome")


def test_what_comes_once_is_not_remembered() -> None:
    pytest.importorskip("ngff_v05")
    spec = default_registry().spec("0.5")
    name = "only in this document"
    store = MemoryStore(build_store(spec, {"": {"labels": ["a"], "more": [{name: [n]} for n in range(10_000)]}}))
    report = check_store(store)
    gc.collect()
    assert report.version == "0.5"
    assert not any(name in value for value in gc.get_objects() if value.__class__ is dict)
