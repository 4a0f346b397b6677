"""The part of one plate that a shard judges, and where in the report of one run its findings stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ngff_core.issues.issue import Issue

if TYPE_CHECKING:
    from ngff_core.spec.spec import Child

__all__ = ["Placed", "Share"]

Target = tuple["Child", str]


class Placed(Issue):
    """A finding that knows its place among those of one run: the number of the child of the plate that it lies below.

    0 is what comes before all children.
    """

    position = 0

    @classmethod
    def at(cls, issue: Issue, position: int) -> Placed:
        """Return a finding with its place."""
        placed = cls(*issue)
        placed.position = position
        return placed

    def _replace(self, **changes: Any) -> Placed:  # keeps the place
        return Placed.at(super()._replace(**changes), self.position)


class Share:
    """The part of one plate that shard ``number`` of ``of`` judges.

    Its wells are every ``of``-th one, with all below them. The first shard judges what else there is: the plate itself,
    rows, and whatever is no plate. It looks at the documents of the other wells, too, since rules on plates do.
    ``divided`` tells whether there was a plate to divide.
    """

    def __init__(self, number: int, of: int) -> None:
        self.number = number
        self.of = of
        self.divided = False
        self.rules: Callable[[], tuple[set[str], set[str]]] = lambda: (set(), set())
        self._owners: dict[str, int] = {}
        self._positions = 0

    @property
    def first(self) -> bool:
        """Tell whether this is the shard that judges what belongs to no well."""
        return self.number == 1

    def owns(self, child: Child, target: str) -> bool:
        """Tell whether a child of the plate is judged here."""
        return self._owners[target] == self.number if _is_well(child) else self.first

    def divide(
        self, leaves: Sequence[Target], groups: Sequence[Target]
    ) -> tuple[list[Target], list[Target], list[int]]:
        """Return which children of the plate to read, judged here or not, and the place of each."""
        wells = [target for child, target in groups if _is_well(child)]
        common = {"", *(target for child, target in groups if not _is_well(child))}
        for target in wells:
            if target not in self._owners:
                self._owners[target] = 1 if target in common else len(self._owners) % self.of + 1
        children = [*leaves, *groups]
        places = range(self._positions + 1, self._positions + 1 + len(children))
        self._positions += len(children)
        if self.first:
            return list(leaves), list(groups), list(places)
        mine = [(group, place) for group, place in zip(groups, places[len(leaves) :], strict=True) if self.owns(*group)]
        return [], [group for group, _ in mine], [place for _, place in mine]

    def placed(self, issues: Iterable[Issue], position: int) -> list[Issue]:
        """Return findings with their place."""
        return [Placed.at(issue, position) for issue in issues]

    def settle(self, issues: list[Issue], judged: int) -> list[Issue]:
        """Return which findings this shard reports; those from ``judged`` on come after all children."""
        if not self.divided:
            return issues
        if not self.first:
            return [issue for issue in issues if isinstance(issue, Placed)]
        return [*issues[:judged], *self.placed(issues[judged:], self._positions + 1)]

    def to_dict(self, issues: Iterable[Issue]) -> dict[str, Any]:
        """Return what merging needs beside the findings: how many stand at each place, and which rules ran."""
        run, skipped = self.rules()
        places = groupby(getattr(issue, "position", 0) for issue in issues)
        return {
            "places": [[place, len(list(members))] for place, members in places],
            "run": sorted(run),
            "skipped": sorted(skipped),
        }


def _is_well(child: Child) -> bool:
    return child.role == "well" and child.follow
