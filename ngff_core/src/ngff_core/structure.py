"""Strict, located, lossless and partial structuring of JSON into attrs classes, as cattrs hooks.

A class declares its members with annotations and `member`; the hooks of `new_converter` do the rest:

- strict: JSON types exactly; ``true`` is no number, ``1.0`` is an integer, a string is never a list;
- located: every fault knows the keys and indexes that lead to it, what was found and what was expected;
- lossless: what a class does not declare is kept in ``extra``, wrong values are kept where they stand;
- partial: a fault in one member does not hide the others.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum, StrEnum
from typing import Any, ClassVar, Literal, Self, TypeVar, dataclass_transform

import attrs
from cattrs import Converter

from ngff_core.issue import abbreviate
from ngff_core.pointer import Part, Pointer
from ngff_core.requirement import MUST, Requirement

__all__ = [
    "Fault",
    "FaultKind",
    "Member",
    "Model",
    "StructureError",
    "member",
    "members_of",
    "model",
    "new_converter",
    "structure",
    "unstructure",
]

T = TypeVar("T")
ABSENT: Any = type("_Absent", (), {"__slots__": (), "__repr__": lambda self: "<absent>"})()
_JSON_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}


class FaultKind(StrEnum):
    """What is wrong with the structure of a document at one place."""

    MISSING = "missing"
    TYPE = "type"
    VALUE = "value"


class Fault:
    """One fault of structure; ``entry`` is the entry of the rule catalogue that it stands for, if any."""

    __slots__ = ("_keys", "entry", "expected", "found", "key", "kind", "of_items", "requirement")

    def __init__(
        self,
        kind: FaultKind,
        expected: str,
        found: str | None = None,
        *,
        key: str | None = None,
        entry: str | None = None,
        requirement: Requirement = MUST,
    ) -> None:
        self.kind = kind
        self.expected = expected
        self.found = found
        self.key = key
        self.entry = entry
        self.requirement = requirement
        self.of_items = False
        self._keys: list[Part] = []

    def within(self, key: Part) -> Self:
        """Note that the value the fault lies in stands under ``key``."""
        self._keys.append(key)
        return self

    def concerns_whole_member(self) -> bool:
        """Tell whether the member itself or one of its items is wrong, not something deeper."""
        return not self._keys or (len(self._keys) == 1 and isinstance(self._keys[0], int))

    @property
    def pointer(self) -> Pointer:
        """The keys and indexes that lead to the faulty value (for a missing key: to its parent)."""
        return tuple(reversed(self._keys))

    def __repr__(self) -> str:
        return f"Fault({self.kind.value}, {self.pointer}, found={self.found}, expected={self.expected})"


class StructureError(ValueError):
    """Raised by the hooks: the faults found, and as much of the value as could be structured."""

    def __init__(self, partial: Any, faults: list[Fault]) -> None:
        self.partial = partial
        self.faults = faults
        super().__init__("; ".join(map(repr, faults[:5])))


class Member:
    """One declared member of a model class: its JSON name, its type, and what catalogue entries it stands for."""

    __slots__ = ("attribute", "entries", "expected", "hook", "json_name", "null", "required", "requirement", "type")

    def __init__(self, attribute: attrs.Attribute[Any], annotation: Any) -> None:
        declared = attribute.metadata
        self.attribute = attribute.name
        self.json_name: str = declared.get("json_name") or attribute.name
        self.type, optional = _without_none(annotation)
        self.required: bool = declared.get("required", not optional)
        self.entries: tuple[str | None, str | None, str | None] = declared.get("entries", (None, None, None))
        self.requirement: Requirement = declared.get("requirement", MUST)
        self.null: Requirement = declared.get("null") or self.requirement
        self.expected = _expectation(self.type)
        self.hook: Callable[[Any, Any], Any] = _any

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
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a member of a model class.

    ``json_name`` is its key in the JSON where that is no identifier. ``default`` is what a constructor call
    gets that leaves it out (a document that leaves it out gets ``None``). A member is required in documents
    unless its type includes ``None``, or as ``required`` says. ``missing``, ``wrong`` and ``wrong_item`` name the
    entries of the rule catalogue that an absent key, a value and an item of the wrong type stand for; ``requirement``
    (and ``null``, for an explicit null) say how strong they are.
    """
    metadata: dict[str, Any] = {
        "json_name": json_name,
        "entries": (missing, wrong, wrong_item or wrong),
        "requirement": requirement,
        "null": null,
    }
    if required is not None:
        metadata["required"] = required
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata, converter=converter)
    return attrs.field(default=default, metadata=metadata, converter=converter)


@dataclass_transform(kw_only_default=True, field_specifiers=(member,))
def model(cls: type[T]) -> type[T]:
    """Make an attrs class of a subclass of `Model`: slots, keyword arguments, no checks of its own."""
    return attrs.define(cls, kw_only=True, eq=False, repr=False, slots=True)


