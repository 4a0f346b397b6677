"""The rules that the early versions share for groups of any kind, and for arrays."""

from __future__ import annotations

from ngff_core.checking.rule import Rule
from ngff_core.rules.group import misplaced, zarr

__all__ = ["general"]


def general() -> tuple[Rule, ...]:
    """Return the rules for groups of any kind, and for arrays."""
    return (*zarr.ZARR_RULES, zarr.format_2, zarr.no_side_by_side, misplaced.in_group_attributes)
