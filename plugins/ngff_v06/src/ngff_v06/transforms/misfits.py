"""What is found where numbers of coordinates do not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ngff_core.issues.pointer import Part, Pointer
from ngff_core.structure.values import JSON
from ngff_v06.models.transformations import AnyTransformation, Field, Stored
from ngff_v06.transforms.counts import Counts

__all__ = ["Checked", "Examined", "Misfit", "Nested", "Place", "Way"]


Place = Iterable[Part]
"""The keys and indexes that lead to a transformation."""


def flat(place: Place) -> Pointer:
    """Return a place as a pointer."""
    return tuple(place)


@attrs.frozen
class Misfit:
    """One place where numbers of coordinates do not fit: the entry of the catalogue, and what to say."""

    rule: str
    place: Pointer = attrs.field(converter=flat)
    message: str
    found: JSON = None
    expected: str | None = None
    hint: str | None = None


class Way:
    """The way to a nested transformation: that to the one it is in, and further parts. It holds no others again.

    So what is nested a hundred deep takes a hundred times as much memory, not ten thousand times.
    """

    __slots__ = ("above", "parts")

    def __init__(self, above: Place, *parts: Part) -> None:
        self.above = above
        self.parts = parts

    def __iter__(self) -> Iterator[Part]:
        ways = [self.parts]
        above = self.above
        while isinstance(above, Way):
            ways.append(above.parts)
            above = above.above
        yield from above
        for parts in reversed(ways):
            yield from parts


@attrs.frozen
class Nested:
    """A transformation inside another one that is to be examined: from ``n`` coordinates to ``m``."""

    transformation: AnyTransformation
    n: int | None
    m: int | None
    place: Place


@attrs.frozen
class Examined:
    """What was found, and for each transformation with a path how many coordinates it takes and has to yield.

    ``counts`` knows those that transformations take and yield by themselves.
    """

    misfits: list[Misfit]
    sizes: list[tuple[Pointer, Stored | Field, int | None, int | None]]
    counts: Counts = attrs.field(factory=Counts)


Checked = Iterator[Misfit | Nested]
