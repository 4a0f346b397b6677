"""What several rules need: walking over what could be structured, and documents to make examples of."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from ngff_core.structure.member import members_of
from ngff_core.structure.model import Model
from ngff_core.structure.values import JSON

if TYPE_CHECKING:  # models need `sound` as well, and no rules
    from ngff_core.checking.rule import Context
    from ngff_core.hierarchy.nodes import GroupNode
    from ngff_core.issues.issue import Issue

__all__ = ["all_models", "all_positive", "is_finite", "is_number", "lacks", "once", "sound"]

_NUMBERS = {int, float}
T = TypeVar("T", bound=Model)
V = TypeVar("V")


def sound(items: JSON, cls: type[T]) -> Iterator[tuple[int, T]]:
    """Yield position and value of the entries of a list that could be structured as ``cls``."""
    if items.__class__ is list:
        for index, item in enumerate(items):
            if isinstance(item, cls):
                yield index, item


def once(node: GroupNode, compute: Callable[[GroupNode], V]) -> V:
    """Return ``compute(node)``, worked out once for all rules that ask for it: those on the groups below, above all."""
    known = node.worked_out
    if compute not in known:
        known[compute] = compute(node)
    found: V = known[compute]
    return found


def all_models(items: object) -> bool:
    """Tell whether a list could be structured as a whole."""
    if items.__class__ is not list:
        return False
    for item in items:  # noqa: SIM110  (a loop: this is asked of every document)
        if not isinstance(item, Model):
            return False
    return True


def lacks(obj: Model, attribute: str) -> bool:
    """Tell whether a member is absent; an explicit null is reported as a fault instead."""
    return getattr(obj, attribute) is None and attribute not in (obj._extra or ())


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a JSON number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_finite(value: float) -> bool:
    """Tell whether a number is finite, and small enough to be one for readers that use floats."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def all_positive(vector: list[JSON]) -> TypeGuard[list[float]]:
    """Tell whether a list holds finite numbers greater than zero, and nothing else."""
    return {*map(type, vector)} <= _NUMBERS and min(vector, default=0) > 0 and max(vector) <= sys.float_info.max


def duplicates(names: Sequence[object]) -> list[tuple[int, int]]:
    """Return (position, first position) of every string that occurred before."""
    try:
        if len(set(names)) == len(names):
            return []
    except TypeError:
        pass
    first: dict[str, int] = {}
    strings = [(index, name) for index, name in enumerate(names) if isinstance(name, str)]
    return [(index, first[name]) for index, name in strings if first.setdefault(name, index) != index]


def equal_json(a: object, b: object) -> bool:
    """Tell whether two models or JSON values are the same JSON: 1 and 1.0 are, 1 and true are not.

    Takes no longer than the smaller of the two is large.
    """
    if type(a) is not type(b):
        return False
    waiting: list[tuple[JSON, JSON]] = [(a, b)]
    while waiting:
        one, other = (_members(value) if isinstance(value, Model) else value for value in waiting.pop())
        if isinstance(one, dict):
            if not isinstance(other, dict) or one.keys() != other.keys():
                return False
            waiting += [(item, other[key]) for key, item in one.items()]
        elif isinstance(one, list):
            if not isinstance(other, list) or len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif isinstance(one, bool) is not isinstance(other, bool) or one != other:
            return False
    return True


def repeated_json(values: Iterable[JSON]) -> Iterator[tuple[int, int]]:
    """Yield (position, first position) of every model or JSON value that is the same JSON as one before it."""
    first: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        before = first.setdefault((type(value), _hashable(value)), index)
        if before != index:
            yield index, before


def _hashable(value: JSON) -> Hashable:
    """Return a value that equals another one when their JSON does."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return tuple([_hashable(item) for item in value])
    if isinstance(value, Model):
        value = _members(value)
    if isinstance(value, dict):
        return frozenset([(key, _hashable(item)) for key, item in value.items()])
    plain: Hashable = value
    return plain


def _members(value: Model) -> dict[str, JSON]:
    members = {declared.attribute: getattr(value, declared.attribute) for declared in members_of(type(value))}
    return {**members, **(value._extra or {})}


# --- the version that each object stated for itself, up to 0.4 -----------------------------------------


def version_missing(obj: Model, title: str, ctx: Context) -> list[Issue] | None:
    """Report an object that states no version."""
    if lacks(obj, "version"):
        return [ctx.issue(f"the {title} states no version", expected=f'"version": "{ctx.version}"')]
    return None


def not_followed(path: str) -> str:
    """Say why a path was not followed."""
    if path.startswith("/"):
        return f"path {path!r} begins with a slash, and was not followed: paths are relative to the group"
    return f"path {path!r} leads out of the store and was not followed"


def odd_path(path: str, zarr_format: int, of: str = "image") -> str | None:
    """Return what is odd about a path ``of`` a group, though it leads somewhere; ``None``: nothing."""
    parts = path.split("/")
    if not path:
        return f"an empty path is that of the {of} itself"
    if path.startswith("/") or ".." in parts:
        return f"path {path!r} leads out of the {of}"
    if "" in parts or "." in parts:
        return f"path {path!r} has superfluous slashes or dots"
    if zarr_format == 3 and any(part.startswith("__") for part in parts):
        return f"path {path!r} has a name that Zarr keeps for itself"
    if zarr_format == 3 and not all(part.strip(".") for part in parts):
        return f"path {path!r} has a name of periods alone, which Zarr does not allow"
    return None


def other_version(stated: object, ctx: Context) -> list[Issue] | None:
    """Report text that is the name of another version, or of none."""
    if isinstance(stated, str) and stated != ctx.version:
        return [
            ctx.at("version").issue(
                f"version {stated!r} is not {ctx.version!r}", found=stated, expected=f'"{ctx.version}"'
            )
        ]
    return None
