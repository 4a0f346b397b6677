"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.1 to 0.3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documents import JSON, changes, damaged, valid_documents
from guarantees import (
    PARTS,
    assert_located,
    assert_located_change,
    assert_lossless,
    assert_partial,
    assert_strict,
    assert_unfazed,
)
from hostile import full_documents, hostile_changes, hostile_documents, hostile_stores
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from older import INSTALLED, only

from ngff_core.stores import MemoryStore
from ngff_core.validation.calls import check_json, check_object, check_store

REGISTRIES = {version: only(version) for version in INSTALLED}
SETTINGS = settings(max_examples=60, deadline=None)
KINDS = ("image", "label-image", "labels-group", "plate", "well")
pytestmark = [
    pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed"),
    pytest.mark.parametrize("version", INSTALLED),
]


@SETTINGS
@given(data=st.data())
def test_the_documents_that_are_changed_are_valid(version: str, data: st.DataObject) -> None:
    kind, ome = data.draw(valid_documents(version))
    report = check_object(ome, registry=REGISTRIES[version])
    assert (report.kind, report.status) == (kind, "valid"), report.issues


@SETTINGS
@given(data=st.data())
def test_strict_and_lossless(version: str, data: st.DataObject) -> None:
    drawn = data.draw(damaged(version))
    assert_strict(REGISTRIES[version], version, *drawn)
    assert_lossless(REGISTRIES[version], version, *drawn)


@SETTINGS
@given(data=st.data())
def test_located(version: str, data: st.DataObject) -> None:
    kind, ome = data.draw(valid_documents(version))
    change = data.draw(changes(ome))
    assert_located_change(REGISTRIES[version], version, kind, ome, change)
    assert_located(REGISTRIES[version], version, change.applied(ome))


@SETTINGS
@given(data=st.data())
def test_partial(version: str, data: st.DataObject) -> None:
    kind, ome = data.draw(valid_documents(version, kinds=("image", "label-image", "plate")))
    parts = [part for part in PARTS[kind] if _has(ome, part)]
    assume(len(parts) > 1)
    one, other = data.draw(st.permutations(parts))[:2]
    first = data.draw(changes(ome, one))
    second = data.draw(changes(first.applied(ome), other))
    assert_partial(REGISTRIES[version], version, ome, one, first, other, second)


def _has(ome: Any, part: tuple[str | int, ...]) -> bool:
    for key in part:
        try:
            ome = ome[key]
        except (LookupError, TypeError):
            return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_at_any_place_puts_a_rule_out(version: str, kind: str) -> None:
    ome = full_documents(version)[kind]
    for change in hostile_changes(ome):
        changed = change.applied(ome)
        assert_unfazed(REGISTRIES[version], version, kind, changed)
        assert_lossless(REGISTRIES[version], version, kind, changed)
        assert_strict(REGISTRIES[version], version, kind, changed)
        assert_located(REGISTRIES[version], version, changed)


@pytest.mark.parametrize("name", ["image", "plate"])
def test_no_value_in_any_document_of_a_store_puts_a_rule_out(version: str, name: str) -> None:
    registry = REGISTRIES[version]
    for documents in hostile_documents(hostile_stores(registry, version)[name]):
        report = check_store(MemoryStore(documents), registry=registry)
        assert [i.message for i in report.issues if i.rule == "rule-crashed"] == []


@SETTINGS
@given(data=st.data())
def test_any_json_gets_a_report_and_always_the_same(version: str, data: st.DataObject) -> None:
    value = data.draw(JSON | damaged(version).map(lambda drawn: drawn[1]))
    registry = REGISTRIES[version]
    text = json.dumps(value)
    report = check_json(text, registry=registry)
    assert report.to_dict() == check_json(text.encode(), registry=registry).to_dict()
    assert report.to_dict() == check_object(value, registry=registry).to_dict()
