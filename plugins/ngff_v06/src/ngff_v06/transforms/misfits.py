"""What is found where numbers of coordinates do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.values import JSON
from ngff_v06.models.transformations import Field, Stored

__all__ = ["Checked", "Examined", "Misfit"]


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
class Examined:
    """What was found, and for each transformation with a path how many coordinates it takes and has to yield."""

    misfits: list[Misfit]
    sizes: list[tuple[Pointer, Stored | Field, int | None, int | None]]


Checked = Iterator[Misfit]
