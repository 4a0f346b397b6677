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
from ngff_core.words import counted, listed
from ngff_v06.models.image import Dataset, Image, Multiscale
from ngff_v06.models.transformations import CoordinatesTransformation, DisplacementsTransformation
from ngff_v06.rules.examples import AXES, dataset, multiscale, store, system
from ngff_v06.rules.holders import KINDS, examined_in

MOST_AXES = 100  # that are looked at for every transformation; an image has 5
_TYPES = {DisplacementsTransformation: "displacement", CoordinatesTransformation: "coordinate"}
_VECTOR = {"name": "d", "type": "displacement", "discrete": True}


def _field(*axes: JSON, shape: tuple[int, ...] = (2, 8, 8), kind: str = "displacements") -> Example:
    axes = axes or (_VECTOR, AXES["y"], AXES["x"])
    written = multiscale(coordinateSystems=[system("physical", list(axes))], datasets=[dataset(size=len(axes))])
    nodes = {"field": {"multiscales": [written]}, "field/0": ExampleArray(shape, "float32")}
    return store({"type": kind, "path": "field"}, nodes=nodes)


@attrs.frozen
class _Vectors:
    """What is known of an image that holds vectors: its axes, their types, which one runs along a vector, its shape."""

    axes: list[JSON]
    types: list[JSON]
    vector: int | None
    shape: tuple[int, ...] | None


@attrs.frozen
class _Field:
    """A transformation that takes vectors from an image, and what is known of that image."""

    place: Pointer
    kind: str
    path: str
    taken: int | None
    yielded: int | None
    image: _Vectors


def _fields(node: GroupNode, ctx: Context) -> Iterator[_Field]:
    known: dict[str, _Vectors | None] = {}
    for place, t, n, m in examined_in(node, ctx).sizes:
        kind = _TYPES.get(type(t))
        if kind is None or not isinstance(t.path, str):
            continue
        if t.path not in known:
            known[t.path] = _vectors_at(node, t.path)
        image = known[t.path]
        if image is not None:
            yield _Field(place, kind, t.path, n, m, image)


def _vectors_at(node: GroupNode, path: str) -> _Vectors | None:
    child = node.children.get(path)
    model = child.model if isinstance(child, GroupNode) else None
    for _, found in sound(model.multiscales if isinstance(model, Image) else None, Multiscale):
        axes = found.array_axes() or []
        types = [getattr(axis, "type", None) for axis in axes]
        vector = next((i for i, name in enumerate(types) if name in _TYPES.values()), None)
        return _Vectors(axes, types, vector, _shape(node, path, found))
    return None


def _shape(node: GroupNode, path: str, found: Multiscale) -> tuple[int, ...] | None:
    for _, level in sound(found.datasets, Dataset):
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
        shape = field.image.shape
        if shape is not None and field.taken is not None and len(shape) != field.taken + 1:
            yield ctx.at(*field.place, "path").issue(
                f"the field at {field.path!r} has {counted(len(shape), 'dimension')}"
                f" for an input of {counted(field.taken, 'axis')}",
                shown=f"shape {list(shape)}",
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
        shape = field.image.shape
        if field.image.vector is None or shape is None or wanted is None or field.image.vector >= len(shape):
            continue
        if shape[field.image.vector] != wanted:
            yield ctx.at(*field.place, "path").issue(
                f"the field at {field.path!r} has vectors of {counted(shape[field.image.vector], 'number')}",
                shown=f"shape {list(shape)}",
                expected=f"{wanted} along axis {field.image.vector}",
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
        types = field.image.types
        vectors = [kind for kind in types[:MOST_AXES] if kind in _TYPES.values()]
        if types and vectors != [field.kind]:
            message = f"the axes of the field at {field.path!r} are of type {listed(types)}"
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
        axis = field.image.axes[field.image.vector] if field.image.vector is not None else None
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
        types = field.image.types[:MOST_AXES]
        if field.image.vector is None:
            continue
        if "space" in types[: field.image.vector] or "time" in types[field.image.vector :]:
            message = f"the vector axis of the field at {field.path!r} is number {field.image.vector}"
            yield ctx.at(*field.place, "path").issue(message, found=types, expected="after time, before space")


FIELD_RULES = (is_multiscale, ndim, vector_length, axis_type, axis_discrete, axis_position)
