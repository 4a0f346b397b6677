"""From partial outcomes to the report: what the user chose is applied here, and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.issues.bounding import MAX_FINDINGS, over
from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.report.joining import report_from
from ngff_core.report.partial import Partial, Section
from ngff_core.report.report import Report
from ngff_core.structure.model import Model

__all__ = ["Evaluated", "one_section", "report_of"]

_Selection = Reference("ngff_core.checking.selection:Selection")  # few users choose anything


class Evaluated:
    """The outcome of evaluating a document or a part of one, and as much of the typed object as there is."""

    __slots__ = ("model", "partial")

    def __init__(self, partial: Partial, model: Model | None = None) -> None:
        self.partial = partial
        self.model = model


def one_section(issues: Iterable[Issue]) -> tuple[Section, ...]:
    """Return findings of a document, or before all children of a root."""
    return ((0, tuple(issues)),)


def report_of(partial: Partial, settings: Settings, *, part: bool = False) -> Report:
    """Return the report: without findings that the user left out, the others with the severities that the user gave.

    ``part``: it is one of several parts, and says what joining them needs.
    """
    selected = _selected(partial, settings)
    return report_from(_bounded(selected, settings.max_findings), settings.profile, part=part)


def _bounded(partial: Partial, most: int | None) -> Partial:
    """Leave out what comes after the first findings of each rule and severity, and count it."""
    if most is None:
        return partial
    every = [issue for _, issues in partial.sections for issue in issues]
    if len(every) <= most and not any(issue.unlisted for issue in every):
        return partial
    suppressed = Counter(partial.suppressed_for)
    left_out = over(every, most)
    number = 0
    sections = []
    for position, issues in partial.sections:
        kept = []
        for issue in issues:
            more = issue.unlisted + (number in left_out)
            if more:
                suppressed[issue.rule, MAX_FINDINGS] += more
            if number not in left_out:
                kept.append(attrs.evolve(issue, unlisted=0) if issue.unlisted else issue)
            number += 1
        sections.append((position, tuple(kept)))
    return attrs.evolve(partial, sections=tuple(sections), suppressed_for=suppressed)


def _selected(partial: Partial, settings: Settings) -> Partial:
    """Leave out what the user does not want, and count it.

    Where nothing could be evaluated, nothing is left out: the reason is all that there is to report.
    """
    if settings.plain or partial.version is None or not partial.rule_set:
        return partial
    suppressed: Counter[tuple[str, str]] = Counter()
    sections = []
    selection = _Selection(settings, partial.url, partial.names)
    for position, issues in partial.sections:
        selected = selection.apply(issues)
        suppressed.update(selected.suppressed)
        sections.append((position, tuple(selected.issues)))
    return attrs.evolve(partial, sections=tuple(sections), suppressed_for=suppressed)
