"""What differs from one image to the next and is as it should be: names, stage positions, windows, labelled objects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain
from math import ceil
from operator import itemgetter
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
    """Tell whether findings say more of what is left out than whether it is as it should be.

    So does that on keys that stand twice, of which the form of a document tells only how many there are.
    """
    return any(
        issue.rule == "document-keys-unique" or any(part in issue.pointer for part in _WORDS_OF) for issue in issues
    )


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
    and those of the levels if every one has its own and lies where the first one does, within one of their pixels;
    windows of channels that are in order, but for which types of integers they all fit. What is not as it should be
    stays: documents that are equal after this have the same findings, but for words (`has_own_words`).
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
    for leave_out in (_leave_places_of_levels_out, _leave_common_place_out):
        try:
            leave_out(multiscale)
        except _ODD:
            continue


def _leave_places_of_levels_out(multiscale: dict[str, Any]) -> None:
    """Leave them out if every level has one and lies where the first one does."""
    ndim = _count(multiscale["axes"])
    steps = [dataset["coordinateTransformations"] for dataset in multiscale["datasets"]]
    scales: list[float] = []
    moves: list[float] = []
    for level in steps:
        scale, move = _scale_then_move(level, ndim)
        scales += scale
        moves += move
    _refuse_others(scales + moves)
    for axis in range(ndim):
        if not _are_in_place(scales[axis::ndim], moves[axis::ndim]):
            return
    for _, step in steps:
        step["translation"] = [MARK]


def _leave_common_place_out(multiscale: dict[str, Any]) -> None:
    steps = multiscale.get("coordinateTransformations")
    if steps:
        scale, move = _scale_then_move(steps, _count(multiscale["axes"]))
        _refuse_others(scale + move)
        if min(move) > -_FARTHEST and max(move) < _FARTHEST:
            steps[1]["translation"] = [MARK]


def _count(axes: Any) -> int:
    return len(axes) if axes.__class__ is list else -1


def _scale_then_move(steps: list[Any], ndim: int) -> tuple[list[float], list[float]]:
    """Return what a scale and the translation behind it hold; raise ValueError for anything else.

    There is one value for each axis: of others, rules say what they are.
    """
    first, second = steps
    scale, move = first["scale"], second["translation"]
    if first["type"] != "scale" or second["type"] != "translation":
        raise ValueError("it is said in another way")
    if scale.__class__ is not list or move.__class__ is not list or not len(scale) == len(move) == ndim > 0:
        raise ValueError("there is not one value for each axis")
    return scale, move


def _refuse_others(values: list[float]) -> None:
    """Raise ValueError for values that are no numbers."""
    if not _NUMBERS.issuperset(map(type, values)):
        raise ValueError("it has no numbers")


def _are_in_place(sizes: list[float], begins: list[float]) -> bool:
    """Tell whether all levels begin where the first one does along an axis.

    Their outer edges are meant, since pixels are known by their centres.
    """
    pixel, start = sizes[0], begins[0]
    if sizes.count(pixel) == begins.count(start) == len(sizes):
        return 0 <= pixel < _FARTHEST and -_FARTHEST < start < _FARTHEST
    edge = start - pixel / 2
    for begin, size in zip(begins, sizes, strict=True):
        if not (-_FARTHEST < begin < _FARTHEST and abs(begin - size / 2 - edge) <= (size if size > pixel else pixel)):
            return False
    return True


def _leave_windows_out(channels: list[Any]) -> None:
    """Leave out the windows that are in order; behind them stays what integers have to hold for all of them to fit."""
    least: float = 0
    most: float = 0
    last: dict[str, Any] = {}
    for channel in channels:
        window = channel.get("window") if channel.__class__ is dict else None
        if window.__class__ is not dict or len(window) != len(_WINDOW):
            continue
        try:
            low, start, end, high = numbers = _numbers_of(window)
        except KeyError:
            continue
        if not _NUMBERS.issuperset(map(type, numbers)):
            continue
        if -_FARTHEST < low <= start < end <= high < _FARTHEST:
            least, most = low if low < least else least, high if high > most else most
            channel["window"] = [MARK]
            last = channel
    if last:
        last["window"] = [MARK, *_bits_for(least, most)]


def _bits_for(least: float, most: float) -> tuple[int, int]:
    """Return what integers have to hold for both numbers to fit."""
    below = (ceil(-least) - 1).bit_length() if least < 0 else -1  # bits beside that of the sign
    return bisect_left(_BITS, below), bisect_left(_BITS, ceil(most).bit_length())


_WINDOW = ("min", "start", "end", "max")
_numbers_of = itemgetter(*_WINDOW)
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
