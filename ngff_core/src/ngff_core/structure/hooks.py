"""The cattrs hooks for JSON types, lists, literals and unions of models."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from typing import Any

from cattrs import Converter

from ngff_core.structure.annotations import JSON_NAMES, any_value, expectation, is_literal, is_model
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import ABSENT, members_of
from ngff_core.words import abbreviate

__all__ = ["boolean", "hook_of", "integer", "json_object", "list_hook", "literal_hook", "number", "string"]


def wrong_type(value: Any, expected: str) -> StructureError:
    """Make the error for a value of the wrong JSON type."""
    return StructureError(value, [Fault(FaultKind.TYPE, expected, abbreviate(value))])


def string(value: Any, _: Any) -> Any:
    """Take a string."""
    if isinstance(value, str):
        return value
    raise wrong_type(value, "string")


def integer(value: Any, _: Any) -> Any:
    """Take an integer; a whole float is one, true is not."""
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer()):
        return value
    raise wrong_type(value, "integer")


def number(value: Any, _: Any) -> Any:
    """Take a number; true is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise wrong_type(value, "number")


def boolean(value: Any, _: Any) -> Any:
    """Take a boolean."""
    if isinstance(value, bool):
        return value
    raise wrong_type(value, "boolean")


def json_object(value: Any, _: Any) -> Any:
    """Take an object as it is."""
    if isinstance(value, dict):
        return value
    raise wrong_type(value, "object")


def literal_hook(literal: Any) -> Callable[[Any, Any], Any]:
    """Return the hook for a Literal."""
    allowed = typing.get_args(literal)
    classes = {option.__class__ for option in allowed}
    expected = expectation(literal)

    def check(value: Any, _: Any) -> Any:
        whole = float in (value.__class__,) and int in classes
        if (value.__class__ in classes or whole) and value in allowed:
            return value
        kind = FaultKind.VALUE if value.__class__ in classes else FaultKind.TYPE
        raise StructureError(value, [Fault(kind, expected, abbreviate(value))])

    return check


def list_hook(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Return the hook for a list."""
    (item_type,) = typing.get_args(annotation) or (Any,)
    item_hook = hook_of(item_type, converter)
    expected = expectation(annotation)

    def check(values: Any, _: Any) -> Any:
        if values.__class__ is not list:
            raise wrong_type(values, expected)
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
    found = sorted({JSON_NAMES.get(value.__class__, "null") for value in values})
    expected = f"array of {first.expected}s" if " " not in first.expected else f"array of {first.expected}"
    shown = ", ".join(abbreviate(value, 20) for value in values[:6])
    collapsed = Fault(FaultKind.TYPE, expected, f"array of {' and '.join(found)}: {shown}")
    collapsed.of_items = True
    faults[start:] = [collapsed]


def union_hook(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Choose the class of a union of models by the member whose values tell them apart."""
    classes = [arg for arg in typing.get_args(annotation) if arg is not types.NoneType]
    if not all(map(is_model, classes)):
        hooks = [(cls, converter.get_structure_hook(cls)) for cls in classes]
        return lambda value, _: _first_that_fits(hooks, value, annotation)
    tag, tagged, untagged = _tag_of(classes)
    known = ", ".join(map(repr, tagged))
    table: dict[str | None, Callable[[Any, Any], Any]] = {}

    def hook_for(name: str | None) -> Callable[[Any, Any], Any] | None:
        """Return the hook for a tag; made when the first value with it is met, since that takes time."""
        cls = tagged.get(name, untagged) if name is not None else untagged
        if cls is None:
            return None
        hook = table[name if name in tagged else None] = converter.get_structure_hook(cls)
        return hook

    def check(value: Any, type_: Any) -> Any:
        try:
            hook = table[value[tag]]
        except (KeyError, TypeError):
            pass
        else:
            return hook(value, type_)
        if value.__class__ is not dict:
            raise wrong_type(value, "object")
        found = value.get(tag, ABSENT)
        name = found if found.__class__ is str and found in tagged else None
        made = table.get(name) or hook_for(name)
        if made is not None:
            return made(value, type_)
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
    raise wrong_type(value, expectation(annotation))


def _tag_of(classes: list[type]) -> tuple[str, dict[str, type], type | None]:
    """Return the member that tells classes apart, the class of each of its values, and the one for other values."""
    tagged: dict[str, type] = {}
    others = []
    tag = ""
    for cls in classes:
        literal = next((m for m in members_of(cls) if is_literal(m.type)), None)
        if literal is None:
            others.append(cls)
            continue
        tag = literal.json_name
        tagged.update(dict.fromkeys(typing.get_args(literal.type), cls))
    if not tagged or len(others) > 1:
        names = ", ".join(cls.__name__ for cls in classes)
        raise TypeError(f"no member tells these classes apart: {names}")
    return tag, tagged, next(iter(others), None)


def hook_of(annotation: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Return the hook of an annotation."""
    return any_value if annotation in (Any, object) else converter.get_structure_hook(annotation)
