"""The cattrs hooks for JSON types, lists, literals and unions of models."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any

from ngff_core.structure.annotations import JSON_NAMES, any_value, expectation, is_literal, is_model
from ngff_core.structure.bound import ABSENT, Hook, Runner, in_python
from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import members_of
from ngff_core.words import abbreviate

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "ListHook",
    "boolean",
    "hook_of",
    "integer",
    "json_object",
    "list_hook",
    "literal_hook",
    "number",
    "string",
    "union_hook",
]


def wrong_type(value: object, expected: str) -> StructureError:
    """Make the error for a value of the wrong JSON type."""
    return StructureError(value, [Fault(FaultKind.TYPE, expected, abbreviate(value))])


def string(value: object, _: object) -> Any:
    """Take a string."""
    if isinstance(value, str):
        return value
    raise wrong_type(value, "string")


def integer(value: object, _: object) -> Any:
    """Take an integer; a whole float is one, true is not."""
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer()):
        return value
    raise wrong_type(value, "integer")


def number(value: object, _: object) -> Any:
    """Take a number; true is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise wrong_type(value, "number")


def boolean(value: object, _: object) -> Any:
    """Take a boolean."""
    if isinstance(value, bool):
        return value
    raise wrong_type(value, "boolean")


def json_object(value: object, _: object) -> Any:
    """Take an object as it is."""
    if isinstance(value, dict):
        return value
    raise wrong_type(value, "object")


class LiteralHook:
    """The hook for a Literal: takes one of its values."""

    __slots__ = ("_classes", "_expected", "allowed")

    def __init__(self, allowed: tuple[Any, ...], expected: str) -> None:
        self.allowed = allowed
        self._classes = {option.__class__ for option in allowed}
        self._expected = expected

    def __call__(self, value: object, _: object) -> Any:
        """Take a value; raise StructureError for others."""
        whole = value.__class__ is float and int in self._classes
        if (value.__class__ in self._classes or whole) and value in self.allowed:
            return value
        kind = FaultKind.VALUE if value.__class__ in self._classes else FaultKind.TYPE
        raise StructureError(value, [Fault(kind, self._expected, abbreviate(value))])


def literal_hook(literal: object, _: object) -> LiteralHook:
    """Return the hook for a Literal."""
    return LiteralHook(typing.get_args(literal), expectation(literal))


class ListHook:
    """The hook for a list: structures the items one by one, and knows the faults of each."""

    __slots__ = ("expected", "item_hook", "item_type")

    def __init__(self, item_type: Any, item_hook: Hook, expected: str) -> None:
        self.item_type = item_type
        self.item_hook = item_hook
        self.expected = expected

    def __call__(self, values: object, _: object) -> Any:
        """Structure an array; raise StructureError with the items as far as they could be."""
        if values.__class__ is not list:
            raise wrong_type(values, self.expected)
        hook, item_type = in_python(self.item_hook), self.item_type
        items: list[Any] = []
        faults: list[Fault] = []
        for value in values:
            try:
                items.append(hook(value, item_type))
            except StructureError as error:
                faults.extend([fault.within(len(items)) for fault in error.faults])
                items.append(error.partial)
        if faults:
            raise StructureError(items, _collapsed(values, faults))
        return items


def list_hook(annotation: object, converter: Converter) -> ListHook:
    """Return the hook for a list."""
    (item_type,) = typing.get_args(annotation) or (Any,)
    return ListHook(item_type, hook_of(item_type, converter), expectation(annotation))


def _collapsed(values: list[Any], faults: list[Fault]) -> list[Fault]:
    """Make one fault of an array in which every item has the same wrong type (axes given as strings)."""
    first = faults[0]
    if len(values) < 2 or len(faults) != len(values):
        return faults
    if any(f.depth != 1 or f.kind != FaultKind.TYPE or f.expected != first.expected for f in faults):
        return faults
    found = sorted({JSON_NAMES.get(value.__class__, "null") for value in values})
    expected = f"array of {first.expected}s" if " " not in first.expected else f"array of {first.expected}"
    plain = not any(isinstance(value, (dict, list)) for value in values[:6])  # else it says no more than the types
    shown = f": {', '.join(abbreviate(value, 20) for value in values[:6])}" if plain else ""
    of_all = Fault(FaultKind.TYPE, expected, f"array of {' and '.join(found)}{shown}")
    of_all.of_items = True
    return [of_all]


class UnionHook:
    """The hook for a union of models: chooses the class by the member whose values tell them apart, ``tag``.

    ``table`` has the hooks for values that were met: making one takes time.
    """

    __slots__ = ("_converter", "_known", "_tagged", "_untagged", "table", "tag")

    def __init__(self, classes: list[type], converter: Converter) -> None:
        self.tag, self._tagged, self._untagged = _tag_of(classes)
        self.table: dict[str | None, Runner] = {}
        self._known = ", ".join(map(repr, self._tagged))
        self._converter = converter

    def __call__(self, value: Any, type_: Any) -> Any:
        """Structure an object as the class that it is of."""
        if value.__class__ is not dict:
            raise wrong_type(value, "object")
        found = value.get(self.tag, ABSENT)
        name = found if found.__class__ is str and found in self._tagged else None
        hook = self.table.get(name) or self._hook_for(name)
        if hook is not None:
            return hook.run(value, type_)
        if found is ABSENT:
            raise StructureError(value, [Fault(FaultKind.MISSING, "string", key=self.tag)])
        raise StructureError(value, [Fault(FaultKind.VALUE, self._known, abbreviate(found)).within(self.tag)])

    def _hook_for(self, name: str | None) -> Runner | None:
        cls = self._tagged.get(name, self._untagged) if name is not None else self._untagged
        if cls is None:
            return None
        hook = self._converter.get_structure_hook(cls)
        runner = self.table[name] = hook if isinstance(hook, Runner) else Runner(hook)
        return runner


def union_hook(annotation: Any, converter: Converter) -> Hook:
    """Return the hook for a union: of models, or of anything else."""
    classes = [arg for arg in typing.get_args(annotation) if arg is not types.NoneType]
    if all(map(is_model, classes)):
        return UnionHook(classes, converter)
    hooks = [(cls, converter.get_structure_hook(cls)) for cls in classes]
    return lambda value, _: _first_that_fits(hooks, value, annotation)


def _first_that_fits(hooks: list[tuple[Any, Hook]], value: object, annotation: object) -> Any:
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


def hook_of(annotation: object, converter: Converter) -> Hook:
    """Return the hook of an annotation."""
    return any_value if annotation in (Any, object) else converter.get_structure_hook(annotation)
