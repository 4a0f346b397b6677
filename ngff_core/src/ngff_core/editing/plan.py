"""What is to be changed in a store, known before anything is touched: documents, and what is found before and after."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ngff_core.issues.requirement import Severity
from ngff_core.mending.fix import Safety
from ngff_core.migration.interface import Remark
from ngff_core.report.report import Report
from ngff_core.stores import Store
from ngff_core.upgrade.held.packed import Writes
from ngff_core.upgrade.journal import Rename
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.plan import Made

__all__ = ["EditPlan", "Mended"]


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
    asked for, ``decisions`` the answers that were taken. ``renames`` are none: pixels stay where they are.
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
    remarks: Sequence[Remark] = ()
    steps_before: int = 0
    renames: Sequence[Rename] = ()

    @property
    def store(self) -> Store:
        """The store that the URL stands for."""
        return self.read.store

    @property
    def version(self) -> str | None:
        """The version of the specification that the store is of."""
        return self.before.version

    def count(self, report: Report) -> str:
        """Return how many findings a report has, in words."""
        return f"{report.said(Severity.ERROR)}, {report.said(Severity.WARNING)}"
