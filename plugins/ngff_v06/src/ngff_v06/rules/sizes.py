"""Rules on numbers of coordinates: each reports its part of what `ngff_v06.transforms.dimensions` finds."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.rules.common import sound
from ngff_core.structure import JSON, JSONObject
from ngff_core.words import counted
from ngff_v06.models.image import Dataset, Multiscale
from ngff_v06.models.systems import CoordinateSystem, WithSystems
from ngff_v06.models.transformations import AffineTransformation, ProjectAxisTransformation
from ngff_v06.rules.examples import dataset, multiscale, scene, store, system
from ngff_v06.rules.holders import IMAGES, KINDS, Holder, examined, examined_in, holders_of
from ngff_v06.transforms.walk import every_transformation

_SCALE = {"type": "scale", "scale": [2, 2]}
_THREE = [system("world", "zyx")]
_UP = {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}
_ENDS = {"input": {"path": "0"}, "output": {"name": "physical"}}


def _issues(entry: str, holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Report the misfits of one entry of the catalogue."""
    for misfit in ctx.shared(examined, holder).misfits:
        if misfit.rule == entry:
            at = ctx.at(*misfit.place)
            yield at.issue(misfit.message, found=misfit.found, expected=misfit.expected, hint=misfit.hint)


def _parts(*parts: tuple[JSON, list[int], list[int]]) -> JSONObject:
    items = [{"transformation": t, "inputAxes": i, "outputAxes": o} for t, i, o in parts]
    return {"type": "byDimension", "transformations": items}


_ONE, _MOVE = {"type": "scale", "scale": [2]}, {"type": "translation", "translation": [5]}
_FIELD = {"type": "displacements", "path": "field"}


def _sequence(*steps: JSON) -> JSONObject:
    return {"type": "sequence", "transformations": list(steps)}


