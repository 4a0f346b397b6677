"""Rules on numbers of coordinates: each reports its part of what `ngff_v06.dimensions` finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.hierarchy import ArrayNode, GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.rules.common import documented, sound
from ngff_v06.dimensions import Misfit
from ngff_v06.image import Dataset, Multiscale
from ngff_v06.rules.examples import dataset, multiscale, scene, store, system
from ngff_v06.rules.holders import IMAGES, KINDS, examined, examined_in, holders_of
from ngff_v06.systems import CoordinateSystem, WithSystems
from ngff_v06.transformations import AffineTransformation, ProjectAxisTransformation
from ngff_v06.walk import every_transformation

_SCALE = {"type": "scale", "scale": [2, 2]}
_THREE = [system("world", "zyx")]
_UP = {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}
_ENDS = {"input": {"path": "0"}, "output": {"name": "physical"}}


def _issues(misfits: list[Misfit], ctx: Context, rule_id: str) -> Iterator[Issue]:
    for misfit in misfits:
        if misfit.rule == rule_id:
            yield ctx.at(*misfit.place).issue(
                misfit.message, found=misfit.found, expected=misfit.expected, hint=misfit.hint
            )


def _rule(rule_id: str, text: str, valid: list[Any], invalid: list[Any]) -> Rule:
    """Make the rule that reports the misfits of one entry."""

    @rule(rule_id, on=WithSystems, requirement=MUST, valid=valid, invalid=invalid)
    @documented(text)
    def check(holder: Any, ctx: Context) -> Iterator[Issue]:
        return _issues(ctx.shared(examined, holder).misfits, ctx, rule_id)

    return check


def _parts(*parts: tuple[Any, list[int], list[int]]) -> dict[str, Any]:
    items = [{"transformation": t, "inputAxes": i, "outputAxes": o} for t, i, o in parts]
    return {"type": "byDimension", "transformations": items}


_ONE, _MOVE = {"type": "scale", "scale": [2]}, {"type": "translation", "translation": [5]}
_FIELD = {"type": "displacements", "path": "field"}


def _sequence(*steps: Any) -> dict[str, Any]:
    return {"type": "sequence", "transformations": list(steps)}


SIZE_RULES = (
    _rule(
        "transform-scale-length-matches-axes",
        "A scale has one number per axis of its input and output.\n\n"
        "The official case mismatch_axes_units is labelled valid with a scale of 2 for 3 axes.",
        [multiscale(_SCALE)],
        [
            multiscale({"type": "scale", "scale": [1, 1, 1]}),
            multiscale(datasets=[dataset({"type": "scale", "scale": [1], **_ENDS})]),
        ],
    ),
    _rule(
        "transform-translation-length-matches-axes",
        "A translation has one number per axis of its input and output.",
        [multiscale({"type": "translation", "translation": [1, 2]})],
        [multiscale({"type": "translation", "translation": [1, 2, 3]})],
    ),
    _rule(
        "transform-projectaxis-dimensions",
        "A projectAxis drops axes that the input has, creates axes that the output has, and as many as make up the"
        " difference.",
        [multiscale({"type": "projectAxis", "createdOutputs": [0]}, systems=_THREE)],
        [
            multiscale({"type": "projectAxis", "createdOutputs": [0, 1]}, systems=_THREE),
            multiscale({"type": "projectAxis", "createdOutputs": [3]}, systems=_THREE),
            multiscale({"type": "projectAxis", "droppedInputs": [2], "createdOutputs": [0]}),
        ],
    ),
    _rule(
        "transform-affine-shape",
        "The matrix of an affine has one row for each axis of the output, and one column for each axis of the input"
        " and one more.",
        [multiscale({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}), multiscale(_UP, systems=_THREE)],
        [
            multiscale(_UP),
            multiscale({"type": "affine", "affine": [[1, 0, 0], [0, 1]]}),
            multiscale({"type": "affine", "affine": [[1, 0], [0, 1]]}),
        ],
    ),
    _rule(
        "transform-rotation-square",
        "The matrix of a rotation has a row and a column for each axis: 2 to 5 of each.",
        [multiscale({"type": "rotation", "rotation": [[0, -1], [1, 0]]})],
        [
            multiscale({"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0]]}),
            multiscale({"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}),
        ],
    ),
    _rule(
        "transform-sequence-dimensions-chain",
        "Each step of a sequence takes as many coordinates as the step before it yields.",
        [multiscale(_sequence(_SCALE, _UP, {"type": "translation", "translation": [1, 2, 3]}), systems=_THREE)],
        [multiscale(_sequence(_SCALE, {"type": "scale", "scale": [1, 1, 1]}))],
    ),
    _rule(
        "transform-bijection-dimensions-equal",
        "Input and output of a bijection, and of its two parts, have the same number of axes.",
        [multiscale({"type": "bijection", "forward": _FIELD, "inverse": _FIELD})],
        [
            multiscale({"type": "bijection", "forward": _FIELD, "inverse": _FIELD}, systems=_THREE),
            multiscale({"type": "bijection", "forward": _UP, "inverse": _SCALE}),
        ],
    ),
    _rule(
        "transform-displacements-equal-dimensions",
        "Displacements link coordinate systems of equally many axes.",
        [multiscale(_FIELD)],
        [multiscale(_FIELD, systems=_THREE)],
    ),
    _rule(
        "transform-bydimension-axes-integers",
        "`inputAxes` and `outputAxes` are positions of axes that the input and the output have.",
        [multiscale(_parts((_ONE, [0], [0]), (_MOVE, [1], [1])))],
        [
            multiscale(_parts((_ONE, [0], [0]), (_MOVE, [2], [1]))),
            multiscale(_parts((_ONE, [0], [0]), (_MOVE, [-1], [1]))),
        ],
    ),
    _rule(
        "transform-bydimension-outputs-covered-once",
        "Each axis of the output occurs in the `outputAxes` of exactly one item.\n\n"
        "Axes of the input may be used several times, or not at all.",
        [multiscale(_parts((_ONE, [0], [0]), (_MOVE, [0], [1])))],
        [multiscale(_parts((_ONE, [0], [1]), (_MOVE, [1], [1]))), multiscale(_parts((_ONE, [0], [0])))],
    ),
    _rule(
        "transform-bydimension-lengths-match",
        "The lists of axes of an item are as long as its transformation takes and yields coordinates.",
        [multiscale(_parts((_SCALE, [1, 0], [0, 1])))],
        [multiscale(_parts((_SCALE, [0], [0]), (_ONE, [1], [1])))],
    ),
)


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


def _changes_size(holder: Any) -> bool:
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
                    f"coordinate system {found.name!r} has {number} axes, the arrays have {ndim} dimensions",
                    shown=f"{number} axes",
                    expected=f"{ndim} axes",
                )


def _ndim(node: GroupNode, multiscale: Multiscale) -> int | None:
    for _, level in sound(multiscale.datasets, Dataset):
        array = node.children.get(level.path) if isinstance(level.path, str) else None
        if isinstance(array, ArrayNode) and array.document.shape is not None:
            return len(array.document.shape)
    return None


GROUP_SIZE_RULES = (parameters_match,)
