"""Fixes of what only 0.6 has: transformations between coordinate systems."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.image.parts import multiscale_of
from ngff_core.fixes.image.transforms import moved_behind
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, fix
from ngff_core.structure.values import JSON, JSONObject
from ngff_v06.rules.examples import dataset, image
from ngff_v06.rules.kinds import meant_type

__all__ = ["FIXES"]

_ENDS = {"input": {"path": "0"}, "output": {"name": "physical"}}
_SCALE = {"type": "scale", "scale": [2.0, 4.0]}
_MOVE = {"type": "translation", "translation": [2.0, 2.0]}


def _of_level(*transformations: JSON) -> JSONObject:
    return {"": image(datasets=[dataset(*transformations)]), "0": ExampleArray((8, 8))}


_SEQUENCE = {"type": "sequence", "transformations": [_SCALE, _MOVE], **_ENDS}


@fix(
    "transform-input-output-object",
    safety=SAFE,
    examples=[(_of_level({**_SCALE, "input": "0", "output": "physical"}), _of_level({**_SCALE, **_ENDS}))],
)
def end_object(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the input or output of a transformation, text in drafts, as an object with that path or name."""
    if isinstance(value, str):
        yield ctx.put({"path" if "datasets" in ctx.pointer and ctx.pointer[-1] == "input" else "name": value})


@fix(
    "transform-input-output-required",
    safety=SAFE,
    examples=[(_of_level(_SCALE), _of_level({**_SCALE, **_ENDS}))],
)
def ends_added(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Let a transformation of a dataset lead from its array to the coordinate system, where there is only one."""
    ends = _ends_of(ctx) if ctx.pointer[-2:-1] == ("coordinateTransformations",) else {}
    for key, end in ends.items():
        if key not in value:
            yield ctx.put(end, key)


def _ends_of(ctx: FixContext) -> JSONObject:
    """Return input and output of the transformation of a dataset, as far as they can only be these."""
    multiscale = multiscale_of(ctx)
    systems = multiscale.get("coordinateSystems")
    place = len(ctx.pointer) - 1 - ctx.pointer[::-1].index("coordinateTransformations")
    level = ctx.above(len(ctx.pointer) - place)
    if "datasets" not in ctx.pointer or not isinstance(systems, list) or len(systems) != 1:
        return {}
    name = systems[0].get("name") if isinstance(systems[0], dict) else None
    path = level.get("path")
    known = isinstance(name, str) and isinstance(path, str)
    return {"input": {"path": path}, "output": {"name": name}} if known else {}


@fix(
    "transform-dataset-single",
    safety=SAFE,
    examples=[
        (_of_level({**_SCALE, **_ENDS}, {**_MOVE, **_ENDS}), _of_level(_SEQUENCE)),
        (_of_level(_SCALE, _MOVE), _of_level(_SEQUENCE)),
    ],
)
def into_sequence(written: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Put a scale and a translation into a sequence, with the input and output that they state."""
    if [t.get("type") if isinstance(t, dict) else None for t in written] != ["scale", "translation"]:
        return
    stated = [{key: t[key] for key in ("input", "output") if key in t} for t in written]
    ends = {**stated[1], **stated[0]} or _ends_of(ctx)
    if len(ends) == 2 and all(ends[key] == value for each in stated for key, value in each.items()):
        steps = [{key: value for key, value in t.items() if key not in ends} for t in written]
        yield ctx.put([{"type": "sequence", "transformations": steps, **ends}])


@fix(
    "transform-dataset-sequence-scale-translation",
    safety=SAFE,
    examples=[
        (
            _of_level({**_SEQUENCE, "transformations": [{"type": "translation", "translation": [1.0, 0.5]}, _SCALE]}),
            _of_level(_SEQUENCE),
        )
    ],
)
def scale_first(written: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Put the translation behind the scale, its numbers times those of the scale: the image stays where it is."""
    moved = moved_behind(written)
    if moved is not None:
        yield ctx.put(moved)


@fix(
    "transform-type-known",
    safety=SAFE,
    examples=[(_of_level({**_SCALE, **_ENDS, "type": "Scale"}), _of_level({**_SCALE, **_ENDS}))],
)
def type_spelled(kind: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the type of a transformation as the specification has it: mapAxis for map_axis, scale for Scale."""
    meant = meant_type(kind) if isinstance(kind, str) else None
    if meant is not None:
        yield ctx.put(meant)


_PART = {"transformation": {"type": "scale", "scale": [2.0]}}


def _by_dimension(part: JSONObject) -> JSONObject:
    rest = {"transformation": {"type": "identity"}, "inputAxes": [1], "outputAxes": [1]}
    linked = {"type": "byDimension", "transformations": [{**_PART, **part}, rest]}
    return {"": image(linked), "0": ExampleArray((8, 8))}


@fix(
    "transform-bydimension-items",
    safety=SAFE,
    examples=[
        (
            _by_dimension({"input_axes": [0], "output_axes": [0]}),
            _by_dimension({"inputAxes": [0], "outputAxes": [0]}),
        )
    ],
)
def axes_of_part(part: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Call the axes of a part of a byDimension inputAxes and outputAxes, as drafts did not."""
    for key, draft in (("inputAxes", "input_axes"), ("outputAxes", "output_axes")):
        if isinstance(part, dict) and key not in part and draft in part:  # a part may be anything: that is found, too
            yield ctx.put(part[draft], key)
            yield ctx.remove(draft)


def _turned(transformation: JSONObject) -> JSONObject:
    return {"": image(transformation), "0": ExampleArray((8, 8))}


@fix(
    "transform-rotation-orthonormal",
    safety=SAFE,
    examples=[
        (
            _turned({"type": "rotation", "rotation": [[1, 0], [0, -1]]}),
            _turned({"type": "affine", "affine": [[1, 0, 0], [0, -1, 0]]}),
        )
    ],
)
def reflection_as_affine(matrix: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a rotation that is a reflection as the affine that it is."""
    holder = ctx.above()
    if ctx.issue.hint is not None and "affine" not in holder:
        yield ctx.put_beside("affine", "type")
        yield ctx.put_beside([[*row, 0] for row in matrix], "affine")
        yield ctx.put(REMOVED)


_SQUARE = [[2.0, 0, 5], [0.5, 2.0, 5], [0, 0, 1]]


@fix(
    "transform-affine-shape",
    safety=SAFE,
    examples=[(_turned({"type": "affine", "affine": _SQUARE}), _turned({"type": "affine", "affine": _SQUARE[:2]}))],
)
def last_row_out(matrix: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out the last row of a homogeneous matrix, which is always 0, ..., 0, 1."""
    last = matrix[-1] if isinstance(matrix, list) and matrix else None
    if isinstance(last, list) and last == [*[0] * (len(matrix) - 1), 1]:
        yield ctx.remove(len(matrix) - 1)


FIXES = (
    end_object,
    ends_added,
    into_sequence,
    scale_first,
    type_spelled,
    axes_of_part,
    reflection_as_affine,
    last_row_out,
)
