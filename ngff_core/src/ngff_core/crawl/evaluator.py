"""Structure and check the documents of nodes, each once for all nodes that are equal."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from weakref import WeakKeyDictionary

from ngff_core.checking.checker import Seen, Version
from ngff_core.crawl.memory import Memory
from ngff_core.crawl.repeats import Found, Key, KnownGroups, Repeats
from ngff_core.hierarchy.nodes import (
    ArrayNode,
    GroupMetadata,
    GroupNode,
    LaterMetadata,
    Node,
    is_unread,
    parent_of,
    path_of,
)
from ngff_core.hierarchy.places import Place, place_of
from ngff_core.issues.issue import Issue
from ngff_core.json_text import JSONDecodeError, dumps, loads_roughly, may_be_rough
from ngff_core.models.particulars import has_own_words
from ngff_core.references import Reference
from ngff_core.spec.spec import Strip
from ngff_core.spec.typed import group_metadata, metadata_beside
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import group_document, not_said
from ngff_core.zarr.paths import resolve_path

__all__ = ["Evaluator", "StructuredDocument"]

_faults_of_copies = Reference("ngff_core.zarr.consolidated:faults_of_v3")  # few stores have such copies

_ARRAYS: Seen = (None, frozenset([ArrayNode]))
_GROUPS: frozenset[type] = frozenset([GroupNode])


class StructuredDocument:
    """A group document after structuring, shared between groups with equal documents.

    ``problems`` are what was found when it was read; ``issues`` all that was found, once rules have run on it: that is
    done later, as reading what it leads to goes first. ``beside`` is the same document as what it is besides: an image
    may be a scene, too. One that ``comes_once`` is too large to be remembered.
    """

    __slots__ = ("beside", "comes_once", "issues", "metadata", "problems", "seen")

    def __init__(
        self, metadata: GroupMetadata, problems: list[Issue], checked: bool, beside: Sequence[StructuredDocument] = ()
    ) -> None:
        self.metadata = metadata
        self.problems = problems
        self.issues = problems if checked else None
        self.beside = beside
        self.comes_once = False
        self.seen: Seen = (None, frozenset())

    @property
    def token(self) -> object:
        """What groups are known by that share it, for as long as anything is remembered of them."""
        return object() if self.comes_once else self


class Known:
    """What was made of documents by one version: structured documents, those of arrays, what was found in groups."""

    __slots__ = ("alike", "arrays", "documents", "outcomes", "repeats")

    def __init__(self) -> None:
        self.documents: Memory[StructuredDocument] = Memory(64)
        self.alike: Memory[StructuredDocument] = Memory(64)
        self.arrays: Memory[tuple[ArrayDocument, list[Issue]]] = Memory(256)
        self.outcomes: dict[Key, Found] = {}
        self.repeats = Repeats()


_known: WeakKeyDictionary[Version, dict[int, Known]] = WeakKeyDictionary()


def known_of(version: Version, zarr_format: int) -> Known:
    """Return what was made of documents by a version, in a Zarr format: the same for all hierarchies."""
    of_version = _known.setdefault(version, {})
    known = of_version.get(zarr_format)
    return of_version.setdefault(zarr_format, Known()) if known is None else known


class Evaluator:
    """Evaluates the documents of one hierarchy; ``seen`` is what there was for rules to look at.

    A document that equals one before is not evaluated again, as long as that one is remembered, for further hierarchies
    as well (`Known`); nor is one that only differs in what makes no difference to rules (`Kind.strip`), where no rule
    pack looks at it.
    """

    def __init__(self, version: Version, zarr_format: int) -> None:
        self.seen: set[Seen] = set()
        self._version = version
        self._zarr_format = zarr_format
        self._known = known_of(version, zarr_format)
        self.repeats = self._known.repeats
        self.outcomes = KnownGroups(version, self._known.outcomes)
        self._unchecked: deque[StructuredDocument] = deque(maxlen=64)
        self._strips: dict[str, Strip | None] = {}
        self.parsed: tuple[bytes, JSONObject] | None = None  # a document that was parsed already, to be used up

    def document(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[StructuredDocument, GroupMetadata]:
        """Structure the documents of a group, given by file name; return what it shares with others, and its own."""
        known = self._known.documents.get(values, role)
        if known is not None:
            return known, known.metadata
        form, key, place = self._form(names, values, role)
        known = self._known.alike.get(form, key) if form else None
        if known is not None and not has_own_words(self._checked(known)):
            return known, LaterMetadata(known.metadata, place, lambda: self._metadata(names, values, role))
        known = self._new_document(names, values, role)
        known.metadata.place = place
        known.comes_once = not self._known.documents.put(values, role, known)
        if form and not may_be_rough(form[-1] or b""):
            self._known.alike.put(form, key, known)
        return known, known.metadata

    def _form(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[list[bytes | None], Key, Place | None]:
        """Return what documents have in common that differ in nothing that rules tell apart; none: not known.

        And the place of an image that is a store, or lies in another one.
        """
        data = values[-1]
        if data is None or b"\\" in data or (role is not None and self._strip_for(role) is None):
            return [], (), None
        try:
            raw = self.parsed[1] if self.parsed is not None and self.parsed[0] is data else loads_roughly(data)
            self.parsed = None
            ome = raw if self._zarr_format == 2 else raw["attributes"]
            ome = ome if self._version.spec.namespace is None else ome[self._version.spec.namespace]
            kind = self._version.spec.kind_of(ome, role)
            strip = self._strip_for(kind.name) if kind is not None else None
            if kind is None or strip is None:
                return [], (), None
            place = place_of(ome) if role is None or kind.placed else None
            marks = data.count(b'"') - (strip(ome) or 0)
            text = dumps(raw)
        except (JSONDecodeError, LookupError, TypeError, AttributeError):
            return [], (), None
        # a key that stands there twice is one more pair of quotation marks
        return [*values[:-1], text], (marks, role, *names), place

    def _strip_for(self, kind: str) -> Strip | None:
        """Return what takes out of documents of a kind what makes no difference; ``None`` where rule packs look."""
        if kind not in self._strips:
            found = self._version.spec.kind_named(kind)
            shares = found is not None and not self._version.checker.has_packs(kind)
            self._strips[kind] = found.strip if found is not None and shares else None
        return self._strips[kind]

    def _metadata(self, names: Sequence[str], values: Sequence[bytes | None], role: str | None) -> GroupMetadata:
        document = group_document(self._zarr_format, dict(zip(names, values, strict=True)))
        assert document is not None
        return group_metadata(self._version.spec, self._version.converter, document, role)

    def _new_document(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> StructuredDocument:
        metadata = self._metadata(names, values, role)
        document = metadata.document
        spec, converter = self._version.spec, self._version.converter
        nothing_to_check = metadata.kind is None or bool(document.problems and not document.attributes)
        copies = _faults_of_copies(document) if "consolidated_metadata" in document.raw else ()
        beside = [StructuredDocument(also, [], False) for also in metadata_beside(spec, converter, metadata)]
        issues = [*document.problems, *copies, *document.header_issues]
        made = StructuredDocument(metadata, issues, nothing_to_check, beside)
        if metadata.kind is not None:
            self._unchecked += (made, *beside)
        return made

    def check_waiting(self) -> None:
        """Run the rules on documents that were not checked yet: called before waiting for answers."""
        while self._unchecked:
            self._checked(self._unchecked.pop())

    def _checked(self, document: StructuredDocument) -> list[Issue]:
        """Return the issues of a document, running the rules on its model the first time."""
        if document.issues is None:
            metadata = document.metadata
            found, document.seen = self._version.checker.check_model(
                metadata.model,
                metadata.faults,
                base=(*metadata.document.base, *metadata.base),
                document=metadata.document.name,
                kind=metadata.kind,
            )
            document.issues = [*document.problems, *found]  # at once: another thread may look at the same document
        return document.issues

    def array(self, data: bytes) -> tuple[ArrayDocument, list[Issue]]:
        """Read the document of an array, and run the rules on arrays."""
        known = self._known.arrays.get((data,), None)
        if known is None:
            checker = self._version.checker
            document = array_document(self._version.converter, self._zarr_format, data)
            found = checker.check_array(ArrayNode("", document))
            known = (
                document,
                checker.in_order([*document.problems, *document.repeated, *document.header_issues, *found], None),
            )
            self._known.arrays.put((data,), None, known)
        self.seen.add(_ARRAYS)
        return known

    def seen_in(self, node: GroupNode, document: StructuredDocument, children: Iterable[Node]) -> Iterator[Seen]:
        """Yield what there was for rules to look at in a group that leads to arrays and files alone."""
        yield document.seen
        yield (node.kind, _GROUPS)
        if any(isinstance(child, ArrayNode) for child in children):
            yield _ARRAYS

    def like(self, node: GroupNode) -> GroupNode:
        """Return a group that leads to the same: as the first that one is like, whose metadata is there already."""
        known = node.shared
        if not isinstance(known, StructuredDocument) or not is_unread(node):
            return node
        like = GroupNode(path_of(node), known.metadata, role=node.role, parent=parent_of(node), listing=node.listing)
        like.children = node.children
        return like

    def group(self, node: GroupNode, document: StructuredDocument) -> list[Issue]:
        """Run the rules on a group, once for all groups that are equal to them in every way."""
        key = self.outcomes.key(node)
        found = self.outcomes.find(node, key) if key is not None else None
        if found is None:
            looked_around, more = self._look(node)
            own = not_said(self._checked(document), more)
            issues = self._version.checker.in_order([*own, *more], node.kind)
            found = issues, (document.seen, (node.kind, _GROUPS))
            if key is not None and not has_own_words(issues):  # a like group has others
                self.outcomes.put(node, key, found, looked_around=looked_around, clean=not more)
        self.seen.update(found[1])
        path = path_of(node)
        return [
            issue.moved(
                resolve_path(path, issue.node) or issue.node,
                issue.kind or ("array" if issue.node else node.kind),
            )
            for issue in found[0]
        ]

    def _look(self, node: GroupNode) -> tuple[bool, list[Issue]]:
        """Run the rules on a group; tell whether one looked around, and return what they found."""
        around = [node, *(child for _, child in node.groups())]
        for group in around:
            group.read_surroundings = group.read_parent = False
        found = self._version.checker.check_group(node)
        looked = any(group.read_surroundings or (group.read_parent and group is not node) for group in around)
        return looked, found
