"""The way from the bytes of a chunk to its pixels, as far as readers have to know it beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ngff_core.structure.values import JSON, JSONObject

__all__ = ["chain_of_v2", "chain_of_v3", "text_of"]

_SHARED = ("blosc", "gzip", "zstd")  # the same under the names of v3 and of numcodecs
_SELF_TOLD = (*_SHARED, "numcodecs.bz2", "numcodecs.lz4", "numcodecs.zlib")  # what they decode says how
_OBJECTS = ("vlen-utf8", "vlen-bytes")
_NUMCODECS = "numcodecs."

_Step = tuple[str, str, tuple[tuple[str, str], ...]]


def chain_of_v2(document: Mapping[str, JSON], filters: Sequence[JSON], to_bytes: str | None) -> tuple[object, ...]:
    """Return the order of axes, how bytes are made of values (``to_bytes``, or as filters say), and further codecs."""
    shape = document.get("shape")
    ndim = len(shape) if isinstance(shape, list) else 0
    order = document.get("order", "C")
    axes: object = tuple(range(ndim))[::-1] if order == "F" else () if order == "C" else repr(order)
    steps: list[_Step] = []
    compressor = document.get("compressor")
    for entry in (*filters, *([compressor] if compressor is not None else ())):
        name = entry.get("id") if isinstance(entry, dict) else repr(entry)
        given = {key: value for key, value in entry.items() if key != "id"} if isinstance(entry, dict) else {}
        typed = given.get("astype") or given.get("dtype")
        if isinstance(typed, str):  # from here on pixels are of another data type
            to_bytes = {"<": "little", ">": "big"}.get(typed[:1])
        steps.append(_step(str(name) if name in _SHARED else f"{_NUMCODECS}{name}", given))
    return ("axes", _composed([axes])), ("bytes", to_bytes), *steps


def chain_of_v3(codecs: Sequence[tuple[str, JSONObject]], *, single: bool) -> tuple[object, ...]:
    """Return the same for v3; ``single`` values have no byte order."""
    axes: list[Any] = []
    to_bytes: object = "nothing"
    steps: list[_Step] = []
    for name, configuration in codecs:
        if name == "transpose" and not steps and to_bytes == "nothing":
            order: Any = configuration.get("order")
            axes.append(tuple(order) if isinstance(order, list) else repr(order))
        elif name == "bytes":
            typed = _typed(steps)
            single = typed[2:] == "1" if typed else single
            to_bytes = None if single else configuration.get("endian")
        elif name in _OBJECTS:
            to_bytes = name
        else:
            plain = name.removeprefix(_NUMCODECS)
            steps.append(_step(plain if plain in _SHARED else name, configuration))
    return ("axes", _composed(axes)), ("bytes", to_bytes), *steps


def _typed(steps: Sequence[_Step]) -> str:
    """Return the data type that filters have made of pixels, if any says so."""
    for step in steps[::-1]:
        given = dict(step[2])
        typed = given.get("astype") or given.get("dtype")
        if typed:
            return str(typed).strip('"')
    return ""


def _composed(orders: Sequence[Any]) -> object:
    """Return the order of axes that a row of transpositions comes to; nothing where they stay as they are."""
    if not all(isinstance(order, tuple) and sorted(order) == list(range(len(order))) for order in orders):
        return tuple(orders)
    axes: tuple[int, ...] = ()
    for order in orders:
        axes = tuple(axes[i] for i in order) if axes else order
    return () if axes == tuple(range(len(axes))) else axes


def _step(name: str, given: Mapping[str, JSON]) -> _Step:
    told = {} if name in _SELF_TOLD else {k: v for k, v in given.items() if v is not None and k != "id"}
    return "codec", name, tuple((key, text_of(told[key])) for key in sorted(told))


def text_of(value: JSON) -> str:
    """Return a text that is equal for equal values only; what cannot be told is equal to nothing."""
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return f"something at {id(value)}"
