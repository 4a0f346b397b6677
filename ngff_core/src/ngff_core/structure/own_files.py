"""The project's own files (configuration, baselines, journals): read and written through models, errors located."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ngff_core.issues.pointer import to_pointer
from ngff_core.structure.converter import new_converter, unstructure
from ngff_core.structure.faults import Fault, fault_message

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["converter", "located", "read_value", "write_value"]

T = TypeVar("T")


@cache
def converter() -> Converter:
    """Return the converter of all of the project's own files."""
    return new_converter()


def read_value(value: object, cls: type[T]) -> T:
    """Structure a JSON value as ``cls``; raises StructureError with all faults, see `located`."""
    read: T = converter().get_structure_hook(cls)(value, cls)
    return read


def write_value(obj: object) -> Any:
    """Return the JSON value that a model stands for."""
    return unstructure(converter(), obj)


def located(fault: Fault) -> str:
    """Say where a fault is, and what it is: ``/findings/0/rule: found 5, expected string``."""
    pointer = to_pointer(fault.pointer)
    return f"{pointer}: {fault_message(fault)}" if pointer else fault_message(fault)
