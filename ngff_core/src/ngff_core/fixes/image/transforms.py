"""Fixes of coordinate transformations that are lists of a scale and a translation, as 0.4 and 0.5 have them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.fixes.examples import multiscale
from ngff_core.fixes.image.parts import KEY, axes_in, is_vector, multiscale_of, place_of_multiscale
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, fix
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["TRANSFORM_FIXES", "moved_behind"]

_LISTS = ("0.4", "0.5")
_SCALE = {"type": "scale", "scale": [2.0, 4]}


def _of_level(*transformations: JSON) -> JSONObject:
    return multiscale(datasets=[{"path": "0", KEY: list(transformations)}])


def _of_all(*transformations: JSON) -> JSONObject:
    return multiscale(**{KEY: list(transformations)})


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
        )
    ],
)
def scale_first(_: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Put the translation behind the scale, its numbers times those of the scale: the image stays where it is.

    Transformations are applied in the order of the list, so a translation before the scale counts in pixels.
    """
    moved = moved_behind(ctx.above())
    if moved is not None:
        yield Edit(ctx.node, ctx.document, ctx.pointer[:-1], moved)


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
