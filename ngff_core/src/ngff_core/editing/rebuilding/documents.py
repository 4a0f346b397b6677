"""The documents of a plate, its rows and wells, as the folders in it have them; what is there already stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ngff_core.editing.held import Held
from ngff_core.editing.rebuilding.tree import Field, natural
from ngff_core.issues.pointer import Pointer
from ngff_core.mending.edit import REMOVED, Edit
from ngff_core.migration.interface import Remark
from ngff_core.rules.common import equal_json
from ngff_core.spec.spec import Spec
from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate
from ngff_core.zarr.keys import ATTRIBUTES_KEY, GROUP_KEYS, join

__all__ = ["base_of", "edits_of_group", "edits_of_marker", "edits_of_plate"]

Wells = Mapping[tuple[str, str], Sequence[Field]]


def edits_of_plate(held: Held, spec: Spec, wells: Wells, remarks: list[Remark]) -> Iterator[Edit]:
    """Yield the edits that make a plate of wells, children before their parents; remark what is listed no longer."""
    for (row, column), fields in wells.items():
        path = join(row, column)
        old = _ome(held, spec, path, "well")
        new = _well(old, [field.name for field in fields])
        _remark_gone(remarks, path, old.get("images"), new["images"])
        yield from edits_of_group(held, spec, path, "well", new)
    for row in dict.fromkeys(row for row, _ in wells):
        yield from edits_of_marker(held, spec, row)
    old = _ome(held, spec, "", "plate")
    new = _plate(old, wells, indexed=spec.order >= (0, 4))  # wells of earlier versions are known by their paths alone
    _remark_gone(remarks, "", old.get("wells"), new["wells"])
    yield from edits_of_group(held, spec, "", "plate", new)


def _well(old: JSONObject, names: Sequence[str]) -> JSONObject:
    """Return the metadata of a well: the images that it lists and that are there, then all others."""
    there = dict.fromkeys(names)
    images = [image for image in _objects(old.get("images")) if _is_in(image.get("path"), there)]
    known = {image["path"] for image in images}
    return {**old, "images": [*images, *({"path": name} for name in names if name not in known)]}


def _plate(old: JSONObject, wells: Wells, *, indexed: bool) -> JSONObject:
    """Return the metadata of a plate: what it says of wells that are there stays, and so do further rows, columns."""
    rows = _names(old.get("rows"), (row for row, _ in wells))
    columns = _names(old.get("columns"), (column for _, column in wells))
    listed = [entry for entry in _objects(old.get("wells")) if isinstance(entry.get("path"), str)]
    there = {entry["path"]: entry for entry in listed}
    order = {path: n for n, path in enumerate(there)}
    row_of, column_of = ({entry["name"]: n for n, entry in enumerate(some)} for some in (rows, columns))
    entries = []
    for row, column in wells:
        path = join(row, column)
        place = {"rowIndex": row_of[row], "columnIndex": column_of[column]} if indexed else {}
        entries.append({**there.get(path, {"path": path}), **place})
    entries.sort(key=lambda entry: order.get(entry["path"], len(order)))
    new = {**old, "columns": columns, "rows": rows, "wells": entries}
    if "wells" not in old or "field_count" in old:
        new["field_count"] = max(map(len, wells.values()))
    return new


def _remark_gone(remarks: list[Remark], node: str, old: object, new: Sequence[JSONObject]) -> None:
    paths = {entry["path"] for entry in new}
    for entry in _objects(old):
        path = entry.get("path")
        if not _is_in(path, paths):
            remarks.append(Remark(node, f"{abbreviate(path)} is listed no longer: there is nothing whole at that path"))


def _is_in(path: object, paths: Collection[str]) -> bool:
    return isinstance(path, str) and path in paths


def _names(old: object, found: Iterable[str]) -> list[JSONObject]:
    """Return rows or columns: those that are listed where no other was found, else all in their order."""
    names = dict.fromkeys(found)
    listed = [entry for entry in _objects(old) if isinstance(entry.get("name"), str)]
    known = {entry["name"]: entry for entry in listed}
    if names.keys() <= known.keys() and len(known) == len(listed):
        return listed
    return [known.get(name, {"name": name}) for name in sorted({**known, **names}, key=natural)]


def _objects(value: object) -> list[JSONObject]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


# --- where it stands ----------------------------------------------------------------------------------


def base_of(spec: Spec) -> Pointer:
    """Return what leads to the OME metadata in the document with the attributes."""
    inside: Pointer = () if spec.namespace is None else (spec.namespace,)
    return inside if spec.zarr_format == 2 else ("attributes", *inside)


def _ome(held: Held, spec: Spec, path: str, key: str) -> JSONObject:
    """Return what the metadata of a group has under a key, at least the version where that is stated there."""
    value = held.document(path, ATTRIBUTES_KEY[spec.zarr_format])
    for part in (*base_of(spec), key):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, dict):
        return value
    return {"version": spec.version} if spec.namespace is None else {}


def edits_of_marker(held: Held, spec: Spec, path: str) -> Iterator[Edit]:
    """Yield the edit that makes a group of a folder, unless it is one."""
    name = GROUP_KEYS[spec.zarr_format][0]
    if held.document(path, name) is REMOVED:
        group = {"zarr_format": 2} if spec.zarr_format == 2 else {"zarr_format": 3, "node_type": "group"}
        yield Edit(path, name, (), group)


def edits_of_group(held: Held, spec: Spec, path: str, key: str, value: JSONObject) -> Iterator[Edit]:
    """Yield the edits that let a group have a value under a key of its OME metadata."""
    yield from edits_of_marker(held, spec, path)
    name = ATTRIBUTES_KEY[spec.zarr_format]
    document = held.document(path, name)
    if document is REMOVED and spec.zarr_format == 2:
        yield Edit(path, name, (), {key: value})
        return
    ome: Any = document if document is not REMOVED else {}
    for part in base_of(spec):
        ome = ome.get(part) if isinstance(ome, dict) else None
    there = ome if isinstance(ome, dict) else {}
    if spec.namespace is not None and "version" not in there:
        yield Edit(path, name, (*base_of(spec), "version"), spec.version)
    if not equal_json(there.get(key), value):
        yield Edit(path, name, (*base_of(spec), key), value)
