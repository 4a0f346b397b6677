"""The report for people: few lines for one defect, the same defect in many locations or stores shown once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import attrs

from ngff_core.issues.bounding import MAX_FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.palette import Palette
from ngff_core.report.formats.text_parts import (
    details,
    groups,
    left_out,
    locations_of,
    one_line,
)
from ngff_core.report.formats.text_shown import ALIKE, How, Shown
from ngff_core.report.formats.text_totals import Totals
from ngff_core.report.report import Report
from ngff_core.words import counted, printable

__all__ = ["render"]


@attrs.frozen(eq=False, repr=False, slots=False)
class _Look:
    """What the options of the format come to: see docs/formats.md."""

    palette: Palette
    quiet: bool
    errors_only: bool
    configuration: str | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> _Look:
        """Read the options."""
        quiet, errors_only = (bool(options.get(name)) for name in ("quiet", "errors_only"))
        palette = Palette(bool(options.get("color")), bool(options.get("links")))
        return cls(palette, quiet, errors_only, options.get("configuration"))


def render(reports: Iterable[Report], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the reports as text, each as it comes, and the verdict at the end.

    What a store has in common with those before it is named in one line. ``options["color"]`` colours, ``"links"``
    links rules to their pages, ``"quiet"`` asks for one line a store, ``"errors_only"`` leaves out stores that did not
    fail, and ``"configuration"`` is the file that says what is left out.
    """
    look, shown = _Look.of(options), Shown()
    totals = Totals(look.palette)
    passed: Report | None = None
    lines: list[str] = []
    for report in reports:
        totals.count(report)
        if look.errors_only and not report.exit_code():
            passed = report
            yield ""
            continue
        before, lines = lines, list(_store(report, look, shown))
        apart = before and ("" in before or "" in lines)  # what is said at length stands by itself
        yield ("\n" if apart else "") + "\n".join(lines) + "\n"
    if totals.stores == 1 and passed is not None:
        yield _headline(passed, look) + "\n"
    elif totals.stores == 1 and len(lines) > 1:
        yield f"\n{totals.verdict()}\n"
    elif totals.stores > 1:
        apart = lines and not look.quiet
        yield ("\n" if apart else "") + "\n".join(totals.lines(quiet=look.quiet)) + "\n"


def _store(report: Report, look: _Look, shown: Shown) -> Iterator[str]:
    """Yield the lines on one store; a store that shows nothing new has one."""
    if look.quiet:
        yield _headline(report, look)
        return
    omitted = left_out(report, look.configuration)
    if omitted and look.errors_only and set(report.suppressed_by) == {"errors-only"}:
        omitted = None
    long, short, again = _findings(report, look, shown)
    known = f"as above: {_named(again, look.palette)}" if again else ""
    alone = known and not (omitted or short or long)
    yield _headline(report, look) + (f" ({known})" if alone else "")
    if omitted:
        yield f"  {omitted}"
    yield from short
    if known and not alone:
        yield f"  {known}"
    yield from long


def _headline(report: Report, look: _Look) -> str:
    what = f"OME-Zarr {report.version}" if report.version else "no OME-Zarr version"
    kind = f" {report.kind}" if report.kind else ""
    numbers = [(report.count(level), level.value) for level in Severity] if report.issues else []
    counts = [counted(number, name) for number, name in numbers if number]
    nodes = sum(report.counts.values())
    size = f" ({counted(nodes, 'node')})" if nodes > 1 else ""
    found = f": {', '.join(counts)}" if counts else ""
    url = look.palette.paint(one_line(report.url, 4096) or "-", "title")
    return f"{look.palette.verdict(report.verdict)}  {url}  {what}{kind}{size}{found}"


_Named = dict[tuple[Severity, str], int]


def _findings(report: Report, look: _Look, shown: Shown) -> tuple[list[str], list[str], _Named]:
    """Return what there is to say of findings at length, in one line each, and only by the name of the rule."""
    long: list[str] = []
    short: list[str] = []
    again: _Named = {}
    for (severity, ids), members in groupby(groups(report.issues), key=lambda group: (group[0].severity, group[0].ids)):
        rest, length = 0, len(long)
        for issues in members:
            how = shown.take(issues[0])
            if how is How.LONG:
                long += ["", *_finding(issues, report, look.palette)]
            elif how is How.SHORT and severity is Severity.ERROR and length == len(long):
                short.append(_in_one_line(issues, report, look.palette))
            else:
                rest += len(issues)
        if rest and length < len(long):
            whole = "jsonl" if MAX_FINDINGS in report.suppressed_by else "json"
            long.append(f"  and {rest} more of {ids[0]} (--format {whole} lists every one)")
        elif rest:
            again[severity, ids[0]] = rest
    return long, short, again


def _finding(issues: list[Issue], report: Report, palette: Palette) -> Iterable[str]:
    first = issues[0]
    entry = f" ({first.entry})" if first.entry else ""
    section = f"  [{report.version} §{first.section}]" if first.section and report.version else ""
    what = f"{palette.rule(first.rule, first.entry, style='title')}{printable(entry + section)}"
    yield f"{palette.severity(first.severity)}  {what}"
    yield f"  {one_line(first.message)}"
    yield f"  at {locations_of(issues, report)}"
    if details(first):
        yield f"  {details(first)}"
    if first.hint:
        yield f"  hint: {one_line(first.hint)}"


def _in_one_line(issues: list[Issue], report: Report, palette: Palette) -> str:
    first = issues[0]
    severity = palette.severity(first.severity)
    rule = palette.rule(first.rule, first.entry)
    return f"  {severity}  {rule}  {one_line(first.message)}, at {locations_of(issues, report)}"


def _named(again: _Named, palette: Palette) -> str:
    """Name rules that were explained before, with the number of findings."""
    names = [
        f"{palette.severity(severity)} {palette.rule(rule)}{f' {number}' if number > 1 else ''}"
        for (severity, rule), number in list(again.items())[:ALIKE]
    ]
    more = f" and {counted(len(again) - ALIKE, 'more rule')}" if len(again) > ALIKE else ""
    return f"{', '.join(names)}{more}"
