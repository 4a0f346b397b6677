"""Rules on coordinate systems: those of an image, those of a scene, and their axes."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, rule
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.rules.common import duplicates, sound
from ngff_core.rules.image import axes
from ngff_core.rules.image.axis_types import mend_type_first
from ngff_core.structure import JSON, JSONObject
from ngff_core.words import counted
from ngff_v06.models.image import Multiscale
from ngff_v06.models.scene import SceneDef
from ngff_v06.models.systems import CoordinateSystem, CustomAxis, WithSystems
from ngff_v06.rules.examples import adapted, multiscale, system
from ngff_v06.rules.holders import Holder

_ARRAY = [{"name": f"dim_{n}", "type": "array"} for n in range(2)]
_SPACE = [{"name": name, "type": "space"} for name in "zyx"]
_FOUR = [*_SPACE, {"name": "w", "type": "space"}]


def _systems(holder: Holder) -> Iterator[tuple[int, CoordinateSystem, list[str | None], bool]]:
    """Yield the systems whose axes are known: position, system, types of its axes, and whether it is intrinsic."""
    intrinsic = holder.intrinsic_index() if isinstance(holder, Multiscale) else None
    for index, found in sound(holder.coordinateSystems, CoordinateSystem):
        types = axes.axis_types(found)  # type: ignore[arg-type]
        if types is not None:
            alone = isinstance(holder, Multiscale) and intrinsic is None
            yield index, found, types, index == intrinsic or alone


def with_axes(*written: JSON) -> JSONObject:
    """Return a multiscale whose only system has these axes."""
    return multiscale(coordinateSystems=[system("physical", list(written))])


@rule(
    "coordsys-nonempty",
    on=Multiscale,
    requirement=MUST,
    valid=[multiscale()],
    invalid=[multiscale(coordinateSystems=[])],
)
def nonempty(image: Multiscale, ctx: Context) -> Iterator[Issue]:
    """An image defines at least one coordinate system."""
    if image.coordinateSystems == []:
        yield ctx.at("coordinateSystems").issue(
            "coordinateSystems is empty", shown="[]", expected="at least one system"
        )


@rule(
    "coordsys-name-nonempty-string",
    on=CoordinateSystem,
    requirement=MUST,
    valid=[system("physical")],
    invalid=[system("")],
)
def name_nonempty(found: CoordinateSystem, ctx: Context) -> Iterator[Issue]:
    """The name of a coordinate system has at least one character."""
    if found.name == "":
        yield ctx.at("name").issue("the coordinate system has an empty name", found="", expected="a name")


@rule(
    "coordsys-name-unique",
    on=WithSystems,
    requirement=MUST,
    covers=["coordsys-entries-unique"],
    valid=[multiscale(systems=[system("world")])],
    invalid=[multiscale(systems=[system("physical", "zyx")]), multiscale(systems=[system("physical")])],
)
def name_unique(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """No two coordinate systems of one list have the same name.

    A scene and its images may use the same name: the path tells them apart. The JSON schemas only compare whole
    systems.

    To mend: give every coordinate system a name of its own.
    """
    systems = holder.coordinateSystems
    if not isinstance(systems, list):
        return
    for index, first in duplicates([getattr(found, "name", None) for found in systems]):
        name = systems[index].name
        yield ctx.at("coordinateSystems", index, "name").issue(
            f"coordinate system {index} has the name {name!r} of system {first}", found=name
        )


@rule(
    "axes-name-nonempty",
    on=CoordinateSystem,
    requirement=MUST,
    valid=[system("physical")],
    invalid=[system("physical", [{"name": "", "type": "space"}, {"name": "x", "type": "space"}])],
)
def axis_name_nonempty(found: CoordinateSystem, ctx: Context) -> Iterator[Issue]:
    """The name of an axis has at least one character."""
    for index, axis in enumerate(found.axes if isinstance(found.axes, list) else ()):
        if getattr(axis, "name", None) == "":
            yield ctx.at("axes", index, "name").issue(f"axis {index} has an empty name", found="", expected="a name")


@rule(
    "axes-count",
    on=WithSystems,
    requirement=MUST,
    valid=[with_axes(*"yx"), with_axes(*"tczyx")],
    invalid=[with_axes("x"), with_axes(*"tczyx", {"name": "p"})],
)
def count(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A coordinate system of an image has 2 to 5 axes, one of a scene 1 to 5."""
    least = 2 if isinstance(holder, Multiscale) else 1
    for index, found in sound(holder.coordinateSystems, CoordinateSystem):
        number = len(found.axes) if isinstance(found.axes, list) else least
        if not least <= number <= 5:
            yield ctx.at("coordinateSystems", index, "axes").issue(
                f"coordinate system {found.name!r} has {counted(number, 'axis')}",
                shown=counted(number, "axis"),
                expected=f"{least} to 5 axes",
            )


