"""The end of a text report: the rules that were broken, the stores that failed, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.palette import Palette
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.report import Report
from ngff_core.report.summary import STATUSES, Summary
from ngff_core.words import counted

__all__ = ["Totals"]

RULES = 10
FAILED = 50  # stores that are named
WORDS = (STATUSES[0], "not strictly valid", *STATUSES[1:])


class Totals:
    """Counts reports as they go by, and remembers the first that failed."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._summary = Summary()
        self._verdicts: Counter[str] = Counter()
        self._first = ("", "", "")
        self._failed: list[tuple[str, str, str]] = []

    @property
    def stores(self) -> int:
        """The number of stores."""
        return self._summary.stores

    def count(self, report: Report) -> None:
        """Count a report."""
        self._summary.count(report)
        said = report.verdict
        self._verdicts[said] += 1
        if said != "valid" and len(self._failed) < FAILED:
            self._failed.append((said, _name(report), _why(report)))
        if self.stores == 1:
            self._first = (said, _name(report), _counts(report))

    def verdict(self) -> str:
        """Return the verdict on the only store in one line."""
        said, url, why = self._first
        return f"{self._palette.verdict(said)}  {url}{f': {why}' if why else ''}"

    def lines(self, *, quiet: bool) -> Iterator[str]:
        """Yield what there is to say of all stores; last the verdict."""
        if not quiet:
            yield from self._rules()
            if self._summary.suppressed:
                yield f"{counted(sum(self._summary.suppressed.values()), 'finding')} not reported"
            if self._summary.versions:
                yield "versions: " + ", ".join(f"{v} in {number}" for v, number in self._summary.by_version())
            yield from self._stores()
        words = [f"{self._verdicts[word]} {self._palette.verdict(word)}" for word in WORDS if self._verdicts[word]]
        yield f"{counted(self.stores, 'store')}: {', '.join(words)}"

    def _rules(self) -> Iterator[str]:
        rules = self._summary.by_weight()
        for rule, number in rules[:RULES]:
            stores = self._summary.stores_with[rule]
            times = "" if number == stores else f", {counted(number, 'time')}"
            severity = self._palette.severity(self._summary.worst[rule])
            yield f"{severity}  {self._palette.rule(rule)}  in {counted(stores, 'store')}{times}"
        if len(rules) > RULES:
            yield f"and {counted(len(rules) - RULES, 'more rule')} (--format json lists them)"

    def _stores(self) -> Iterator[str]:
        """Name the stores that failed."""
        if not self._failed:
            return
        yield ""
        yield "failed:"
        width = max(len(said) for said, _, _ in self._failed)
        for said, url, why in self._failed:
            yield f"  {self._palette.verdict(said)}{' ' * (width - len(said))}  {url}  {why}"
        more = self.stores - self._verdicts["valid"] - len(self._failed)
        if more:
            yield f"  and {more} more (--quiet --errors-only names them all)"


def _name(report: Report) -> str:
    return one_line(report.url, 4096) or "-"


def _why(report: Report) -> str:
    """Say in a few words why a store failed: the only error, or how many there are."""
    errors = [issue for issue in report.issues if issue.severity is Severity.ERROR]
    return one_line(errors[0].message, 120) if len(errors) == 1 else _counts(report)


def _counts(report: Report) -> str:
    return ", ".join(counted(report.count(level), level.value) for level in Severity if report.count(level))
