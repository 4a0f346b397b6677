"""What `ngff validate` does with baselines: hold findings against one, and write one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ngff_core.config.baseline import Recorder, read_baseline
from ngff_core.words import counted, printable

if TYPE_CHECKING:
    from ngff_core.plugins.registry import Registry
    from ngff_core.report.report import Report

__all__ = ["Baselines"]


class Baselines:
    """The baseline that findings are held against, and the one that is written; either or both."""

    def __init__(self, known: str | None, recorded: str | None, registry: Registry) -> None:
        self._known = read_baseline(known) if known is not None else None
        self._recorder = Recorder(recorded) if recorded is not None else None
        self._registry = registry

    def record(self, report: Report) -> Report:
        """Record what was found in a store; return its report without what is known."""
        if self._recorder is not None:
            self._recorder.record(report)
        return report if self._known is None else self._known.apply(report, self._registry)

    def finish(self, codes: set[int], *, whole: bool = True) -> None:
        """Write what was found: then it is accepted, and only what could not be evaluated counts.

        ``whole`` False: others evaluate the rest, so what is gone is not known.
        """
        if self._recorder is not None:
            self._recorder.write()
            number, path = len(self._recorder.findings), self._recorder.path
            click.echo(printable(f"wrote {counted(number, 'finding')} to {path}"), err=True)
            codes.clear()
            codes.add(3 if self._recorder.unread else 0)
        elif whole and self._known is not None and self._known.gone:
            gone, are = self._known.gone, "is" if self._known.gone == 1 else "are"
            what = f"{counted(gone, 'finding')} of {self._known.path} {are} gone"
            click.echo(printable(f"{what}; write it anew with --write-baseline"), err=True)