@rule(
    "axes-space-count",
    on=WithSystems,
    requirement=MUST,
    valid=[with_axes(*_SPACE), with_axes("c", "y", "x"), with_axes(*_ARRAY)],
    invalid=[
        with_axes("c", "x"),
        with_axes(*_FOUR),
        Example(multiscale(systems=[system("world", _FOUR)]), "not the intrinsic system: a warning"),
    ],
)
def space_count(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """Two or three axes of a coordinate system are of type space.

    An error in the intrinsic system of an image. In others it is a warning: transformations that change the number of
    axes lead there. Systems whose axes are all of type array are looked at by axes-space-or-array.
    """
    for index, found, types, intrinsic in _systems(holder):
        number = types.count("space")
        if 2 <= number <= 3 or _all_array(types):
            continue
        yield ctx.at("coordinateSystems", index, "axes").issue(
            f"coordinate system {found.name!r} has {number} axes of type space",
            shown=f"{number} space axes",
            expected="2 or 3 space axes",
            hint='give the axes their "type"' if None in types else mend_type_first(found.axes),
            severity=None if intrinsic else Severity.WARNING,
        )


def _all_array(types: list[str | None]) -> bool:
    return len(types) > 1 and set(types) == {"array"}


@rule(
    "axes-space-or-array",
    on=WithSystems,
    requirement=MUST,
    valid=[with_axes("y", "x"), multiscale(systems=[system("array", _ARRAY)])],
    invalid=[with_axes("y", "x", _ARRAY[0]), Example(with_axes(*_ARRAY), "the intrinsic system: a warning")],
)
def space_or_array(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """A coordinate system has axes of type space or of type array, not both.

    A system of array axes alone is what the JSON schema allows and the text does not know: accepted, with a warning
    where it is the intrinsic one.
    """
    for index, found, types, intrinsic in _systems(holder):
        both = "space" in types and "array" in types
        if both or (_all_array(types) and intrinsic):
            yield ctx.at("coordinateSystems", index, "axes").issue(
                f"coordinate system {found.name!r} has axes of "
                + ("type space and of type array" if both else "type array only, and the datasets lead to it"),
                expected="2 or 3 axes of type space",
                severity=None if both else Severity.WARNING,
            )


@rule(
    "axes-channel-or-custom-at-most-one",
    on=WithSystems,
    requirement=MUST,
    valid=[with_axes("c", "y", "x"), with_axes({"name": "a", "type": "angle"}, "y", "x"), with_axes(*_ARRAY)],
    invalid=[
        with_axes("c", {"name": "c2", "type": "channel"}, "y", "x"),
        with_axes({"name": "a"}, {"name": "b"}, "y", "x"),
        Example(with_axes("c", {"name": "a", "type": "angle"}, "y", "x"), "one of each: a warning"),
    ],
)
def channel_or_custom_at_most_one(holder: Holder, ctx: Context) -> Iterator[Issue]:
    """At most one axis is neither space nor time: one channel axis, or one untyped, custom or vector axis.

    Two of a kind are an error in the intrinsic system of an image, a warning in others; so is one of each, since the
    text reads as one in total.

    Peers: ome-zarr-models 1.8.1 and yaozarrs 0.3.4 accept one of each before 0.6.
    """
    for index, found, types, intrinsic in _systems(holder):
        channels = types.count("channel")
        customs = len(types) - channels - sum(types.count(kind) for kind in ("space", "time", "array"))
        if customs != len(types) and channels + customs > 1:
            both = channels == 1 and customs == 1
            yield ctx.at("coordinateSystems", index, "axes").issue(
                f"coordinate system {found.name!r} has {channels} channel and {customs} custom or untyped axes",
                shown=f"{channels + customs} axes other than space and time",
                expected="at most 1",
                hint=mend_type_first(found.axes),
                severity=Severity.WARNING if both or not intrinsic else None,
            )


@rule(
    "scene-systems-valid",
    on=SceneDef,
    requirement=MUST,
    valid=[{"coordinateSystems": [system("world")], "coordinateTransformations": []}],
    invalid=[{"coordinateSystems": [system("world", [])], "coordinateTransformations": []}],
)
def scene_systems_valid(scene: SceneDef, ctx: Context) -> Iterator[Issue]:
    """The coordinate systems of a scene are valid: they have a name and axes."""
    for index, found in sound(scene.coordinateSystems, CoordinateSystem):
        if found.axes == []:
            message = f"coordinate system {found.name!r} has no axes"
            yield ctx.at("coordinateSystems", index, "axes").issue(message, shown="[]", expected="at least one axis")


_OF_SYSTEMS = (
    axes.names_unique,
    axes.type_matches_name,
    axes.unit_present,
    axes.unit_space_known,
    axes.unit_time_known,
    axes.unit_measured,
    axes.time_at_most_one,
    axes.order_by_type,
    axes.spatial_order_zyx,
)
SYSTEM_RULES = (
    name_unique,
    name_nonempty,
    axis_name_nonempty,
    count,
    space_count,
    space_or_array,
    channel_or_custom_at_most_one,
    axes.type_present.evolve(on=CustomAxis),
    axes.type_known.evolve(on=CustomAxis),
    *(adapted(shared, CoordinateSystem) for shared in _OF_SYSTEMS),
)
IMAGE_SYSTEM_RULES = (nonempty, *SYSTEM_RULES)
