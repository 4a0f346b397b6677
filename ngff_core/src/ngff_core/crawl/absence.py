"""What is said of documents that could not be read or are not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import Absent, Node, Why
from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.spec.spec import Role
from ngff_core.stores.base import NoStoreError, UndecidedError
from ngff_core.zarr.group import GroupDocument

__all__ = ["absence_assumed", "is_damaged", "is_missing", "not_listed", "not_read", "unreadable", "why_absent"]


def unreadable(path: str, name: str, error: StoreError) -> Issue:
    """Make the issue for a document that could not be read."""
    if isinstance(error, NoStoreError):
        return finding("store-not-found", str(error), hint=error.hint)
    message = f"{name} could not be read: {error}"
    return finding("document-unreadable", message, node=path, document=name, hint=error.hint)


def not_listed(path: str, error: StoreError) -> Issue:
    """Make the issue for a folder whose names could not be had."""
    return finding("document-unreadable", f"what is in it could not be listed: {error}", node=path, hint=error.hint)


def absence_assumed(path: str, name: str, error: StoreError) -> Issue:
    """Record that a document is taken for absent although the store does not say so."""
    message = f"{name} is taken for absent: {error}"
    return finding("absence-assumed", message, node=path, document=name)


def not_read(path: str, failed: Sequence[tuple[str, StoreError]], optional: bool) -> tuple[Absent, list[Issue]]:
    """Say what could not be read of a node; what need not be there and is merely withheld counts as absent."""
    if optional and all(isinstance(error, UndecidedError) for _, error in failed):
        return Absent(path, Why.MISSING), [absence_assumed(path, *failed[0])]
    return Absent(path, Why.UNREADABLE), [unreadable(path, name, error) for name, error in failed]


def why_absent(zarr_format: int, role: str | None, others: Mapping[str, object]) -> Why:
    """Say why a node is not there, by the other documents that were found in its place."""
    there = {name for name, value in others.items() if isinstance(value, bytes)}
    if zarr_format == 2 and role == Role.ARRAY and ".zgroup" in there:
        return Why.GROUP
    if zarr_format == 2 and role != Role.ARRAY and ".zarray" in there:
        return Why.ARRAY
    return Why.OTHER_FORMAT if there else Why.MISSING


def is_damaged(documents: Collection[GroupDocument], answers: Collection[object]) -> bool:
    """Tell whether documents of a folder, as they were asked for, could not be read or are none of Zarr.

    What is merely withheld counts as absent where there was an answer to others. The attributes of Zarr v2 do not say
    that they are of Zarr; the document of an array is none of a group, and sound.
    """
    errors = [answer for answer in answers if isinstance(answer, StoreError)]
    withheld = len(errors) < len(answers) and all(isinstance(error, UndecidedError) for error in errors)
    strange = any(d.zarr_format == 3 and not d.marked and d.raw.get("node_type") != "array" for d in documents)
    return bool(errors and not withheld) or strange or any(document.problems for document in documents)


def is_missing(node: Node) -> bool:
    """Tell whether a node is not there, for any reason but that it could not be read."""
    return isinstance(node, Absent) and node.why is not Why.UNREADABLE