@rule(
    "transform-scale-length-matches-axes",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_SCALE)],
    invalid=[
        multiscale({"type": "scale", "scale": [1, 1, 1]}),
        multiscale(datasets=[dataset({"type": "scale", "scale": [1], **_ENDS})]),
    ],
)
def scale_length(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A scale has one number per axis of its input and output.

    The official case mismatch_axes_units is labelled valid with a scale of 2 for 3 axes.
    """
    return _issues("transform-scale-length-matches-axes", holder, ctx)


@rule(
    "transform-translation-length-matches-axes",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale({"type": "translation", "translation": [1, 2]})],
    invalid=[multiscale({"type": "translation", "translation": [1, 2, 3]})],
)
def translation_length(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A translation has one number per axis of its input and output."""
    return _issues("transform-translation-length-matches-axes", holder, ctx)


@rule(
    "transform-projectaxis-dimensions",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale({"type": "projectAxis", "createdOutputs": [0]}, systems=_THREE)],
    invalid=[
        multiscale({"type": "projectAxis", "createdOutputs": [0, 1]}, systems=_THREE),
        multiscale({"type": "projectAxis", "createdOutputs": [3]}, systems=_THREE),
        multiscale({"type": "projectAxis", "droppedInputs": [2], "createdOutputs": [0]}),
    ],
)
def projectaxis_dimensions(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A projectAxis drops axes that the input has, creates axes that the output has, and as many as make up the difference."""  # noqa: E501  (as it is printed)
    return _issues("transform-projectaxis-dimensions", holder, ctx)


@rule(
    "transform-affine-shape",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}), multiscale(_UP, systems=_THREE)],
    invalid=[
        multiscale(_UP),
        multiscale({"type": "affine", "affine": [[1, 0, 0], [0, 1]]}),
        multiscale({"type": "affine", "affine": [[1, 0], [0, 1]]}),
    ],
)
def affine_shape(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """The matrix of an affine has one row for each axis of the output, and one column for each axis of the input and one more."""  # noqa: E501  (as it is printed)
    return _issues("transform-affine-shape", holder, ctx)


@rule(
    "transform-rotation-square",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale({"type": "rotation", "rotation": [[0, -1], [1, 0]]})],
    invalid=[
        multiscale({"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0]]}),
        multiscale({"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}),
    ],
)
def rotation_square(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """The matrix of a rotation has a row and a column for each axis: 2 to 5 of each."""
    return _issues("transform-rotation-square", holder, ctx)


@rule(
    "transform-sequence-dimensions-chain",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_sequence(_SCALE, _UP, {"type": "translation", "translation": [1, 2, 3]}), systems=_THREE)],
    invalid=[multiscale(_sequence(_SCALE, {"type": "scale", "scale": [1, 1, 1]}))],
)
def sequence_dimensions(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Each step of a sequence takes as many coordinates as the step before it yields."""
    return _issues("transform-sequence-dimensions-chain", holder, ctx)


@rule(
    "transform-bijection-dimensions-equal",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale({"type": "bijection", "forward": _FIELD, "inverse": _FIELD})],
    invalid=[
        multiscale({"type": "bijection", "forward": _FIELD, "inverse": _FIELD}, systems=_THREE),
        multiscale({"type": "bijection", "forward": _UP, "inverse": _SCALE}),
    ],
)
def bijection_dimensions(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Input and output of a bijection, and of its two parts, have the same number of axes."""
    return _issues("transform-bijection-dimensions-equal", holder, ctx)


@rule(
    "transform-displacements-equal-dimensions",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_FIELD)],
    invalid=[multiscale(_FIELD, systems=_THREE)],
)
def displacements_dimensions(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Displacements link coordinate systems of equally many axes."""
    return _issues("transform-displacements-equal-dimensions", holder, ctx)


@rule(
    "transform-bydimension-axes-integers",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_parts((_ONE, [0], [0]), (_MOVE, [1], [1])))],
    invalid=[
        multiscale(_parts((_ONE, [0], [0]), (_MOVE, [2], [1]))),
        multiscale(_parts((_ONE, [0], [0]), (_MOVE, [-1], [1]))),
    ],
)
def bydimension_axes(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """`inputAxes` and `outputAxes` are positions of axes that the input and the output have."""
    return _issues("transform-bydimension-axes-integers", holder, ctx)


@rule(
    "transform-bydimension-outputs-covered-once",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_parts((_ONE, [0], [0]), (_MOVE, [0], [1])))],
    invalid=[multiscale(_parts((_ONE, [0], [1]), (_MOVE, [1], [1]))), multiscale(_parts((_ONE, [0], [0])))],
)
def bydimension_outputs(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Each axis of the output occurs in the `outputAxes` of exactly one item.

    Axes of the input may be used several times, or not at all.
    """
    return _issues("transform-bydimension-outputs-covered-once", holder, ctx)


@rule(
    "transform-bydimension-lengths-match",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_parts((_SCALE, [1, 0], [0, 1])))],
    invalid=[multiscale(_parts((_SCALE, [0], [0]), (_ONE, [1], [1])))],
)
def bydimension_lengths(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """The lists of axes of an item are as long as its transformation takes and yields coordinates."""
    return _issues("transform-bydimension-lengths-match", holder, ctx)


@rule(
    "transform-parameters-match-dimensions",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    alone=True,
    valid=[store({"type": "identity"}), scene()],
    invalid=[
        store({"type": "identity"}, systems=_THREE),
        store({"type": "mapAxis", "mapAxis": [2, 1, 0]}),
        scene(
            {
                "type": "identity",
                "input": {"path": "a", "name": "physical"},
                "output": {"name": "world"},
            },
            systems=_THREE,
            images=("a",),
        ),
    ],
)
def parameters_match(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A transformation fits the number of axes of the coordinate systems that it links.

    Those of other images, of a scene or a label image, are known where there is a store; what does not fit
    one of these is reported here, whatever the type of the transformation.
    """
    for misfit in examined_in(node, ctx).misfits:
        yield ctx.at(*misfit.place).issue(
            misfit.message, found=misfit.found, expected=misfit.expected, hint=misfit.hint
        )


def _changes_size(holder: Holder) -> bool:
    """Tell whether some transformation may change the number of axes."""
    changing = (AffineTransformation, ProjectAxisTransformation)
    kinds = [t for _, t in every_transformation(holder)]
    return any(isinstance(t, changing) or t.type in ("coordinates", "byDimension") for t in kinds)


@rule(
    "coordsys-ndim-matches-arrays",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    valid=[store(), store({"type": "projectAxis", "createdOutputs": [0]}, systems=_THREE)],
    invalid=[store(systems=_THREE)],
)
def ndim_matches_arrays(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Every coordinate system of an image has as many axes as its arrays have dimensions.

    Of the intrinsic one dataset-ndim-matches-axes says it. A system to which a transformation leads that changes the
    number of axes is not reported: the text has such transformations, and official valid documents use them.
    """
    for start, holder in holders_of(node):
        if not isinstance(holder, Multiscale) or _changes_size(holder):
            continue
        ndim = _ndim(node, holder)
        intrinsic = holder.intrinsic_index()
        for index, found in sound(holder.coordinateSystems, CoordinateSystem):
            number = len(found.axes) if isinstance(found.axes, list) else ndim
            if ndim is not None and number != ndim and index != intrinsic:
                yield ctx.at(*start, "coordinateSystems", index, "axes").issue(
                    f"coordinate system {found.name!r} has {counted(number, 'axis')}"
                    f", the arrays have {counted(ndim, 'dimension')}",
                    shown=counted(number, "axis"),
                    expected=counted(ndim, "axis"),
                )


def _ndim(node: GroupNode, multiscale: Multiscale) -> int | None:
    for _, level in sound(multiscale.datasets, Dataset):
        array = node.children.get(level.path) if isinstance(level.path, str) else None
        if isinstance(array, ArrayNode) and array.document.shape is not None:
            return len(array.document.shape)
    return None


SIZE_RULES = (
    scale_length,
    translation_length,
    projectaxis_dimensions,
    affine_shape,
    rotation_square,
    sequence_dimensions,
    bijection_dimensions,
    displacements_dimensions,
    bydimension_axes,
    bydimension_outputs,
    bydimension_lengths,
)
GROUP_SIZE_RULES = (parameters_match,)
