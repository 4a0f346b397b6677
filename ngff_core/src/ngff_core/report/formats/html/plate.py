"""The map of a plate: a table of wells, each in the colour of the worst that was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.report.formats.html.found_at import FoundAt, Places
from ngff_core.report.formats.html.markup import code, counts_in_words, text
from ngff_core.report.outline.nodes import Layout
from ngff_core.words import counted

__all__ = ["plate_map"]

LARGEST = 10_000  # places of wells: more than a few thousand there are on no plate
_ORDER = ("error", "unreadable", "warning", "info", "valid")
_SIGNS = {"error": "✕", "unreadable": "?", "warning": "!", "info": "i", "valid": ""}
_WORDS = {
    "error": "errors",
    "unreadable": "could not be read or judged",
    "warning": "warnings",
    "info": "notes",
    "valid": "nothing found",
}

_Well = tuple[str, "FoundAt | None"]


def plate_map(path: str, layout: Layout, places: Places) -> Iterator[str]:
    """Yield the map of a plate; ``path`` leads to it."""
    named = f" {code(path)}" if path else ""
    yield f"<section class=plate><h2>Plate{named}</h2>\n"
    wells = _wells(path, layout, places)
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
            cells = (_cell(wells.get((row, column))) for column in range(len(layout.columns)))
            yield f"<tr><th scope=row>{text(name, 20)}{''.join(cells)}\n"
        yield "</table></div>"
    yield f"{_legend(wells)}<div class=opened aria-live=polite></div></section>\n"


def _wells(path: str, layout: Layout, places: Places) -> dict[tuple[int, int], _Well]:
    """Return the wells by row and column; of two in one place that in which the worse was found."""
    wells: dict[tuple[int, int], _Well] = {}
    for well, row, column in layout.wells:
        found = places.find(f"{path}/{well}" if path else well)
        before = wells.get((row, column))
        if before is None or _ORDER.index(_worst(found)) < _ORDER.index(_worst(before[1])):
            wells[row, column] = (well, found)
    return wells


def _worst(found: FoundAt | None) -> str:
    return found.worst if found is not None else "valid"


def _cell(well: _Well | None) -> str:
    if well is None:
        return "<td>"
    name, found = well
    if found is None:
        return f'<td class=valid title="{text(name, 100)}"><i>ok</i>'
    words = f"{text(name, 100)}: {counts_in_words(found.numbers)}"
    return f'<td class={found.worst}><a href=#{found.id} title="{words}" aria-label="{words}">{_SIGNS[found.worst]}</a>'


def _legend(wells: dict[tuple[int, int], _Well]) -> str:
    numbers = Counter(_worst(found) for _, found in wells.values())
    marks = (
        f"<li><span class='cell {worst}'>{_SIGNS[worst]}</span> {counted(numbers[worst], 'well')}: {_WORDS[worst]}"
        for worst in _ORDER
        if numbers[worst]
    )
    return f"<ul class=legend>{''.join(marks)}</ul>\n"
