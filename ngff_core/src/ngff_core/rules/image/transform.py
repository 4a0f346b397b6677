"""Rules on coordinate transformations that are lists of a scale and a translation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Part
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.image import (
    Dataset,
    Multiscale,
    OtherTransformation,
    ScaleTransformation,
    TranslationTransformation,
)
from ngff_core.rules.common import all_models, is_finite, is_number

KEY = "coordinateTransformations"
SCALE = {"type": "scale", "scale": [0.5, 0.5]}
TRANSLATION = {"type": "translation", "translation": [1, 2]}
Place = tuple[Part, ...]


def example(*transformations: Any, level: list[Any] | None = None) -> dict[str, Any]:
    """Return a multiscale of two axes with these transformations in its dataset (``level``: for all levels)."""
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    multiscale: dict[str, Any] = {"axes": axes, "datasets": [{"path": "0", KEY: list(transformations)}]}
    if level is not None:
        multiscale[KEY] = level
    return multiscale


def lists_of(multiscale: Multiscale) -> list[tuple[Place, list[Any]]]:
    """Return place and content of every list of transformations: of each dataset, and for all levels."""
    found: list[tuple[Place, list[Any]]] = []
    datasets = multiscale.datasets
    if datasets.__class__ is list:
        for index, dataset in enumerate(datasets):
            if dataset.__class__ is Dataset and dataset.coordinateTransformations.__class__ is list:
                found.append((("datasets", index, KEY), dataset.coordinateTransformations))
    if multiscale.coordinateTransformations.__class__ is list:
        found.append(((KEY,), multiscale.coordinateTransformations))
    return found


class Survey(NamedTuple):
    """What the rules ask of the transformations of a multiscale, found in one pass.

    ``vectors`` are place, position, kind and numbers of every scale and translation. ``unusual`` are the lists that
    are not simply a scale, or a scale and a translation, each with its vector: most rules only look at these.
    """

    vectors: list[tuple[Place, int, str, list[Any]]]
    unusual: list[tuple[Place, list[Any]]]


def survey(multiscale: Multiscale) -> Survey:
    """Look once at all transformations of a multiscale."""
    vectors: list[tuple[Place, int, str, list[Any]]] = []
    unusual: list[tuple[Place, list[Any]]] = []
    for place, transformations in lists_of(multiscale):
        kinds = [t.__class__ for t in transformations]
        usual = kinds in (_SCALE, _SCALE_TRANSLATION)
        for index, t in enumerate(transformations):
            kind = _KINDS.get(t.__class__)
            if kind is not None:
                vector = t.scale if kind == "scale" else t.translation
                if vector.__class__ is list:
                    vectors.append((place, index, kind, vector))
                if vector is None or t.path is not None:
                    usual = False
        if not usual:
            unusual.append((place, transformations))
    return Survey(vectors, unusual)


_KINDS = {ScaleTransformation: "scale", TranslationTransformation: "translation"}
_SCALE = [ScaleTransformation]
_SCALE_TRANSLATION = [ScaleTransformation, TranslationTransformation]


def _others(multiscale: Multiscale, ctx: Context) -> Iterator[tuple[Place, int, str]]:
    """Yield place, position and type of the transformations that are neither scale nor translation."""
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        for index, t in enumerate(transformations):
            if t.__class__ is OtherTransformation and isinstance(t.type, str):
                yield place, index, t.type


@rule(
    "transform-type-known",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE), example({"type": "identity"})],
    invalid=[example({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]})],
)
def type_known(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The type of a transformation is one that the specification defines: identity, scale or translation."""
    for place, index, kind in _others(multiscale, ctx):
        if kind != "identity":
            message = f"type {kind!r} is not defined in version {ctx.version}"
            yield ctx.at(*place, index, "type").issue(message, found=kind, expected="scale or translation")


