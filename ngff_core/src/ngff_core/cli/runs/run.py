"""What a run comes to: its exit code, and whose rules ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from ngff_core.cli.runs.progress import Progress
from ngff_core.errors import PluginError, is_stop, stop_code
from ngff_core.issues.findings import finding
from ngff_core.issues.requirement import Severity
from ngff_core.report.clearing import without_secrets
from ngff_core.report.formats.text_parts import one_line
from ngff_core.report.report import Report
from ngff_core.words import printable

if TYPE_CHECKING:
    from ngff_core.cli.runs.baselines import Baselines
    from ngff_core.validation.many.shards import Shard

__all__ = ["Run"]

ERRORS_ONLY = "errors-only"
FAILED = 10  # stores that are named when a run is broken off


class Run:
    """What a run comes to: its exit code, and whose rules ran; ``stop`` is what broke it off, if anything did."""

    def __init__(
        self, strict: bool, shard: Shard | None, baselines: Baselines | None, *, errors_only: bool = False
    ) -> None:
        self.rule_sets: set[str] = set()
        self._errors_only = errors_only
        self._codes: set[int] = set()
        self._verdicts: Counter[str] = Counter()
        self._failed: list[str] = []
        self._progress = Progress()
        self._strict = strict
        self._shard = shard
        self._baselines = baselines
        self.stop: KeyboardInterrupt | None = None

    def record(self, reports: Iterable[Report], progress: Progress) -> Iterator[Report]:
        """Take note of reports as they go by, without what is known.

        Where the run is broken off, formats are given what was found so far, and a last report that says so: what they
        write is whole. A shard is not: its report is nothing that others can be joined with.
        """
        self._progress = progress
        try:
            yield from self._recorded(reports, progress)
        except KeyboardInterrupt as stop:
            if self._shard is not None or self.stop is not None or not progress.done or not is_stop(stop):
                raise
            self.stop = stop
            message = f"{self.so_far()}; this is not the whole report"
            yield Report(url="", issues=[finding("report-incomplete", message)])

    def check_stop(self) -> None:
        """Raise what broke the run off, if anything did."""
        if self.stop is not None:
            raise self.stop

    def broken_off(self, stop: KeyboardInterrupt) -> int:
        """Say what was done until the run was broken off; return the exit code. Raises what no signal has raised."""
        if not is_stop(stop):
            raise stop
        click.echo(f"\n{self.so_far()}", err=True)
        return stop_code(stop)

    def fail(self, error: PluginError) -> None:
        """Say that something else than a store has failed, which counts for the exit code."""
        click.echo(f"Error: {printable(str(error))}", err=True)
        self._codes.add(error.exit_code)

    def _recorded(self, reports: Iterable[Report], progress: Progress) -> Iterator[Report]:
        for report in map(without_secrets, reports):  # before anything is made of them: baselines, too
            progress.done += 1
            new = report if self._baselines is None else self._baselines.record(report)
            new = new.strictly(self._strict)
            said = new.verdict
            self._verdicts[said] += 1
            if said != "valid" and len(self._failed) < FAILED:
                self._failed.append(one_line(new.url, 200) or "-")
            self._codes.add(new.exit_code())
            self.rule_sets.update(f"{name} {version}" for name, version in new.rule_set.items())
            yield self._of_weight(new) if self._errors_only else new

    def _of_weight(self, report: Report) -> Report:
        """Return a report with what makes it fail: errors, and warnings where those do."""
        counting = (Severity.ERROR, Severity.WARNING) if report.strict else (Severity.ERROR,)
        light = {number for number, issue in enumerate(report.issues) if issue.severity not in counting}
        return report.without(light, ERRORS_ONLY) if light else report

    def so_far(self) -> str:
        """Return what there is to say of a run that was broken off."""
        if not self._progress.done:
            return "interrupted before any store was done"
        words = ", ".join(f"{number} {said}" for said, number in sorted(self._verdicts.items()))
        more = sum(self._verdicts.values()) - self._verdicts["valid"] - len(self._failed)
        failed = f"; not valid: {', '.join(self._failed)}{f' and {more} more' if more else ''}" if self._failed else ""
        return f"interrupted: {self._progress} done: {words}{failed}"

    def finish(self) -> int:
        """Write what is to be written, and return the exit code."""
        if self._baselines is not None:
            self._baselines.finish(self._codes, whole=self._shard is None)
        if self._shard is not None and self._shard.unread:
            self._codes.add(3)
        return Report.exit_code_of(self._codes)
