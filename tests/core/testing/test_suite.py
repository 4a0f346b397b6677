"""The public suite for versions, on a made-up one: it passes what is right and fails what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from fakes import box_store, broken, make_registry, no_big_items

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.structure import Model
from ngff_core.testing.suite import Subject, guarantee_tests, rule_tests

BOX = {
    "items": [{"name": "a", "size": 3, "is-fragile": True, "tags": ["x"], "notes": {"k": [1]}}],
    "own": {"kept": None},
}
SUBJECT = Subject(
    make_registry(no_big_items),
    "9.1",
    documents={"box": BOX},
    stores={"box": box_store({"": BOX, "a": {"items": []}})},
    parts={"box": (("items", 0, "tags"), ("items", 0, "notes"))},
)

globals().update(guarantee_tests(SUBJECT))
globals().update(rule_tests(SUBJECT.registry, "9.1"))


def run(test: Any, *arguments: Any) -> None:
    """Run a test as pytest would, without its settings for speed."""
    test(*arguments)


def test_parts_are_compared_where_there_are_several() -> None:
    assert "test_partial" in guarantee_tests(SUBJECT)
    assert "test_partial" not in guarantee_tests(attrs.evolve(SUBJECT, documents={"box": {"items": []}}))


def test_strictness_is_tested_where_there_is_an_oracle() -> None:
    assert "test_strict" not in guarantee_tests(SUBJECT)
    assert "test_strict" in guarantee_tests(attrs.evolve(SUBJECT, oracle=lambda version, kind, value: []))


def test_an_oracle_that_disagrees_fails() -> None:
    subject = attrs.evolve(SUBJECT, oracle=lambda version, kind, value: [("type", ("items",))])
    with pytest.raises(AssertionError):
        run(guarantee_tests(subject)["test_strict"])


def test_a_document_that_is_not_valid_fails() -> None:
    subject = attrs.evolve(SUBJECT, documents={"box": {"items": [{"name": 5}]}})
    with pytest.raises(AssertionError):
        run(guarantee_tests(subject)["test_the_documents_that_are_changed_are_valid"])


def test_a_rule_that_stumbles_fails() -> None:
    documents = {"box": {"items": [{"name": "crash", "size": 1}]}}
    subject = attrs.evolve(SUBJECT, registry=make_registry(broken), documents=documents)
    with pytest.raises(AssertionError, match="it broke"):
        run(guarantee_tests(subject)["test_no_value_at_any_place_puts_a_rule_out"], "box")


@rule("lab/silent", on=Model, requirement=MUST, valid=[{"items": []}], invalid=[{"items": []}])
def silent(box: Model, ctx: Context) -> Iterator[Issue]:
    """Nothing is said"""
    yield from ()


def test_a_rule_that_says_nothing_fails() -> None:
    tests = rule_tests(SUBJECT.registry, "9.1", [silent, silent])
    cases = tests["test_examples"].pytestmark[0].args[1]  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="expected a finding, got none"):
        run(tests["test_examples"], next(case for case in cases if not case.valid))
    with pytest.raises(AssertionError):
        run(tests["test_every_rule_explains_itself"])
    with pytest.raises(AssertionError):
        run(tests["test_no_rule_stands_twice"])
