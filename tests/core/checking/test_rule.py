"""The rule interface: decorator, documentation, examples, and what a context makes of a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from fakes import Item, make_spec, no_big_items

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.errors import PluginError
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.spec import Spec


def a_rule(**options: Any) -> Rule:
    @rule("lab/a-rule", on=Item, requirement=MUST, **options)
    def check(item: Item, ctx: Context) -> Iterator[Issue]:
        """The first line.

        The rest,
        as it stands.
        """
        yield ctx.issue("found")

    return check


def test_a_rule_is_a_value_made_from_a_function() -> None:
    made = a_rule(
        section="own-md", kinds=["box"], alone=True, severity=Severity.INFO, lenient=Severity.WARNING,
        covers=["other"], aliases=["lab/old"], valid=[{"name": "a"}], invalid=[Example({"name": "b"}, "why")],
    )  # fmt: skip
    assert isinstance(made, Rule)
    assert (made.id, made.on, made.requirement, made.section) == ("lab/a-rule", Item, MUST, "own-md")
    assert (made.kinds, made.alone, made.severity, made.lenient) == (("box",), True, Severity.INFO, Severity.WARNING)
    assert made.ids == ("lab/a-rule", "lab/old", "other")
    assert made.valid == (Example({"name": "a"}),)
    assert made.invalid == (Example({"name": "b"}, "why"),)


def test_the_docstring_is_summary_and_documentation() -> None:
    assert a_rule().summary == "The first line."
    assert a_rule().documentation == "The rest,\nas it stands."
    assert no_big_items.documentation == ""


def test_a_rule_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        a_rule().id = "x"  # type: ignore[misc]


def test_a_changed_copy() -> None:
    first = a_rule()
    second = first.evolve(requirement=SHOULD, id="lab/b-rule")
    assert (first.requirement, first.id) == (MUST, "lab/a-rule")
    assert (second.requirement, second.id, second.check) == (SHOULD, "lab/b-rule", first.check)


def test_a_rule_without_a_docstring_is_refused() -> None:
    with pytest.raises(PluginError, match="rule 'lab/x' has no docstring"):

        @rule("lab/x", on=Item, requirement=MUST)
        def check(item: Item, ctx: Context) -> None: ...


def spec_with(sections: dict[str, str]) -> Spec:
    return attrs.evolve(make_spec(), sections=sections)


# --- context ----------------------------------------------------------------------------------------


@pytest.fixture
def context() -> Context:
    made = Context(spec_with({"lab/a": "lab-md"}))
    made._rule = a_rule()
    made._base = ("attributes", "items", 3)
    made._document = "zarr.json"
    made._kind = "box"
    return made


def test_an_issue_lies_where_the_object_is(context: Context) -> None:
    issue = context.issue("wrong", "size", found=[1, 2], expected="one")
    assert (issue.pointer, issue.document, issue.kind, issue.node) == (
        "/attributes/items/3/size", "zarr.json", "box", "",
    )  # fmt: skip
    assert (issue.found, issue.expected, issue.section) == ("[1, 2]", "one", "lab-md")
    assert (issue.rule, issue.requirement, issue.severity) == ("lab/a-rule", MUST, Severity.ERROR)


def test_an_issue_at_the_top_of_the_document(context: Context) -> None:
    assert context.issue("wrong", "attributes", top=True).pointer == "/attributes"


def test_an_issue_in_the_document_of_a_child(context: Context) -> None:
    issue = context.issue("wrong", "shape", 0, node="0", document=".zarray")
    assert (issue.node, issue.pointer, issue.document, issue.kind) == ("0", "/shape/0", ".zarray", None)
    assert context.issue("wrong", node="0").document is None


def test_text_may_stand_for_what_was_found(context: Context) -> None:
    assert context.issue("x", found={"a": 1}, shown="two").found == "two"
    assert context.issue("x").found is None
    assert context.issue("x", found=False).found == "false"


def test_the_severity_of_one_finding(context: Context) -> None:
    assert context.issue("x", severity=Severity.WARNING).severity is Severity.WARNING


def test_options_are_those_of_the_running_rule(context: Context) -> None:
    def context_with(**options: Any) -> Context:
        made = Context(spec_with({}), options={"no-big-items": options})
        made._rule = no_big_items.evolve(options={"limit": 10, "unit": "kg"})
        return made

    assert context_with(limit=3).options == {"limit": 3, "unit": "kg"}
    assert context_with().options == {"limit": 10, "unit": "kg"}
    assert context.options == {}


def test_an_option_of_a_type_that_no_configuration_has_is_refused() -> None:
    with pytest.raises(
        PluginError, match="option 'sizes' of rule 'lab/a-rule' is a list; a tuple can hold several values"
    ):
        a_rule(options={"sizes": [1]})
