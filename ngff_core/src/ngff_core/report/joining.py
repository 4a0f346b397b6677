"""Join what was found in the parts of a store: associative, in any order, and equal to evaluating all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.report.partial import Partial, ReadStats, RulesSeen, Section
from ngff_core.report.report import Report

__all__ = ["join", "partial_of", "report_from"]

_merged = Reference("ngff_core.report.outline.nodes:merged")
_part = Reference("ngff_core.report.part:Part")  # only runs that are divided have parts


def join(partials: Iterable[Partial]) -> Partial:
    """Return the outcome of all parts of a store together.

    What is said of the store itself (version, kind, rule set) is taken from the part with its root, if that is there.
    """
    parts = list(partials)
    if len(parts) == 1:
        return parts[0]
    first = next((part for part in parts if part.trunk), parts[0])
    stats = ReadStats()
    rules = RulesSeen()
    suppressed: Counter[tuple[str, str]] = Counter()
    counts: Counter[str] = Counter()
    for part in parts:
        stats.add(part.stats)
        rules = rules.with_those_of(part.rules)
        suppressed.update(part.suppressed_for)
        counts.update(part.counts)
    return attrs.evolve(
        first,
        sections=_in_order(parts),
        counts=counts,
        rules=rules,
        names={rule: ids for part in parts for rule, ids in part.names.items()},
        stats=stats,
        outline=_merged(part.outline for part in parts) if any(part.outline for part in parts) else None,
        suppressed_for=suppressed,
        trunk=any(part.trunk for part in parts),
    )


def _in_order(parts: Iterable[Partial]) -> tuple[Section, ...]:
    """Return the sections of all parts in order; what each says of a root that none of them can read stands once."""
    sections: list[Section] = []
    of_root: list[Issue] = []
    for part in parts:
        before = tuple(of_root)
        for position, found in part.sections:
            if position == 0:
                found = tuple(issue for issue in found if issue not in before) if before else found
                of_root += found
            sections.append((position, found))
    return tuple(sorted(sections, key=itemgetter(0)))


def report_from(partial: Partial, profile: str, *, part: bool = False) -> Report:
    """Return the report of a whole; ``part``: it is one of several, and says what joining them needs."""
    run, skipped = partial.rules.run, partial.rules.skipped
    return Report(
        url=partial.url,
        version=partial.version,
        kind=partial.kind,
        issues=[issue for _, found in partial.sections for issue in found],
        counts=dict(partial.counts),
        profile=profile,
        rule_set=partial.rule_set,
        rules=(len(run), len(skipped)),
        suppressed_for=dict(partial.suppressed_for),
        part=_part(_positions(partial), tuple(sorted(run)), tuple(sorted(skipped))) if part else None,
        stats=partial.stats,
        outline=partial.outline,
    )


def _positions(partial: Partial) -> tuple[int, ...]:
    return tuple(position for position, found in partial.sections for _ in found)


def partial_of(report: Report) -> Partial:
    """Return what was found in a part, of its report."""
    assert report.part is not None
    found = zip(report.part.positions, report.issues, strict=True)
    return Partial(
        url=report.url,
        version=report.version,
        kind=report.kind,
        sections=tuple((position, (issue,)) for position, issue in found),
        counts=Counter(report.counts),
        rules=RulesSeen(frozenset(report.part.run), frozenset(report.part.skipped)),
        rule_set=report.rule_set,
        suppressed_for=report.suppressed_for,
        stats=report.stats,
        outline=report.outline,
    )
