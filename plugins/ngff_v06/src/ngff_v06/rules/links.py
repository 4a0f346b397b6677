"""Rules on where transformations start and lead: of images, between their coordinate systems, and to label images."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import Absent, GroupNode, Why, resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import lacks
from ngff_core.structure import JSONObject
from ngff_core.words import listed, with_article
from ngff_v06.models.image import Multiscale
from ngff_v06.models.systems import CoordinateSystemIdentifier, WithSystems
from ngff_v06.models.transformations import (
    IdentityTransformation,
    ScaleTransformation,
    SequenceTransformation,
    TranslationTransformation,
)
from ngff_v06.rules.examples import dataset, image, multiscale, store, system
from ngff_v06.rules.holders import IMAGES, Holder, SystemsBelow, holders_of
from ngff_v06.transforms.walk import dataset_transformations, nested, own_transformations, references_in, systems_of

_IDENTITY = {"type": "identity"}
_SIDES = ("input", "output")
_LABEL = {**image(), "image-label": {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 255]}]}}


def to_label(kind: JSONObject, name: str = "physical", path: str = "labels/cells") -> Example:
    """Return an image with a label image, and a transformation of this kind from one to the other."""
    nodes = {
        "labels": {"labels": ["cells"]},
        "labels/cells": _LABEL,
        "labels/cells/0": ExampleArray((8, 8), "uint32"),
    }
    return store({**kind, "output": {"name": name, "path": path}}, systems=[], nodes=nodes)


@rule(
    "transform-input-output-required",
    on=WithSystems,
    requirement=MUST,
    valid=[multiscale(_IDENTITY)],
    invalid=[
        multiscale(datasets=[dataset({"type": "scale", "scale": [1, 1], "input": {"path": "0"}})]),
        multiscale(coordinateTransformations=[{"type": "identity", "output": {"name": "physical"}}]),
    ],
)
def required(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A transformation has both `input` and `output`, unless it is a part of another one."""
    own = [(place, t) for place, t, _ in dataset_transformations(holder)]
    for place, t in (*own, *own_transformations(holder)):
        missing = [side for side in _SIDES if getattr(t, side) is None and lacks(t, side)]
        if missing:
            message = f"the transformation has no {' and no '.join(missing)}"
            yield ctx.at(*place).issue(message, expected='"input" and "output"')


