"""Unions of models of which the keys of a document choose one, as versions state it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from ngff_core.references import Reference
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["ModelName", "load_model", "name_of", "register_union"]

ModelName = Reference | type[Model]
"""A model class, or the name of one that is imported when the first object of it is met."""


def load_model(model: ModelName) -> type[Model]:
    """Return the class; it is imported when it is first asked for."""
    return model.load() if isinstance(model, Reference) else model


def register_union(converter: Converter, models: Sequence[tuple[ModelName, Sequence[str]]]) -> None:
    """Let a converter structure the union of ``models``: the first of which a document has one of the keys.

    The union is known by the names of its classes, so that no model is imported to find out.
    """
    names = {name_of(model) for model, _ in models}

    def is_this_union(annotation: Any) -> bool:
        return get_origin(annotation) in (UnionType, Union) and {name_of(c) for c in get_args(annotation)} == names

    def structure_member(value: JSON, _: Any) -> Any:
        model = _chosen(models, value) if isinstance(value, dict) else None
        if model is None:
            raise ValueError(f"an object with one of the keys {', '.join(key for _, keys in models for key in keys)}")
        cls = load_model(model)
        return converter.get_structure_hook(cls)(value, cls)

    converter.register_structure_hook_func(is_this_union, structure_member)


def _chosen(models: Sequence[tuple[ModelName, Sequence[str]]], value: Mapping[str, JSON]) -> ModelName | None:
    return next((model for model, keys in models if any(key in value for key in keys)), None)


def name_of(model: ModelName) -> str:
    """Return the module and name of a class, which is not imported to find out."""
    return model.target if isinstance(model, Reference) else f"{model.__module__}:{model.__qualname__}"
