"""What a plate says of its rows, columns, wells and acquisitions, as the wells that there are have it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import index
from typing import Any

import attrs

from ngff_core.errors import StoreError, UsageError
from ngff_core.rules.plate.entries import STANDARD
from ngff_core.stores.answers import names_in
from ngff_write.groups.listing import Listing, natural
from ngff_write.groups.names import plain_name
from ngff_write.options import is_whole, refuse_no_json, said

__all__ = [
    "NUMBER_OF_FIELDS",
    "PlateAbout",
    "acquisitions_of",
    "columns_of",
    "invented_name",
    "list_field",
    "list_wells",
    "rows_of",
]

Names = int | Sequence[str]
JSONObject = dict[str, Any]

_NAME = re.compile(r"[A-Za-z0-9]+")
NUMBER_OF_FIELDS = "maximumfieldcount"  # of an acquisition in a well, at most
MOST_ROWS = 26 * 27  # A to ZZ
MOST_COLUMNS = 999
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@attrs.frozen
class PlateAbout:
    """What is said of a plate beforehand: its name, all rows and columns, its acquisitions, further members.

    Rows and columns are ``None`` where they are to follow from the wells: those of the smallest standard plate.
    """

    name: str | None = None
    rows: Sequence[str] | None = None
    columns: Sequence[str] | None = None
    acquisitions: Sequence[Mapping[str, Any]] = ()
    members: Mapping[str, Any] = attrs.field(factory=dict)
    extra: Mapping[str, Any] | None = None

    def checked(self, row: str, column: str, acquisition: int | None) -> int | None:
        """Return the acquisition that a field is of: the one that is given, or the only one that there is.

        Raises UsageError for a well that the plate has no place for, and an acquisition that it has not.
        """
        for name, names, what in ((row, self.rows, "row"), (column, self.columns, "column")):
            plain_name(name, f"a {what}")
            if names is not None and name not in names:
                raise UsageError(f"the plate has no {what} {name!r}: it has {', '.join(names)}")
        ids = [one.get("id") for one in self.acquisitions]
        if acquisition is None and len(ids) > 1:
            raise UsageError(
                f"the plate has {len(ids)} acquisitions: tell of each field which one it is of, as write_field of a"
                f" PlateWriter takes it (acquisition={ids[0]})"
            )
        if acquisition is None:
            return ids[0] if ids else None
        if not is_whole(acquisition) or index(acquisition) not in ids:
            raise UsageError(
                f"the plate has no acquisition {said(acquisition)}: it has {', '.join(map(str, ids)) or 'none'}"
            )
        return index(acquisition)

    def refuse_fields_of_none(self, listing: Listing) -> None:
        """Raise UsageError where a well that is there has a field that is of none of the acquisitions."""
        _refuse_of_none(len(self.acquisitions), _wells(listing, ()))


def rows_of(given: Names | None) -> list[str] | None:
    """Return the names of rows: as given, or so many from A on."""
    if isinstance(given, int):
        return [_row(n) for n in range(_number(given, MOST_ROWS, "rows"))]
    return _checked(given, "a row")


def columns_of(given: Names | None) -> list[str] | None:
    """Return the names of columns: as given, or so many from 1 on."""
    if isinstance(given, int):
        return [str(n + 1) for n in range(_number(given, MOST_COLUMNS, "columns"))]
    return _checked(given, "a column")


def acquisitions_of(given: Sequence[Mapping[str, Any]]) -> list[JSONObject]:
    """Return what is said of acquisitions; raises UsageError where they have no ids, or the same."""
    found: list[JSONObject] = []
    for number, one in enumerate(given):
        refuse_no_json(one, f"acquisitions[{number}]")
        if not is_whole(one.get("id")) or one["id"] in [other["id"] for other in found]:
            raise UsageError(f"each acquisition has a whole number of its own as 'id', got {said(one.get('id'))}")
        found.append(dict(one))
    return found


def _number(given: int, most: int, what: str) -> int:
    if isinstance(given, bool) or not 1 <= given <= most:
        raise UsageError(f"{what} are their names, or a number from 1 to {most}, got {given!r}")
    return given


def _checked(given: Sequence[str] | None, what: str) -> list[str] | None:
    if given is None:
        return None
    names = [plain_name(name, what) for name in given]
    if twice := [name for name, number in Counter(names).items() if number > 1]:
        raise UsageError(f"{what} is called as another one: {twice[0]}")
    return names


def _row(index: int) -> str:
    return _LETTERS[index] if index < 26 else _LETTERS[index // 26 - 1] + _LETTERS[index % 26]


# --- a well -------------------------------------------------------------------------------------------


def list_field(listing: Listing, well: str, field: str, acquisition: int | None, version: Mapping[str, Any]) -> None:
    """Let a well list a field of view, as the group that it is; ``version`` is what it states by itself."""
    old = listing.value(well, "well")
    old = old if isinstance(old, dict) else dict(version)
    images = [image for image in _objects(old.get("images")) if image.get("path") != field]
    entry = {"path": field} if acquisition is None else {"path": field, "acquisition": acquisition}
    images = sorted([*images, entry], key=lambda image: natural(str(image.get("path"))))
    listing.group(well.partition("/")[0])
    listing.put(well, "well", {**old, "images": images}, "Well")


# --- the plate ----------------------------------------------------------------------------------------


def list_wells(listing: Listing, about: PlateAbout, version: Mapping[str, Any], changed: Collection[str]) -> None:
    """Let a plate list its wells: those that it lists, and all that there are in folders ROW/COLUMN.

    Of those that it lists already, what is ``changed`` is read. Raises UsageError where there is no well.
    """
    old = listing.value("", "plate")
    old = old if isinstance(old, dict) else {}
    listed = {str(well["path"]): well for well in _objects(old.get("wells")) if isinstance(well.get("path"), str)}
    acquired = _objects(old.get("acquisitions"))
    known = listed.keys() - changed
    found = dict(_wells(listing, known))
    if known and not _says(old, {*_acquired(found), *(one.get("id") for one in about.acquisitions)}):
        found = dict(_wells(listing, ()))  # a field of none was in order as long as there were not several
    paths = [tuple(path.split("/")) for path in {**listed, **found} if path.count("/") == 1]
    if not found:
        raise UsageError(f"{listing.store.url}: no well was written, and a plate has one at least")
    rows, columns = _sides(old, about, {row for row, _ in paths}, {column for _, column in paths})
    row_of, column_of = ({name: n for n, name in reversed([*enumerate(side)])} for side in (rows, columns))
    places = {f"{row}/{column}": (row_of[row], column_of[column]) for row, column in paths}
    wells = [
        {**listed.get(path, {}), "path": path, "rowIndex": row, "columnIndex": column}
        for path, (row, column) in sorted(places.items(), key=lambda item: item[1])
    ]
    acquisitions = _acquisitions(acquired, about.acquisitions, found)
    plate = {
        **version,
        **({"name": about.name} if about.name is not None else {}),
        **about.members,
        **old,
        "columns": _entries(old.get("columns"), columns),
        "rows": _entries(old.get("rows"), rows),
        "wells": wells,
        **({"acquisitions": acquisitions} if acquisitions else {}),
        "field_count": max(_number_in(old, "field_count"), *map(len, found.values())),
    }
    order = ("version", "name", "columns", "rows", "wells", "acquisitions", "field_count")
    first = {key: plate.pop(key) for key in order if key in plate}
    listing.put("", "plate", {**first, **plate}, "Plate", about.extra)


def _says(plate: JSONObject, acquisitions: Collection[Any]) -> bool:
    """Tell whether a plate lists such acquisitions, and says how many fields its wells have at most, of each."""
    listed = {one.get("id"): _number_in(one, NUMBER_OF_FIELDS) for one in _objects(plate.get("acquisitions"))}
    return bool(_number_in(plate, "field_count")) and listed.keys() >= set(acquisitions) and all(listed.values())


def _number_in(entry: JSONObject, key: str) -> int:
    """Return how many fields a plate or an acquisition says that wells have at most; 0: it does not say."""
    number = entry.get(key)
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def _wells(listing: Listing, known: Collection[str]) -> Iterator[tuple[str, list[JSONObject]]]:
    """Yield the images of each well that there is, by its path; those that are ``known`` are not read."""
    for row in _folders(listing, ""):
        for path in (f"{row}/{column}" for column in _folders(listing, row)):
            well = listing.value(path, "well") if path not in known else None
            images = _objects(well.get("images")) if isinstance(well, dict) else []
            if images:
                yield path, images


def _folders(listing: Listing, path: str) -> list[str]:
    names: Sequence[str] = ()
    with suppress(StoreError):  # a link that leads elsewhere is no row, and no well
        names = names_in(listing.store, path) or ()
    return [name[:-1] for name in names if name.endswith("/") and _NAME.fullmatch(name[:-1])]


def _objects(value: object) -> list[JSONObject]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _entries(old: object, names: Sequence[str]) -> list[JSONObject]:
    known = {entry.get("name"): entry for entry in _objects(old)}
    return [known.get(name, {"name": name}) for name in names]


def _acquired(wells: Mapping[str, Sequence[JSONObject]]) -> set[Any]:
    """Return the ids of the acquisitions that there are fields of."""
    return {image["acquisition"] for images in wells.values() for image in images if "acquisition" in image}


def invented_name(acquisition: object) -> str:
    """Return the name of an acquisition that fields are of, as long as nobody has given one."""
    return f"acquisition {acquisition}"


def _refuse_of_none(number: int, wells: Iterable[tuple[str, Sequence[JSONObject]]]) -> None:
    for well, images in wells:
        if of_none := [image.get("path") for image in images if "acquisition" not in image]:
            raise UsageError(f"the plate has {number} acquisitions, and field {well}/{of_none[0]} states none")


def _acquisitions(
    old: Sequence[JSONObject], given: Sequence[Mapping[str, Any]], wells: Mapping[str, Sequence[JSONObject]]
) -> list[JSONObject]:
    """Return the acquisitions that are listed, declared, and used by fields, with their numbers of fields.

    Those without fields stay: who adds fields later has to tell which one they are of.

    Raises UsageError where there are several, and a field that is of none.
    """
    used = _acquired(wells)
    known: dict[object, JSONObject] = {one.get("id"): dict(one) for one in old}
    for one in given:  # as far as it is not said already, by another process since this one has begun
        there = known.setdefault(one.get("id"), {})
        most = max(_number_in(there, NUMBER_OF_FIELDS), _number_in({**one}, NUMBER_OF_FIELDS))
        if there.get("name") == invented_name(one.get("id")):
            there.pop("name")
        known[one.get("id")] = {**one, **there, NUMBER_OF_FIELDS: most}
    for number in sorted(used - known.keys()):  # what another process writes, and will say more of
        known[number] = {"id": number, "name": invented_name(number)}
    counts: Counter[object] = Counter()
    if len(known) > 1:
        _refuse_of_none(len(known), wells.items())
    for images in wells.values():
        counts |= Counter(image.get("acquisition") for image in images)
    for number, one in known.items():
        one[NUMBER_OF_FIELDS] = max(counts[number], _number_in(one, NUMBER_OF_FIELDS), 1)
    return list(known.values())


# --- rows and columns ---------------------------------------------------------------------------------


def _sides(old: JSONObject, about: PlateAbout, rows: set[str], columns: set[str]) -> tuple[list[str], list[str]]:
    """Return the names of all rows and columns: those that are listed or given, else those of a standard plate."""
    all_rows, all_columns = _named(old.get("rows"), about.rows), _named(old.get("columns"), about.columns)
    fixed_rows = all_rows if all_rows and rows <= set(all_rows) else None
    fixed_columns = all_columns if all_columns and columns <= set(all_columns) else None
    rows, columns = rows.union(all_rows), columns.union(all_columns)
    chosen = _standard(rows, columns) or (sorted(rows, key=natural), sorted(columns, key=natural))
    return fixed_rows or chosen[0], fixed_columns or chosen[1]


def _named(old: object, given: Sequence[str] | None) -> list[str]:
    """Return the names that are listed and given: in the order of those that are more."""
    listed = [entry["name"] for entry in _objects(old) if isinstance(entry.get("name"), str)]
    first, second = (given or (), listed) if set(listed) <= set(given or ()) else (listed, given or ())
    return [*first, *(name for name in second if name not in first)]


def _standard(rows: Iterable[str], columns: Iterable[str]) -> tuple[list[str], list[str]] | None:
    """Return the rows and columns of the smallest standard plate that has these; ``None``: none has."""
    columns = set(columns)
    width = max(map(len, columns), default=1) if any(column.startswith("0") for column in columns) else 1
    for number_of_rows, number_of_columns in sorted(STANDARD.values()):
        all_rows = [_row(n) for n in range(number_of_rows)]
        all_columns = [str(n + 1).zfill(width) for n in range(number_of_columns)]
        if columns <= set(all_columns) and set(rows) <= set(all_rows):
            return all_rows, all_columns
    return None
