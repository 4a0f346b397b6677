"""Structure and check the documents of nodes, each once for all nodes that are equal."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from ngff_core.checking.checker import Seen, Version
from ngff_core.crawl.bounded import bounded
from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupMetadata, GroupNode, LaterMetadata, path_of
from ngff_core.hierarchy.paths import resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.json_text import JSONDecodeError, dumps, loads
from ngff_core.models.particulars import WORDS_OF
from ngff_core.references import Reference
from ngff_core.spec.typed import group_metadata, metadata_beside
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import group_document, not_said

__all__ = ["Evaluator", "StructuredDocument"]

_faults_of_copies = Reference("ngff_core.zarr.consolidated:faults_of_v3")  # few stores have such copies

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
        self._documents: dict[tuple[bytes | str | None, ...], StructuredDocument] = {}
        self._alike: dict[tuple[object, ...], StructuredDocument] = {}
        self._arrays: dict[bytes, tuple[ArrayDocument, list[Issue]]] = {}
        self._outcomes: dict[tuple[object, ...], list[Issue]] = {}
        self._unchecked: deque[StructuredDocument] = deque(maxlen=64)
        self._strips = {
            kind.name: kind.strip
            for kind in version.spec.kinds
            if kind.strip is not None and not version.checker.has_packs(kind.name)
        }

    def document(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[StructuredDocument, GroupMetadata]:
        """Structure the documents of a group, given by file name; return what it shares with others, and its own."""
        key = (*values, role)
        known = self._documents.get(key)
        if known is not None:
            return known, known.metadata
        form = self._form(names, values, role)
        known = self._alike.get(form) if form is not None else None
        if known is not None and not any(WORDS_OF in issue.pointer for issue in self._checked(known)):
            return known, LaterMetadata(known.metadata, lambda: self._metadata(names, values, role))
        known = self._new_document(names, values, role)
        bounded(self._documents, 64)[key] = known
        if form is not None:
            bounded(self._alike, 64)[form] = known
        return known, known.metadata

    def _form(
        self, names: Sequence[str], values: Sequence[bytes | None], role: str | None
    ) -> tuple[object, ...] | None:
        """Return what documents have in common that differ in nothing that rules tell apart; ``None``: not known."""
        strip = self._strips.get(role) if role is not None else None
        data = values[-1]
        if strip is None or data is None or b"\\" in data:
            return None
        try:
            raw = loads(data)
            ome = raw if self._zarr_format == 2 else raw["attributes"]
            namespace = self._version.spec.namespace
            strip(ome if namespace is None else ome[namespace])
            # a key that stands there twice is one more pair of quotation marks
            return (dumps(raw), data.count(b'"'), *values[:-1], *names, role)
        except (JSONDecodeError, LookupError, TypeError, AttributeError):
            return None

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
            bounded(self._arrays, 256)[data] = known
        return known

    def remembers(self, node: GroupNode, document: StructuredDocument) -> bool:
        """Tell whether groups that are equal to one have the same findings."""
        key = _neighbourhood(node, document)
        return key is not None and key in self._outcomes

    def group(self, node: GroupNode, document: StructuredDocument) -> list[Issue]:
        """Run the rules on a group, once for all groups that are equal to them in every way."""
        key = _neighbourhood(node, document)
        known = self._outcomes.get(key) if key is not None else None
        if known is None:
            found = self._version.checker.check_group(node)
            own = not_said(self._checked(document), found)
            known = self._version.checker.in_order([*own, *found], node.kind)
            self.seen.update((document.seen, (node.kind, _GROUPS)))
            own_words = any(WORDS_OF in issue.pointer for issue in known)  # a like group has others
            if key is not None and not node.read_surroundings and not own_words:
                bounded(self._outcomes, 64)[key] = known
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
