"""The files of migrated documents: which of them change, which are no longer needed, and in what order."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import attrs

from ngff_core.json_text import dumps
from ngff_core.migration.interface import Documents, NodeDocuments, Notes
from ngff_core.migration.shared import chunk_keys, may_hold_chunks
from ngff_core.stores.base import MAX_DOCUMENT
from ngff_core.stores.key import Key
from ngff_core.stores.writing import ChunkKeys
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.held.packed import NOTHING, Packed, Writes
from ngff_core.upgrade.held.parts import children_first
from ngff_core.upgrade.journal import Rename
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.proof.beside import ask_before_removal, of_other_kind, superseded_in
from ngff_core.upgrade.proof.meaning import meaning_of
from ngff_core.upgrade.unread import Losses, present
from ngff_core.zarr.consolidated import consolidated_v2, consolidated_v3
from ngff_core.zarr.keys import ARRAY_KEY, CONSOLIDATED_KEY, above, join
from ngff_core.zarr.text import json_object
from ngff_core.zarr.written import document_bytes, is_finite

__all__ = ["Builder", "Built", "refuse_nodes_among_chunks"]


_EMPTY: tuple[tuple[str, Any], ...] = (("attributes", {}), ("consolidated_metadata", None))


@attrs.frozen
class Built:
    """The writes of an upgrade in their order, and arrays whose chunks get other keys.

    ``superseded`` are the nodes whose documents of the other Zarr format are left, by the format that they have then.
    """

    writes: Writes
    renames: list[Rename]
    superseded: Mapping[int, list[str]]


class Builder:
    """Compares documents before and after, part by part, and turns them into files.

    ``store`` has read all documents that are or may be there. Documents that stay equal are not written. Where the Zarr
    format changes, those of the old one are superseded; they are taken away with ``remove_old``, and always on the
    way back to Zarr v2, as readers look for v3 first.
    """

    def __init__(self, store: Recorder, notes: Notes, *, remove_old: bool) -> None:
        self._store = store
        self._notes = notes
        self._remove_old = remove_old
        self._writes, self._unlike, self._dropped = (Writes(store.packed) for _ in range(3))
        self._superseded: dict[int, list[str]] = {}
        self.renames: list[Rename] = []

    def take(self, before: Documents, part: Documents, after: Documents, settled: Collection[str]) -> Writes:
        """Take in some nodes, children before their parents; return the documents that are to be written for them.

        ``before`` and ``part`` hold these nodes, ``after`` all that are below them, too. Nothing is written of those
        that are ``settled``.
        """
        store, notes = self._store, self._notes
        fresh = Writes(store.packed)
        known, losses = _Known(store.packed), Losses(store)
        for path, node in part.items():
            old_format = before[path].zarr_format
            if (self._remove_old and node.zarr_format == notes.goal_format) or old_format != node.zarr_format:
                ask_before_removal(store, before[path], node, notes)
                self._superseded.setdefault(node.zarr_format, []).append(path)
            if path in settled:
                continue
            number = len(fresh)
            if old_format != node.zarr_format:
                self._take_away(self._unlike, of_other_kind(store, node, notes))
            for file in known.files(node, _consolidated(store, before[path], after, notes)):
                key = join(path, file.name)
                old = store.number(key)
                _refuse_unreadable(file, path, notes)
                if not known.are_same(file, old) and not (old == NOTHING and not file.value):
                    fresh.append(Key(key), old, file.number)
                    _ask(old_format, node.zarr_format, path, file.name, old, notes)
            if len(fresh) > number:
                notes.losses += losses.of(before[path])
            if notes.answers["consolidated"] == "drop" and node.zarr_format == 2:
                self._take_away(self._dropped, [join(path, CONSOLIDATED_KEY[2])])
        self.renames += [rename for path, node in part.items() for rename in known.renames(before[path], node)]
        self._writes.extend(fresh)
        return fresh

    def _take_away(self, writes: Writes, keys: Iterable[str]) -> None:
        for key in keys:
            if (old := self._store.number(key)) != NOTHING:
                writes.append(Key(key), old, NOTHING)

    def built(self) -> Built:
        """Return all that was taken in, in the order in which it is to be written."""
        some = (self._writes, self._unlike, self._dropped)
        first, unlike, dropped = (writes.ordered(children_first) for writes in some)
        writes, superseded = first.joined(unlike, dropped), self._superseded
        if self._remove_old or self._notes.goal_format == 2:
            # the root first: from then on the store is read by its new documents
            self._take_away(writes, list(superseded_in(self._store, superseded))[::-1])
            superseded = {}
        return Built(writes, sorted(self.renames, key=lambda rename: children_first(rename.path)), superseded)


def _is_same(name: str, old: JSONObject | None, new: JSONObject) -> bool:
    """Tell whether a document says what is there already; an array of Zarr v2 may leave out what is the default.

    No fill value at all is read as zero, and v3 has to have one: on the way back the one that was not there stays so.
    """
    if name == ARRAY_KEY[2] and old is not None:
        old = {"dimension_separator": ".", **old}
        if old.get("fill_value") is None and meaning_of(new, 2).fill_value.is_nothing:
            new = {**new, "fill_value": None}
    return bool(_canonical(old) == _canonical(new))


@attrs.frozen
class _File:
    """A document by its file name: its value, its number and size, and whether JSON has all of its numbers."""

    name: str
    value: JSONObject
    number: int
    size: int
    sound: bool


class _Known:
    """What was found out of documents that nodes share."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._files: dict[tuple[int, int], list[_File]] = {}
        self._same: dict[tuple[int, int], bool] = {}
        self._renames: dict[tuple[int, int], tuple[int, ChunkKeys, ChunkKeys] | None] = {}

    def files(self, node: NodeDocuments, consolidated: Mapping[str, object] | None) -> list[_File]:
        """Return the documents of a node as they are written."""
        key = (id(node.metadata), id(node.attributes))
        found = self._files.get(key) if consolidated is None else None
        if found is None:
            found = [self._file(name, value) for name, value in _files(node, consolidated).items()]
            if consolidated is None:
                self._files[key] = found
        return found

    def renames(self, before: NodeDocuments, after: NodeDocuments) -> Iterator[Rename]:
        """Yield what becomes of the keys of chunks, where they change."""
        if after.is_array:
            same = (id(before.metadata), id(after.metadata))
            if same not in self._renames:
                self._renames[same] = _new_keys(before, after)
            found = self._renames[same]
            if found is not None:
                yield Rename(after.path, *found)

    def _file(self, name: str, value: JSONObject) -> _File:
        data = document_bytes(value)
        return _File(name, value, self._packed.add(data), len(data), b"null" not in data or is_finite(value))

    def are_same(self, file: _File, old: int) -> bool:
        """Tell whether a document says what that of another number says already."""
        if old == NOTHING:
            return False
        if (old, file.number) not in self._same:
            value = json_object(self._packed.get(old))
            self._same[old, file.number] = _is_same(file.name, value, file.value)
        return self._same[old, file.number]


