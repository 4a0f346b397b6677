"""What a run comes to: its exit code, and whose rules ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ngff_core.report.report import Report

if TYPE_CHECKING:
    from ngff_core.cli.runs.baselines import Baselines
    from ngff_core.validation.many.shards import Shard

__all__ = ["Run"]


class Run:
    """What a run comes to: its exit code, and whose rules ran."""

    def __init__(self, strict: bool, shard: Shard | None, baselines: Baselines | None) -> None:
        self.rule_sets: set[str] = set()
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
            yield new

    def finish(self) -> int:
        """Write what is to be written, and return the exit code."""
        if self._baselines is not None:
            self._baselines.finish(self._codes, whole=self._shard is None)
        if self._shard is not None and self._shard.unread:
            self._codes.add(3)
        return Report.exit_code_of(self._codes)
