"""Change stores one after the other: what goes wrong with one does not end the run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import attrs
import click

from ngff_core.cli.changing.chosen import Chosen, One, outer_places
from ngff_core.cli.changing.outcome import Outcome, next_lines, outcome_of_failure
from ngff_core.cli.changing.tally import Tally
from ngff_core.cli.common import echo, tell_failures
from ngff_core.cli.screen.colors import painted
from ngff_core.errors import NotFoundError, StoreError, UsageError, stop_code
from ngff_core.masking import hidden_json, masked
from ngff_core.references import Reference
from ngff_core.report.formats.json import dump
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report, ValidationError
from ngff_core.stores import Store
from ngff_core.stores.capabilities import url_of
from ngff_core.stores.writing import ConflictError
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.proof.pixels import DifferentPixelsError
from ngff_core.words import listed, printable

if TYPE_CHECKING:
    from ngff_core.cli.runs.progress import Meter

__all__ = ["Change", "change_stores"]

NAMED = 10  # stores that are named when a run is broken off

_meter = Reference("ngff_core.cli.runs.progress:Meter")  # only on a terminal

OnProgress = Callable[[ReadStats], None] | None
Change = Callable[[Store, str, OnProgress], Outcome]
"""Changes an open store, called so by the user, and returns what became of it; raises what it failed with."""


def change_stores(chosen: Chosen, change: Change, format_: str, *, fate: str = "was taken back") -> int:
    """Change each store, say what became of it and, of many, what it all comes to; return the exit code.

    0: all done, 1: some were refused, 3: some could not be read or written; the worst of them decides. ``fate`` is
    what becomes of a result that is not right.
    """
    with _live_meter() as meter:
        try:
            if chosen.single:
                return _change_one(chosen, change, format_, fate, meter)
            return _Run(chosen, change, format_, fate, meter).all()
        finally:
            if meter is not None:
                meter.clear()
            tell_failures(chosen.registry)


def _live_meter() -> Any:
    live = sys.stderr is not None and sys.stderr.isatty()
    return _meter(sys.stderr, live=True, stats=False) if live else nullcontext()


# --- one store ----------------------------------------------------------------------------------------


def _change_one(chosen: Chosen, change: Change, format_: str, fate: str, meter: Meter | None) -> int:
    """Change the only store: all is said of it, and what goes wrong is an error of the command."""
    try:
        (one,) = chosen
        store = one.open(chosen.registry, chosen.connection)
        outcome = change(store, one.name, meter.update if meter is not None else None)
    except (NotFoundError, StoreError, ConflictError, ValidationError, DifferentPixelsError) as error:
        if meter is not None:
            meter.clear()
        outcome = outcome_of_failure(chosen.stores[0], error, fate)
        click.echo(printable(f"Error: {outcome.reasons[0]}"), err=True)
        if isinstance(error, ValidationError):
            click.echo(str(error), err=True)
        return outcome.code
    if meter is not None:
        meter.clear()
    if format_ == "json":
        echo(dump(hidden_json(outcome.to_dict())))
        return outcome.code
    for line in (outcome.headline, *_refusal(outcome), *next_lines(outcome.following), *outcome.details):
        echo(painted(printable(line)))
    return outcome.code


def _refusal(outcome: Outcome) -> list[str]:
    return [f"refused: {'; '.join(outcome.reasons)}; nothing was written"] if outcome.reasons else []


# --- many stores --------------------------------------------------------------------------------------


@attrs.define(eq=False)
class _Run:
    """A run over many stores: each gets a line, then comes what it all amounts to."""

    chosen: Chosen
    change: Change
    format_: str
    fate: str
    meter: Meter | None
    tally: Tally = attrs.field(factory=Tally)
    at: str | None = None  # the store that is under way
    whole: set[int] = attrs.field(factory=set)  # the places of stores in which all is done

    def all(self) -> int:
        """Change all; return the exit code."""
        try:
            for one in self.chosen:
                self.at = one.name
                self._say(self._change(one))  # and let go of it
        except KeyboardInterrupt as stop:
            self._end(self._broken_off())
            return stop_code(stop)
        self._end({})
        return self.tally.code

    def _change(self, one: One) -> Outcome:
        if one.refused is not None:
            return _not_begun(one)
        around = next((place for place in outer_places(one.place) if hash(place) in self.whole), None)
        if around is not None:
            return _included(one, around)
        try:
            store = self._open(one)
            outcome = self.change(store, one.name, self.meter.update if self.meter is not None else None)
        except BaseException as error:  # whatever a store or a plugin does, the others are changed
            return outcome_of_failure(one.name, error, self.fate)
        if outcome.whole:
            self.whole.add(hash(one.place))
        return outcome

    def _open(self, one: One) -> Store:
        try:
            return one.open(self.chosen.registry, self.chosen.connection)
        except UsageError as error:  # of this store alone: what was asked for was looked at before
            raise StoreError(str(error)) from error

    def _say(self, outcome: Outcome) -> None:
        self.at = None
        self.tally.count(outcome)
        if self.meter is not None:
            self.meter.clear()
            self.meter.stores.done = self.meter.stores.found = self.tally.number
        if self.format_ == "json":
            echo(dump(hidden_json(outcome.to_dict()), indent=False))
            return
        for line in (outcome.headline, *(f"  {reason}" for reason in outcome.reasons)):
            echo(painted(printable(line)))

    def _end(self, more: JSONObject) -> None:
        if self.format_ == "json":
            summary = {**self.tally.to_dict(), **more}
            echo(dump(hidden_json({"schema": 1, "summary": summary}), indent=False))
            return
        for line in self.tally.lines():
            echo(painted(line))

    def _broken_off(self) -> JSONObject:
        """Say where the run was broken off, and what was not begun; return that for programs."""
        if self.meter is not None:
            self.meter.clear()
        left = [masked(name) for name in self.chosen.not_begun()]
        self.at = masked(self.at) if self.at is not None else None
        under_way = f" at {self.at}, which the same command goes on with" if self.at is not None else ""
        click.echo(printable(f"interrupted{under_way}"), err=True)
        if left:
            click.echo(printable(f"not begun: {listed(left, NAMED)}"), err=True)
        return {"interrupted_at": self.at, "not_begun": left}


def _not_begun(one: One) -> Outcome:
    """Return what becomes of what is no store, or is none of those that were meant."""
    code, status = (3, "failed") if isinstance(one.found, Report) else (1, "refused")
    reasons = [one.refused or ""]
    url = url_of(one.name)
    result = {"schema": 1, "url": url, "status": status, "reasons": reasons}
    return Outcome(
        url=url, status=status, headline=f"{status}  {url}", code=code, reasons=reasons, result=lambda: result
    )


def _included(one: One, around: str) -> Outcome:
    """Return what becomes of a store in one that was dealt with as a whole."""
    url, outer = url_of(one.name), url_of(around)
    result = {"schema": 1, "url": url, "status": "included", "part_of": outer}
    headline = f"included  {url}  in {outer}"
    return Outcome(url=url, status="included", headline=headline, result=lambda: result)
