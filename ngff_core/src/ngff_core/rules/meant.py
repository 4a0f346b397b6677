"""What was probably meant where a group that is named has no OME metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ngff_core.references import Reference

if TYPE_CHECKING:
    from ngff_core.checking.rule import Context
    from ngff_core.hierarchy.nodes import GroupNode

__all__ = ["meant_in"]

_meant_key = Reference("ngff_core.spec.near_keys:meant_key")  # only where something is wrong


def meant_in(child: GroupNode, ctx: Context) -> str | None:
    """Return a hint on the key that was probably meant, in a group without OME metadata."""
    hint: str | None = _meant_key(child.document.attributes, [ctx.spec]) if child.kind is None else None
    return hint
