"""Metadata as an object of the class that a caller says it is, so that type checkers know it."""

from __future__ import annotations

from types import UnionType
from typing import get_args, overload

from ngff_core.errors import UsageError
from ngff_core.structure.model import Model
from ngff_core.structure.own_classes import ModelType, package_of
from ngff_core.validation.validator import checked_class

__all__ = ["as_class"]


@overload
def as_class(document: Model, cls: ModelType | None, url: str) -> Model: ...
@overload
def as_class(document: Model | None, cls: ModelType | None, url: str) -> Model | None: ...
def as_class(document: Model | None, cls: ModelType | None, url: str) -> Model | None:
    """Return a document, or the OME metadata in it, that is of a class, or of one of a union; raise UsageError."""
    if cls is None:
        return document
    checked_class(cls)
    inside = getattr(getattr(document, "attributes", None), "ome", None)
    for found in (document, inside):
        if isinstance(found, Model) and isinstance(found, cls):
            return found
    holding = f" with a {_name(type(inside))}" if isinstance(inside, Model) else ""
    expected = " or ".join(map(_name, get_args(cls))) if isinstance(cls, UnionType) else _name(cls)
    what = f"a {_name(type(document))}{holding}" if document is not None else "no OME-Zarr metadata"
    raise UsageError(f"there is {what} at {url}, expected a {expected}")


def _name(cls: object) -> str:
    """Return the name of a model class with that of its version's package, as versions have the same names."""
    return f"{package_of(cls)}.{cls.__name__}" if isinstance(cls, type) else str(cls)
