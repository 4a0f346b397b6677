"""Fixes of collections in the layout of bioformats2raw."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image
from ngff_core.fixes.places import nothing_at
from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.rules.group.misplaced import LAYOUT
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import join

__all__ = ["COLLECTION_FIXES"]


def _listing(*series: str) -> JSONObject:
    return {"": {LAYOUT: 3}, "OME": {"series": list(series)}, "0": image()}


@fix("collection-layout-is-3", safety=SAFE, examples=[({LAYOUT: "3"}, {LAYOUT: 3}), ({LAYOUT: [3]}, {LAYOUT: 3})])
def layout_number(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the layout as the number 3, where it is written as text or in a list."""
    if value in ("3", "3.0", [3]):
        yield ctx.put(3)


@fix("series-paths-unique", safety=UNSAFE, examples=[(_listing("0", "0"), _listing("0"))])
def series_once(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take an entry out of `series` that is there before.

    Not safe: each stands for one Image of the OME-XML, and those after it move up.
    """
    entries = ctx.above()
    if isinstance(value, str) and isinstance(entries, list) and value in entries[: int(ctx.pointer[-1])]:
        yield ctx.remove()


@fix(
    "series-paths-are-images",
    safety=UNSAFE,
    examples=[FixExample(_listing("0", "7"), _listing("0"))],
)
def series_there(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take an entry out of `series` where nothing is there, unless it is the only one.

    Not safe: each stands for one Image of the OME-XML, and those after it move up.
    """
    entries = ctx.above()
    top = ctx.node.rpartition("/")[0]  # the list stands in the group OME, and its paths are seen from above that
    several = isinstance(entries, list) and len(entries) > 1
    if isinstance(value, str) and several and nothing_at(ctx, join(top, value)):
        yield ctx.remove()


COLLECTION_FIXES = (layout_number, series_once, series_there)
