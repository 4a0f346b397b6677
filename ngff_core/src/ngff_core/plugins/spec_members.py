"""The members of versions, looked at as plugins bring them: whoever reads a document asks all versions about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ngff_core.errors import ResultError
from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.spec.spec import Kind, Spec

__all__ = ["check_spec"]

_kind = Reference("ngff_core.spec.spec:Kind")
_FORMATS = (2, 3)
_TEXT = {str}
_PARTS = {str, int}


def check_spec(spec: Spec) -> None:
    """Raise ResultError for a version that cannot be asked about documents."""
    zarr_format = type(spec.zarr_format) is int and spec.zarr_format in _FORMATS
    _expect(spec, None, "zarr_format", spec.zarr_format, zarr_format, "2 or 3")
    _expect(spec, None, "namespace", spec.namespace, spec.namespace is None or _is_text(spec.namespace), "a key")
    _expect(
        spec,
        None,
        "address",
        spec.address,
        isinstance(spec.address, str) and spec.address.isprintable(),
        "a web address",
    )
    _expect(
        spec, None, "drafts", spec.drafts, isinstance(spec.drafts, frozenset) and _are_texts(spec.drafts), "strings"
    )
    sections = isinstance(spec.sections, Mapping) and _are_texts([*spec.sections, *spec.sections.values()])
    _expect(spec, None, "sections", spec.sections, sections, "anchors by word")
    places = isinstance(spec.version_places, tuple) and all(map(_is_pointer, spec.version_places))
    _expect(spec, None, "version_places", spec.version_places, places, "tuples of keys and indexes")
    for name, needed in (("accepts", True), ("resembles", True), ("confirms", False), ("write_example", False)):
        value = getattr(spec, name)
        _expect(spec, None, name, value, callable(value) or (value is None and not needed), "a function")
    for name in ("document", "attributes"):
        value = getattr(spec, name)
        _expect(spec, None, name, value, value is None or _is_model(value), "a model class, or the name of one")
    _expect(spec, None, "kinds", spec.kinds, isinstance(spec.kinds, tuple), "a tuple of kinds")
    for kind in spec.kinds:
        _expect(spec, None, "kinds", kind, isinstance(kind, _kind.load()), "kinds")
        _check_kind(spec, kind)


def _check_kind(spec: Spec, kind: Kind) -> None:
    _expect(spec, None, "kinds", kind.name, _is_text(kind.name), "kinds with names")
    _expect(
        spec,
        kind,
        "keys",
        kind.keys,
        isinstance(kind.keys, tuple) and bool(kind.keys) and _are_texts(kind.keys),
        "keys",
    )
    for name in ("expected_keys", "covers"):
        value = getattr(kind, name)
        _expect(spec, kind, name, value, isinstance(value, tuple) and _are_texts(value), "a tuple of strings")
    _expect(spec, kind, "model", kind.model, _is_model(kind.model), "a model class, or the name of one")
    _expect(spec, kind, "children", kind.children, callable(kind.children), "a function")
    _expect(spec, kind, "strip", kind.strip, kind.strip is None or callable(kind.strip), "a function")
    for name in ("always_as", "parts"):
        value = getattr(kind, name)
        _expect(spec, kind, name, value, value is None or isinstance(value, str), "a role")
    _expect(spec, kind, "depth", kind.depth, type(kind.depth) is int and kind.depth >= 0, "a number of levels")
    _expect(spec, kind, "placed", kind.placed, isinstance(kind.placed, bool), "a boolean")


def _expect(spec: Spec, kind: Kind | None, name: str, value: object, sound: bool, expected: str) -> None:
    if not sound:
        of = f"version {spec.version}" if kind is None else f"version {spec.version}, kind {kind.name!r}"
        raise ResultError(f"it returned {of} whose {name} is of {type(value).__name__}, expected {expected}")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _are_texts(values: Any) -> bool:
    return {*map(type, values)} <= _TEXT


def _is_pointer(place: object) -> bool:
    return isinstance(place, tuple) and {*map(type, place)} <= _PARTS


def _is_model(value: object) -> bool:
    return isinstance(value, (Reference, type))
