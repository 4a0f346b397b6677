"""The tests of the four guarantees of the structure layer, made anew for a version of the specification."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
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
    whole,
)
from hostile import full_documents, hostile_changes, hostile_documents, hostile_stores
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.validation.calls import check_json, check_object, check_store

__all__ = ["guarantee_tests"]

SETTINGS = settings(max_examples=100, deadline=None)
Drawn = tuple[str, Any]


def guarantee_tests(
    registry: Registry, version: str, stores: Sequence[str], forms: Sequence[str]
) -> dict[str, Callable[..., None]]:
    """Return the tests by name: over arbitrary JSON inside arbitrary valid documents of a version.

    ``stores`` are the hierarchies whose documents are damaged, ``forms`` where in a document JSON is put.
    """

    @SETTINGS
    @given(valid_documents(version))
    def test_the_documents_that_are_changed_are_valid(drawn: Drawn) -> None:
        kind, ome = drawn
        report = check_object(whole(version, ome), registry=registry)
        assert (report.kind, report.status) == (kind, "valid"), report.issues

    @SETTINGS
    @given(damaged(version))
    def test_strict(drawn: Drawn) -> None:
        assert_strict(registry, version, *drawn)

    @SETTINGS
    @given(damaged(version))
    def test_lossless(drawn: Drawn) -> None:
        assert_lossless(registry, version, *drawn)

    @SETTINGS
    @given(st.data())
    def test_located(data: st.DataObject) -> None:
        kind, ome = data.draw(valid_documents(version))
        change = data.draw(changes(ome))
        assert_located_change(registry, version, kind, ome, change)
        assert_located(registry, version, change.applied(ome))

    @SETTINGS
    @given(st.data())
    def test_partial(data: st.DataObject) -> None:
        kind, ome = data.draw(valid_documents(version, kinds=("image", "label-image", "plate")))
        parts = [part for part in PARTS[kind] if _has(ome, part)]
        assume(len(parts) > 1)
        one, other = data.draw(st.permutations(parts))[:2]
        first = data.draw(changes(ome, one))
        second = data.draw(changes(first.applied(ome), other))
        assert_partial(registry, version, ome, one, first, other, second)

    @SETTINGS
    @given(damaged(version))
    def test_rules_are_not_put_out_by_bad_data(drawn: Drawn) -> None:
        assert_unfazed(registry, version, *drawn)

    @pytest.mark.parametrize("kind", full_documents(version))
    def test_no_value_at_any_place_puts_a_rule_out(kind: str) -> None:
        ome = full_documents(version)[kind]
        for change in hostile_changes(ome):
            changed = change.applied(ome)
            assert_unfazed(registry, version, kind, changed)
            assert_lossless(registry, version, kind, changed)
            assert_strict(registry, version, kind, changed)
            assert_located(registry, version, changed)

    @pytest.mark.parametrize("name", stores)
    def test_no_value_in_any_document_of_a_store_puts_a_rule_out(name: str) -> None:
        for documents in hostile_documents(hostile_stores(registry, version)[name]):
            report = check_store(MemoryStore(documents), registry=registry)
            assert [i.message for i in report.issues if i.rule == "rule-crashed"] == []

    @SETTINGS
    @given(JSON | damaged(version).map(lambda drawn: drawn[1]), st.sampled_from(forms))
    def test_any_json_gets_a_report_and_always_the_same(value: Any, form: str) -> None:
        document = {"plain": value, "ome": {"ome": value}, "attributes": {"attributes": {"ome": value}}}[form]
        text = json.dumps(document)
        report = check_json(text, registry=registry)
        assert report.to_dict() == check_json(text.encode(), registry=registry).to_dict()
        assert report.to_dict() == check_object(document, registry=registry).to_dict()

    @SETTINGS
    @given(st.binary(max_size=40) | st.text(max_size=40))
    def test_any_bytes_and_any_text_get_a_report(data: bytes | str) -> None:
        report = check_json(data, registry=registry)
        assert report.status in ("invalid", "unreadable")
        assert report.issues

    @SETTINGS
    @given(valid_documents(version), st.data())
    def test_any_damaged_bytes_get_a_report(drawn: Drawn, data: st.DataObject) -> None:
        raw = bytearray(json.dumps(whole(version, drawn[1])).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        report = check_json(bytes(raw), registry=registry)
        assert report.to_dict() == check_json(bytes(raw), registry=registry).to_dict()

    return {name: test for name, test in locals().items() if name.startswith("test_")}


def _has(ome: Any, part: tuple[str | int, ...]) -> bool:
    for key in part:
        try:
            ome = ome[key]
        except (LookupError, TypeError):
            return False
    return True
