"""Steps between versions on documents written out by hand, and on the same with arbitrary JSON in some place."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from documents import changes
from hypothesis import strategies as st

from ngff_core.migration import Documents, Migration, NodeDocuments, Notes, Place

__all__ = ["Stepped", "array", "broken", "group", "step"]


class Stepped(NamedTuple):
    """What a step made of a hierarchy, and what it had to say."""

    before: Documents
    after: Documents
    notes: Notes

    def attributes(self, path: str = "") -> dict[str, Any]:
        """Return the attributes of a node after the step."""
        return self.after[path].attributes

    def metadata(self, path: str) -> dict[str, Any]:
        """Return the document of an array or group after the step."""
        return self.after[path].metadata

    def said(self) -> dict[str, list[tuple[str, str]]]:
        """Return all that was noted, as plain tuples, without what is empty."""
        found: dict[str, list[Place]] = {
            "losses": self.notes.losses,
            "obstacles": self.notes.obstacles,
            "remarks": self.notes.remarks,
        }
        return {name: [(place.path, place.text) for place in places] for name, places in found.items() if places}


def group(path: str, kind: str, **attributes: Any) -> NodeDocuments:
    """Return a group of Zarr v2; a ``-`` in the names of attributes is written ``__``."""
    named = {name.replace("__", "-"): value for name, value in attributes.items()}
    return NodeDocuments(path, kind, 2, {"zarr_format": 2}, named)


def array(path: str, *shape: int, attributes: dict[str, Any] | None = None, **members: Any) -> NodeDocuments:
    """Return an array of Zarr v2 in one chunk."""
    sizes = list(shape)
    metadata = {"zarr_format": 2, "shape": sizes, "chunks": sizes, "dtype": "|u1", "compressor": None, "order": "C"}
    return NodeDocuments(path, "array", 2, {**metadata, "fill_value": 0, "filters": None, **members}, attributes or {})


def step(
    migration: Migration, nodes: Iterable[NodeDocuments], answers: Mapping[str, str] | None = None, goal_format: int = 2
) -> Stepped:
    """Take a step from the nodes, children first, with these answers; make sure that it changes nothing in place."""
    before = {node.path: node for node in nodes}
    kept = copy.deepcopy(before)
    given = {d.name: d.read((answers or {}).get(d.name, d.default)) for d in migration.decisions}
    notes = Notes(goal_format, answers=given)
    after = {**before, **migration.migrate(before, notes)}
    assert before == kept, "the step changed documents in place"
    assert list(after) == list(before), "the step made up nodes"
    return Stepped(before, after, notes)


@st.composite
def broken(draw: st.DrawFn, nodes: Iterable[NodeDocuments]) -> list[NodeDocuments]:
    """Draw the nodes with arbitrary JSON in up to three places of their documents."""
    documents: Any = {node.path: [node.metadata, node.attributes] for node in nodes}
    for _ in range(draw(st.integers(1, 3))):
        within = (draw(st.sampled_from(sorted(documents))), draw(st.integers(0, 1)))
        documents = draw(changes(documents, within)).applied(documents)
    return [n.evolve(metadata=documents[n.path][0], attributes=documents[n.path][1]) for n in nodes]
