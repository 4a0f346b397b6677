"""Model classes and their members: declared shape, no checks."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

import attrs

from ngff_core.faults import Fault, FaultKind, StructureError
from ngff_core.issue import abbreviate
from ngff_core.requirement import MUST, Requirement

__all__ = ["ABSENT", "JSON_NAMES", "Member", "Model", "iter_models", "member", "members_of", "model"]

T = TypeVar("T")
ABSENT: Any = type("_Absent", (), {"__slots__": (), "__repr__": lambda self: "<absent>"})()
JSON_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}


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


@dataclass_transform(kw_only_default=True, field_specifiers=(member,))
def model(cls: type[T]) -> type[T]:
    """Make an attrs class of a subclass of `Model`: slots, keyword arguments, no checks of its own."""
    return attrs.define(cls, kw_only=True, eq=False, repr=False, slots=True)


class _Origin:
    """A place for the address that a document was read from; never set while documents are structured."""

    __slots__ = ("_uri",)
    _uri: str

    def _remember(self, uri: str) -> None:
        self._uri = uri


@attrs.define(eq=False, repr=False, slots=True)
class Model(_Origin):
    """Base of all typed documents: declares shape only and can hold what is wrong.

    ``extra`` holds the members of the JSON object that the class does not declare, and explicit nulls.
    """

    _extra: dict[str, Any] | None = attrs.field(default=None, kw_only=True, alias="extra")

    VERSION: ClassVar[str | None] = None
    """The specification version that documents of this class follow; ``None`` for parts of documents."""

    __hash__: ClassVar[None]  # type: ignore[assignment]

    @property
    def uri(self) -> str | None:
        """The address of the store that `ngff_core.from_uri` read the document from; ``None`` for all others.

        No part of the data: not compared, not shown, not written, and copies do not have it.
        """
        return getattr(self, "_uri", None)

    @property
    def extra(self) -> dict[str, Any]:
        """Members that the class does not declare, by their JSON names."""
        if self._extra is None:
            self._extra = {}
        return self._extra

    @extra.setter
    def extra(self, value: dict[str, Any]) -> None:
        self._extra = value

    def to_json(self, indent: int | None = 2, *, validate: bool = True) -> str:
        """Write the model as JSON text; see `ngff_core.to_json`."""
        from ngff_core.export import to_json

        return to_json(self, indent=indent, validate=validate)

    def __eq__(self, other: object) -> bool:
        if self.__class__ is not other.__class__:
            return NotImplemented
        assert isinstance(other, Model)
        return (self._extra or {}) == (other._extra or {}) and all(
            getattr(self, m.attribute) == getattr(other, m.attribute) for m in members_of(type(self))
        )

    def __repr__(self) -> str:
        shown = ((m.attribute, getattr(self, m.attribute)) for m in members_of(type(self)))
        parts = [f"{name}={value!r}" for name, value in shown if value is not None]
        if self._extra:
            parts.append(f"extra={self._extra!r}")
        return f"{type(self).__name__}({', '.join(parts)})"


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


# --- annotations -----------------------------------------------------------------------------------


def any_value(value: Any, _: Any) -> Any:
    """Take a value as it is: the hook of members without a type."""
    return value


def is_model(annotation: Any) -> bool:
    """Tell whether an annotation is a model class."""
    return isinstance(annotation, type) and issubclass(annotation, Model)


def is_literal(annotation: Any) -> bool:
    """Tell whether an annotation is a Literal."""
    return typing.get_origin(annotation) is Literal


def is_list(annotation: Any) -> bool:
    """Tell whether an annotation is a list, of anything."""
    return annotation is list or typing.get_origin(annotation) is list


def is_dict(annotation: Any) -> bool:
    """Tell whether an annotation is a dict, of anything."""
    return annotation is dict or typing.get_origin(annotation) is dict


def is_union(annotation: Any) -> bool:
    """Tell whether an annotation is a union."""
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def without_none(annotation: Any) -> tuple[Any, bool]:
    """Return an annotation without None, and whether None was allowed."""
    if not is_union(annotation):
        return annotation, annotation in (Any, object)
    args = typing.get_args(annotation)
    kept = tuple(arg for arg in args if arg is not types.NoneType)
    return (kept[0] if len(kept) == 1 else typing.Union[kept]), len(kept) < len(args)  # noqa: UP007


def expectation(annotation: Any) -> str:
    """Say in JSON words what an annotation expects."""
    if annotation in (Any, object):
        return "any value"
    if is_literal(annotation):
        return " or ".join(abbreviate(option) for option in typing.get_args(annotation))
    if is_list(annotation):
        args = typing.get_args(annotation)
        return f"array of {expectation(args[0])}s" if args and args[0] is not Any else "array"
    if is_union(annotation):
        return " or ".join(dict.fromkeys(expectation(arg) for arg in typing.get_args(annotation)))
    if is_model(annotation) or is_dict(annotation):
        return "object"
    return JSON_NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))


def iter_models(annotation: Any) -> Iterator[type[Model]]:
    """Yield the model classes that an annotation names: of lists and unions, too."""
    if is_model(annotation):
        yield annotation
    for arg in typing.get_args(annotation):
        yield from iter_models(arg)
