"""Rules on scenes: the images that they name, and what they say about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ngff_core.checking.example import Example, ExampleArray
from ngff_core.checking.rule import Context, rule
from ngff_core.hierarchy import Absent, GroupNode, Why, resolve_path
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, SHOULD, Severity
from ngff_core.rules.common import not_followed
from ngff_core.rules.meant import meant_in
from ngff_core.words import listed
from ngff_v06.models.scene import SceneDef
from ngff_v06.rules.examples import KEY, scene, system
from ngff_v06.rules.holders import SystemsBelow, holders_of
from ngff_v06.transforms.walk import every_transformation, references_in, systems_of

_SCENE = ("scene",)
_MOVE = {"type": "translation", "translation": [0, 5]}
_START = {"path": "a", "name": "physical"}
_WORLD = {"coordinateSystems": [system("world")], KEY: [{**_MOVE, "input": _START, "output": {"name": "world"}}]}


def _to(**end: object) -> dict[str, object]:
    return {**_MOVE, "input": _START, "output": end}


@rule(
    "scene-transformations-nonempty",
    on=SceneDef,
    requirement=MUST,
    valid=[_WORLD],
    invalid=[{KEY: []}],
)
def transformations_nonempty(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """A scene has at least one transformation."""
    if scene.coordinateTransformations == []:
        yield ctx.at(KEY).issue("the scene has no transformations", shown="[]", expected="at least one transformation")


@rule(
    "scene-io-name-present",
    on=SceneDef,
    requirement=MUST,
    valid=[_WORLD],
    invalid=[{**_WORLD, KEY: [_to(path="b")]}],
)
def io_name_present(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """Input and output of the transformations of a scene have a name."""
    for place, end in references_in(scene):
        if end.name is None:
            yield ctx.at(*place).issue(f"the {place[-1]} has no name", expected='"name"')


@rule(
    "scene-io-no-other-keys",
    on=SceneDef,
    requirement=MUST,
    severity=Severity.WARNING,
    valid=[_WORLD],
    invalid=[{**_WORLD, KEY: [_to(name="world", zone=1)]}],
)
def io_no_other_keys(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """Input and output of the transformations of a scene have no keys but `name` and `path`; otherwise a warning.

    The JSON schema closes these objects, and no others; the text says nothing of it.
    """
    for place, end in references_in(scene):
        for key in sorted(end.extra.keys() - {"name", "path"}):
            yield ctx.at(*place, key).issue(f"the {place[-1]} has the key {key!r}", expected='"name" and "path" alone')


@rule(
    "scene-local-name-defined",
    on=SceneDef,
    requirement=MUST,
    valid=[_WORLD, {**_WORLD, KEY: [_to(name="world", path=None)]}],
    invalid=[{**_WORLD, KEY: [_to(name="nope")]}, {KEY: [_to(name="world")]}],
)
def local_name_defined(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """A name without a path is that of a coordinate system of the scene."""
    known = systems_of(scene)
    expected = listed(known) or "a path to the image that has it"
    for place, end in references_in(scene):
        if end.path is None and isinstance(end.name, str) and end.name not in known:
            message = f"the scene has no coordinate system {end.name!r}"
            yield ctx.at(*place, "name").issue(message, found=end.name, expected=expected)


@rule(
    "scene-path-resolves",
    on=GroupNode,
    kinds=_SCENE,
    requirement=MUST,
    valid=[scene()],
    invalid=[
        scene(images=("a",)),
        Example({**scene().data, "b": None}),
        Example({**scene(images=("a",)).data, "b": ExampleArray((8, 8))}),
        scene({**_MOVE, "input": _START, "output": {"path": ".", "name": "physical"}}, images=("a",)),
    ],
)
def path_resolves(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A path leads to a multiscale image below the scene."""
    for start, found in holders_of(node):
        for place, end in references_in(found):
            if not isinstance(end.path, str):
                continue
            child = node.children.get(end.path)
            problem = None
            if isinstance(child, Absent) and child.why is not Why.UNREADABLE:
                problem = _PROBLEMS.get(child.why, "")
            elif isinstance(child, GroupNode) and child.kind not in ("image", "label-image"):
                problem = None if child.document.problems else _PROBLEMS[Why.GROUP]
            elif child is None and resolve_path("", end.path) == "":
                problem = "path {!r} leads to the scene itself"
            if problem is not None:
                message = problem.format(end.path) or not_followed(end.path)
                hint = meant_in(child, ctx) if isinstance(child, GroupNode) else None
                at = ctx.at(*start, *place, "path")
                yield at.issue(message, found=end.path, expected="an image below the scene", hint=hint)


