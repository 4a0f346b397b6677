"""JSON as bytes: the only module that imports orjson, with the standard library where there is none.

Both back ends read the same values, refuse the same documents in the same words at the same place, and write the same
bytes. (Of more than 500 brackets that nobody closes, orjson says that it has no memory, the other that the data ends.)
The environment variable ``NGFF_JSON=stdlib``, read once, chooses the standard library; for tests.
"""

from __future__ import annotations

import json  # orjson imports it as well, for its exception
import os
import re
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any

_Default = Callable[[Any], Any] | None

try:
    if os.environ.get("NGFF_JSON") == "stdlib":
        raise ImportError
    import orjson

    _parse: Callable[[bytes | str], Any] = orjson.loads

    def _write(value: object, indent: bool, sort_keys: bool, default: _Default) -> bytes:
        option = (orjson.OPT_INDENT_2 if indent else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
        return orjson.dumps(value, default=default, option=option)

except ImportError:  # as in browsers, for which there is no orjson
    from ngff_core.json_stdlib import loads as _parse
    from ngff_core.json_stdlib import write as _write

__all__ = [
    "DEPTH_LIMIT",
    "JSONDecodeError",
    "dumps",
    "loads",
    "loads_roughly",
    "loads_with_constants",
    "may_be_rough",
]

DEPTH_LIMIT = "depth limit"
"""Stands in what both back ends say of documents that are nested deeper than 1,024 levels."""

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_BLOCK = 1 << 20
_MANY_DIGITS = b"0" * 19  # looked for first: translating is ten times as quick as the pattern
# few documents need the pattern: `re` compiles it when it is used, and keeps it
_BIG_INTEGER = rb"(?<![\d.eE+])-?\d{19,}(?![\d.eE])"


def loads(data: bytes | str) -> Any:
    """Parse JSON strictly, with integers of any size.

    Raises JSONDecodeError with ``msg``, ``lineno`` and ``colno``.
    """
    value = _parse(data)
    data = data.encode() if isinstance(data, str) else data
    if _has_many_digits(data) and re.search(_BIG_INTEGER, data):
        try:
            value = json.loads(data)  # orjson reads integers beyond 64 bits as floats
        except RecursionError:
            value = _read_deep(data)
    return value


def _has_many_digits(data: bytes) -> bool:
    """Tell whether many digits stand one after the other; of a large document no copy is made.

    Where there are, at least six of them are among each third byte, which are looked at first.
    """
    if len(data) <= _BLOCK:
        return b"000000" in data[::3].translate(_DIGITS) and _MANY_DIGITS in data.translate(_DIGITS)
    size = _BLOCK + len(_MANY_DIGITS)  # of blocks that overlap
    return any(_MANY_DIGITS in data[start : start + size].translate(_DIGITS) for start in range(0, len(data), _BLOCK))


def loads_roughly(data: bytes) -> Any:
    """Parse JSON strictly; integers beyond 64 bits may become floats of that size."""
    return _parse(data)


def may_be_rough(text: bytes) -> bool:
    """Tell whether what was written of a value read by `loads_roughly` may have a float that stands for an integer."""
    return b"0e0" in text.translate(_DIGITS)


def _read_deep(data: bytes) -> Any:
    """Read a document that is right, but nested deeper than the standard library goes."""
    from ngff_core.json_stdlib.reading import Scanner

    return Scanner(data.decode()).document()


def loads_with_constants(text: str) -> tuple[Any, list[str]]:
    """Parse JSON in which ``NaN``, ``Infinity`` and ``-Infinity`` may stand; return which of them do."""
    constants: list[str] = []

    def constant(name: str) -> float:
        constants.append(name)
        return float(name.replace("Infinity", "inf"))

    return json.loads(text, parse_constant=constant), constants


def dumps(value: object, *, indent: bool = False, sort_keys: bool = False, default: _Default = None) -> bytes:
    """Write JSON, indented by two spaces or on one line without any; NaN and infinity become null.

    Raises TypeError for integers beyond 64 bits, text with halves of surrogate pairs, nesting deeper than 254 levels,
    and values that JSON does not have, unless ``default`` returns others for them.
    """
    return _write(value, indent, sort_keys, default)
