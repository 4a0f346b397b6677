"""The overview of many stores: how many of each verdict, which rules were broken, which versions there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.report.formats.html.markup import numbered, text, verdict
from ngff_core.report.report import Report
from ngff_core.report.summary import Summary
from ngff_core.words import counted

__all__ = ["Dashboard"]

VERDICTS = ("invalid", "not strictly valid", "unreadable", "valid")


class Dashboard:
    """Counts reports as they go by."""

    def __init__(self) -> None:
        self._summary = Summary()
        self._verdicts: Counter[str] = Counter()

    def count(self, report: Report, number: int) -> None:
        """Count a report."""
        self._summary.count(report)
        self._verdicts[report.verdict] += 1

    def overview(self) -> Iterator[str]:
        """Yield what there is to say of all stores."""
        words = ", ".join(
            f"{numbered(self._verdicts[word])} {verdict(word)}" for word in VERDICTS if self._verdicts[word]
        )
        yield f"<section slot=overview><h1>{counted(self._summary.stores, 'store')}</h1><p class=summary>{words}</p>\n"
        if self._summary.findings:
            rows = "".join(
                f"<tr><td>{text(rule)}<td>{number}<td>{self._summary.stores_with[rule]}"
                for rule, number in self._summary.by_weight()
            )
            yield f"<table><thead><tr><th>rule<th>findings<th>stores<tbody>{rows}</table>\n"
        yield "</section>\n"
