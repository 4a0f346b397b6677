"""Pointers, requirement levels, issues, and values as short text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import pointer_order, to_pointer
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Requirement, Severity
from ngff_core.words import abbreviate


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ((), ""),
        (("",), "/"),
        (("a", 0, "b"), "/a/0/b"),
        (("a/b", "m~n"), "/a~1b/m~0n"),
        (("~1",), "/~01"),
        (("image-label", "colors", 10), "/image-label/colors/10"),
        (("bioformats2raw.layout",), "/bioformats2raw.layout"),
    ],
)
def test_pointers_are_written_by_rfc_6901(parts: tuple[str | int, ...], pointer: str) -> None:
    assert to_pointer(parts) == pointer


@given(st.lists(st.text() | st.integers(min_value=0), max_size=5))
def test_a_pointer_leads_back_to_its_parts(parts: list[str | int]) -> None:
    pointer = to_pointer(parts)
    read = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    assert read == [str(part) for part in parts]


def test_pointers_sort_parents_first_and_indexes_by_number() -> None:
    pointers = ["/b", "/a/10", "/a/9", "/a", "", "/a/9/x", "/a/²", "/a/x"]
    assert sorted(pointers, key=pointer_order) == ["", "/a", "/a/9", "/a/9/x", "/a/10", "/a/x", "/a/²", "/b"]


def test_severity_follows_from_the_requirement() -> None:
    assert [level.severity for level in (MUST, SHOULD, MAY)] == [Severity.ERROR, Severity.WARNING, Severity.INFO]
    assert [level.value for level in Requirement] == ["MUST", "SHOULD", "MAY"]
    assert [severity.value for severity in Severity] == ["error", "warning", "info"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1.0"),
        ("a", '"a"'),
        ('say "so"', '"say \\"so\\""'),
        ("tab\tbell\x07", '"tab\\tbell\\u0007"'),
        ("µm", '"µm"'),
        ({}, "empty object"),
        ({"a": 1, "b": 2}, "object with keys a, b"),
        ([], "[]"),
        ([1, "a", None, True], '[1, "a", null, true]'),
        ((1.0, 2.0), "[1.0, 2.0]"),
        ([{}, {}], "array of 2"),
        ([[1]], "array of 1"),
    ],
)
def test_values_are_written_as_json(value: Any, text: str) -> None:
    assert abbreviate(value) == text


def test_long_values_are_cut() -> None:
    assert abbreviate("x" * 1000) == '"' + "x" * 58 + "…"
    assert len(abbreviate(list(range(1000)))) == 60
    assert abbreviate([1, 2], limit=4) == "[1,…"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON, st.integers(min_value=5, max_value=100))
def test_short_text_is_bounded(value: Any, limit: int) -> None:
    assert 0 < len(abbreviate(value, limit)) <= limit


def test_an_issue_as_json_has_every_key() -> None:
    issue = Issue("axes-count", MUST, Severity.ERROR, "too many axes", node="A/1", pointer="/multiscales/0/axes")
    assert issue.to_dict() == {
        "rule": "axes-count",
        "requirement": "MUST",
        "severity": "error",
        "message": "too many axes",
        "node": "A/1",
        "pointer": "/multiscales/0/axes",
        "found": None,
        "expected": None,
        "hint": None,
        "section": None,
        "entry": None,
        "document": None,
        "kind": None,
        "judged": True,
    }


def test_an_issue_answers_to_its_rule_and_to_the_entry_it_stands_for() -> None:
    plain = Issue("axes-count", MUST, Severity.ERROR, "")
    fault = Issue("structure-type", MUST, Severity.ERROR, "", entry="axes-is-array")
    assert plain.ids == ("axes-count",)
    assert fault.ids == ("structure-type", "axes-is-array")
