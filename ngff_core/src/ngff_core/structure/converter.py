"""The converter: which hook of cattrs stands for which JSON type; values in, models and faults out, and back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from cattrs import Converter

from ngff_core.structure.annotations import is_dict, is_list, is_literal, is_model, is_union
from ngff_core.structure.faults import Fault, StructureError
from ngff_core.structure.generate import generated_hook
from ngff_core.structure.hooks import (
    boolean,
    integer,
    json_object,
    list_hook,
    literal_hook,
    number,
    string,
    union_hook,
)
from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSONObject

__all__ = ["new_converter", "structure", "unstructure"]

T = TypeVar("T")


def new_converter() -> Converter:
    """Return a cattrs converter with the hooks of this module; plugins may register more on it."""
    converter = Converter()
    for kind, check in ((str, string), (int, integer), (float, number), (bool, boolean)):
        converter.register_structure_hook(kind, check)
    converter.register_structure_hook_factory(is_literal, literal_hook)
    converter.register_structure_hook_factory(is_dict, lambda _: json_object)
    converter.register_structure_hook_factory(is_list, list_hook)
    converter.register_structure_hook_factory(is_union, union_hook)
    converter.register_structure_hook_factory(is_model, generated_hook)
    converter.register_unstructure_hook_factory(is_model, _model_unstructure_hook)
    return converter


def structure(converter: Converter, value: Any, cls: type[T]) -> tuple[T, list[Fault]]:
    """Structure a JSON value as ``cls``: as much of it as there is, and its faults (none: an empty list)."""
    try:
        return converter.get_structure_hook(cls)(value, cls), []
    except StructureError as error:
        return error.partial, error.faults


def unstructure(converter: Converter, value: object) -> Any:
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


def _model_unstructure_hook(cls: type, converter: Converter) -> Callable[[Any], Any]:
    names = [(m.attribute, m.json_name, m.required and m.nullable) for m in members_of(cls)]

    def write(obj: Any) -> JSONObject:
        out = {}
        for attribute, json_name, always in names:
            value = getattr(obj, attribute)
            if value is not None or always:
                out[json_name] = unstructure(converter, value)
        for json_name, value in (obj._extra or {}).items():
            out.setdefault(json_name, unstructure(converter, value))
        return out

    return write
