"""Gather the documents of a whole hierarchy: what metadata names, what lies on the way there, and all else in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, takewhile
from pathlib import Path

import attrs

from ngff_core.checking.settings import Settings
from ngff_core.crawl.reader import Reader
from ngff_core.hierarchy.nodes import ArrayNode, GroupNode
from ngff_core.issues.bounding import MOST
from ngff_core.migration.interface import NodeDocuments, Remark
from ngff_core.plugins.registry import Registry
from ngff_core.report.partial import ReadStats
from ngff_core.report.report import Report
from ngff_core.spec.spec import Role
from ngff_core.stores import LocalStore, Store
from ngff_core.stores.below import StoreBelow
from ngff_core.stores.capabilities import canonical_url_of
from ngff_core.upgrade.held.nodes import Nodes, Stored
from ngff_core.upgrade.held.parts import children_first
from ngff_core.upgrade.others import Others, look_below, look_in_copies
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.unread import lost_attributes, unread_attributes, unread_between
from ngff_core.validation.calls import check_store, validator_of
from ngff_core.validation.root import Chosen, choice_of, read_root
from ngff_core.validation.setup import Setup
from ngff_core.validation.store import Listeners
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument
from ngff_core.zarr.keys import ATTRIBUTES_KEY, CONSOLIDATED_KEY, NODE_KEYS, OTHER_FORMAT, above, join

__all__ = ["Gathered", "Hierarchy", "gather"]

_AT_ONCE = 512  # keys

Progress = Callable[[ReadStats], None]


@attrs.frozen
class Hierarchy:
    """What the OME metadata of one group leads to: the report on it, its documents by their path in the store."""

    path: str
    report: Report
    documents: Nodes
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
    def documents(self) -> Nodes:
        """All documents: whatever is in a group comes before it."""
        if len(self.hierarchies) == 1 and not self.others.nodes:
            return self.hierarchies[0].documents
        sources: dict[str, Stored | NodeDocuments] = dict(self.others.nodes)
        for hierarchy in self.hierarchies[::-1]:
            sources |= hierarchy.documents.sources
        return Nodes({path: sources[path] for path in sorted(sources, key=children_first)})

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
    known = set(first.documents)
    hierarchies = [first]
    todo = list(others.roots)
    while todo:
        path = todo.pop(0)
        if path in known:
            continue
        more = _hierarchy(store, path, registry, other_format, on_progress)
        fresh = more.documents.only(path for path in more.documents if path not in known)
        hierarchies.append(attrs.evolve(more, documents=fresh))
        known |= fresh.keys()
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
        chosen = choice_of(setup, read_root(reader, setup.specs), reader)
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
    found: dict[str, str] = {}
    obstacles: list[Remark] = []
    formats: list[int] = []

    def record(inside: str, kind: str, like: GroupDocument | ArrayDocument) -> None:
        path = join(base, inside) if inside else base
        found[path] = kind
        if store.lists_cheaply:
            store.list(path)  # what is in each folder is looked at anyway, and then nothing absent is asked for
        if isinstance(like, GroupDocument):
            obstacles.extend(lost_attributes(path, like))
            if path == base:
                formats.append(like.zarr_format)

    view = StoreBelow(store, base) if base else store
    listeners = Listeners(on_progress=on_progress, on_path=record)
    report = validator_of(registry, max_findings=MOST).store(view, None, listeners)
    if base not in found:
        return Hierarchy(base, report, Nodes({}), [])
    between = dict.fromkeys(_between(found, base))
    for path in between if store.lists_cheaply else ():
        store.list(path)
    zarr_format = formats[0]
    extra = _extra_keys(store, {**found, **between}, zarr_format, other_format(zarr_format))
    while keys := list(islice(extra, _AT_ONCE)):
        store.get_rare(keys)
    obstacles += unread_between(store, between, zarr_format)
    if zarr_format == 2:
        obstacles += unread_attributes(store, (path for path, kind in found.items() if kind == Role.ARRAY))
    obstacles.sort(key=lambda remark: children_first(remark.path))
    kinds = {k: Stored(k, zarr_format, False, store.packed, store.number) for k in {*found.values(), Role.GROUP}}
    paths = sorted([*found, *between], key=children_first)
    return Hierarchy(base, report, Nodes({p: kinds[found.get(p, Role.GROUP)] for p in paths}), obstacles)


def _between(found: Collection[str], base: str) -> Iterator[str]:
    """Yield the groups on the way to nodes that are not among them; some several times."""
    for path in found:
        yield from takewhile(lambda way: len(way) > len(base) and way not in found, above(path))


def _extra_keys(store: Recorder, kinds: Mapping[str, str | None], zarr_format: int, other: bool) -> Iterator[str]:
    """Yield documents that the crawl did not read: those of the other format, attributes of arrays, groups between."""
    for path, kind in kinds.items():
        names = list(NODE_KEYS[OTHER_FORMAT[zarr_format]]) if other else []
        names += NODE_KEYS[zarr_format] if kind is None else ()
        if zarr_format == 2 and kind == Role.ARRAY:
            names.append(ATTRIBUTES_KEY[2])
        listed = store.listed.get(path)
        if (zarr_format == 2 or other) and (not path or listed is not None):
            names.append(CONSOLIDATED_KEY[2])
        for name in names:
            if listed is None or name in listed:
                yield join(path, name)