@rule(
    "transform-name-unique",
    on=WithSystems,
    requirement=SHOULD,
    valid=[multiscale({**_IDENTITY, "name": "a"}, {**_IDENTITY, "name": "b"})],
    invalid=[multiscale({**_IDENTITY, "name": "a"}, {**_IDENTITY, "name": "a"})],
)
def name_unique(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """No two transformations of one list have the same name.

    The text says "unique" without a keyword or a scope; the official valid scene has three of one name.

    To mend: give every transformation a name of its own, or none.
    """
    first: dict[tuple[Pointer, str], int] = {}
    for start, t in own_transformations(holder):
        for place, inner in nested(start, t):
            if isinstance(place[-1], int) and isinstance(inner.name, str):
                before = first.setdefault((place[:-1], inner.name), place[-1])
                if before != place[-1]:
                    message = f"transformation {place[-1]} has the name {inner.name!r} of transformation {before}"
                    yield ctx.at(*place, "name").issue(message, found=inner.name)


@rule(
    "transform-multiscale-io-name-present",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale(_IDENTITY)],
    invalid=[multiscale({**_IDENTITY, "input": {"path": "0"}})],
)
def io_name_present(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """Input and output of the transformations between coordinate systems have a name."""
    for place, end in references_in(multiscale):
        if end.name is None:
            yield ctx.at(*place).issue(f"the {place[-1]} has no name", expected='"name"')


@rule(
    "transform-multiscale-intrinsic-endpoint",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale(_IDENTITY)],
    invalid=[
        multiscale({**_IDENTITY, "input": {"name": "stage"}}, systems=[system("world"), system("stage")]),
    ],
)
def intrinsic_endpoint(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """One end of each transformation between coordinate systems is the intrinsic one, to which the datasets lead.

    Chains over a third system are thereby ruled out inside an image.
    """
    intrinsic = multiscale.intrinsic_system
    name = getattr(intrinsic, "name", None)
    if not isinstance(name, str):
        return
    message, expected = f"neither end is the intrinsic coordinate system {name!r}", f'"{name}" as input or output'
    for place, t in own_transformations(multiscale):
        ends = [end for end in (t.input, t.output) if isinstance(end, CoordinateSystemIdentifier) and end.name]
        if len(ends) == 2 and not any(end.name == name and end.path is None for end in ends):
            yield ctx.at(*place).issue(message, shown=f"{ends[0].name} -> {ends[1].name}", expected=expected)


@rule(
    "transform-multiscale-endpoint-defined",
    on=GroupNode,
    kinds=IMAGES,
    requirement=MUST,
    alone=True,
    valid=[store(_IDENTITY), to_label(_IDENTITY)],
    invalid=[
        store({**_IDENTITY, "output": {"name": "nope"}}),
        to_label(_IDENTITY, path="labels/nuclei"),
        to_label(_IDENTITY, name="nope"),
        to_label(_IDENTITY, name="nope", path="."),
        Example(to_label(_IDENTITY, path=".").data, "a system of the same multiscale: a warning"),
    ],
)
def endpoint_defined(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Both ends of a transformation are coordinate systems of the same multiscale, or one is that of a label image.

    With a `path` it is the coordinate system of that name of the label image there. Needs the store for that.
    A path that leads to the image itself, such as ".", names no label image: an error, and a warning where the system
    is one of the same multiscale, since the path is only superfluous then (as in the output of a dataset).
    """
    for start, holder in holders_of(node):
        known = systems_of(holder)
        expected = listed(known) or None
        for place, end in references_in(holder):
            where = (*start, *place)
            if not isinstance(end.name, str):
                continue
            if end.path is None:
                if end.name not in known and isinstance(holder.coordinateSystems, list):
                    message = f"there is no coordinate system {end.name!r}"
                    yield ctx.at(*where, "name").issue(message, found=end.name, expected=expected)
            elif isinstance(end.path, str) and resolve_path("", end.path) == "":
                yield ctx.at(*where, "path").issue(
                    f"{end.path!r} is the image itself, not a label image",
                    found=end.path,
                    expected="no path, or a label image",
                    hint="leave the path out" if end.name in known else None,
                    severity=Severity.WARNING if end.name in known else None,
                )
            else:
                yield from _at_path(node, end, where, ctx)


def _at_path(node: GroupNode, end: CoordinateSystemIdentifier, where: Pointer, ctx: Context) -> Iterator[Issue]:
    child = node.children.get(end.path) if isinstance(end.path, str) else None
    if isinstance(child, Absent):
        if child.why is not Why.UNREADABLE:
            message = f"there is no label image at {end.path!r}"
            yield ctx.at(*where, "path").issue(message, found=end.path, expected="a label image")
    elif isinstance(child, GroupNode) and not child.document.problems:
        if child.kind not in IMAGES:
            message = f"{end.path!r} is no label image"
            yield ctx.at(*where, "path").issue(message, found=end.path, expected="a label image")
        elif ctx.shared(SystemsBelow, node).at(end) is None:
            message = f"the image at {end.path!r} has no coordinate system {end.name!r}"
            yield ctx.at(*where, "name").issue(message, found=end.name)


@rule(
    "transform-multiscale-label-target-simple",
    on=Multiscale,
    requirement=MUST,
    valid=[
        multiscale({**kind, "output": {"name": "physical", "path": "labels/cells"}})
        for kind in (
            _IDENTITY,
            {"type": "scale", "scale": [2, 2]},
            {"type": "sequence", "transformations": [{"type": "scale", "scale": [2, 2]}, {"type": "identity"}]},
        )
    ],
    invalid=[
        multiscale(
            {
                "type": "affine",
                "affine": [[1, 1, 0], [0, 1, 0]],
                "output": {"name": "physical", "path": "labels/cells"},
            }
        )
    ],
)
def label_target_simple(multiscale: Multiscale, ctx: Context) -> Iterator[Issue]:
    """A transformation to or from a label image is an identity, a scale, a translation, or a sequence of these.

    Two of three places in the text leave the sequence out.
    """
    simple = (IdentityTransformation, ScaleTransformation, TranslationTransformation)
    for place, t in own_transformations(multiscale):
        ends = [end for end in (t.input, t.output) if isinstance(end, CoordinateSystemIdentifier)]
        if not any(isinstance(end.path, str) for end in ends) or isinstance(t, simple):
            continue
        steps = t.transformations if isinstance(t, SequenceTransformation) else None
        if isinstance(steps, list) and all(isinstance(step, simple) for step in steps):
            continue
        yield ctx.at(*place, "type").issue(
            f"{with_article(t.type)} links the image with a label image",
            found=t.type,
            expected="identity, scale, translation, or a sequence of these",
        )


@rule(
    "scene-group-above-images",
    on=GroupNode,
    kinds=(*IMAGES, "scene"),
    requirement=MUST,
    alone=True,
    valid=[store(_IDENTITY), to_label(_IDENTITY)],
    invalid=[store({**_IDENTITY, "output": {"name": "physical", "path": "../other"}})],
)
def above_images(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """Transformations between images stand in a scene, which is a group above those images.

    So no path of a scene leads up out of its group, and those of an image lead to its label images only.
    """
    for start, holder in holders_of(node):
        for place, end in references_in(holder):
            if not isinstance(end.path, str):
                continue
            above = resolve_path("", end.path) is None and not end.path.startswith("/")
            child = node.children.get(end.path)
            other = node.kind != "scene" and isinstance(child, GroupNode) and child.kind == "image"
            if above or (other and not end.path.lstrip("./").startswith("labels/")):
                yield ctx.at(*start, *place, "path").issue(
                    f"{end.path!r} leads " + ("out of the group" if above else "to another image"),
                    found=end.path,
                    expected="an image below the scene" if node.kind == "scene" else "a label image of this image",
                    hint=None if node.kind == "scene" else "transformations between images belong in a scene",
                )


LINK_RULES = (required, name_unique)
IMAGE_LINK_RULES = (
    *LINK_RULES,
    io_name_present,
    intrinsic_endpoint,
    endpoint_defined,
    label_target_simple,
    above_images,
)
