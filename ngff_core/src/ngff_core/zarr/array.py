"""The documents of arrays, the same for Zarr v2 and v3."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.references import Reference
from ngff_core.structure.faults import Fault, fault_issue
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import ARRAY_KEY
from ngff_core.zarr.text import parse_object, repeated_keys

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["ArrayDocument", "array_document", "fault_issues", "read_array", "sizes"]


@attrs.define(eq=False, repr=False, slots=False)
class ArrayDocument:
    """The metadata of an array, the same for Zarr v2 and v3.

    ``shape``, ``chunks`` (what one read decodes) and ``shards`` (what one file holds) count pixels per
    dimension; ``dtype`` is a NumPy-like name. A member that is missing or wrong is ``None``. ``problems`` are those of
    the text and of its structure.
    """

    zarr_format: int
    name: str
    raw: JSONObject
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    chunks: tuple[int, ...] | None = None
    shards: tuple[int, ...] | None = None
    dimension_names: list[str | None] | None = None
    separator: str | None = None
    codecs: tuple[str, ...] | None = None
    fill_value: JSON = None
    attributes: JSONObject = attrs.field(factory=dict)
    problems: list[Issue] = attrs.field(factory=list)
    repeated: list[Issue] = attrs.field(factory=list)  # keys that stand there twice, which no reader refuses

    @functools.cached_property
    def header_issues(self) -> list[Issue]:
        """What else keeps readers from opening the array: values that its Zarr format does not have."""
        bare = any(problem.rule == "document-nan" for problem in self.problems)
        found = [p for p in _array_problems(self.raw, self.zarr_format) if not (bare and p.pointer == ("fill_value",))]
        issues: list[Issue] = _issues_of(found, self.name)
        return issues


_array_problems = Reference("ngff_core.zarr.headers.arrays:array_problems")  # looking around in a store needs none
_issues_of = Reference("ngff_core.zarr.headers.problem:issues_of")

Read = Callable[["Converter", JSONObject], ArrayDocument]


@functools.cache
def _reader(zarr_format: int) -> Read:
    """Return what reads a format; a store has one, and the models of the other are not made."""
    read: Read = Reference(f"ngff_core.zarr.array_v{zarr_format}:read").load()
    return read


def array_document(converter: Converter, zarr_format: int, data: bytes) -> ArrayDocument:
    """Read ``.zarray`` (Zarr v2) or the ``zarr.json`` of an array (v3)."""
    name = ARRAY_KEY[zarr_format]
    raw, problems = parse_object(data, name)
    if not raw and problems:
        return ArrayDocument(zarr_format, name, raw, problems=problems)
    document = read_array(converter, zarr_format, raw)
    document.problems[:0] = problems
    document.repeated = repeated_keys(data, raw, name)
    return document


def read_array(converter: Converter, zarr_format: int, raw: JSONObject) -> ArrayDocument:
    """Read the object that ``.zarray`` (Zarr v2) or the ``zarr.json`` of an array (v3) holds."""
    return _reader(zarr_format)(converter, raw)


def fault_issues(faults: Iterable[Fault], name: str) -> list[Issue]:
    """Return the issues for faults of structure in a document."""
    return [fault_issue(fault, pointer=to_pointer(fault.pointer), document=name) for fault in faults]


def sizes(value: JSON) -> tuple[int, ...] | None:
    """Return a list of sizes, if it is one."""
    if isinstance(value, list) and all(isinstance(v, (int, float)) and 0 <= v < math.inf for v in value):
        return tuple(map(int, value))
    return None
