"""What the metadata of a group names and is not there, and entries that name nothing, as `ngff info` shows them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.cli.shown.lines import ABSENT
from ngff_core.hierarchy.nodes import Absent, GroupNode, Why
from ngff_core.models.collection import CollectionMetadata, WithImages
from ngff_core.structure.values import JSONObject
from ngff_core.view.image_models import fields_of, label_names, series_of, wells_of
from ngff_core.zarr.keys import join
from ngff_core.zarr.paths import resolve_path

__all__ = ["ABSENT_KEY", "absent_below", "entries_that_name_nothing"]

ABSENT_KEY = "absent"  # of a described group, until all are hung into a tree

_WORDS = {
    Why.MISSING: ABSENT,
    Why.ARRAY: "there is an array, expected a group",
    Why.OTHER_FORMAT: "it is stored in the other Zarr format",
    Why.OUTSIDE: "its path leads out of the store",
    Why.UNREADABLE: "it could not be read",
}


def absent_below(node: GroupNode) -> JSONObject:
    """Return the groups that the metadata of a group names and that are not there, by their paths."""
    absent: JSONObject = {}
    for kind, path, _ in _named(node):
        child = node.children.get(path) if path else None
        if isinstance(child, Absent):
            place = resolve_path(node.path, path)
            problem = _WORDS.get(child.why, ABSENT)
            absent[join(node.path, path) if place is None else place] = {"kind": kind, "problem": problem}
    return absent


def entries_that_name_nothing(node: GroupNode) -> list[str]:
    """Return what to say of the wells, fields, series and labels of a group that are there and name no path."""
    return [
        f"{kind} {number}: {problem or 'the metadata names no path'}"
        for number, (kind, path, problem) in enumerate(_named(node))
        if not path
    ]


def _named(node: GroupNode) -> Iterator[tuple[str, str, str | None]]:
    """Yield the kind and the path of all that a group names, in order; ``""`` where an entry names none, and why."""
    model = node.model
    yield from (("well", well.path, well.problem) for well in wells_of(model))
    yield from (("image", field.path, field.problem) for field in fields_of(model))
    yield from (("label-image", name, None) for name in label_names(model))
    if isinstance(model, WithImages):
        yield from (("image", path, None) for path in model.image_paths())
    if isinstance(model, CollectionMetadata):
        ome = node.children.get("OME")
        series = series_of(ome.model) if isinstance(ome, GroupNode) else []
        yield from (("image", path, None) for path in series)
