"""One store: by itself, or among many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ngff_core.report.formats.html.findings import broken_rules, findings
from ngff_core.report.formats.html.markup import badges, code, counts_in_words, numbered, numbers_of, text, verdict
from ngff_core.report.formats.text_parts import left_out
from ngff_core.report.report import Report
from ngff_core.words import counted

__all__ = ["Shown", "entry", "single"]


class Shown:
    """What the page is made with: the options of the format, what there is to say of rules, and whose rules ran."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._rules: dict[str, Mapping[str, Any]] | None = None
        self.rule_set: dict[str, str] = {}
        self.errors_only = bool(options.get("errors_only"))
        self.configuration: str | None = options.get("configuration")

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """What there is to say of each rule: asked for when the first was broken."""
        if self._rules is None:
            told = self._options.get("rules")
            self._rules = {row["id"]: row for row in told()} if told is not None else {}
        return self._rules


FILTER = (
    "<div class=filter role=search><label class=needs-script>Filter <input type=search id=filter"
    " placeholder='rule, path or words' autocomplete=off></label>"
    "<fieldset><legend>Severity</legend>"
    + "".join(
        f"<label><input type=checkbox id=show-{s} checked> <span class='severity {s}'>{s}</span></label>"
        for s in ("error", "warning", "info")
    )
    + "</fieldset><output id=matches class=needs-script></output></div>\n"
)


def single(report: Report, shown: Shown) -> Iterator[str]:
    """Yield the page of the only store."""
    yield (
        f"<main><header class=store>{verdict(report.verdict)}<h1>{code(report.url or 'document')}</h1>"
        f"<p class=summary>{_summary(report)}</p></header>\n"
    )
    if report.issues:
        yield f"<h2>Findings</h2>\n{FILTER}"
    yield from _inside(report, "s", shown)
    yield "</main>\n"


def entry(report: Report, number: int, shown: Shown) -> Iterator[str]:
    """Yield one store of many: what can be opened where something was found, else a line."""
    head = (
        f"{verdict(report.verdict)} {code(report.url or 'document')} <span class=faint>{_what(report)}</span>"
        f"{badges(numbers_of(report))}"
    )
    if not report.issues and not report.suppressed_for:
        shown.rule_set.update(report.rule_set)
        yield f"<div class=store id=s{number}>{head}</div>\n"
        return
    yield f"<details class=store id=s{number}><summary>{head}</summary><div class=inside>\n"
    yield from _inside(report, f"s{number}", shown)
    yield "</div></details>\n"


def _inside(report: Report, store: str, shown: Shown) -> Iterator[str]:
    shown.rule_set.update(report.rule_set)
    broken = broken_rules(report, store)
    if broken:
        yield from findings(broken, report, shown.rules, lambda node: None)
    if omitted := left_out(report, shown.configuration):
        yield f"<p class=omitted>{text(omitted)}</p>\n"


def _what(report: Report) -> str:
    what = f"OME-Zarr {text(report.version)}" if report.version else "no OME-Zarr version"
    return f"{what} {text(report.kind)}" if report.kind else what


def _summary(report: Report) -> str:
    nodes = sum(report.counts.values())
    parts = [_what(report), counts_in_words(numbers_of(report))]
    if nodes > 1:
        parts.append(f"{numbered(nodes)} nodes")
    if report.rules[0]:
        parts.append(f"{counted(report.rules[0], 'rule')} had something to look at")
    return " · ".join(parts)
