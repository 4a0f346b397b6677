"""Described groups as a tree of lines: groups that look the same once, with their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from ngff_core.cli.shown.lines import ABSENT, Line, own_lines, plate_line
from ngff_core.cli.shown.plates import PlateMap
from ngff_core.structure.values import JSONObject
from ngff_core.words import LONGEST, printable, short

__all__ = ["Branch", "branch_of", "plain"]

_DIFFER = "  translations differ"
NAMES = 8
"""Names, or ranges of them, that are shown of groups that look the same."""


@attrs.frozen(cache_hash=True, repr=False)
class Branch:
    """What is said of a group, safe to print: its line, those about it, the map of a plate, and what is below it.

    Paths are relative, so that groups that look the same are equal, wherever they lie.
    """

    title: str
    about: tuple[Line, ...]
    map: PlateMap | None
    below: tuple[tuple[str, int, Branch], ...]
    """Each with the names of the groups that look so, and their number."""

    @property
    def lines(self) -> Iterator[str]:
        """The lines about the group."""
        return (f"{line.text}{line.place}" for line in self.about)

    def with_other(self, other: Branch) -> Branch:
        """Return what is said of two groups that look the same, where these lie in different places."""
        about = tuple(
            one if one.place in (another.place, _DIFFER) else Line(one.text, _DIFFER)
            for one, another in zip(self.about, other.about, strict=True)
        )
        below = tuple(
            (names, number, one.with_other(another))
            for (names, number, one), (*_, another) in zip(self.below, other.below, strict=True)
        )
        return attrs.evolve(self, about=about, below=below)

    def headed(self, names: str, number: int) -> str:
        """Return the line of the groups of these names that look so."""
        return f"{names}  {self.title}" + (f" x {number}" if number > 1 else "")


def branch_of(node: JSONObject, title: str, maps: Mapping[str, PlateMap], path: str = "") -> Branch:
    """Return what is said of a described group and of what is below it; ``maps`` are those of plates, by path."""
    about = list(map(_safe_line, own_lines(node)))
    for also in node.get("also", ()):
        about.append(Line(_safe(f"also {also['kind']}{plate_line(also)}")))
        about += [attrs.evolve(line, text=f"  {line.text}") for line in map(_safe_line, own_lines(also))]
    alike: dict[Branch, tuple[Branch, list[str]]] = {}
    for below, child in node.get("children", {}).items():
        name = below[len(path) + 1 :] if path else below
        branch = branch_of(child, child["kind"], maps, below)
        first, names = alike.setdefault(branch, (branch, []))
        names.append(name)
        if first is not branch:
            alike[branch] = first.with_other(branch), names
    groups = tuple((_safe(_names(names)), len(names), branch) for branch, names in alike.values())
    problem = node.get("problem")
    problem = "" if problem is None else f"  {problem}" if problem == ABSENT else f"  ({problem})"
    return Branch(_safe(f"{title}{plate_line(node)}{problem}"), tuple(about), maps.get(path), groups)


def plain(branch: Branch) -> Iterator[str]:
    """Yield the lines of a tree as programs and files get them: each group is further in than that above it."""
    yield branch.title
    yield from _inside(branch, "  ")


def _inside(branch: Branch, indent: str) -> Iterator[str]:
    yield from (f"{indent}{line}" for line in branch.lines)
    for names, number, below in branch.below:
        yield f"{indent}{below.headed(names, number)}"
        yield from _inside(below, f"{indent}  ")


def _safe_line(line: Line) -> Line:
    return Line(_safe(line.text), _safe(line.place))


def _safe(line: str) -> str:
    return short(printable(line), LONGEST)


def _names(names: Sequence[str]) -> str:
    """Return the names of groups that look the same: of numbers in a row the first and the last, of others all."""
    ranges = [_range(list(run)) for _, run in groupby(enumerate(names), key=_row)]
    return ", ".join(ranges[:NAMES]) + (", ..." if len(ranges) > NAMES else "")


def _row(numbered: tuple[int, str]) -> tuple[str, int]:
    """Return what is the same for names that differ in their numbers alone, which go up one by one."""
    position, name = numbered
    above, slash, number = name.rpartition("/")
    if number.isdecimal() and number.isascii():
        return above + slash, int(number) - position
    return name, -1


def _range(run: list[tuple[int, str]]) -> str:
    return run[0][1] if len(run) == 1 else f"{run[0][1]} ... {run[-1][1]}"
