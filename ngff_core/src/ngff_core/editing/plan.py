"""What is to be changed in a store, known before anything is touched: documents, and what is found before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import attrs

from ngff_core.editing.outside import copies_outside
from ngff_core.issues.requirement import Severity
from ngff_core.mending.fix import Safety
from ngff_core.migration.interface import Remark
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.upgrade.held.packed import Writes
from ngff_core.upgrade.journal import Rename
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.plan import Made
from ngff_core.words import listed

__all__ = ["LISTED", "EditPlan", "Given", "Mended", "more_errors"]

LISTED = 100_000  # findings of each rule that are looked at
FIRST = 3  # nodes that are named


@attrs.frozen
class Given:
    """A value that was given, as KEY=VALUE, and the groups that it is set in."""

    setting: str
    paths: Sequence[str] = ()


@attrs.frozen
class Mended:
    """A fix as it is made, or could be: the rule whose findings it mends, what it does, how many, and some nodes."""

    rule: str
    summary: str
    safety: Safety
    number: int
    paths: Sequence[str] = ()
    decision: str = ""


@attrs.define(kw_only=True)
class EditPlan:
    """What a command would change in the documents of a store.

    ``command`` is that of `ngff` which planned it (``fix``, ``set``, ...). ``before`` and ``after`` are the reports on
    the store as it is, and as it would be. ``made`` are the fixes that are in it, ``offered`` those that have to be
    asked for, ``decisions`` the answers that were taken, ``given`` the values that are set, ``obstacles`` what keeps it
    from being carried out. ``renames`` are none: pixels stay where they are.
    """

    command: str
    url: str
    read: Recorder = attrs.field(eq=False, repr=False)
    before: Report
    after: Report
    writes: Writes = attrs.field(factory=Writes, repr=False)
    made: Sequence[Mended] = ()
    offered: Sequence[Mended] = ()
    decisions: Sequence[Made] = ()
    given: Sequence[Given] = ()
    remarks: Sequence[Remark] = ()
    obstacles: Sequence[Remark] = ()
    steps_before: int = 0
    renames: Sequence[Rename] = ()

    @property
    def store(self) -> Store:
        """The store that the URL stands for."""
        return self.read.store

    @property
    def version(self) -> str | None:
        """The version of the specification that the store is of, or will be."""
        return self.before.version or self.after.version

    def count(self, report: Report) -> str:
        """Return how many findings a report has, in words."""
        return f"{report.said(Severity.ERROR)}, {report.said(Severity.WARNING)}"

    def refusals(self) -> list[str]:
        """Say in one sentence each why the plan cannot be carried out; nothing: it can."""
        paths: dict[str, list[str]] = {}
        for obstacle in (*self.obstacles, *copies_outside(self.store, self.writes.keys)):
            paths.setdefault(obstacle.text, []).append(obstacle.path or "/")
        return [f"{text} (in {listed(some, FIRST)})" for text, some in paths.items()]


def more_errors(before: Report, after: Report, nodes: Collection[str] | None = None) -> list[Remark]:
    """Return what there would be more errors of than now, in some nodes or in all together."""
    old, new = (_errors(report) for report in (before, after))
    if nodes is None and sum(new.values()) <= sum(old.values()):
        return []
    rules: dict[str, list[str]] = {}
    for (rule, node), number in new.items():
        if number > old[rule, node] and (nodes is None or node in nodes):
            rules.setdefault(node, []).append(rule)
    return [Remark(node, f"there would be more errors than now: {listed(some)}") for node, some in rules.items()]


def _errors(report: Report) -> Counter[tuple[str, str]]:
    return Counter((issue.rule, issue.node) for issue in report.issues if issue.severity is Severity.ERROR)