@rule(
    "transform-dataset-only-scale-translation",
    on=Multiscale,
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
        scales = sum(t.__class__ is ScaleTransformation for t in transformations)
        if scales != 1 and transformations and all_models(transformations):
            yield ctx.at(*place).issue(
                f"the list holds {scales or 'no'} scale{'s' if scales else ''}",
                found=[getattr(t, "type", None) for t in transformations],
                expected="exactly one scale",
                hint=None if scales else "add a scale of ones before the translation",
            )


@rule(
    "transform-at-most-one-translation",
    on=Multiscale,
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
            number = sum(t.__class__ is TranslationTransformation for t in transformations)
            if number > 1:
                yield ctx.at(*place).issue(f"the list holds {number} translations", expected="at most one")


@rule(
    "transform-translation-after-scale",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE, TRANSLATION)],
    invalid=[example(TRANSLATION, SCALE)],
)
def translation_after_scale(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A translation comes after the scale.

    The JSON schema lets the wrong order pass. Swapping the two changes where the image lies, unless the
    translation is divided by the scale.
    """
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        if len(transformations) < 2:
            continue
        kinds = [t.__class__ for t in transformations]
        if TranslationTransformation in kinds and ScaleTransformation in kinds:
            first = kinds.index(TranslationTransformation)
            if first < kinds.index(ScaleTransformation):
                yield ctx.at(*place, first).issue(
                    "the translation comes before the scale", expected="scale, translation"
                )


def _lengths(multiscale: Multiscale, kind: str, ctx: Context) -> Iterator[Issue]:
    axes = multiscale.axes
    if axes.__class__ is not list:
        return
    ndim = len(axes)
    for place, index, found, vector in ctx.shared(survey, multiscale).vectors:
        if len(vector) != ndim and found == kind:
            yield ctx.at(*place, index, kind).issue(
                f"the {kind} has {len(vector)} number{'s' if len(vector) != 1 else ''} for {ndim} axes",
                found=vector,
                expected=f"{ndim} numbers",
            )


@rule(
    "transform-scale-length-matches-axes",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE)],
    invalid=[example({"type": "scale", "scale": [1, 1, 1]})],
)
def scale_length(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A scale has one number per axis.

    The official case mismatch_axes_units of 0.4 is labelled valid with a scale of 2 for 3 axes; 0.5 mended it.
    """
    return _lengths(multiscale, "scale", ctx)


@rule(
    "transform-translation-length-matches-axes",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE, TRANSLATION)],
    invalid=[example(SCALE, {"type": "translation", "translation": [1]})],
)
def translation_length(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A translation has one number per axis."""
    return _lengths(multiscale, "translation", ctx)


@rule(
    "transform-vector-min-2",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE)],
    invalid=[
        {"axes": [{"name": "x", "type": "space"}], "datasets": [{"path": "0", KEY: [{"type": "scale", "scale": [1]}]}]}
    ],
)
def vector_min_2(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A vector has at least two numbers.

    Reported where the vector has as many numbers as there are axes; otherwise its length is wrong anyway.
    """
    axes = multiscale.axes
    for place, index, kind, vector in ctx.shared(survey, multiscale).vectors:
        if len(vector) < 2 and (axes.__class__ is not list or len(axes) == len(vector)):
            yield ctx.at(*place, index, kind).issue(
                f"the {kind} has {len(vector)} numbers", found=vector, expected="at least 2 numbers"
            )


@rule(
    "transform-parameter-present",
    on=Multiscale,
    requirement=MUST,
    valid=[example(SCALE)],
    invalid=[
        example({"type": "scale"}),
        example(SCALE, {"type": "translation", "scale": [1, 1]}),
        Example(example({"type": "scale", "path": "scale"}), "a vector in an array: a warning"),
    ],
)
def parameter_present(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A scale or translation carries its vector, under the key of its own name.

    The text also allows a `path` to an array that holds the vector, which the JSON schema refuses: accepted with a
    warning, since most readers cannot use it. Both at once are an error.
    """
    for place, transformations in ctx.shared(survey, multiscale).unusual:
        for index, t in enumerate(transformations):
            if not isinstance(t, (ScaleTransformation, TranslationTransformation)):
                continue
            kind = "scale" if t.__class__ is ScaleTransformation else "translation"
            vector = getattr(t, kind)
            if t.path is None and vector is not None:
                continue
            if vector is None and kind in (t._extra or ()):
                continue  # an explicit null is reported as such
            if t.path is None:
                yield ctx.at(*place, index).issue(f"the {kind} has no vector", expected=f'"{kind}"')
            elif vector is not None:
                yield ctx.at(*place, index).issue(
                    f"the {kind} has both a vector and a path", expected=f'"{kind}" alone'
                )
            else:
                yield ctx.at(*place, index, "path").issue(
                    f"the {kind} is kept in an array; most readers cannot use it",
                    found=t.path,
                    expected=f'"{kind}"',
                    severity=Severity.WARNING,
                )


@rule(
    "transform-scale-positive",
    on=Multiscale,
    requirement=SHOULD,
    valid=[example(SCALE)],
    invalid=[example({"type": "scale", "scale": [0, 1]}), example({"type": "scale", "scale": [-1, 1]})],
)
def scale_positive(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """The numbers of a scale are finite and greater than zero, those of a translation finite.

    Zero is an error, although no text before 0.6 says so: it maps all pixels to one point. A negative number
    may mean a flipped axis and is a warning.
    """
    for place, position, kind, vector in ctx.shared(survey, multiscale).vectors:
        if _in_order(kind, vector):
            continue
        for index, value in enumerate(vector):
            if not is_number(value) or (is_finite(value) and (value > 0 or kind == "translation")):
                continue
            error = value == 0 or not is_finite(value)
            yield ctx.at(*place, position, kind, index).issue(
                f"the {kind} is {value} for axis {index}",
                found=value,
                expected="a finite number" + (" greater than zero" if kind == "scale" else ""),
                severity=Severity.ERROR if error else None,
            )


def _in_order(kind: str, vector: list[Any]) -> bool:
    """Tell quickly whether all numbers are finite, and greater than zero in a scale (NaN is not less than anything)."""
    try:
        return bool(sum(vector) < math.inf and min(vector) > (0 if kind == "scale" else -math.inf))
    except (TypeError, ValueError, OverflowError):
        return False


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
