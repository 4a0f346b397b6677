"""What was made of documents is remembered: a bounded number of the last ones."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

__all__ = ["Memory", "bounded"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
OF_ONE_LENGTH = 16
PATIENCE = 16  # questions in a row that were in vain
NOW_AND_THEN = 64
LARGEST = 1 << 16  # bytes of documents that are remembered: those of whole plates come once


class Memory(Generic[V]):
    """What was made of some documents together with something else, ``key``; about ``size`` of them.

    They are found by their lengths and compared: hashing whole documents would take longer.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._number = 0
        self._missed = 0
        self._found: dict[tuple[object, ...], list[tuple[Sequence[object], V]]] = {}

    def get(self, documents: Sequence[object], key: Hashable) -> V | None:
        """Return what was made of equal documents."""
        for known, made in self._found.get((key, *_lengths(documents)), ()):
            if known == documents:
                self._missed = 0
                return made
        self._missed += 1
        return None

    def pays(self) -> bool:
        """Tell whether to ask, where that takes time: only now and then, once many were asked for in vain."""
        if self._missed < PATIENCE:
            return True
        self._missed += 1
        return self._missed % NOW_AND_THEN == 0

    def put(self, documents: Sequence[object], key: Hashable, made: V) -> bool:
        """Remember what was made of documents; False: they are too large for that."""
        lengths = _lengths(documents)
        if sum(lengths) > LARGEST:
            return False
        if self._number >= self._size:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread made room at the same time
                self._number -= len(self._found.pop(next(iter(self._found))))
        alike = self._found.setdefault((key, *lengths), [])
        more = max(len(alike) - OF_ONE_LENGTH + 1, 0)
        del alike[:more]
        alike.append((documents, made))
        self._number += 1 - more
        return True


def _lengths(documents: Sequence[object]) -> list[int]:
    return [len(document) if document.__class__ is bytes else -1 for document in documents]


def bounded(memory: dict[K, V], size: int) -> dict[K, V]:
    """Make room in a dictionary that remembers: the oldest entry goes."""
    if len(memory) >= size:
        with suppress(KeyError, RuntimeError):  # another thread made room at the same time
            del memory[next(iter(memory))]
    return memory
