"""Documents in which keys stand more than once in an object: which values they have, and what a document may lose."""

from __future__ import annotations

import json

from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.text import decoded, repeated_keys, without_comments

__all__ = ["loses_values", "with_values"]


def loses_values(data: bytes, value: JSON) -> bool:
    """Tell whether keys stand in a document more than once with different values: one of them can be written again.

    ``value`` is what is read of it, the last of each.
    """
    plain = _plain(data)
    return bool(repeated_keys(plain, value)) and with_values(data, first=True)[1]


def _plain(data: bytes) -> str:
    text = decoded(data)[0]
    return without_comments(text)[0] if text is not None else ""


def with_values(data: bytes, *, first: bool) -> tuple[JSON, bool]:
    """Return what a document holds with the first, or the last, value of each key, and whether some of them differ.

    Raises ValueError where it holds no JSON.
    """
    differing = False

    def choose(pairs: list[tuple[str, JSON]]) -> JSONObject:
        nonlocal differing
        found: JSONObject = {}
        for name, value in pairs:
            if name not in found:
                found[name] = value
                continue
            differing = differing or not _are_equal(found[name], value)
            if not first:
                found[name] = value
        return found

    return json.loads(_plain(data), object_pairs_hook=choose), differing


def _are_equal(one: JSON, other: JSON) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