def _refuse_unreadable(file: _File, path: str, notes: Notes) -> None:
    if not file.sound:
        notes.refuse(path, f"{file.name} holds NaN or Infinity, which JSON does not have: give a number or a string")
    if file.size > MAX_DOCUMENT:
        notes.refuse(path, f"{file.name} would be too large to be read back: {file.size} bytes")


def _files(node: NodeDocuments, consolidated: Mapping[str, object] | None) -> dict[str, JSONObject]:
    """Return the documents of a node by file name."""
    if node.zarr_format == 3:
        document: JSONObject = {}
        for key, value in node.metadata.items():
            document[key] = value
            if key == "node_type" and not node.is_array:
                document["attributes"] = node.attributes
        if node.attributes:
            document["attributes"] = node.attributes
        if consolidated is not None:
            document["consolidated_metadata"] = consolidated
        return {"zarr.json": document}
    files = {".zarray" if node.is_array else ".zgroup": node.metadata, ".zattrs": node.attributes}
    return files if consolidated is None else {**files, CONSOLIDATED_KEY[2]: dict(consolidated)}


def _ask(old_format: int, new_format: int, path: str, name: str, old: int, notes: Notes) -> None:
    """Ask what becomes of a document in the new format that is there already; copies of others are made anew."""
    if name == CONSOLIDATED_KEY[2]:
        return
    if old != NOTHING and old_format != new_format and notes.choose("existing", path) == "refuse":
        notes.refuse(
            path,
            f"{name} is there already, and differs: --decide existing=replace puts the new one in its place",
            "existing=replace",
        )


