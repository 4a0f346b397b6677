"""What an outline says of documents, which may hold anything: a few words, the layout of a plate, who wrote it."""

from __future__ import annotations

from typing import Any

from ngff_core.report.outline.nodes import Layout
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted, listed, short
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

__all__ = ["layout_of", "ome_of", "said_of", "writers_of"]

LONGEST = 100  # characters of a name
MOST_WELLS = 10_000


def ome_of(document: GroupDocument) -> JSONObject:
    """Return the OME metadata of a group, wherever its version puts them."""
    inside = document.attributes.get("ome")
    return inside if isinstance(inside, dict) else document.attributes


def said_of(kind: str, document: GroupDocument | ArrayDocument | None) -> str:
    """Return a few words on a node: the shape of an array, the axes and levels of an image, how large a plate is."""
    if isinstance(document, ArrayDocument):
        shape = " × ".join(map(str, document.shape or ()))
        return short(" ".join(filter(None, (shape, document.dtype))), LONGEST)
    if document is None:
        return ""
    ome = ome_of(document)
    if kind == "plate":
        plate = _object(ome.get("plate"))
        rows, columns, wells = (len(_list(plate.get(name))) for name in ("rows", "columns", "wells"))
        return f"{counted(rows, 'row')}, {counted(columns, 'column')}, {counted(wells, 'well')}"
    if kind == "well":
        return counted(len(_list(_object(ome.get("well")).get("images"))), "field")
    multiscale = _object(next(iter(_list(ome.get("multiscales"))), None))
    axes = [axis.get("name") if isinstance(axis, dict) else axis for axis in _list(multiscale.get("axes"))]
    levels = len(_list(multiscale.get("datasets")))
    named = listed([name for name in axes if isinstance(name, str)], 8, " ")
    return ", ".join(filter(None, (short(named, LONGEST), counted(levels, "level") if levels else "")))


def layout_of(document: GroupDocument) -> Layout | None:
    """Return the layout of a plate as far as it can be told; ``None``: there are no rows and columns."""
    plate = _object(ome_of(document).get("plate"))
    rows, columns = (_names(plate.get(name)) for name in ("rows", "columns"))
    if not rows or not columns:
        return None
    row_of, column_of = ({name: n for n, name in reversed([*enumerate(names)])} for names in (rows, columns))
    wells, entries = [], []
    for number, well in enumerate(map(_object, _list(plate.get("wells"))[:MOST_WELLS])):
        path = well.get("path")
        if not isinstance(path, str):
            continue
        row, _, column = path.strip("/").rpartition("/")
        place = row_of.get(row, _index(well.get("rowIndex"))), column_of.get(column, _index(well.get("columnIndex")))
        if 0 <= place[0] < len(rows) and 0 <= place[1] < len(columns):
            wells.append((path.strip("/"), *place))
            entries.append(number)
    return Layout(rows, columns, tuple(wells), tuple(entries))


def writers_of(document: GroupDocument) -> tuple[str, str]:
    """Return what the metadata names as its creator, and what has made the levels of the image; perhaps nothing."""
    ome = ome_of(document)
    creators = (_named(where.get("_creator"), "name") for where in (ome, document.attributes))
    multiscale = _object(next(iter(_list(ome.get("multiscales"))), None))
    return next(filter(None, creators), ""), _named(multiscale.get("metadata"), "method")


def _named(value: JSON, key: str) -> str:
    given = _object(value)
    parts = (given.get(key), given.get("version"))
    return short(" ".join(part for part in parts if isinstance(part, str)), LONGEST) if given.get(key) else ""


def _names(entries: JSON) -> tuple[str, ...]:
    names = (_object(entry).get("name") for entry in _list(entries)[:MOST_WELLS])
    return tuple(short(name, LONGEST) if isinstance(name, str) else "" for name in names)


def _index(value: JSON) -> int:
    return value if type(value) is int else -1


def _object(value: Any) -> JSONObject:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
