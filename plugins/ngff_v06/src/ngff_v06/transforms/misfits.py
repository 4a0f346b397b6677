"""What is found where numbers of coordinates do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.values import JSON
from ngff_v06.models.transformations import AnyTransformation, Field, Stored
from ngff_v06.transforms.counts import Counts

__all__ = ["Checked", "Examined", "Misfit", "Nested"]


@attrs.frozen
class Misfit:
    """One place where numbers of coordinates do not fit: the entry of the catalogue, and what to say."""

    rule: str
    place: Pointer
    message: str
    found: JSON = None
    expected: str | None = None
    hint: str | None = None


@attrs.frozen
class Nested:
    """A transformation inside another one that is to be examined: from ``n`` coordinates to ``m``."""

    transformation: AnyTransformation
    n: int | None
    m: int | None
    place: Pointer


@attrs.frozen
class Examined:
    """What was found, and for each transformation with a path how many coordinates it takes and has to yield.

    ``counts`` knows those that transformations take and yield by themselves.
    """

    misfits: list[Misfit]
    sizes: list[tuple[Pointer, Stored | Field, int | None, int | None]]
    counts: Counts = attrs.field(factory=Counts)


Checked = Iterator[Misfit | Nested]
