"""The overview of many stores: how many of each verdict, rules, versions and writers, and the first that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.html.markup import code, numbered, text, verdict
from ngff_core.report.report import Report
from ngff_core.report.summary import Summary
from ngff_core.words import counted, noun

__all__ = ["NOT_STATED", "Dashboard", "filter_button"]

VERDICTS = ("invalid", "not strictly valid", "unreadable", "valid")
NOT_STATED = "not stated"
RULES = 200  # that are named
WRITERS = 30
_CLASSES = {"invalid": "error", "not strictly valid": "warning"}


class Dashboard:
    """Counts reports as they go by."""

    def __init__(self) -> None:
        self._summary = Summary()
        self._verdicts: Counter[str] = Counter()
        self._writers: Counter[str] = Counter()
        self._writers_known = False

    def count(self, report: Report) -> None:
        """Count a report."""
        self._summary.count(report)
        self._verdicts[report.verdict] += 1
        if report.outline is not None:
            self._writers_known = True
            self._writers.update(report.outline.writers or (NOT_STATED,))
            if len(self._writers) > 100 * WRITERS:  # only the most common are shown
                self._writers = Counter(dict(self._writers.most_common(50 * WRITERS)))

    def overview(self) -> Iterator[str]:
        """Yield what there is to say of all stores."""
        stores = self._summary.stores
        known = [(word, number) for word in VERDICTS if (number := self._verdicts[word])]
        yield "<section slot=overview aria-label=overview><header class=store>"
        yield f"<h1>{numbered(stores)} {noun(stores, 'store')}</h1>\n"
        buttons = (f"<li>{filter_button('verdict', word, f'{numbered(n)} {verdict(word)}')}" for word, n in known)
        yield f"<ul class=verdicts>{''.join(buttons)}</ul>{_bar(known)}</header>\n<div class=totals>"
        yield from self._rules()
        without = stores - sum(self._summary.versions.values())
        yield from _table("version", "Versions", self._summary.by_version() + [(NOT_STATED, without)] * bool(without))
        if self._writers_known:
            yield from _table("writer", "Writer, as stated", self._writers.most_common(WRITERS))
        yield "</div></section>\n"

    def _rules(self) -> Iterator[str]:
        rules = self._summary.by_weight()
        if not rules:
            return
        yield "<div class=wide><h2>Rules</h2><table><thead><tr>"
        yield "<th>severity<th class=rule-id>rule<th class=n>findings<th class=n>stores<tbody>"
        for rule, number in rules[:RULES]:
            severity = Severity(self._summary.worst[rule]).value
            yield f"<tr><td><span class='severity {severity}'>{severity}</span>"
            yield f"<td>{filter_button('rules', rule, code(rule))}<td class=n>{numbered(number)}"
            yield f"<td class=n>{numbered(self._summary.stores_with[rule])}\n"
        yield "</table>"
        if len(rules) > RULES:
            yield f"<p class=omitted>and {counted(len(rules) - RULES, 'more rule')}</p>"
        yield "</div>"


def filter_button(kind: str, value: str, shown: str) -> str:
    """Return a button that leaves only stores of a kind; without the script it is text."""
    return f'<button type=button data-kind={kind} data-value="{text(value)}" aria-pressed=false>{shown}</button>'


def _table(kind: str, title: str, rows: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield f"<div><h2>{title}</h2><table><tbody>"
    for value, number in rows:
        yield f"<tr><td>{filter_button(kind, value, text(value))}<td class=n>{numbered(number)}\n"
    yield "</table></div>"


def _bar(known: list[tuple[str, int]]) -> str:
    """Return the shares of the verdicts as a bar; the numbers stand above it."""
    total, at, parts = sum(number for _, number in known), 0.0, []
    for word, number in known:
        width = 1000 * number / total
        parts.append(f"<rect class={_CLASSES.get(word, word)} x={at:.2f} width={width:.2f} height=10 />")
        at += width
    return f"<svg class=bar viewBox='0 0 1000 10' preserveAspectRatio=none aria-hidden=true>{''.join(parts)}</svg>"
