"""The steps between OME-NGFF 0.4 and 0.5: from Zarr v2 to v3 and back, chunks left where they are.

Mechanical are the documents of groups and arrays, the object ``ome`` with one version for all that is in it, and
the names of dimensions, which are those of the axes. Decided by the user: fill values that are null, codecs that not
every library reads, and on the way back chunks whose keys v2 does not have. What v3 or v2 cannot express is refused by
name.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from ngff_core.migration import Decision, Documents, Migration, NodeDocuments, Notes
from ngff_core.migration.shared import items, levels_of, once, shape_of
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.members import may_be_ignored
from ngff_v05.array_extended import NOT_SETTLED, to_v2, to_v3
from ngff_v05.arrays import Converted

__all__ = ["MIGRATIONS"]

OME = "ome"
# what 0.4 keeps at the top of the attributes
KEYS = ("multiscales", "omero", "image-label", "labels", "plate", "well", "bioformats2raw.layout", "series")
STAYING = ({"name": "v2", "configuration": {"separator": "/"}},)  # encodings of chunk keys that 0.4 has, too
KEYS_OF_V2 = (
    "its chunks keep their keys, which Zarr v3 calls the encoding v2; Fiji reads these as empty through n5-zarr up to"
    " 2.0.1 (n5-viewer, MoBIE, BigDataViewer)"
)
ASKED = {
    "fill-value-null": "fill-value",
    "numcodecs": "codecs",
    "data-types": "data-types",
}  # of what arrays leave open, that which is asked

GROUPS: dict[int, JSONObject] = {2: {"zarr_format": 2}, 3: {"zarr_format": 3, "node_type": "group"}}

Names = tuple[str, ...]
Change = Callable[[JSONObject], JSONObject]
# what was made of arrays with the same documents, which nodes share: metadata and attributes, empty when refused
Known = dict[tuple[int, int, Names | None], tuple[Converted, JSONObject, JSONObject]]


# --- 0.4 to 0.5 -------------------------------------------------------------------------------------


def upgrade(documents: Documents, notes: Notes) -> Documents:
    """Return the documents of 0.4 as those of 0.5."""
    axes = _axes_of_arrays(documents, None)
    arrays: Known = {}
    moved = once(_moved_in)
    return {
        path: _array_up(node, axes.get(path), notes, arrays) if node.is_array else _group_up(node, notes, moved)
        for path, node in documents.items()
        if node.zarr_format == 2
    }


def _group_up(node: NodeDocuments, notes: Notes, moved: Change) -> NodeDocuments:
    for key in sorted(node.metadata.keys() - {"zarr_format"}):
        notes.lose(node.path, f"`{key}` of .zgroup: v3 has no room for members that it does not know")
    if node.foreign:
        return node.evolve(zarr_format=3, metadata=GROUPS[3])
    if OME in node.attributes:
        notes.refuse(node.path, f"the attributes have a member `{OME}` already, which is where 0.5 keeps its metadata")
    return node.evolve(zarr_format=3, metadata=GROUPS[3], attributes=moved(node.attributes))


def _moved_in(attributes: JSONObject) -> JSONObject:
    ome = {key: _map_versions(key, attributes[key], _without_version) for key in attributes if key in KEYS}
    rest = {key: value for key, value in attributes.items() if key not in KEYS}
    return {OME: {"version": "0.5", **ome}, **rest} if ome else rest


def _array_up(node: NodeDocuments, axes: Names | None, notes: Notes, known: Known) -> NodeDocuments:
    key = (id(node.metadata), id(node.attributes), axes)
    if key not in known:
        null_fill = notes.answers["fill-value"] or None  # 0 stands for the zero of each data type
        numcodecs = notes.answers["codecs"] == "numcodecs"
        extended = notes.answers["data-types"] == "zarr-python"
        converted = to_v3(
            node.metadata, node.attributes, axes, numcodecs=numcodecs, null_fill=null_fill, extended=extended
        )
        metadata = dict(converted.documents.get("zarr.json", {}))
        known[key] = converted, metadata, metadata.pop("attributes", {})
    converted, metadata, attributes = known[key]
    _tell(converted, node.path, notes)
    if metadata and not node.foreign:
        notes.remark(node.path, KEYS_OF_V2)
    return node.evolve(zarr_format=3, metadata=metadata, attributes=attributes) if metadata else node


# --- 0.5 to 0.4 -------------------------------------------------------------------------------------


def downgrade(documents: Documents, notes: Notes) -> Documents:
    """Return the documents of 0.5 as those of 0.4."""
    axes = _axes_of_arrays(documents, OME)
    arrays: Known = {}
    moved = once(_moved_out)
    return {
        path: _array_down(node, axes.get(path), notes, arrays) if node.is_array else _group_down(node, notes, moved)
        for path, node in documents.items()
        if node.zarr_format == 3
    }


def _group_down(node: NodeDocuments, notes: Notes, moved: Change) -> NodeDocuments:
    for key in sorted(node.metadata.keys() - {"zarr_format", "node_type"}):
        value = node.metadata[key]
        if may_be_ignored(value):
            notes.lose(node.path, f"`{key}` of zarr.json: v2 has no such member")
        else:
            notes.refuse(node.path, f"`{key}` of zarr.json is not known, and has to be understood")
    if node.foreign:
        return node.evolve(zarr_format=2, metadata=GROUPS[2])
    ome = node.attributes.get(OME)
    inside = ome.keys() - {"version"} if isinstance(ome, dict) else set()
    for key in sorted(inside & node.attributes.keys()):
        notes.lose(node.path, f"the attribute `{key}`: what `{OME}` holds under this name takes its place")
    for key in sorted(inside - set(KEYS)):
        notes.remark(node.path, f"`{key}` of `{OME}` moves to the top of the attributes")
    return node.evolve(zarr_format=2, metadata=GROUPS[2], attributes=moved(node.attributes))


def _moved_out(attributes: JSONObject) -> JSONObject:
    ome = attributes.get(OME)
    if not isinstance(ome, dict):
        return attributes
    out = {key: _map_versions(key, value, _with_version) for key, value in ome.items() if key != "version"}
    return {**{key: value for key, value in attributes.items() if key != OME}, **out}


def _array_down(node: NodeDocuments, axes: Names | None, notes: Notes, known: Known) -> NodeDocuments:
    encoding = node.metadata.get("chunk_key_encoding")
    staying = encoding in STAYING or (node.foreign and isinstance(encoding, dict) and encoding.get("name") == "v2")
    key = (id(node.metadata), id(node.attributes), axes)
    if key not in known:
        converted = to_v2({**node.metadata, "attributes": node.attributes}, axes, rename_chunks=not staying)
        known[key] = converted, converted.documents.get(".zarray", {}), converted.documents.get(".zattrs", {})
    converted, metadata, attributes = known[key]
    _tell(converted, node.path, notes)
    if not staying and notes.choose("chunk-keys", node.path) == "keep":
        notes.refuse(
            node.path,
            "the keys of its chunks are not those of 0.4: --decide chunk-keys=rename renames them",
            "chunk-keys=rename",
        )
    return node.evolve(zarr_format=2, metadata=metadata, attributes=attributes) if metadata else node


# --- both -------------------------------------------------------------------------------------------


def _axes_of_arrays(documents: Documents, namespace: str | None) -> dict[str, Names]:
    """Return the names of the axes for each array that is a level of an image; of several images the first counts."""
    found: dict[str, Names] = {}
    for path, node in documents.items():
        ome = node.attributes if namespace is None else node.attributes.get(namespace)
        for multiscale in items(ome.get("multiscales")) if isinstance(ome, dict) else ():
            axes = _names(multiscale)
            for array in levels_of(documents, path, multiscale) if axes else ():
                if array is not None and len(shape_of(array) or ()) == len(axes):
                    found.setdefault(array.path, axes)
    return found


def _names(multiscale: JSON) -> Names:
    """Return the names of axes; none where one of them is no string."""
    axes = items(multiscale.get("axes")) if isinstance(multiscale, dict) else []
    names = tuple(axis.get("name") if isinstance(axis, dict) else None for axis in axes)
    return names if all(isinstance(name, str) for name in names) else ()  # type: ignore[return-value]


def _map_versions(key: str, value: JSON, change: Change) -> JSON:
    """Change the objects that state a version of their own in 0.4; 0.5 has one for all."""
    if key == "multiscales" and isinstance(value, list):
        return [change(item) if isinstance(item, dict) else item for item in value]
    return change(value) if key in ("plate", "well", "image-label") and isinstance(value, dict) else value


def _without_version(value: JSONObject) -> JSONObject:
    return {key: inside for key, inside in value.items() if key != "version"}


def _with_version(value: JSONObject) -> JSONObject:
    return {**value, "version": "0.4"}


def _tell(converted: Converted, path: str, notes: Notes) -> None:
    """Say of a node what was said of its array."""
    for decision in converted.decisions:
        if decision.name in ASKED:
            notes.choose(ASKED[decision.name], path)
        else:
            notes.remark(path, decision.taken)
    for text in converted.losses:
        notes.lose(path, text)
    for text in converted.obstacles:
        if "numcodecs." in text:
            notes.choose("codecs", path)
            notes.refuse(path, f"{text}: --decide codecs=numcodecs writes it all the same", "codecs=numcodecs")
        elif text.endswith(NOT_SETTLED):
            notes.choose("data-types", path)
            answer = "data-types=zarr-python"
            notes.refuse(path, f"{text}: --decide {answer} writes it all the same", answer)
        else:
            notes.refuse(path, text)


def _number(text: str) -> JSON:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError('expected a number, true or false, or "NaN" in quotes') from None


MIGRATIONS = (
    Migration(
        "0.4",
        "0.5",
        upgrade,
        (
            Decision(
                "fill-value",
                "which fill value do arrays get that have none (null), as Zarr v3 wants one?",
                "0",
                form="a number",
                parse=_number,
            ),
            Decision(
                "codecs",
                "what becomes of compressors and filters that v3 does not define, and only zarr-python reads?",
                "portable",
                ("portable", "numcodecs"),
            ),
            Decision(
                "data-types",
                "what becomes of strings of fixed length, raw bytes and structures, whose names in v3 are not settled?",
                "portable",
                ("portable", "zarr-python"),
            ),
        ),
        apart=True,
    ),
    Migration(
        "0.5",
        "0.4",
        downgrade,
        (
            Decision(
                "chunk-keys",
                "what becomes of chunks whose keys 0.4 does not have, such as c/0/0 in place of 0/0?",
                "keep",
                ("keep", "rename"),
            ),
        ),
        apart=True,
    ),
)
