"""The four guarantees of the structure layer, over arbitrary JSON inside arbitrary valid documents of 0.6."""

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
    whole,
)
from hostile import full_documents, hostile_changes, hostile_documents, hostile_stores
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ngff_core.plugins import Registry, discover
from ngff_core.stores import MemoryStore
from ngff_core.validate import check_json, check_object, check_store

VERSION = "0.6"
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v06"])
SETTINGS = settings(max_examples=100, deadline=None)
Drawn = tuple[str, Any]


@SETTINGS
@given(valid_documents(VERSION))
def test_the_documents_that_are_changed_are_valid(drawn: Drawn) -> None:
    kind, ome = drawn
    report = check_object(whole(VERSION, ome), registry=REGISTRY)
    assert (report.kind, report.status) == (kind, "valid"), report.issues


@SETTINGS
@given(damaged(VERSION))
def test_strict(drawn: Drawn) -> None:
    assert_strict(REGISTRY, VERSION, *drawn)


@SETTINGS
@given(damaged(VERSION))
def test_lossless(drawn: Drawn) -> None:
    assert_lossless(REGISTRY, VERSION, *drawn)


@SETTINGS
@given(st.data())
def test_located(data: st.DataObject) -> None:
    kind, ome = data.draw(valid_documents(VERSION))
    change = data.draw(changes(ome))
    assert_located_change(REGISTRY, VERSION, kind, ome, change)
    assert_located(REGISTRY, VERSION, change.applied(ome))


@SETTINGS
@given(st.data())
def test_partial(data: st.DataObject) -> None:
    kind, ome = data.draw(valid_documents(VERSION, kinds=("image", "label-image", "plate")))
    parts = [part for part in PARTS[kind] if _has(ome, part)]
    assume(len(parts) > 1)
    one, other = data.draw(st.permutations(parts))[:2]
    first = data.draw(changes(ome, one))
    second = data.draw(changes(first.applied(ome), other))
    assert_partial(REGISTRY, VERSION, ome, one, first, other, second)


def _has(ome: Any, part: tuple[str | int, ...]) -> bool:
    for key in part:
        try:
            ome = ome[key]
        except (LookupError, TypeError):
            return False
    return True


@SETTINGS
@given(damaged(VERSION))
def test_rules_are_not_put_out_by_bad_data(drawn: Drawn) -> None:
    assert_unfazed(REGISTRY, VERSION, *drawn)


@pytest.mark.parametrize("kind", full_documents(VERSION))
def test_no_value_at_any_place_puts_a_rule_out(kind: str) -> None:
    ome = full_documents(VERSION)[kind]
    for change in hostile_changes(ome):
        changed = change.applied(ome)
        assert_unfazed(REGISTRY, VERSION, kind, changed)
        assert_lossless(REGISTRY, VERSION, kind, changed)
        assert_strict(REGISTRY, VERSION, kind, changed)
        assert_located(REGISTRY, VERSION, changed)


@pytest.mark.parametrize("name", ["image", "plate", "collection", "scene"])
def test_no_value_in_any_document_of_a_store_puts_a_rule_out(name: str) -> None:
    for documents in hostile_documents(hostile_stores(REGISTRY, VERSION)[name]):
        report = check_store(MemoryStore(documents), registry=REGISTRY)
        assert [i.message for i in report.issues if i.rule == "rule-crashed"] == []


# --- reports ------------------------------------------------------------------------------------------


@SETTINGS
@given(JSON | damaged(VERSION).map(lambda drawn: drawn[1]), st.sampled_from(["plain", "ome", "attributes"]))
def test_any_json_gets_a_report_and_always_the_same(value: Any, form: str) -> None:
    document = {"plain": value, "ome": {"ome": value}, "attributes": {"attributes": {"ome": value}}}[form]
    text = json.dumps(document)
    report = check_json(text, registry=REGISTRY)
    assert report.to_dict() == check_json(text.encode(), registry=REGISTRY).to_dict()
    assert report.to_dict() == check_object(document, registry=REGISTRY).to_dict()


@SETTINGS
@given(st.binary(max_size=40) | st.text(max_size=40))
def test_any_bytes_and_any_text_get_a_report(data: bytes | str) -> None:
    report = check_json(data, registry=REGISTRY)
    assert report.status in ("invalid", "unreadable")
    assert report.issues


@SETTINGS
@given(valid_documents(VERSION), st.data())
def test_any_damaged_bytes_get_a_report(drawn: Drawn, data: st.DataObject) -> None:
    raw = bytearray(json.dumps(whole(VERSION, drawn[1])).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    report = check_json(bytes(raw), registry=REGISTRY)
    assert report.to_dict() == check_json(bytes(raw), registry=REGISTRY).to_dict()


# --- nested transformations ---------------------------------------------------------------------------


def nested(depth: int, innermost: Any) -> dict[str, Any]:
    """Return an image with a sequence in a sequence in a sequence ..."""
    for number in range(depth):
        part = {"transformation": innermost, "inputAxes": [0, 1], "outputAxes": [0, 1]}
        kind = {
            0: {"type": "sequence", "transformations": [innermost]},
            1: {"type": "bijection", "forward": innermost, "inverse": {"type": "identity"}},
            2: {"type": "byDimension", "transformations": [part]},
        }
        innermost = kind[number % 3]
    ome = full_documents(VERSION)["image"]
    ome["multiscales"] = ome["multiscales"][:1]
    ome["multiscales"][0]["coordinateTransformations"] = [
        {**innermost, "input": {"name": "physical"}, "output": {"name": "world"}}
    ]
    return ome


def test_a_fault_deep_inside_is_found_once_and_soon() -> None:
    # were every level tried twice, this would take longer than the universe is old
    ome = nested(60, {"type": "scale", "scale": ["a", 1]})
    report = check_object(whole(VERSION, ome), registry=REGISTRY)
    faults = [i for i in report.issues if i.entry == "transform-scale-values-numbers"]
    assert [i.pointer.rpartition("/transformation")[2] for i in faults] == ["s/0/scale/0"]


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_deep_nesting_is_survived(depth: int) -> None:
    text = json.dumps(whole(VERSION, nested(depth // 3, {"type": "identity"})))
    report = check_json(text, registry=REGISTRY)
    assert report.status in ("invalid", "valid", "unreadable")
    assert report.to_dict() == check_json(text, registry=REGISTRY).to_dict()
