"""Plates and wells from 0.3 to 0.4: paths that are ROW/COLUMN, and the indexes of both.

Refused, as groups would have to move or nobody knows what is meant: well paths of any other form or with the column
first, names that are not made of letters and digits, rows or columns of one name, fields of one path, negative ids of
acquisitions, and fields that state no acquisition where the plate has several.
"""

from __future__ import annotations

from collections.abc import Iterable

from ngff_core.hierarchy import resolve_path
from ngff_core.migration import Documents, Notes
from ngff_core.migration.shared import items
from ngff_core.rules.common import duplicates, is_number
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate, noun

__all__ = ["MISSING_ROWS", "plate", "well"]

MISSING_ROWS = "missing-rows"
_SHOWN = 5
Wells = list[tuple[JSONObject, str, str]]


def plate(documents: Documents, path: str, definition: JSONObject, notes: Notes) -> JSONObject:
    """Return the layout of a plate."""
    changed = _counted(path, "the plate", "field_count", definition, notes)
    acquisitions = definition.get("acquisitions")
    if isinstance(acquisitions, list):
        changed["acquisitions"] = [_acquisition(path, index, a, notes) for index, a in enumerate(acquisitions)]
        if len(acquisitions) > 1:
            _refuse_unknown_runs(documents, path, definition, len(acquisitions), notes)
    for key in ("rows", "columns"):
        _refuse_names(path, key, _names(definition.get(key)), notes)
    wells = definition.get("wells")
    if isinstance(wells, list):
        rows, columns, found = _lists(path, definition, wells, notes)
        changed.update(rows | columns)
        row_at = _positions(changed.get("rows"))
        column_at = _positions(changed.get("columns"))
        placed = {id(entry): _placed(entry, row_at.get(row), column_at.get(column)) for entry, row, column in found}
        changed["wells"] = [placed.get(id(entry), entry) for entry in wells]
    return changed


def _names(entries: JSON) -> list[JSON]:
    return [entry.get("name") if isinstance(entry, dict) else None for entry in items(entries)]


def _positions(entries: JSON) -> dict[str, int]:
    positions: dict[str, int] = {}
    for index, name in enumerate(_names(entries)):
        if isinstance(name, str):
            positions.setdefault(name, index)
    return positions


def _plain(name: str) -> bool:
    return name.isascii() and name.isalnum()


def _some(names: Iterable[str]) -> str:
    """Return the first few of some names."""
    listed = [abbreviate(name) for name in names]
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


# --- rows, columns and wells ------------------------------------------------------------------------


def _refuse_names(path: str, key: str, names: list[JSON], notes: Notes) -> None:
    odd = [name for name in names if isinstance(name, str) and not _plain(name)]
    if odd:
        notes.refuse(path, f"names of {key} are not made of letters and digits: {_some(odd)}")
    twice = dict.fromkeys(names[index] for index, _ in duplicates(names))
    if twice:
        notes.refuse(path, f"several {key} have the same name: {_some(twice)}")


