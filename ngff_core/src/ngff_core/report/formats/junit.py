"""JUnit XML: a test suite for every store, a test case for every rule that found something in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.text_parts import details, left_out, location_of, one_line
from ngff_core.report.report import Report
from ngff_core.words import printable

__all__ = ["render"]

_MARKUP = re.compile('[&<>"\n\t\ufffe\uffff]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def render(reports: Iterable[Report], options: Mapping[str, object]) -> Iterator[str]:
    """Yield one document in ASCII, a suite for each store as it comes.

    What makes the exit code 1 is a failure, what could not be evaluated an error; other findings are output of test
    cases that pass.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ngff validate">\n'
    for report in reports:
        yield "".join(_suite(report, options))
    yield "</testsuites>\n"


def _suite(report: Report, options: Mapping[str, Any]) -> Iterator[str]:
    rules: dict[str, list[Issue]] = {}
    for issue in report.issues:
        rules.setdefault(issue.rule, []).append(issue)
    name = one_line(report.url, 4096) or "document"
    cases = [_case(rule, name, issues, report.strict) for rule, issues in rules.items()]
    if not cases:
        cases = [(_opened("testcase", classname=name, name="ngff validate")[:-1] + "/>", None)]
    kinds = [kind for _, kind in cases]
    yield "  " + _opened(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped="0",
    )
    yield "\n"
    if report.rule_set:
        rule_set = ", ".join(f"{distribution} {version}" for distribution, version in report.rule_set.items())
        yield f"    <properties>{_opened('property', name='rule_set', value=rule_set)[:-1]}/></properties>\n"
    for lines, _ in cases:
        yield f"    {lines}\n"
    hidden = left_out(report, options.get("configuration"))
    if hidden:
        yield f"    <system-out>{_text(hidden)}</system-out>\n"
    yield "  </testsuite>\n"


def _case(rule: str, classname: str, issues: list[Issue], strict: bool) -> tuple[str, str | None]:
    """Return a test case, and what came of it: a failure, an error, or nothing."""
    failing = [issue for issue in issues if _fails(issue, strict)]
    passing = [issue for issue in issues if not _fails(issue, strict)]
    kind = None
    parts = [_opened("testcase", classname=classname, name=rule)]
    if failing:
        kind = "failure" if any(issue.judged for issue in failing) else "error"
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        message = one_line(failing[0].message) + more
        parts.append(_opened(kind, message=message, type=failing[0].severity.value))
        parts.append(_text("\n".join(map(_described, failing))) + f"</{kind}>")
    if passing:
        parts.append("<system-out>" + _text("\n".join(map(_described, passing))) + "</system-out>")
    return "".join(parts) + "</testcase>", kind


def _fails(issue: Issue, strict: bool) -> bool:
    return issue.severity is Severity.ERROR or (strict and issue.severity is Severity.WARNING)


def _described(issue: Issue) -> str:
    entry = f" ({issue.entry})" if issue.entry else ""
    lines = [f"{issue.severity.value}{entry}  at {location_of(issue)}", f"  {one_line(issue.message)}"]
    if details(issue):
        lines.append(f"  {details(issue)}")
    if issue.hint:
        lines.append(f"  hint: {one_line(issue.hint)}")
    return "\n".join(lines)


def _opened(tag: str, **attributes: str) -> str:
    text = "".join(f' {name}="{_escaped(value)}"' for name, value in attributes.items())
    return f"<{tag}{text}>"


def _text(text: str) -> str:
    return _escaped(text).replace("&#10;", "\n")


def _escaped(text: str) -> str:
    """Write text so that every parser of XML 1.0 reads it, whatever the encoding: in ASCII."""
    safe = _MARKUP.sub(
        lambda match: _NAMED.get(match[0], f"\\u{ord(match[0]):04x}"), "\n".join(map(printable, text.split("\n")))
    )
    return safe.encode("ascii", "xmlcharrefreplace").decode()
