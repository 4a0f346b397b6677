"""Fixes of the object `image-label`, and of the way from a label image to its image."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import image
from ngff_core.fixes.places import image_at
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.migration.interface import Decision
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.keys import above

__all__ = ["LABEL_OBJECT_FIXES"]

_RED, _BLUE = {"label-value": 1, "rgba": [255, 0, 0, 255]}, {"label-value": 1, "rgba": [0, 0, 255, 255]}


def _colored(*colors: JSON) -> JSONObject:
    return image(**{"image-label": {"version": "0.4", "colors": list(colors)}})


def _labeled(label: JSON, path: str = "cells") -> JSONObject:
    between = {f"labels/{way}": None for way in above(path) if way}
    inside = {} if label is None else {"image-label": label}
    return {"": image(), "labels": {"labels": [path]}, **between, f"labels/{path}": image(**inside)}


@fix(
    "label-image-label-present",
    "labels-paths-are-label-images",
    safety=SAFE,
    examples=[
        FixExample(_labeled(None), _labeled({"version": "0.4"}), versions=("0.4",)),
        FixExample(_labeled(None), _labeled({}), versions=("0.5", "0.6")),
    ],
)
def image_label(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Add an `image-label` to a listed image that has none, which says no more than the version it has to."""
    path = f"{ctx.node}/{value}" if isinstance(value, str) else ctx.node
    if image_at(ctx, path) and "image-label" not in ctx.ome(path):
        yield ctx.put_ome({} if ctx.spec.namespace else {"version": ctx.version}, "image-label", node=path)


@fix(
    "label-source-image-resolves",
    safety=SAFE,
    examples=[FixExample(_labeled({}, "a/0"), _labeled({"source": {"image": "../../../"}}, "a/0"))],
)
def state_source(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the path to the image of a label image that states none, where `../../` does not lead to it."""
    way = _way_up(ctx)
    label = ctx.ome().get("image-label", {})
    source = label.get("source", {}) if isinstance(label, dict) else None
    if way and isinstance(source, dict) and "image" not in source:
        yield ctx.put_ome(way, "image-label", "source", "image")


@fix(
    "label-source-image-resolves",
    safety=UNSAFE,
    examples=[FixExample(_labeled({"source": {"image": "../"}}), _labeled({"source": {"image": "../../"}}))],
)
def mend_source(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the path to the image that the labels group lies in.

    Not safe: it may be another image that was meant.
    """
    way = _way_up(ctx)
    if isinstance(value, str) and way and value != way:
        yield ctx.put(way)


def _way_up(ctx: FixContext) -> str | None:
    """Return the path from a label image to the image that its labels group lies in; ``None`` where there is none."""
    for steps, path in enumerate(above(ctx.node), 1):
        if path.rpartition("/")[2] == "labels" and isinstance(ctx.ome(path).get("labels"), list):
            return "../" * (steps + 1) if image_at(ctx, path.rpartition("/")[0]) else None
    return None


@fix(
    "label-colors-rgba",
    safety=UNSAFE,
    examples=[
        (
            _colored({"label-value": 1, "rgba": [1.0, 0.5, 0, 1]}),
            _colored({"label-value": 1, "rgba": [255, 128, 0, 255]}),
        )
    ],
)
def rgba_from_parts(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write parts from 0 to 1 as integers from 0 to 255.

    Not safe: they are rounded, and what stands there may be something else.
    """
    whole = isinstance(value, list)  # or the finding is of one part
    rgba, pointer = (value, ctx.pointer) if whole else (ctx.above(), ctx.pointer[:-1])
    fits = (
        isinstance(rgba, list)
        and len(rgba) == 4
        and all(type(part) in (int, float) and 0 <= part <= 1 for part in rgba)
    )
    if fits and any(type(part) is float and not part.is_integer() for part in rgba):
        yield Edit(ctx.node, ctx.document, pointer, [int(part * 255 + 0.5) for part in rgba])


_WHICH = Decision(
    "repeated-label-value",
    "Of several colors for one label value, which one is kept?",
    "first",
    ("first", "last"),
)


@fix(
    "label-colors-label-value-unique",
    safety=UNSAFE,
    decision=_WHICH,
    examples=[
        FixExample(_colored(_RED, _BLUE), _colored(_RED)),
        FixExample(_colored(_RED, _BLUE), _colored(_BLUE), decisions={"repeated-label-value": "last"}),
    ],
)
def one_color(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Keep one color for each label value: the first, or the last."""
    entries, index = ctx.above(2), int(ctx.pointer[-2])
    if not isinstance(entries, list):
        return
    same = [n for n, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("label-value") == value]
    kept = same[0] if ctx.answer == "first" else same[-1]
    gone = index if ctx.answer == "first" else same[same.index(index) - 1]
    if gone != kept:
        yield Edit(ctx.node, ctx.document, (*ctx.pointer[:-2], gone), REMOVED)


LABEL_OBJECT_FIXES = (image_label, state_source, mend_source, rgba_from_parts, one_color)
