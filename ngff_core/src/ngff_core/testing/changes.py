"""Places in JSON values, changes of them, and values that make careless code stumble."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping

import attrs

from ngff_core.structure.values import JSON, JSONObject

__all__ = ["HOSTILE", "Change", "Path", "hostile_changes", "hostile_documents", "places", "same_json", "value_at"]

Path = tuple[str | int, ...]

_NUMBERS: tuple[JSON, ...] = (0, -1, 1.5, 10**400, -(10**20), 1e308)
_TEXTS: tuple[JSON, ...] = ("", "x", "é\ud800", "0" * 5000)
_ARRAYS: tuple[JSON, ...] = ([], [[]], [None, {}], [1, "1"], [{}, 5], [[["deep"]]])
HOSTILE: tuple[JSON, ...] = (None, True, False, *_NUMBERS, *_TEXTS, *_ARRAYS, {}, {"a": 1}, {"": None})
"""Values of all types, among them such as no one expects."""

# the last two stand in documents bare, which is no JSON, and what else is wrong is said all the same
_IN_STORES: tuple[JSON, ...] = (None, -1, 10**30, "..", [], {}, [[1, {}]], float("nan"), float("inf"))


def same_json(a: JSON, b: JSON) -> bool:
    """Tell whether two JSON values are the same: 1, 1.0 and true differ, the order of keys does not matter."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_json(value, b[key]) for key, value in a.items())
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same_json, a, b))
    return bool(a == b) and repr(a) == repr(b)


def places(value: JSON, path: Path = ()) -> Iterator[Path]:
    """Yield the way to every value inside a JSON value, itself first."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def value_at(value: JSON, path: Path) -> JSON:
    """Return the value at a place; raises LookupError or TypeError when there is none."""
    for part in path:
        value = value[part]
    return value


@attrs.frozen
class Change:
    """One change: ``kind`` is replace, insert or delete, ``path`` the place of the value that changes."""

    kind: str
    path: Path
    value: JSON = None

    def applied(self, document: JSON) -> JSON:
        """Return the document with the change made; the document itself stays as it is."""
        if not self.path:
            return copy.deepcopy(self.value)
        changed = copy.deepcopy(document)
        holder, last = value_at(changed, self.path[:-1]), self.path[-1]
        if self.kind == "delete":
            del holder[last]
        elif self.kind == "insert" and isinstance(holder, list) and isinstance(last, int):
            holder.insert(last, copy.deepcopy(self.value))
        else:
            holder[last] = copy.deepcopy(self.value)
        return changed


def hostile_changes(document: JSONObject) -> Iterator[Change]:
    """Yield every place of a document taken away, and replaced by every hostile value."""
    for path in places(document):
        if path:
            yield Change("delete", path)
            for value in HOSTILE:
                yield Change("replace", path, value)


def hostile_documents(documents: Mapping[str, bytes]) -> Iterator[dict[str, bytes]]:
    """Yield the documents of a store with one value in one of them replaced, for every value."""
    for key, data in documents.items():
        if key.endswith(".xml"):
            continue
        value = json.loads(data)
        for path in places(value):
            for hostile in _IN_STORES:
                changed = Change("replace", path, hostile).applied(value)
                yield {**documents, key: json.dumps(changed).encode()}
