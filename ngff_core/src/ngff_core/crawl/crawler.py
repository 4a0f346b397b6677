"""The crawl: which documents decide the verdict on a hierarchy; each node is evaluated when it is complete.

Every group is visited by a generator that says what it asks for (see `ngff_core.crawl.scheduler`); no I/O of its own.
Issues come out in the order of the hierarchy whatever the order of the answers; evaluated nodes are not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from typing import Any

from ngff_core.checking.checker import Version
from ngff_core.crawl.absence import not_read, why_absent
from ngff_core.crawl.copies import Copies
from ngff_core.crawl.evaluator import Evaluator, StructuredDocument
from ngff_core.crawl.listening import NOBODY, Listening
from ngff_core.crawl.repeats import Outcome
from ngff_core.crawl.scheduler import Answer, Fetch, Visit, VisitResult
from ngff_core.crawl.scope import WHOLE, Scope
from ngff_core.crawl.targets import (
    Branches,
    Target,
    attach,
    is_listed,
    is_on_the_way,
    not_among,
    reached_twice,
    read_group,
    targets_of,
)
from ngff_core.errors import StoreError
from ngff_core.hierarchy.left_over import left_over_in
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Node, Why, parent_of, path_of
from ngff_core.issues.issue import Issue
from ngff_core.report.partial import ReadStats
from ngff_core.spec.spec import Child, Kind, Role
from ngff_core.zarr.keys import GROUP_KEYS, OTHER_DOCUMENTS, join
from ngff_core.zarr.text import parse_object

__all__ = ["Crawler"]

_ONE_ARRAY = Counter({"array": 1})
_ALL_READ = {bytes}


class Crawler:
    """Visits the nodes of one hierarchy, or its part in ``scope``, and evaluates each when its neighbours are known.

    ``lists`` tells whether the store lists cheaply; ``listening`` is told of each node that was evaluated.
    """

    def __init__(
        self,
        version: Version,
        zarr_format: int,
        lists: bool,
        scope: Scope = WHOLE,
        listening: Listening = NOBODY,
        stats: ReadStats | None = None,
    ) -> None:
        self.version = version
        self.zarr_format = zarr_format
        self.lists = lists
        self.scope = scope
        self.listening = listening
        self.stats = ReadStats() if stats is None else stats
        self.unlisted: list[Issue] = []  # that listing failed in
        self.unsharded = 0  # arrays without shards
        self.children = 0  # that the metadata of the root names
        self.evaluator = Evaluator(version, zarr_format)
        self._visited: set[str] = set()
        self._branches = Branches()
        self.copies = Copies()
        self.repeats = self.evaluator.repeats

    # One group ------------------------------------------------------------------------------------

    def visit(
        self, path: str, child: Child | None = None, parent: GroupNode | None = None, *, elsewhere: bool = False
    ) -> Visit:
        """Visit the group at a path, evaluate it and all below it; ``child`` is what its parent says of it.

        ``elsewhere``: another part evaluates it, so only the group itself is read, as rules on its parent see it.
        """
        role = child.role if child is not None else None
        optional = child is not None and child.optional
        follow = child is None or child.follow
        lists = follow or elsewhere or (child is not None and child.lists)
        names = GROUP_KEYS[self.zarr_format]
        if child is not None and child.role == Role.ROW and not self.lists:
            names = names[:1]  # its attributes say nothing, and where nothing lists, absence is hard to tell
        far_down = optional and not self.lists and parent is not None and parent_of(parent) is not None
        unlisted = [] if elsewhere or not (path or self.scope.trunk) else self.unlisted
        values, listing = yield from read_group(path, names, self.lists and lists, far_down, unlisted)
        names = names[: len(values)]
        if {*map(type, values)} != _ALL_READ:
            failed = [(n, v) for n, v in zip(names, values, strict=True) if isinstance(v, StoreError)]
            if failed:
                absent, issues = not_read(path, failed, optional and len(failed) == len(names))
                return VisitResult(absent, [] if elsewhere else issues)
            if all(value is None for value in values):
                if optional and child is not None and child.lists and listing:
                    return VisitResult(Absent(path, Why.MISSING, tuple(listing)), [])
                listed = optional and follow and is_listed(parent, child)
                return (yield from self._absent(path, role, optional and not listed))
        document, metadata = self.evaluator.document(names, values, role)  # type: ignore[arg-type]
        if self.zarr_format == 3 and document.metadata.document.raw.get("node_type") == "array":
            return VisitResult(Absent(path, Why.ARRAY), [])
        node = GroupNode(path, metadata, role=role, parent=parent, listing=None if listing is None else tuple(listing))
        node.shared = document.token
        if not follow or elsewhere:
            on_the_way = is_on_the_way(child) and not elsewhere and metadata.kind is None
            return VisitResult(node, self.evaluator.group(node, document) if on_the_way else [])
        if path in self._visited:
            return VisitResult(node, reached_twice(path, child))
        self._visited.add(path)
        there = [name for name, value in zip(names, values, strict=True) if value is not None]
        return (yield from self._visit_whole(node, document, there))

    def _visit_whole(self, node: GroupNode, document: StructuredDocument, there: Sequence[str]) -> Visit:
        """Evaluate a group and all below it, once for all groups that are equal; ``there`` are its documents."""
        at_root = parent_of(node) is None
        keys = self.repeats.keys(node) if self._may_repeat(node) and (self.scope.trunk or not at_root) else []
        read: dict[str, Answer] = {}
        if keys:
            (values, _), _ = yield Fetch(keys)
            if (known := self._known(node, values)) is not None:
                self._take_over(known, node)
                return known.at(node)
            read = dict(zip(keys, values, strict=True))
        return (yield from self._evaluate_whole(node, document, there, read))

    def _known(self, node: GroupNode, values: Sequence[Answer]) -> Outcome | None:
        """Return what came of a group with the same under its keys, wherever it was, or in the same surroundings."""
        known = self.repeats.get(node, values, not path_of(node))
        around = self.evaluator.outcomes.around(node) if known is None else None
        return self.repeats.get(node, values, around) if around is not None else known

    def _take_over(self, known: Outcome, node: GroupNode) -> None:
        self.unsharded += known.unsharded
        self.stats.found += known.found
        self.evaluator.seen |= known.seen
        self.listening.tell_again(node, known)
        if parent_of(node) is None:
            self.children = known.end

    def _may_repeat(self, node: GroupNode) -> bool:
        """Tell whether nobody wants the nodes, and there are no copies to compare them with, be they read or not."""
        return not (self.listening.wants_nodes or self.copies.may_be_there(self.zarr_format, node.listing))

    def _evaluate_whole(
        self, node: GroupNode, document: StructuredDocument, there: Sequence[str], read: dict[str, Answer]
    ) -> Visit:
        """Evaluate a group and all below it; ``read`` is what was asked for already."""
        path, at_root = path_of(node), parent_of(node) is None
        unusable = yield from self.copies.read(path, document.metadata.document, node.listing)
        below = yield from self._visit_children(node, read=read)
        if at_root and not self.scope.trunk:
            return below
        own = self.evaluator.group(node, document)
        children = [*node.children.values()]
        where = self.evaluator.outcomes.holds_for(node) if self._may_repeat(node) else None
        for beside in document.beside:
            more = yield from self._visit_as(beside, node, below)
            own = own + not_among(own, more)
        own = [*unusable, *own, *self.copies.check_group(node, there), *left_over_in(path, node.listing)]
        rest = yield from self.copies.check_rest(path, self._branches)
        result = self._evaluated(below, own, path, rest)
        if where is not None and below.leaves is not None and not document.beside:
            outcome = Outcome(result, children, self.evaluator.seen_in(node, document, children), self.children)
            self.repeats.put(node, [*below.leaves.values()], where, outcome)
        result.arrays = ()
        return result

    def _evaluated(self, result: VisitResult, own: list[Issue], path: str, rest: list[Issue]) -> VisitResult:
        """Return what came of a group with its own findings before those below it, and the ``rest`` behind."""
        node = result.node
        assert isinstance(node, GroupNode)
        result.counts[node.kind or node.role or "group"] += 1
        self.stats.found += len(own)
        self.listening.tell(node, path)
        if not self.listening.wants_nodes:
            node.children = {}  # whoever reached this group looks at the group itself
        if parent_of(node) is None:
            result.sections.insert(0, (0, tuple(own)))
            result.sections.append((self.children + 1, tuple(rest)))
        else:
            result.issues[:0] = own
            result.issues += rest
        return result

    # Children -------------------------------------------------------------------------------------

    def _visit_as(
        self, document: StructuredDocument, first: GroupNode, whole: VisitResult
    ) -> Generator[Fetch, Any, list[Issue]]:
        """Visit a group as what it is besides: what that leads to goes to the others, its own findings are returned."""
        path = path_of(first)
        node = GroupNode(path, document.metadata, role=first.role, parent=parent_of(first), listing=first.listing)
        node.shared = document.token
        node.children = first.children  # what both lead to is visited once
        yield from self._visit_children(node, whole)
        found = self.evaluator.group(node, document)
        self.listening.tell(node, path)
        return found

    def _visit_children(
        self, node: GroupNode, whole: VisitResult | None = None, read: dict[str, Answer] | None = None
    ) -> Generator[Fetch, Any, VisitResult]:
        """Visit the children of a group; return what came of them all, or add it to a ``whole``."""
        if whole is None:
            whole = VisitResult(node, [], Counter())
            whole.leaves = read
        kind = self.version.spec.kind_named(node.kind) if node.kind else None
        if kind is None:
            return whole
        count = self.children if parent_of(node) is None else 0
        for children in kind.children(self.evaluator.like(node)):
            leaves, groups = targets_of(node, kind, children, count, self._branches)
            count += len(leaves) + len(groups)
            if parent_of(node) is None:
                self.children = count
                if not self.scope.trunk:
                    leaves, groups = [], [t for t in groups if self.scope.covers(kind, t.child, t.path)]
            if groups or any(leaf.leaves_group for leaf in leaves):
                whole.leaves = None  # others that are equal lead to something else
            attach(whole, (yield from self._visit_batch(node, kind, leaves, groups, whole.leaves)))
        return whole

    def _visit_batch(
        self, node: GroupNode, kind: Kind, leaves: list[Target], groups: list[Target], read: dict[str, Answer] | None
    ) -> Generator[Fetch, Any, list[tuple[Target, VisitResult]]]:
        """Visit children that are asked for together, in their order: leaves first, but for what was ``read``."""
        keys = [leaf.key(self.zarr_format) for leaf in leaves]
        at_root = parent_of(node) is None
        visits = [
            self.visit(t.path, t.child, node, elsewhere=at_root and not self.scope.covers(kind, t.child, t.path))
            for t in groups
        ]
        if not keys and not visits:
            return []

        def arrived(values: Sequence[Answer]) -> None:
            for leaf, value in zip(leaves, values, strict=True):
                if isinstance(value, bytes) and leaf.child.role == Role.ARRAY:
                    node.children[leaf.child.path] = ArrayNode(leaf.path, self.evaluator.array(value)[0])

        if read is not None:
            self.repeats.put_keys(node, [*{**read, **dict.fromkeys(keys)}])
        if read and read.keys() >= {*keys}:
            values, results = [read[key] for key in keys], ()
            arrived(values)
        else:
            answers, results = yield Fetch(keys, None, visits, arrived)
            values = answers[0] if answers else []
        if read is not None:
            read.update(zip(keys, values, strict=True))
        outcomes: list[tuple[Target, VisitResult]] = []
        for leaf, key, value in zip(leaves, keys, values, strict=True):
            outcomes.append((leaf, (yield from self._leaf(node, leaf, key, value))))
        return [*outcomes, *zip(groups, results, strict=True)]

    # Leaves ---------------------------------------------------------------------------------------

    def _leaf(self, group: GroupNode, leaf: Target, key: str, value: Answer) -> Visit:
        path, child = leaf.path, leaf.child
        above, _, name = key.rpartition("/")
        is_document = child.role == Role.FILE and name in GROUP_KEYS[2]
        if isinstance(value, StoreError):
            absent, unread = not_read(above if is_document else path, [(name, value)], child.optional)
            return VisitResult(absent, unread if child.follow else [])
        if child.role == Role.FILE:
            node: Node = Absent(path, Why.MISSING) if value is None else FileNode(path, value)
            problems = parse_object(value, name)[1] if value is not None and is_document and child.follow else ()
            return VisitResult(node, [problem.moved(above, None) for problem in problems])
        if value is None:
            return (yield from self._absent(path, Role.ARRAY, child.optional))
        document, found = self.evaluator.array(value)
        if self.zarr_format == 3 and document.raw.get("node_type") == "group":
            return VisitResult(Absent(path, Why.GROUP), [])
        array = ArrayNode(path, document)
        if not child.follow:
            return VisitResult(array, [])
        self.unsharded += document.shards is None
        self.listening.tell(array, path)
        found = found + self.copies.check_array(group, path, document.name, document.raw)
        issues = [issue.moved(path, "array") for issue in found]
        self.stats.found += len(issues)
        return VisitResult(array, issues, _ONE_ARRAY)

    def _absent(self, path: str, role: str | None, optional: bool) -> Visit:
        """Find out why a node is not there; only asked about what is wrong already."""
        if optional:
            return VisitResult(Absent(path, Why.MISSING), [])
        names = OTHER_DOCUMENTS[self.zarr_format]
        (values, _), _ = yield Fetch([join(path, name) for name in names])
        return VisitResult(Absent(path, why_absent(self.zarr_format, role, dict(zip(names, values, strict=True)))), [])
