"""Words that several report formats share: safe text, locations, and the same finding in many locations shown once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ngff_core.issues.bounding import MAX_FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report
from ngff_core.words import counted, noun, printable, short

__all__ = [
    "details",
    "groups",
    "left_out",
    "location_of",
    "locations_of",
    "one_line",
]

LOCATIONS = 3
SUPPRESSED = 3
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def one_line(text: str, limit: int = 300) -> str:
    """Return a text as one line that is safe to print, of a bounded length."""
    return short(printable(text), limit)


_REASONS = {
    "select": "not selected",
    "ignore": "ignored",
    "baseline": "in the baseline",
    "errors-only": "by --errors-only",
    MAX_FINDINGS: "beyond the first of their rule: see --max-findings",
}


def left_out(report: Report, configuration: str | None = None) -> str | None:
    """Return a line on the findings that are not reported: how many, why, and of which rules; perhaps nothing."""
    total = sum(report.suppressed_for.values())
    if not total:
        return None
    reasons = [(number, words) for reason, words in _REASONS.items() if (number := report.suppressed_by.get(reason))]
    why = ", ".join(f"{number} {words}" if len(reasons) > 1 else words for number, words in reasons)
    if configuration is not None and set(report.suppressed_by) - {"baseline", MAX_FINDINGS}:
        why += f"; see {configuration}"
    rules = sorted(report.suppressed.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{rule} {number}" for rule, number in rules[:SUPPRESSED])
    more = f" and {counted(len(rules) - SUPPRESSED, 'more rule')}" if len(rules) > SUPPRESSED else ""
    return one_line(f"{counted(total, 'finding')} not reported ({why}): {named}{more}")


def groups(issues: Sequence[Issue]) -> list[list[Issue]]:
    """Put together what differs only in its location; errors first, otherwise in the order of the report."""
    table: dict[tuple[Any, ...], list[Issue]] = {}
    for issue in issues:
        key = (issue.severity, issue.ids, issue.message, issue.found, issue.expected, issue.hint)
        table.setdefault(key, []).append(issue)
    first_of_rule: dict[tuple[Any, ...], int] = {}
    for number, key in enumerate(table):
        first_of_rule.setdefault(key[:2], number)
    return [table[key] for key in sorted(table, key=lambda k: (_ORDER[k[0]], first_of_rule[k[:2]]))]


def details(issue: Issue) -> str:
    """Return what was found and expected, as far as the message does not say so already; perhaps nothing."""
    parts = []
    if issue.found is not None and not _says(issue.message, issue.found):
        parts.append(f"found {one_line(issue.found)}")
    bare = issue.expected is not None and issue.expected.isdecimal()  # a number may stand there for something else
    if issue.expected is not None and not _says(
        issue.message, f"expected {issue.expected}" if bare else issue.expected
    ):
        parts.append(f"expected {one_line(issue.expected)}")
    return ", ".join(parts)


def _says(message: str, text: str) -> bool:
    """Tell whether a message holds a text that is no part of a longer word, number or path."""
    start = message.find(text)
    while text and start >= 0:
        before, after = message[start - 1 : start], message[start + len(text) : start + len(text) + 1]
        if not (_in_word(before) and _in_word(text[0])) and not (_in_word(after) and _in_word(text[-1])):
            return True
        start = message.find(text, start + 1)
    return not text


def _in_word(character: str) -> bool:
    return character.isalnum() or (character != "" and character in "_/.")


def location_of(issue: Issue) -> str:
    """Return where one finding lies: node, document, pointer."""
    if not issue.document and not issue.pointer:
        return one_line(issue.node or "/")
    return one_line(f"{issue.node or '/'}  {_document(issue)}{issue.pointer or '/'}")


def locations_of(issues: list[Issue], report: Report) -> str:
    """Return where a group of findings lies: the first few locations, and how many there are."""
    nodes = list(dict.fromkeys(issue.node for issue in issues))
    if len(nodes) == 1:
        shown = [location_of(issues[0])] + [issue.pointer or "/" for issue in issues[1:LOCATIONS]]
        more = f" and {len(issues) - LOCATIONS} more" if len(issues) > LOCATIONS else ""
        return one_line(", ".join(shown) + more)
    kinds = {issue.kind for issue in issues}
    kind = kinds.pop() if len(kinds) == 1 else None
    total = report.counts.get(kind or "", 0)
    of_all = f" of {total}" if total >= len(nodes) else ""
    more = ", ..." if len(nodes) > LOCATIONS else ""
    if len({(issue.document, issue.pointer) for issue in issues}) > 1:
        firsts = {issue.node: issue for issue in reversed(issues)}  # the first one in each node
        shown = [location_of(firsts[node]) for node in nodes[:LOCATIONS]]
        return one_line(f"{', '.join(shown)}{more} ({len(nodes)}{of_all} {noun(2, kind or 'node')})")
    names = ", ".join(node or "/" for node in nodes[:LOCATIONS]) + more
    pointer = f"{_document(issues[0])}{issues[0].pointer or '/'}"
    return one_line(f"{pointer} in {len(nodes)}{of_all} {noun(2, kind or 'node')}: {names}")


def _document(issue: Issue) -> str:
    return f"{issue.document} " if issue.document else ""
