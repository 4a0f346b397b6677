"""Model classes that versions share are known in each version by a class of its own, so that a part tells its version.

Such a class differs from the shared one in its name alone: ``ngff_v05.FieldOfView`` and ``ngff_v04.FieldOfView`` are
subclasses of `ngff_core.models.plate.FieldOfView`; their objects are equal where the members are, and rules on the
shared class look at both. The package of a version decides: what it names (`ngff_core.references.lazy_models`) is its
own. Hooks of cattrs are for types of one's own, too (`OwnTypes`).
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ngff_core.errors import ResultError
from ngff_core.structure.model import Model

__all__ = ["SHARED", "ModelType", "OwnTypes", "class_beside", "class_in", "own_class", "package_of"]

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


# --- hooks ------------------------------------------------------------------------------------------

_OF_JSON = (str, int, float, bool, list, dict, object, Any, NoneType)
_ASKED = (str, int, float, bool, list, list[str], dict[str, Any], str | int, Literal["a"], Model, list[Model])


class OwnTypes:
    """Stands for a converter, and refuses hooks for JSON types and for models that are another's.

    One that takes whatever there is would make all valid. Raises ResultError for it, and core's hooks stay.
    """

    def __init__(self, converter: Any, foreign: frozenset[str]) -> None:
        self._converter = converter
        self._foreign = foreign | {SHARED}

    def __getattr__(self, name: str) -> Any:
        if name in ("_converter", "_foreign"):
            raise AttributeError(name)
        return getattr(self._converter, name)

    def register_structure_hook(self, cl: Any, func: Any = None) -> Any:
        """Register a hook for a type of one's own; without a function, that of the annotation of a function."""
        self._refuse_foreign(cl, func, "return")
        return self._converter.register_structure_hook(cl, func)

    def register_unstructure_hook(self, cls: Any = None, func: Any = None) -> Any:
        """Register what writes values of a type of one's own."""
        self._refuse_foreign(cls, func, "")
        return self._converter.register_unstructure_hook(cls, func)

    def register_structure_hook_func(self, check_func: Callable[[Any], bool], func: Any) -> None:
        """Register a hook for types of one's own that a function tells from others."""
        self._converter.register_structure_hook_func(self._among_own(check_func), func)

    def register_unstructure_hook_func(self, check_func: Callable[[Any], bool], func: Any) -> None:
        """Register what writes values of types of one's own that a function tells from others."""
        self._converter.register_unstructure_hook_func(self._among_own(check_func), func)

    def register_structure_hook_factory(self, predicate: Callable[[Any], bool], factory: Any = None) -> Any:
        """Register what makes hooks for types of one's own."""
        return self._converter.register_structure_hook_factory(self._among_own(predicate), factory)

    def register_unstructure_hook_factory(self, predicate: Callable[[Any], bool], factory: Any = None) -> Any:
        """Register what makes that which writes values of types of one's own."""
        return self._converter.register_unstructure_hook_factory(self._among_own(predicate), factory)

    def _refuse_foreign(self, cls: Any, func: Any, annotation: str) -> None:
        if func is None and callable(cls):  # a decorator, which takes the type from an annotation of the function
            hints = list(get_type_hints(cls).items())
            cls = dict(hints).get("return") if annotation else next(iter(hints), ("", None))[1]
        if self._is_foreign(cls) or (isinstance(cls, type) and _takes_others(cls)):
            raise ResultError(f"it registered a hook for {_name_of(cls)}, which is not a type of its own")

    def _among_own(self, chosen: Callable[[Any], bool]) -> Callable[[Any], bool]:
        """Return a function that chooses among types of one's own; raises ResultError where it plainly takes others."""
        for asked in _ASKED:
            if _chooses(chosen, asked):
                raise ResultError(f"it registered a hook for {_name_of(asked)}, which is not a type of its own")
        return lambda annotation: not self._is_foreign(annotation) and chosen(annotation)

    def _is_foreign(self, annotation: Any) -> bool:
        """Tell whether a type is one of JSON, or a model of core or of another plugin, or made of such alone."""
        origin = get_origin(annotation)
        if origin is Literal:
            return True
        if origin in (list, dict, Union, UnionType):
            return all(self._is_foreign(arg) for arg in get_args(annotation))
        if any(annotation is known for known in _OF_JSON):
            return True
        return isinstance(annotation, type) and package_of(annotation) in self._foreign


def _chooses(chosen: Callable[[Any], bool], annotation: Any) -> bool:
    try:
        return bool(chosen(annotation))
    except Exception:  # which cattrs takes for a no
        return False


def _takes_others(cls: type) -> bool:
    """Tell whether a hook for a class is one for all models, or for a type of JSON, as that of a base is."""
    try:
        return any(issubclass(other, cls) for other in (Model, str, int, float, bool, list, dict))
    except TypeError:  # a protocol that cannot tell
        return False


def _name_of(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)
