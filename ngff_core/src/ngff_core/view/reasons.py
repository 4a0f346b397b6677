"""Why there is nothing to see of what metadata names."""

from __future__ import annotations

from ngff_core.errors import NgffError
from ngff_core.report.report import ValidationError
from ngff_core.view.below import PlainGroup
from ngff_core.view.nodes import Array

__all__ = ["why_no_array", "why_no_group"]


def why_no_group(path: str, target: str | None, found: PlainGroup | Array | NgffError | None) -> str:
    """Say why there is no image at a path that metadata names."""
    if not path:
        return "the metadata names no path"
    if target is None:
        return f"{path!r} leads out of the store"
    if isinstance(found, PlainGroup):
        return f"{path!r} leads back to a group that it is named in"
    if isinstance(found, Array):
        return "there is an array, expected a group"
    return _said(found) if found is not None else "there is no group"


def why_no_array(found: PlainGroup | NgffError | None) -> str | None:
    """Say why there is no array at a path that metadata names; ``None``: there is nothing."""
    if isinstance(found, PlainGroup):
        return "there is a group, expected an array"
    return _said(found) if found is not None else None


def _said(error: NgffError) -> str:
    return error.report.issues[0].message if isinstance(error, ValidationError) else str(error)
