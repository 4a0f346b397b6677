"""Write JSON byte for byte as orjson does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from json.encoder import encode_basestring
from typing import Any

__all__ = ["write"]

MAX_DEPTH = 254
_INFINITIES = (float("inf"), float("-inf"))

Default = Callable[[Any], Any] | None


def write(value: object, indent: bool, sort_keys: bool, default: Default) -> bytes:
    """Write JSON byte for byte as orjson does; raises TypeError for what orjson refuses."""
    writer = _Writer("\n" if indent else "", ": " if indent else ":", sort_keys, default)
    try:
        return "".join(writer.write(value, 0)).encode()
    except UnicodeEncodeError:
        raise TypeError("str is not valid UTF-8: surrogates not allowed") from None
    except RecursionError:  # where the caller is deep in the stack
        raise TypeError("Recursion limit reached") from None


class _Writer:
    """How values are written; `json` has no way to choose how floats and NaN are."""

    def __init__(self, newline: str, colon: str, sort_keys: bool, default: Default) -> None:
        self.newline = newline
        self.colon = colon
        self.sort_keys = sort_keys
        self.default = default

    def write(self, value: object, depth: int) -> Iterator[str]:
        """Yield the parts of a value that lies in ``depth`` others."""
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, (dict, list)) or value.__class__ is tuple:
            if depth == MAX_DEPTH:
                raise TypeError("Recursion limit reached")
            yield from self._object(value, depth) if isinstance(value, dict) else self._array(value, depth)
        else:
            text = _scalar(value)
            if text is not None:
                yield text
            elif self.default is not None:
                yield from self.write(self.default(value), depth + 1)
            else:
                raise TypeError(f"Type is not JSON serializable: {type(value).__name__}")

    def _line(self, depth: int) -> str:
        return self.newline and self.newline + "  " * depth

    def _array(self, value: list[object] | tuple[object, ...], depth: int) -> Iterator[str]:
        separator = "[" + self._line(depth + 1)
        for item in value:
            yield separator
            yield from self.write(item, depth + 1)
            separator = "," + self._line(depth + 1)
        yield self._line(depth) + "]" if value else "[]"

    def _object(self, value: dict[Any, Any], depth: int) -> Iterator[str]:
        if any(key.__class__ is not str for key in value):
            raise TypeError("Dict key must be str")
        separator = "{" + self._line(depth + 1)
        for key, item in sorted(value.items()) if self.sort_keys else value.items():
            yield f"{separator}{encode_basestring(key)}{self.colon}"
            yield from self.write(item, depth + 1)
            separator = "," + self._line(depth + 1)
        yield self._line(depth) + "}" if value else "{}"


def _scalar(value: object) -> str | None:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 64:
            raise TypeError("Integer exceeds 64-bit range")
        return int.__repr__(value)
    return _float(value) if value.__class__ is float else None


def _float(value: float) -> str:
    """Write the shortest digits, as Python does; small numbers have fewer zeros in the exponent, or none of it."""
    if value != value or value in _INFINITIES:
        return "null"
    text = float.__repr__(value)
    digits, _, exponent = text.partition("e-0")
    if not exponent:
        return text
    if exponent != "5":
        return f"{digits}e-{exponent}"
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    return f"{sign}0.0000{digits.replace('.', '')}"
