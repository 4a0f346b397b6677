"""The findings of one store: by rule, what is alike once, with all places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.issues.pages import page_of
from ngff_core.report.formats.html.markup import code, numbered, text
from ngff_core.report.formats.text_parts import details, groups
from ngff_core.report.report import Report
from ngff_core.words import counted

__all__ = ["Broken", "broken_rules", "findings"]

FEW = 8  # places that are shown at once
ELSEWHERE = 'rel="noreferrer" target="_blank"'  # a frame that shows the report may go nowhere
OPEN = 12  # kinds of findings that are shown at once, of all rules
MOST = 20  # of one rule that is opened

Link = Callable[[str], str] | None
"""Gives the id of the element that shows a node; ``None``: there is none."""


@attrs.frozen(eq=False)
class Broken:
    """A rule that was broken in a store: findings of one severity, those that are alike together; ``id`` names it."""

    id: str
    groups: list[list[Issue]]

    @property
    def first(self) -> Issue:
        """The first finding."""
        return self.groups[0][0]

    @property
    def number(self) -> int:
        """How many findings there are."""
        return sum(map(len, self.groups))


def broken_rules(report: Report, store: str) -> list[Broken]:
    """Return the rules that were broken, errors first; ``store`` begins the ids."""
    alike = groupby(groups(report.issues), key=lambda group: (group[0].severity, group[0].ids))
    return [Broken(f"{store}r{number}", list(members)) for number, (_, members) in enumerate(alike)]


def findings(broken: list[Broken], report: Report, rules: Mapping[str, Mapping[str, Any]], link: Link) -> Iterator[str]:
    """Yield the findings of a store, a rule at a time; ``rules`` is what there is to say of each."""
    is_open = sum(len(rule.groups) for rule in broken) <= OPEN
    for rule in broken:
        yield _rule(rule, report, rules.get(rule.first.rule), link, is_open=is_open)


def _rule(rule: Broken, report: Report, row: Mapping[str, Any] | None, link: Link, *, is_open: bool) -> str:
    first = rule.first
    severity = first.severity.value
    entry = f" <span class=faint>({code(first.entry)})</span>" if first.entry else ""
    number = f"<span class=number>{numbered(rule.number)}</span>" if rule.number > 1 else ""
    shown = "".join(_group(group, link) for group in rule.groups[:MOST])
    if rest := rule.groups[MOST:]:
        more = "".join(_group(group, link) for group in rest)
        shown += f"<details class=more><summary>{numbered(len(rest))} more like these</summary>{more}</details>"
    return (
        f'<details class="rule {severity}" id={rule.id}{" open" if is_open else ""}><summary>'
        f'<span class="severity {severity}">{severity}</span> {code(first.rule)}{entry}{number}'
        f"<span class=says>{text(first.message, 300)}</span></summary>\n"
        f"<div class=inside>{_about(first, report, row)}{shown}</div></details>\n"
    )


def _about(first: Issue, report: Report, row: Mapping[str, Any] | None) -> str:
    """Say what the rule asks for, and where that is written."""
    parts = [first.requirement.value if first.requirement else ""]
    if row is not None and row["summary"]:
        parts.append(text(row["summary"]))
    address = row["specification"].get(report.version) if row is not None else None
    if address is not None:
        parts.append(f'<a href="{text(address)}" {ELSEWHERE}>OME-Zarr {text(report.version or "")}</a>')
    page = page_of(first.rule, first.entry)
    if page is not None:
        parts.append(f'<a href="{text(page)}" {ELSEWHERE}>about this rule</a>')
    return f"<p class=about>{' · '.join(filter(None, parts))}</p>"


def _group(issues: list[Issue], link: Link) -> str:
    first = issues[0]
    more = details(first)
    places = "".join(f"<li>{_place(issue, link)}</li>" for issue in issues)
    shown = f"<ul class=places>{places}</ul>"
    if len(issues) > FEW:
        shown = f"<details class=many><summary>{counted(len(issues), 'place')}</summary>{shown}</details>"
    return (
        f"<div class=finding><p class=message>{text(first.message)}</p>"
        + (f"<p class=details>{text(more)}</p>" if more else "")
        + (f"<p class=hint><b>hint</b> {text(first.hint)}</p>" if first.hint else "")
        + f"{shown}</div>\n"
    )


def _place(issue: Issue, link: Link) -> str:
    node = code(issue.node or "/")
    parts = [f"<a href=#{link(issue.node)}>{node}</a>" if link is not None else node]
    parts += [code(part) for part in (issue.document, issue.pointer) if part]
    return " ".join(parts)
