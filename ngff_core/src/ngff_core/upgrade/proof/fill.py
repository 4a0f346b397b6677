"""The value of pixels that were never written, in one form for Zarr v2 and v3."""

from __future__ import annotations

import math
import re
import struct

import attrs

from ngff_core.structure.values import JSON
from ngff_core.upgrade.proof.codecs import text_of

__all__ = ["Fill", "fill_of"]

_FLOATS = {"float16": ">e", "float32": ">f", "float64": ">d"}
_PARTS = {"complex64": "float32", "complex128": "float64"}
_CONSTANTS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_NOTHING = re.compile(r"""0|0\.0|\(0\.0, 0\.0\)|False|"(A+=*)?"|''|"NaT"|-9223372036854775808""")


@attrs.frozen
class Fill:
    """A fill value: ``None`` where there is none; libraries read zeros then."""

    value: str | None

    def covers(self, other: Fill) -> bool:
        """Tell whether pixels that have this value may get another one; what is left open may be filled in."""
        if self.value is None:
            return True
        if other.value is None:
            return self.is_nothing
        return self == other

    @property
    def is_nothing(self) -> bool:
        """True for what libraries read where there is none: zero, whatever the data type calls it."""
        return self.value is None or _NOTHING.fullmatch(self.value) is not None


def fill_of(value: JSON, data_type: object) -> Fill:
    """Return a fill value as pixels have it; numbers may be written in many ways."""
    if value is None:
        return Fill(None)
    number = _read(value, data_type)
    return Fill(text_of(value) if number is None else repr(number))


def _read(value: JSON, data_type: object) -> object:
    """Return the number, or text, that a value stands for; ``None`` where it is as it is written."""
    if data_type == "string":
        return value if isinstance(value, str) else str(value)
    if not isinstance(data_type, str):
        return None
    if data_type in _PARTS and isinstance(value, list) and len(value) == 2:
        parts = tuple(_float(part, _PARTS[data_type]) for part in value)
        return None if None in parts else parts
    if data_type in _FLOATS:
        return _float(value, data_type)
    number = _number(value)
    if number is None or number != int(number):
        return None
    return bool(number) if data_type == "bool" else int(number) if re.fullmatch(r"u?int\d+", data_type) else None


def _number(value: JSON) -> int | float | None:
    if isinstance(value, (bool, int, float)):
        return value if isinstance(value, int) or math.isfinite(value) else None
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value) else None


def _float(value: JSON, data_type: str) -> float | None:
    """Return a float as the data type has it."""
    code = _FLOATS[data_type]
    try:
        if isinstance(value, str):
            if value in _CONSTANTS:
                return _CONSTANTS[value]
            if value.startswith("0x"):
                return float(struct.unpack(code, bytes.fromhex(value[2:]))[0])
        number = float(value)
        return float(struct.unpack(code, struct.pack(code, number))[0])
    except (ValueError, TypeError, OverflowError, struct.error):
        return None
