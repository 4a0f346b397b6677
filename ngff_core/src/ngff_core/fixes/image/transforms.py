"""Fixes of coordinate transformations that are lists of a scale and a translation, as 0.4 and 0.5 have them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ngff_core.fixes.examples import multiscale
from ngff_core.fixes.image.parts import KEY, axes_in, is_vector, levels_in, multiscale_of, place_of_multiscale
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, fix
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["TRANSFORM_FIXES", "moved_behind"]

_LISTS = ("0.4", "0.5")
_SCALE = {"type": "scale", "scale": [2.0, 4]}


def _of_level(*transformations: JSON) -> JSONObject:
    return multiscale(datasets=[{"path": "0", KEY: list(transformations)}])


def _of_all(*transformations: JSON) -> JSONObject:
    return multiscale(**{KEY: list(transformations)})


_MOVE = {"type": "translation", "translation": [10, 20]}
_COARSE = {"type": "scale", "scale": [4.0, 8]}
_LEVEL = {"type": "translation", "translation": [40.0, 160]}


def _pyramid(start: list[float], *transformations: JSON) -> JSONObject:
    """Return an image whose first level begins at a place, and the second has these transformations."""
    first = [_SCALE, {"type": "translation", "translation": start}]
    return multiscale(datasets=[{"path": "0", KEY: first}, {"path": "1", KEY: list(transformations)}])


@fix(
    "transform-list-nonempty",
    safety=SAFE,
    versions=("0.4", "0.5", "0.6"),
    examples=[(_of_all(), multiscale())],
)
def empty_list_out(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out a list of transformations for all levels that is empty."""
    if len(ctx.pointer) == len(place_of_multiscale(ctx)) + 1:
        yield ctx.remove()


@fix(
    "transform-translation-after-scale",
    safety=SAFE,
    versions=_LISTS,
    examples=[
        (
            _of_level({"type": "translation", "translation": [1, 0.5]}, _SCALE),
            _of_level(_SCALE, {"type": "translation", "translation": [2.0, 2.0]}),
        ),
        (_pyramid([40, 160], _MOVE, _COARSE), _pyramid([40, 160], _COARSE, _LEVEL)),
        (_pyramid([40, 160], _LEVEL, _COARSE), _pyramid([40, 160], _COARSE, _LEVEL)),
    ],
)
def scale_first(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Put the translation behind the scale, times the scale: as it is where only that fits the other levels.

    Transformations are applied in the order of the list, so a translation before the scale counts in pixels, and times
    the scale the image stays where it is. Where all levels lie in one place only with the numbers as they are, these
    stay; where they do in neither way, nothing is changed.
    """
    place = place_of_multiscale(ctx)
    if ctx.pointer[len(place)] == KEY:
        moved = moved_behind(ctx.above())
        if moved is not None:
            yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], moved)
        return
    lists = [level.get(KEY) for level in levels_in(multiscale_of(ctx)) or ()]
    for behind in (moved_behind, _put_behind):
        behind_all = [behind(written) or written for written in lists]
        moved = behind_all[int(ctx.pointer[len(place) + 1])]
        if moved_behind(ctx.above()) is not None and _in_one_place(behind_all):
            yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], moved)
            return


def _put_behind(written: JSON) -> list[JSON] | None:
    return written[::-1] if moved_behind(written) is not None else None


def _in_one_place(lists: list[JSON]) -> bool:
    """Tell whether levels begin at the same place, within a pixel; those whose lists are no such ones aside."""
    starts = [found for written in lists if (found := _start(written)) is not None]
    return all(
        abs(a - b) <= max(s, t)
        for (scale, start), (other, begin) in pairwise(starts)
        for s, a, t, b in zip(scale, start, other, begin, strict=False)
    )


def _start(written: JSON) -> tuple[list[float], list[float]] | None:
    """Return scale and translation of a list that has them in this order, or a scale alone."""
    steps = written if isinstance(written, list) and all(isinstance(t, dict) for t in written) else []
    scale = steps[0].get("scale") if steps else None
    if not isinstance(scale, list) or not is_vector(scale, len(scale)) or len(steps) > 2:
        return None
    start = steps[1].get("translation") if len(steps) == 2 else [0.0] * len(scale)
    return (scale, start) if is_vector(start, len(scale)) else None


def moved_behind(written: JSON) -> list[JSON] | None:
    """Return a list of a translation and a scale in the other order, to the same effect; ``None`` for other lists."""
    if not isinstance(written, list) or len(written) != 2 or not all(isinstance(t, dict) for t in written):
        return None
    move, scale = (written[n].get(key) for n, key in enumerate(("translation", "scale")))
    if not isinstance(scale, list) or not is_vector(scale, len(scale)) or not is_vector(move, len(scale)):
        return None
    numbers = [a * b for a, b in zip(move, scale, strict=True)]
    return [written[1], {**written[0], "translation": numbers}] if is_vector(numbers, len(scale)) else None


@fix(
    "transform-type-known",
    safety=SAFE,
    versions=_LISTS,
    examples=[(_of_level({"type": "Scale", "scale": [2.0, 4]}), _of_level(_SCALE))],
)
def type_spelled(kind: str, ctx: FixContext) -> Iterator[Edit]:
    """Write the type scale or translation in small letters, where its numbers stand under that key."""
    meant = kind.strip().lower()
    if meant in ("scale", "translation") and meant in ctx.above():
        yield ctx.put(meant)


@fix(
    "transform-dataset-only-scale-translation",
    safety=UNSAFE,
    versions=_LISTS,
    examples=[
        (_of_level({"type": "identity"}), _of_level({"type": "scale", "scale": [1.0, 1.0]})),
        (_of_level({"type": "identity"}, _SCALE), _of_level(_SCALE)),
    ],
)
def identity_as_scale(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write an identity as a scale of ones; beside a scale it is left out."""
    written, identity = ctx.above(2), ctx.above()
    if any(isinstance(t, dict) and t.get("type") == "scale" for t in written):
        if len(identity) == 1:  # else it says more
            yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], REMOVED)
    elif axes := axes_in(multiscale_of(ctx)):
        ones = {**identity, "type": "scale", "scale": [1.0] * len(axes)}
        yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], ones)


TRANSFORM_FIXES = (empty_list_out, scale_first, type_spelled, identity_as_scale)
