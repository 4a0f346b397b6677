"""The worst that was found in each well of a plate, and what is said of a well where the plate lists it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ngff_core.issues.bounding import MAX_FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.outline.nodes import Layout
from ngff_core.zarr.paths import resolve_path

__all__ = ["VERDICTS", "partly_listed", "said_of_wells", "verdicts_of_wells"]

VERDICTS = ("valid", "warning", "unreadable", "invalid")
"""From good to bad."""

_ENTRY = re.compile(r"/plate/wells/([0-9]{1,9})(?:/|$)")


def said_of_wells(path: str, layout: Layout, issues: Iterable[Issue]) -> Iterator[tuple[int, Issue]]:
    """Yield findings at a plate that speak of one of its wells, each behind the number of the well in its layout.

    That a well is not there is such a finding: there is no other place for it.
    """
    numbers = {entry: number for number, entry in enumerate(layout.entries)}
    for issue in issues:
        found = _ENTRY.search(issue.pointer) if issue.node == path else None
        if found is not None and int(found[1]) in numbers:
            yield numbers[int(found[1])], issue


def verdicts_of_wells(
    path: str, layout: Layout, issues: Iterable[Issue], suppressed_for: Mapping[tuple[str, str], int]
) -> list[str]:
    """Return one of `VERDICTS` for each well of a layout, by the worst that was found in it, below it, or said of it.

    ``issues`` and ``suppressed_for`` are those of the report; a well of which something worse may be known than is
    listed there is ``unreadable``.
    """
    issues = list(issues)
    worst = [0] * len(layout.wells)
    numbers: dict[str, list[int]] = {}
    for number, (well, _, _) in enumerate(layout.wells):
        if (target := resolve_path(path, well)) is not None:  # else the plate has a finding on it
            numbers.setdefault(target, []).append(number)
    in_wells = ((number, issue) for issue in issues for number in _wells_above(issue.node, path, numbers))
    for number, issue in [*in_wells, *said_of_wells(path, layout, issues)]:
        worst[number] = max(worst[number], _weight(issue))
    least = max(map(_weight, partly_listed(issues, suppressed_for)), default=0)
    return [VERDICTS[weight if weight >= least else VERDICTS.index("unreadable")] for weight in worst]


def partly_listed(issues: Iterable[Issue], suppressed_for: Mapping[tuple[str, str], int]) -> Iterator[Issue]:
    """Return the findings of rules of which not all findings are listed."""
    cut = {rule for rule, reason in suppressed_for if reason == MAX_FINDINGS}
    return (issue for issue in issues if issue.rule in cut)


def _wells_above(node: str, path: str, numbers: Mapping[str, list[int]]) -> Iterator[int]:
    """Yield the numbers of the wells that a node is, or lies in."""
    while len(node) > len(path):
        yield from numbers.get(node, ())
        node = node.rpartition("/")[0]


def _weight(issue: Issue) -> int:
    if issue.severity is Severity.ERROR:
        return VERDICTS.index("invalid" if issue.judged else "unreadable")
    return VERDICTS.index("warning" if issue.severity is Severity.WARNING else "valid")
