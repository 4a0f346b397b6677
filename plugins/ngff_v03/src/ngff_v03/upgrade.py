"""The step from 0.2 to 0.3.

Mechanical: the version is stated anew, every image lists its axes t, c, z, y, x, and every level repeats them in
``_ARRAY_DIMENSIONS``, where xarray looks (but for a hierarchy on its way to Zarr v3, which has ``dimension_names``).
Nothing is decided: dimensions of one pixel stay, as leaving them out would mean writing the arrays anew. An array that
names its dimensions otherwise keeps that, and then the group repeats the axes, which 0.3 also allows. Lost are only
other names on the group itself.
"""

from __future__ import annotations

from ngff_core.migration import Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import has_metadata, images_of, items, levels_of, once, restated, shape_of
from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate, counted
from ngff_v03.children import NAMES

__all__ = ["STEP"]

_STATING = ("multiscales", "plate")
_AXES = ["t", "c", "z", "y", "x"]


def migrate(documents: Documents, notes: Notes) -> Documents:
    """Return the nodes of a hierarchy of 0.2 as 0.3 has them."""
    with_version = once(lambda attributes: restated(attributes, "0.2", "0.3", _STATING))
    with_axes = once(lambda attributes: images_of(attributes, lambda _, entry: _with_axes(entry)))
    with_names = once(lambda attributes: {**attributes, NAMES: list(_AXES)})
    migrated: dict[str, NodeDocuments] = {}
    for path, node in documents.items():
        if not has_metadata(node):
            continue
        attributes = with_version(node.attributes)
        refused = len(notes.obstacles)
        levels = _levels(documents, path, attributes, notes)
        if "multiscales" in attributes and len(notes.obstacles) == refused:
            attributes = with_axes(attributes)
            if notes.goal_format == 2:
                for level in levels:
                    if NAMES not in level.attributes:
                        migrated[level.path] = level.evolve(attributes=with_names(level.attributes))
                attributes = _names_on_group(path, attributes, levels, notes)
        migrated[path] = node.evolve(attributes=attributes)
    return migrated


def _levels(documents: Documents, path: str, attributes: JSONObject, notes: Notes) -> list[NodeDocuments]:
    """Return the arrays of an image that are known; refuse what does not have the five axes."""
    found = []
    for index, entry in enumerate(items(attributes.get("multiscales"))):
        if not isinstance(entry, dict):
            continue
        if entry.get("axes", _AXES) != _AXES:
            axes = abbreviate(entry["axes"])
            notes.refuse(path, f"image {index} has axes already, {axes}, where 0.2 means {', '.join(_AXES)}")
        for level in levels_of(documents, path, entry):
            shape = shape_of(level)
            if shape is not None and len(shape) != len(_AXES) and level is not None:
                number = counted(len(shape), "dimension")
                notes.refuse(level.path, f"the array has {number}: which of {', '.join(_AXES)} is not known")
            if level is not None:
                found.append(level)
    return found


def _with_axes(entry: JSONObject) -> JSONObject:
    """Return an image with its axes, before the datasets where there are any."""
    if "axes" in entry:
        return entry
    changed: JSONObject = {}
    for key, value in entry.items():
        if key == "datasets":
            changed["axes"] = list(_AXES)
        changed[key] = value
    changed.setdefault("axes", list(_AXES))
    return changed


def _names_on_group(path: str, attributes: JSONObject, levels: list[NodeDocuments], notes: Notes) -> JSONObject:
    """Return the attributes of an image that repeat the axes where those of an array say something else."""
    stated = attributes.get(NAMES)
    if stated is not None:
        if stated == _AXES:
            return attributes
        notes.lose(path, f"{NAMES} {abbreviate(stated)}, which 0.3 wants to repeat the axes")
        return {**attributes, NAMES: list(_AXES)}
    other = [level for level in levels if level.attributes.get(NAMES, _AXES) != _AXES]
    for level in other:
        names = abbreviate(level.attributes[NAMES])
        notes.remark(level.path, f"{NAMES} {names} stays as it is; the image states the axes in its own {NAMES}")
    return {**attributes, NAMES: list(_AXES)} if other else attributes


STEP = Migration("0.2", "0.3", migrate)
