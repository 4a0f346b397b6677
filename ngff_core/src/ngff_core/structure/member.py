"""Members of model classes: their JSON names, their types, and what catalogue entries they stand for."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

import attrs

from ngff_core.issues.requirement import MUST, Requirement
from ngff_core.structure.annotations import expectation, iter_models, without_none

__all__ = ["ALL", "Member", "member", "members_of"]

ALL = "*"
"""As ``before``: a member goes before all others."""


class Member:
    """One declared member of a model class, as `member` or an annotation alone says.

    ``entries`` are those of the rule catalogue that an absent key, a wrong value and a wrong item stand for;
    ``requirement`` tells how strong they are, ``null`` how strong an explicit null is, where it is a fault. ``models``
    are the model classes that its type names.
    """

    __slots__ = (
        "_expected",
        "attribute",
        "entries",
        "json_name",
        "models",
        "null",
        "nullable",
        "recursive",
        "required",
        "requirement",
        "type",
    )

    def __init__(self, attribute: attrs.Attribute[Any], annotation: Any) -> None:
        declared = attribute.metadata
        required: bool | None = declared.get("required")
        self.type, optional = without_none(annotation)
        self.models: tuple[type[Any], ...] = (*iter_models(self.type),)
        self.attribute = attribute.name
        self.json_name: str = declared.get("json_name") or attribute.name
        self.required = not optional if required is None else required
        self.nullable: bool = declared.get("nullable", False)
        self.entries: tuple[str | None, str | None, str | None] = declared.get("entries", (None, None, None))
        self.requirement: Requirement = declared.get("requirement", MUST)
        self.null: Requirement = declared.get("null") or self.requirement
        self.recursive: bool = declared.get("recursive", False)
        self._expected: str | None = None

    @property
    def expected(self) -> str:
        """The type in JSON's words, which are found when something is wrong."""
        if self._expected is None:
            self._expected = expectation(self.type)
        return self._expected


def member(
    json_name: str | None = None,
    *,
    default: Any = attrs.NOTHING,
    factory: Callable[[], Any] | None = None,
    required: bool | None = None,
    nullable: bool = False,
    missing: str | None = None,
    wrong: str | None = None,
    wrong_item: str | None = None,
    requirement: Requirement = MUST,
    null: Requirement | None = None,
    recursive: bool = False,
    before: str | None = None,
    last: bool = False,
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a member of a model class.

    ``json_name`` is its key in the JSON where that is no identifier. ``default`` is what a constructor call
    gets that leaves it out (a document that leaves it out gets ``None``). A member is required in documents
    unless its type includes ``None``, or as ``required`` says. With ``nullable`` an explicit null is no fault; one that
    is required as well is always written. ``missing``, ``wrong`` and ``wrong_item`` name the
    entries of the rule catalogue that an absent key, a value and an item of the wrong type stand for; ``requirement``
    (and ``null``, for an explicit null) say how strong they are. ``recursive`` marks a member whose values may hold
    objects of the class that declares it.

    Members are written in the order in which they are declared, those of base classes first; one that is declared again
    keeps its position. ``before`` names a member to go before (``"*"``: all of them); with ``last`` a member goes
    behind all others, also those that subclasses add.
    """
    metadata = {
        "json_name": json_name,
        "required": required,
        "nullable": nullable,
        "entries": (missing, wrong, wrong_item or wrong),
        "requirement": requirement,
        "null": null,
        "recursive": recursive,
        "before": before,
        "last": last,
    }
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata, converter=converter)
    return attrs.field(default=default, metadata=metadata, converter=converter)


_MEMBERS: dict[type, tuple[Member, ...]] = {}


def members_of(cls: type) -> tuple[Member, ...]:
    """Return the declared members of a model class, in the order in which they are written."""
    found = _MEMBERS.get(cls)
    if found is None and "__attrs_attrs__" not in vars(cls) and len(cls.__bases__) == 1:  # differs in its name alone
        found = _MEMBERS[cls] = members_of(cls.__bases__[0])
    if found is None:
        fields = {a.name: a for a in attrs.fields(cls) if a.name != "_extra"}
        hints = typing.get_type_hints(cls) if any(isinstance(a.type, str) for a in fields.values()) else {}
        found = tuple(Member(fields[name], hints.get(name, fields[name].type)) for name in _in_order(cls))
        _MEMBERS[cls] = found
    return found


def _in_order(cls: type) -> list[str]:
    """Return the names of the attributes of a model class in order; see `member`."""
    names: list[str] = []
    last: list[str] = []
    for base in reversed(cls.__mro__):
        firsts = 0
        for declared in base.__dict__.get("__attrs_attrs__", ()):
            name, before = declared.name, declared.metadata.get("before")
            if declared.inherited or name == "_extra":
                continue
            if (before is not None or declared.metadata.get("last")) and name in names:
                names.remove(name)
                last = [other for other in last if other != name]
            if declared.metadata.get("last"):
                last.append(name)
            if before is not None:
                names.insert(firsts if before == ALL else names.index(before), name)
                firsts += before == ALL
            elif name not in names:
                names.append(name)
    return [*(name for name in names if name not in last), *last]
