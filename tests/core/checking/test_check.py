"""Running rules: order, crashes, consequences of faults, settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from fakes import Box, Item, broken, make_registry, make_spec, no_big_items

from ngff_core.checking.checker import Checker
from ngff_core.checking.rule import Context, rule
from ngff_core.checking.settings import Settings, matches
from ngff_core.hierarchy import GroupNode, Hierarchy
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.report import Report
from ngff_core.structure import Model, member, model, new_converter, structure
from ngff_core.validation.calls import check_object

Seen = list[tuple[str, str]]


def report_of(value: Any, *rules: Any, **options: Any) -> Report:
    return check_object(value, registry=make_registry(*rules), **options)


def seen(report: Report) -> Seen:
    return [(issue.rule, issue.pointer) for issue in report.issues]


@rule("lab/no-name-b", on=Item, requirement=SHOULD, valid=[{"name": "a"}], invalid=[{"name": "b"}])
def no_name_b(item: Item, ctx: Context) -> Iterator[Issue]:
    """No item is called b."""
    if item.name == "b":
        yield ctx.issue("the name is b", "name", found="b", expected="another name", hint="call it c")


@rule("lab/no-twins", on=Box, requirement=MAY, covers=["box-twins"], valid=[{"items": []}], invalid=[{"items": [1, 1]}])
def no_twins(box: Box, ctx: Context) -> Iterator[Issue]:
    """No two items have one name."""
    names = [item.name for item in box.items if isinstance(item, Item)]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield ctx.issue("twins", "items", index, "name")


@rule("lab/no-returns", on=Box, requirement=MUST, valid=[{}], invalid=[{}])
def returns_nothing(box: Box, ctx: Context) -> None:
    """A rule that returns nothing finds nothing."""


# --- order and place --------------------------------------------------------------------------------


def test_issues_come_in_order_of_place_then_of_rules() -> None:
    items = [{"name": f"n{n}", "size": 10} for n in range(11)]
    items[2] = {"name": "b", "size": 10}
    report = report_of({"items": items, "lid": {"name": "b"}}, no_name_b, no_big_items)
    expected = [("no-big-items", f"/items/{n}/size") for n in range(11)]
    expected.insert(2, ("lab/no-name-b", "/items/2/name"))
    assert seen(report) == [*expected, ("lab/no-name-b", "/lid/name")]


def test_rules_at_one_place_come_in_the_order_of_the_plugin() -> None:
    @rule("a-second", on=Item, requirement=MUST)
    def second(item: Item, ctx: Context) -> Iterator[Issue]:
        """Found after the first."""
        yield ctx.issue("second", "size")

    @rule("z-first", on=Item, requirement=MUST)
    def first(item: Item, ctx: Context) -> Iterator[Issue]:
        """Found before the second."""
        yield ctx.issue("first", "size")

    report = report_of({"items": [{"name": "a"}]}, first, second)
    assert seen(report) == [("z-first", "/items/0/size"), ("a-second", "/items/0/size")]


def test_an_issue_carries_what_the_rule_says() -> None:
    (issue,) = report_of({"items": [{"name": "b"}]}, no_name_b).issues
    assert issue.to_dict() == {
        "rule": "lab/no-name-b",
        "requirement": "SHOULD",
        "severity": "warning",
        "message": "the name is b",
        "node": "",
        "pointer": "/items/0/name",
        "found": '"b"',
        "expected": "another name",
        "hint": "call it c",
        "section": "lab-md",
        "entry": None,
        "document": None,
        "kind": "box",
        "judged": True,
    }


def test_a_rule_may_return_nothing() -> None:
    assert report_of({"items": []}, returns_nothing).issues == []


def test_a_rule_on_a_base_class_sees_subclasses_and_is_given_each_object_once() -> None:
    met: list[str] = []

    @rule("lab/meets", on=Item, requirement=MUST)
    def meets(item: Item, ctx: Context) -> None:
        """Notes what it is given."""
        met.append(item.name)

    report_of({"items": [{"name": "a"}, {"name": "b"}], "lid": {"name": "c"}}, meets)
    assert met == ["a", "b", "c"]


@model
class Leaf(Model):
    """The end of a branch."""

    type: Literal["leaf"] = member(default="leaf")
    size: int = member(wrong="lab-size")


@model
class Branch(Model):
    """A model whose values hold values of its own class."""

    type: Literal["branch"] = member(default="branch")
    parts: list[Leaf | Branch] = member(recursive=True)


def grown(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"type": "branch", "parts": [leaf, {"type": "leaf", "size": 1}]}
    return leaf


@pytest.mark.parametrize("on", [Leaf, Branch])
def test_rules_reach_into_models_that_hold_their_own_class(on: type[Model]) -> None:
    @rule("lab/meets", on=on, requirement=MUST)
    def meets(found: Any, ctx: Context) -> Iterator[Issue]:
        """Reports what it is given."""
        yield ctx.issue("met")

    issues = checked(grown(3, {"type": "leaf", "size": 2}), meets)
    places = {
        Branch: ["", "/parts/0", "/parts/0/parts/0"],
        Leaf: ["/parts/0/parts/0/parts/0", "/parts/0/parts/0/parts/1", "/parts/0/parts/1", "/parts/1"],
    }
    assert [i.pointer for i in issues] == places[on]


def test_a_fault_deep_in_a_model_that_holds_its_own_class_is_found_once() -> None:
    # were each level tried twice, this would never end
    (issue,) = checked(grown(60, {"type": "leaf", "size": "x"}))
    assert (issue.entry, issue.pointer) == ("lab-size", "/parts/0" * 60 + "/size")


def checked(value: Any, *rules: Any) -> list[Issue]:
    checker = Checker(make_spec(), lambda kind: rules if kind is None else (), Settings())
    made, faults = structure(new_converter(), value, Branch)
    return checker.check_model(made, faults, base=(), document=None, kind=None)[0]


# --- crashes ----------------------------------------------------------------------------------------


def test_a_rule_that_crashes_names_its_plugin_and_the_run_goes_on() -> None:
    value = {"items": [{"name": "crash", "size": 10}, {"name": "b", "size": 11}]}
    report = report_of(value, broken, no_big_items)
    assert seen(report) == [
        ("rule-crashed", "/items/0"),
        ("no-big-items", "/items/0/size"),
        ("no-big-items", "/items/1/size"),
    ]
    crash = report.issues[0]
    assert crash.message == "rule 'no-crash' of boxes failed: RuntimeError: it broke"
    assert not crash.judged
    assert report.status == "invalid"


def test_a_crash_alone_leaves_the_document_unjudged() -> None:
    report = report_of({"items": [{"name": "crash"}]}, broken)
    assert (report.status, report.exit_code(), report.valid) == ("unreadable", 3, False)


def test_a_crash_in_the_middle_keeps_what_was_found_before() -> None:
    @rule("lab/half", on=Item, requirement=MUST)
    def half(item: Item, ctx: Context) -> Iterator[Issue]:
        """Finds one thing, then fails."""
        yield ctx.issue("first", "name")
        raise KeyError("x")

    report = report_of({"items": [{"name": "a"}]}, half)
    assert sorted(seen(report)) == [("lab/half", "/items/0/name"), ("rule-crashed", "/items/0")]


def test_a_rule_that_stumbles_over_a_fault_is_no_crash() -> None:
    """The wrong value is reported as such; that a rule did not expect it says nothing new."""

    @rule("lab/short-names", on=Item, requirement=MUST)
    def short_names(item: Item, ctx: Context) -> Iterator[Issue]:
        """Names are short."""
        if len(item.name) > 3:
            yield ctx.issue("long", "name")

    report = report_of({"items": [{"name": 5}, {"name": "long name"}]}, short_names)
    assert seen(report) == [("structure-type", "/items/0/name"), ("lab/short-names", "/items/1/name")]


def test_a_rule_that_never_yields_but_fails_at_once_is_a_crash() -> None:
    @rule("lab/at-once", on=Box, requirement=MUST)
    def at_once(box: Box, ctx: Context) -> None:
        """Fails when it is called."""
        raise ZeroDivisionError("oh")

    (issue,) = report_of({"items": []}, at_once).issues
    assert (issue.rule, issue.message) == ("rule-crashed", "rule 'lab/at-once' of boxes failed: ZeroDivisionError: oh")


# --- faults and their consequences -------------------------------------------------------------------


def test_what_lies_at_or_below_a_fault_is_not_reported_twice() -> None:
    @rule("lab/echo", on=Box, requirement=MUST)
    def echo(box: Box, ctx: Context) -> Iterator[Issue]:
        """Complains everywhere."""
        yield ctx.issue("at the fault", "items", 0, "size")
        yield ctx.issue("below the fault", "items", 0, "size", "x")
        yield ctx.issue("beside the fault", "items", 0, "sizes")
        yield ctx.issue("above the fault", "items", 0)

    report = report_of({"items": [{"name": "a", "size": "3"}]}, echo)
    assert [(i.rule, i.message) for i in report.issues] == [
        ("lab/echo", "above the fault"),
        ("structure-type", 'found "3", expected integer'),
        ("lab/echo", "beside the fault"),
    ]


def test_a_missing_key_hides_nothing_at_its_parent() -> None:
    report = report_of({"items": [{"size": 12}]}, no_big_items)
    assert seen(report) == [("structure-missing", "/items/0"), ("no-big-items", "/items/0/size")]
    assert report.issues[0].entry == "item-name-present"
    assert report.issues[0].section == "items-md"


# --- settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "rule_id", "fits"),
    [
        ("axes-count", "axes-count", True),
        ("axes", "axes-count", True),
        ("axes-", "axes-count", True),
        ("axe", "axes-count", False),
        ("axes-count", "axes", False),
        ("lab", "lab/no-b", True),
        ("lab/", "lab/no-b", True),
        ("lab/no", "lab/no-b", True),
        ("lab/no-", "lab/no-b", True),
        ("lab/n", "lab/no-b", False),
    ],
)
def test_a_pattern_is_an_id_or_the_beginning_of_one(pattern: str, rule_id: str, fits: bool) -> None:
    assert matches(pattern, rule_id) is fits


@pytest.mark.parametrize(
    ("select", "ignore", "kept"),
    [
        ((), (), True),
        (("axes",), (), True),
        (("plate",), (), False),
        ((), ("axes",), False),
        ((), ("plate",), True),
        (("axes-count",), ("axes",), True),
        (("axes",), ("axes-count",), False),
        (("axes",), ("axes",), True),
        (("plate", "axes"), ("plate",), True),
    ],
)
def test_the_longest_pattern_decides(select: tuple[str, ...], ignore: tuple[str, ...], kept: bool) -> None:
    assert Settings(select=select, ignore=ignore).keeps(["axes-count"]) is kept


VALUE = {"items": [{"name": "b", "size": 10, "weight": "x"}, {"name": "b"}]}


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, ["lab/no-name-b", "no-big-items", "structure-type", "lab/no-name-b", "lab/no-twins"]),
        ({"select": ["no"]}, ["no-big-items"]),
        ({"select": ["lab"]}, ["lab/no-name-b", "lab/no-name-b", "lab/no-twins"]),
        ({"select": ["box-twins"]}, ["lab/no-twins"]),
        ({"select": ["structure-type"]}, ["structure-type"]),
        ({"ignore": ["lab/no-name-b", "structure"]}, ["no-big-items", "lab/no-twins"]),
        ({"select": ["lab"], "ignore": ["lab/no-twins"]}, ["lab/no-name-b", "lab/no-name-b"]),
    ],
)
def test_select_and_ignore(options: dict[str, Any], kept: list[str]) -> None:
    report = report_of(VALUE, no_name_b, no_big_items, no_twins, **options)
    assert [issue.rule for issue in report.issues] == kept


def test_faults_are_selected_by_the_entry_they_stand_for_too() -> None:
    value = {"items": [{"name": 5, "size": "x"}]}
    assert seen(report_of(value, select=["item-size"])) == [("structure-type", "/items/0/size")]
    assert seen(report_of(value, ignore=["item-size-integer"])) == [("structure-type", "/items/0/name")]


def test_the_lenient_profile_softens_errors_of_rules_that_say_so() -> None:
    soft = no_big_items.evolve(lenient=Severity.WARNING)
    value = {"items": [{"name": "b", "size": 10}]}
    assert [i.severity for i in report_of(value, soft).issues] == [Severity.ERROR]
    lenient = report_of(value, soft, no_name_b, profile="lenient")
    assert [(i.rule, i.severity, i.requirement) for i in lenient.issues] == [
        ("lab/no-name-b", Severity.WARNING, SHOULD),
        ("no-big-items", Severity.WARNING, MUST),
    ]
    assert lenient.valid


def test_the_lenient_profile_leaves_what_weighs_less_already() -> None:
    @rule("lab/info", on=Item, requirement=MUST, lenient=Severity.WARNING)
    def info(item: Item, ctx: Context) -> Iterator[Issue]:
        """Only tells."""
        yield ctx.issue("info", severity=Severity.INFO)

    report = report_of({"items": [{"name": "a"}]}, info, profile="lenient")
    assert [i.severity for i in report.issues] == [Severity.INFO]


def test_a_rule_may_weigh_other_than_its_requirement() -> None:
    (issue,) = report_of({"items": [{"name": "a", "size": 10}]}, no_big_items.evolve(severity=Severity.INFO)).issues
    assert (issue.severity, issue.requirement) == (Severity.INFO, MUST)


# --- groups, hierarchies, tally ----------------------------------------------------------------------


def test_without_a_store_only_rules_that_need_none_run_on_groups() -> None:
    @rule("lab/alone", on=GroupNode, requirement=MUST, alone=True)
    def alone(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Looks at the document only."""
        yield ctx.issue("alone", "items")

    @rule("lab/store", on=GroupNode, requirement=MUST)
    def in_store(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Looks around."""
        yield ctx.issue("store")

    @rule("lab/whole", on=Hierarchy, requirement=MUST)
    def whole(hierarchy: Hierarchy, ctx: Context) -> Iterator[Issue]:
        """Looks at everything."""
        yield ctx.issue("whole")

    assert seen(report_of({"items": []}, alone, in_store, whole)) == [("lab/alone", "/items")]


def test_rules_on_groups_are_narrowed_by_kind() -> None:
    @rule("lab/on-lids", on=GroupNode, kinds=["lid"], requirement=MUST, alone=True)
    def on_lids(node: GroupNode, ctx: Context) -> Iterator[Issue]:
        """Only for lids."""
        yield ctx.issue("lid")

    assert seen(report_of({"items": []}, on_lids)) == []
    assert seen(report_of({"lid": {"name": "a"}}, on_lids)) == [("structure-missing", ""), ("lab/on-lids", "")]


def test_the_tally_counts_rules_that_had_something_to_look_at() -> None:
    rules = (no_name_b, no_twins, no_big_items)
    assert report_of({"items": [{"name": "a"}]}, *rules).tally() == (3, 0)
    assert report_of({"items": []}, *rules).tally() == (1, 2)


def test_sections_come_from_the_rule_or_from_the_first_word_of_its_id() -> None:
    value = {"items": [{"name": "a", "size": 10}]}
    assert [i.section for i in report_of(value, no_big_items).issues] == ["rules-md"]
    assert [i.section for i in report_of(value, no_big_items.evolve(section="own")).issues] == ["own"]
    assert make_spec().section_of("unknown-rule") is None


def test_shared_results_are_computed_once_for_an_object() -> None:
    computed: list[str] = []

    def survey(item: Item) -> str:
        computed.append(item.name)
        return item.name * 2

    def asks(rule_id: str) -> Any:
        @rule(rule_id, on=Item, requirement=MUST)
        def ask(item: Item, ctx: Context) -> Iterator[Issue]:
            """Asks for the survey."""
            yield ctx.issue(ctx.shared(survey, item))

        return ask

    report = report_of({"items": [{"name": "a"}, {"name": "b"}]}, asks("lab/one"), asks("lab/two"))
    assert [i.message for i in report.issues] == ["aa", "aa", "bb", "bb"]
    assert computed == ["a", "b"]
