"""Rules on coordinate transformations that are lists of a scale and a translation."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.models.image import (
    Multiscale,
    OtherTransformation,
    ScaleTransformation,
    TranslationTransformation,
)
from ngff_core.rules.common import all_models
from ngff_core.rules.image.survey import (
    KEY,
    SCALE,
    TRANSLATION,
    Place,
    Survey,
    example,
    kind_of,
    lists_of,
    ordinary_transformations,
    survey,
)
from ngff_core.rules.image.vectors import (
    parameter_present,
    scale_length,
    scale_positive,
    translation_length,
    vector_min_2,
)
from ngff_core.words import counted

__all__ = [
    "KEY",
    "SCALE",
    "TRANSFORM_RULES",
    "TRANSLATION",
    "Place",
    "Survey",
    "at_most_one_translation",
    "exactly_one_scale",
    "example",
    "list_nonempty",
    "lists_of",
    "only_scale_translation",
    "parameter_present",
    "scale_length",
    "scale_positive",
    "survey",
    "translation_after_scale",
    "translation_length",
    "type_known",
    "vector_min_2",
]


def _others(multiscale: Multiscale, ctx: Context) -> Iterator[tuple[Place, int, str]]:
    """Yield place, position and type of the transformations that are neither scale nor translation."""
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        for index, t in enumerate(transformations):
            if isinstance(t, OtherTransformation) and isinstance(t.type, str):
                yield place, index, t.type


_LATER = ("sequence", "affine", "rotation", "mapAxis", "byDimension", "bijection", "displacements", "coordinates")


@rule(
    "transform-type-known",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    valid=[example(SCALE), example({"type": "identity"})],
    invalid=[example({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]})],
)
def type_known(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The type of a transformation is one that the specification defines: identity, scale or translation."""
    for place, index, kind in _others(multiscale, ctx):
        if kind != "identity":
            message = f"type {kind!r} is not defined in version {ctx.version}"
            hint = 'it is one of 0.6: is "version": "0.6" meant?' if kind in _LATER else None
            yield ctx.at(*place, index, "type").issue(message, found=kind, expected="scale or translation", hint=hint)


@rule(
    "transform-dataset-only-scale-translation",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    valid=[example(SCALE)],
    invalid=[example({"type": "identity"})],
)
def only_scale_translation(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Only scale and translation occur; identity is defined but not usable in these lists."""
    for place, index, kind in _others(multiscale, ctx):
        if kind == "identity":
            yield ctx.at(*place, index, "type").issue(
                "an identity is not allowed here",
                found="identity",
                expected="scale or translation",
                hint="write a scale of ones",
            )


@rule(
    "transform-list-nonempty",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    valid=[example(SCALE)],
    invalid=[example(), example(SCALE, level=[])],
)
def list_nonempty(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A list of transformations has at least one entry."""
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        if not transformations:
            hint = "leave the key out" if len(place) == 1 else None
            yield ctx.at(*place).issue(
                "the list of transformations is empty", shown="[]", expected="a scale", hint=hint
            )


@rule(
    "transform-exactly-one-scale",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    covers=["transform-multiscale-level-same-rules"],
    valid=[example(SCALE), example(SCALE, TRANSLATION, level=[SCALE])],
    invalid=[example(TRANSLATION), example(SCALE, SCALE), example(SCALE, level=[TRANSLATION])],
)
def exactly_one_scale(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A list of transformations holds exactly one scale.

    The same holds for the transformations of all levels, so a lone translation is invalid there, too.
    """
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        scales = sum(isinstance(t, ScaleTransformation) for t in transformations)
        if scales != 1 and transformations and all_models(transformations):
            yield ctx.at(*place).issue(
                f"the list holds {counted(scales, 'scale') if scales else 'no scale'}",
                found=[getattr(t, "type", None) for t in transformations],
                expected="exactly one scale",
                hint=None if scales else "add a scale of ones before the translation",
            )


@rule(
    "transform-at-most-one-translation",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    valid=[example(SCALE, TRANSLATION)],
    invalid=[example(SCALE, TRANSLATION, TRANSLATION)],
)
def at_most_one_translation(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A list of transformations holds at most one translation.

    The JSON schema lets two pass.
    """
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        if len(transformations) > 1:
            number = sum(isinstance(t, TranslationTransformation) for t in transformations)
            if number > 1:
                yield ctx.at(*place).issue(f"the list holds {number} translations", expected="at most one")


@rule(
    "transform-translation-after-scale",
    on=Multiscale,
    unless=ordinary_transformations,
    requirement=MUST,
    valid=[example(SCALE, TRANSLATION)],
    invalid=[example(TRANSLATION, SCALE)],
)
def translation_after_scale(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A translation comes after the scale.

    The JSON schema lets the wrong order pass. Swapping the two changes where the image lies, unless the
    translation is multiplied by the scale.
    """
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        if len(transformations) < 2:
            continue
        kinds = [kind_of(t) for t in transformations]
        if "translation" in kinds and "scale" in kinds:
            first = kinds.index("translation")
            if first < kinds.index("scale"):
                yield ctx.at(*place, first).issue(
                    "the translation comes before the scale", expected="scale, translation"
                )


TRANSFORM_RULES = (
    type_known,
    only_scale_translation,
    list_nonempty,
    exactly_one_scale,
    at_most_one_translation,
    translation_after_scale,
    scale_length,
    translation_length,
    vector_min_2,
    parameter_present,
    scale_positive,
)
