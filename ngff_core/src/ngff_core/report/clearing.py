"""Take secrets out of a report: out of the words and places of its findings, not out of how it is built."""

from __future__ import annotations

from operator import is_
from typing import Any

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.masking import hidden, masked
from ngff_core.references import Reference
from ngff_core.report.report import Report

__all__ = ["clean", "without_secrets"]

_with_names = Reference("ngff_core.report.outline.nodes:with_names")

# names of rules, severities, statuses and kinds come from programs, and others read them: a secret that is a word of
# these must not change them
_WORDS = ("message", "node", "pointer", "found", "expected", "hint", "document")


def clean(text: str) -> str:
    """Return a text of a report without what users gave as secrets, and its addresses as they are shown.

    The same for reports of a run as for those of others: what is joined of parts is equal to what is made at once.
    """
    return masked(text) if "://" in text else hidden(text)


def without_secrets(report: Report) -> Report:
    """Return a report without secrets, before anything is made of it: formats write words in whatever way they like."""
    url, issues = clean(report.url), [_without_secrets(issue) for issue in report.issues]
    if report.outline is not None:
        report = attrs.evolve(report, outline=_with_names(report.outline, clean))
    unchanged = url == report.url and all(map(is_, issues, report.issues))
    return report if unchanged else attrs.evolve(report, url=url, issues=issues)


def _without_secrets(issue: Issue) -> Issue:
    told = ((name, text) for name in _WORDS if (text := getattr(issue, name)))
    changed: dict[str, Any] = {name: new for name, text in told if (new := clean(text)) != text}
    return attrs.evolve(issue, **changed) if changed else issue
