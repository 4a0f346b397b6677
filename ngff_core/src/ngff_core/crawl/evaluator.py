"""Structure and check the documents of nodes, each once for all nodes that are equal."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from typing import TypeVar

from ngff_core.checking.checker import Seen, Version
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupMetadata, GroupNode, path_of
from ngff_core.hierarchy.paths import resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.references import Reference
from ngff_core.spec.typed import group_metadata, metadata_beside
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import group_document, not_said

__all__ = ["Evaluator", "StructuredDocument"]

_faults_of_copies = Reference("ngff_core.zarr.consolidated:faults_of_v3")  # few stores have such copies

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

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

    A document that equals one before is not evaluated again, as long as that one is remembered.
    """

    def __init__(self, version: Version, zarr_format: int) -> None:
        self.seen: set[Seen] = set()
        self._version = version
        self._zarr_format = zarr_format
        self._documents: dict[tuple[bytes | str | None, ...], StructuredDocument] = {}
        self._arrays: dict[bytes, tuple[ArrayDocument, list[Issue]]] = {}
        self._outcomes: dict[tuple[object, ...], list[Issue]] = {}
        self._unchecked: deque[StructuredDocument] = deque(maxlen=64)

    def document(self, names: Sequence[str], values: Sequence[bytes | None], role: str | None) -> StructuredDocument:
        """Structure the documents of a group, given by file name."""
        key = (*values, role)
        known = self._documents.get(key)
        if known is None:
            known = self._new_document(names, values, role)
            _bounded(self._documents, 64)[key] = known
        return known

    def _new_document(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> StructuredDocument:
        document = group_document(self._zarr_format, dict(zip(names, values, strict=True)))
        assert document is not None
        spec, converter = self._version.spec, self._version.converter
        metadata = group_metadata(spec, converter, document, role)
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
        known = self._arrays.get(data)
        if known is None:
            checker = self._version.checker
            document = array_document(self._version.converter, self._zarr_format, data)
            found = checker.check_array(ArrayNode("", document))
            known = (
                document,
                checker.in_order([*document.problems, *document.repeated, *document.header_issues, *found], None),
            )
            self.seen.add(_ARRAYS)
            _bounded(self._arrays, 256)[data] = known
        return known

    def group(self, node: GroupNode, document: StructuredDocument) -> list[Issue]:
        """Run the rules on a group, once for all groups that are equal to them in every way."""
        key = _neighbourhood(node, document)
        known = self._outcomes.get(key) if key is not None else None
        if known is None:
            found = self._version.checker.check_group(node)
            own = not_said(self._checked(document), found)
            known = self._version.checker.in_order([*own, *found], node.kind)
            self.seen.update((document.seen, (node.kind, _GROUPS)))
            if key is not None and not node.read_surroundings:
                _bounded(self._outcomes, 64)[key] = known
        path = path_of(node)
        return [
            issue.moved(
                resolve_path(path, issue.node) or issue.node,
                issue.kind or ("array" if issue.node else node.kind),
            )
            for issue in known
        ]


def _neighbourhood(node: GroupNode, document: StructuredDocument) -> tuple[object, ...] | None:
    """Return all that rules on a group may look at, except its path; ``None``: there are groups in it."""
    parts: list[object] = [document, node.listing]
    for path, child in node.children.items():
        if isinstance(child, ArrayNode):
            parts += (path, child.document)
        elif isinstance(child, Absent):
            parts += (path, child.why)
        elif isinstance(child, FileNode):
            parts += (path, child.data)
        else:
            return None
    return tuple(parts)


def _bounded(memory: dict[K, V], size: int) -> dict[K, V]:
    """Make room in a dictionary that remembers: the oldest entry goes."""
    if len(memory) >= size:
        del memory[next(iter(memory))]
    return memory
