"""JSON: both back ends read the same, refuse the same in the same words at the same place, and write the same bytes."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from collections.abc import Callable
from enum import StrEnum
from json import JSONDecodeError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngff_core import json_stdlib
from ngff_core.json_text import dumps, loads, loads_with_constants

Outcome = tuple[Any, ...]


def parsed(parse: Callable[[bytes], Any], data: bytes) -> Outcome:
    try:
        return ("value", repr(parse(data)))  # tells 1 from 1.0 and from true
    except JSONDecodeError as error:
        return (error.msg, error.lineno, error.colno, error.pos)


def located(data: bytes) -> Any:
    """Parse as the standard library does where something is wrong or nested deep."""
    return json_stdlib._Scanner(json_stdlib._text(data)).document()


def written(write: Callable[..., bytes], value: Any, *options: Any) -> bytes | type:
    try:
        return write(value, *options)
    except TypeError:
        return TypeError


# --- reading ----------------------------------------------------------------------------------------

REFUSED = [
    (b"", "Input is a zero-length, empty document", 1, 1),
    (b" \n", "input data is empty", 1, 1),
    (b'{"a": 1', "unexpected end of data", 1, 8),
    (b'{"a":\n  1,}', "trailing comma is not allowed", 2, 4),
    (b"{'a': 1}", "unexpected character, expected a string key", 1, 2),
    (b'{"a" 1}', "unexpected character, expected ':' after key", 1, 6),
    (b"[1 2]", "unexpected character, expected ',' or ']'", 1, 4),
    (b'{"a": 1 "b"}', "unexpected character, expected ',' or '}'", 1, 9),
    (b"{} {}", "unexpected content after document", 1, 4),
    (b"[nul]", "invalid literal, expected 'null'", 1, 2),
    (b"[nul", "unexpected end of data", 1, 5),
    (b"[NaN]", "unexpected character, expected a JSON value", 1, 2),
    (b"-Infinity", "no digit after sign", 1, 2),
    (b"-01", "number with leading zero is not allowed", 1, 2),
    (b"1.x", "no digit after decimal point", 1, 3),
    (b"1e+x", "no digit after exponent sign", 1, 4),
    (b"[1e400]", "number is infinity when parsed as double", 1, 2),
    (b"1" * 400, "number is infinity when parsed as double", 1, 1),
    (b'"a\nb"', "unexpected control character in string", 1, 3),
    (b'"\\x"', "invalid escaped sequence in string", 1, 2),
    (b'"\\ud800"', "no low surrogate in string", 1, 2),
    (b'"\\ud800\\u0041"', "invalid low surrogate in string", 1, 2),
    (b'"\\udc00"', "invalid high surrogate in string", 1, 2),
    (b'"\\ud800\\u', "unexpected end of data", 1, 10),
    (b'["\xff"]', "str is not valid UTF-8: surrogates not allowed", 1, 1),
    (b"\xef\xbb\xbf{}", "UTF-8 byte order mark (BOM) is not supported", 1, 1),
    (b"[" * 1025 + b"]" * 1025, "depth limit exceeded", 1, 1026),
]


@pytest.mark.parametrize(("data", "message", "line", "column"), REFUSED)
def test_what_is_refused_is_refused_in_the_words_of_orjson(data: bytes, message: str, line: int, column: int) -> None:
    with pytest.raises(JSONDecodeError) as caught:
        json_stdlib.loads(data)
    assert (caught.value.msg, caught.value.lineno, caught.value.colno) == (message, line, column)


READ = [b"-0", b"-0.0", b"1e5", b'{"a":1,"a":2}', b'"\\ud83d\\ude00\\/"', b" [ ] ", b"18446744073709551615", b"1E-400"]


@pytest.mark.parametrize("data", [*(case[0] for case in REFUSED), *READ])
def test_back_ends_read_the_same(data: bytes) -> None:
    orjson = pytest.importorskip("orjson", reason="compares with orjson: it is not installed")
    expected = parsed(orjson.loads, data)
    assert parsed(json_stdlib.loads, data) == expected
    assert parsed(located, data) == expected


SOUND = [
    b'{"a": [1, 2.5, -3e5, true, false, null, "x\\u00e9\\ud83d\\ude00\\n"], "b": {"c": [], "d": {}}}',
    b'[1e400, 0.1, 10, 01, -0.5, 1E+5, 1e-7, "\\ud800\\udc00\\u12aB"]',
    '["é😀\\"", nul, [[{"a": {"b": [tru]}}]]]'.encode(),
]
PIECES = [
    *map(bytes, zip(b'{}[],:"\\u0129abcdefnrtlsDE+-. \n\t\x00x')),
    b"\xff",
    b"\\ud8",
    b"\\udc00",
    b"1e309",
    b"NaN",
]


@given(st.randoms(use_true_random=False))
def test_back_ends_refuse_the_same_of_what_is_nearly_right(chance: random.Random) -> None:
    orjson = pytest.importorskip("orjson", reason="compares with orjson: it is not installed")
    for _ in range(20):
        data = bytearray(chance.choice(SOUND))
        for _ in range(chance.randint(1, 3)):
            start = chance.randint(0, len(data))
            end = chance.choice([start, start + 1, start + 3, len(data)])
            data[start:end] = chance.choice([b"", *PIECES])
        expected = parsed(orjson.loads, bytes(data))
        assert parsed(json_stdlib.loads, bytes(data)) == expected, data
        assert parsed(located, bytes(data)) == expected, data


@pytest.mark.parametrize("parse", [loads, json_stdlib.loads], ids=["as installed", "stdlib"])
@pytest.mark.parametrize(("opening", "inside", "closing"), [(b"[", b"", b"]"), (b'{"a":', b"1", b"}")])
def test_nesting_is_read_down_to_1024_levels(parse: Any, opening: bytes, inside: bytes, closing: bytes) -> None:
    value = parse(opening * 1024 + inside + closing * 1024)
    depth = 0
    while isinstance(value, (dict, list)):
        depth += 1
        value = next(iter(value.values() if isinstance(value, dict) else value), None)
    assert depth == 1024
    with pytest.raises(JSONDecodeError, match="depth limit"):
        parse(opening * 1025 + inside + closing * 1025)


def test_integers_have_any_size() -> None:
    assert loads(b"[123456789012345678901234567890, -18446744073709551616]") == [
        123456789012345678901234567890,
        -18446744073709551616,
    ]
    assert loads(f"[{2**64}]") == [2**64]


def test_constants_are_counted_where_they_may_stand() -> None:
    value, constants = loads_with_constants("[NaN, -Infinity, 1]")
    assert math.isnan(value[0])
    assert (value[1:], constants) == ([-math.inf, 1], ["NaN", "-Infinity"])


# --- writing ----------------------------------------------------------------------------------------

FLOATS = st.floats() | st.floats(1e-9, 1e-3) | st.floats(1e14, 1e18) | st.floats(-1e-4, -1e-6)
SCALARS = st.none() | st.booleans() | st.integers(-(2**65), 2**65) | FLOATS | st.text(st.characters(codec=None))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner)
)


@given(VALUES, st.booleans(), st.booleans())
def test_back_ends_write_the_same_bytes(value: Any, indent: bool, sort_keys: bool) -> None:
    orjson = pytest.importorskip("orjson", reason="compares with orjson: it is not installed")
    option = (orjson.OPT_INDENT_2 if indent else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    text = written(json_stdlib.write, value, indent, sort_keys, None)
    assert text == written(lambda it: orjson.dumps(it, option=option), value)
    if isinstance(text, bytes):
        assert parsed(json_stdlib.loads, text) == parsed(orjson.loads, text)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1e16, 1e-5, 1.5e-7, -0.0, -1.25e-5, 1e22, 5e-324, 100.0], b"[1e+16,0.00001,1.5e-7,-0.0,-0.0000125,1e+22,"),
        ([math.nan, math.inf, -math.inf, True, None], b"[null,null,null,true,null]"),
        ({"µ\u2028\x7f": "\x00\x1f\n\"\\"}, '{"µ\u2028\x7f":"\\u0000\\u001f\\n\\"\\\\"}'.encode()),
        ({"b": (), "a": {}, Colour.RED.value: Colour.RED}, b'{"b":[],"a":{},"red":"red"}'),
        (2**64 - 1, b"18446744073709551615"),
    ],
)  # fmt: skip
def test_how_values_are_written(value: Any, text: bytes) -> None:
    found = json_stdlib.write(value, False, False, None)
    assert found.startswith(text)
    assert found == dumps(value)


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    "value", [2**64, -(2**63) - 1, "\ud800", {"\ud800": 1}, {1: 2}, {None: 1}, {1}, b"a", object(), nested(255)]
)
def test_what_is_not_written(value: Any) -> None:
    assert written(json_stdlib.write, value, False, False, None) is TypeError
    assert written(dumps, value) is TypeError


def test_what_default_returns_is_written() -> None:
    for write in (lambda value: json_stdlib.write(value, False, False, str), lambda value: dumps(value, default=str)):
        assert write([b"a", {"x": 1j}]) == b"""["b'a'",{"x":"1j"}]"""
    assert dumps(nested(254)) == json_stdlib.write(nested(254), False, False, None)
    assert dumps({"b": 1, "a": [1]}, indent=True, sort_keys=True) == b'{\n  "a": [\n    1\n  ],\n  "b": 1\n}'


# --- the choice -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("chosen", "imported"), [("stdlib", "ngff_core.json_stdlib"), ("", "orjson")])
def test_one_back_end_is_imported(chosen: str, imported: str) -> None:
    if imported == "orjson":
        pytest.importorskip("orjson", reason="compares with orjson: it is not installed")
    code = "import sys, ngff_core.json_text; print(*sys.modules.keys() & {'orjson', 'ngff_core.json_stdlib'})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NGFF_JSON": chosen},
    )
    assert done.stdout.split() == [imported]
