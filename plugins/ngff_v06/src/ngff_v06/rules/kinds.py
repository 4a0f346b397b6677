"""Rules on single transformations: are their numbers there, and sound in themselves. Others are in `composed`."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import is_finite, is_number, lacks
from ngff_core.words import positions
from ngff_v06.models import transformations as kinds
from ngff_v06.rules import composed

_TYPES = {
    kind.lower(): kind
    for kind in (
        "identity",
        "mapAxis",
        "projectAxis",
        "translation",
        "scale",
        "affine",
        "rotation",
        "sequence",
        "displacements",
        "coordinates",
        "bijection",
        "byDimension",
    )
}
_SCALE = {"type": "scale", "scale": [2, 2]}


@rule(
    "transform-type-known",
    on=kinds.OtherTransformation,
    requirement=MUST,
    valid=[_SCALE],
    invalid=[{"type": "Scale", "scale": [1, 1]}, {"type": "inverseOf"}],
)
def type_known(t: kinds.OtherTransformation, ctx: Context) -> Iterator[Issue]:
    """The type of a transformation is one of the twelve that the specification defines; case matters."""
    if isinstance(t.type, str) and t.type not in _TYPES.values():
        meant = meant_type(t.type)
        yield ctx.at("type").issue(
            f"type {t.type!r} is not defined in version {ctx.version}",
            found=t.type,
            expected=", ".join(_TYPES.values()),
            hint=f'write "{meant}"' if meant else None,
        )


def meant_type(kind: str) -> str | None:
    """Return the type that is meant by another spelling of it."""
    return _TYPES.get(kind.lower().replace("_", "").replace("-", ""))


def _parameter(
    t: kinds.ScaleTransformation | kinds.TranslationTransformation, key: str, ctx: Context
) -> Iterator[Issue]:
    if "path" in t.extra:
        yield ctx.at("path").issue(
            f"the {key} of a transformation cannot be kept in an array",
            found=t.extra["path"],
            expected=f'"{key}" with its numbers',
            hint="0.4 and 0.5 allowed it",
        )
    elif getattr(t, key) is None and lacks(t, key):
        yield ctx.issue(f"the {key} has no numbers", expected=f'"{key}"')


@rule(
    "transform-scale-parameter",
    on=kinds.ScaleTransformation,
    requirement=MUST,
    valid=[_SCALE],
    invalid=[{"type": "scale"}, {"type": "scale", "path": "s"}],
)
def scale_parameter(t: kinds.ScaleTransformation, ctx: Context) -> Iterator[Issue]:
    """A scale has its numbers in the JSON itself, not in an array under `path`."""
    return _parameter(t, "scale", ctx)


@rule(
    "transform-translation-parameter",
    on=kinds.TranslationTransformation,
    requirement=MUST,
    valid=[{"type": "translation", "translation": [1, 2]}],
    invalid=[{"type": "translation"}, {"type": "translation", "path": "t"}],
)
def translation_parameter(t: kinds.TranslationTransformation, ctx: Context) -> Iterator[Issue]:
    """A translation has its numbers in the JSON itself, not in an array under `path`."""
    return _parameter(t, "translation", ctx)


@rule(
    "transform-scale-positive",
    on=kinds.ScaleTransformation,
    requirement=SHOULD,
    valid=[_SCALE],
    invalid=[{"type": "scale", "scale": [0, 1]}, Example({"type": "scale", "scale": [-1, 1]}, "a flip: a warning")],
)
def scale_positive(t: kinds.ScaleTransformation, ctx: Context) -> Iterator[Issue]:
    """The numbers of a scale are finite and greater than zero.

    Zero is an error: it maps all pixels to one point. A negative number may mean a flipped axis, which the text
    allows and the JSON schema does not: a warning.
    """
    for index, value in enumerate(t.scale if isinstance(t.scale, list) else ()):
        if is_number(value) and not (is_finite(value) and value > 0):
            error = value == 0 or not is_finite(value)
            yield ctx.at("scale", index).issue(
                f"the scale is {value} for axis {index}",
                found=value,
                expected="a finite number greater than zero",
                severity=Severity.ERROR if error else None,
            )


def _is_integer(value: object) -> bool:
    return is_number(value) and value == value // 1


@rule(
    "transform-mapaxis-permutation",
    on=kinds.MapAxisTransformation,
    requirement=MUST,
    valid=[{"type": "mapAxis", "mapAxis": [1, 0]}],
    invalid=[{"type": "mapAxis", "mapAxis": axes} for axes in ([0, 0], [0, 2], [-1, 1])],
)
def mapaxis_permutation(t: kinds.MapAxisTransformation, ctx: Context) -> Iterator[Issue]:
    """The list of a mapAxis holds each of the numbers 0 to N - 1 once.

    The JSON schema lets [0, 2] pass for two axes.
    """
    axes = t.mapAxis
    if isinstance(axes, list) and all(map(_is_integer, axes)) and sorted(axes) != list(range(len(axes))):
        yield ctx.at("mapAxis").issue(
            "mapAxis is no permutation of the axes", found=axes, expected=f"each of {positions(len(axes))} once"
        )


@rule(
    "transform-mapaxis-size",
    on=kinds.MapAxisTransformation,
    requirement=MUST,
    valid=[{"type": "mapAxis", "mapAxis": [1, 0]}],
    invalid=[{"type": "mapAxis", "mapAxis": [0, 1, 2, 3, 4, 5]}, {"type": "mapAxis", "mapAxis": []}],
)
def mapaxis_size(t: kinds.MapAxisTransformation, ctx: Context) -> Iterator[Issue]:
    """The list of a mapAxis has 2 to 5 entries."""
    if isinstance(t.mapAxis, list) and not 2 <= len(t.mapAxis) <= 5:
        message = f"mapAxis has {len(t.mapAxis)} entries"
        yield ctx.at("mapAxis").issue(message, found=t.mapAxis, expected="2 to 5 entries")


_LISTS = ("droppedInputs", "createdOutputs")


@rule(
    "transform-projectaxis-operation-present",
    on=kinds.ProjectAxisTransformation,
    requirement=MUST,
    valid=[{"type": "projectAxis", "createdOutputs": [0]}],
    invalid=[{"type": "projectAxis"}],
)
def projectaxis_operation(t: kinds.ProjectAxisTransformation, ctx: Context) -> Iterator[Issue]:
    """A projectAxis has `droppedInputs`, `createdOutputs`, or both."""
    if all(getattr(t, key) is None and lacks(t, key) for key in _LISTS):
        yield ctx.issue(
            "the projectAxis neither drops nor creates axes", expected='"droppedInputs" or "createdOutputs"'
        )


@rule(
    "transform-projectaxis-unique",
    on=kinds.ProjectAxisTransformation,
    requirement=MUST,
    valid=[{"type": "projectAxis", "createdOutputs": [0, 1]}],
    invalid=[{"type": "projectAxis", "createdOutputs": [1, 1]}, {"type": "projectAxis", "droppedInputs": [0, 0]}],
)
def projectaxis_unique(t: kinds.ProjectAxisTransformation, ctx: Context) -> Iterator[Issue]:
    """No axis occurs twice in `droppedInputs` or in `createdOutputs`."""
    for key in _LISTS:
        axes = getattr(t, key)
        numbers = [axis for axis in axes if is_number(axis)] if isinstance(axes, list) else []
        if len(set(numbers)) < len(numbers):
            yield ctx.at(key).issue(f"an axis occurs twice in {key}", found=axes, expected="each axis once")


@rule(
    "transform-projectaxis-bounds",
    on=kinds.ProjectAxisTransformation,
    requirement=MUST,
    valid=[{"type": "projectAxis", "createdOutputs": [0, 1]}],
    invalid=[{"type": "projectAxis", "droppedInputs": axes} for axes in ([], [0, 1, 2, 3], [5], [-1])],
)
def projectaxis_bounds(t: kinds.ProjectAxisTransformation, ctx: Context) -> Iterator[Issue]:
    """`droppedInputs` and `createdOutputs` each have 1 to 3 entries, between 0 and 4."""
    for key in _LISTS:
        axes = getattr(t, key)
        if not isinstance(axes, list):
            continue
        if not 1 <= len(axes) <= 3:
            yield ctx.at(key).issue(f"{key} has {len(axes)} entries", found=axes, expected="1 to 3 entries")
        for index, axis in enumerate(axes):
            if is_number(axis) and not 0 <= axis <= 4:
                yield ctx.at(key, index).issue(f"{key} names axis {axis}", found=axis, expected="0 to 4")


KIND_RULES = (
    type_known,
    scale_parameter,
    translation_parameter,
    scale_positive,
    mapaxis_permutation,
    mapaxis_size,
    projectaxis_operation,
    projectaxis_unique,
    projectaxis_bounds,
    *composed.COMPOSED_RULES,
)
