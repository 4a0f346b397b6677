"""What was made of documents is remembered: a bounded number of the last ones."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

__all__ = ["Memory", "bounded"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
OF_ONE_LENGTH = 16


class Memory(Generic[V]):
    """What was made of some documents together with something else, ``key``.

    They are found by their lengths and compared: hashing whole documents would take longer.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: dict[tuple[object, ...], list[tuple[Sequence[object], V]]] = {}

    def get(self, documents: Sequence[object], key: Hashable) -> V | None:
        """Return what was made of equal documents."""
        for known, made in self._found.get((key, *_lengths(documents)), ()):
            if known == documents:
                return made
        return None

    def put(self, documents: Sequence[object], key: Hashable, made: V) -> None:
        """Remember what was made of documents."""
        at = (key, *_lengths(documents))
        if at not in self._found:
            bounded(self._found, self._size)[at] = []
        alike = self._found[at]
        del alike[: max(len(alike) - OF_ONE_LENGTH + 1, 0)]
        alike.append((documents, made))


def _lengths(documents: Sequence[object]) -> list[int]:
    return [len(document) if document.__class__ is bytes else -1 for document in documents]


def bounded(memory: dict[K, V], size: int) -> dict[K, V]:
    """Make room in a dictionary that remembers: the oldest entry goes."""
    if len(memory) >= size:
        del memory[next(iter(memory))]
    return memory
