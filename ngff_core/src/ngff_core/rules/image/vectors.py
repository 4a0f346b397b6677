"""Rules on the numbers of scales and translations."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.models.image import (
    Multiscale,
    ScaleTransformation,
    TranslationTransformation,
)
from ngff_core.rules.common import is_finite, is_number
from ngff_core.rules.image.survey import KEY, SCALE, TRANSLATION, example, ordinary_transformations, survey
from ngff_core.words import counted


def _lengths(multiscale: Multiscale, kind: str, ctx: Context) -> Iterator[Issue]:
    axes = multiscale.axes
    if axes.__class__ is not list:
        return
    ndim = len(axes)
    for place, index, found, vector in ctx.shared(survey, multiscale).vectors:
        if len(vector) != ndim and found == kind:
            yield ctx.at(*place, index, kind).issue(
                f"the {kind} has {counted(len(vector), 'number')} for {counted(ndim, 'axis')}",
                found=vector,
                expected=counted(ndim, "number"),
            )


@rule(
    "transform-scale-length-matches-axes",
    on=Multiscale,
    unless=ordinary_transformations,
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
    unless=ordinary_transformations,
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
    unless=ordinary_transformations,
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
                f"the {kind} has {counted(len(vector), 'number')}", found=vector, expected="at least 2 numbers"
            )


@rule(
    "transform-parameter-present",
    on=Multiscale,
    unless=ordinary_transformations,
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
            kind = "scale" if isinstance(t, ScaleTransformation) else "translation"
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
    unless=ordinary_transformations,
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