@attrs.define(eq=False, repr=False, slots=True)
class Model:
    """Base of all typed documents: declares shape only and can hold what is wrong.

    ``extra`` holds the members of the JSON object that the class does not declare, and explicit nulls.
    """

    _extra: dict[str, Any] | None = attrs.field(default=None, kw_only=True, alias="extra")

    VERSION: ClassVar[str | None] = None
    """The specification version that documents of this class follow; ``None`` for parts of documents."""

    __hash__: ClassVar[None]  # type: ignore[assignment]

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
        hints = typing.get_type_hints(cls) if any(isinstance(a.type, str) for a in fields) else {}
        found = tuple(Member(a, hints.get(a.name, a.type)) for a in fields)
        _MEMBERS[cls] = found
    return found


def new_converter() -> Converter:
    """Return a cattrs converter with the hooks of this module; plugins may register more on it."""
    converter = Converter()
    for kind, check in ((str, _string), (int, _integer), (float, _number), (bool, _boolean)):
        converter.register_structure_hook(kind, check)
    converter.register_structure_hook_factory(_is_literal, _literal_hook)
    converter.register_structure_hook_factory(_is_dict, lambda _: _object)
    converter.register_structure_hook_factory(_is_list, _list_hook)
    converter.register_structure_hook_factory(_is_union, _union_hook)
    converter.register_structure_hook_factory(_is_model, _model_hook)
    converter.register_unstructure_hook_factory(_is_model, _model_unstructure_hook)
    return converter


def structure(converter: Converter, value: Any, cls: type[T]) -> tuple[T, list[Fault]]:
    """Structure a JSON value as ``cls``: as much of it as there is, and its faults (none: an empty list)."""
    try:
        return converter.get_structure_hook(cls)(value, cls), []
    except StructureError as error:
        return error.partial, error.faults


