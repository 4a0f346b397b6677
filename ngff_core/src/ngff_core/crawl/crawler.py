"""The crawl: which documents decide the verdict on a hierarchy, and judging each node as it is complete.

Every group is visited by a generator that says what it wants (see `ngff_core.rounds`); no I/O of its own. Issues
come out in the order of the hierarchy whatever the order of the rounds, and what was judged is let go of.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from cattrs import Converter

from ngff_core.checking.checker import Checker, Seen
from ngff_core.crawl.scheduler import Answer, Crawled, Visit, Want
from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Hierarchy, Node, Why
from ngff_core.hierarchy.paths import join, resolve_path
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.report.stats import ReadStats
from ngff_core.spec.detect import Claim, claim_of
from ngff_core.spec.spec import Child, Role
from ngff_core.stores.base import NoStoreError, OutsideStoreError, UndecidedError
from ngff_core.structure.converter import structure
from ngff_core.structure.faults import Fault
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.consolidated import Consolidated
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, GROUP_KEYS, OTHER_DOCUMENTS

if TYPE_CHECKING:
    from ngff_core.crawl.scope import Share

__all__ = ["Crawler", "absence_assumed", "hierarchy_issues", "unreadable"]

MAX_PATH_DEPTH = 64


# --- the visits -------------------------------------------------------------------------------------


class _Judged:
    """A group document after structuring, shared between groups with equal documents.

    What it leads to is asked for first; ``issues`` are those of its own problems until `Crawler.check` adds the others.
    """

    __slots__ = ("checked", "claim", "document", "faults", "issues", "kind", "model", "seen")

    def __init__(
        self,
        document: GroupDocument,
        claim: Claim | None,
        kind: str | None,
        model: Any,
        faults: list[Fault],
    ) -> None:
        self.document = document
        self.claim = claim
        self.kind = kind
        self.model = model
        self.faults = faults
        self.issues = list(document.problems)
        self.seen: Seen = set()
        self.checked = kind is None or bool(document.problems and not document.attributes)


class Crawler:
    """Visits the nodes of one hierarchy and judges each as soon as its neighbours are known."""

    def __init__(
        self,
        checker: Checker,
        converter: Converter,
        *,
        zarr_format: int,
        lists: bool,
        on_node: Callable[[GroupNode | ArrayNode], None] | None = None,
        traffic: ReadStats | None = None,
        share: Share | None = None,
    ) -> None:
        self.checker = checker
        self.spec = checker.spec
        self.converter = converter
        self.zarr_format = zarr_format
        self.lists = lists
        self.on_node = on_node
        self.traffic = traffic or ReadStats()
        self.nodes: dict[str, GroupNode | ArrayNode] | None = {} if checker.keeps_nodes else None
        self.seen: Seen = set()
        self.unsharded = 0  # arrays without shards
        self._groups: dict[tuple[Any, ...], _Judged] = {}
        self._arrays: dict[bytes, tuple[ArrayDocument, list[Issue]]] = {}
        self._unchecked: deque[_Judged] = deque(maxlen=64)
        self._outcomes: dict[tuple[Any, ...], list[Issue]] = {}
        self._visited: set[str] = set()
        self._wells: set[str] = set()  # of a plate at the root
        self._share = share
        self._consolidated: Consolidated | None = None

    # One group ------------------------------------------------------------------------------------

    def visit(
        self,
        path: str,
        role: str | None,
        parent: GroupNode | None = None,
        *,
        follow: bool = True,
        optional: bool = False,
        elsewhere: bool = False,
    ) -> Visit:
        """Visit the group at a path, judge it and all below it.

        ``follow`` False only looks at the group; ``optional``: nobody asks why it is not there. ``elsewhere``: another
        shard judges it, so all that is wanted is the group as others see it.
        """
        names = GROUP_KEYS[self.zarr_format]
        if role == Role.ROW:
            names = names[:1]
        prefix = path if self.lists and (follow or elsewhere) else None
        keys = [join(path, name) for name in names]
        if optional and not self.lists and parent is not None and parent._parent is not None:
            # far down there are many such groups and most are not there: one key tells
            (values, listing), _ = yield Want(keys[:1], prefix)
            if keys[1:] and isinstance(values[0], bytes):
                (more, _), _ = yield Want(keys[1:])
                values = [*values, *more]
            names = names[: len(values)]
        else:
            (values, listing), _ = yield Want(keys, prefix)
        failed = [(n, v) for n, v in zip(names, values, strict=True) if isinstance(v, StoreError)]
        if failed:
            crawled = self._unreadable(path, failed, optional and len(failed) == len(names))
            return Crawled(crawled.node, []) if elsewhere else crawled
        if all(value is None for value in values):
            return (yield from self._absent(path, role, optional))
        if not path:
            yield from self._read_consolidated(values[0], listing)
        judged = self._judge_document(names, values, role)
        if self._is_array(judged.document):
            return Crawled(Absent(path, Why.ARRAY), [])
        node = self._node(path, role, parent, judged, listing)
        issues: list[Issue] = []
        counts: Counter[str] = Counter()
        if not follow or not self._takes(node):
            return Crawled(node, [])
        if path in self._visited:
            message = "the metadata leads to this group a second time; it is judged once"
            return Crawled(node, [finding("node-reached-twice", message, node=path)])
        self._visited.add(path)
        yield from self._visit_children(node, issues, counts)
        if self._share is not None and parent is None and not self._share.first:
            return Crawled(node, issues, counts)
        counts[node.kind or role or "group"] += 1
        own = self._judge_node(node, judged) + self._copies(path, judged.document, names, values)
        self.traffic.found += len(own)
        self._seen(node, path)
        if self.on_node is None and self.nodes is None:
            node.children = {}  # whoever reached this group looks at the group itself
        return Crawled(node, own + issues, counts)

    def _node(self, path: str, role: str | None, parent: GroupNode | None, judged: _Judged, listing: Any) -> GroupNode:
        claim = judged.claim
        return GroupNode(
            path,
            judged.document,
            kind=judged.kind,
            role=role,
            ome=claim.ome if claim else None,
            base=claim.base if claim else (),
            namespaced=claim is not None and claim.namespaced,
            model=judged.model,
            faults=judged.faults,
            parent=parent,
            listing=None if listing is None else tuple(listing),
        )

    def _visit_children(self, node: GroupNode, issues: list[Issue], counts: Counter[str]) -> Generator[Want, Any, None]:
        kind = self.spec.kind_named(node.kind) if node.kind else None
        for children in kind.children(node) if kind is not None else ():
            leaves, groups = self._targets(node, children)
            share = self._share if node._parent is None and self._share is not None and self._share.divided else None
            if share is not None:
                leaves, groups, places = share.divide(leaves, groups)
            keys = [self._leaf_key(child, target) for child, target in leaves]
            visits = [self._visit_child(node, child, target, share) for child, target in groups]
            if not keys and not visits:
                continue

            def attach(values: Sequence[Answer], leaves: list[tuple[Child, str]] = leaves) -> None:
                for (child, target), value in zip(leaves, values, strict=True):
                    if isinstance(value, bytes) and child.role == Role.ARRAY:
                        node.children[child.path] = ArrayNode(target, self._judge_array(value)[0])

            answers, results = yield Want(keys, None, visits, attach)
            values = answers[0] if answers else []
            outcomes: list[tuple[Child, Crawled]] = []
            for (child, target), key, value in zip(leaves, keys, values, strict=True):
                outcomes.append((child, (yield from self._leaf(child, target, key, value))))
            outcomes += [(child, result) for (child, _), result in zip(groups, results, strict=True)]
            if share is not None:
                for (_, result), place in zip(outcomes, places, strict=True):
                    result.issues = share.placed(result.issues, place)
            for child, result in outcomes:
                if child.optional and _is_missing(result.node):
                    node.children.pop(child.path, None)
                else:
                    node.children[child.path] = result.node
                issues += result.issues
                counts += result.counts

    def _visit_child(self, node: GroupNode, child: Child, target: str, share: Share | None) -> Visit:
        elsewhere = share is not None and not share.owns(child, target)
        follow = child.follow and not elsewhere
        return self.visit(target, child.role, node, follow=follow, optional=child.optional, elsewhere=elsewhere)

    def _takes(self, node: GroupNode) -> bool:
        """Tell whether a group is judged at all: of what is no plate, only the first shard judges anything."""
        share = self._share
        if share is None or node._parent is not None:
            return True
        share.divided = node.kind == "plate" and self.nodes is None
        return share.divided or share.first

    def _owner(self, path: str) -> str:
        """Return the well of the plate at the root that a path lies in, or ``""``."""
        while path and path not in self._wells:
            path = path.rpartition("/")[0]
        return path

    def _targets(
        self, node: GroupNode, children: Sequence[Child]
    ) -> tuple[list[tuple[Child, str]], list[tuple[Child, str]]]:
        """Sort out what to fetch for the children of a group: leaves, and groups to visit."""
        leaves: list[tuple[Child, str]] = []
        groups: list[tuple[Child, str]] = []
        for path, child in {child.path: child for child in reversed(children)}.items():
            if path in node.children:
                continue
            target = resolve_path(node._path, path)
            if target is None or target.count("/") > MAX_PATH_DEPTH:
                node.children[path] = Absent(path, Why.OUTSIDE)
            elif child.role in (Role.ARRAY, Role.FILE):
                leaves.append((child, target))
            elif not child.follow and (known := _ancestor(node, target)) is not None:
                node.children[path] = known  # a label image names the image that it lies in
            elif self._wells and child.follow and node._parent and self._owner(target) != self._owner(node._path):
                groups.append((child._replace(follow=False), target))  # judged in its own well, if at all
            else:
                groups.append((child, target))
        if node._parent is None and node.kind == "plate":
            self._wells.update(target for child, target in groups if child.role == "well" and child.follow and target)
        return leaves[::-1], groups[::-1]

    # Leaves ---------------------------------------------------------------------------------------

    def _leaf_key(self, child: Child, target: str) -> str:
        return target if child.role == Role.FILE else join(target, ARRAY_KEY[self.zarr_format])

    def _leaf(self, child: Child, path: str, key: str, value: Answer) -> Visit:
        if isinstance(value, StoreError):
            return self._unreadable(path, [(key.rpartition("/")[2], value)], child.optional)
        if child.role == Role.FILE:
            node: Node = Absent(path, Why.MISSING) if value is None else FileNode(path, value)
            return Crawled(node, [])
        if value is None:
            return (yield from self._absent(path, Role.ARRAY, child.optional))
        document, found = self._judge_array(value)
        if self.zarr_format == 3 and document.raw.get("node_type") == "group":
            return Crawled(Absent(path, Why.GROUP), [])
        array = ArrayNode(path, document)
        self.unsharded += document.shards is None
        self._seen(array, path)
        if self._consolidated is not None:
            found = found + self._consolidated.check(path, {document.name: document.raw})
        issues = [issue._replace(node=path, kind="array") for issue in found]
        self.traffic.found += len(issues)
        return Crawled(array, issues, Counter({"array": 1}))

    def _unreadable(self, path: str, failed: Sequence[tuple[str, StoreError]], optional: bool) -> Crawled:
        """Say what could not be read; what need not be there and is merely withheld counts as absent."""
        if optional and all(isinstance(error, UndecidedError) for _, error in failed):
            return Crawled(Absent(path, Why.MISSING), [absence_assumed(path, *failed[0])])
        return Crawled(Absent(path, Why.UNREADABLE), [unreadable(path, name, error) for name, error in failed])

    def _absent(self, path: str, role: str | None, optional: bool) -> Visit:
        """Find out why a node is not there; only asked about what is wrong already."""
        if optional:
            return Crawled(Absent(path, Why.MISSING), [])
        names = OTHER_DOCUMENTS[self.zarr_format]
        (values, _), _ = yield Want([join(path, name) for name in names], None)
        there = {n for n, v in zip(names, values, strict=True) if isinstance(v, bytes)}
        if self.zarr_format == 2 and role == Role.ARRAY and ".zgroup" in there:
            return Crawled(Absent(path, Why.GROUP), [])
        if self.zarr_format == 2 and role != Role.ARRAY and ".zarray" in there:
            return Crawled(Absent(path, Why.ARRAY), [])
        return Crawled(Absent(path, Why.OTHER_FORMAT if there else Why.MISSING), [])

    # Judging --------------------------------------------------------------------------------------

    def _judge_document(self, names: Sequence[str], values: Sequence[Answer], role: str | None) -> _Judged:
        key = (*values, role)
        judged = self._groups.get(key)
        if judged is None:
            judged = self._judge_new_document(dict(zip(names, values, strict=True)), role)
            _bounded(self._groups, 64)[key] = judged
        return judged

    def _judge_new_document(self, values: dict[str, Any], role: str | None) -> _Judged:
        document = group_document(self.zarr_format, values)
        assert document is not None
        claim = claim_of([self.spec], document.attributes)
        ome: dict[str, Any] = claim.ome if claim else {}
        kind = self.spec.kind_of(ome, role)
        if kind is None:
            return _Judged(document, claim, None, None, [])
        obj, faults = structure(self.converter, ome, kind.load())
        judged = _Judged(document, claim, kind.name, obj, faults)
        self._unchecked.append(judged)
        return judged

    def check_waiting(self) -> None:
        """Run the rules on documents that were not checked yet: for when there is nothing to do but wait."""
        while self._unchecked:
            self._check(self._unchecked.pop())

    def _check(self, judged: _Judged) -> list[Issue]:
        """Return the issues of a document, running the rules on its model the first time."""
        if not judged.checked:
            judged.checked = True
            document, claim = judged.document, judged.claim
            judged.issues += self.checker.check_model(
                judged.model,
                judged.faults,
                base=(*document.base, *(claim.base if claim else ())),
                document=document.name,
                kind=judged.kind,
                seen=judged.seen,
            )
        return judged.issues

    def _judge_array(self, data: bytes) -> tuple[ArrayDocument, list[Issue]]:
        judged = self._arrays.get(data)
        if judged is None:
            document = array_document(self.converter, self.zarr_format, data)
            found = self.checker.check_array(ArrayNode("", document))
            judged = (document, self.checker.in_order([*document.problems, *found], None))
            self.seen.add((None, ArrayNode))
            _bounded(self._arrays, 256)[data] = judged
        return judged

    def _judge_node(self, node: GroupNode, judged: _Judged) -> list[Issue]:
        """Run the rules on a group, once for all groups that are equal to them in every way."""
        key = self._neighbourhood(node, judged)
        known = self._outcomes.get(key) if key is not None else None
        if known is None:
            found = self.checker.check_group(node)
            known = self.checker.in_order([*self._check(judged), *found], node.kind)
            self.seen |= {*judged.seen, (node.kind, GroupNode)}
            if key is not None and not node.read_surroundings:
                _bounded(self._outcomes, 64)[key] = known
        path = node._path
        return [
            issue._replace(
                node=resolve_path(path, issue.node) or issue.node,
                kind=issue.kind or ("array" if issue.node else node.kind),
            )
            for issue in known
        ]

    def _neighbourhood(self, node: GroupNode, judged: _Judged) -> tuple[Any, ...] | None:
        parts: list[Any] = [judged, node.listing]
        for path, child in node.children.items():
            if isinstance(child, ArrayNode):
                parts += (path, child.document)
            elif isinstance(child, Absent):
                parts += (path, child.why)
            else:
                return None
        return tuple(parts)

    # Consolidated metadata ------------------------------------------------------------------------

    def _read_consolidated(self, data: Answer, listing: Sequence[str] | None) -> Generator[Want, Any, None]:
        if self.zarr_format == 3 and isinstance(data, bytes) and b"consolidated_metadata" in data:
            document = group_document(3, {"zarr.json": data})
            self._consolidated = Consolidated.of_v3(document.consolidated if document is not None else None)
        elif self.zarr_format == 2 and ".zmetadata" in (listing or ()):
            (values, _), _ = yield Want([".zmetadata"])
            if isinstance(values[0], bytes):
                self._consolidated = Consolidated.of_v2(values[0])

    def _copies(
        self, path: str, document: GroupDocument, names: Sequence[str], values: Sequence[Answer]
    ) -> list[Issue]:
        if self._consolidated is None or document.problems:
            return []
        raw = {document.name: document.raw if document.zarr_format == 3 else document.attributes}
        if document.zarr_format == 2:
            raw[".zgroup"] = document.raw
        there = {name for name, value in zip(names, values, strict=True) if value is not None}
        return self._consolidated.check(path, {name: value for name, value in raw.items() if name in there})

    # Bookkeeping ----------------------------------------------------------------------------------

    def _is_array(self, document: GroupDocument) -> bool:
        return document.zarr_format == 3 and document.raw.get("node_type") == "array"

    def _seen(self, node: GroupNode | ArrayNode, path: str) -> None:
        if self.on_node is not None:
            self.on_node(node)
        if self.nodes is not None:
            self.nodes[path] = node


def hierarchy_issues(crawler: Crawler, root: GroupNode) -> list[Issue]:
    """Run the rules on whole hierarchies, if there are any."""
    if crawler.nodes is None:
        return []
    return crawler.checker.check_hierarchy(Hierarchy(root, crawler.nodes))


def _ancestor(node: GroupNode, path: str) -> GroupNode | None:
    """Return the group of a path that a group was reached through."""
    above: GroupNode | None = node
    while above is not None and above._path != path:
        above = above._parent
    return above


def _bounded(memory: dict[Any, Any], size: int) -> dict[Any, Any]:
    """Make room in a dictionary that remembers: the oldest entry goes."""
    if len(memory) >= size:
        del memory[next(iter(memory))]
    return memory


def unreadable(path: str, name: str, error: StoreError) -> Issue:
    """Make the issue for a document that could not be read."""
    if isinstance(error, NoStoreError):
        return finding("store-not-found", str(error), hint=error.hint)
    rule = "path-outside-store" if isinstance(error, OutsideStoreError) else "document-unreadable"
    message = f"{name} could not be read: {error}"
    return finding(rule, message, node=path, document=name, hint=error.hint)


def absence_assumed(path: str, name: str, error: StoreError) -> Issue:
    """Note that a document is taken for absent although the store does not say so."""
    message = f"{name} is taken for absent: {error}"
    return finding("absence-assumed", message, node=path, document=name)


def _is_missing(node: Node) -> bool:
    return isinstance(node, Absent) and node.why is not Why.UNREADABLE
