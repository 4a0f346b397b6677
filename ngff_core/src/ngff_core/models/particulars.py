"""What differs from one image to the next and is as it should be: names, stage positions, windows, labelled objects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain
from math import ceil
from typing import Any

from ngff_core.issues.issue import Issue
from ngff_core.json_text import dumps
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.data_types import INTEGER_SIZES

__all__ = ["MARK", "has_own_words", "without_label_particulars", "without_particulars"]

MARK = "\0"
"""Stands in the place of what is left out. A document can only have it escaped, with a backslash."""

_WORDS_OF = ("/window", "/image-label/colors/", "/image-label/properties/")

_NUMBERS = {int, float}
_ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of what the rules report
_LONGEST = 200  # characters of a name
_FARTHEST = 1e12  # stage positions, in whatever unit


def has_own_words(issues: Iterable[Issue]) -> bool:
    """Tell whether findings say more of what is left out than whether it is as it should be."""
    return any(part in issue.pointer for issue in issues for part in _WORDS_OF)


def without_label_particulars(ome: JSONObject) -> int:
    """Leave out of the metadata of a label image (in place) what no rule tells from that of another one.

    That is what is left out of images, and colors and properties that are as they should be, but for which types of
    integers hold their label values, and for the keys of properties. Returns how many quotation marks these had.
    """
    without_particulars(ome)
    label = ome.get("image-label")
    left = 0
    if not isinstance(label, dict):
        return 0
    for key in ("colors", "properties"):
        entries = label.get(key)
        if entries.__class__ is list and (mark := _in_short(entries, key)) is not None:
            left += dumps(entries).count(b'"')
            label[key] = mark
    return left


def without_particulars(ome: JSONObject) -> None:
    """Leave out of the metadata of an image (in place) what no rule tells from that of another image.

    That is the name of its only multiscale, that of its rendering settings and their id; the translation of all levels,
    and those of levels that lie where the first one does, within one of their pixels; windows of channels that are in
    order, but for which types of integers they all fit. What is not as it should be stays: documents that are equal
    after this have the same findings, but for words at `WORDS_OF`.
    """
    multiscales = ome.get("multiscales")
    if multiscales.__class__ is list and len(multiscales) == 1 and multiscales[0].__class__ is dict:
        multiscale = multiscales[0]
        _leave_name_out(multiscale)
        _leave_places_out(multiscale)
    omero = ome.get("omero")
    if omero.__class__ is dict:
        _leave_name_out(omero)
        if omero.get("id").__class__ is int:
            omero["id"] = MARK
        if omero.get("channels").__class__ is list:
            _leave_windows_out(omero["channels"])


def _leave_name_out(named: dict[str, Any]) -> None:
    name = named.get("name")
    if name.__class__ is str and 0 < len(name) < _LONGEST and name.isprintable() and '"' not in name:
        named["name"] = MARK


def _leave_places_out(multiscale: dict[str, Any]) -> None:
    """Leave translations out; as much as is done where this fails is right, too."""
    try:
        _leave_places_of_levels_out(multiscale["datasets"])
        _leave_common_place_out(multiscale.get("coordinateTransformations"))
    except _ODD:
        return


def _leave_places_of_levels_out(datasets: list[Any]) -> None:
    """Leave translations out behind scales."""
    first_scale, first_move = [], []  # type: list[float], list[float]
    for index, dataset in enumerate(datasets):
        steps = dataset["coordinateTransformations"]
        if len(steps) != 2 or steps[0]["type"] != "scale" or steps[1]["type"] != "translation":
            continue
        scale, move = steps[0]["scale"], steps[1]["translation"]
        if not ({*map(type, scale)} <= _NUMBERS and {*map(type, move)} <= _NUMBERS and len(scale) == len(move) > 0):
            continue
        if index == 0:
            first_scale, first_move = scale, move
        if len(move) == len(first_move) and _is_in_place(first_scale, first_move, scale, move):
            steps[1]["translation"] = [MARK, len(move)]


def _leave_common_place_out(steps: Any) -> None:
    if steps.__class__ is list and len(steps) == 2 and steps[0]["type"] == "scale":
        move = steps[1]["translation"] if steps[1]["type"] == "translation" else None
        if move and {*map(type, move)} <= _NUMBERS and min(move) > -_FARTHEST and max(move) < _FARTHEST:
            steps[1]["translation"] = [MARK, len(move)]


def _is_in_place(first_scale: list[float], first_move: list[float], scale: list[float], move: list[float]) -> bool:
    """Tell whether a level begins where the first one does: outer edges, since pixels are known by their centres."""
    for pixel, start, size, begin in zip(first_scale, first_move, scale, move, strict=True):
        apart = (begin - size / 2) - (start - pixel / 2)
        if not -_FARTHEST < begin < _FARTHEST or abs(apart) > (size if size > pixel else pixel):
            return False
    return True


def _leave_windows_out(channels: list[Any]) -> None:
    """Leave out the windows that are in order; behind them stays what integers have to hold for all of them to fit."""
    least: float = 0
    most: float = 0
    last: dict[str, Any] = {}
    for channel in channels:
        window = channel.get("window") if channel.__class__ is dict else None
        if window.__class__ is not dict or window.keys() != _WINDOW or not {*map(type, window.values())} <= _NUMBERS:
            continue
        low, high = window["min"], window["max"]
        if -_FARTHEST < low <= window["start"] < window["end"] <= high < _FARTHEST:
            least, most = min(least, low), max(most, high)
            channel["window"] = [MARK]
            last = channel
    if last:
        last["window"] = [MARK, *_bits_for(least, most)]


def _bits_for(least: float, most: float) -> tuple[int, int]:
    """Return what integers have to hold for both numbers to fit."""
    below = (ceil(-least) - 1).bit_length() if least < 0 else -1  # bits beside that of the sign
    return bisect_left(_BITS, below), bisect_left(_BITS, ceil(most).bit_length())


_WINDOW = {"min", "start", "end", "max"}
_BITS = sorted({-1, *(bits for size in INTEGER_SIZES for bits in (size - 1, size))})  # with a sign, and without one


def _in_short(entries: list[Any], key: str) -> list[JSON] | None:
    """Return what rules tell of entries on objects; ``None``: more than that, as not all is as it should be."""
    try:
        names = [*entries[0]]
        values = [entry["label-value"] for entry in entries]
        if {*map(type, values)} != {int} or len({*values}) < len(values) or {*map(tuple, entries)} != {(*names,)}:
            return None
        if key == "properties":
            others = [value for entry in entries for name, value in entry.items() if name != "label-value"]
            plain = {*map(type, others)} <= _PLAIN
        else:
            colors = [entry["rgba"] for entry in entries]
            parts = [*chain.from_iterable(colors)]
            whole = {*map(type, colors)} == {list} and {*map(len, colors)} == {4} and {*map(type, parts)} == {int}
            plain = whole and len(names) == 2 and min(parts) >= 0 and max(parts) < 256
        return [MARK, *names, *_bits_for(min(values), max(values))] if plain else None
    except _ODD:
        return None


_PLAIN = {str, int, float, bool, type(None)}
