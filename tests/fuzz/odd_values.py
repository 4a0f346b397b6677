"""Values and keys that nobody expects, drawn at random: JSON values, with marks for what is too large to be written.

A mark is a string that begins with U+0001: ``nest`` stands for arrays or objects inside of each other, ``many`` for one
value again and again, ``long`` for a long string, ``raw`` for text that Python's JSON does not write. `written` puts in
what they stand for, so that an input that is kept as a find is a few lines long whatever it makes.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from ngff_core.testing.changes import HOSTILE

__all__ = ["PATHS", "VERSIONS", "odd_key", "odd_value", "written"]

VERSIONS = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.5.1", "0.6.dev2", "latest", "v0.5", "0,4", " 0.4", "9" * 50)
PATHS = (
    "..",
    ".",
    "/",
    "//",
    "a//b",
    "../x",
    "a/../b",
    "/etc",
    "C:\\x",
    "a\\b",
    " ",
    "%2e%2e",
    "0/",
    "\0",
    "é",
    "é",
    "0/0",
    "x" * 300,
    "a/" * 80 + "a",
    "zarr.json",
    ".zattrs",
    "labels",
    "?",
    "*",
    "http://x/",
    "A/1/0",
    "~",
)
_TEXTS = (
    "\ud800",
    "\udc00\ud800",
    "\u202e",
    "\x1b[31m",
    "\x00",
    "\x7f\x85",
    "\ufeff",
    "\u2028",
    "𝔘",
    "a\nb",
    "]]>",
    "<x>",
    "::error::",
    "%0A",
    "`|*_",
    "null",
    "1",
    "#/",
    "~0~1",
    "micrometer",
    "space",
    "x",
    "FF0000",
    "\uffff",
)
_RAW = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-0",
    "-0.0",
    "1E5",
    "1.0",
    "123456789012345678901234567890",
    "9" * 400,
    "0.1" + "0" * 400,
    "01",
    "+1",
    "1.",
    ".5",
    "tru",
    "'a'",
    "/* c */ 1",
    '"\\ud800"',
    '"\\x41"',
    '"a\tb"',
    "1e-400",
    "18446744073709551616",
    "9007199254740993",
)
_KEYS = (
    "",
    "@id",
    "@type",
    "ome",
    "version",
    "name",
    "path",
    "type",
    "multiscales",
    "plate",
    "well",
    "labels",
    "attributes",
    "zarr_format",
    "node_type",
    "input",
    "output",
    "scene",
    "must_understand",
    "\ud800",
    "a/b",
    "~1",
    "é",
)
_MARK = re.compile(r'"\\u0001(nest|many|long|raw) (\d+) ((?:[^"\\]|\\.)*)"')


def odd_value(rng: Random, *, large: bool = True) -> Any:
    """Draw a value of any type."""
    kind = rng.randrange(10)
    if kind < 3:
        return rng.choice(HOSTILE)
    if kind == 3:
        return rng.choice(_TEXTS) + rng.choice(("", "", "x", rng.choice(_TEXTS)))
    if kind == 4:
        return rng.choice((*VERSIONS, *PATHS))
    if kind == 5:
        return f"\x01raw 1 {rng.choice(_RAW)}"
    if kind == 6:
        return rng.choice((0, 1, 2, 3, -1, 255, 256, 0.5, 2.0, -0.0, 1e-320, 2**31, 2**53 + 1, 2**63, 2**64, 10**30))
    if kind == 7 and large:
        deep = rng.choice((2, 5, 70, 200, 300, 900, 1020, 1030, 3000, 100_000))
        return f"\x01nest {deep} {rng.choice('[{')}"
    if kind == 8 and large:
        many = rng.choice((2, 6, 30, 300, 2000))
        return f"\x01many {many} {json.dumps(odd_value(rng, large=False))}"
    if kind == 9 and large:
        return f"\x01long {rng.choice((100, 5000, 70_000))} {rng.choice(_TEXTS)}"
    return {odd_key(rng): odd_value(rng, large=False)} if rng.random() < 0.5 else [odd_value(rng, large=False)]


def odd_key(rng: Random, key: str | None = None) -> str:
    """Draw a key; one that is a slip for another where that is given."""
    if not key or rng.random() < 0.2:
        return rng.choice(_KEYS)
    at = rng.randrange(len(key))
    slips = (key[:at] + key[at + 1 :], key.upper(), key.capitalize(), key + "s", key + " ", key[:at] + "_" + key[at:])
    return rng.choice((*slips, key[:at] + key[at:][::-1], f"_{key}", key.replace("e", "\u0435"), key + "\0"))


def written(value: Any) -> bytes:
    """Return JSON text of a value, with what its marks stand for."""
    return _MARK.sub(_made, json.dumps(value)).encode()


def _made(found: re.Match[str]) -> str:
    kind, number = found[1], int(found[2])
    text = json.loads(f'"{found[3]}"')
    if kind == "nest":
        opening, closing = ("[", "]") if text == "[" else ('{"a":', "}")
        return opening * number + ("0" if text != "[" else "") + closing * number
    if kind == "many":
        return "[" + ",".join([_MARK.sub(_made, text)] * number) + "]"
    return json.dumps(text * number) if kind == "long" else text
