"""How a converter decides what OME metadata inside a larger document is: by its keys, as the spec states them."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from ngff_core.references import Reference
from ngff_core.spec.spec import ModelName, Spec
from ngff_core.structure.values import JSON

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["register_documents"]


def register_documents(converter: Converter, spec: Spec) -> None:
    """Let a converter structure unions of the models of all kinds of groups: the keys decide, in the order of the spec.

    Such a union is known by the names of its classes, so that no model is imported to find out.
    """
    names = {_name_of(kind.model) for kind in spec.kinds}

    def is_ome_metadata(annotation: object) -> bool:
        return get_origin(annotation) in (UnionType, Union) and {_name_of(c) for c in get_args(annotation)} == names

    def structure_ome(value: JSON, _: object) -> Any:
        kind = spec.kind_of(value) if isinstance(value, dict) else None
        if kind is None:
            keys = ", ".join(key for kind in spec.kinds for key in kind.keys)
            raise ValueError(f"an object with one of the keys {keys}")
        cls = kind.load()
        return converter.get_structure_hook(cls)(value, cls)

    converter.register_structure_hook_func(is_ome_metadata, structure_ome)


def _name_of(model: ModelName) -> str:
    return model.target if isinstance(model, Reference) else f"{model.__module__}:{model.__qualname__}"
