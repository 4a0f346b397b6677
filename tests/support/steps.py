"""Steps between versions of Zarr v3 in tests: the documents of a few nodes in, those of the same nodes out."""

from __future__ import annotations

from typing import Any

from migrating import step

from ngff_core.migration import Documents, Migration, NodeDocuments, Notes, Place

__all__ = ["array_node", "documents_of", "group_node", "step_on", "texts"]


def group_node(path: str, ome: Any, kind: str = "group", **attributes: Any) -> NodeDocuments:
    """Return a Zarr v3 group with this OME metadata (``None``: none) and further attributes."""
    held = attributes if ome is None else {"ome": ome, **attributes}
    return NodeDocuments(path, kind, 3, {"zarr_format": 3, "node_type": "group"}, held)


def array_node(path: str, shape: tuple[int, ...] = (8, 8), **metadata: Any) -> NodeDocuments:
    """Return a Zarr v3 array; ``metadata`` are further members of its document."""
    known = {"zarr_format": 3, "node_type": "array", "shape": list(shape), "data_type": "uint16", **metadata}
    return NodeDocuments(path, "array", 3, known, {})


def documents_of(*nodes: NodeDocuments) -> dict[str, NodeDocuments]:
    """Return nodes by path, those that lie in others first."""
    ordered = sorted(nodes, key=lambda node: (-(node.path.count("/") + bool(node.path)), node.path))
    return {node.path: node for node in ordered}


def step_on(migration: Migration, documents: Documents, **given: str) -> tuple[Documents, Notes]:
    """Return the documents after a step, and its notes; ``_`` stands for ``-`` in the names of decisions."""
    answers = {name.replace("_", "-"): answer for name, answer in given.items()}
    stepped = step(migration, documents.values(), answers, goal_format=3)
    return stepped.after, stepped.notes


def texts(places: list[Place]) -> dict[str, list[str]]:
    """Return what is said, by path."""
    said: dict[str, list[str]] = {}
    for place in places:
        said.setdefault(place.path, []).append(place.text)
    return said
