"""Arithmetic on numbers of JSON as they are written: exact in decimals, and integers stay integers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal

from ngff_core.rules.common import is_finite, is_number
from ngff_core.structure.values import JSON

__all__ = ["multiplied", "numbers", "ones", "shifted"]

_CONTEXT = Context(prec=60)
_LARGEST = 2**63 - 1  # integers beyond are read as floats by many readers


def numbers(value: JSON) -> list[JSON] | None:
    """Return a list of finite numbers as it is; ``None`` for anything else."""
    if isinstance(value, list) and all(is_number(number) and is_finite(number) for number in value):
        return value
    return None


def ones(size: int) -> list[JSON]:
    """Return the scale that changes nothing."""
    return [1.0] * size


def multiplied(a: list[JSON], b: list[JSON]) -> list[JSON] | None:
    """Return the products, number by number; ``None`` when one of them is too large for a float."""
    return _each(a, b, lambda x, y: x * y, _CONTEXT.multiply)


def shifted(a: list[JSON], b: list[JSON]) -> list[JSON] | None:
    """Return the sums, number by number; ``None`` when one of them is too large for a float."""
    return _each(a, b, lambda x, y: x + y, _CONTEXT.add)


def _each(
    a: list[JSON], b: list[JSON], whole: Callable[[int, int], int], exact: Callable[[Decimal, Decimal], Decimal]
) -> list[JSON] | None:
    """Return what comes of pairs of numbers: 0.1 and 3 give 0.3, where floats alone give 0.30000000000000004."""
    if len(a) != len(b):
        return None
    made: list[JSON] = []
    for x, y in zip(a, b, strict=True):
        number: JSON = whole(x, y) if isinstance(x, int) and isinstance(y, int) else None
        if number is None or abs(number) > _LARGEST:
            number = float(exact(Decimal(repr(x)), Decimal(repr(y))))
        made.append(number)
    return made if all(map(math.isfinite, made)) else None
