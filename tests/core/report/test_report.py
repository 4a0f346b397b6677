"""Reports: status, exit codes, and their JSON and text forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Requirement
from ngff_core.report import Report
from ngff_core.report.formats import json as json_report
from ngff_core.report.formats import text as text_report
from ngff_core.report.summary import Summary


def issue(rule: str = "axes-count", requirement: Requirement = MUST, message: str = "bad", **details: Any) -> Issue:
    return Issue(rule, requirement, requirement.severity, message, **details)


ERROR, WARNING, INFO = issue(), issue(requirement=SHOULD), issue(requirement=MAY)
UNREAD = issue("document-unreadable", judged=False)


@pytest.mark.parametrize(
    ("issues", "status", "code", "strict"),
    [
        ([], "valid", 0, 0),
        ([INFO], "valid", 0, 0),
        ([WARNING, INFO], "valid", 0, 1),
        ([ERROR], "invalid", 1, 1),
        ([UNREAD], "unreadable", 3, 3),
        ([UNREAD, WARNING], "unreadable", 3, 1),
        ([UNREAD, ERROR], "invalid", 1, 1),
        ([issue("plugin-failed", MAY, judged=False)], "valid", 0, 0),
    ],
)
def test_status_and_exit_code(issues: list[Issue], status: str, code: int, strict: int) -> None:
    report = Report(url="x", issues=issues)
    assert (report.status, report.valid) == (status, status == "valid")
    assert (report.exit_code(), report.exit_code(strict=True)) == (code, strict)


def test_a_report_as_json() -> None:
    report = Report(
        url="a.zarr", version="0.5", kind="plate", issues=[ERROR], counts={"well": 2, "plate": 1}, rules=(5, 2)
    )
    assert report.to_dict() == {
        "url": "a.zarr",
        "status": "invalid",
        "version": "0.5",
        "kind": "plate",
        "counts": {"plate": 1, "well": 2},
        "profile": "spec",
        "rule_set": {},
        "rules": {"run": 5, "skipped": 2},
        "suppressed": {},
        "suppressed_by": {},
        "issues": [ERROR.to_dict()],
    }
    assert list(report.to_dict()["counts"]) == ["plate", "well"]


def test_in_the_strict_profile_warnings_fail() -> None:
    report = Report(url="a.zarr", issues=[WARNING, INFO], profile="strict")
    assert (report.status, report.valid, report.exit_code()) == ("invalid", False, 1)
    assert report.summary() == "not strictly valid: 1 warning in a.zarr\n  axes-count: bad (at /)"
    assert text_from(text_report.render([report], {})).startswith("not strictly valid  a.zarr  ")
    assert Report(url="a.zarr", issues=[INFO], profile="strict").valid


def test_what_is_not_reported_is_counted() -> None:
    counted = {("axes-count", "ignore"): 2, ("no-b", "baseline"): 1, ("axes-count", "baseline"): 1}
    report = Report(url="a.zarr", suppressed_for=counted)
    told = report.to_dict()
    assert told["suppressed"] == {"axes-count": 3, "no-b": 1}
    assert told["suppressed_by"] == {"baseline": 2, "ignore": 2}
    assert json.loads(text_from(json_report.render([report, report], {})))["summary"]["suppressed"] == {
        "axes-count": 6,
        "no-b": 2,
    }


def suppressed_line(configuration: str | None = None, **reasons: dict[str, int]) -> list[str]:
    counted = {(rule, reason): number for reason, rules in reasons.items() for rule, number in rules.items()}
    report = Report(url="a.zarr", suppressed_for=counted)
    lines = text_from(text_report.render([report], {"configuration": configuration})).splitlines()
    assert lines[2:] in ([], ["", "valid  a.zarr"])
    return lines[1:2]


def test_the_text_says_in_one_line_what_is_not_reported_and_why() -> None:
    assert suppressed_line() == []
    assert suppressed_line(select={"a": 1}) == ["  1 finding not reported (not selected): a 1"]
    assert suppressed_line("ngff.toml", ignore={"a": 1, "b": 2}) == [
        "  3 findings not reported (ignored; see ngff.toml): b 2, a 1"
    ]
    assert suppressed_line("ngff.toml", baseline={"a": 1}) == ["  1 finding not reported (in the baseline): a 1"]
    assert suppressed_line("x.toml", select={"a": 1}, ignore={"a": 1}, baseline={"b": 1, "c": 1, "d": 1, "e": 1}) == [
        "  6 findings not reported (1 not selected, 1 ignored, 4 in the baseline; see x.toml):"
        " a 2, b 1, c 1 and 2 more rules"
    ]


def test_a_summary_is_short() -> None:
    report = Report(url="a.zarr", issues=[issue(message=f"bad {n}", node=f"A/{n}", pointer="/x") for n in range(7)])
    assert report.summary(limit=2) == (
        "invalid: 7 errors in a.zarr\n  axes-count: bad 0 (at A/0 /x)\n  axes-count: bad 1 (at A/1 /x)\n  and 5 more"
    )
    assert Report(url="", issues=[ERROR]).summary() == "invalid: 1 error in document\n  axes-count: bad (at /)"
    assert Report(url="x").summary() == "valid: 0 errors in x"


# --- json -------------------------------------------------------------------------------------------


def test_the_json_report_is_one_object() -> None:
    reports = [Report(url="a"), Report(url="b", issues=[WARNING])]
    document = json.loads(text_from(json_report.render(reports, {})))
    assert document == {
        "schema": 1,
        "results": [r.to_dict() for r in reports],
        "summary": {
            "stores": 2,
            "statuses": {"valid": 2, "invalid": 0, "unreadable": 0},
            "versions": {},
            "findings": {"axes-count": {"findings": 1, "stores": 1}},
            "suppressed": {},
        },
    }


def test_json_lines_come_one_by_one() -> None:
    taken: list[str] = []

    def reports() -> Iterator[Report]:
        for url in "ab":
            taken.append(url)
            yield Report(url=url, version="0.5")

    lines = iter(json_report.render_lines(reports(), {}))
    assert json.loads(next(lines)) == {"schema": 1, "result": Report(url="a", version="0.5").to_dict()}
    assert taken == ["a"]
    rest = list(lines)
    assert [json.loads(line).get("result", {}).get("url") for line in rest] == ["b", None]
    assert json.loads(rest[-1])["summary"]["versions"] == {"0.5": 2}
    assert all(line.count("\n") == 1 for line in rest)


def test_the_json_report_holds_no_control_characters() -> None:
    evil = "".join(map(chr, [*range(32), *range(127, 160)])) + "µ"
    text = text_from(json_report.render([Report(url=evil)], {}))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert json.loads(text)["results"][0]["url"] == evil


def test_names_of_files_that_are_no_text_are_written_nevertheless() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert json.loads(text_from(json_report.render([Report(url=name)], {})))["results"][0]["url"] == name


# --- text -------------------------------------------------------------------------------------------


def text_from(pieces: Iterable[str]) -> str:
    return "".join(pieces)


def text_of(*issues: Issue, **members: Any) -> str:
    """Return the text on one report, without the verdict that stands again at its end."""
    report = Report(**{"url": "a.zarr", "version": "0.5", "kind": "image", "issues": list(issues), **members})
    text, _, verdict = text_from(text_report.render([report], {})).removesuffix("\n").rpartition("\n\n")
    return text or verdict


def test_a_clean_report_is_one_line() -> None:
    assert text_of() == "valid  a.zarr  OME-Zarr 0.5 image"
    assert text_of(counts={"image": 1, "array": 5}) == "valid  a.zarr  OME-Zarr 0.5 image (6 nodes)"
    assert text_of(version=None, kind=None, url="") == "valid  -  no OME-Zarr version"


def test_a_defect_with_everything_takes_five_lines() -> None:
    full = issue(
        message="too many axes", node="A/1/0", pointer="/multiscales/0/axes", found="6 axes", expected="2 to 5 axes",
        hint="leave one out", section="axes-md", document=".zattrs", entry=None,
    )  # fmt: skip
    assert text_of(full) == (
        "invalid  a.zarr  OME-Zarr 0.5 image: 1 error\n"
        "\n"
        "error  axes-count  [0.5 §axes-md]\n"
        "  too many axes\n"
        "  at A/1/0  .zattrs /multiscales/0/axes\n"
        "  found 6 axes, expected 2 to 5 axes\n"
        "  hint: leave one out"
    )


def test_what_the_message_says_is_not_said_again() -> None:
    text = text_of(issue(message="found 6, expected 2 to 5", found="6", expected="2 to 5"))
    assert text.splitlines()[2:] == ["error  axes-count", "  found 6, expected 2 to 5", "  at /"]


def test_a_fault_names_the_entry_it_stands_for() -> None:
    assert "error  structure-type (axes-is-array)  [0.5 §axes-md]" in text_of(
        issue("structure-type", entry="axes-is-array", section="axes-md")
    )


def test_the_same_defect_in_many_nodes_is_told_once() -> None:
    wells = [issue(node=f"A/{n}", pointer="/well/images", kind="well", document=".zattrs") for n in range(12)]
    assert text_of(*wells, counts={"well": 12, "plate": 1}).splitlines() == [
        "invalid  a.zarr  OME-Zarr 0.5 image (13 nodes): 12 errors",
        "",
        "error  axes-count",
        "  bad",
        "  at .zattrs /well/images in 12 of 12 wells: A/0, A/1, A/2, ...",
    ]


def test_the_same_defect_in_one_node_is_told_once() -> None:
    text = text_of(*[issue(node="0", pointer=f"/axes/{n}") for n in range(5)])
    assert text.splitlines()[2:] == ["error  axes-count", "  bad", "  at 0  /axes/0, /axes/1, /axes/2 and 2 more"]


def test_nodes_of_several_kinds_are_nodes() -> None:
    text = text_of(issue(node="a", kind="image"), issue(node="b", kind="label-image"))
    assert text.splitlines()[-1] == "  at / in 2 nodes: a, b"


@pytest.mark.parametrize(
    ("kind", "plural"), [("label-image", "label images"), ("series", "series"), ("array", "arrays"), (None, "nodes")]
)
def test_kinds_in_the_plural(kind: str | None, plural: str) -> None:
    assert text_of(issue(node="a", kind=kind), issue(node="b", kind=kind)).endswith(f"in 2 {plural}: a, b")


def test_many_variants_of_one_defect_are_cut() -> None:
    text = text_of(*[issue(message=f"bad {n}", node=str(n)) for n in range(10)])
    assert text.count("error  axes-count") == 4
    assert text.splitlines()[-1] == "  and 6 more of axes-count (--format json lists every one)"


def test_errors_come_first() -> None:
    text = text_of(INFO, WARNING, ERROR)
    assert [line.split()[0] for line in text.splitlines() if line.endswith("axes-count")] == [
        "error",
        "warning",
        "info",
    ]
    assert text.splitlines()[0] == "invalid  a.zarr  OME-Zarr 0.5 image: 1 error, 1 warning, 1 info"


def test_several_reports_end_in_a_sum() -> None:
    reports = [Report(url="a"), Report(url="b", issues=[ERROR]), Report(url="c", issues=[UNREAD]), Report(url="d")]
    assert text_from(text_report.render(reports, {})).splitlines()[-7:] == [
        "error  axes-count  in 1 store",
        "error  document-unreadable  in 1 store",
        "",
        "failed:",
        "  invalid     b  bad",
        "  unreadable  c  bad",
        "4 stores: 2 valid, 1 invalid, 1 unreadable",
    ]


def test_colours_only_when_asked_for() -> None:
    report = Report(url="a", issues=[ERROR])
    assert "\x1b[31merror\x1b[0m" in text_from(text_report.render([report], {"color": True}))
    assert "\x1b" not in text_from(text_report.render([report], {}))


EVIL = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\x1b[2Jgone", "a\nb", "a\r\nb", "tab\t", "\u202etxt.exe", "\ufeff", "\x9b31m", "\udce9", "x" * 500]
)


@given(st.lists(st.tuples(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL), min_size=1, max_size=3))
def test_no_defect_takes_more_than_six_lines_nor_sends_control_characters(texts: list[tuple[str, ...]]) -> None:
    issues = [
        issue(message=m, node=n, pointer=p, found=f, expected=e, hint=h, section="x", document="zarr.json")
        for m, n, p, f, e, h in texts
    ]
    text = text_of(*issues, url=texts[0][1])
    blocks = text.split("\n\n")
    assert len(blocks) <= 1 + len(issues)
    assert all(block.count("\n") < 6 for block in blocks)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert all(len(line) < 640 for block in blocks[1:] for line in block.splitlines())


def test_versions_are_counted_in_the_order_of_their_numbers() -> None:
    summary = Summary()
    for version in ("0.10", "0.9", "0.10", "0.6rc0"):
        summary.count(Report(url="a.zarr", version=version))
    assert list(summary.to_dict()["versions"].items()) == [("0.6rc0", 1), ("0.9", 1), ("0.10", 2)]
