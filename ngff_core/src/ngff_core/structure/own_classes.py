"""Model classes that versions share are known in each version by a class of its own, so that a part tells its version.

Such a class differs from the shared one in its name alone: ``ngff_v05.FieldOfView`` and ``ngff_v04.FieldOfView`` are
subclasses of `ngff_core.models.plate.FieldOfView`; their objects are equal where the members are, and rules on the
shared class look at both. The package of a version decides: what it names (`ngff_core.references.lazy_models`) is its
own.
"""

from __future__ import annotations

import operator
import sys
from functools import reduce
from importlib import import_module
from types import UnionType
from typing import Any, TypeVar, get_args

__all__ = ["SHARED", "ModelType", "class_beside", "class_in", "own_class", "package_of"]

T = TypeVar("T")

ModelType = type[Any] | UnionType
"""What callers say that an object is: a model class, or a union of some, such as ``ngff_v04.OMEZarrGroupJSON``."""

SHARED = "ngff_core"
"""The package of classes that versions share."""

_OWN: dict[tuple[str, type], type] = {}


def own_class(package: str, shared: Any) -> Any:
    """Return the class by which a version's package knows a shared class, or the union of those of a union.

    What is no shared class is returned as is.
    """
    if isinstance(shared, UnionType):
        return reduce(operator.or_, [own_class(package, cls) for cls in get_args(shared)])
    if not isinstance(shared, type) or package_of(shared) != SHARED or not hasattr(shared, "__attrs_attrs__"):
        return shared
    made = _OWN.get((package, shared))
    if made is None:
        name = shared.__name__
        members = {"__slots__": (), "__module__": package, "__qualname__": name, "__doc__": shared.__doc__}
        made = _OWN[package, shared] = type(name, (shared,), members)
    return made


def class_in(package: str, cls: type[T]) -> type[T]:
    """Return the class that stands for a model class in a version's package: the class itself where that has none."""
    if package_of(cls) != SHARED or package in ("", SHARED):
        return cls
    found = getattr(sys.modules.get(package) or import_module(package), cls.__name__, None)
    return found if isinstance(found, type) and issubclass(found, cls) else cls


def class_beside(cls: type, shared: type[T]) -> type[T]:
    """Return the class that stands for a shared one in the version that ``cls`` belongs to."""
    return class_in(package_of(cls), shared)


def package_of(cls: type) -> str:
    """Return the name of the package that a class is from."""
    return cls.__module__.partition(".")[0]
