"""Images from 0.3 to 0.4: axes that are objects, and a scale for every level."""

from __future__ import annotations

import re

from ngff_core.migration import Documents, Notes
from ngff_core.migration.shared import items, levels_of, shape_of
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import abbreviate
from ngff_v04.pixel_size import Size

__all__ = ["LEVEL_TRANSLATION", "PIXEL_SIZE", "image", "omero"]

PIXEL_SIZE = "pixel-size"
LEVEL_TRANSLATION = "level-translation"
KEY = "coordinateTransformations"
_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_HEX6 = re.compile("[0-9A-Fa-f]{6}", re.ASCII)
_ONE = Size(1.0)


def image(documents: Documents, path: str, index: int, entry: JSONObject, notes: Notes) -> JSONObject:
    """Return one entry of ``multiscales``; one whose axes are no letters stays as it is, to be refused as that."""
    letters = entry.get("axes")
    if not isinstance(letters, list) or not all(isinstance(a, str) and a in _TYPES for a in letters):
        return entry
    types = [_TYPES[letter] for letter in letters]
    if types.count("space") < 2:
        axes = ", ".join(letters) or "none"
        notes.refuse(path, f"image {index} has the axes {axes}, and 0.4 wants two or three in space")
        return entry
    if KEY in entry:
        notes.remark(path, f"{KEY} of image {index} had no meaning in 0.3, and holds for all its levels in 0.4")
    datasets = items(entry.get("datasets"))
    bare = [isinstance(dataset, dict) and KEY not in dataset for dataset in datasets]
    if any(isinstance(dataset, dict) and KEY in dataset for dataset in datasets):
        notes.remark(path, f"{KEY} in datasets of image {index} had no meaning in 0.3, and has one in 0.4")
    asked: dict[str, Size] = notes.choose(PIXEL_SIZE, path) if any(bare) else {}
    changed = {**entry, "axes": [_axis(letter, asked) for letter in letters]}
    if any(bare):
        sizes = [asked.get(letter, _ONE).number for letter in letters]
        scales = _scales(documents, path, index, entry, sizes, notes)
        moved = _translations(path, scales, types, notes)
        changed["datasets"] = [
            {**dataset, KEY: _transformations(scale, translation)} if lacking else dataset
            for dataset, lacking, scale, translation in zip(datasets, bare, scales, moved, strict=True)
        ]
    return changed


def _axis(letter: str, sizes: dict[str, Size]) -> JSONObject:
    axis = {"name": letter, "type": _TYPES[letter]}
    unit = sizes.get(letter, _ONE).unit
    return {**axis, "unit": unit} if unit is not None else axis


def _scales(
    documents: Documents, path: str, index: int, entry: JSONObject, sizes: list[float], notes: Notes
) -> list[list[float]]:
    """Return the scale of each level: the sizes, times how many pixels of level 0 one of its pixels stands for."""
    shapes = [shape_of(level) for level in levels_of(documents, path, entry)]
    shapes = [shape if shape is not None and len(shape) == len(sizes) else None for shape in shapes]
    scales = []
    for level, shape in enumerate(shapes):
        if shape is None and len(shapes) > 1:
            notes.refuse(path, f"the shape of level {level} of image {index} is not known, and so its scale is not")
        scales.append(_scale(sizes, shapes[0], shape))
    return scales


def _scale(sizes: list[float], first: tuple[int, ...] | None, shape: tuple[int, ...] | None) -> list[float]:
    if first is None or shape is None or shape == first:
        return list(sizes)
    return [size * (f / s) if f and s else size for size, f, s in zip(sizes, first, shape, strict=True)]


def _translations(path: str, scales: list[list[float]], types: list[str], notes: Notes) -> list[list[float] | None]:
    """Return for each level how far its first pixel lies from that of level 0; ``None`` where nothing is said."""
    moved: list[list[float] | None] = [None] * len(scales)
    space = [axis for axis, kind in enumerate(types) if kind == "space"]
    smaller = [n for n, scale in enumerate(scales) if any(scale[axis] != scales[0][axis] for axis in space)]
    if not smaller or notes.choose(LEVEL_TRANSLATION, path) != "center":
        return moved
    for level in smaller:
        halves = [(scale - first) / 2 for scale, first in zip(scales[level], scales[0], strict=True)]
        moved[level] = [half if axis in space else 0.0 for axis, half in enumerate(halves)]
    return moved


def _transformations(scale: list[float], translation: list[float] | None) -> list[JSONObject]:
    first: JSONObject = {"type": "scale", "scale": scale}
    return [first] if translation is None else [first, {"type": "translation", "translation": translation}]


def omero(path: str, settings: JSONObject, notes: Notes) -> JSONObject:
    """Return rendering settings whose colors have six hexadecimal digits."""
    channels = settings.get("channels")
    if not isinstance(channels, list):
        return settings
    return {**settings, "channels": [_channel(path, index, channel, notes) for index, channel in enumerate(channels)]}


def _channel(path: str, index: int, channel: JSON, notes: Notes) -> JSON:
    color = channel.get("color") if isinstance(channel, dict) else None
    if not isinstance(color, str) or _HEX6.fullmatch(color):
        return channel
    if color.startswith("#") and _HEX6.fullmatch(color[1:]):
        return {**channel, "color": color[1:]}
    notes.refuse(path, f"color {abbreviate(color)} of channel {index} is not six hexadecimal digits")
    return channel
