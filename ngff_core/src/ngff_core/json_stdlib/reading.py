"""Read JSON as orjson does: the same values, and the same words at the same place for what is none."""

from __future__ import annotations

import json
import re
from json import JSONDecodeError
from typing import Any

__all__ = ["Scanner", "loads", "text_of"]

MAX_DEPTH = 1024

# what the standard library lets pass: halves of surrogate pairs, numbers that are too large for a float
_LET_PASS = re.compile(r"\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{200}")


def loads(data: bytes | str) -> Any:
    """Parse JSON strictly; raises JSONDecodeError in the words of orjson, at the place where orjson sees the error."""
    text = text_of(data)
    if not _LET_PASS.search(text):
        try:
            value = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
        else:
            if text.count("[") + text.count("{") <= MAX_DEPTH or _depth(value) <= MAX_DEPTH:
                return value
    return Scanner(text).document()


def text_of(data: bytes | str) -> str:
    """Return a document as text that is neither empty nor marked; raises JSONDecodeError."""
    try:
        text = data.decode() if isinstance(data, bytes) else data.encode().decode()
    except UnicodeError:
        raise JSONDecodeError("str is not valid UTF-8: surrogates not allowed", "", 0) from None
    if not text:
        raise JSONDecodeError("Input is a zero-length, empty document", "", 0)
    if text.startswith("\ufeff"):
        raise JSONDecodeError("UTF-8 byte order mark (BOM) is not supported", text, 0)
    return text


def _refuse(name: str) -> float:
    raise ValueError(name)


def _depth(value: object) -> int:
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


class Scanner:
    """Reads a document without recursion, slowly: one that is nested deep, or that has an error to be located."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def document(self) -> Any:
        """Read the one value that a document is."""
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


def _put(container: _Container, key: str, value: object) -> None:
    if isinstance(container, list):
        container.append(value)
    else:
        container[key] = value
