"""The map of a plate: a table of wells, each in the colour of the worst that was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.html.found_at import FoundAt, Places
from ngff_core.report.formats.html.markup import code, counts_in_words, numbered, text
from ngff_core.report.formats.html.pictures import Picture, image
from ngff_core.report.outline.nodes import Layout
from ngff_core.report.outline.wells import partly_listed, said_of_wells
from ngff_core.report.report import Report
from ngff_core.words import counted, noun
from ngff_core.zarr.paths import resolve_path

__all__ = ["plate_map"]

_CUT = "not all findings are listed"
LARGEST = 10_000  # places of wells: more than a few thousand there are on no plate
_ORDER = ("error", "unreadable", "warning", "info", "valid")
_SIGNS = {"error": "✕", "unreadable": "?", "warning": "!", "info": "i", "valid": ""}
_WORDS = {
    "error": "errors",
    "unreadable": "not all could be read or judged, or is listed",
    "warning": "warnings",
    "info": "notes",
    "valid": "nothing found",
}


@attrs.frozen(eq=False)
class _Well:
    """A well: its path, what was found in it and below, and what the plate has on it where it lists it.

    ``cut`` is the worst of which not all is listed: there may be more of it in any well.
    """

    path: str
    found: FoundAt | None
    listed: FoundAt | None
    said: str
    cut: str

    @property
    def known(self) -> str:
        """The worst of what is listed, in a word."""
        inside = self.found.worst if self.found is not None else "valid"
        return min(inside, self.said, key=_ORDER.index)

    @property
    def worst(self) -> str:
        """The worst, in a word: ``unreadable`` where it may be worse than what is known."""
        return self.known if _ORDER.index(self.known) <= _ORDER.index(self.cut) else "unreadable"

    @property
    def shows(self) -> FoundAt | None:
        """Where the worst that is known is shown; ``None``: nowhere, as nothing is known."""
        if self.found is not None and self.found.worst == self.known:
            return self.found
        return self.listed if self.said != "valid" else None


def plate_map(path: str, report: Report, places: Places, pictures: Mapping[str, Picture]) -> Iterator[str]:
    """Yield the map of a plate; ``path`` leads to it, ``pictures`` are of its wells, by their paths in the store."""
    assert report.outline is not None
    layout = report.outline.plates[path]
    named = f" {code(path)}" if path else ""
    yield f"<section class=plate><h2>Plate{named}</h2>\n"
    wells = _wells(path, layout, places, _cut(report))
    if len(layout.rows) * len(layout.columns) > LARGEST:
        lines = f"{counted(len(layout.rows), 'row')} and {counted(len(layout.columns), 'column')}"
        yield f"<p>{lines}: too many to draw.</p>"
    else:
        size = "small" if len(layout.columns) > 24 else "medium" if len(layout.columns) > 12 else "large"
        yield "<div class=scrolls tabindex=0 role=region aria-label='plate map'>"
        yield f"<table class='map {size}'><thead><tr><td></td>"
        yield "".join(f"<th scope=col>{text(name, 20)}" for name in layout.columns)
        yield "<tbody>"
        for row, name in enumerate(layout.rows):
            cells = (_cell(wells.get((row, column)), path, pictures) for column in range(len(layout.columns)))
            yield f"<tr><th scope=row>{text(name, 20)}{''.join(cells)}\n"
        yield "</table></div>"
    yield f"{_legend(wells)}<div class=opened aria-live=polite></div></section>\n"


def _cut(report: Report) -> str:
    """Return the worst, in a word, of the rules of which not all findings are listed; ``valid``: all are."""
    cut = partly_listed(report.issues, report.suppressed_for)
    return min(map(_word, cut), default="valid", key=_ORDER.index)


def _word(issue: Issue) -> str:
    return issue.severity.value if issue.judged or issue.severity is not Severity.ERROR else "unreadable"


def _wells(path: str, layout: Layout, places: Places, cut: str) -> dict[tuple[int, int], _Well]:
    """Return the wells by row and column; of two in one place that in which the worse was found."""
    plate = places.find(path)
    own = plate.own if plate is not None else []
    said: dict[int, str] = {}
    for number, issue in said_of_wells(path, layout, (i for rule, _ in own for group in rule.groups for i in group)):
        said[number] = min(_word(issue), said.get(number, "valid"), key=_ORDER.index)
    wells: dict[tuple[int, int], _Well] = {}
    for number, (name, row, column) in enumerate(layout.wells):
        target = resolve_path(path, name)
        found = places.find(target) if target is not None else None
        well = _Well(name, found, plate, said.get(number, "valid"), cut)
        before = wells.get((row, column))
        if before is None or _ORDER.index(well.worst) < _ORDER.index(before.worst):
            wells[row, column] = well
    return wells


def _cell(well: _Well | None, plate: str, pictures: Mapping[str, Picture]) -> str:
    if well is None:
        return "<td>"
    picture = pictures.get(resolve_path(plate, well.path) or "")
    shown = image(picture) if picture is not None and picture.png else ""
    name, shows, worst = text(well.path, 100), well.shows, well.worst
    if worst == "valid":
        return f'<td class=valid title="{name}"><i>ok</i>{shown}'
    if shows is None:
        return f'<td class={worst} title="{name}: {_CUT}">{shown}{_SIGNS[worst]}'
    words = f"{name}: {counts_in_words(shows.numbers) if shows is well.found else _WORDS[well.known] + ' at the plate'}"
    words += f"; {_CUT}" if worst != well.known else ""
    own = "" if shows is well.found else " data-own"  # of all at the plate, only what is said of itself
    link = f'<a href=#{shows.id}{own} title="{words}" aria-label="{words}">{_SIGNS[worst]}</a>'
    return f"<td class={worst}>{shown}{link}"


def _legend(wells: dict[tuple[int, int], _Well]) -> str:
    numbers = Counter(well.worst for well in wells.values())
    marks = (
        f"<li><span class='cell {worst}'>{_SIGNS[worst]}</span> {numbered(n)} {noun(n, 'well')}: {_WORDS[worst]}"
        for worst in _ORDER
        if (n := numbers[worst])
    )
    return f"<ul class=legend>{''.join(marks)}</ul>\n"
