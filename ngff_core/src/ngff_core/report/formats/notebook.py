"""What notebooks show of a report, and how all that they show is written: small, escaped, without scripts or requests.

Text has the colour that the notebook gives it, so that it is read on dark ground, too; colours are marks beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ngff_core.issues.issue import Issue
from ngff_core.issues.pages import page_of
from ngff_core.masking import hidden
from ngff_core.report.formats.html.markup import counts_in_words, numbers_of, text
from ngff_core.report.formats.palette import web_color
from ngff_core.report.formats.text_parts import details, groups, locations_of
from ngff_core.report.report import Report
from ngff_core.words import counted

__all__ = ["ROWS", "box", "dot", "name", "report_html", "table", "words"]

ROWS = 20  # of a table; there are methods for more
LONGEST = 300  # characters of one text
ALIKE = 3  # findings of one rule that are not alike
_CELL = "text-align:left;vertical-align:top;padding:.2em .8em .2em 0"


def report_html(report: Report) -> str:
    """Return a report: the verdict, and the findings that are alike once, the first of them."""
    rows = list(_rows(report))
    what = f"OME-Zarr {words(report.version)}" if report.version else "no OME-Zarr version"
    kind = f" {words(report.kind)}" if report.kind else ""
    found = f": {counts_in_words(numbers_of(report))}" if report.issues else ""
    title = f"{dot(report.verdict)} <b>{report.verdict}</b> {name(report.url or 'document')} {what}{kind}{found}"
    more = f"<p>and {counted(len(rows) - ROWS, 'more row')}</p>" if len(rows) > ROWS else ""
    return box(title, table(("", "rule", "finding", "at"), rows[:ROWS]) + more)


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    """Yield a row for each finding, those that are alike together; of one rule a few, and how many more there are."""
    for _, members in groupby(groups(report.issues), key=lambda issues: (issues[0].severity, issues[0].ids)):
        alike = list(members)
        yield from (_finding(issues, report) for issues in alike[:ALIKE])
        rest = sum(map(len, alike[ALIKE:]))
        if rest:
            yield "", f"and {rest} more of {name(alike[0][0].ids[0])}", "", ""


def _finding(issues: Sequence[Issue], report: Report) -> tuple[str, ...]:
    first = issues[0]
    severity = first.severity.value
    rule = name(first.rule) + (f" ({name(first.entry)})" if first.entry else "")
    address = page_of(first.rule, first.entry)
    if address is not None:
        rule = f'<a href="{text(address)}" target="_blank" rel="noreferrer">{rule}</a>'
    said = [words(first.message), words(details(first))]
    said += [f"hint: {words(first.hint)}"] if first.hint else []
    places = f"<bdi>{words(locations_of(list(issues), report))}</bdi>"
    return f"{dot(severity)}&nbsp;{severity}", rule, "<br>".join(filter(None, said)), places


def box(title: str, content: str) -> str:
    """Return markup below a title."""
    return f'<div class="ngff" style="margin:.3em 0"><div>{title}</div>{content}</div>'


def words(raw: str) -> str:
    """Return text as markup, on one line, of a bounded length; notebooks are passed on, so no secret is in it."""
    return text(hidden(raw), LONGEST)


def name(raw: str) -> str:
    """Return a name, a path or a value of a store, which is kept apart from the words around it."""
    return f"<bdi><code>{words(raw)}</code></bdi>"


def dot(verdict: str) -> str:
    """Return a mark in the colour of a verdict or severity; the word stands beside it."""
    return f'<span aria-hidden="true" style="color:{web_color(verdict)}">●</span>'


def table(heads: Iterable[str], rows: Sequence[Iterable[str]]) -> str:
    """Return rows of markup as a table; nothing where there are none."""
    if not rows:
        return ""
    head = "".join(f'<th style="{_CELL}">{cell}</th>' for cell in heads)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    return f'<table style="margin:.3em 0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
