"""What a run comes to: its exit code, and whose rules ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report

if TYPE_CHECKING:
    from ngff_core.cli.runs.baselines import Baselines
    from ngff_core.validation.many.shards import Shard

__all__ = ["Run"]

ERRORS_ONLY = "errors-only"


class Run:
    """What a run comes to: its exit code, and whose rules ran."""

    def __init__(
        self, strict: bool, shard: Shard | None, baselines: Baselines | None, *, errors_only: bool = False
    ) -> None:
        self.rule_sets: set[str] = set()
        self._errors_only = errors_only
        self._codes: set[int] = set()
        self._strict = strict
        self._shard = shard
        self._baselines = baselines

    def record(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Take note of reports as they go by, without what is known."""
        for report in reports:
            new = report if self._baselines is None else self._baselines.record(report)
            self._codes.add(new.exit_code(strict=self._strict))
            self.rule_sets.update(f"{name} {version}" for name, version in new.rule_set.items())
            yield self._of_weight(new) if self._errors_only else new

    def _of_weight(self, report: Report) -> Report:
        """Return a report with what makes it fail: errors, and warnings where those do."""
        strict = self._strict or report.profile == "strict"
        counting = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        light = {number for number, issue in enumerate(report.issues) if issue.severity not in counting}
        return report.without(light, ERRORS_ONLY) if light else report

    def finish(self) -> int:
        """Write what is to be written, and return the exit code."""
        if self._baselines is not None:
            self._baselines.finish(self._codes, whole=self._shard is None)
        if self._shard is not None and self._shard.unread:
            self._codes.add(3)
        return Report.exit_code_of(self._codes)
