"""Faults of structure: where a document has another shape than its model."""

from __future__ import annotations

from copy import copy
from enum import StrEnum
from typing import Any, Self

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Part, Pointer
from ngff_core.issues.requirement import MUST, Requirement

__all__ = ["Fault", "FaultKind", "StructureError", "fault_issue"]


class FaultKind(StrEnum):
    """What is wrong with the structure of a document at one location."""

    MISSING = "missing"
    TYPE = "type"
    VALUE = "value"


class Fault:
    """One fault of structure; ``entry`` is the entry of the rule catalogue that it stands for, if any.

    It is made where the fault is found, and learns on the way out, key by key, where that is: `within`. So the nesting
    of a document costs nothing twice. ``of_items``: it stands for all items of an array, each of the same wrong type.
    """

    __slots__ = ("_outwards", "entry", "expected", "found", "key", "kind", "of_items", "requirement")

    def __init__(
        self,
        kind: FaultKind,
        expected: str,
        found: str | None = None,
        *,
        key: str | None = None,
        entry: str | None = None,
        requirement: Requirement = MUST,
    ) -> None:
        self.kind = kind
        self.expected = expected
        self.found = found
        self.key = key
        self.entry = entry
        self.requirement = requirement
        self.of_items = False
        self._outwards: list[Part] = []

    def within(self, key: Part) -> Self:
        """Say that the value in which the fault was found stands under ``key``; return the fault."""
        self._outwards.append(key)
        return self

    def seen_from(self, pointer: Pointer) -> Fault:
        """Return the same fault for one to whom ``pointer`` leads to what it was found in."""
        other = copy(self)
        other._outwards = [*self._outwards, *reversed(pointer)]
        return other

    @property
    def pointer(self) -> Pointer:
        """The keys and indexes that lead to the faulty value (for a missing key: to its parent)."""
        return tuple(reversed(self._outwards))

    @property
    def depth(self) -> int:
        """How many keys and indexes lead to the faulty value."""
        return len(self._outwards)

    def concerns_whole_member(self) -> bool:
        """Tell whether the member itself or one of its items is wrong, not something deeper."""
        return not self._outwards or (len(self._outwards) == 1 and isinstance(self._outwards[0], int))

    def __repr__(self) -> str:
        return f"Fault({self.kind.value}, {self.pointer}, found={self.found}, expected={self.expected})"


class StructureError(ValueError):
    """Raised by the hooks: the faults found, and as much of the value as could be structured."""

    def __init__(self, partial: Any, faults: list[Fault]) -> None:
        self.partial = partial
        self.faults = faults
        super().__init__(partial, faults)

    def __str__(self) -> str:
        return "; ".join(map(repr, self.faults[:5]))


def fault_issue(fault: Fault, **details: Any) -> Issue:
    """Make the issue for a fault of structure."""
    return Issue(
        rule=f"structure-{fault.kind.value}",
        requirement=fault.requirement,
        severity=fault.requirement.severity,
        message=fault_message(fault),
        found=fault.found,
        expected=fault.expected if fault.expected != "any value" else None,
        entry=fault.entry,
        **details,
    )


def fault_message(fault: Fault) -> str:
    """Say what is wrong, and what would be right."""
    if fault.kind is FaultKind.MISSING:
        return f"required key {fault.key!r} is missing"
    if fault.kind is FaultKind.TYPE:
        return f"found {fault.found}, expected {fault.expected}"
    return f"found {fault.found}, allowed is {fault.expected}"
