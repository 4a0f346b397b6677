"""Bounds for the number of findings: of each rule the first are kept, and the others counted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import pointer_order

__all__ = ["MAX_FINDINGS", "MOST", "alike", "first_of_each", "over"]

MAX_FINDINGS = "max-findings"
"""The reason for which the others are not reported."""

MOST = 10_000
"""How many findings of each rule and severity are listed of a store for people, who read no more."""


def alike(issue: Issue) -> Hashable:
    """Return what the findings have in common that are counted together: none of them changes the verdict."""
    return issue.rule, issue.severity, issue.judged


def first_of_each(issues: Sequence[Issue], most: int) -> list[Issue]:
    """Return of each rule and severity the first ``most`` by location; the last of them counts the others."""
    table: dict[Hashable, list[int]] = {}
    for number, issue in enumerate(issues):
        table.setdefault(alike(issue), []).append(number)
    kept: list[Issue | None] = [*issues]
    for numbers in table.values():
        if len(numbers) <= most:
            continue
        numbers.sort(key=lambda number: pointer_order(issues[number].pointer))
        last = issues[numbers[most - 1]]
        more = sum(1 + issues[number].unlisted for number in numbers[most:])
        for number in numbers[most:]:
            kept[number] = None
        kept[numbers[most - 1]] = attrs.evolve(last, unlisted=last.unlisted + more)
    return [issue for issue in kept if issue is not None]


def over(issues: Sequence[Issue], most: int) -> set[int]:
    """Return the numbers of the findings that come after the first ``most`` of their rule and severity."""
    met: dict[Hashable, int] = {}
    found = set()
    for number, issue in enumerate(issues):
        key = alike(issue)
        met[key] = met.get(key, 0) + 1
        if met[key] > most:
            found.add(number)
    return found
