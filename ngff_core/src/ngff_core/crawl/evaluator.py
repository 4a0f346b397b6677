"""Structure and check the documents of nodes, each once for all nodes that are equal."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

from ngff_core.checking.checker import Seen, Version
from ngff_core.crawl.memory import Memory, bounded
from ngff_core.hierarchy.nodes import (
    Absent,
    ArrayNode,
    FileNode,
    GroupMetadata,
    GroupNode,
    LaterMetadata,
    parent_of,
    path_of,
)
from ngff_core.hierarchy.paths import resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.json_text import JSONDecodeError, dumps, loads_roughly
from ngff_core.models.particulars import WORDS_OF
from ngff_core.references import Reference
from ngff_core.spec.spec import Strip
from ngff_core.spec.typed import group_metadata, metadata_beside
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import group_document, not_said

__all__ = ["Evaluator", "StructuredDocument"]

_faults_of_copies = Reference("ngff_core.zarr.consolidated:faults_of_v3")  # few stores have such copies

_POWER = re.compile(rb"[0-9]e[0-9]")  # of a float that may stand for an integer of many digits
_ARRAYS: Seen = (None, frozenset([ArrayNode]))
_GROUPS: frozenset[type] = frozenset([GroupNode])


class StructuredDocument:
    """A group document after structuring, shared between groups with equal documents.

    Rules run on it later, as reading what it leads to goes first: until it is ``checked``, ``issues`` holds only what
    was found when it was read. ``beside`` is the same document as what it is besides: an image may be a scene, too.
    """

    __slots__ = ("beside", "checked", "issues", "metadata", "seen")

    def __init__(
        self, metadata: GroupMetadata, issues: list[Issue], checked: bool, beside: Sequence[StructuredDocument] = ()
    ) -> None:
        self.metadata = metadata
        self.issues = issues
        self.checked = checked
        self.beside = beside
        self.seen: Seen = (None, frozenset())


class Evaluator:
    """Evaluates the documents of one hierarchy; ``seen`` is what there was for rules to look at.

    A document that equals one before is not evaluated again, as long as that one is remembered; nor is one that only
    differs in what makes no difference to rules (`Kind.strip`), where no rule pack looks at it.
    """

    def __init__(self, version: Version, zarr_format: int) -> None:
        self.seen: set[Seen] = set()
        self._version = version
        self._zarr_format = zarr_format
        self._documents: Memory[StructuredDocument] = Memory(64)
        self._alike: Memory[StructuredDocument] = Memory(64)
        self._arrays: Memory[tuple[ArrayDocument, list[Issue]]] = Memory(256)
        self._outcomes: dict[tuple[object, ...], list[Issue]] = {}
        self._unchecked: deque[StructuredDocument] = deque(maxlen=64)
        self._strips: dict[str | None, Strip | None] = {}

    def document(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[StructuredDocument, GroupMetadata]:
        """Structure the documents of a group, given by file name; return what it shares with others, and its own."""
        known = self._documents.get(values, role)
        if known is not None:
            return known, known.metadata
        form, key = self._form(names, values, role)
        known = self._alike.get(form, key) if form else None
        if known is not None and not any(WORDS_OF in issue.pointer for issue in self._checked(known)):
            return known, LaterMetadata(known.metadata, lambda: self._metadata(names, values, role))
        known = self._new_document(names, values, role)
        self._documents.put(values, role, known)
        if form and not _POWER.search(form[-1] or b""):
            self._alike.put(form, key, known)
        return known, known.metadata

    def _form(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[list[bytes | None], tuple[object, ...]]:
        """Return what documents have in common that differ in nothing that rules tell apart; none: not known."""
        if role not in self._strips:
            kind = self._version.spec.kind_named(role) if role is not None else None
            shares = kind is not None and not self._version.checker.has_packs(kind.name)
            self._strips[role] = kind.strip if kind is not None and shares else None
        strip, data = self._strips[role], values[-1]
        if strip is None or data is None or b"\\" in data:
            return [], ()
        try:
            raw = loads_roughly(data)
            ome = raw if self._zarr_format == 2 else raw["attributes"]
            namespace = self._version.spec.namespace
            strip(ome if namespace is None else ome[namespace])
            text = dumps(raw)
        except (JSONDecodeError, LookupError, TypeError, AttributeError):
            return [], ()
        # a key that stands there twice is one more pair of quotation marks
        return [*values[:-1], text], (data.count(b'"'), role, *names)

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
        if not document.checked:
            document.checked = True
            metadata = document.metadata
            found, document.seen = self._version.checker.check_model(
                metadata.model,
                metadata.faults,
                base=(*metadata.document.base, *metadata.base),
                document=metadata.document.name,
                kind=metadata.kind,
            )
            document.issues += found
        return document.issues

    def array(self, data: bytes) -> tuple[ArrayDocument, list[Issue]]:
        """Read the document of an array, and run the rules on arrays."""
        known = self._arrays.get((data,), None)
        if known is None:
            checker = self._version.checker
            document = array_document(self._version.converter, self._zarr_format, data)
            found = checker.check_array(ArrayNode("", document))
            known = (
                document,
                checker.in_order([*document.problems, *document.repeated, *document.header_issues, *found], None),
            )
            self.seen.add(_ARRAYS)
            self._arrays.put((data,), None, known)
        return known

    def remembers(self, node: GroupNode) -> bool:
        """Tell whether groups that are equal to one, wherever they are, have the same findings."""
        key = self._neighbourhood(node)
        return key is not None and key in self._outcomes

    def group(self, node: GroupNode, document: StructuredDocument) -> list[Issue]:
        """Run the rules on a group, once for all groups that are equal to them in every way."""
        key = self._neighbourhood(node)
        here = key and (parent_of(node), *key)
        known = self._outcomes.get(key, self._outcomes.get(here)) if key and here else None
        if known is None:
            looked_around, found = self._look(node)
            own = not_said(self._checked(document), found)
            known = self._version.checker.in_order([*own, *found], node.kind)
            self.seen.update((document.seen, (node.kind, _GROUPS)))
            own_words = any(WORDS_OF in issue.pointer for issue in known)  # a like group has others
            at = here if node.read_parent else key
            if at is not None and not looked_around and not own_words:
                bounded(self._outcomes, 64)[at] = known
        path = path_of(node)
        return [
            issue.moved(
                resolve_path(path, issue.node) or issue.node,
                issue.kind or ("array" if issue.node else node.kind),
            )
            for issue in known
        ]

    def _look(self, node: GroupNode) -> tuple[bool, list[Issue]]:
        """Run the rules on a group; tell whether one looked around, and return what they found."""
        around = [node, *(child for _, child in node.groups())]
        for group in around:
            group.read_surroundings = group.read_parent = False
        found = self._version.checker.check_group(node)
        looked = any(group.read_surroundings or (group.read_parent and group is not node) for group in around)
        return looked, found

    def _neighbourhood(self, node: GroupNode) -> tuple[object, ...] | None:
        """Return all that rules on a group may look at, except its path and parent; ``None``: more than can be told."""
        parts: list[object] = [node.shared, node.listing]
        for path, child in node.children.items():
            if isinstance(child, ArrayNode):
                parts += (path, child.document)
            elif isinstance(child, Absent):
                parts += (path, child.why)
            elif isinstance(child, FileNode):
                parts += (path, child.data)
            elif child.children or self._version.checker.has_packs(node.kind):
                return None
            else:
                parts += (path, child.shared, child.listing, child.role)
        return tuple(parts)
