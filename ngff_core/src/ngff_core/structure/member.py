"""Members of model classes: their JSON names, their types, and what catalogue entries they stand for."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from ngff_core.issues.requirement import MUST, Requirement
from ngff_core.structure.annotations import any_value, expectation, without_none
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.words import abbreviate

__all__ = ["ABSENT", "Member", "member", "members_of"]


T = TypeVar("T")


ABSENT: Any = type("_Absent", (), {"__slots__": (), "__repr__": lambda self: "<absent>"})()


class Member:
    """One declared member of a model class: its JSON name, its type, and what catalogue entries it stands for."""

    __slots__ = (
        "attribute",
        "entries",
        "expected",
        "hook",
        "json_name",
        "null",
        "recursive",
        "required",
        "requirement",
        "type",
    )

    def __init__(self, attribute: attrs.Attribute[Any], annotation: Any) -> None:
        declared = attribute.metadata
        self.attribute = attribute.name
        self.json_name: str = declared.get("json_name") or attribute.name
        self.type, optional = without_none(annotation)
        self.required: bool = declared.get("required", not optional)
        self.entries: tuple[str | None, str | None, str | None] = declared.get("entries", (None, None, None))
        self.requirement: Requirement = declared.get("requirement", MUST)
        self.null: Requirement = declared.get("null") or self.requirement
        self.recursive: bool = declared.get("recursive", False)
        self.expected = expectation(self.type)
        self.hook: Callable[[Any, Any], Any] = any_value

    def weak(self, value: Any, faults: list[Fault]) -> Any:
        """Return what the attribute is to hold for a value that is not plainly of the right type."""
        if value is ABSENT:
            if self.required:
                faults.append(Fault(FaultKind.MISSING, self.expected, key=self.json_name, entry=self.entries[0]))
            return None
        if value is None:
            faults.append(
                Fault(FaultKind.TYPE, self.expected, "null", entry=self.entries[1], requirement=self.null).within(
                    self.json_name
                )
            )
            return None
        try:
            return self.hook(value, self.type)
        except StructureError as error:
            for fault in error.faults:
                if fault.entry is None and fault.concerns_whole_member():
                    fault.entry = self.entries[2 if fault.of_items or fault._keys else 1]
                    fault.requirement = self.requirement
                faults.append(fault.within(self.json_name))
            return error.partial
        except Exception as error:  # a hook of a plugin may raise anything
            fault = Fault(FaultKind.VALUE, f"{self.expected} ({error})", abbreviate(value), entry=self.entries[1])
            faults.append(fault.within(self.json_name))
            return value


def member(
    json_name: str | None = None,
    *,
    default: Any = attrs.NOTHING,
    factory: Callable[[], Any] | None = None,
    required: bool | None = None,
    missing: str | None = None,
    wrong: str | None = None,
    wrong_item: str | None = None,
    requirement: Requirement = MUST,
    null: Requirement | None = None,
    recursive: bool = False,
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a member of a model class.

    ``json_name`` is its key in the JSON where that is no identifier. ``default`` is what a constructor call
    gets that leaves it out (a document that leaves it out gets ``None``). A member is required in documents
    unless its type includes ``None``, or as ``required`` says. ``missing``, ``wrong`` and ``wrong_item`` name the
    entries of the rule catalogue that an absent key, a value and an item of the wrong type stand for; ``requirement``
    (and ``null``, for an explicit null) say how strong they are. ``recursive`` marks a member whose values may hold
    objects of the class that declares it.
    """
    metadata: dict[str, Any] = {
        "json_name": json_name,
        "entries": (missing, wrong, wrong_item or wrong),
        "requirement": requirement,
        "null": null,
    }
    if required is not None:
        metadata["required"] = required
    if recursive:
        metadata["recursive"] = True
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata, converter=converter)
    return attrs.field(default=default, metadata=metadata, converter=converter)


_MEMBERS: dict[type, tuple[Member, ...]] = {}


def members_of(cls: type) -> tuple[Member, ...]:
    """Return the declared members of a model class, in order."""
    found = _MEMBERS.get(cls)
    if found is None:
        fields = [a for a in attrs.fields(cls) if a.name != "_extra"]
        order = list(dict.fromkeys(name for base in cls.__mro__ for name in getattr(base, "__annotations__", ())))
        fields.sort(key=lambda a: order.index(a.name))  # what a class declares itself comes first, in its order
        hints = typing.get_type_hints(cls) if any(isinstance(a.type, str) for a in fields) else {}
        found = tuple(Member(a, hints.get(a.name, a.type)) for a in fields)
        _MEMBERS[cls] = found
    return found