def _two_parts(path: str) -> tuple[str, str] | None:
    """Return row and column; an additional slash or dot on the way leads to the same group, and goes."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or len(parts) != 2 or not all(map(_plain, parts)):
        return None
    return parts[0], parts[1]


def _lists(path: str, definition: JSONObject, wells: list[JSON], notes: Notes) -> tuple[JSONObject, JSONObject, Wells]:
    """Return rows and columns where some are added, and the wells with the names of theirs; refuse other paths."""
    rows, columns = _positions(definition.get("rows")), _positions(definition.get("columns"))
    found: Wells = []
    odd, swapped = [], []
    for entry in wells:
        place = entry.get("path") if isinstance(entry, dict) else None
        if not isinstance(place, str):
            continue
        parts = _two_parts(place)
        if parts is None:
            odd.append(place)
        elif parts[0] in columns and parts[1] in rows and not (parts[0] in rows and parts[1] in columns):
            swapped.append(place)
        else:
            found.append((entry, *parts))
    if odd:
        notes.refuse(path, f"well paths that are not ROW/COLUMN, so that groups would have to move: {_some(odd)}")
    if swapped:
        notes.refuse(path, f"well paths with the column first, so that groups would have to move: {_some(swapped)}")
    used_rows = _lacking(path, definition, "rows", rows, {row for _, row, _ in found}, notes)
    used_columns = _lacking(path, definition, "columns", columns, {column for _, _, column in found}, notes)
    return used_rows, used_columns, found


def _lacking(
    path: str, definition: JSONObject, key: str, known: dict[str, int], used: set[str], notes: Notes
) -> JSONObject:
    """Return the list of rows or columns with those added that wells use; nothing when none is lacking."""
    lacking = sorted(used - known.keys(), key=lambda name: (len(name), name))
    listed = definition.get(key)
    if not lacking or not isinstance(listed, list):
        return {}
    if notes.choose(MISSING_ROWS, path) == "refuse":
        notes.refuse(path, f"wells use {key} that the plate does not list: {_some(lacking)}")
        return {}
    return {key: [*listed, *({"name": name} for name in lacking)]}


def _placed(entry: JSONObject, row: int | None, column: int | None) -> JSONObject:
    """Return a well with the indexes of its row and column; those that it has stay, to be compared with its path."""
    parts = _two_parts(entry["path"])
    changed = {**entry, "path": "/".join(parts)} if parts is not None else dict(entry)
    for key, index in (("rowIndex", row), ("columnIndex", column)):
        if index is not None:
            changed.setdefault(key, index)
    return changed


# --- acquisitions and fields ------------------------------------------------------------------------


def _counted(path: str, what: str, key: str, holder: JSONObject, notes: Notes) -> JSONObject:
    """Return an object without a count of fields that is not above 0."""
    value: JSON = holder.get(key)
    if not is_number(value) or value > 0:
        return dict(holder)
    notes.lose(path, f"{key} {abbreviate(value)} of {what}, which is not above 0")
    return {name: member for name, member in holder.items() if name != key}


def _acquisition(path: str, index: int, entry: JSON, notes: Notes) -> JSON:
    if not isinstance(entry, dict):
        return entry
    number: JSON = entry.get("id")
    if is_number(number) and number < 0:
        notes.refuse(path, f"id of acquisition {index} is {abbreviate(number)}, and 0.4 has none below 0")
    return _counted(path, f"acquisition {index}", "maximumfieldcount", entry, notes)


def _refuse_unknown_runs(documents: Documents, path: str, definition: JSONObject, runs: int, notes: Notes) -> None:
    """Refuse wells of a plate with several acquisitions whose fields do not say which they belong to."""
    places = (entry.get("path") for entry in items(definition.get("wells")) if isinstance(entry, dict))
    for place in dict.fromkeys(place for place in places if isinstance(place, str)):
        where = resolve_path(path, place)
        node = documents.get(where) if where is not None else None
        held = node.attributes.get("well") if node is not None else None
        fields = items(held.get("images")) if isinstance(held, dict) else []
        silent = [str(n) for n, field in enumerate(fields) if isinstance(field, dict) and "acquisition" not in field]
        if silent and where is not None:
            which = f"{noun(len(silent), 'image')} {', '.join(silent)} of the well {noun(len(silent), 'states')}"
            notes.refuse(where, f"{which} no acquisition, and the plate has {runs}")


def well(path: str, definition: JSONObject, notes: Notes) -> JSONObject:
    """Return the images of a well, as they are; refuse two of one path."""
    fields = items(definition.get("images"))
    paths: list[JSON] = [field.get("path") if isinstance(field, dict) else None for field in fields]
    twice = dict.fromkeys(paths[index] for index, _ in duplicates(paths))
    if twice:
        notes.refuse(path, f"several images of the well have the same path: {_some(twice)}")
    return definition
