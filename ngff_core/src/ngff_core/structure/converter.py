"""The converter: which hook of cattrs stands for which JSON type; values in, models and faults out, and back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from ngff_core.errors import PluginError, failure_of
from ngff_core.structure.annotations import is_dict, is_list, is_literal, is_model, is_union
from ngff_core.structure.bound import Hook
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
from ngff_core.structure.own_classes import SHARED, class_in, package_of
from ngff_core.structure.room import with_room
from ngff_core.structure.values import JSONObject

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["new_converter", "structure", "unstructure"]

T = TypeVar("T")


Predicate = Callable[[Any], bool]
Factory = Callable[[Any, "Converter"], Hook]

_OF_VALUES: dict[Any, Hook] = {str: string, int: integer, float: number, bool: boolean}


def new_converter(package: str = "") -> Converter:
    """Return a cattrs converter with the hooks of this module; plugins may register more on it.

    ``package`` is that of a version, whose own classes stand for those that versions share.
    """
    return cast("Converter", _CoreConverter(package))


class _CoreConverter:
    """Does by itself what is asked of a converter that has core's hooks alone.

    cattrs takes as long to import as an image to evaluate. For whatever else is asked, there is one of its converters,
    with the same hooks, from then on.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._factories: list[tuple[Predicate, Factory]] = [  # the last that fits is asked
            (is_literal, literal_hook),
            (is_dict, lambda _, __: json_object),
            (is_list, list_hook),
            (is_union, union_hook),
            (is_model, lambda cls, converter: generated_hook(class_in(package, cls), converter)),
        ]
        self._hooks = dict(_OF_VALUES)
        self._writers: dict[type, Callable[[Any], Any]] = {}
        self._whole: Converter | None = None

    def get_structure_hook(self, annotation: Any) -> Hook:
        """Return the hook for a type."""
        if self._whole is not None:
            return self._whole.get_structure_hook(annotation)
        hook = self._hooks.get(annotation)
        if hook is None:
            make = next((make for fits, make in reversed(self._factories) if _chooses(fits, annotation)), None)
            if make is None:
                return self._cattrs().get_structure_hook(annotation)
            hook = self._hooks[annotation] = make(annotation, cast("Converter", self))
        return hook

    def register_structure_hook_func(self, check_func: Predicate, func: Hook) -> None:
        """Register a hook for types that a function tells from others."""
        if self._whole is not None:
            self._whole.register_structure_hook_func(check_func, func)
        self._factories.append((check_func, lambda _, __: func))
        self._hooks = dict(_OF_VALUES)

    def unstructure(self, obj: Any) -> Any:
        """Return the JSON value of an object."""
        cls = obj.__class__
        if self._whole is not None or not is_model(cls):
            return self._cattrs().unstructure(obj)
        write = self._writers.get(cls)
        if write is None:
            write = self._writers[cls] = self._writer(cls, cast("Converter", self))
        return write(obj)

    def _writer(self, cls: type, converter: Converter) -> Callable[[Any], Any]:
        package = self._package
        own = package_of(cls) == SHARED or package in map(package_of, cls.__mro__)  # a user's, made from one, is
        foreign = package != "" and not own
        return _model_unstructure_hook(cls, converter, _version_stated_by(cls) if foreign else None)

    def _cattrs(self) -> Converter:
        if self._whole is None:
            from cattrs import Converter

            whole = Converter()
            for kind, check in _OF_VALUES.items():
                whole.register_structure_hook(kind, check)
            for fits, make in self._factories:
                whole.register_structure_hook_factory(fits, make)
            whole.register_unstructure_hook_factory(is_model, self._writer)
            self._whole = whole
        return self._whole

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._cattrs(), name)


def _chooses(fits: Predicate, annotation: Any) -> bool:
    try:
        return fits(annotation)
    except Exception:  # which cattrs takes for a no
        return False


def structure(converter: Converter, value: Any, cls: type[T]) -> tuple[T, list[Fault]]:
    """Structure a JSON value as ``cls``: as much of it as there is, and its faults (none: an empty list).

    Raises PluginError where a hook of a plugin fails for the object as a whole, or calls ``sys.exit``.
    """
    hook = converter.get_structure_hook(cls)
    try:
        return with_room(lambda: hook(value, cls)), []
    except StructureError as error:
        return error.partial, error.faults
    except (MemoryError, RecursionError):
        raise
    except BaseException as error:  # whatever a hook of a plugin does
        raise PluginError(f"a hook of a plugin failed for {cls.__name__}: {failure_of(error)}") from error


def unstructure(converter: Converter, value: object) -> Any:
    """Return plain JSON values for models, and for tuples and arrays that callers put into them."""
    return with_room(lambda: _plain(converter, value))


def _plain(converter: Converter, value: object) -> Any:
    if isinstance(value, Model):
        return converter.unstructure(value)
    if isinstance(value, dict):
        return {str(key): _plain(converter, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(converter, item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "tolist"):  # arrays and scalars of numpy and its like
        return value.tolist()
    return value


def _version_stated_by(cls: type) -> str | None:
    """Return the version that objects of a class state unless they are told otherwise."""
    stated = next((member for member in attrs.fields(cls) if member.name == "version"), None)
    return stated.default if stated is not None and isinstance(stated.default, str) else None


def _model_unstructure_hook(cls: type, converter: Converter, foreign: str | None) -> Callable[[Any], Any]:
    """Return what writes objects of a class.

    ``foreign`` is the version that they state where they are part of a document of another one, which they then follow.
    """
    names = [(m.attribute, m.json_name, m.required and m.nullable) for m in members_of(cls)]

    def write(obj: Any) -> JSONObject:
        out = {}
        for attribute, json_name, always in names:
            value = getattr(obj, attribute)
            if value is not None or always:
                out[json_name] = _plain(converter, value)
        for json_name, value in (obj._extra or {}).items():
            out.setdefault(json_name, _plain(converter, value))
        if foreign is not None and out.get("version") == foreign:
            del out["version"]
        return out

    return write
