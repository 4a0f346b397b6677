"""Read the documents of nodes that are opened one at a time, and say what stands in the way of opening them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ngff_core.errors import StoreError
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import Severity
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.report.report import Report, ValidationError
from ngff_core.stores.answers import values_of
from ngff_core.stores.base import UndecidedError
from ngff_core.zarr.array import ArrayDocument, array_document
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import ARRAY_KEY, join

if TYPE_CHECKING:
    from ngff_core.stores import Store

__all__ = ["Found", "array_at", "group_at", "read_nodes", "refused", "try_nodes"]

_chunk_problems = Reference("ngff_core.zarr.headers.chunks:chunk_problems")  # for arrays alone
_issues_of = Reference("ngff_core.zarr.headers.problem:issues_of")

Found = dict[str, bytes | None]
"""The documents of a node, by file name; ``None``: absent."""


def read_nodes(store: Store, paths: Sequence[str], names: Sequence[str], *, lenient: bool = False) -> list[Found]:
    """Read the documents of many nodes; raises StoreError for what cannot be read.

    What a store withholds without saying whether it is there counts as absent, where another document of the
    node could be read, or always (``lenient``).
    """
    found = []
    for node in try_nodes(store, paths, names, lenient=lenient):
        if isinstance(node, StoreError):
            raise node
        found.append(node)
    return found


def try_nodes(
    store: Store, paths: Sequence[str], names: Sequence[str], *, lenient: bool = False
) -> list[Found | StoreError]:
    """Read the documents of many nodes like `read_nodes`; in place of those of a node may stand why not."""
    keys = [join(path, name) for path in paths for name in names]
    values: list[bytes | StoreError | None] = []
    for start in range(0, len(keys), store.batch):
        values += values_of(store, keys[start : start + store.batch])
    starts = range(0, len(keys), len(names))
    return [_node(dict(zip(names, values[s : s + len(names)], strict=True)), lenient) for s in starts]


def _node(values: Mapping[str, bytes | StoreError | None], lenient: bool) -> Found | StoreError:
    there = lenient or any(isinstance(value, bytes) for value in values.values())
    found: Found = {}
    for name, value in values.items():
        if isinstance(value, StoreError):
            if not (there and isinstance(value, UndecidedError)):
                return value
            value = None
        found[name] = value
    return found


def group_at(store: Store, path: str, zarr_format: int, found: Mapping[str, bytes | None]) -> GroupDocument | None:
    """Return the group that the documents at a path make; ``None``: there is none. Raises ValidationError."""
    if found.get(".zarray") is not None and zarr_format == 2:
        return None
    document = group_document(zarr_format, found)
    if document is None or document.raw.get("node_type") == "array":
        return None
    if document.problems:
        raise ValidationError(Report(url=f"{store.url}/{path}", issues=document.problems))
    return document


def refused(document: ArrayDocument) -> list[Issue]:
    """Return what keeps readers of Zarr from opening an array whose members can be told."""
    at = ("chunks",) if document.zarr_format == 2 else ("chunk_grid",)
    chunks = document.shards or document.chunks
    misfit = _chunk_problems(document.shape, chunks, at) if document.shape is not None and chunks is not None else ()
    issues = [*document.header_issues, *_issues_of(misfit, document.name)]
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def array_at(
    store: Store,
    path: str,
    zarr_format: int,
    found: Mapping[str, bytes | None],
    registry: Registry,
    *,
    openable: bool = True,
) -> ArrayDocument | None:
    """Return the array that the documents at a path make; ``None``: there is none. Raises ValidationError.

    ``openable``: it is to be one that readers of Zarr open, not only one whose members can be told.
    """
    data = found.get(ARRAY_KEY[zarr_format])
    if data is None:
        return None
    document = array_document(registry.converter(next(iter(registry.specs), "")), zarr_format, data)
    if zarr_format == 3 and document.raw.get("node_type") == "group":
        return None
    problems = [*document.problems]
    if zarr_format == 2 and found.get(".zattrs") is not None:
        beside = group_document(2, {".zattrs": found[".zattrs"]})
        assert beside is not None
        document.attributes = beside.attributes
        problems += beside.problems
    for member, value in (("shape", document.shape), ("data type", document.dtype)):
        if value is None and not problems:
            problems.append(finding("structure-value", f"the {member} of the array is none", document=document.name))
    if openable and not problems:
        problems = refused(document)
    if problems:
        raise ValidationError(Report(url=f"{store.url}/{path}", issues=problems))
    return document
