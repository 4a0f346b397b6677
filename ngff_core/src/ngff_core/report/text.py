"""The report for people: few lines for one defect, the same defect in many places told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ngff_core.issue import Issue
from ngff_core.report import Report
from ngff_core.report.summary import STATUSES, Summary
from ngff_core.requirement import Severity

__all__ = ["printable", "render"]

PLACES = 3
RULES = 10
ALIKE = 4
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_PLURALS = {"label-image": "label images", "labels-group": "labels groups", "series": "series"}


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the reports as text, each as it comes; with ``options["color"]`` severities are coloured.

    ``options["strict"]`` says that warnings fail.
    """
    color, strict = bool(options.get("color")), bool(options.get("strict"))
    summary = Summary()
    for report in reports:
        summary.count(report)
        separator = "\n" if summary.stores > 1 else ""
        yield separator + "\n".join(_report(report, color, strict)) + "\n"
    if summary.stores > 1:
        yield "\n" + "\n".join(_totals(summary)) + "\n"


def printable(text: str) -> str:
    """Escape everything in a text that a terminal might take for a command or that hides other text."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape", "backslashreplace").decode(), text)


def _report(report: Report, color: bool, strict: bool) -> Iterable[str]:
    yield _headline(report, color, strict)
    groups = _groups(report.issues)
    for rule, members in groupby(groups, key=lambda group: (group[0].severity, group[0].ids)):
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
    counts = [
        f"{number} {name}{'s' if number != 1 and name != 'info' else ''}"
        for name, number in (
            ("error", report.count(Severity.ERROR)),
            ("warning", report.count(Severity.WARNING)),
            ("info", report.count(Severity.INFO)),
        )
        if number
    ]
    nodes = sum(report.counts.values())
    size = f" ({nodes} nodes)" if nodes > 1 else ""
    status = _styled(report.status, {"valid": "32", "invalid": "31"}.get(report.status, "33"), color)
    if strict and report.status == "valid" and report.exit_code(strict=True):
        status = _styled("not strictly valid", "33", color)
    found = f": {', '.join(counts)}" if counts else ""
    return f"{status}  {_safe(report.url) or '-'}  {what}{kind}{size}{found}"


def _groups(issues: Sequence[Issue]) -> list[list[Issue]]:
    """Put together what differs only in its place; errors first, otherwise in the order of the report."""
    table: dict[tuple[Any, ...], list[Issue]] = {}
    for issue in issues:
        key = (issue.severity, issue.ids, issue.message, issue.found, issue.expected, issue.hint)
        table.setdefault(key, []).append(issue)
    first_of_rule: dict[tuple[Any, ...], int] = {}
    for number, key in enumerate(table):
        first_of_rule.setdefault(key[:2], number)
    return [table[key] for key in sorted(table, key=lambda k: (_ORDER[k[0]], first_of_rule[k[:2]]))]


def _finding(issues: list[Issue], report: Report, color: bool) -> Iterable[str]:
    first = issues[0]
    code = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}[first.severity]
    entry = f" ({first.entry})" if first.entry else ""
    section = f"  [{report.version} §{first.section}]" if first.section and report.version else ""
    yield f"{_styled(first.severity.value, code, color)}  {first.rule}{entry}{section}"
    yield f"  {_one_line(first.message)}"
    yield f"  at {_places(issues, report)}"
    parts = []
    if first.found is not None and first.found not in first.message:
        parts.append(f"found {_one_line(first.found)}")
    if first.expected is not None and first.expected not in first.message:
        parts.append(f"expected {_one_line(first.expected)}")
    if parts:
        yield f"  {', '.join(parts)}"
    if first.hint:
        yield f"  hint: {_one_line(first.hint)}"


def _places(issues: list[Issue], report: Report) -> str:
    nodes = list(dict.fromkeys(issue.node for issue in issues))
    if len(nodes) == 1:
        shown = [_place(issues[0])] + [issue.pointer or "/" for issue in issues[1:PLACES]]
        more = f" and {len(issues) - PLACES} more" if len(issues) > PLACES else ""
        return _one_line(", ".join(shown) + more)
    kinds = {issue.kind for issue in issues}
    kind = kinds.pop() if len(kinds) == 1 else None
    total = report.counts.get(kind or "", 0)
    of_all = f" of {total}" if total >= len(nodes) else ""
    places = {issue.pointer for issue in issues}
    pointer = f"{_document(issues[0])}{places.pop() or '/'} " if len(places) == 1 else ""
    names = ", ".join(node or "/" for node in nodes[:PLACES]) + (", ..." if len(nodes) > PLACES else "")
    return _one_line(f"{pointer}in {len(nodes)}{of_all} {_plural(kind)}: {names}")


def _place(issue: Issue) -> str:
    return f"{issue.node or '/'}  {_document(issue)}{issue.pointer or '/'}"


def _document(issue: Issue) -> str:
    return f"{issue.document} " if issue.document else ""


def _plural(kind: str | None) -> str:
    return _PLURALS.get(kind, f"{kind}s") if kind else "nodes"


def _totals(summary: Summary) -> Iterable[str]:
    rules = summary.by_rule()
    for rule, number in rules[:RULES]:
        stores = summary.stores_with[rule]
        times = "" if number == stores else f", {number} times"
        yield f"{rule}  in {stores} store{'s' if stores != 1 else ''}{times}"
    if len(rules) > RULES:
        yield f"and {len(rules) - RULES} more rules (--format json lists them)"
    if summary.versions:
        yield "versions: " + ", ".join(f"{version} in {number}" for version, number in sorted(summary.versions.items()))
    yield f"{summary.stores} stores: " + ", ".join(
        f"{summary.statuses[status]} {status}" for status in STATUSES if summary.statuses[status]
    )


def _styled(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def _safe(text: str) -> str:
    return printable(text).replace("\n", "\\n")


def _one_line(text: str) -> str:
    text = _safe(text)
    return text if len(text) <= 300 else f"{text[:299]}…"
