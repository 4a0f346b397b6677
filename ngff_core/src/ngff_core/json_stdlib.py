"""JSON by the standard library, which says and writes what orjson does: for platforms without orjson, and for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import Enum
from json import JSONDecodeError
from json.encoder import encode_basestring
from typing import Any

__all__ = ["loads", "write"]

MAX_DEPTH = 1024
MAX_DEPTH_WRITTEN = 254

_NOT_UTF8 = "str is not valid UTF-8: surrogates not allowed"
# what the standard library lets pass: halves of surrogate pairs, numbers that are too large for a float
_LET_PASS = re.compile(r"\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{300}")


# --- reading ----------------------------------------------------------------------------------------


def loads(data: bytes | str) -> Any:
    """Parse JSON strictly; raises JSONDecodeError in the words of orjson, at the place where orjson sees the error."""
    text = _text(data)
    if not _LET_PASS.search(text):
        try:
            value = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
        else:
            if text.count("[") + text.count("{") <= MAX_DEPTH or _depth(value) <= MAX_DEPTH:
                return value
    return _Scanner(text).document()


def _text(data: bytes | str) -> str:
    try:
        text = data.decode() if isinstance(data, bytes) else data.encode().decode()
    except UnicodeError:
        raise JSONDecodeError(_NOT_UTF8, "", 0) from None
    if not text:
        raise JSONDecodeError("Input is a zero-length, empty document", "", 0)
    if text.startswith("\ufeff"):
        raise JSONDecodeError("UTF-8 byte order mark (BOM) is not supported", text, 0)
    return text


def _refuse(name: str) -> float:
    raise ValueError(name)


def _depth(value: Any) -> int:
    depth = 0
    level = [value]
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        level = [item for each in level for item in (each.values() if isinstance(each, dict) else each)]
    return depth


_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
# an escape or a pair of escapes that the end of the text cuts short
_SECOND_HALF = r"(?:\\(?:u(?:[dD](?:[c-fC-F][0-9a-fA-F]?)?)?)?)?"
_CUT_SHORT = re.compile(rf"\\(?:u[0-9a-fA-F]{{0,3}}|u[dD][89a-fA-F][0-9a-fA-F]{{2}}{_SECOND_HALF})?")

_Container = dict[str, Any] | list[Any]


class _Scanner:
    """Reads a document without recursion, slowly: one that is nested deep, or that has an error to be located."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def document(self) -> Any:
        if not self._next():
            raise JSONDecodeError("input data is empty", self.text, 0)
        value = self._value()
        if self._next():
            raise self._error("unexpected content after document")
        return value

    def _value(self) -> Any:
        """Read a value; the containers that are open lie on a stack, each with the key that its next value gets."""
        stack: list[tuple[_Container, str]] = []
        while True:
            opening = self._next()
            if opening and opening in "[{":
                opened: _Container = [] if opening == "[" else {}
                self.position += 1
                if len(stack) == MAX_DEPTH:
                    raise self._error("depth limit exceeded")
                if self._next() not in ("]", "}") or not self._takes(_END[type(opened)]):
                    stack.append((opened, self._key(opened)))
                    continue
                value: Any = opened
            else:
                value = self._scalar(opening)
            while stack:
                _put(*stack[-1], value)
                container = stack[-1][0]
                if self._goes_on(container):
                    stack[-1] = (container, self._key(container))
                    break
                value = stack.pop()[0]
            else:
                return value

    def _goes_on(self, container: _Container) -> bool:
        """Read what follows an item: a comma (and no end after it), or the end of the container."""
        end = _END[type(container)]
        self._next()
        comma = self.position
        if self._takes(end):
            return False
        if not self._takes(","):
            raise self._error(f"unexpected character, expected ',' or '{end}'")
        if self._next() == end:
            raise self._error("trailing comma is not allowed", comma)
        return True

    def _key(self, container: _Container) -> str:
        if isinstance(container, list):
            return ""
        if self._next() != '"':
            raise self._error("unexpected character, expected a string key")
        key = self._string()
        self._next()
        if not self._takes(":"):
            raise self._error("unexpected character, expected ':' after key")
        return key

    def _scalar(self, first: str) -> Any:
        if first == '"':
            return self._string()
        if first and first in "+-.0123456789":
            return self._number()
        if first in _LITERALS:
            literal, value = _LITERALS[first]
            if self.text.startswith(literal, self.position):
                self.position += len(literal)
                return value
            if literal.startswith(self.text[self.position :]):
                self.position = len(self.text)
            raise self._error(f"invalid literal, expected '{literal}'")
        raise self._error("unexpected character, expected a JSON value")

    def _number(self) -> int | float:
        text, start = self.text, self.position
        whole = start + text.startswith("-", start)
        match = _NUMBER.match(text, start)
        if match is None:
            raise self._error("no digit after sign", whole)
        end = match.end()
        if match[1] == "0" and end == whole + 1 and text[end : end + 1].isdecimal():
            raise self._error("number with leading zero is not allowed", whole)
        if match[3] is None and text[end : end + 1] in ("e", "E"):
            raise self._error("no digit after exponent sign", end + (2 if text[end + 1 : end + 2] in ("+", "-") else 1))
        if match[2] is None and match[3] is None and text.startswith(".", end):
            raise self._error("no digit after decimal point", end + 1)
        self.position = end
        if float(match[0]) in _INFINITIES:
            raise self._error("number is infinity when parsed as double", start)
        return int(match[0]) if match[2] is match[3] is None else float(match[0])

    def _string(self) -> str:
        """Read a string: look at each escape and at what ends it, then have it decoded."""
        text, start = self.text, self.position + 1
        at = start
        while True:
            match = _PLAIN.match(text, at)
            at = match.end() if match else at
            found = text[at : at + 1]
            if found == '"':
                self.position = at + 1
                value: str = json.loads(text[start - 1 : self.position])
                return value
            if found != "\\":
                raise self._error("unexpected control character in string", at)
            if _CUT_SHORT.fullmatch(text, at):
                raise self._error("", len(text))
            at = self._escape(at)

    def _escape(self, at: int) -> int:
        """Return where an escape ends, with the second half of a surrogate pair."""
        text = self.text
        if text[at + 1 : at + 2] != "u":
            if text[at + 1] in '"\\/bfnrt':
                return at + 2
            raise self._error("invalid escaped sequence in string", at)
        code = self._hex(at + 2, at, "invalid escaped sequence in string")
        if code & 0xF800 != 0xD800:
            return at + 6
        if code & 0xFC00 != 0xD800:
            raise self._error("invalid high surrogate in string", at)
        if not text.startswith("\\u", at + 6):
            raise self._error("no low surrogate in string", at)
        if self._hex(at + 8, at, "invalid escape in string") & 0xFC00 != 0xDC00:
            raise self._error("invalid low surrogate in string", at)
        return at + 12

    def _hex(self, start: int, at: int, message: str) -> int:
        match = _HEX.match(self.text, start)
        if match is None:
            raise self._error(message, at)
        return int(match[0], 16)

    def _next(self) -> str:
        """Skip what is between tokens; return the next character (at the end: none)."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.text[self.position : self.position + 1]

    def _takes(self, character: str) -> bool:
        found = self.text.startswith(character, self.position)
        self.position += found
        return found

    def _error(self, message: str, position: int | None = None) -> JSONDecodeError:
        position = self.position if position is None else position
        if position >= len(self.text):
            return JSONDecodeError("unexpected end of data", self.text, len(self.text))
        return JSONDecodeError(message, self.text, position)


_END: dict[type, str] = {list: "]", dict: "}"}
_INFINITIES = (float("inf"), float("-inf"))


def _put(container: _Container, key: str, value: Any) -> None:
    if isinstance(container, list):
        container.append(value)
    else:
        container[key] = value


# --- writing ----------------------------------------------------------------------------------------

Default = Callable[[Any], Any] | None


def write(value: Any, indent: bool, sort_keys: bool, default: Default) -> bytes:
    """Write JSON byte for byte as orjson does; raises TypeError for what orjson refuses."""
    writer = _Writer("\n" if indent else "", ": " if indent else ":", sort_keys, default)
    try:
        return "".join(writer.write(value, 0)).encode()
    except UnicodeEncodeError:
        raise TypeError(_NOT_UTF8) from None


class _Writer:
    """How values are written; `json` has no way to choose how floats and NaN are."""

    def __init__(self, newline: str, colon: str, sort_keys: bool, default: Default) -> None:
        self.newline = newline
        self.colon = colon
        self.sort_keys = sort_keys
        self.default = default

    def write(self, value: Any, depth: int) -> Iterator[str]:
        """Yield the parts of a value that lies in ``depth`` others."""
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, (dict, list)) or value.__class__ is tuple:
            if depth == MAX_DEPTH_WRITTEN:
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

    def _array(self, value: list[Any] | tuple[Any, ...], depth: int) -> Iterator[str]:
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


def _scalar(value: Any) -> str | None:
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
