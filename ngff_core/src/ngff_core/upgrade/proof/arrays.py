"""Hold what is planned against what is there: the document of each array has to mean the same pixels as before."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from ngff_core.migration.interface import Documents, NodeDocuments, Notes
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.held.packed import NOTHING, Changed
from ngff_core.upgrade.journal import Rename
from ngff_core.upgrade.overlay import Recorder
from ngff_core.upgrade.proof.meaning import Meaning, differences, meaning_of
from ngff_core.zarr.keys import ARRAY_KEY, join
from ngff_core.zarr.text import json_object

__all__ = ["Planned", "differing", "refuse_other_pixels"]


@attrs.frozen
class Planned:
    """What is there, what is to be written, and which chunks get other keys."""

    store: Recorder
    written: Changed
    renames: Collection[Rename]

    def number(self, key: str) -> int:
        """Return the number of the document that is going to be under a key."""
        number = self.written.number(key)
        return self.store.number(key) if number is None else number


def refuse_other_pixels(planned: Planned, before: Documents, after: Documents, notes: Notes) -> None:
    """Note each array whose document, as it would be found, means other pixels than before, or other chunk keys."""
    known: dict[tuple[int, int], tuple[Meaning, Meaning, list[str]]] = {}  # nodes with equal documents share them
    keys = {rename.path: rename for rename in planned.renames}
    for path, node in after.items():
        old = before[path]
        if not old.is_array:
            continue
        key = join(path, ARRAY_KEY[node.zarr_format])
        number = planned.number(key)
        if number == NOTHING or (node is old and key not in planned.written):
            continue
        same = (id(old.metadata), number)
        if same not in known:
            value = json_object(planned.store.packed.get(number)) or {}
            one, other = _meaning(old), meaning_of(value, node.zarr_format)
            known[same] = one, other, differences(one, other)
        one, other, found = known[same]
        if not _is_found(one, other, keys.get(path)):
            found = [*found, "keys of chunks"]
        if found:
            notes.refuse(
                path, f"{ARRAY_KEY[node.zarr_format]} would not mean the same pixels: {', '.join(found)} differ"
            )


def _is_found(old: Meaning, new: Meaning, rename: Rename | None) -> bool:
    """Tell whether chunks are found under their new keys: as they are, or by being renamed."""
    number = len(old.shape) if isinstance(old.shape, tuple) else 0
    if rename is None:
        return _is_alike(old.keys, new.keys, number)
    ends = [(keys.encoding, keys.separator) for keys in (rename.old, rename.new)]
    return rename.ndim == number and all(
        _is_alike(*pair, number) for pair in zip(ends, (old.keys, new.keys), strict=True)
    )


def _is_alike(one: tuple[str, str], other: tuple[str, str], number: int) -> bool:
    """Tell whether two ways to make keys of so many indices make the same ones."""
    return one == other or (one[0] == other[0] == "v2" and number < 2)


def differing(node: NodeDocuments, other: JSONObject | None, zarr_format: int) -> list[str]:
    """Return in what a document of another Zarr format that lies beside that of an array differs from it."""
    if not node.is_array or other is None:
        return []
    one, another = _meaning(node), meaning_of(other, zarr_format)
    found = differences(one, another) if one.fill_value.value is not None else differences(another, one)
    number = len(one.shape) if isinstance(one.shape, tuple) else 0
    return found if _is_alike(one.keys, another.keys, number) else [*found, "keys of chunks"]


def _meaning(node: NodeDocuments) -> Meaning:
    return meaning_of(node.metadata, node.zarr_format)
