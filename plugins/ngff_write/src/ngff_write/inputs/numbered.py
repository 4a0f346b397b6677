"""The names of files that are stacked: in which order they are, and whether one number in them tells which."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ngff_core.errors import UsageError
from ngff_core.words import listed

__all__ = ["in_order"]

Key = tuple[bool, int, str]


def in_order(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return files in the order of the numbers in their names, so that 10 comes after 9, and remarks on these.

    Raises UsageError where no number by itself tells the files apart, in this order: they are along several dimensions.
    """
    ordered = sorted(paths, key=_natural)
    names = [_natural(path) for path in ordered]
    if len({len(name) for name in names}) != 1:  # names of different forms, of which nothing is known
        return ordered, []
    columns = [column for column in zip(*names, strict=True) if len(set(column)) > 1]
    telling = [column for column in columns if all(before < after for before, after in pairwise(column))]
    if columns and not telling:
        what = "differ in more than one number" if len(columns) > 1 else "are not all different"
        raise UsageError(
            f"the names of {len(names)} files, {_pattern(names)}, {what}: a stack is along one dimension, so give the "
            "files in which one number changes"
        )
    return ordered, _remarks(columns, telling)


def _natural(path: str) -> list[Key]:
    parts = re.split("([0-9]+)", os.path.basename(path))
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _pattern(names: Sequence[Sequence[Key]]) -> str:
    """Return the names as one, with all that there is where they differ."""
    columns = [list(dict.fromkeys(part for _, _, part in column)) for column in zip(*names, strict=True)]
    return "".join(parts[0] if len(parts) == 1 else f"[{listed(parts, 3, '|')}]" for parts in columns)


def _remarks(columns: Sequence[Sequence[Key]], telling: Sequence[Sequence[Key]]) -> list[str]:
    found = []
    numbers = [[number for _, number, _ in column] for column in telling if column[0][0]]
    if sum(column[0][0] for column in columns) > 1:
        found.append("the names of the files differ in several numbers, and are in the order of the first of them")
    if numbers and all(map(_gap, numbers)):
        before, after = _gap(numbers[0]) or (0, 0)
        found.append(f"there is no file between the numbers {before} and {after}: they are written as neighbours")
    return found


def _gap(numbers: Sequence[int]) -> tuple[int, int] | None:
    """Return the numbers on both sides of the first gap; there is none where all are as far from each other."""
    steps = [after - before for before, after in pairwise(numbers)]
    usual = min(steps) if len(steps) > 1 else 1
    return next((pair for pair, step in zip(pairwise(numbers), steps, strict=True) if step > usual), None)
