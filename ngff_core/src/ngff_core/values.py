"""The base of values whose classes are made on every start."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

__all__ = ["Value"]


class Value:
    """Equality, hash and text of values, without code that is generated for each class.

    A class that `attrs.frozen` makes takes 0.42 ms, without that code 0.18 ms, and some forty are made before the first
    document is read: they are declared with ``eq=False, repr=False`` and this base, where anybody compares them. Those
    of which there are never many have ``slots=False`` besides: with slots attrs makes each class twice.
    """

    __slots__ = ()
    __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, attribute.name) for attribute in self.__attrs_attrs__ if attribute.eq)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or self.__class__ is not other.__class__:
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{attribute.name}={getattr(self, attribute.name)!r}" for attribute in self.__attrs_attrs__)
        return f"{type(self).__name__}({shown})"
