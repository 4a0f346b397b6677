"""Fill values of Zarr arrays: which JSON stands for a value of a data type, in v2 and in v3."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.references import Reference
from ngff_core.structure.values import JSON
from ngff_core.words import abbreviate
from ngff_core.zarr.headers.data_types import V2_NAMES, integer_range, itemsize, number_of, parts_of
from ngff_core.zarr.headers.problem import Problem, is_whole

__all__ = ["bits_of_nan_differ", "fill_value_problems", "normal_value", "v2_fill_value_problems"]

RULE = "zarr-fill-value-fits-data-type"
CONSTANTS = ("NaN", "Infinity", "-Infinity")
# the bits that "NaN" stands for in v3, by data type
NAN_BITS = {"float16": 0x7E00, "float32": 0x7FC00000, "float64": 0x7FF8000000000000}
FLOAT_CODES = {"float16": ">e", "float32": ">f", "float64": ">d"}
PARTS = {"complex64": "float32", "complex128": "float64"}
EXPECTED = {
    "bool": "true or false",
    "float": 'a number, "NaN", "Infinity" or "-Infinity"',
    "complex": "an array of two numbers",
}


_unpack = Reference("struct:unpack")  # both forms are rare, and each takes a library to load
_from_base64 = Reference("binascii:a2b_base64")


def normal_value(value: JSON, data_type: str, zarr_format: int) -> JSON:
    """Return the fill value that some JSON stands for, as v2 and v3 both have it; ``None`` where it is no value.

    ``data_type`` is a number of v3. Numbers stay as they are written wherever both formats mean the same by them. Forms
    that readers of v2 take, such as ``"7"`` for 7, are put in order.
    """
    if data_type == "bool":
        return _bool(value, zarr_format)
    if data_type in PARTS:
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            return None
        parts = [_float(part, PARTS[data_type], zarr_format) for part in value]
        return None if None in parts else parts
    if data_type in FLOAT_CODES:
        return _float(value, data_type, zarr_format)
    return _integer(value, data_type, zarr_format)


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
    limits = integer_range(data_type)
    return int(number) if limits is not None and limits[0] <= number <= limits[1] else None


def _float(value: JSON, data_type: str, zarr_format: int) -> float | int | str | None:
    if isinstance(value, str):
        if value in CONSTANTS:
            return value
        if zarr_format == 3:
            return _from_bits(value, data_type)
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


def _from_bits(text: str, data_type: str) -> float | str | None:
    """Read v3's form for floats by their bits (``"0x7fc00000"``), which v2 does not have."""
    if not re.fullmatch(rf"0x[0-9a-fA-F]{{{itemsize(data_type) * 2}}}", text):
        return None
    number = float(_unpack(FLOAT_CODES[data_type], bytes.fromhex(text[2:]))[0])
    return number if math.isfinite(number) else _constant(number)


def bits_of_nan_differ(value: JSON, data_type: str) -> bool:
    """Tell whether a fill value of v3 is a NaN, or holds one, of other bits than those that ``"NaN"`` stands for."""
    if isinstance(value, list) and data_type in PARTS:
        return any(bits_of_nan_differ(part, PARTS[data_type]) for part in value)
    if not isinstance(value, str) or data_type not in NAN_BITS or value in CONSTANTS:
        return False
    return _from_bits(value, data_type) == "NaN" and int(value, 16) != NAN_BITS[data_type]


# --- what is wrong ----------------------------------------------------------------------------------


def fill_value_problems(value: JSON, data_type: str | None, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the fill value of an array of v3, of a data type that has this name."""
    if data_type in ("string", "fixed_length_utf32"):
        if not isinstance(value, str):
            yield _no_value(value, data_type, at, "a string")
    elif data_type is not None and re.fullmatch(r"r[0-9]+", data_type):
        if not isinstance(value, (list, str)):
            yield _no_value(value, data_type, at, "an array of bytes")
    elif data_type in V2_NAMES and normal_value(value, data_type, 3) is None:
        yield _no_value(value, data_type, at, _expected(data_type))


def v2_fill_value_problems(value: JSON, dtype: JSON, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the fill value of an array of v2; there is none wherever it is null."""
    data_type = number_of(dtype)
    parts = parts_of(dtype)
    kind = "V" if isinstance(dtype, list) else parts[1] if parts is not None else "O"
    if value is None:
        return
    if data_type is not None:
        yield from _v2_number_problems(value, data_type, at)
    elif kind == "U" and not isinstance(value, str):
        yield _no_value(value, "strings", at, "a string, or null")
    elif kind in "SV" and not _is_base64(value):
        yield _no_value(value, "bytes", at, "bytes as Base64, or null")
    elif kind in "mM" and not is_whole(value) and value != "NaT":
        yield _no_value(value, "times", at, 'an integer, "NaT" or null')


def _v2_number_problems(value: JSON, data_type: str, at: Pointer) -> Iterator[Problem]:
    expected = f"{_expected(data_type)}, or null"
    if normal_value(value, data_type, 2) is not None:
        plain = isinstance(value, bool) is (data_type == "bool")
        text = isinstance(value, str) and not data_type.startswith("float")
        if not isinstance(value, list) and (text or not plain):
            yield _odd(value, data_type, at, expected)
    elif data_type in FLOAT_CODES and _some_read(value):
        yield _odd(value, data_type, at, expected)
    else:
        yield _no_value(value, data_type, at, expected)


def _some_read(value: JSON) -> bool:
    """Tell whether a text is one that Python or tensorstore reads as a float."""
    return isinstance(value, str) and re.fullmatch(r"(?i)[+-]?(nan|inf(inity)?)|0x[0-9a-f]+", value) is not None


def _no_value(value: JSON, data_type: str, at: Pointer, expected: str) -> Problem:
    message = f"the fill value is {abbreviate(value)}, which is no value of {data_type}"
    return Problem(RULE, at, message, abbreviate(value), expected)


def _odd(value: JSON, data_type: str, at: Pointer, expected: str) -> Problem:
    message = f"the fill value of {data_type} is {abbreviate(value)}, which only some readers take"
    return Problem(RULE, at, message, abbreviate(value), expected, Severity.WARNING)


def _expected(data_type: str) -> str:
    if data_type in PARTS:
        return EXPECTED["complex"]
    if data_type in FLOAT_CODES or data_type == "bool":
        return EXPECTED["float" if data_type in FLOAT_CODES else "bool"]
    low, high = integer_range(data_type) or (0, 0)
    return f"an integer from {low} to {high}"


def _is_base64(value: JSON) -> bool:
    try:
        return isinstance(value, str) and _from_base64(value, strict_mode=True) is not None
    except ValueError:
        return False
