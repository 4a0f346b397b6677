"""What came of groups that lead to arrays and files alone, for groups that repeat them: the fields of a plate."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ngff_core.checking.checker import Seen, Version
from ngff_core.crawl.memory import Memory, bounded
from ngff_core.crawl.scheduler import Answer, VisitResult
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Node, parent_of, path_of
from ngff_core.issues.issue import Issue
from ngff_core.zarr.keys import join

__all__ = ["Found", "Key", "KnownGroups", "Outcome", "Repeats"]

AT_HAND = 64
FEW = 32  # children of a group in whose surroundings outcomes are remembered
NAMES = 256  # in the folder of such a group: they are hashed again for each group in it
FAR = 32  # groups above one whose surroundings are looked at
MOST = 256  # outcomes that are remembered, each with the documents of the arrays that it is of


class Outcome:
    """What came of a group and all below it; ``seen`` is what there was for rules to look at, ``end`` see `Crawler`.

    ``arrays`` are those that were evaluated, by their paths in the group.
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
        self.arrays = [ArrayNode(array.path[below:], array.document) for array in result.arrays]
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
        prefix = join(path, "")
        return [prefix + key for key in self._keys.get((node.shared, node.listing, _depth(path)), ())]

    def put_keys(self, node: GroupNode, keys: Sequence[str]) -> None:
        """Remember the keys that a group leads to, all below it, for those on the same level that are equal."""
        path = path_of(node)
        below = len(join(path, ""))
        bounded(self._keys, MOST)[node.shared, node.listing, _depth(path)] = [key[below:] for key in keys]

    def get(self, node: GroupNode, values: Sequence[Answer], where: Hashable) -> Outcome | None:
        """Return what came of a group with the same under its keys; ``where`` it is, see `KnownGroups.holds_for`."""
        return self._outcomes.get(values, (node.shared, node.listing, where))

    def put(self, node: GroupNode, values: Sequence[Answer], where: Hashable, outcome: Outcome) -> None:
        """Remember what came of a group, unless something was missing: then more was read to say why."""
        if outcome.complete:
            self._outcomes.put(values, (node.shared, node.listing, where), outcome)


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0


Found = tuple[list[Issue], tuple[Seen, ...]]
"""What was found in groups, and what there was to look at."""

Key = tuple[object, ...]


class KnownGroups:
    """What was found in the groups of one hierarchy; ``known`` holds that of others, too.

    It holds for a group that is equal with all that it leads to: anywhere, where no rule looked around; in the same
    parent, where one looked at that; else in equal surroundings, where these are small: in an image, as its labels.
    """

    def __init__(self, version: Version, known: dict[Key, Found]) -> None:
        self._version = version
        self._known = known
        self._in_parents: dict[Key, Found] = {}

    def key(self, node: GroupNode) -> Key | None:
        """Return all that rules on a group may look at, but for what is around it; ``None``: more than can be told.

        The first part tells whether it leads to what it lies in, as a label image to the image that it is of.
        """
        back = False
        parts: list[object] = [node.shared, node.listing, self._apart(node)]
        for path, child in node.children.items():
            if isinstance(child, ArrayNode):
                parts += (path, child.document)
            elif isinstance(child, Absent):
                parts += (path, child.why, child.listing)
            elif isinstance(child, FileNode):
                parts += (path, child.data)
            elif (above := _above(node)) is None:
                return None
            elif any(child is group for group in above):
                back = True
                parts += (path, path_of(child))
            elif child.children or self._version.checker.has_packs(node.kind):
                return None
            else:
                parts += (path, child.shared, child.listing, child.role)
        return (back, *parts)

    def find(self, node: GroupNode, key: Key) -> Found | None:
        """Return what was found in a group that is equal to one."""
        found = None
        if not key[0]:
            here = (parent_of(node), *key)
            found = self._known.get(key) or self._in_parents.get(here) or self._known.get(here)
        if found is None and (around := self.around(node)) is not None:
            found = self._known.get((around, *key))
        return found

    def put(self, node: GroupNode, key: Key, found: Found, *, looked_around: bool, clean: bool) -> None:
        """Remember what was found in a group; ``clean``: nothing was found by rules that may look around."""
        here = (parent_of(node), *key)
        if looked_around or key[0]:
            around = self.around(node) if clean else None
            if around is not None:
                bounded(self._known, AT_HAND)[around, *key] = found
        elif not node.read_parent:
            bounded(self._known, AT_HAND)[key] = found
        elif parent_of(node) is None:
            bounded(self._known, AT_HAND)[here] = found
        else:
            bounded(self._in_parents, AT_HAND)[here] = found

    def holds_for(self, node: GroupNode) -> object:
        """Return what stands for the groups that have the same findings as one, where they are equal to it.

        That is whether they are no root, or what is around them; ``None``: there may be none.
        """
        key = self.key(node)
        if key is None:
            return None
        if not key[0] and (key in self._known or (parent_of(node), *key) in self._known):
            return not path_of(node)
        around = self.around(node)
        return around if around is not None and (around, *key) in self._known else None

    def around(self, node: GroupNode) -> Key | None:
        """Return all that there is around a group: known in images, where it lies as they do, else ``None``."""
        groups = _above(node)
        if not groups or groups[-1].place is None or self._version.checker.has_packs(node.kind):
            return None
        apart = self._apart(node)
        if apart and apart[0] is _UNKNOWN:
            return None
        parts: list[object] = [path_of(node), apart]
        for group in groups:
            few = len(group.children) <= FEW and len(group.listing or ()) <= NAMES
            key = self.key(group) if few else None
            if key is None:
                return None
            parts += (group.role, key)
        return tuple(parts)

    def _apart(self, node: GroupNode) -> Key | None:
        """Return how an image lies that is compared with the one that it is in: the axes along which it does not agree.

        ``None`` for all others, whose place makes no difference.
        """
        parent = parent_of(node)
        image = parent_of(parent) if parent is not None else None
        kind = self._version.spec.kind_named(node.kind) if image is not None and node.kind is not None else None
        if image is None or kind is None or not kind.placed:
            return None
        ours = node.place.by_axis() if node.place is not None else {}
        theirs = image.place.by_axis() if image.place is not None else {}
        if not ours or not theirs:
            return _UNKNOWN, tuple(ours.items()), tuple(theirs.items())
        return tuple([(name, lies, theirs.get(name)) for name, lies in ours.items() if theirs.get(name) != lies])


_UNKNOWN = "where it lies is not known"


def _above(node: GroupNode) -> list[GroupNode] | None:
    """Return the groups that a group was reached through, from its parent to the root; ``None``: there are too many."""
    groups: list[GroupNode] = []
    above = parent_of(node)
    while above is not None:
        if len(groups) == FAR:
            return None
        groups.append(above)
        above = parent_of(above)
    return groups
