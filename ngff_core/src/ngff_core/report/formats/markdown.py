"""A summary in Markdown for a pull request: a table of the stores, and the findings in groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.issues.pages import page_of
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.text_parts import details, groups, left_out, locations_of, one_line
from ngff_core.report.report import Report
from ngff_core.report.summary import STATUSES, Summary
from ngff_core.words import counted, noun

__all__ = ["cell", "code", "render"]

LIMIT = 65_536  # characters of a comment on GitHub
BROKEN = 12_000  # of these for stores with findings,
CLEAN = 4_000  # for those without,
FINDINGS = 40_000  # for what was found,
HIDDEN = 2_000  # and for what is not reported; the rest is for the head and the rules
RULES = 20
PAGE = 5
HEAD = (
    "| store | verdict | version | kind | errors | warnings | info |\n| --- | --- | --- | --- | ---: | ---: | ---: |\n"
)
_TICKS = re.compile("`+")


class _Part:
    """Blocks of text up to a bounded length, and how many were left out."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.blocks: list[str] = []
        self.left_out = 0

    def add(self, block: str) -> None:
        if self.left_out or len(block) > self.room:
            self.left_out += 1
        else:
            self.room -= len(block)
            self.blocks.append(block)

    def fill(self, blocks: Iterator[str]) -> None:
        """Add blocks as long as there is room; what comes after is not even made."""
        while not self.left_out and (block := next(blocks, None)) is not None:
            self.add(block)


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield one text of at most 65,536 characters; what there is no room for is counted.

    What comes from metadata stands in code spans, where nobody is mentioned and nothing becomes a link.
    """
    summary = Summary()
    rule_set: dict[str, str] = {}
    broken, clean, sections, hidden = _Part(BROKEN), _Part(CLEAN), _Part(FINDINGS), _Part(HIDDEN)
    for report in reports:
        yield ""
        summary.count(report)
        rule_set.update(report.rule_set)
        if options.get("errors_only") and not report.exit_code():
            continue
        (broken if report.issues else clean).add(_row(report))
        sections.fill(_section(report))
        suppressed = left_out(report, options.get("configuration"))
        if suppressed:
            hidden.add(f"{code(report.url or 'document')}: {code(suppressed)}\n\n")
    yield f"### ngff validate: {_totals(summary)}\n\n"
    if broken.blocks or clean.blocks:
        yield HEAD + "".join(broken.blocks + clean.blocks) + "\n"
    if broken.left_out or clean.left_out:
        yield f"{counted(broken.left_out + clean.left_out, 'store')} more, for which there is no room here.\n\n"
    yield "".join(sections.blocks)
    if sections.left_out:
        yield "There is no room here for more findings: `ngff validate --format json` lists every one.\n\n"
    yield "".join(hidden.blocks)
    if hidden.left_out:
        yield f"Findings of {counted(hidden.left_out, 'store')} more were not reported.\n\n"
    if summary.stores > 1 and summary.findings:
        yield _by_rule(summary)
    if rule_set:
        yield f"Rules: {code(', '.join(f'{name} {version}' for name, version in sorted(rule_set.items())))}\n"


def code(text: str, limit: int = 300) -> str:
    """Write any text as a code span, safe in a table, too: no Markdown, no mention, no link."""
    text = one_line(text, limit)
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"


def cell(text: str) -> str:
    """Make Markdown safe as a cell of a table."""
    return text.replace("|", "\\|")


def _totals(summary: Summary) -> str:
    statuses = ", ".join(f"{summary.statuses[status]} {status}" for status in STATUSES if summary.statuses[status])
    return f"{counted(summary.stores, 'store')}" + (f", {statuses}" if statuses else "")


def _row(report: Report) -> str:
    said = report.verdict
    shown = said if said == "valid" else f"**{said}**"
    counts = " | ".join(str(report.count(severity)) for severity in Severity)
    version = code(report.version) if report.version else ""
    return f"| {cell(code(report.url or 'document'))} | {shown} | {cell(version)} | {report.kind or ''} | {counts} |\n"


def _section(report: Report) -> Iterator[str]:
    """Yield the findings of a store: errors in the open, what weighs less behind a line to click on."""
    title = f"#### {code(report.url or 'document')}\n\n"
    alike = groups(report.issues)
    for severity in Severity:
        items = [_item(group, report) for group in alike if group[0].severity is severity]
        if not items:
            continue
        number = counted(report.count(severity), severity.value)
        hidden = severity is not Severity.ERROR and not (report.strict and severity is Severity.WARNING)
        for first, part in _pages(items):
            summary = f"<summary>{number}{'' if first else ', more'}</summary>"
            yield title + (f"<details>{summary}\n\n{part}\n</details>\n\n" if hidden else f"{part}\n")
            title = ""


def _pages(items: list[str]) -> Iterator[tuple[bool, str]]:
    """Put items together to blocks of a bounded length, so that a long list is cut and not left out."""
    for start in range(0, len(items), PAGE):
        yield start == 0, "".join(items[start : start + PAGE])


def _item(group: list[Issue], report: Report) -> str:
    first = group[0]
    entry = f" ({code(first.entry)})" if first.entry else ""
    times = f", {len(group)} times" if len(group) > 1 else ""
    address = page_of(first.rule, first.entry)
    rule = f"[{code(first.rule)}]({address})" if address else code(first.rule)
    lines = [f"- **{first.severity.value}** {rule}{entry}{times}: {code(first.message)}"]
    lines.append(f"  at {code(locations_of(group, report))}")
    if details(first):
        lines.append(f"  {code(details(first))}")
    if first.hint:
        lines.append(f"  hint: {code(first.hint)}")
    return "  \n".join(lines) + "\n"


def _by_rule(summary: Summary) -> str:
    rules = summary.by_weight()
    lines = ["| rule | findings | stores |\n| --- | ---: | ---: |\n"]
    lines += [
        f"| {cell(code(rule, 120))} | {number} | {summary.stores_with[rule]} |\n" for rule, number in rules[:RULES]
    ]
    more = (
        f"\n{counted(len(rules) - RULES, 'more rule')} {noun(len(rules) - RULES, 'was')} broken.\n"
        if len(rules) > RULES
        else ""
    )
    return "".join(lines) + more + "\n"
