"""Describe groups as JSON objects: what there is to show of images, plates, wells and scenes of any version."""

from __future__ import annotations

import attrs

from ngff_core.cli.shown.absent import ABSENT_KEY, absent_below, entries_that_name_nothing
from ngff_core.hierarchy.nodes import GroupNode
from ngff_core.models.image import ImageMetadata
from ngff_core.models.omero import Omero
from ngff_core.models.plate import PlateDef, PlateMetadata, WellMetadata
from ngff_core.report.report import Report
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.view.documents import refused
from ngff_core.view.image_models import acquisitions_of, channels_of, fields_of, image_views
from ngff_core.view.images import ImageDescription, LevelView
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.keys import above

__all__ = ["beside", "describe", "natural", "tree_of"]


def describe(node: GroupNode) -> JSONObject:
    """Return what there is to show of a group, without its children."""
    shown: JSONObject = {"kind": node.kind or node.role or "group"}
    model = node.model
    if isinstance(model, ImageMetadata):
        documents = {path: array.document for path, array in node.arrays()}
        views = list(image_views(model.VERSION or "", model, documents.get))
        multiscales = model.multiscales if isinstance(model.multiscales, list) else []
        shown["images"] = [_image(view, holder) for view, holder in zip(views, multiscales, strict=True)]
        if isinstance(model.omero, Omero):
            shown["channels"] = [_members(channel) for channel in channels_of(model)]
    elif isinstance(model, PlateMetadata) and isinstance(model.plate, PlateDef):
        shown["plate"] = _plate(model.plate)
        shown["acquisitions"] = [_members(acquisition) for acquisition in acquisitions_of(model)]
    elif isinstance(model, WellMetadata):
        shown["fields"] = [_members(field) for field in fields_of(model)]
    elif getattr(model, "scene", None) is not None:
        shown |= _coordinates(getattr(model, "scene", None), always=True)
    elif model is None and node.role is not None:
        shown["missing"] = True  # what it is expected to be is not what it is
    if absent := absent_below(node):
        shown[ABSENT_KEY] = absent
    if problems := entries_that_name_nothing(node):
        shown["problems"] = problems
    return shown


def _members(view: attrs.AttrsInstance) -> JSONObject:
    """Return what is seen of an entry as a JSON object, with its problem where it has one."""
    return attrs.asdict(view, filter=lambda member, value: member.name != "problem" or value is not None)


def beside(other: JSONObject | None, shown: JSONObject) -> JSONObject:
    """Return a described group with what it is besides, which comes first: an image may be a scene, too."""
    return shown if other is None else {**shown, "also": [*other.get("also", ()), other]}


def tree_of(nodes: dict[str, JSONObject], report: Report) -> JSONObject | None:
    """Hang every group below the nearest one above it, with what is wrong with those that show nothing."""
    problems: dict[str, str] = {}
    for issue in report.issues:
        if issue.severity == "error":
            problems.setdefault(issue.node, issue.message)
    for shown in [one for node in nodes.values() for one in (node, *node.get("also", ()))]:
        for path, absent in shown.pop(ABSENT_KEY, {}).items():
            nodes.setdefault(path, absent)
    for path in sorted(nodes, key=natural):
        if nodes[path].pop("missing", False) and path in problems:
            nodes[path]["problem"] = problems[path]
        parent = next((group for group in above(path) if group in nodes), None)
        if parent is not None:
            nodes[parent].setdefault("children", {})[path] = nodes[path]
    return nodes.get("")


def natural(path: str) -> list[tuple[int, int, str]]:
    """Return what paths are sorted by: numbers as numbers, and before names."""
    return [(0, int(p), "") if p.isdecimal() and p.isascii() else (1, 0, p) for p in path.split("/")]


def _image(view: ImageDescription, multiscale: object) -> JSONObject:
    levels = [_level(level) for level in view.levels]
    shown = {"name": view.name, "axes": [_members(axis) for axis in view.axes], "levels": levels}
    if view.problem is not None:
        shown["problem"] = view.problem
    for key in ("type", "metadata"):  # how the levels were made
        if (value := getattr(multiscale, key, None)) is not None:
            shown[key] = value
    return {**shown, **_coordinates(multiscale)}


def _level(view: LevelView) -> JSONObject:
    level: JSONObject = {"path": view.path}
    document = view.document
    if document is not None:
        level |= {"shape": document.shape, "dtype": document.dtype, "chunks": document.chunks}
        level |= {"shards": document.shards, "codecs": document.codecs, "chunk_keys": _chunk_keys(document)}
        level["zarr_format"] = document.zarr_format
        if problems := refused(document):
            level["problem"] = problems[0].message
    return {**level, "scale": view.pixel_size, "translation": view.translation}


def _chunk_keys(document: ArrayDocument) -> str:
    """Return the key of the first chunk, such as ``c/0/0``."""
    encoding = document.raw.get("chunk_key_encoding")
    name = encoding.get("name") if isinstance(encoding, dict) else encoding
    first = ["c"] if document.zarr_format == 3 and name != "v2" else []
    separator = document.separator if isinstance(document.separator, str) else "/"
    return separator.join([*first, *("0" for _ in document.shape or ())]) or "0"


def _plate(definition: PlateDef) -> JSONObject:
    def count(value: object) -> int:
        return len(value) if isinstance(value, list) else 0

    return {
        "name": definition.name,
        "rows": count(definition.rows),
        "columns": count(definition.columns),
        "wells": count(definition.wells),
        "acquisitions": count(definition.acquisitions),
        "field_count": definition.field_count,
    }


def _coordinates(holder: object, *, always: bool = False) -> JSONObject:
    """Return the coordinate systems that something defines (0.6), and how it links these, or others (``always``)."""
    shown: JSONObject = {}
    systems = _objects(holder, "coordinateSystems")
    if systems:
        shown["systems"] = [_system(system) for system in systems]
    links = _objects(holder, "coordinateTransformations") if systems or always else []
    if links:
        ends = [(_end(link, "input"), _end(link, "output")) for link in links]
        kinds = [getattr(link, "type", None) for link in links]
        shown["transformations"] = [{"type": k, "from": a, "to": b} for k, (a, b) in zip(kinds, ends, strict=True)]
    return shown


def _system(system: object) -> JSONObject:
    axes = [getattr(axis, "name", None) for axis in _objects(system, "axes")]
    return {"name": getattr(system, "name", None), "axes": axes}


def _end(link: object, side: str) -> JSONObject:
    end = getattr(link, side, None)
    return {"path": getattr(end, "path", None), "name": getattr(end, "name", None)}


def _objects(holder: object, attribute: str) -> list[JSON]:
    found = getattr(holder, attribute, None)
    return found if isinstance(found, list) else []
