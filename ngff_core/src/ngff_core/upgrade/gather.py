"""Gather the documents of a whole hierarchy: what its metadata names, and what lies on the way there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

from ngff_core.crawl.discover import stores_below
from ngff_core.crawl.reader import Reader
from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.hierarchy.paths import above, join
from ngff_core.migration.interface import NodeDocuments, Remark
from ngff_core.plugins.registry import Registry
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Role
from ngff_core.stores import UndecidedError
from ngff_core.stores.below import StoreBelow
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.upgrade.overlay import Recorder
from ngff_core.validation.calls import check_store
from ngff_core.zarr.group import group_document
from ngff_core.zarr.keys import ARRAY_KEY, ATTRIBUTES_KEY, CONSOLIDATED_KEY, NODE_KEYS, OTHER_FORMAT
from ngff_core.zarr.text import parse_json

__all__ = ["Gathered", "gather", "present"]

UNNAMED = 20  # images that nobody names and that are listed
_LOOKED_AT = 200  # folders that are looked into for such images


@attrs.frozen
class Gathered:
    """A hierarchy as it is: the report on it, its documents, what could not be read, and images that nobody names."""

    report: Report
    documents: dict[str, NodeDocuments]
    obstacles: list[Remark]
    unnamed: list[str]

    @property
    def zarr_format(self) -> int:
        """The Zarr format of the root."""
        return self.documents[""].zarr_format


def gather(
    store: Recorder,
    registry: Registry,
    other_format: Callable[[int], bool],
    on_progress: Callable[[ReadStats], None] | None = None,
) -> Gathered:
    """Check a store and gather the documents of its groups and arrays.

    There are none where no version could be found, or not even the root could be read. ``other_format`` tells for the
    Zarr format of the store whether documents of the other one are read, too: they are in the way, or superseded.
    """
    found: dict[str, tuple[str, Any]] = {}

    def record(node: GroupNode | ArrayNode) -> None:
        if isinstance(node, GroupNode):
            found[node.path] = (node.kind or (Role.ROW if node.role == Role.ROW else Role.GROUP), node.document)
        else:
            found[node.path] = (Role.ARRAY, node.document)

    report = check_store(store, registry=registry, on_node=record, on_progress=on_progress)
    if "" not in found:
        return Gathered(report, {}, [], [])
    zarr_format = found[""][1].zarr_format
    known = _Known(zarr_format, [], {})
    between = [path for path in dict.fromkeys(way for path in found for way in above(path)) if path not in found]
    documents = {}
    extra = _extra_keys(store, found, between, zarr_format, other_format(zarr_format))
    store.get_rare([key for keys in extra.values() for key in keys])
    for path in _children_first([*found, *between]):
        read = {key.rpartition("/")[2]: store.read[key] for key in extra[path]}
        kind, document = found.get(path, (Role.GROUP, None))
        documents[path] = _node(path, kind, document, read, known)
    return Gathered(report, documents, known.obstacles, list(islice(_unnamed(store, documents, registry), UNNAMED)))


def present(value: Answer) -> bytes | None:
    """Return what was read; what could not be read counts as absent."""
    return value if isinstance(value, bytes) else None


def _children_first(paths: Sequence[str]) -> list[str]:
    return sorted(paths, key=lambda path: (-(path.count("/") + bool(path)), path))


def _extra_keys(
    store: Recorder, found: dict[str, tuple[str, Any]], between: Sequence[str], zarr_format: int, other: bool
) -> dict[str, list[str]]:
    """Return documents that the crawl did not read: those of the other format, attributes of arrays and rows."""
    keys: dict[str, list[str]] = {}
    for path in [*found, *between]:
        kind = found[path][0] if path in found else None
        names = list(NODE_KEYS[OTHER_FORMAT[zarr_format]]) if other else []
        names += NODE_KEYS[zarr_format] if kind is None else ()
        if zarr_format == 2 and kind in (Role.ARRAY, Role.ROW):
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


def _unnamed(store: Recorder, documents: dict[str, NodeDocuments], registry: Registry) -> Iterator[str]:
    """Yield groups with OME metadata that lie in the hierarchy and that no metadata names."""
    specs = list(registry.specs.values())
    looked_at = 0
    for path, node in documents.items():
        if node.is_array:
            continue
        for name in store.list(path) or ():
            below = join(path, name[:-1])
            if not name.endswith("/") or name.startswith(".") or below in documents or looked_at >= _LOOKED_AT:
                continue
            looked_at += 1
            names = (ATTRIBUTES_KEY[3], ATTRIBUTES_KEY[2])
            values = {name: present(store.get_many([join(below, name)])[0]) for name in names}
            group = group_document(3, values) or group_document(2, values)
            if group is not None and claim_of(specs, group.attributes) is not None:
                yield below
            elif ARRAY_KEY[2] not in (store.list(below) or ()) and (
                group is None or group.raw.get("node_type") != "array"
            ):
                reader = Reader(StoreBelow(store, below))
                yield from (join(below, inside) for inside in stores_below(reader, specs, _LOOKED_AT))
