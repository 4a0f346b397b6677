"""Reports that somebody has changed, or that were broken off, do not pass for better ones when they are joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.report.formats.json import render
from ngff_core.report.reading import INCOMPLETE, read_report
from ngff_core.report.report import Report

BROKEN = finding("document-not-json", "line 1: unexpected end", document="zarr.json")


def written(path: Path, *reports: Report, change: Any = None) -> str:
    document = json.loads("".join(render(reports, {})))
    if change is not None:
        change(document)
    path.write_text(json.dumps(document))
    return str(path)


def test_attack2_what_was_broken_off_stays_so(tmp_path: Path) -> None:
    broken_off = Report(url="", issues=[finding(INCOMPLETE, "the run was broken off")])
    path = written(tmp_path / "r.json", Report(url="a", issues=[]), broken_off)
    assert [report.status for report in read_report(path).results] == ["valid", "unreadable"]


def _without_issues(document: Any) -> None:
    document["results"][0]["issues"] = []


def _milder(document: Any) -> None:
    document["results"][0]["issues"][0]["severity"] = "info"


def _without_results(document: Any) -> None:
    document["results"] = []


def _other_summary(document: Any) -> None:
    document["summary"]["statuses"]["valid"] = 7


@pytest.mark.parametrize("change", [_without_issues, _milder, _without_results, _other_summary])
def test_attack2_a_report_that_contradicts_itself_is_damaged(tmp_path: Path, change: Any) -> None:
    report = Report(url="a", issues=[BROKEN])
    assert read_report(written(tmp_path / "whole.json", report)).results[0].status == report.status != "valid"
    with pytest.raises(UsageError, match="is damaged at /"):
        read_report(written(tmp_path / "changed.json", report, change=change))


def test_attack2_many_reasons_are_counted_in_one_pass(tmp_path: Path) -> None:
    """As many rules as reasons: each is looked at once, and both sums come out as they were."""
    many = 4000

    def change(document: Any) -> None:
        result = document["results"][0]
        result["suppressed"] = {f"rule-{n}": 1 for n in range(many)}
        result["suppressed_by"] = {f"reason {n}": 1 for n in range(many)}

    (report,) = read_report(written(tmp_path / "r.json", Report(url="a", issues=[]), change=change)).results
    assert len(report.suppressed_for) == many == sum(report.suppressed.values())


@pytest.mark.parametrize("odd", ["\x1b[31m", "\x9b31m", "\x7f", "a\nb", "\u202e", "::error::x"])
@pytest.mark.parametrize(
    "place",
    [("version",), ("kind",), ("issues", 0, "rule"), ("issues", 0, "entry"), ("issues", 0, "section"),
     ("issues", 0, "kind"), ("counts",), ("rule_set",), ("suppressed",)],
)  # fmt: skip
def test_attack4_1_names_that_no_release_writes_are_refused(
    place: tuple[str | int, ...], odd: str, tmp_path: Path
) -> None:
    """They would reach the terminal as they are."""
    document = json.loads("".join(render([Report(url="s", version="0.5", issues=[BROKEN])], {})))
    *way, last = place
    holder: Any = document["results"][0]
    for part in way:
        holder = holder[part]
    holder[last] = {odd: "1.0" if last == "rule_set" else 1} if isinstance(holder[last], dict) else odd
    (tmp_path / "r.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match=f"/results/0/{'/'.join(map(str, place))}: expected"):
        read_report(str(tmp_path / "r.json"))
