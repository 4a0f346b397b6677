"""The map of a plate: which of its wells are there, and the worst that was found in each."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ngff_core.report.outline.nodes import Layout
from ngff_core.report.outline.wells import VERDICTS, verdicts_of_wells
from ngff_core.report.report import Report

__all__ = ["PlateMap", "maps_of"]

ROWS, COLUMNS = 64, 96  # of the largest plates that are made; a larger map says nothing that can be seen


@attrs.frozen(repr=False)
class PlateMap:
    """A plate seen from above: the verdict on each well, by row and column; of two in one place the worse."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    wells: tuple[tuple[int, int, str], ...]


def maps_of(plates: Mapping[str, Layout], report: Report) -> dict[str, PlateMap]:
    """Return the map of each plate, by its path, with what was found in its wells; too large ones have none."""
    return {
        path: _map(path, layout, report)
        for path, layout in plates.items()
        if len(layout.rows) <= ROWS and len(layout.columns) <= COLUMNS
    }


def _map(path: str, layout: Layout, report: Report) -> PlateMap:
    verdicts = verdicts_of_wells(path, layout, report.issues, report.suppressed_for)
    wells: dict[tuple[int, int], str] = {}
    for (_, row, column), verdict in zip(layout.wells, verdicts, strict=True):
        wells[row, column] = max(verdict, wells.get((row, column), VERDICTS[0]), key=VERDICTS.index)
    return PlateMap(layout.rows, layout.columns, tuple((*place, wells[place]) for place in sorted(wells)))
