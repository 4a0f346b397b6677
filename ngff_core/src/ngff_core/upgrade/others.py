"""Find what no OME metadata leads to: the other groups and arrays below a hierarchy, such as tables."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.issues.issue import Issue
from ngff_core.migration.interface import NodeDocuments, Remark
from ngff_core.migration.shared import chunk_keys, may_hold_chunks
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Role, Spec
from ngff_core.stores.base import Store, UndecidedError
from ngff_core.stores.capabilities import canonical_url_of, is_linked, linked_to
from ngff_core.stores.content import all_keys
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.held.nodes import Nodes
from ngff_core.upgrade.overlay import Recorder
from ngff_core.zarr.consolidated import consolidated_paths
from ngff_core.zarr.group import group_document
from ngff_core.zarr.keys import ARRAY_KEY, CONSOLIDATED_KEY, GROUP_KEYS, NODE_KEYS, OTHER_FORMAT, is_left_over, join
from ngff_core.zarr.paths import resolve_path
from ngff_core.zarr.text import parse_object

__all__ = ["Others", "behind_links", "is_link", "look_below", "look_in_copies", "refuse_links"]

NAMES = (*NODE_KEYS[3], *NODE_KEYS[2])
MARKS = {zarr_format: (GROUP_KEYS[zarr_format][0], ARRAY_KEY[zarr_format]) for zarr_format in NODE_KEYS}  # of nodes


@attrs.frozen
class Others:
    """What was found: documents of further nodes, roots of hierarchies that nobody names, and what was not seen.

    ``bare`` are documents that make no node of Zarr: they stay as they are.
    """

    nodes: dict[str, NodeDocuments] = attrs.field(factory=dict)
    roots: list[str] = attrs.field(factory=list)
    unseen: list[Remark] = attrs.field(factory=list)
    bare: list[Remark] = attrs.field(factory=list)

    def joined(self, other: Others) -> Others:
        """Return what both have found."""
        nodes, roots = {**self.nodes, **other.nodes}, [*self.roots, *other.roots]
        return Others(nodes, roots, [*self.unseen, *other.unseen], [*self.bare, *other.bare])


def look_below(store: Recorder, known: Nodes, specs: Sequence[Spec], zarr_format: int) -> Others:
    """Look into all folders below the nodes that are known, but for those of nodes that are known.

    Hidden folders are only looked into where they are nodes, and so are those of an array that are named as its chunks;
    these are passed over where looking takes time, and what is left over from writing always. A node that has documents
    of both Zarr formats is taken for one of ``zarr_format``.
    """
    found = Others()
    arrays = (known[path] if known.is_array(path) and _has_folders(store, path) else None for path in known)
    level: Iterable[tuple[str, NodeDocuments | None]] = zip(known, arrays, strict=True)
    taken = {*known, *(behind for path in known if (behind := behind_links(store, path)) is not None)}
    while True:
        folders = dict(pair for path, node in level for pair in _folders(store, path, node, taken, found.unseen))
        looked = _look_at(store, list(folders), specs, zarr_format, found)
        deeper = [(path, node) for path, node in looked if node is not None or not folders[path]]
        if not deeper:
            return found
        level = deeper


def look_in_copies(store: Recorder, known: Nodes, specs: Sequence[Spec], zarr_format: int) -> Others:
    """Look at the nodes that consolidated metadata of the root names, where folders cannot be listed."""
    found = Others()
    copies = {name: store.known(name) for name in CONSOLIDATED_KEY.values()}
    named = (path for path in consolidated_paths(copies) if resolve_path("", path) == path)
    deque(_look_at(store, [path for path in named if path not in known], specs, zarr_format, found), 0)
    return found


def behind_links(store: Recorder, folder: str) -> str | None:
    """Return what a folder leads to where a symbolic link is on the way: a key, or an absolute path outside."""
    path = store.linked_to(folder)
    if path is None:
        return None
    root = canonical_url_of(store)
    if path == root:
        return ""
    return path[len(root) + 1 :] if path.startswith(root + os.sep) else path


def is_link(store: Store, key: str) -> bool:
    """Tell whether a file is a symbolic link itself."""
    target = linked_to(store, key)
    if target is None:
        return False
    folder, _, name = key.rpartition("/")
    return target != os.path.join(linked_to(store, folder) or os.path.join(canonical_url_of(store), folder), name)


def refuse_links(store: Store) -> None:
    """Raise StoreError for what cannot be copied from a store of this machine, such as links that leave it."""
    if is_linked(store):
        for _ in all_keys(store) or ():
            pass


def _folders(
    store: Recorder, path: str, node: NodeDocuments | None, taken: Collection[str], unseen: list[Remark]
) -> Iterator[tuple[str, bool]]:
    """Yield the folders in another one, and whether each is named as chunks are.

    What a link in the store leads to is found by its own path.
    """
    names = store.list(path)
    if names is None:
        unseen.append(Remark(path, "the folder could not be listed, so that it is not known what is in it"))
        return
    array = node if node is not None and node.is_array else None
    for name in names:
        folder = join(path, name[:-1])
        if not name.endswith("/") or name == "/" or folder in taken or is_left_over(name[:-1]):
            continue
        of_chunks = array is not None and _holds_chunks(array, name[:-1])
        if of_chunks and not store.lists_cheaply:
            continue
        behind = behind_links(store, folder)
        if behind is None:
            yield folder, of_chunks
        elif os.path.isabs(behind) and not of_chunks:
            unseen.append(Remark(folder, f"a symbolic link leads out of the store, to {behind}, and is not followed"))


def _has_folders(store: Recorder, path: str) -> bool:
    return any(name.endswith("/") for name in store.list(path) or ())


def _holds_chunks(array: NodeDocuments, name: str) -> bool:
    shape = array.metadata.get("shape")
    return may_hold_chunks(name, chunk_keys(array), len(shape) if isinstance(shape, list) else 0)


def _look_at(
    store: Recorder, folders: Sequence[str], specs: Sequence[Spec], zarr_format: int, found: Others
) -> Iterator[tuple[str, NodeDocuments | None]]:
    """Record the nodes among folders; yield those that may have others in them, with the node that each is."""
    values = store.get_rare([join(folder, name) for folder in folders for name in NAMES])
    for number, folder in enumerate(folders):
        read = dict(zip(NAMES, values[number * len(NAMES) : (number + 1) * len(NAMES)], strict=True))
        unread = [(n, v) for n, v in read.items() if isinstance(v, StoreError) and not isinstance(v, UndecidedError)]
        if unread:
            name, error = unread[0]
            found.unseen.append(Remark(folder, f"{name} could not be read: {error}"))
            continue
        node, problems = _node(folder, read, zarr_format)
        found.unseen.extend(Remark(folder, f"{issue.document or 'a document'}: {issue.message}") for issue in problems)
        if node is not None and not node.is_array and claim_of(specs, node.attributes) is not None:
            found.roots.append(folder)
            continue
        missing = _missing(node, read) if node is not None and not problems else None
        if missing is not None:
            found.bare.append(Remark(folder, f"{missing}, so that it is no node of Zarr: it stays as it is"))
        elif node is not None and not problems:
            found.nodes[folder] = node
        if node is not None or not folder.rpartition("/")[2].startswith("."):
            yield folder, node


def _node(path: str, read: Mapping[str, Answer], zarr_format: int) -> tuple[NodeDocuments | None, list[Issue]]:
    """Return the documents of a node, in the Zarr format of those around it where it has both."""
    values = {name: value for name, value in read.items() if isinstance(value, bytes)}
    for own in (zarr_format, OTHER_FORMAT[zarr_format]):
        if any(name in values for name in MARKS[own]):
            return _of_format(path, values, own)
    return _of_format(path, values, 2) if values else (None, [])


def _missing(node: NodeDocuments, read: Mapping[str, Answer]) -> str | None:
    """Say what a folder with documents lacks that makes a group or an array of it."""
    if node.zarr_format == 2:
        return "it has .zattrs, and neither .zgroup nor .zarray" if not any(map(read.get, MARKS[2])) else None
    stated = node.metadata.get("zarr_format"), node.metadata.get("node_type")
    return "its zarr.json says neither group nor array" if stated not in ((3, "group"), (3, "array")) else None


def _of_format(path: str, values: Mapping[str, bytes], zarr_format: int) -> tuple[NodeDocuments, list[Issue]]:
    document = group_document(zarr_format, values)
    raw = document.raw if document is not None else {}
    attributes: JSONObject = document.attributes if document is not None else {}
    problems = list(document.problems) if document is not None else []
    kind = Role.ARRAY if raw.get("node_type") == "array" and zarr_format == 3 else Role.GROUP
    if zarr_format == 2 and ARRAY_KEY[2] in values:
        kind = Role.ARRAY
        raw, more = parse_object(values[ARRAY_KEY[2]], ARRAY_KEY[2])
        problems += more
    kept = {key: raw[key] for key in raw if key not in ("attributes", "consolidated_metadata")}
    if zarr_format == 2:
        kept = raw or {"zarr_format": 2}
    return NodeDocuments(path, kind, zarr_format, kept, attributes, foreign=True), problems
