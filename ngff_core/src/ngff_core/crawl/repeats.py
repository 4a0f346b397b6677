"""What came of groups that lead to arrays and files alone, for groups that repeat them: the fields of a plate."""

from __future__ import annotations

from collections.abc import Sequence

from ngff_core.crawl.memory import Memory, bounded
from ngff_core.crawl.scheduler import Answer, VisitResult
from ngff_core.hierarchy.nodes import Absent, ArrayNode, GroupNode, Node, path_of

__all__ = ["Outcome", "Repeats"]

MOST = 256  # outcomes that are remembered, each with the documents of the arrays that it is of


class Outcome:
    """What came of a group and all below it; ``unsharded`` are the arrays without shards."""

    __slots__ = ("path", "result", "unsharded")

    def __init__(self, path: str, result: VisitResult, unsharded: int) -> None:
        self.path = path
        self.result = VisitResult(result.node, [*result.issues], result.counts)
        self.unsharded = unsharded

    def at(self, node: GroupNode) -> VisitResult:
        """Return what came of it for another group."""
        path, start = path_of(node), len(self.path)
        issues = [issue.moved(path + issue.node[start:], issue.kind) for issue in self.result.issues]
        return VisitResult(node, issues, self.result.counts)


class Repeats:
    """Which keys groups with equal documents lead to, and what came of what is there."""

    def __init__(self) -> None:
        self._keys: dict[tuple[object, ...], list[str]] = {}
        self._outcomes: Memory[Outcome] = Memory(MOST)

    def keys(self, node: GroupNode) -> list[str]:
        """Return the keys that a group leads to; none where it may lead to other groups, or no group was like it."""
        path = path_of(node)
        known = self._keys.get((node.shared, node.listing, path.count("/")))
        return [f"{path}/{key}" for key in known] if known is not None else []

    def put_keys(self, node: GroupNode, keys: Sequence[str]) -> None:
        """Remember the keys that a group leads to, those of groups on the same level that are equal."""
        path = path_of(node)
        start = len(path) + 1
        if path and all(key.startswith(f"{path}/") for key in keys):
            below = [key[start:] for key in keys]
            bounded(self._keys, MOST)[node.shared, node.listing, path.count("/")] = below

    def get(self, node: GroupNode, values: Sequence[Answer]) -> Outcome | None:
        """Return what came of a group with the same under its keys."""
        return self._outcomes.get(values, (node.shared, node.listing))

    def put(self, values: Sequence[Answer], result: VisitResult, children: Sequence[Node]) -> None:
        """Remember what came of a group, unless one of its ``children`` is missing: then more was read to say why."""
        node = result.node
        assert isinstance(node, GroupNode)
        if not any(isinstance(child, Absent) for child in children):
            unsharded = sum(isinstance(child, ArrayNode) and child.document.shards is None for child in children)
            self._outcomes.put(values, (node.shared, node.listing), Outcome(path_of(node), result, unsharded))
