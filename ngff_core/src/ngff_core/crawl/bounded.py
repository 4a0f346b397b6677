"""Dictionaries that remember a bounded number of things."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

__all__ = ["bounded"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def bounded(memory: dict[K, V], size: int) -> dict[K, V]:
    """Make room in a dictionary that remembers: the oldest entry goes."""
    if len(memory) >= size:
        del memory[next(iter(memory))]
    return memory
