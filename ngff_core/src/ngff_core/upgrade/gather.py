"""Gather the documents of a whole hierarchy: what metadata names, what lies on the way there, and all else in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.migration.interface import NodeDocuments, Remark
from ngff_core.plugins.registry import Registry
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.spec.spec import Role
from ngff_core.stores import LocalStore, Store, UndecidedError
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.upgrade.others import Others, look_below, look_in_copies
from ngff_core.upgrade.overlay import Recorder
from ngff_core.validation.calls import check_store
from ngff_core.validation.root import Chosen, choose, read_root
from ngff_core.validation.setup import Setup
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ATTRIBUTES_KEY, CONSOLIDATED_KEY, NODE_KEYS, OTHER_FORMAT, above, join
from ngff_core.zarr.text import parse_json

__all__ = ["Gathered", "Hierarchy", "gather", "present"]

Progress = Callable[[ReadStats], None]


@attrs.frozen
class Hierarchy:
    """What the OME metadata of one group leads to: the report on it, its documents by their path in the store."""

    path: str
    report: Report
    documents: dict[str, NodeDocuments]
    obstacles: list[Remark]


@attrs.frozen
class Gathered:
    """A store as it is: its hierarchy, others in it that no metadata names, and all other nodes.

    ``blind`` tells that the store cannot be listed, so that
    further nodes are those of which it holds copies.
    """

    hierarchies: Sequence[Hierarchy]
    others: Others
    blind: bool = False

    @property
    def report(self) -> Report:
        """The report on the hierarchy of the root."""
        return self.hierarchies[0].report

    @cached_property
    def documents(self) -> dict[str, NodeDocuments]:
        """All documents: whatever is in a group comes before it."""
        documents = dict(self.others.nodes)
        for hierarchy in self.hierarchies[::-1]:
            documents |= hierarchy.documents
        return {path: documents[path] for path in _children_first(documents)}

    @property
    def unnamed(self) -> list[str]:
        """The paths of the other hierarchies."""
        return [hierarchy.path for hierarchy in self.hierarchies[1:]]


def gather(
    store: Recorder, registry: Registry, other_format: Callable[[int], bool], on_progress: Progress | None = None
) -> Gathered:
    """Check a store and gather the documents of its groups and arrays.

    There are none where no version could be found, or not even the root could be read. ``other_format`` tells for the
    Zarr format of the store whether documents of the other one are read, too: they are in the way, or superseded.
    """
    first = _hierarchy(store, "", registry, other_format, on_progress)
    if not first.documents:
        return Gathered([first], Others())
    specs = list(registry.specs.values())
    blind = store.list("") is None
    look = look_in_copies if blind else look_below
    others = look(store, first.documents, specs, first.documents[""].zarr_format)
    known = dict(first.documents)
    hierarchies = [first]
    todo = list(others.roots)
    while todo:
        path = todo.pop(0)
        if path in known:
            continue
        more = _hierarchy(store, path, registry, other_format, on_progress)
        fresh = {p: node for p, node in more.documents.items() if p not in known}
        hierarchies.append(attrs.evolve(more, documents=fresh))
        known |= fresh
        if fresh and not blind:
            inside = look_below(store, fresh, specs, fresh[path].zarr_format)
            others = others.joined(inside)
            todo += inside.roots
    _read_copies(store, others, other_format)
    return Gathered(hierarchies, others, blind)


def _read_copies(store: Recorder, others: Others, other_format: Callable[[int], bool]) -> None:
    """Read consolidated metadata of further groups, which is changed or taken away with them."""
    groups = [node for node in others.nodes.values() if not node.is_array]
    concerned = [node.path for node in groups if node.zarr_format == 2 or other_format(node.zarr_format)]
    there = [path for path in concerned if CONSOLIDATED_KEY[2] in (store.listed.get(path) or ())]
    store.get_rare([join(path, CONSOLIDATED_KEY[2]) for path in there])


def hierarchy_around(store: Store, registry: Registry, to: str) -> str | None:
    """Return the directory of a hierarchy that names the store as a part of it, and is of another version than ``to``.

    Only looked for around directories of this machine.
    """
    inner = canonical_url_of(store)
    if not os.path.isdir(inner):
        return None
    setup = Setup(registry, Settings())
    for folder in list(map(str, Path(inner).parents))[::-1]:
        reader = Reader(LocalStore(folder))
        chosen = choose(setup, read_root(reader, setup.specs), reader)
        if isinstance(chosen, Chosen) and chosen.spec.version != to:
            seen: list[GroupNode | ArrayNode] = []
            check_store(reader.store, registry=registry, on_node=seen.append)
            inside = os.path.relpath(inner, folder).replace(os.sep, "/")
            if any(node.path == inside for node in seen):
                return folder
    return None


# --- what the metadata of a group leads to ----------------------------------------------------------


def _hierarchy(
    store: Recorder,
    base: str,
    registry: Registry,
    other_format: Callable[[int], bool],
    on_progress: Progress | None,
) -> Hierarchy:
    found: dict[str, tuple[str, Any]] = {}

    def record(node: GroupNode | ArrayNode) -> None:
        path = join(base, node.path) if node.path else base
        if isinstance(node, GroupNode):
            found[path] = (node.kind or (Role.ROW if node.role == Role.ROW else Role.GROUP), node.document)
        else:
            found[path] = (Role.ARRAY, node.document)

    view = StoreBelow(store, base) if base else store
    report = check_store(view, registry=registry, on_node=record, on_progress=on_progress)
    if base not in found:
        return Hierarchy(base, report, {}, [])
    zarr_format = found[base][1].zarr_format
    known = _Known(zarr_format, [], {})
    ways = dict.fromkeys(way for path in found for way in above(path) if len(way) > len(base))
    between = [path for path in ways if path not in found]
    extra = _extra_keys(store, found, between, zarr_format, other_format(zarr_format))
    store.get_rare([key for keys in extra.values() for key in keys])
    documents = {}
    for path in _children_first([*found, *between]):
        read = {key.rpartition("/")[2]: store.read[key] for key in extra[path]}
        kind, document = found.get(path, (Role.GROUP, None))
        documents[path] = _node(path, kind, document, read, known)
    return Hierarchy(base, report, documents, known.obstacles)


def present(value: Answer) -> bytes | None:
    """Return what was read; what could not be read counts as absent."""
    return value if isinstance(value, bytes) else None


def _children_first(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (-(path.count("/") + bool(path)), path))


def _extra_keys(
    store: Recorder, found: dict[str, tuple[str, Any]], between: Sequence[str], zarr_format: int, other: bool
) -> dict[str, list[str]]:
    """Return documents that the crawl did not read: those of the other format, attributes of arrays."""
    keys: dict[str, list[str]] = {}
    for path in [*found, *between]:
        kind = found[path][0] if path in found else None
        names = list(NODE_KEYS[OTHER_FORMAT[zarr_format]]) if other else []
        names += NODE_KEYS[zarr_format] if kind is None else ()
        if zarr_format == 2 and kind == Role.ARRAY:
            names.append(ATTRIBUTES_KEY[2])
        if (zarr_format == 2 or other) and (not path or CONSOLIDATED_KEY[2] in (store.listed.get(path) or ())):
            names.append(CONSOLIDATED_KEY[2])
        keys[path] = [join(path, name) for name in names]
    return keys


@attrs.frozen
class _Known:
    """What is known while nodes are gathered: the format, what could not be read, what equal documents share."""

    zarr_format: int
    obstacles: list[Remark]
    shared: dict[object, JSON]


def _node(path: str, kind: str, document: JSON, read: dict[str, Answer], known: _Known) -> NodeDocuments:
    """Return the documents of a node."""
    zarr_format, obstacles, shared = known.zarr_format, known.obstacles, known.shared
    for name, value in read.items():
        # what may as well be absent counts as absent, as in a crawl: other documents of the same node were read
        withheld = isinstance(value, UndecidedError)
        if isinstance(value, StoreError) and not withheld and name in NODE_KEYS[zarr_format]:
            obstacles.append(Remark(path, f"{name} could not be read: {value}"))
    if document is None:
        document = group_document(zarr_format, {name: present(value) for name, value in read.items()})
        if document is None:
            return NodeDocuments(path, kind, zarr_format, _marker(zarr_format), {})
        obstacles += [Remark(path, issue.message) for issue in document.problems]
    elif isinstance(document, GroupDocument) and not document.attributes:
        # what stands in attributes that could not be read would be lost
        obstacles += [Remark(path, issue.message) for issue in document.problems if issue.document == document.name]
    raw, attributes = document.raw, document.attributes
    if zarr_format == 3:
        kept = shared.get(id(raw))
        if kept is None:
            kept = {key: raw[key] for key in raw if key not in ("attributes", "consolidated_metadata")}
            shared[id(raw)] = kept
            shared[id(raw), "alive"] = raw
        return NodeDocuments(path, kind, 3, kept, attributes)
    attached = present(read.get(".zattrs"))
    if attached is not None:
        if attached not in shared:
            shared[attached] = parse_json(attached, ".zattrs")
        attributes, problems = shared[attached]
        obstacles += [Remark(path, issue.message) for issue in problems]
        if not isinstance(attributes, dict):
            obstacles.append(Remark(path, ".zattrs does not hold an object"))
            attributes = {}
    return NodeDocuments(path, kind, 2, raw or _marker(2), attributes)


def _marker(zarr_format: int) -> JSONObject:
    """Return the document of a group that has none yet."""
    return {"zarr_format": 2} if zarr_format == 2 else {"zarr_format": 3, "node_type": "group"}