def unstructure(converter: Converter, value: Any) -> Any:
    """Return plain JSON values for models, and for tuples and arrays that callers put into them."""
    if isinstance(value, Model):
        return converter.unstructure(value)
    if isinstance(value, dict):
        return {str(key): unstructure(converter, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [unstructure(converter, item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "tolist"):  # arrays and scalars of numpy and its like
        return value.tolist()
    return value


# --- hooks -----------------------------------------------------------------------------------------


def _any(value: Any, _: Any) -> Any:
    return value


def _wrong(value: Any, expected: str) -> StructureError:
    return StructureError(value, [Fault(FaultKind.TYPE, expected, abbreviate(value))])


def _string(value: Any, _: Any) -> Any:
    if isinstance(value, str):
        return value
    raise _wrong(value, "string")


def _integer(value: Any, _: Any) -> Any:
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer()):
        return value
    raise _wrong(value, "integer")


def _number(value: Any, _: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise _wrong(value, "number")


def _boolean(value: Any, _: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise _wrong(value, "boolean")


def _object(value: Any, _: Any) -> Any:
    if isinstance(value, dict):
        return value
    raise _wrong(value, "object")


def _literal_hook(literal: Any) -> Callable[[Any, Any], Any]:
    allowed = typing.get_args(literal)
    classes = {option.__class__ for option in allowed}
    expected = _expectation(literal)

    def check(value: Any, _: Any) -> Any:
        whole = float in (value.__class__,) and int in classes
        if (value.__class__ in classes or whole) and value in allowed:
            return value
        kind = FaultKind.VALUE if value.__class__ in classes else FaultKind.TYPE
        raise StructureError(value, [Fault(kind, expected, abbreviate(value))])

    return check


def _list_hook(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    (item_type,) = typing.get_args(annotation) or (Any,)
    item_hook = _hook_of(item_type, converter)
    expected = _expectation(annotation)

    def check(values: Any, _: Any) -> Any:
        if values.__class__ is not list:
            raise _wrong(values, expected)
        faults: list[Fault] = []
        items = _structure_items(item_hook, item_type, values, faults)
        if faults:
            raise StructureError(items, faults)
        return items

    check.of_items = item_hook  # type: ignore[attr-defined]  # for generated code, which loops by itself
    return check


def _structure_items(
    hook: Callable[[Any, Any], Any], item_type: Any, values: list[Any], faults: list[Fault]
) -> list[Any]:
    """Structure the items of an array one by one, noting the faults of each."""
    items: list[Any] = []
    append = items.append
    before = len(faults)
    for value in values:
        try:
            append(hook(value, item_type))
        except StructureError as error:
            faults.extend([fault.within(len(items)) for fault in error.faults])
            append(error.partial)
    _collapse(values, faults, before)
    return items


def _collapse(values: list[Any], faults: list[Fault], start: int) -> None:
    """Make one fault of an array in which every item has the same wrong type (axes given as strings)."""
    if len(values) < 2 or len(faults) - start != len(values):
        return
    first = faults[start]
    if any(len(f._keys) != 1 or f.kind != FaultKind.TYPE or f.expected != first.expected for f in faults[start:]):
        return
    found = sorted({_JSON_NAMES.get(value.__class__, "null") for value in values})
    expected = f"array of {first.expected}s" if " " not in first.expected else f"array of {first.expected}"
    shown = ", ".join(abbreviate(value, 20) for value in values[:6])
    collapsed = Fault(FaultKind.TYPE, expected, f"array of {' and '.join(found)}: {shown}")
    collapsed.of_items = True
    faults[start:] = [collapsed]


def _union_hook(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Choose the class of a union of models by the member whose values tell them apart."""
    classes = [arg for arg in typing.get_args(annotation) if arg is not types.NoneType]
    if not all(map(_is_model, classes)):
        hooks = [(cls, converter.get_structure_hook(cls)) for cls in classes]
        return lambda value, _: _first_that_fits(hooks, value, annotation)
    tag, table, others = _tag_of(classes, converter)
    fallback = others[0] if others else None
    known = ", ".join(map(repr, table))

    def check(value: Any, type_: Any) -> Any:
        if value.__class__ is not dict:
            raise _wrong(value, "object")
        found = value.get(tag, ABSENT)
        hook = table.get(found) if found.__class__ is str else None
        if hook is not None:
            return hook(value, type_)
        if fallback is not None:
            return fallback(value, type_)
        if found is ABSENT:
            raise StructureError(value, [Fault(FaultKind.MISSING, "string", key=tag)])
        raise StructureError(value, [Fault(FaultKind.VALUE, known, abbreviate(found)).within(tag)])

    return check


def _first_that_fits(hooks: list[tuple[Any, Callable[[Any, Any], Any]]], value: Any, annotation: Any) -> Any:
    for cls, hook in hooks:
        try:
            return hook(value, cls)
        except StructureError:
            continue
    raise _wrong(value, _expectation(annotation))


def _tag_of(
    classes: list[type], converter: Converter
) -> tuple[str, dict[str, Callable[[Any, Any], Any]], list[Callable[[Any, Any], Any]]]:
    table: dict[str, Callable[[Any, Any], Any]] = {}
    others = []
    tag = ""
    for cls in classes:
        literal = [m for m in members_of(cls) if _is_literal(m.type)]
        hook = converter.get_structure_hook(cls)
        if not literal:
            others.append(hook)
            continue
        tag = literal[0].json_name
        table.update(dict.fromkeys(typing.get_args(literal[0].type), hook))
    if not table or len(others) > 1:
        names = ", ".join(cls.__name__ for cls in classes)
        raise TypeError(f"no member tells these classes apart: {names}")
    return tag, table, others


def _model_hook(cls: type, converter: Converter) -> Callable[[Any, Any], Any]:
    from ngff_core._compile import compile_model_hook

    members = []
    for declared in members_of(cls):
        bound = Member.__new__(Member)
        for slot in Member.__slots__:
            setattr(bound, slot, getattr(declared, slot))
        bound.hook = _hook_of(bound.type, converter)
        members.append(bound)
    return compile_model_hook(cls, members)


def _model_unstructure_hook(cls: type, converter: Converter) -> Callable[[Any], Any]:
    names = [(m.attribute, m.json_name) for m in members_of(cls)]

    def write(obj: Any) -> dict[str, Any]:
        out = {}
        for attribute, json_name in names:
            value = getattr(obj, attribute)
            if value is not None:
                out[json_name] = unstructure(converter, value)
        for json_name, value in (obj._extra or {}).items():
            out.setdefault(json_name, unstructure(converter, value))
        return out

    return write


def _hook_of(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    return _any if annotation in (Any, object) else converter.get_structure_hook(annotation)


# --- annotations -----------------------------------------------------------------------------------


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Model)


def _is_literal(annotation: Any) -> bool:
    return typing.get_origin(annotation) is Literal


def _is_list(annotation: Any) -> bool:
    return annotation is list or typing.get_origin(annotation) is list


def _is_dict(annotation: Any) -> bool:
    return annotation is dict or typing.get_origin(annotation) is dict


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if not _is_union(annotation):
        return annotation, annotation in (Any, object)
    args = typing.get_args(annotation)
    kept = tuple(arg for arg in args if arg is not types.NoneType)
    return (kept[0] if len(kept) == 1 else typing.Union[kept]), len(kept) < len(args)  # noqa: UP007


def _expectation(annotation: Any) -> str:
    if annotation in (Any, object):
        return "any value"
    if _is_literal(annotation):
        return " or ".join(abbreviate(option) for option in typing.get_args(annotation))
    if _is_list(annotation):
        args = typing.get_args(annotation)
        return f"array of {_expectation(args[0])}s" if args and args[0] is not Any else "array"
    if _is_union(annotation):
        return " or ".join(dict.fromkeys(_expectation(arg) for arg in typing.get_args(annotation)))
    if _is_model(annotation) or _is_dict(annotation):
        return "object"
    return _JSON_NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))


def iter_models(annotation: Any) -> Iterator[type[Model]]:
    """Yield the model classes that an annotation names: of lists and unions, too."""
    if _is_model(annotation):
        yield annotation
    for arg in typing.get_args(annotation):
        yield from iter_models(arg)
