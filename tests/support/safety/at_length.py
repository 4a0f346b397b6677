"""Whether tests go through every case, which takes an hour, or through some that are the same each time."""

from __future__ import annotations

import os
import random

__all__ = ["EVERY_CASE", "some"]

EVERY_CASE = bool(os.environ.get("NGFF_EVERY_CASE"))


def some(name: str, number: int, most: int) -> list[int]:
    """Return numbers below another one: all, or at most so many, which depend on the name of what is tested."""
    if EVERY_CASE or number <= most:
        return list(range(number))
    return sorted(random.Random(name).sample(range(number), most))
