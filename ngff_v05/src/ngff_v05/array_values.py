"""Data types, orders and fill values of Zarr arrays, from v2 to v3 and back."""

from __future__ import annotations

import re

import attrs

from ngff_core.masking import hidden
from ngff_core.structure.values import JSON
from ngff_core.zarr.headers.data_types import DATA_TYPES, V2_NAMES, itemsize
from ngff_core.zarr.headers.fill_values import PARTS, bits_of_nan_differ, normal_value

__all__ = ["ENDIANS", "Decision", "Notes", "data_type_to_v2", "data_type_to_v3", "fill_value", "order_to_v2", "shown"]

ENDIANS = {"<": "little", ">": "big"}
WITHOUT = {
    "m": "time differences",
    "M": "dates and times",
    "O": "objects",
    "S": "strings of bytes",
    "U": "strings",
    "V": "raw bytes",
}


@attrs.frozen
class Decision:
    """A question that the documents leave open, by name, and the default that was taken."""

    name: str
    taken: str


@attrs.define
class Notes:
    """What a conversion has to say besides its documents."""

    decisions: list[Decision] = attrs.field(factory=list)
    losses: list[str] = attrs.field(factory=list)
    obstacles: list[str] = attrs.field(factory=list)

    def decide(self, name: str, taken: str) -> None:
        """Note a default that was taken."""
        self.decisions.append(Decision(name, taken))


def shown(value: JSON) -> str:
    """Return a JSON value as a short text for messages."""
    import json

    text = hidden(json.dumps(value, default=str))
    return text if len(text) <= 60 else text[:57] + "..."


# --- data types ------------------------------------------------------------------------------------


def data_type_to_v3(dtype: JSON, notes: Notes) -> tuple[str, str | None] | None:
    """Return the data type and the endian of the `bytes` codec (none for single bytes) for a v2 ``dtype``."""
    if isinstance(dtype, list):
        notes.obstacles.append(f"data type {shown(dtype)} is structured, which v3 has no data type for")
        return None
    match = re.fullmatch(r"([<>|])([a-zA-Z])(\d+)?(\[\w+\])?", dtype) if isinstance(dtype, str) else None
    if match and (match[2] in WITHOUT):
        notes.obstacles.append(f"data type {shown(dtype)} holds {WITHOUT[match[2]]}, which v3 has no data type for")
        return None
    name = DATA_TYPES.get(f"{match[2]}{match[3]}") if match and not match[4] else None
    if match is None or name is None:
        notes.obstacles.append(f"data type {shown(dtype)} is none of the numbers of v3")
        return None
    if itemsize(name) == 1:
        return name, None
    if match[1] == "|":
        notes.obstacles.append(f"data type {shown(dtype)} does not say its byte order")
        return None
    return name, ENDIANS[match[1]]


def data_type_to_v2(data_type: str, endian: str | None) -> str:
    """Return the v2 ``dtype`` for a v3 data type and the endian of its `bytes` codec."""
    mark = "|" if itemsize(data_type) == 1 else "<" if endian == "little" else ">"
    return mark + V2_NAMES[data_type]


# --- orders ----------------------------------------------------------------------------------------


def order_to_v2(transposed: list[JSON], ndim: int, notes: Notes) -> str:
    """Return the v2 order that a row of transpose codecs amounts to."""
    unchanged = list(range(ndim))
    axes = unchanged
    for order in transposed:
        if not isinstance(order, list) or not all(type(i) is int for i in order) or sorted(order) != unchanged:
            notes.obstacles.append(f"codec transpose has the order {shown(order)}, expected each of {ndim} axes once")
            return "C"
        axes = [axes[i] for i in order]
    if not transposed or (ndim > 1 and axes == unchanged):
        return "C"
    if axes != unchanged[::-1]:
        notes.obstacles.append(f"codec transpose has the order {axes}, v2 has row-major and column-major only")
    return "F"


# --- fill values -----------------------------------------------------------------------------------


def fill_value(value: JSON, data_type: str, notes: Notes, *, zarr_format: int, null_fill: JSON = None) -> JSON:
    """Return a fill value of the other Zarr format, given one of ``zarr_format``; note what stands against it.

    Numbers are kept as they are written wherever both formats mean the same by them. ``null_fill`` is taken for null.
    """
    if value is None and zarr_format == 2:
        value = {"b": False, "f": 0.0, "c": [0.0, 0.0]}.get(data_type[0], 0) if null_fill is None else null_fill
        notes.decide("fill-value-null", f"`fill_value` is null, which v3 does not have: {shown(value)} is taken")
    result = normal_value(value, data_type, zarr_format)
    if result is None:
        notes.obstacles.append(f"`fill_value` is {shown(value)}, which is no value of {data_type}")
    elif zarr_format == 3:
        for part in value if isinstance(value, list) else [value]:
            if bits_of_nan_differ(part, PARTS.get(data_type, data_type)):
                notes.losses.append(f"`fill_value` {shown(part)} becomes NaN: v2 does not tell one NaN from another")
    return result
