"""What rule packs look at: copies, so that a rule that changes what it is given changes nothing for the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from ngff_core.hierarchy.nodes import Absent, ArrayNode, FileNode, GroupNode, Hierarchy, parent_of
from ngff_core.structure.faults import Fault
from ngff_core.structure.model import Model
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.group import GroupDocument

__all__ = ["Guests"]


class Guests:
    """The copies of what one rule after the other looks at; made anew when a rule has changed one.

    ``shared`` are results that rules have computed of copies (`Context.shared`).
    """

    def __init__(self) -> None:
        self.shared: dict[tuple[Any, int], Any] = {}
        self._known: dict[int, tuple[Any, Any]] = {}  # by identity, with the original, which so stays alive

    def of(self, original: Any) -> Any:
        """Return the copy of a model or a node; what cannot be changed is returned as it is."""
        known = self._known.get(id(original))
        if known is None:
            known = self._known[id(original)] = (original, self._copy(original))
        return known[1]

    def are_changed(self) -> bool:
        """Tell whether a rule has changed what it was given."""
        try:
            return any(self._differs(original, guest) for original, guest in self._known.values())
        except AttributeError:  # what was taken away cannot be compared
            return True

    def _copy(self, original: Any) -> Any:
        if isinstance(original, GroupNode):
            return _GuestNode(original, self)
        if isinstance(original, Hierarchy):
            return Hierarchy(self.of(original.root), {path: self.of(node) for path, node in original.nodes.items()})
        return _copied(original)  # what is of none of the classes that can be changed stays what it is

    def _differs(self, original: Any, guest: Any) -> bool:
        if isinstance(guest, _GuestNode):
            return guest.is_changed()
        if isinstance(original, Hierarchy):
            nodes = {path: self.of(node) for path, node in original.nodes.items()}
            return guest.root is not self.of(original.root) or not _are(guest.nodes, nodes)
        return not _same(guest, original)


class _GuestNode(GroupNode):
    """A group that copies what another one holds when that is looked at, and the groups around it likewise."""

    __slots__ = ("_guests", "_made", "_original")

    def __init__(self, original: GroupNode, guests: Guests) -> None:
        self._original = original
        self._guests = guests
        self._made: dict[str, Any] = {}
        self._worked_out = None
        self._path = original._path
        self.kind, self.role, self.listing = original.kind, original.role, original.listing
        self.base, self.namespaced = original.base, original.namespaced

    def make(self, name: str) -> Any:
        """Return the copy of an attribute."""
        if name not in self._made:
            value = getattr(self._original, name)
            if name == "children":
                self._made[name] = {path: self._guests.of(child) for path, child in value.items()}
            else:
                self._made[name] = _copied(value)
        return self._made[name]

    def put(self, name: str, value: object) -> None:
        """Put something else in the place of an attribute."""
        self._made[name] = value

    def is_changed(self) -> bool:
        """Tell whether something is no longer as it is in the group itself."""
        simple = ("kind", "role", "listing", "base", "namespaced", "_path")
        return any(not _same(getattr(self, name), getattr(self._original, name)) for name in simple) or any(
            not _are(value, {path: self._guests.of(child) for path, child in self._original.children.items()})
            if name == "children"
            else not _same(value, getattr(self._original, name))
            for name, value in self._made.items()
        )

    @property
    def _parent(self) -> GroupNode | None:  # type: ignore[override]
        above: GroupNode | None = self._guests.of(parent_of(self._original))
        return above

    @property
    def read_surroundings(self) -> bool:
        """Whether a rule looked around: that is noted with the group itself."""
        return self._original.read_surroundings

    @read_surroundings.setter
    def read_surroundings(self, value: bool) -> None:
        self._original.read_surroundings = value

    @property
    def read_parent(self) -> bool:
        """Whether a rule looked at the parent: as above; what packs see in it may be any of its children."""
        return self._original.read_surroundings

    @read_parent.setter
    def read_parent(self, value: bool) -> None:
        self._original.read_surroundings = value


def _made_later(name: str) -> property:
    return property(lambda node: node.make(name), lambda node, value: node.put(name, value))


for _name in ("children", "document", "faults", "model", "ome"):
    setattr(_GuestNode, _name, _made_later(_name))


_COPIED = (Model, GroupDocument, ArrayDocument)
_PLAIN = (Absent, ArrayNode, FileNode, Fault)


def _members(value: Any) -> Iterable[str]:
    """Return the names of what is copied of an object: of all that it holds."""
    return value.__slots__ if isinstance(value, _PLAIN) else (field.name for field in attrs.fields(type(value)))


def _copied(value: Any) -> Any:
    """Return a copy of a node, a fault, a model, a document or JSON; what stands in these besides cannot be changed."""
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if not isinstance(value, (*_COPIED, *_PLAIN)):
        return value
    made = object.__new__(type(value))
    for name in _members(value):
        object.__setattr__(made, name, _copied(getattr(value, name)))  # as it is: no converter is to run
    return made


def _are(found: Any, expected: dict[str, Any]) -> bool:
    """Tell whether a mapping holds the objects that it should, and no others like them."""
    return (
        isinstance(found, dict) and found.keys() == expected.keys() and all(found[k] is v for k, v in expected.items())
    )


def _same(guest: Any, original: Any) -> bool:
    if guest is original:
        return True
    if type(guest) is not type(original):
        return False
    if isinstance(original, list):
        return len(guest) == len(original) and all(map(_same, guest, original))
    if isinstance(original, dict):
        return guest.keys() == original.keys() and all(_same(guest[key], value) for key, value in original.items())
    if isinstance(original, (*_COPIED, *_PLAIN)):
        return all(_same(_held(guest, name), _held(original, name)) for name in _members(original))
    return bool(guest == original)


def _held(value: Any, name: str) -> Any:
    held = getattr(value, name)
    return held or None if name == "_extra" else held  # which looking at `Model.extra` makes
