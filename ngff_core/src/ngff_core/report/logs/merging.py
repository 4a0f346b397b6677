"""The report of a run, or of several, made of their logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ngff_core.errors import UsageError
from ngff_core.issues.findings import finding
from ngff_core.report.logs.reading import Results, lines_of
from ngff_core.report.reading import INCOMPLETE
from ngff_core.report.report import Report

__all__ = ["reports_of_logs"]

_HINT = "go on with the run: the same command with --resume"


def reports_of_logs(paths: Sequence[str]) -> Iterator[Report]:
    """Yield the reports of the last run of each log; where one is not complete a finding says so.

    Raises UsageError for logs of runs that judged by different rules, or with different settings.
    """
    known: dict[tuple[str, str], str] = {}
    for path in paths:
        known.setdefault(_by(path), path)
    if len(known) > 1:
        first, second, *_ = known.values()
        raise UsageError(
            f"{first!r} and {second!r} are logs of runs with different rules or settings; judge all with the same"
        )
    (by,) = known
    for path in paths:
        with Results(path, lambda line: line.by == by) as results:
            yield from results
            if not results.complete:
                message = f"the log {path!r} is of a run that was not finished: this is not the whole report"
                yield Report(url="", issues=[finding(INCOMPLETE, message, hint=_HINT)])


def _by(path: str) -> tuple[str, str]:
    """Return by which rules and settings the last result of a log was judged."""
    by = ("", "")
    with open(path, "rb") as file:
        for line in lines_of(file):
            if line is not None and not line.end:
                by = line.by
    return by
