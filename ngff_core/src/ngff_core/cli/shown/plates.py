"""The map of a plate: which of its wells are there, and the worst that was found in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

import attrs

from ngff_core.hierarchy.paths import resolve_path
from ngff_core.issues.bounding import MAX_FINDINGS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.models.plate import PlateDef
from ngff_core.report.report import Report
from ngff_core.structure.model import Model
from ngff_core.view.image_models import wells_of

__all__ = ["PlateMap", "State", "Wells", "maps_of"]

ROWS, COLUMNS = 64, 96  # of the largest plates that are made; a larger map says nothing that can be seen
_ENTRY = re.compile(r"/plate/wells/([0-9]{1,9})(?:/|$)")


class State(IntEnum):
    """What was found in a well, from bad to good, by the words of verdicts; `ngff_core.report.formats.palette`."""

    INVALID = 0
    UNREADABLE = 1
    WARNING = 2
    VALID = 3

    @property
    def verdict(self) -> str:
        """The word of it."""
        return self.name.lower()


@attrs.frozen(repr=False)
class PlateMap:
    """A plate seen from above: ``wells`` has the state of each by row and column; ``others`` lie in none of them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    wells: tuple[tuple[int, int, State], ...]
    others: int


@attrs.frozen(repr=False)
class Wells:
    """Where the wells of a plate lie: the path, the row and the column of each in order; ``None``: on no map."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[tuple[str, tuple[int, int] | None], ...]

    @classmethod
    def of(cls, model: Model | None) -> Wells | None:
        """Return the wells of a plate; ``None`` where it has no rows and columns, or too many to be drawn."""
        definition = getattr(model, "plate", None)
        if not isinstance(definition, PlateDef):
            return None
        rows, columns = _names(definition.rows), _names(definition.columns)
        if not 0 < len(rows) <= ROWS or not 0 < len(columns) <= COLUMNS:
            return None
        row_of, column_of = ({name: n for n, name in reversed([*enumerate(names)])} for names in (rows, columns))
        places = []
        for well in wells_of(model):
            row, column = row_of.get(well.row), column_of.get(well.column)
            places.append((well.path, None if row is None or column is None else (row, column)))
        return cls(rows, columns, tuple(places))


def _names(entries: object) -> tuple[str, ...]:
    """Return the names of rows or columns; of more than are drawn, nobody asks for them."""
    found = entries if isinstance(entries, list) else []
    names = (getattr(entry, "name", None) for entry in found[: max(ROWS, COLUMNS) + 1])
    return tuple(name if isinstance(name, str) else "" for name in names)


def maps_of(plates: Mapping[str, Wells], report: Report) -> dict[str, PlateMap]:
    """Return the map of each plate, by its path, with what was found in its wells and below."""
    least = _not_listed(report)
    return {path: _map(path, wells, report.issues, least) for path, wells in plates.items()}


def _map(path: str, wells: Wells, issues: Iterable[Issue], least: State) -> PlateMap:
    """Return the map of a plate; ``least`` is what is worst of wells of which nothing worse is known."""
    states: dict[int, State] = {}
    numbers: dict[str, list[int]] = {}
    for number, (well, _) in enumerate(wells.places):
        target = resolve_path(path, well)
        if target is not None:  # else the plate itself has a finding
            numbers.setdefault(target, []).append(number)
    for issue in issues:
        state = _state(issue)
        for number in _wells_of(issue, path, numbers):
            states[number] = min(state, states.get(number, State.VALID))
    seen: dict[tuple[int, int], State] = {}
    for number, (_, place) in enumerate(wells.places):
        if place is not None:
            seen[place] = min(seen.get(place, State.VALID), _known(states.get(number, State.VALID), least))
    others = sum(place is None for _, place in wells.places)
    return PlateMap(wells.rows, wells.columns, tuple((*place, seen[place]) for place in sorted(seen)), others)


def _wells_of(issue: Issue, path: str, numbers: Mapping[str, list[int]]) -> Iterator[int]:
    """Yield the numbers of the wells that a finding lies in, or that it speaks of at the plate."""
    if issue.node == path:
        found = _ENTRY.search(issue.pointer)
        if found is not None:
            yield int(found[1])
        return
    node = issue.node
    while len(node) > len(path):
        yield from numbers.get(node, ())
        node = node.rpartition("/")[0]


def _state(issue: Issue) -> State:
    if issue.severity is Severity.ERROR:
        return State.INVALID if issue.judged else State.UNREADABLE
    return State.WARNING if issue.severity is Severity.WARNING else State.VALID


def _not_listed(report: Report) -> State:
    """Return the worst that findings may be that are not listed, as there are too many; valid: all are."""
    cut = {rule for rule, reason in report.suppressed_for if reason == MAX_FINDINGS}
    return min((_state(issue) for issue in report.issues if issue.rule in cut), default=State.VALID)


def _known(state: State, least: State) -> State:
    """Return what is known of a well: nothing, where a worse finding than those in it may not be listed."""
    return State.UNREADABLE if state > least else state
