"""Fixes of what only 0.3 has: axes that are letters."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.mending import SAFE, Edit, FixContext, fix
from ngff_core.models.early import LETTERS
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["FIXES"]


def _example(*axes: str) -> JSONObject:
    return {"multiscales": [{"version": "0.3", "axes": list(axes), "datasets": [{"path": "0"}]}]}


@fix("axes-known-letters", safety=SAFE, examples=[(_example("Y", " x"), _example("y", "x"))])
def small_letter(axis: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the axis as a small letter."""
    letter = axis.strip().lower()
    if letter in tuple(LETTERS):
        yield ctx.put(letter)


FIXES = (small_letter,)
