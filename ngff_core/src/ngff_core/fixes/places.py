"""What fixes ask of the nodes around a finding: is there a group, an array, or nothing at all?"""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.mending import FixContext
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import DOCUMENTS, above, join

__all__ = ["axis_names", "group_at", "image_at", "members", "nothing_at"]


def members(value: JSON, *keys: str) -> Iterator[tuple[int, JSONObject]]:
    """Yield the objects in the list that some keys lead to, with their positions."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def group_at(ctx: FixContext, path: str) -> bool:
    """Tell whether there is a group at a path, with a document that says so."""
    if ctx.spec.zarr_format == 2:
        return isinstance(ctx.reading.document(path, ".zgroup"), dict)
    document = ctx.reading.document(path, "zarr.json")
    return isinstance(document, dict) and document.get("node_type") == "group"


def image_at(ctx: FixContext, path: str) -> bool:
    """Tell whether there is a multiscale image at a path."""
    return isinstance(ctx.ome(path).get("multiscales"), list)


def nothing_at(ctx: FixContext, path: str) -> bool:
    """Tell whether there is nothing at a path: no document, and no name in the folder, as far as that can be listed."""
    if any(ctx.reading.text(path, name) is not None for name in DOCUMENTS):
        return False
    return ctx.reading.names(path) == []


def axis_names(ctx: FixContext, path: str) -> list[str] | None:
    """Return the names of the axes of the image whose level the array at a path is; ``None``: they are not known."""
    for group in above(path):
        place = path[len(join(group, "")) :]
        for _, multiscale in members(ctx.ome(group), "multiscales"):
            if any(_plain(dataset.get("path")) == place for _, dataset in members(multiscale, "datasets")):
                return _names(multiscale)
    return None


def _plain(path: object) -> str | None:
    return path.strip("/") if isinstance(path, str) else None


def _names(multiscale: JSONObject) -> list[str] | None:
    """Return the names of the axes of its arrays: in 0.6 those of the only coordinate system."""
    systems = multiscale.get("coordinateSystems")
    if isinstance(systems, list):
        multiscale = systems[0] if len(systems) == 1 and isinstance(systems[0], dict) else {}
    axes = multiscale.get("axes")
    names = [axis.get("name") if isinstance(axis, dict) else axis for axis in axes] if isinstance(axes, list) else []
    known = [name for name in names if isinstance(name, str)]
    return known if known and len(known) == len(names) else None
