"""Data types and fill values of Zarr arrays, from v2 to v3 and back."""

from __future__ import annotations

import math
import re
import struct

import attrs

from ngff_core.structure.values import JSON

__all__ = ["ENDIANS", "Decision", "Notes", "data_type_to_v2", "data_type_to_v3", "fill_value", "itemsize", "shown"]

# one name per kind and number of bytes; the byte order is a matter of the `bytes` codec in v3
DATA_TYPES = {
    "b1": "bool",
    **{f"i{size}": f"int{size * 8}" for size in (1, 2, 4, 8)},
    **{f"u{size}": f"uint{size * 8}" for size in (1, 2, 4, 8)},
    **{f"f{size}": f"float{size * 8}" for size in (2, 4, 8)},
    **{f"c{size}": f"complex{size * 8}" for size in (8, 16)},
}
V2_NAMES = {name: code for code, name in DATA_TYPES.items()}
ENDIANS = {"<": "little", ">": "big"}
WITHOUT = {
    "m": "time differences",
    "M": "dates and times",
    "O": "objects",
    "S": "strings of bytes",
    "U": "strings",
    "V": "raw bytes",
}
CONSTANTS = ("NaN", "Infinity", "-Infinity")
# the bits that "NaN" stands for in v3, by data type
NAN_BITS = {"float16": 0x7E00, "float32": 0x7FC00000, "float64": 0x7FF8000000000000}
FLOAT_CODES = {"float16": ">e", "float32": ">f", "float64": ">d"}
PARTS = {"complex64": "float32", "complex128": "float64"}


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

    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


# --- data types ------------------------------------------------------------------------------------


def itemsize(data_type: str) -> int:
    """Return how many bytes a pixel of a v3 data type takes."""
    return int(V2_NAMES[data_type][1:])


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


# --- fill values -----------------------------------------------------------------------------------


def fill_value(value: JSON, data_type: str, notes: Notes, *, zarr_format: int, null_fill: JSON = None) -> JSON:
    """Return a fill value of the other Zarr format, given one of ``zarr_format``; note what stands against it.

    Numbers are kept as they are written wherever both formats mean the same by them. ``null_fill`` is taken for null.
    """
    if value is None and zarr_format == 2:
        value = {"b": False, "f": 0.0, "c": [0.0, 0.0]}.get(data_type[0], 0) if null_fill is None else null_fill
        notes.decide("fill-value-null", f"`fill_value` is null, which v3 does not have: {shown(value)} is taken")
    if data_type == "bool":
        result: JSON = _bool(value, zarr_format)
    elif data_type.startswith("float"):
        result = _float(value, data_type, notes, zarr_format)
    elif data_type.startswith("complex"):
        result = _complex(value, data_type, notes, zarr_format)
    else:
        result = _integer(value, data_type, zarr_format)
    if result is None:
        notes.obstacles.append(f"`fill_value` is {shown(value)}, which is no value of {data_type}")
    return result


def _number(value: JSON) -> int | float | None:
    """Return a JSON number, ``true`` and ``false`` as 1 and 0 as readers of v2 take them; ``None`` for all else."""
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, (int, float)) else None


def _bool(value: JSON, zarr_format: int) -> bool | None:
    if isinstance(value, bool):
        return value
    number = _number(value)
    return bool(number) if zarr_format == 2 and number in (0, 1) else None


def _integer(value: JSON, data_type: str, zarr_format: int) -> int | None:
    if isinstance(value, bool) and zarr_format == 3:
        return None
    if isinstance(value, str) and zarr_format == 2 and re.fullmatch(r"-?[0-9]{1,20}", value):
        value = int(value)  # zarr-python reads these, and of floats tensorstore does as well
    number = _number(value)
    if number is None or (isinstance(number, float) and not number.is_integer()):
        return None
    bits, signed = itemsize(data_type) * 8, data_type.startswith("int")
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)
    return int(number) if low <= number < high else None


def _float(value: JSON, data_type: str, notes: Notes, zarr_format: int) -> float | int | str | None:
    if isinstance(value, str):
        if value in CONSTANTS:
            return value
        if zarr_format == 3:
            return _from_bits(value, data_type, notes)
        return float(value) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) and len(value) < 300 else None
    number = None if isinstance(value, bool) and zarr_format == 3 else _number(value)
    if number is None:
        return None
    try:
        return number if math.isfinite(number) else _constant(float(number))
    except OverflowError:  # an integer beyond all floats
        return None


def _constant(number: float) -> str:
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _from_bits(text: str, data_type: str, notes: Notes) -> float | str | None:
    """Read v3's form for floats by their bits (``"0x7fc00000"``), which v2 does not have."""
    if not re.fullmatch(rf"0x[0-9a-fA-F]{{{itemsize(data_type) * 2}}}", text):
        return None
    number = float(struct.unpack(FLOAT_CODES[data_type], bytes.fromhex(text[2:]))[0])
    if math.isnan(number) and int(text, 16) != NAN_BITS[data_type]:
        notes.losses.append(f"`fill_value` {shown(text)} becomes NaN: v2 does not tell one NaN from another")
    return number if math.isfinite(number) else _constant(number)


def _complex(value: JSON, data_type: str, notes: Notes, zarr_format: int) -> list[JSON] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    parts = [_float(part, PARTS[data_type], notes, zarr_format) for part in value]
    return None if None in parts else parts
