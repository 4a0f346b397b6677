"""What came of groups that lead to arrays and files alone, for groups that repeat them: the fields of a plate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ngff_core.checking.checker import Seen
from ngff_core.crawl.memory import Memory, bounded
from ngff_core.crawl.scheduler import Answer, VisitResult
from ngff_core.hierarchy.nodes import Absent, GroupNode, Node, path_of
from ngff_core.zarr.keys import join

__all__ = ["Outcome", "Repeats"]

MOST = 256  # outcomes that are remembered, each with the documents of the arrays that it is of


class Outcome:
    """What came of a group and all below it; ``seen`` is what there was for rules to look at, ``end`` see `Crawler`.

    ``arrays`` are the paths of those that were evaluated, in the group.
    """

    __slots__ = ("_counts", "_issues", "_path", "_sections", "arrays", "complete", "end", "found", "seen", "unsharded")

    def __init__(self, result: VisitResult, children: Sequence[Node], seen: Iterable[Seen], end: int) -> None:
        node = result.node
        assert isinstance(node, GroupNode)
        self._path = path_of(node)
        self._issues = [*result.issues]
        self._sections = [*result.sections]
        self._counts = result.counts
        self.found = len(self._issues) + sum(len(issues) for _, issues in self._sections)
        self.unsharded = sum(array.document.shards is None for array in result.arrays)
        below = len(join(self._path, ""))
        self.arrays = [array.path[below:] for array in result.arrays]
        self.complete = not any(isinstance(child, Absent) for child in children)
        self.seen = frozenset(seen)
        self.end = end

    def at(self, node: GroupNode) -> VisitResult:
        """Return what came of it for another group, which is the root as well, or is not."""
        path, start = path_of(node), len(self._path)
        issues = [issue.moved(path + issue.node[start:], issue.kind) for issue in self._issues]
        result = VisitResult(node, issues, self._counts)
        result.sections = [*self._sections]
        return result


class Repeats:
    """Which keys groups with equal documents lead to, and what came of what is there."""

    def __init__(self) -> None:
        self._keys: dict[tuple[object, ...], list[str]] = {}
        self._outcomes: Memory[Outcome] = Memory(MOST)

    def keys(self, node: GroupNode) -> list[str]:
        """Return the keys that a group leads to; none where it may lead to other groups, or no group was like it."""
        path = path_of(node)
        return [join(path, key) for key in self._keys.get((node.shared, node.listing, _depth(path)), ())]

    def put_keys(self, node: GroupNode, keys: Sequence[str]) -> None:
        """Remember the keys that a group leads to, for those on the same level that are equal."""
        path = path_of(node)
        before = join(path, "")
        if all(key.startswith(before) for key in keys):
            below = [key[len(before) :] for key in keys]
            bounded(self._keys, MOST)[node.shared, node.listing, _depth(path)] = below

    def get(self, node: GroupNode, values: Sequence[Answer]) -> Outcome | None:
        """Return what came of a group with the same under its keys."""
        return self._outcomes.get(values, (node.shared, node.listing, not path_of(node)))

    def put(self, node: GroupNode, values: Sequence[Answer], outcome: Outcome) -> None:
        """Remember what came of a group, unless something was missing: then more was read to say why."""
        if outcome.complete:
            self._outcomes.put(values, (node.shared, node.listing, not path_of(node)), outcome)


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0
