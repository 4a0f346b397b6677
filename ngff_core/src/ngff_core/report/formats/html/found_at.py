"""Where the findings of a store lie: a tree of the nodes that they are at, each with how many are at and below it."""

from __future__ import annotations

from collections import Counter

from ngff_core.issues.requirement import Severity
from ngff_core.report.formats.html.findings import Broken
from ngff_core.report.formats.html.markup import Numbers

__all__ = ["FoundAt", "Places"]

DEPTH = 64  # of paths: what is deeper, if that can be, is one name
_SEVERITIES = tuple(Severity)


class FoundAt:
    """A node, or a folder on the way to one: what was found at it, how many of each severity at it and below.

    ``unread`` counts those of the errors that keep something from being evaluated.
    """

    __slots__ = ("children", "id", "numbers", "own", "unread")

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.own: list[tuple[Broken, int]] = []
        self.numbers: Numbers = (0, 0, 0)
        self.unread = 0
        self.children: dict[str, FoundAt] = {}

    @property
    def worst(self) -> str:
        """The worst that was found, in a word: ``unreadable`` where all errors are of what could not be evaluated."""
        errors, warnings, infos = self.numbers
        if errors:
            return "unreadable" if errors == self.unread else "error"
        return "warning" if warnings else "info" if infos else "valid"


class Places:
    """The nodes that something was found at, by path; ``store`` begins the ids of the elements that show them."""

    def __init__(self, store: str, broken: list[Broken]) -> None:
        self._store = store
        self._number = 0
        self.root = self._new()
        self._by_path: dict[str, FoundAt] = {}
        for rule in broken:
            issues = [issue for group in rule.groups for issue in group]
            at, position = Counter(issue.node for issue in issues), _SEVERITIES.index(rule.first.severity)
            unread = Counter(issue.node for issue in issues if not issue.judged) if position == 0 else Counter[str]()
            for path, number in at.items():
                self._count(path, position, number, unread[path])
                self._by_path[path].own.append((rule, number))

    def find(self, path: str) -> FoundAt | None:
        """Return what was found at and below a path; ``None``: nothing."""
        node: FoundAt | None = self.root
        for name in _names(path):
            node = node.children.get(name) if node is not None else None
        return node

    def id_of(self, path: str) -> str:
        """Return the id of the element that shows a node with findings."""
        return self._by_path[path].id

    def _count(self, path: str, position: int, number: int, unread: int) -> None:
        node = self.root
        _add(node, position, number, unread)
        for name in _names(path):
            below = node.children.get(name)
            if below is None:
                below = node.children[name] = self._new()
            node = below
            _add(node, position, number, unread)
        self._by_path[path] = node

    def _new(self) -> FoundAt:
        self._number += 1
        return FoundAt(f"{self._store}n{self._number - 1}")


def _names(path: str) -> list[str]:
    return path.split("/", DEPTH) if path else []


def _add(node: FoundAt, position: int, number: int, unread: int) -> None:
    numbers = [*node.numbers]
    numbers[position] += number
    node.numbers = (numbers[0], numbers[1], numbers[2])
    node.unread += unread