def _new_keys(before: NodeDocuments, after: NodeDocuments) -> tuple[int, ChunkKeys, ChunkKeys] | None:
    """Return the dimensions of an array, and the keys that its chunks have and get; ``None``: they stay."""
    old, new = chunk_keys(before), chunk_keys(after)
    shape = after.metadata.get("shape")
    first = [0] * len(shape) if isinstance(shape, list) else []
    return (len(first), old, new) if old.key(first) != new.key(first) else None


def refuse_nodes_among_chunks(renames: Iterable[Rename], after: Documents, notes: Notes) -> None:
    """Note the arrays in which other nodes lie where chunks are going to be."""
    renamed = {rename.path: rename for rename in renames}
    for path in after if renamed else ():
        for way in above(path):
            rename = renamed.get(way)
            inside = path[len(way) + 1 if way else 0 :].partition("/")[0]
            if rename is not None and may_hold_chunks(inside, rename.new, rename.ndim):
                notes.refuse(way, f"its chunks are going to be where {path} lies")


# --- consolidated metadata --------------------------------------------------------------------------


def _consolidated(store: Recorder, before: NodeDocuments, after: Documents, notes: Notes) -> JSONObject | None:
    """Return new consolidated metadata for a group that had some, where that is what was decided."""
    path = before.path
    if not _had_consolidated(store, before) or notes.choose("consolidated", path) == "drop":
        return None
    own_format = after[path].zarr_format
    below = {p: after[p] for p in _readable_below(after, path) if after[p].zarr_format == own_format}
    inside = {p[len(path) + 1 if path else 0 :]: node for p, node in below.items()}
    files = {p: {n: v for n, v in _files(node, None).items() if v} for p, node in inside.items()}
    if own_format == 3:
        # what could not be read has no document to copy, and is an obstacle by itself
        return consolidated_v3({p: documents["zarr.json"] for p, documents in files.items() if documents})
    own = _files(after[path], None)
    return consolidated_v2({join(p, name): value for p, f in {**files, "": own}.items() for name, value in f.items()})


def _readable_below(nodes: Documents, group: str) -> Iterator[str]:
    """Yield the nodes below a group, but for those in arrays, with which zarr-python reads no copies at all."""
    arrays = {path for path, node in nodes.items() if node.is_array}
    for path in nodes:
        below = path != group and (not group or path.startswith(f"{group}/"))
        if below and not any(way in arrays for way in above(path)):
            yield path


def _had_consolidated(store: Recorder, node: NodeDocuments) -> bool:
    if node.is_array:
        return False
    if store.number(join(node.path, CONSOLIDATED_KEY[2])) != NOTHING:
        return True
    data = present(store.known(join(node.path, "zarr.json"))) if node.zarr_format == 3 else None
    inside = b'"consolidated_metadata"' in data if data is not None else False
    return inside and isinstance((json_object(data) or {}).get("consolidated_metadata"), dict)


# --- values -----------------------------------------------------------------------------------------


def _canonical(document: JSONObject | None) -> Any:
    """Return a form of a document that is equal for equal ones only; 1, 1.0 and true are three values.

    Members of ``zarr.json`` that say nothing do not count.
    """
    value = {k: v for k, v in (document or {}).items() if (k, v) not in _EMPTY}
    try:
        return dumps(value, sort_keys=True)
    except TypeError:
        return json.dumps(value, sort_keys=True)
