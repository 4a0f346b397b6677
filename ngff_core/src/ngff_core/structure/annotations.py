"""What annotations of members mean in JSON."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal

import attrs

from ngff_core.words import abbreviate

__all__ = ["JSON_NAMES", "iter_models"]

JSON_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}


def any_value(value: object, _: object) -> Any:
    """Take a value as it is: the hook of members without a type."""
    return value


def is_model(annotation: object) -> bool:
    """Tell whether an annotation is a model class."""
    return isinstance(annotation, type) and attrs.has(annotation)


def is_literal(annotation: object) -> bool:
    """Tell whether an annotation is a Literal."""
    return typing.get_origin(annotation) is Literal


def is_list(annotation: object) -> bool:
    """Tell whether an annotation is a list, of anything."""
    return annotation is list or typing.get_origin(annotation) is list


def is_dict(annotation: object) -> bool:
    """Tell whether an annotation is a dict, of anything."""
    return annotation is dict or typing.get_origin(annotation) is dict


def is_union(annotation: object) -> bool:
    """Tell whether an annotation is a union."""
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def without_none(annotation: object) -> tuple[Any, bool]:
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


def iter_models(annotation: Any) -> Iterator[type[Any]]:
    """Yield the model classes that an annotation names: of lists and unions, too."""
    if is_model(annotation):
        yield annotation
    for arg in typing.get_args(annotation):
        yield from iter_models(arg)
