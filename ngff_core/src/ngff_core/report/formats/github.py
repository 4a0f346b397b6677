"""Annotations of GitHub Actions: one workflow command for every finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.files import file_of, is_address
from ngff_core.report.formats.text_parts import details, groups, left_out, location_of, one_line
from ngff_core.report.report import Report
from ngff_core.report.summary import STATUSES, Summary
from ngff_core.words import counted, printable

__all__ = ["render"]

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = re.compile("[%\r\n]")
_PROPERTY = re.compile("[%\r\n:,]")


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each finding, and a last line with the number of stores of each verdict.

    GitHub shows ten annotations of each level for a step, so of findings that differ only in their location the
    first come before all others.
    """
    summary = Summary()
    for report in reports:
        summary.count(report)
        alike = groups(report.issues)
        ordered = [group[0] for group in alike] + [issue for group in alike for issue in group[1:]]
        lines = [_annotation(report, issue, options) for issue in ordered]
        hidden = left_out(report, options.get("configuration"))
        if hidden:
            lines.append(f"ngff: {one_line(report.url, 4096)}: {hidden}\n")
        yield "".join(lines)
    statuses = ", ".join(f"{summary.statuses[status]} {status}" for status in STATUSES if summary.statuses[status])
    yield f"ngff: {counted(summary.stores, 'store')}" + (f": {statuses}" if statuses else "") + "\n"


def _annotation(report: Report, issue: Issue, options: Mapping[str, object]) -> str:
    properties = {}
    path = file_of(report, issue, options)
    if path is not None and not is_address(path):
        properties["file"] = one_line(path, 4096)
    properties["title"] = f"{issue.rule} ({printable(issue.entry)})" if issue.entry else issue.rule
    shown = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items())
    lines = [one_line(issue.message), f"at {location_of(issue)}", details(issue)]
    if issue.hint:
        lines.append(f"hint: {one_line(issue.hint)}")
    if report.url:
        lines.append(f"in {one_line(report.url, 4096)}")
    text = _escaped("\n".join(filter(None, lines)), _DATA)
    return f"::{COMMANDS[issue.severity]} {shown}::{text}\n"


def _escaped(text: str, special: re.Pattern[str]) -> str:
    return special.sub(lambda match: f"%{ord(match[0]):02X}", text)
