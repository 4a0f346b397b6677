"""What steps between versions have in common: the version that each object states, and the levels of an image."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from ngff_core.migration.interface import Documents, NodeDocuments
from ngff_core.spec.spec import Role, patches_of
from ngff_core.stores.writing import ChunkKeys
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.paths import resolve_path

__all__ = [
    "chunk_keys",
    "has_metadata",
    "images_of",
    "items",
    "levels_of",
    "may_hold_chunks",
    "once",
    "restated",
    "shape_of",
]

_BARE = (Role.ARRAY, Role.GROUP, Role.ROW)  # whatever their attributes hold is not of OME


def has_metadata(node: NodeDocuments) -> bool:
    """Tell whether a node is a group with OME metadata."""
    return node.kind not in _BARE


def items(value: JSON) -> list[JSON]:
    """Return a list; an empty one for any other value."""
    return value if isinstance(value, list) else []


def once(function: Callable[[JSONObject], JSONObject]) -> Callable[[JSONObject], JSONObject]:
    """Return a function that makes one result for one dict: nodes with equal documents go on sharing them."""
    made: dict[int, tuple[JSONObject, JSONObject]] = {}  # the first of each pair keeps its id from being reused

    def call(value: JSONObject) -> JSONObject:
        found = made.get(id(value))
        if found is None:
            found = made[id(value)] = (value, function(value))
        return found[1]

    return call


# --- versions ---------------------------------------------------------------------------------------


def restated(attributes: JSONObject, source: str, target: str, adding: Collection[str]) -> JSONObject:
    """Return the attributes of a group with another version wherever an object states the old one, as up to 0.4.

    ``adding`` are the keys under which a version is added where there is none. One of another version is left to be
    evaluated, but for that of ``image-label``, which early versions only wish to be right. In ``omero`` some programs
    write their own.
    """
    changed: JSONObject = {}
    old = patches_of(source)
    for key in ("multiscales", "plate", "well", "image-label"):
        value = attributes.get(key)
        known = _any if key == "image-label" else old
        if isinstance(value, list) and key == "multiscales":
            changed[key] = [_stating(entry, known, target, key in adding) for entry in value]
        elif isinstance(value, dict) and key != "multiscales":
            changed[key] = _stating(value, known, target, key in adding)
    omero = attributes.get("omero")
    if isinstance(omero, dict) and omero.get("version") == source:
        changed["omero"] = {**omero, "version": target}
    return {**attributes, **changed} if changed else attributes


def _any(_: str) -> bool:
    return True


def _stating(holder: JSON, known: Callable[[str], bool], version: str, adding: bool) -> JSON:
    if not isinstance(holder, dict):
        return holder
    if "version" not in holder:
        return {"version": version, **holder} if adding else holder
    stated = holder["version"]
    changes = stated is None or (isinstance(stated, str) and known(stated))
    return {**holder, "version": version} if changes else holder


# --- images -----------------------------------------------------------------------------------------


def images_of(attributes: JSONObject, change: Callable[[int, JSONObject], JSONObject]) -> JSONObject:
    """Return the attributes of a group with each entry of ``multiscales`` changed; others stay as they are."""
    entries = attributes.get("multiscales")
    if not isinstance(entries, list):
        return attributes
    changed = [change(index, e) if isinstance(e, dict) else e for index, e in enumerate(entries)]
    return {**attributes, "multiscales": changed}


def levels_of(documents: Documents, path: str, multiscale: JSONObject) -> Iterator[NodeDocuments | None]:
    """Yield the array of each dataset of an image in the group at ``path``; ``None`` for one that is not known."""
    for dataset in items(multiscale.get("datasets")):
        level = dataset.get("path") if isinstance(dataset, dict) else None
        place = resolve_path(path, level) if isinstance(level, str) else None
        node = documents.get(place) if place is not None else None
        yield node if node is not None and node.is_array else None


def shape_of(node: NodeDocuments | None) -> tuple[int, ...] | None:
    """Return the shape of an array; ``None`` when it is not known."""
    shape = node.metadata.get("shape") if node is not None else None
    if not isinstance(shape, list) or not {*map(type, shape)} <= _NUMBERS:
        return None
    return tuple(map(int, shape)) if not shape or (min(shape) >= 0 and max(shape) < 2**63) else None


_NUMBERS = {int, float}


# --- chunks -----------------------------------------------------------------------------------------


def chunk_keys(node: NodeDocuments) -> ChunkKeys:
    """Return how the chunk keys of an array are made, by its metadata."""
    if node.zarr_format == 2:
        return ChunkKeys("v2", _separator(node.metadata.get("dimension_separator"), "."))
    encoding = node.metadata.get("chunk_key_encoding")
    name = encoding.get("name") if isinstance(encoding, dict) else encoding
    configuration = encoding.get("configuration") if isinstance(encoding, dict) else None
    name = "v2" if name == "v2" else "default"
    separator = configuration.get("separator") if isinstance(configuration, dict) else None
    return ChunkKeys(name, _separator(separator, "." if name == "v2" else "/"))


def _separator(value: object, default: str) -> str:
    return value if value in (".", "/") else default


def may_hold_chunks(name: str, keys: ChunkKeys, ndim: int) -> bool:
    """Tell whether a folder in an array is, by its name, one that chunks are in."""
    if keys.separator == ".":
        return False
    return name == "c" if keys.encoding == "default" else ndim > 1 and name.isdecimal()
