"""Places of fields of view in a plate, by their paths or the names of row, column and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ngff_core.errors import UsageError
from ngff_write.options import is_whole, mapping_of, said

__all__ = ["ByPlace", "Place", "by_path", "path_of", "place_of"]

Place = str | tuple[str, str, str]
V = TypeVar("V")
ByPlace = Mapping[str, V] | Mapping[tuple[str, str, str], V] | Mapping[Place, V]  # keys of a mapping are invariant


def by_path(given: ByPlace[V]) -> Mapping[str, V]:
    """Return what is given by the paths of its places; raises UsageError for nothing, and for two at one place."""
    mapping_of(given, "fields by their places, such as {'A/1/0': pixels}")
    keys: dict[str, Place] = {}
    for key in given:
        if (path := place_of(key)) in keys:
            raise UsageError(f"there are two fields at {path}")
        keys[path] = key
    if not keys:
        raise UsageError("a plate has one field at least")
    return _ByPath(given, keys)


class _ByPath(Mapping[str, V]):
    """What is in another mapping by paths; it is asked for there when it is asked for here."""

    def __init__(self, given: Mapping[Any, V], keys: Mapping[str, Place]) -> None:
        self._given = given
        self._keys = keys

    def __getitem__(self, path: str) -> V:
        return self._given[self._keys[path]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def path_of(*parts: object) -> str:
    """Return the path of a well or a field by the names on the way, or numbers; raises UsageError for others."""
    for part in parts:
        if not isinstance(part, str) and not is_whole(part):
            raise UsageError(f"rows, columns and fields have names, such as 'A', '1' and '0', got {said(part)}")
    return "/".join(map(str, parts))


def place_of(key: Place) -> str:
    """Return the path of a field, which is given as such or by the names of row, column and field."""
    parts = key.split("/") if isinstance(key, str) else key if isinstance(key, (tuple, list)) else ()
    if len(parts) != 3 or not all(isinstance(part, str) and part for part in parts):
        raise UsageError(f"a field is at row, column and field, such as 'A/1/0' or ('A', '1', '0'), got {said(key)}")
    return "/".join(parts)
