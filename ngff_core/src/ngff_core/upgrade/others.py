"""Find what no OME metadata leads to: the other groups and arrays below a hierarchy, such as tables."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from ngff_core.crawl.scheduler import Answer
from ngff_core.errors import StoreError
from ngff_core.hierarchy.paths import join, resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.migration.interface import Documents, NodeDocuments, Remark
from ngff_core.spec.detect import claim_of
from ngff_core.spec.spec import Role, Spec
from ngff_core.stores.base import Store, UndecidedError
from ngff_core.stores.capabilities import canonical_url_of, linked_to
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.overlay import Recorder
from ngff_core.zarr.consolidated import consolidated_paths
from ngff_core.zarr.group import group_document
from ngff_core.zarr.keys import ARRAY_KEY, CONSOLIDATED_KEY, NODE_KEYS, OTHER_FORMAT
from ngff_core.zarr.text import parse_object

__all__ = ["Others", "behind_links", "is_link", "look_below", "look_in_copies"]

NAMES = (*NODE_KEYS[3], *NODE_KEYS[2])


@attrs.frozen
class Others:
    """What was found: documents of further nodes, roots of hierarchies that nobody names, and what was not seen."""

    nodes: dict[str, NodeDocuments] = attrs.field(factory=dict)
    roots: list[str] = attrs.field(factory=list)
    unseen: list[Remark] = attrs.field(factory=list)

    def joined(self, other: Others) -> Others:
        """Return what both have found."""
        return Others({**self.nodes, **other.nodes}, [*self.roots, *other.roots], [*self.unseen, *other.unseen])


def look_below(store: Recorder, known: Documents, specs: Sequence[Spec], zarr_format: int) -> Others:
    """Look into all folders below the groups that are known, but for those of nodes that are known.

    Folders of arrays are not looked into, and hidden ones only where they are nodes. A node that has documents of both
    Zarr formats is taken for one of ``zarr_format``.
    """
    found = Others()
    level = [path for path, node in known.items() if not node.is_array]
    taken = {*known, *(behind for path in known if (behind := behind_links(store.store, path)) is not None)}
    while level:
        folders = [folder for path in level for folder in _folders(store, path, taken, found.unseen)]
        level = list(_look_at(store, folders, specs, zarr_format, found))
    return found


def look_in_copies(store: Recorder, known: Documents, specs: Sequence[Spec], zarr_format: int) -> Others:
    """Look at the nodes that consolidated metadata of the root names, where folders cannot be listed."""
    found = Others()
    copies = {name: store.read.get(name) for name in CONSOLIDATED_KEY.values()}
    named = (path for path in consolidated_paths(copies) if resolve_path("", path) == path)
    deque(_look_at(store, [path for path in named if path not in known], specs, zarr_format, found), 0)
    return found


def behind_links(store: Store, key: str) -> str | None:
    """Return what a key leads to where a symbolic link is on the way: a key, or an absolute path outside."""
    path = linked_to(store, key)
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


def _folders(store: Recorder, path: str, taken: Collection[str], unseen: list[Remark]) -> Iterator[str]:
    """Yield the folders in a group; what a link in the store leads to is found by its own path."""
    names = store.list(path)
    if names is None:
        unseen.append(Remark(path, "the folder could not be listed, so that it is not known what is in it"))
        return
    for name in names:
        folder = join(path, name[:-1])
        if not name.endswith("/") or name == "/" or folder in taken:
            continue
        behind = behind_links(store.store, folder)
        if behind is None:
            yield folder
        elif os.path.isabs(behind):
            unseen.append(Remark(folder, f"a symbolic link leads out of the store, to {behind}, and is not followed"))


def _look_at(
    store: Recorder, folders: Sequence[str], specs: Sequence[Spec], zarr_format: int, found: Others
) -> Iterator[str]:
    """Record the nodes among folders; yield those that may have others in them."""
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
        elif node is not None:
            found.nodes[folder] = node
            if not node.is_array:
                yield folder
        elif not folder.rpartition("/")[2].startswith("."):
            yield folder


def _node(path: str, read: Mapping[str, Answer], zarr_format: int) -> tuple[NodeDocuments | None, list[Issue]]:
    """Return the documents of a node, in the Zarr format of those around it where it has both."""
    values = {name: value for name, value in read.items() if isinstance(value, bytes)}
    for own in (zarr_format, OTHER_FORMAT[zarr_format]):
        there = [name for name in NODE_KEYS[own] if name in values]
        if there:
            return _of_format(path, values, own)
    return None, []


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
