"""The HTML report as text: one file that names nothing outside, written as reports come, whose links lead somewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Requirement
from ngff_core.report import Report
from ngff_core.report.formats.html.page import render
from ngff_core.report.outline.nodes import Layout, Outline, OutlineNode


def issue(node: str = "", rule: str = "axes-count", requirement: Requirement = MUST, **details: Any) -> Issue:
    return Issue(rule, requirement, requirement.severity, details.pop("message", "bad"), node=node, **details)


def page(*reports: Report, **options: Any) -> str:
    return "".join(render(reports, options))


def body(text: str) -> str:
    return text[text.index("<body>") :]


FIELD = OutlineNode("image", "y x", (("0", OutlineNode("array", "8 × 8")),))
WELL = OutlineNode("well", "1 field", (("0", FIELD),))
ROW = OutlineNode("", "", tuple((str(n), WELL) for n in range(1, 13)))
PLATE = OutlineNode("plate", "", tuple((name, ROW) for name in "ABCDEFGH"))
ROWS, COLUMNS = tuple("ABCDEFGH"), tuple(str(n) for n in range(1, 13))
LAYOUT = Layout(ROWS, COLUMNS, tuple((f"{r}/{c}", i, j) for i, r in enumerate(ROWS) for j, c in enumerate(COLUMNS)))
ISSUES = [
    issue("A/3/0"),
    issue("A/3/0", requirement=SHOULD, rule="axes-unit"),
    issue("", MAY and "x", MAY),
    issue("H/12"),
]


def plate(**more: Any) -> Report:
    return Report(url="plate.zarr", version="0.5", kind="plate", outline=Outline(PLATE, {"": LAYOUT}), **more)


def test_style_and_script_are_those_of_the_policy() -> None:
    text = page(plate(issues=ISSUES))
    (policy,) = re.findall('http-equiv=Content-Security-Policy content="([^"]*)"', text)
    for kind in ("style", "script"):
        (inside,) = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.findall(r"<(?!meta)[^<>]* (?:style|on\w+)=", body(text))


def test_nothing_is_named_that_a_browser_would_ask_for() -> None:
    text = page(plate(issues=ISSUES), plate())
    assert re.findall(r"(?:src|srcset|data|poster|action)=|url\(|@import|<link|<iframe", text) == []
    assert re.findall(r'href="?([^"#>\s]*)[^>]*>', text) == [""] * text.count("href=")


@pytest.mark.parametrize("reports", [[plate(issues=ISSUES)], [plate(issues=ISSUES), plate(), plate(issues=ISSUES)]])
def test_all_links_lead_somewhere_and_every_id_is_there_once(reports: list[Report]) -> None:
    text = body(page(*reports))
    ids = Counter(re.findall(r"\bid=([\w-]+)", text))
    assert [name for name, number in ids.items() if number > 1] == []
    links = re.findall(r"href=#([\w-]+)", text)
    assert len(links) > 8
    assert set(links) <= set(ids)


def test_many_stores_are_written_as_they_come() -> None:
    taken = 0

    def reports() -> Iterator[Report]:
        nonlocal taken
        for number in range(5):
            taken += 1
            yield Report(url=f"{number}.zarr", issues=[issue()])

    pieces = render(reports(), {})
    text = ""
    while "1.zarr" not in text:
        text += next(pieces)
    assert taken == 2
    assert "4.zarr" in text + "".join(pieces)


def test_one_store_has_no_overview() -> None:
    assert "slot=" not in body(page(plate()))
    assert "slot=overview" in page(plate(), plate())
    assert "<h1>0 stores</h1>" in page()


def names(text: str, class_: str) -> list[str]:
    return re.findall(rf"<td class={class_}>?.*?(?:title=\"([^\":]*))", text)


def test_the_map_shows_every_well_and_the_worst_in_it() -> None:
    text = page(plate(issues=[*ISSUES, issue("B/1", rule="document-unreadable", judged=False)]))
    assert names(text, "error") == ["A/3", "H/12"]
    assert names(text, "unreadable") == ["B/1"]
    assert len(names(text, "valid")) == 96 - 3
    assert names(page(plate(issues=[issue("A/1"), issue("A/1", judged=False)])), "error") == ["A/1"]


@pytest.mark.parametrize(
    ("issues", "worst"),
    [
        ([issue("A/1", requirement=MAY)], "info"),
        ([issue("A/1", requirement=MAY), issue("A/1/0/0", requirement=SHOULD)], "warning"),
        ([issue("A/1", requirement=SHOULD), issue("A/1/0", judged=False)], "unreadable"),
        ([issue("A/10")], "valid"),
        ([issue("A")], "valid"),
    ],
)
def test_the_worst_in_a_well(issues: list[Issue], worst: str) -> None:
    assert "A/1" in names(page(plate(issues=issues)), worst)


def test_wells_of_which_not_all_is_listed_are_not_shown_as_sound() -> None:
    some = [issue("A/1", requirement=SHOULD), issue("B/2"), issue("C/3", "other", MAY)]
    cut = plate(issues=some, suppressed_for={("axes-count", "max-findings"): 7})
    text = page(cut)
    assert names(text, "error") == ["B/2"]
    assert names(text, "valid") == []
    assert len(names(text, "unreadable")) == 95
    assert "A/1: 1 warning; not all findings are listed" in text
    assert 'title="H/12: not all findings are listed">?' in text
    lesser = page(plate(issues=some, suppressed_for={("other", "max-findings"): 7}))
    assert (names(lesser, "error"), names(lesser, "warning"), names(lesser, "info")) == (["B/2"], ["A/1"], ["C/3"])
    assert len(names(lesser, "unreadable")) == 93
    chosen = page(plate(issues=some, suppressed_for={("axes-count", "select"): 7}))
    assert len(names(chosen, "valid")) == 93


def test_a_plate_that_nobody_can_draw() -> None:
    layout = Layout(("A",) * 200, ("1",) * 200, ())
    text = page(Report(url="a", outline=Outline(PLATE, {"": layout})))
    assert "200 rows and 200 columns: too many to draw" in text
    assert "<table" not in text


def test_what_is_alike_in_the_hierarchy_is_shown_once() -> None:
    text = body(page(plate()))
    tree = text[text.index("<ul class=tree>") :]
    assert "8 alike" in tree
    assert "12 alike" in tree
    assert tree.count("<li>") == 1 + 1 + 1 + 1 + 1
    tree = body(page(plate(issues=[issue("C/5")]))).partition("<ul class=tree>")[2]
    assert "7 alike" in tree
    assert "11 alike" in tree


def test_without_an_outline_the_nodes_with_findings_are_a_tree() -> None:
    text = page(Report(url="a", issues=[issue("A/1/0"), issue("x" + "/y" * 500)]))
    assert "Where it was found" in text
    assert "Hierarchy" not in text
    assert "class=tree" not in page(Report(url="-", issues=[issue()]))


def test_what_was_not_reported_is_said() -> None:
    left_out = {("axes-count", "select"): 3}
    assert "3 findings not reported (not selected): axes-count 3" in page(plate(suppressed_for=left_out))
    text = page(plate(suppressed_for=left_out), plate())
    assert "3 findings not reported (not selected): axes-count 3" in text


def test_errors_only_leaves_out_stores_that_did_not_fail() -> None:
    reports = [Report(url=name, issues=issues) for name, issues in (("good", []), ("bad", [issue()]))]
    text = body(page(*reports, errors_only=True))
    assert "<h1>2 stores</h1>" in text
    assert "bad" in text
    assert "good" not in text


def test_rules_are_explained_where_anything_is_known_of_them() -> None:
    asked = []

    def rules() -> Iterable[dict[str, Any]]:
        asked.append(1)
        return [
            {"id": "axes-count", "summary": "Two to five <axes>.", "specification": {"0.5": "https://example.org/#a"}}
        ]

    assert asked == []
    text = page(plate(issues=ISSUES), plate(issues=ISSUES), rules=rules)
    assert asked == [1]
    assert "Two to five &lt;axes&gt;." in text
    assert '<a href="https://example.org/#a" rel="noreferrer" target="_blank">OME-Zarr 0.5</a>' in text
    page(plate(), rules=rules)
    assert asked == [1]
