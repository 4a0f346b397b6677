"""Label images from 0.3 to 0.4: one color for each label value, no empty lists."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.migration import Notes
from ngff_core.rules.common import equal_json, is_number
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate

__all__ = ["LABEL_COLOR", "image_label"]

LABEL_COLOR = "label-color"
_VALUE = "label-value"
Entries = list[JSON]


def image_label(path: str, label: JSONObject, notes: Notes) -> JSONObject:
    """Return ``image-label`` without empty lists, repeated entries and second colors."""
    changed = dict(label)
    for key in ("colors", "properties"):
        entries = label.get(key)
        if entries == []:
            del changed[key]
            notes.remark(path, f"{key} of image-label is empty, which 0.4 does not allow, and is left out")
        elif isinstance(entries, list):
            kept = _without_repeats(path, key, entries, notes)
            changed[key] = _one_color_each(path, kept, notes) if key == "colors" else kept
    return changed


def _repeats(entries: Entries) -> Iterator[list[int]]:
    """Yield the positions of the entries that are about the same label value, where there are several."""
    values = [entry.get(_VALUE) if isinstance(entry, dict) else None for entry in entries]
    try:
        if len(set(values)) == len(values):
            return
    except TypeError:
        pass
    found: dict[JSON, list[int]] = {}
    for index, value in enumerate(values):
        if is_number(value):
            found.setdefault(value, []).append(index)
    yield from (indexes for indexes in found.values() if len(indexes) > 1)


def _without_repeats(path: str, key: str, entries: Entries, notes: Notes) -> Entries:
    """Return the entries without those that say exactly what an earlier one says."""
    dropped: set[int] = set()
    for indexes in _repeats(entries):
        for position, index in enumerate(indexes):
            if any(equal_json(entries[index], entries[first]) for first in indexes[:position] if first not in dropped):
                dropped.add(index)
    for index in sorted(dropped):
        notes.remark(path, f"entry {index} of {key} in image-label repeats another, and is left out")
    return [entry for index, entry in enumerate(entries) if index not in dropped] if dropped else entries


def _one_color_each(path: str, colors: Entries, notes: Notes) -> Entries:
    """Return the colors with the one that was chosen for each label value, in the place of the first."""
    kept = list(colors)
    dropped: set[int] = set()
    for indexes in _repeats(colors):
        chosen = indexes[-1 if notes.choose(LABEL_COLOR, path) == "last" else 0]
        kept[indexes[0]] = colors[chosen]
        dropped.update(indexes[1:])
        for index in indexes:
            if index != chosen:
                color = abbreviate(colors[index].get("rgba"))
                notes.remark(path, f"color {color} of label value {colors[index][_VALUE]} is dropped for another")
    return [color for index, color in enumerate(kept) if index not in dropped] if dropped else colors
