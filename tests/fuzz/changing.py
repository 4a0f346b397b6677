"""Changes of files, as JSON values: drawn at random, applied in order, and left out one by one to find the fewest.

A change that no longer fits, because one before it was left out, does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from odd_values import odd_key, odd_value, written

from ngff_core.testing.changes import Change, places, value_at

__all__ = ["Files", "Step", "changed", "draw_bytes", "draw_json", "nudged"]

Step = list[Any]
Files = dict[str, bytes]
_TWIN = "\x01twin"


def draw_json(rng: Random, files: Mapping[str, bytes], *, large: bool = True) -> Step:
    """Draw a change of the JSON in one of the files."""
    key = rng.choice([key for key in files if _json(files[key]) is not None])
    document = _json(files[key])
    ways = list(places(document))
    way = list(rng.choice(ways))
    kind = rng.choice(("set", "set", "set", "delete", "insert", "rename", "twin", "copy", "swap"))
    if kind == "rename":
        named = [list(w) for w in ways if w and isinstance(w[-1], str)]
        way = rng.choice(named) if named else way
        return ["json", key, kind, way, odd_key(rng, str(way[-1]) if way else None)]
    if kind in ("copy", "swap"):
        return ["json", key, kind, way, list(rng.choice(ways))]
    if kind == "insert" and isinstance(value_at(document, tuple(way)), dict):
        return ["json", key, "set", [*way, odd_key(rng)], odd_value(rng, large=large)]
    return ["json", key, kind, way, odd_value(rng, large=large)]


def draw_bytes(rng: Random, files: Mapping[str, bytes]) -> Step:
    """Draw a change of the bytes in one of the files."""
    key = rng.choice(list(files))
    size = len(files[key])
    kind = rng.choice(("flip", "cut", "put", "drop", "again", "head"))
    some = "".join(chr(rng.choice((0, 34, 92, 123, 91, 44, 128, 192, 255, 10, 47))) for _ in range(rng.randrange(1, 5)))
    return ["bytes", key, kind, rng.randrange(size + 1), some, rng.randrange(1, 40)]


def changed(files: Mapping[str, bytes], steps: Sequence[Step]) -> Files:
    """Return the files after all changes: those of JSON first, then those of bytes; what else there is, is left out."""
    texts = dict(files)
    values: dict[str, Any] = {}
    for _, key, kind, way, given in (step for step in steps if step[0] == "json" and step[1] in files):
        if key not in values:
            values[key] = _json(texts[key])
        values[key] = _after(values[key], kind, way, given)
    for key, value in values.items():
        texts[key] = written(value).replace(json.dumps(_TWIN)[1:-1].encode(), b"")
    for _, key, kind, at, some, length in (step for step in steps if step[0] == "bytes" and step[1] in files):
        texts[key] = nudged(texts[key], kind, at, some, length)
    return texts


def nudged(data: bytes, kind: str, at: int, some: str, length: int) -> bytes:
    """Return bytes with a change at a place."""
    new, rest = some.encode("latin-1"), data[at:]
    if kind == "flip" and rest:
        return data[:at] + bytes([rest[0] ^ (new[0] or 1)]) + rest[1:]
    return {
        "cut": data[:at],
        "put": data[:at] + new + rest[len(new) :],
        "drop": data[:at] + rest[length:],
        "again": data[: at + length] + rest,
        "head": new + data,
    }.get(kind, data)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _after(value: Any, kind: str, way: Sequence[Any], given: Any) -> Any:
    try:
        if kind in ("copy", "swap"):
            other = value_at(value, tuple(given))
            if kind == "swap" and given:
                here = value_at(value, tuple(way))
                value = Change("replace", tuple(given), here).applied(value)
            return Change("replace", tuple(way), other).applied(value)
        if kind == "rename":
            return _renamed(value, way, lambda key: {given: None}, keep=False)
        if kind == "twin":
            return _renamed(value, way, lambda key: {key: None, key + _TWIN: given}, keep=True)
        return Change({"set": "replace"}.get(kind, kind), tuple(way), given).applied(value)
    except (LookupError, TypeError):
        return value


def _renamed(value: Any, way: Sequence[Any], names: Any, *, keep: bool) -> Any:
    """Return the value with one member of an object under other keys, at the same place among its members."""
    holder = value_at(value, tuple(way[:-1])) if way else None
    if not isinstance(holder, dict):
        return value
    new: dict[str, Any] = {}
    for key, member in holder.items():
        if key != way[-1]:
            new[key] = member
            continue
        for name, other in names(key).items():
            new[name] = member if other is None or (name == key and keep) else other
    return Change("replace", tuple(way[:-1]), new).applied(value)
