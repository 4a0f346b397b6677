"""The tree of a store drawn for a terminal: lines between groups, and plates as maps of their wells."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

import attrs

from ngff_core.cli.screen.colors import palette
from ngff_core.cli.screen.writing import shows
from ngff_core.cli.shown.branches import Branch
from ngff_core.cli.shown.plates import PlateMap
from ngff_core.plugins.printing import standard_output
from ngff_core.report.formats.palette import Palette
from ngff_core.report.outline.wells import VERDICTS
from ngff_core.words import counted

__all__ = ["BOX", "Pen", "drawn", "fitted_frame"]

BRANCHES = 12  # different ones below one group; the others are counted
LINES = 200  # of one tree

BOX = "│├└─▀▄■"
"""Characters that an encoding has to have, for trees and maps that are not in ASCII."""

_ASCII = str.maketrans("│├└─", "|+`-")
_MARKS = {"valid": "o", "warning": "!", "invalid": "x", "unreadable": "?"}
_NAME = 4  # characters of the name of a row


@attrs.frozen(repr=False)
class Pen:
    """What a terminal can show: colours, the characters of boxes and half blocks (``box``), columns of text."""

    palette: Palette
    box: bool
    width: int

    @classmethod
    def of_terminal(cls) -> Pen | None:
        """Return what the terminal can show that is written to; ``None``: it is none, but a pipe or a file."""
        stream = standard_output()
        if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
            return None
        try:
            width = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            width = 0
        return cls(palette(), shows(BOX), width or 80)


def drawn(branch: Branch, pen: Pen) -> Iterator[str]:
    """Yield the lines of a tree, the title of its root first; of a very long one those that it begins with."""
    lines = chain([branch.title], _inside(branch, "", pen))
    yield from islice(lines, LINES)
    rest = sum(1 for _ in lines)
    if rest:
        yield f"... and {counted(rest, 'line')} more: `ngff info STORE | less` has all of them"


def fitted_frame(line: str) -> str:
    """Return a line of a tree with what it begins with in ASCII, where nothing else can be printed."""
    if shows(BOX):
        return line
    text = line.lstrip("│├└─ ")
    return line[: len(line) - len(text)].translate(_ASCII) + text


def _inside(branch: Branch, indent: str, pen: Pen) -> Iterator[str]:
    bar = f"{indent}{'│' if branch.below else ' '} "
    for line in chain(branch.lines, _map(branch.map, pen, len(bar)) if branch.map is not None else ()):
        yield _framed(bar, line, pen)
    below = branch.below[:BRANCHES]
    rest = sum(number for _, number, _ in branch.below[BRANCHES:])
    for position, (names, number, child) in enumerate(below, 1):
        last = position == len(below) and not rest
        yield _framed(f"{indent}{'└' if last else '├'}── ", child.headed(names, number), pen)
        yield from _inside(child, f"{indent}{' ' if last else '│'}   ", pen)
    if rest:
        yield _framed(f"{indent}└── ", f"... and {rest} more, which look different", pen)


def _framed(frame: str, text: str, pen: Pen) -> str:
    return pen.palette.paint(frame if pen.box else frame.translate(_ASCII), "faint") + text


# --- plates ---------------------------------------------------------------------------------------------


def _map(plate: PlateMap, pen: Pen, before: int) -> Iterator[str]:
    """Yield the lines of a map: two rows in a line of half blocks, where these and colours can be shown."""
    halves = pen.box and pen.palette.on
    wells = {(row, column): verdict for row, column, verdict in plate.wells}
    names = [_name(name, number) for number, name in enumerate(plate.rows)]
    margin = max(map(len, names)) * (2 if halves else 1) + (2 if halves else 1)
    if margin + len(plate.columns) + before <= pen.width:
        yield " " * margin + _heading(plate.columns)
        for row in range(0, len(names), 2 if halves else 1):
            pair = [[wells.get((at, column)) for column in range(len(plate.columns))] for at in (row, row + 1)]
            if halves:
                beside, cells = " ".join(names[row : row + 2]), [*map(pen.palette.halves, *pair)]
            else:
                beside, cells = names[row], [_mark(verdict, pen) for verdict in pair[0]]
            yield f"{beside:<{margin}}{''.join(cells)}".rstrip()
    yield from _legend(plate, pen, halves=halves)


def _mark(verdict: str | None, pen: Pen) -> str:
    return "." if verdict is None else pen.palette.verdict(verdict, _MARKS[verdict])


def _heading(columns: tuple[str, ...]) -> str:
    """Return the names of the first and the last column above these."""
    first, last = _name(columns[0], 0), _name(columns[-1], len(columns) - 1)
    return first + last.rjust(len(columns) - len(first)) if len(first) + len(last) < len(columns) else first


def _name(name: str, number: int) -> str:
    """Return the name of a row or column, or its number where that would not fit or is no plain text."""
    return name if name.isascii() and name.isalnum() and len(name) <= _NAME else str(number + 1)


def _legend(plate: PlateMap, pen: Pen, *, halves: bool) -> Iterator[str]:
    """Yield what the colours or the marks stand for, each with the number of wells."""
    numbers = Counter(verdict for _, _, verdict in plate.wells)
    said = []
    for verdict in VERDICTS:
        if numbers[verdict]:
            mark = pen.palette.verdict(verdict, "■" if halves else _MARKS[verdict])
            said.append(f"{mark} {numbers[verdict]} {'with warnings' if verdict == 'warning' else verdict}")
    empty = len(plate.rows) * len(plate.columns) - len(plate.wells)
    if empty:
        said.append(f"{empty} not listed" if halves else f". {empty} not listed")
    yield ", ".join(said)
