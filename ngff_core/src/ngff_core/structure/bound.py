"""Members together with the hooks of a converter: the slow path, which knows of all that may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from ngff_core.structure.faults import Fault, FaultKind, StructureError
from ngff_core.structure.member import Member
from ngff_core.words import abbreviate

__all__ = ["ABSENT", "REFUSALS", "BoundMember", "Hook", "Runner", "in_python"]

Hook = Callable[[Any, Any], Any]
"""A structuring hook of cattrs, of a value and the type that is asked for."""

ABSENT: Any = type("_Absent", (), {"__slots__": (), "__repr__": lambda self: "<absent>"})()
"""Stands for the value of a key that is not there."""

REFUSALS = (ValueError, TypeError, OverflowError, ExceptionGroup)
"""What a hook of a plugin raises for a value that it refuses; those that cattrs has made raise groups."""


class Runner:
    """A hook that changes what it does as time goes by: ``run`` is what it does now."""

    __slots__ = ("run",)

    def __init__(self, run: Hook) -> None:
        self.run = run

    def __call__(self, value: Any, type_: Any) -> Any:
        """Structure a value; raise StructureError with as much of it as could be."""
        return self.run(value, type_)


def in_python(hook: Hook) -> Hook:
    """Return a hook as what Python calls without a call in C, of which Python 3.12 allows a few hundred at a time."""
    call = type(hook).__call__
    return MethodType(call, hook) if isinstance(call, FunctionType) else hook


class BoundMember:
    """A member and the hook that structures its values."""

    __slots__ = ("call", "declared", "hook")

    def __init__(self, declared: Member, hook: Hook) -> None:
        self.declared = declared
        self.hook = hook
        self.call = in_python(hook)

    def structure_with_faults(self, value: object, faults: list[Fault]) -> Any:
        """Return what the attribute is to hold for any value, or for none (`ABSENT`); record what is wrong with it."""
        declared = self.declared
        if value is ABSENT:
            if declared.required:
                entry = declared.entries[0]
                faults.append(Fault(FaultKind.MISSING, declared.expected, key=declared.json_name, entry=entry))
            return None
        if value is None:
            if not declared.nullable:
                faults.append(self._null())
            return None
        try:
            return self.call(value, declared.type)
        except StructureError as error:
            for fault in error.faults:
                if fault.entry is None and fault.concerns_whole_member():
                    fault.entry = declared.entries[2 if fault.of_items or fault.depth else 1]
                    fault.requirement = declared.requirement
                faults.append(fault.within(declared.json_name))
            return error.partial
        except REFUSALS as error:
            expected = f"{declared.expected} ({error})"
            fault = Fault(FaultKind.VALUE, expected, abbreviate(value), entry=declared.entries[1])
            faults.append(fault.within(declared.json_name))
            return value

    def _null(self) -> Fault:
        declared = self.declared
        fault = Fault(FaultKind.TYPE, declared.expected, "null", entry=declared.entries[1], requirement=declared.null)
        return fault.within(declared.json_name)
