"""The report for people: few lines for one defect, the same defect in many locations shown once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.text_parts import (
    details,
    groups,
    left_out,
    locations_of,
    number_of,
    one_line,
    printable,
    verdict,
)
from ngff_core.report.report import Report
from ngff_core.report.summary import STATUSES, Summary

__all__ = ["printable", "render"]

RULES = 10
ALIKE = 4


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the reports as text, each as it comes; with ``options["color"]`` severities are coloured.

    ``options["strict"]`` says that warnings fail, ``options["configuration"]`` which file says what is left out.
    """
    color, strict = bool(options.get("color")), bool(options.get("strict"))
    summary = Summary()
    for report in reports:
        summary.count(report)
        separator = "\n" if summary.stores > 1 else ""
        lines = list(_report(report, color, strict))
        omitted = left_out(report, options.get("configuration"))
        lines[1:1] = [f"  {omitted}"] if omitted else []
        yield separator + "\n".join(lines) + "\n"
    if summary.stores > 1:
        yield "\n" + "\n".join(_totals(summary)) + "\n"


def _report(report: Report, color: bool, strict: bool) -> Iterable[str]:
    yield _headline(report, color, strict)
    for rule, members in groupby(groups(report.issues), key=lambda group: (group[0].severity, group[0].ids)):
        alike = list(members)
        for issues in alike[:ALIKE]:
            yield ""
            yield from _finding(issues, report, color)
        if len(alike) > ALIKE:
            rest = sum(len(issues) for issues in alike[ALIKE:])
            yield f"  and {rest} more of {rule[1][0]} (--format json lists every one)"


def _headline(report: Report, color: bool, strict: bool) -> str:
    what = f"OME-Zarr {report.version}" if report.version else "no OME-Zarr version"
    kind = f" {report.kind}" if report.kind else ""
    counts = [number_of(report.count(level), level.value) for level in Severity if report.count(level)]
    nodes = sum(report.counts.values())
    size = f" ({nodes} nodes)" if nodes > 1 else ""
    said = verdict(report, strict)
    status = _styled(said, {"valid": "32", "invalid": "31"}.get(said, "33"), color)
    found = f": {', '.join(counts)}" if counts else ""
    return f"{status}  {one_line(report.url, 4096) or '-'}  {what}{kind}{size}{found}"


def _finding(issues: list[Issue], report: Report, color: bool) -> Iterable[str]:
    first = issues[0]
    code = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}[first.severity]
    entry = f" ({first.entry})" if first.entry else ""
    section = f"  [{report.version} §{first.section}]" if first.section and report.version else ""
    yield f"{_styled(first.severity.value, code, color)}  {first.rule}{entry}{section}"
    yield f"  {one_line(first.message)}"
    yield f"  at {locations_of(issues, report)}"
    if details(first):
        yield f"  {details(first)}"
    if first.hint:
        yield f"  hint: {one_line(first.hint)}"


def _totals(summary: Summary) -> Iterable[str]:
    rules = summary.by_rule()
    for rule, number in rules[:RULES]:
        stores = summary.stores_with[rule]
        times = "" if number == stores else f", {number} times"
        yield f"{rule}  in {stores} store{'s' if stores != 1 else ''}{times}"
    if len(rules) > RULES:
        yield f"and {len(rules) - RULES} more rules (--format json lists them)"
    if summary.suppressed:
        yield f"{number_of(sum(summary.suppressed.values()), 'finding')} not reported"
    if summary.versions:
        yield "versions: " + ", ".join(f"{version} in {number}" for version, number in summary.by_version())
    yield f"{summary.stores} stores: " + ", ".join(
        f"{summary.statuses[status]} {status}" for status in STATUSES if summary.statuses[status]
    )


def _styled(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
