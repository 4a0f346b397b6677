"""What the user chose: severities, globs, preview rules, options, and the count of what is not reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import Box, Item, box_store, broken, make_registry, no_big_items

from ngff_core import __version__, check_json, check_object, check_store
from ngff_core.checking.choices import PerPath
from ngff_core.checking.rule import Context, rule
from ngff_core.checking.selection import Selection, glob_pattern
from ngff_core.checking.settings import Settings, level_of
from ngff_core.config.load import load_configuration
from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity
from ngff_core.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.testing import findings_of

# --- globs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("glob", "fits", "not_fits"),
    [
        ("labels/**", ["labels", "labels/a", "labels/a/0"], ["", "label", "x/labels"]),
        ("*/*/0", ["A/1/0", "B/12/0"], ["A/1", "A/1/0/0", "A/1/00", "0"]),
        ("**", ["", "a", "a/b"], []),
        ("**/0", ["0", "a/0", "a/b/0"], ["", "a/0/b"]),
        (".", [""], ["a"]),
        ("A/?", ["A/1", "A/x"], ["A/12", "A/"]),
        ("A/[12]", ["A/1", "A/2"], ["A/3", "A/12"]),
        ("A/[!12]", ["A/3"], ["A/1"]),
        ("a.b", ["a.b"], ["axb"]),
        ("/a/", ["a"], ["b"]),
        ("a[", ["a["], ["a"]),
        ("*", ["a", "\n"], ["", "a/b"]),
    ],
)
def test_globs(glob: str, fits: list[str], not_fits: list[str]) -> None:
    pattern = glob_pattern(glob)
    found = {path for path in (*fits, *not_fits) if pattern.fullmatch(f"{path}/" if path else "")}
    assert found == {*fits}


# --- selection ------------------------------------------------------------------------------------------


def issue(rule: str = "axes-count", node: str = "", severity: Severity = Severity.ERROR, **more: Any) -> Issue:
    return Issue(rule, MUST, severity, "bad", node=node, **more)


def selected_of(
    settings: Settings, *issues: Issue, url: str = "a.zarr"
) -> tuple[list[tuple[str, str, str]], dict[Any, int]]:
    selected = Selection(settings, url, {}).apply(issues)
    return [(i.rule, i.node, i.severity.value) for i in selected.issues], dict(selected.suppressed)


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ((), None),
        ((("axes", "warning"),), "warning"),
        ((("axes", "off"), ("axes-count", "info")), "info"),
        ((("axes-count", "info"), ("axes", "off")), "info"),
        ((("plate", "off"),), None),
    ],
)
def test_the_longest_pattern_gives_the_severity(levels: tuple[tuple[str, str], ...], level: str | None) -> None:
    assert level_of(levels, ["axes-count"]) == level


def test_severities_are_changed_and_what_is_off_is_counted() -> None:
    settings = Settings(levels=(("axes", "warning"), ("plate", "off")))
    assert selected_of(settings, issue(), issue("plate-x"), issue("well-x")) == (
        [("axes-count", "", "warning"), ("well-x", "", "error")],
        {("plate-x", "ignore"): 1},
    )


def test_settings_for_some_nodes() -> None:
    settings = Settings(
        per_path=(PerPath(("labels/**",), (), (("axes", "off"),)), PerPath(("*/0",), (), (("axes", "info"),)))
    )
    found = selected_of(settings, issue(), issue(node="labels"), issue(node="labels/0"), issue(node="x/0"))
    assert found == (
        [("axes-count", "", "error"), ("axes-count", "labels/0", "info"), ("axes-count", "x/0", "info")],
        {("axes-count", "ignore"): 1},
    )


def test_settings_for_some_nodes_go_before_those_for_all() -> None:
    settings = Settings(levels=(("axes-count", "off"),), per_path=(PerPath(("a",), (), (("axes", "error"),)),))
    assert selected_of(settings, issue(), issue(node="a")) == (
        [("axes-count", "a", "error")],
        {("axes-count", "ignore"): 1},
    )


@pytest.mark.parametrize(
    ("url", "glob", "fits"),
    [
        ("/data/raw/a.zarr", "raw/*", True),
        ("/data/raw/a.zarr", "raw", False),
        ("/data/raw/a.zarr", "/data/raw/**", True),
        ("/data/raw/a.zarr", "/raw/**", False),
        ("/data/raw/../b.zarr", "b.zarr", True),
        ("/other/a.zarr", "../other/*", True),
        ("s3://lab/raw/a.zarr", "s3://lab/raw/*", True),
        ("s3://lab/raw/a.zarr", "s3://lab/*", False),
        ("s3://lab/raw/a.zarr", "raw/*", False),
    ],
)
def test_settings_for_some_stores(url: str, glob: str, fits: bool) -> None:
    settings = Settings(per_path=(PerPath((), (glob,), (("axes", "off"),)),), folder="/data")
    assert (selected_of(settings, issue(), url=url)[0] == []) is fits


def test_what_could_not_be_judged_is_never_left_out() -> None:
    unread = finding("document-unreadable", "permission denied")
    settings = Settings(
        ignore=("document",), levels=(("document", "off"),), per_path=(PerPath((), (), (("d", "off"),)),)
    )
    assert Selection(settings, "", {}).apply([unread]).issues == [unread]


# --- rules that run all the same --------------------------------------------------------------------


def report_of(value: Any, *rules: Any, **options: Any) -> Report:
    return check_object(value, registry=make_registry(*rules), **options)


VALUE = {"items": [{"name": "a", "size": 10}, {"name": "b", "size": 11, "weight": "x"}]}


def test_what_is_ignored_or_not_selected_is_counted() -> None:
    report = report_of(VALUE, no_big_items, ignore=["no-big-items"])
    assert [i.rule for i in report.issues] == ["structure-type"]
    assert (report.suppressed, report.suppressed_by) == ({"no-big-items": 2}, {"ignore": 2})
    assert report.tally() == (0, 0)
    report = report_of(VALUE, no_big_items, select=["no"])
    assert (report.suppressed, report.suppressed_by) == ({"structure-type": 1}, {"select": 1})
    assert report.tally() == (1, 0)
    assert report_of(VALUE, no_big_items).suppressed == {}


def test_an_ignored_rule_that_crashes_is_not_heard_of() -> None:
    value = {"items": [{"name": "crash"}]}
    assert [i.rule for i in report_of(value, broken).issues] == ["rule-crashed"]
    assert report_of(value, broken, ignore=["no-crash"]).issues == []


def test_a_document_that_could_not_be_judged_stays_so() -> None:
    for text in (b"{", b"[]"):
        report = check_json(text, registry=make_registry(), ignore=["document"])
        assert (report.status, report.suppressed) == ("invalid", {})
    store = MemoryStore({".zgroup": b"{", ".zattrs": b"{"})
    assert not check_store(store, registry=make_registry(), ignore=["document"]).valid


def test_the_nodes_of_a_store_differ(tmp_path: Path) -> None:
    (tmp_path / "ngff.toml").write_text('[[per-path]]\npaths = ["b/**"]\nignore = ["no-big-items"]\n')
    items = {"items": [{"name": "x", "size": 10}]}
    boxes = {"": {"version": "9.1", "items": [{"name": "a"}, {"name": "b"}]}, "a": items, "b": items, "b/x": items}
    store = MemoryStore(box_store(boxes))
    report = check_store(store, registry=make_registry(no_big_items), config=tmp_path / "ngff.toml")
    assert [i.node for i in report.issues if i.rule == "no-big-items"] == ["a"]
    assert report.suppressed == {"no-big-items": 2}


# --- preview rules ----------------------------------------------------------------------------------


@rule("lab/new-a", on=Box, requirement=SHOULD, preview=True, aliases=["lab/newer"], valid=[{}], invalid=[{}])
def new_a(box: Box, ctx: Context) -> Iterator[Issue]:
    """A new rule."""
    yield ctx.issue("new")


@pytest.mark.parametrize(
    ("options", "runs"),
    [
        ({}, False),
        ({"select": ["lab"]}, False),
        ({"select": ["lab/new-a"]}, True),
        ({"select": ["lab/newer"]}, True),
        ({"preview": ["lab/new-a"]}, True),
        ({"preview": ["lab"]}, True),
        ({"preview": ["all"]}, True),
        ({"preview": ["document"]}, False),
        ({"profile": "strict"}, False),
    ],
)
def test_a_preview_rule_runs_when_it_is_asked_for(options: dict[str, Any], runs: bool) -> None:
    report = report_of({"items": []}, new_a, **options)
    assert [i.rule for i in report.issues] == (["lab/new-a"] if runs else [])
    assert report.suppressed == {}
    assert report.tally() == (int(runs), 0)


def test_the_examples_of_a_preview_rule_are_run() -> None:
    assert [i.rule for i in findings_of(new_a, {"items": []}, "9.1", make_registry())] == ["lab/new-a"]


# --- profiles ---------------------------------------------------------------------------------------


def test_the_strict_profile() -> None:
    @rule("lab/should", on=Box, requirement=SHOULD, valid=[{}], invalid=[{}])
    def should(box: Box, ctx: Context) -> Iterator[Issue]:
        """Never satisfied."""
        yield ctx.issue("it should")

    report = report_of({"items": []}, should, profile="strict")
    assert (report.profile, report.status, report.valid, report.exit_code()) == ("strict", "invalid", False, 1)
    assert [i.severity for i in report.issues] == [Severity.WARNING]
    assert report_of({"items": []}, should).valid


def test_a_profile_that_there_is_not() -> None:
    with pytest.raises(UsageError, match=r"unknown profile 'strickt'; did you mean 'strict'\?"):
        report_of({}, profile="strickt")


# --- options of rules -------------------------------------------------------------------------------


@rule("lab/limit", on=Item, requirement=MAY, options={"limit": 5, "names": ("x",)}, valid=[{}], invalid=[{}])
def limit(item: Item, ctx: Context) -> Iterator[Issue]:
    """Items are no bigger than an option says."""
    if isinstance(item.size, int) and item.size > ctx.options["limit"] and item.name not in ctx.options["names"]:
        yield ctx.issue(f"over {ctx.options['limit']}", "size")


def test_options_change_what_a_rule_finds(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[options."lab/limit"]\nlimit = 10\nnames = ["c"]\n')
    value = {"items": [{"name": "a", "size": 9}, {"name": "b", "size": 11}, {"name": "c", "size": 12}]}
    assert [i.message for i in report_of(value, limit).issues] == ["over 5"] * 3
    assert [i.message for i in report_of(value, limit, config=tmp_path / "a.toml").issues] == ["over 10"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("limt = 1", "unknown key 'limt'; did you mean 'limit'?"),
        ("limit = 1.5", 'options."lab/limit".limit: found 1.5, expected an integer'),
        ("limit = true", "found true, expected an integer"),
        ('limit = "1"', "found '1', expected an integer"),
        ('names = "x"', "names: found 'x', expected an array"),
        ("names = [1]", "names[0]: found 1, expected a string"),
    ],
)
def test_options_that_there_are_not(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(f'[options."lab/limit"]\n{text}\n')
    with pytest.raises(UsageError) as caught:
        report_of({"items": []}, limit, config=tmp_path / "a.toml")
    assert message in str(caught.value)


def test_options_of_other_types(tmp_path: Path) -> None:
    mixed = limit.evolve(options={"on": True, "share": 0.5, "any": ()})
    registry = make_registry(mixed)
    (tmp_path / "a.toml").write_text('[options."lab/limit"]\non = false\nshare = 1\nany = ["a", 1, true]\n')
    settings = load_configuration(tmp_path / "a.toml", registry).settings
    assert dict(settings.options) == {"lab/limit": (("on", False), ("share", 1), ("any", ("a", 1, True)))}
    assert hash(settings) == hash(settings)
    (tmp_path / "a.toml").write_text('[options."lab/limit"]\nany = [{}]\n')
    with pytest.raises(UsageError, match=r"any\[0\]: found a table, expected a string"):
        load_configuration(tmp_path / "a.toml", registry)


def test_options_in_tests_of_rules() -> None:
    example = {"name": "a", "size": 9}
    registry = make_registry()
    assert len(findings_of(limit, example, "9.1", registry)) == 1
    assert findings_of(limit, example, "9.1", registry, options={"limit": 9}) == []


# --- the rule set -----------------------------------------------------------------------------------


def test_the_rule_set_names_what_judges() -> None:
    report = report_of({"items": []}, no_big_items)
    assert report.rule_set == {"boxes": "", "ngff-core": __version__}
