"""Rules on single transformations that are made of others, or are kept in an array."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import lacks
from ngff_core.words import with_article
from ngff_v06.models import transformations as kinds

_SCALE = {"type": "scale", "scale": [2, 2]}
_FIELD = {"type": "displacements", "path": "coordinateTransformations/field"}
INTERPOLATIONS = ("nearest", "linear", "bspline-cubic", "cubic")


@rule(
    "transform-sequence-nonempty",
    on=kinds.SequenceTransformation,
    requirement=MUST,
    valid=[{"type": "sequence", "transformations": [_SCALE]}],
    invalid=[{"type": "sequence", "transformations": []}],
)
def sequence_nonempty(t: kinds.SequenceTransformation, ctx: Context) -> Iterator[Issue]:
    """A sequence has at least one step. The JSON schema accepts an empty one."""
    if t.transformations == []:
        yield ctx.at("transformations").issue(
            "the sequence is empty", shown="[]", expected="at least one transformation"
        )


@rule(
    "transform-bydimension-items",
    on=kinds.ByDimensionPart,
    requirement=MUST,
    valid=[{"transformation": {"type": "scale", "scale": [2]}, "inputAxes": [0], "outputAxes": [0]}],
    invalid=[{"type": "scale", "scale": [2]}, {"transformation": _SCALE, "input_axes": [0, 1], "outputAxes": [0, 1]}],
)
def bydimension_items(part: kinds.ByDimensionPart, ctx: Context) -> Iterator[Issue]:
    """An item of a byDimension has `transformation`, `inputAxes` and `outputAxes`.

    Drafts wrote the transformation itself in place of the item, and input_axes and output_axes.
    """
    keys = ("transformation", "inputAxes", "outputAxes")
    missing = [key for key in keys if getattr(part, key) is None and lacks(part, key)]
    if missing:
        draft = part.extra.keys() & {"type", "input_axes", "output_axes"}
        yield ctx.issue(
            f"the item has no {', '.join(missing)}",
            expected=", ".join(f'"{key}"' for key in keys),
            hint="this is how drafts of 0.6 had it" if draft else None,
        )


@rule(
    "transform-field-interpolation-known",
    on=kinds.FieldTransformation,
    requirement=MUST,
    valid=[_FIELD, {**_FIELD, "interpolation": "bspline-cubic"}],
    invalid=[Example({**_FIELD, "interpolation": "sinc"}, "not in the list, which is open: a warning")],
)
def interpolation_known(t: kinds.FieldTransformation, ctx: Context) -> Iterator[Issue]:
    """`interpolation` is nearest, linear, bspline-cubic (text) or cubic (JSON schema).

    The text calls its list open, so another name is a warning.
    """
    name = getattr(t, "interpolation", None)
    if isinstance(name, str) and name not in INTERPOLATIONS:
        yield ctx.at("interpolation").issue(
            f"interpolation {name!r} is not one that the specification lists",
            found=name,
            expected=" or ".join(INTERPOLATIONS),
            severity=Severity.WARNING,
        )


@rule(
    "transform-bijection-not-closed-form",
    on=kinds.BijectionTransformation,
    requirement=SHOULD,
    severity=Severity.INFO,
    valid=[{"type": "bijection", "forward": _FIELD, "inverse": _FIELD}],
    invalid=[{"type": "bijection", "forward": _SCALE, "inverse": {"type": "scale", "scale": [0.5, 0.5]}}],
)
def bijection_not_closed_form(t: kinds.BijectionTransformation, ctx: Context) -> Iterator[Issue]:
    """A bijection is for transformations that have no inverse in closed form; a hint only."""
    simple = (
        kinds.IdentityTransformation,
        kinds.ScaleTransformation,
        kinds.TranslationTransformation,
        kinds.RotationTransformation,
        kinds.MapAxisTransformation,
    )
    if isinstance(t.forward, simple) and isinstance(t.inverse, simple):
        message = f"the inverse of {with_article(t.forward.type)} follows from it"
        yield ctx.at("forward", "type").issue(message, found=t.forward.type, hint="write the transformation alone")


COMPOSED_RULES = (sequence_nonempty, bydimension_items, interpolation_known, bijection_not_closed_form)
