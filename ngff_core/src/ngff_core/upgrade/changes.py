"""What changes in the documents of a node: a diff of JSON values by their pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ngff_core.issues.pointer import to_pointer
from ngff_core.json_text import dumps
from ngff_core.migration.interface import Documents, NodeDocuments
from ngff_core.structure.values import JSONObject

__all__ = ["Change", "changes_between", "changes_of", "changes_of_values"]

_LARGE = 1 << 16  # bytes of a member

Path = tuple[str | int, ...]


@attrs.frozen
class Change:
    """One difference at a JSON pointer: ``add``, ``remove`` or ``change``; or ``move``, of all OME metadata.

    Pointers begin at the attributes of groups and at the document of arrays; where OME metadata moves, ``old`` and
    ``new`` are the pointers of the object that holds it.
    """

    action: str
    pointer: str
    old: Any = None
    new: Any = None

    def to_dict(self) -> JSONObject:
        """Return the JSON form."""
        shown = {"add": ("new",), "remove": ("old",)}.get(self.action, ("old", "new"))
        return {"action": self.action, "pointer": self.pointer, **{key: getattr(self, key) for key in shown}}


@attrs.frozen
class _Large:
    """What stands for a member that is too large to be held twice."""

    digest: bytes


def changes_between(before: Documents, after: Documents, path: str, namespace: str | None) -> list[Change]:
    """Return what changes in the documents of a node; as a rule only those before or those after are held at once."""
    changes = changes_of(_slim(before[path], namespace), _slim(after[path], namespace), namespace)
    if any(isinstance(value, _Large) for change in changes for value in (change.old, change.new)):
        return changes_of(before[path], after[path], namespace)
    return changes


def _slim(node: NodeDocuments, namespace: str | None) -> NodeDocuments:
    """Return the documents of a node with digests in place of large members."""
    slim: JSONObject = {}
    for key, value in node.attributes.items():
        inside = key == namespace and isinstance(value, dict)
        slim[key] = {k: _stands_for(v) for k, v in value.items()} if inside else _stands_for(value)
    return node.evolve(attributes=slim)


def _stands_for(value: Any) -> Any:
    if not isinstance(value, (dict, list)):
        return value
    try:
        data = dumps(value)
    except TypeError:  # integers beyond 64 bits, halves of surrogate pairs
        return value
    return value if len(data) < _LARGE else _Large(hashlib.sha256(data).digest())


def changes_of(before: NodeDocuments, after: NodeDocuments, namespace: str | None) -> list[Change]:
    """Return what changes from one version of a node's documents to the other, in the order of the old ones.

    OME metadata that only moves into or out of its ``namespace`` is not listed member by member.
    """
    if before.is_array:
        changes = list(_values_between((), before.metadata, after.metadata))
        return changes + list(_values_between(("attributes",), before.attributes, after.attributes))
    old, new = before.attributes, after.attributes
    if namespace is None or (namespace in old) == (namespace in new):
        return list(_values_between((), old, new))
    inside = f"/{namespace}"
    moved = Change("move", "", inside, "") if namespace in old else Change("move", "", "", inside)
    old, new = ({**_others(value, namespace), **_inside(value, namespace)} for value in (old, new))
    return [moved, *_values_between((), old, new)]


def _inside(attributes: Mapping[str, object], namespace: str) -> JSONObject:
    value = attributes.get(namespace)
    return value if isinstance(value, dict) else {}


def _others(attributes: Mapping[str, object], namespace: str) -> JSONObject:
    return {key: value for key, value in attributes.items() if key != namespace}


def changes_of_values(old: object, new: object) -> Iterator[Change]:
    """Yield what changes from one JSON value to another, by pointer."""
    return _values_between((), old, new)


def _values_between(path: Path, old: object, new: object) -> Iterator[Change]:
    if old is new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            if key not in new:
                yield Change("remove", to_pointer((*path, key)), old=value)
            else:
                yield from _values_between((*path, key), value, new[key])
        for key in (key for key in new if key not in old):
            yield Change("add", to_pointer((*path, key)), new=new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _values_between((*path, index), one, other)
    elif old.__class__ is not new.__class__ or old != new:
        yield Change("change", to_pointer(path), old, new)
