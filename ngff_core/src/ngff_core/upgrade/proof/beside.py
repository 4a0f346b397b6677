"""Documents that lie beside those of a node: of the other Zarr format, or of another kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ngff_core.migration.interface import NodeDocuments, Notes
from ngff_core.upgrade.held.packed import NOTHING
from ngff_core.upgrade.held.parts import children_first
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.proof.arrays import differing
from ngff_core.upgrade.unread import present
from ngff_core.zarr.keys import ARRAY_KEY, CONSOLIDATED_KEY, NODE_KEYS, OTHER_FORMAT, join
from ngff_core.zarr.text import json_object

__all__ = ["ask_before_removal", "of_other_kind", "superseded_in"]

_SUPERSEDED = {2: NODE_KEYS[3], 3: (*NODE_KEYS[2], CONSOLIDATED_KEY[2])}  # by documents of a Zarr format


def superseded_in(store: Recorder, paths: Mapping[int, Iterable[str]]) -> Iterator[str]:
    """Yield the keys of documents of the other Zarr format that are there; ``paths`` are those of nodes by their own.

    Children come before their parents.
    """
    nodes = ((path, zarr_format) for zarr_format, some in paths.items() for path in some)
    for path, zarr_format in sorted(nodes, key=lambda node: children_first(node[0])):
        there = store.documents_in(path)
        yield from [join(path, name) for name in _SUPERSEDED[zarr_format] if name in there]


def ask_before_removal(store: Recorder, old: NodeDocuments, node: NodeDocuments, notes: Notes) -> None:
    """Ask what becomes of a document of the other Zarr format that an earlier upgrade has left, and that differs."""
    if old.zarr_format != node.zarr_format:
        return  # it is what the new one is made from
    name = ARRAY_KEY[OTHER_FORMAT[node.zarr_format]]
    left = json_object(present(store.known(join(node.path, name))))
    found = differing(node, left, OTHER_FORMAT[node.zarr_format])
    if found and notes.choose("existing", node.path) == "refuse":
        notes.refuse(
            node.path,
            f"{name} means other pixels than {ARRAY_KEY[node.zarr_format]} ({', '.join(found)} differ):"
            " --decide existing=replace deletes it all the same",
            "existing=replace",
        )


def of_other_kind(store: Recorder, node: NodeDocuments, notes: Notes) -> Iterator[str]:
    """Yield the key of what would make a group of an array, or an array of a group, once it is one of Zarr v2."""
    name = ".zgroup" if node.is_array else ARRAY_KEY[2]
    if node.zarr_format != 2 or store.number(join(node.path, name)) == NOTHING:
        return
    if notes.choose("existing", node.path) == "refuse":
        notes.refuse(
            node.path,
            f"{name} is there already, and would make a group and an array of it at once:"
            " --decide existing=replace takes it away",
            "existing=replace",
        )
    yield join(node.path, name)