_PROBLEMS = {
    Why.MISSING: "there is no image at {!r}",
    Why.ARRAY: "there is an array at {!r}, not an image",
    Why.GROUP: "the group at {!r} is no image",
    Why.OTHER_FORMAT: "the group at {!r} is stored in the other Zarr format",
}


@rule(
    "scene-path-name-defined",
    on=GroupNode,
    kinds=_SCENE,
    requirement=MUST,
    valid=[scene()],
    invalid=[scene({**_MOVE, "input": _START, "output": {"path": "b", "name": "nope"}})],
)
def path_name_defined(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """A name with a path is that of a coordinate system of the image there.

    Peers: yaozarrs 0.3.4, ome-zarr-models 1.8.1, ngff-zarr 0.50.0 and ome-zarr-io 0.10.2 do not check it.

    To mend: name a coordinate system of the image at that path.
    """
    for start, found in holders_of(node):
        for place, end in references_in(found):
            child = node.children.get(end.path) if isinstance(end.path, str) else None
            known = isinstance(child, GroupNode) and child.kind in ("image", "label-image") and not child.faults
            if known and isinstance(end.name, str) and ctx.shared(SystemsBelow, node).at(end) is None:
                message = f"the image at {end.path!r} has no coordinate system {end.name!r}"
                yield ctx.at(*start, *place, "name").issue(message, found=end.name)


def _stored(path: str) -> Example:
    nodes = {"coordinateTransformations/m": ExampleArray((2, 3), "float64"), "m": ExampleArray((2, 3), "float64")}
    made = scene({"type": "affine", "path": path, "input": _START, "output": {"path": "b", "name": "physical"}})
    return Example({**made.data, "coordinateTransformations": None, **nodes})


@rule(
    "scene-arrays-in-coordinatetransformations-group",
    on=GroupNode,
    kinds=_SCENE,
    requirement=SHOULD,
    alone=True,
    valid=[_stored("coordinateTransformations/m")],
    invalid=[_stored("m")],
)
def arrays_in_group(node: GroupNode, ctx: Context) -> Iterator[Issue]:
    """What holds the parameters of transformations lies in a group `coordinateTransformations` beside the images."""
    for start, found in holders_of(node):
        for place, t in every_transformation(found):
            path = getattr(t, "path", None)
            if isinstance(path, str) and not (resolve_path("", path) or "").startswith("coordinateTransformations/"):
                message = f"the parameters of the {t.type} are kept at {path!r}"
                yield ctx.at(*start, *place, "path").issue(
                    message, found=path, expected='"coordinateTransformations/..."'
                )


@rule(
    "scene-first-system-is-default",
    on=SceneDef,
    requirement=SHOULD,
    severity=Severity.INFO,
    valid=[_WORLD],
    invalid=[{**_WORLD, "coordinateSystems": [system("stage"), system("world")]}],
)
def first_system_is_default(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """A common reference system comes first in the coordinate systems of a scene; a hint only.

    It is taken to be the one that most transformations start from or lead to.
    """
    systems = systems_of(scene)
    known = list(systems)
    names = (end.name for _, end in references_in(scene) if end.path is None)
    uses = Counter(name for name in names if isinstance(name, str) and name in systems)
    if len(known) > 1 and uses and uses[known[0]] < max(uses.values()):
        best = max(known, key=lambda name: uses[name])
        message = f"the first coordinate system is {known[0]!r}, but {best!r} is the one that most images are linked to"
        yield ctx.at("coordinateSystems", 0).issue(message, found=known, expected=f"{best!r} first")


SCENE_RULES = (
    transformations_nonempty,
    io_name_present,
    io_no_other_keys,
    local_name_defined,
    path_resolves,
    path_name_defined,
    arrays_in_group,
    first_system_is_default,
)
