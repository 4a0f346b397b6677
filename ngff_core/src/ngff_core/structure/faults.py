"""Faults of structure: where a document has another shape than its model."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Part, Pointer
from ngff_core.issues.requirement import MUST, Requirement

__all__ = ["Fault", "FaultKind", "StructureError", "fault_issue"]


class FaultKind(StrEnum):
    """What is wrong with the structure of a document at one place."""

    MISSING = "missing"
    TYPE = "type"
    VALUE = "value"


class Fault:
    """One fault of structure; ``entry`` is the entry of the rule catalogue that it stands for, if any."""

    __slots__ = ("_keys", "entry", "expected", "found", "key", "kind", "of_items", "requirement")

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
        self._keys: list[Part] = []

    def within(self, key: Part) -> Self:
        """Note that the value the fault lies in stands under ``key``."""
        self._keys.append(key)
        return self

    def concerns_whole_member(self) -> bool:
        """Tell whether the member itself or one of its items is wrong, not something deeper."""
        return not self._keys or (len(self._keys) == 1 and isinstance(self._keys[0], int))

    @property
    def pointer(self) -> Pointer:
        """The keys and indexes that lead to the faulty value (for a missing key: to its parent)."""
        return tuple(reversed(self._keys))

    def __repr__(self) -> str:
        return f"Fault({self.kind.value}, {self.pointer}, found={self.found}, expected={self.expected})"


class StructureError(ValueError):
    """Raised by the hooks: the faults found, and as much of the value as could be structured."""

    def __init__(self, partial: Any, faults: list[Fault]) -> None:
        self.partial = partial
        self.faults = faults
        super().__init__("; ".join(map(repr, faults[:5])))


def fault_issue(fault: Fault, **details: Any) -> Issue:
    """Make the issue for a fault of structure."""
    if fault.kind is FaultKind.MISSING:
        message = f"required key {fault.key!r} is missing"
    elif fault.kind is FaultKind.TYPE:
        message = f"found {fault.found}, expected {fault.expected}"
    else:
        message = f"found {fault.found}, allowed is {fault.expected}"
    return Issue(
        rule=f"structure-{fault.kind.value}",
        requirement=fault.requirement,
        severity=fault.requirement.severity,
        message=message,
        found=fault.found,
        expected=fault.expected,
        entry=fault.entry,
        **details,
    )
