"""Rules on displacements and coordinates: the images that hold their vectors."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import Absent, ArrayNode, GroupNode, Why
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.rules.common import sound
from ngff_core.structure import JSON
from ngff_core.words import counted
from ngff_v06.models.image import Dataset, Image, Multiscale
from ngff_v06.models.transformations import CoordinatesTransformation, DisplacementsTransformation
from ngff_v06.rules.examples import AXES, dataset, multiscale, store, system
from ngff_v06.rules.holders import KINDS, examined_in

_TYPES = {DisplacementsTransformation: "displacement", CoordinatesTransformation: "coordinate"}
_VECTOR = {"name": "d", "type": "displacement", "discrete": True}


def _field(*axes: JSON, shape: tuple[int, ...] = (2, 8, 8), kind: str = "displacements") -> Example:
    axes = axes or (_VECTOR, AXES["y"], AXES["x"])
    written = multiscale(coordinateSystems=[system("physical", list(axes))], datasets=[dataset(size=len(axes))])
    nodes = {"field": {"multiscales": [written]}, "field/0": ExampleArray(shape, "float32")}
    return store({"type": kind, "path": "field"}, nodes=nodes)


@attrs.frozen
class _Field:
    """A transformation that takes vectors from an image, and what is known of that image."""

    place: Pointer
    kind: str
    path: str
    taken: int | None
    yielded: int | None
    axes: list[JSON]
    vector: int | None
    shape: tuple[int, ...] | None


def _fields(node: GroupNode, ctx: Context) -> Iterator[_Field]:
    for place, t, n, m in examined_in(node, ctx).sizes:
        kind = _TYPES.get(type(t))
        child = node.children.get(t.path) if kind and isinstance(t.path, str) else None
        if kind is None or t.path is None or not isinstance(child, GroupNode) or not isinstance(child.model, Image):
            continue
        for _, found in list(sound(child.model.multiscales, Multiscale))[:1]:
            axes = found.array_axes() or []
            types = [getattr(axis, "type", None) for axis in axes]
            vector = next((i for i, name in enumerate(types) if name in _TYPES.values()), None)
            yield _Field(place, kind, t.path, n, m, axes, vector, _shape(node, t.path, found))


def _shape(node: GroupNode, path: str, found: Multiscale) -> tuple[int, ...] | None:
    for _, level in list(sound(found.datasets, Dataset))[:1]:
        array = node.children.get(f"{path.rstrip('/')}/{level.path}")
        return array.document.shape if isinstance(array, ArrayNode) else None
    return None


@rule(
    "transform-field-is-multiscale",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[_field()],
    invalid=[
        store({"type": "displacements", "path": "field"}),
        store({"type": "displacements", "path": "field"}, nodes={"field": ExampleArray((2, 8, 8), "float32")}),
        store({"type": "displacements", "path": "field"}, nodes={"field": None}),
    ],
)
def is_multiscale(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The group at the path of a displacements or coordinates transformation is an image of its own.

    Drafts up to 0.6.dev4 had an array there.
    """
    for place, t, _, _ in examined_in(node, ctx).sizes:
        if type(t) not in _TYPES or not isinstance(t.path, str):
            continue
        child = node.children.get(t.path)
        what = {
            Why.MISSING: "nothing",
            Why.ARRAY: "an array",
            Why.OUTSIDE: "a path that leads out of the store",
            Why.OTHER_FORMAT: "a group of the other Zarr format",
        }
        found = what.get(child.why) if isinstance(child, Absent) else None
        if isinstance(child, GroupNode) and not isinstance(child.model, Image) and not child.document.problems:
            found = f"a group of kind {child.kind}" if child.kind else "a group without image metadata"
        if found is not None:
            message = f"at {t.path!r} there is {found}, not an image"
            yield ctx.at(*place, "path").issue(message, found=t.path, expected="a multiscale image")


@rule(
    "transform-field-ndim",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[_field()],
    invalid=[_field(shape=(8, 8))],
)
def ndim(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The image of a field has one dimension more than its input has axes."""
    for field in _fields(node, ctx):
        if field.shape is not None and field.taken is not None and len(field.shape) != field.taken + 1:
            yield ctx.at(*field.place, "path").issue(
                f"the field at {field.path!r} has {counted(len(field.shape), 'dimension')}"
                f" for an input of {counted(field.taken, 'axis')}",
                shown=f"shape {list(field.shape)}",
                expected=counted(field.taken + 1, "dimension"),
            )


@rule(
    "transform-field-vector-length",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[_field()],
    invalid=[_field(shape=(3, 8, 8))],
)
def vector_length(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Along its vector axis a field has one number for each axis: of the input, or of the output for coordinates."""
    for field in _fields(node, ctx):
        wanted = field.taken if field.kind == "displacement" else field.yielded
        shape = field.shape
        if field.vector is None or shape is None or wanted is None or field.vector >= len(shape):
            continue
        if shape[field.vector] != wanted:
            yield ctx.at(*field.place, "path").issue(
                f"the field at {field.path!r} has vectors of {counted(shape[field.vector], 'number')}",
                shown=f"shape {list(shape)}",
                expected=f"{wanted} along axis {field.vector}",
            )


@rule(
    "transform-field-axis-type",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[_field()],
    invalid=[_field(AXES["c"], AXES["y"], AXES["x"]), _field(kind="coordinates")],
)
def axis_type(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Exactly one axis of a field is of type displacement, or coordinate, after the type of the transformation."""
    for field in _fields(node, ctx):
        types = [getattr(axis, "type", None) for axis in field.axes]
        if field.axes and (types.count(field.kind) != 1 or sum(types.count(t) for t in _TYPES.values()) != 1):
            message = f"the axes of the field at {field.path!r} are of type {', '.join(map(str, types))}"
            yield ctx.at(*field.place, "path").issue(message, found=types, expected=f"one axis of type {field.kind}")


@rule(
    "transform-field-axis-discrete",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    valid=[_field()],
    invalid=[_field({"name": "d", "type": "displacement"}, AXES["y"], AXES["x"])],
)
def axis_discrete(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The vector axis of a field is discrete."""
    for field in _fields(node, ctx):
        axis = field.axes[field.vector] if field.vector is not None else None
        if axis is not None and axis.discrete is not True:
            message = f"axis {axis.name!r} of the field at {field.path!r} is not discrete"
            yield ctx.at(*field.place, "path").issue(message, expected='"discrete": true')


@rule(
    "transform-field-axis-position",
    on=GroupNode,
    kinds=KINDS,
    requirement=MUST,
    severity=Severity.WARNING,
    valid=[_field()],
    invalid=[_field(AXES["y"], AXES["x"], _VECTOR, shape=(8, 8, 2))],
)
def axis_position(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """The vector axis of a field comes after a time axis and before the space axes.

    The text also calls it the last axis; the official example and the order of axes in general have it first. A
    warning.
    """
    for field in _fields(node, ctx):
        types = [getattr(axis, "type", None) for axis in field.axes]
        if field.vector is None:
            continue
        if "space" in types[: field.vector] or "time" in types[field.vector :]:
            message = f"the vector axis of the field at {field.path!r} is number {field.vector}"
            yield ctx.at(*field.place, "path").issue(message, found=types, expected="after time, before space")


FIELD_RULES = (is_multiscale, ndim, vector_length, axis_type, axis_discrete, axis_position)
