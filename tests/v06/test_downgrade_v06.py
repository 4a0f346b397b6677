"""The step from 0.6 to 0.5: what becomes of systems and transformations, what is lost, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documents import JSON, damaged, same_json, valid_documents
from form06 import LINKS, links
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import MISSING, document_of, official_cases
from steps import array_node, documents_of, group_node, step_on, texts

from ngff_v06.upgrade.downgrade import DOWNGRADE
from ngff_v06.upgrade.exact import multiplied, shifted
from ngff_v06.upgrade.linear import Linear, as_list
from ngff_v06.upgrade.upgrade import UPGRADE

SETTINGS = settings(max_examples=100, deadline=None)
KEY = "coordinateTransformations"
Y = {"name": "y", "type": "space", "unit": "micrometer"}
X = {"name": "x", "type": "space", "unit": "micrometer"}
BARE = [{"name": name, "type": "space"} for name in "yx"]
ONES = {"type": "scale", "scale": [1.0, 1.0]}


def scale(*numbers: float, **members: Any) -> dict[str, Any]:
    return {"type": "scale", "scale": list(numbers), **members}


def move(*numbers: float, **members: Any) -> dict[str, Any]:
    return {"type": "translation", "translation": list(numbers), **members}


def sequence(*steps: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "sequence", "transformations": list(steps), **members}


IDENTITY = {"type": "identity"}


def system(name: str, axes: Any = None, **members: Any) -> dict[str, Any]:
    return {"name": name, "axes": [Y, X] if axes is None else axes, **members}


def link(t: dict[str, Any], start: str = "physical", end: str = "world", **ends: Any) -> dict[str, Any]:
    return {**t, "input": {"name": start}, "output": {"name": end}, **ends}


def image(*levels: Any, systems: Any = None, name: Any = "physical", **members: Any) -> dict[str, Any]:
    """Return an image of 0.6 whose levels have these transformations."""
    datasets = [
        {"path": str(n), KEY: [{**t, "input": {"path": str(n)}, "output": {"name": name}}]}
        for n, t in enumerate(levels or [scale(1, 2)])
    ]
    systems = [system(name)] if systems is None else systems
    return {"version": "0.6", "multiscales": [{"coordinateSystems": systems, "datasets": datasets, **members}]}


def downgraded(ome: Any, *nodes: Any, kind: str = "image") -> tuple[Any, Any]:
    after, notes = step_on(DOWNGRADE, documents_of(group_node("", ome, kind), *nodes))
    assert notes.asked == {}
    return after[""].attributes["ome"], notes


def lost(ome: Any, *nodes: Any) -> dict[str, list[str]]:
    _, notes = downgraded(ome, *nodes)
    assert notes.obstacles == []
    return texts(notes.losses)


def refused(ome: Any, *nodes: Any, kind: str = "image") -> dict[str, list[str]]:
    _, notes = downgraded(ome, *nodes, kind=kind)
    return texts(notes.obstacles)


# --- what is kept -------------------------------------------------------------------------------------


def test_the_intrinsic_system_gives_the_axes() -> None:
    levels = scale(0.5, 1), sequence(scale(1, 2), move(0.25, 0.5)), IDENTITY
    after, notes = downgraded(image(*levels, name="physical", vendor=1))
    assert after == {
        "version": "0.5",
        "multiscales": [
            {
                "axes": [Y, X],
                "datasets": [
                    {"path": "0", KEY: [scale(0.5, 1)]},
                    {"path": "1", KEY: [scale(1, 2), move(0.25, 0.5)]},
                    {"path": "2", KEY: [ONES]},
                ],
                "vendor": 1,
            }
        ],
    }
    assert list(after["multiscales"][0]) == ["axes", "datasets", "vendor"]
    assert (notes.losses, notes.obstacles, notes.remarks) == ([], [], [])


def test_another_name_of_the_system_is_mentioned() -> None:
    after, notes = downgraded(image(name="stage"))
    assert after["multiscales"][0]["axes"] == [Y, X]
    assert texts(notes.remarks) == {"": ['multiscales[0]: 0.5 has no name for the system of the axes, "stage"']}
    assert (notes.losses, notes.obstacles) == ([], [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"version": "0.6rc0", "labels": ["a"]}, {"version": "0.5", "labels": ["a"]}),
        ({"labels": ["a"], "version": "0.6"}, {"labels": ["a"], "version": "0.5"}),
        ({"plate": {"version": "0.6"}}, {"version": "0.5", "plate": {}}),
        ({"version": "0.6", "own": {"version": "7"}}, {"version": "0.5", "own": {"version": "7"}}),
        ({"version": "0.6", "multiscales": [{"version": "0.6"}, 3]}, {"version": "0.5", "multiscales": [{}, 3]}),
    ],
)
def test_the_version_is_stated_once(before: Any, after: Any) -> None:
    made, notes = downgraded(before)
    assert (made, list(made)) == (after, list(after))
    assert (notes.losses, notes.obstacles) == ([], [])
    assert all("is left out: `ome` states one for all" in remark.text for remark in notes.remarks)


COMPOSED: dict[str, tuple[dict[str, Any], list[Any] | None]] = {
    "scale": (scale(1, 0.5), [scale(1, 0.5)]),
    "members of a scale": (scale(1, 2, name="a", note=1), [scale(1, 2, name="a", note=1)]),
    "identity": (IDENTITY, [ONES]),
    "translation": (move(1, 2), [ONES, move(1, 2)]),
    "sequence of one": (sequence(scale(1, 2)), [scale(1, 2)]),
    "scale and translation": (sequence(scale(1, 2), move(3, 4)), [scale(1, 2), move(3, 4)]),
    "with an identity": (sequence(IDENTITY, scale(1, 2), IDENTITY, move(3, 4)), [scale(1, 2), move(3, 4)]),
    "identities alone": (sequence(IDENTITY, sequence(IDENTITY)), [ONES]),
    "scales": (sequence(scale(0.1, 2), scale(3, 2)), [scale(0.3, 4)]),
    "translations": (sequence(move(0.1, 2), move(0.2, 2)), [ONES, move(0.3, 4)]),
    "translation and scale": (sequence(move(0.1, 2), scale(3, 2)), [scale(3, 2), move(0.3, 4)]),
    "nested": (sequence(sequence(scale(1, 2), move(1, 1)), sequence(scale(2, 2))), [scale(2, 4), move(2, 2)]),
    "affine": ({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}, None),
    "affine inside": (sequence(scale(1, 2), {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}), None),
    "mapAxis": ({"type": "mapAxis", "mapAxis": [1, 0]}, None),
    "another size": (sequence(IDENTITY, scale(1, 2, 3)), None),
    "two sizes": (sequence(scale(1, 2), scale(1, 2, 3)), None),
    "too large": (sequence(scale(1e300, 1), scale(1e300, 1)), None),
    "too far": (sequence(move(1.7e308, 1), move(1.7e308, 1)), None),
    "too large and far": (sequence(move(1e300, 1), scale(1e300, 1)), None),
    "no numbers": (sequence(IDENTITY, scale("a", 1)), None),  # type: ignore[arg-type]
    "no list": (sequence(IDENTITY, {"type": "scale", "scale": 1}), None),
    "no steps": ({"type": "sequence"}, None),
}


@pytest.mark.parametrize(("written", "expected"), COMPOSED.values(), ids=COMPOSED)
def test_what_scales_and_translations_come_to(written: Any, expected: Any) -> None:
    found = as_list(link(written), 2)
    assert (found is None) == (expected is None)
    if found is not None:
        assert json.dumps(found.transformations) == json.dumps(expected)
        assert found.dropped == {}


def test_members_of_sequences_have_no_place() -> None:
    found = as_list(sequence(scale(1, 1, note=1), move(1, 1), name="a"), 2)
    assert found == Linear([scale(1, 1, note=1), move(1, 1)], {"name": "a"})
    assert as_list(sequence(sequence(scale(1, 1, note=1)), IDENTITY), 2) == Linear([scale(1, 1)], {"note": 1})
    assert lost(image(sequence(scale(1, 1), name="a"))) == {
        "": ['`name` "a" of the transformation of multiscales[0].datasets[0]']
    }


def test_sequences_of_any_depth_are_taken() -> None:
    deep = scale(1, 1)
    for _ in range(900):
        deep = sequence(deep, IDENTITY)
    assert as_list(deep, 2) is None


def test_numbers_are_exact_in_decimals() -> None:
    assert repr(multiplied([0.1, 3, 2**62, 0.7], [3, 5, 4, 1.1])) == repr([0.3, 15, float(2**64), 0.77])
    assert repr(shifted([0.1, 3, 2**62, 1e-20], [0.2, 5, 2**62, 1])) == repr([0.3, 8, float(2**63), 1.0])
    assert multiplied([1e300], [1e300]) is multiplied([1], [1, 2]) is shifted([1.7e308], [1.7e308]) is None


# --- transformations for all levels -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (scale(1, 2), [scale(1, 2)]),
        (sequence(scale(1, 2), move(3, 4)), [scale(1, 2), move(3, 4)]),
        (move(3, 4), [ONES, move(3, 4)]),
        (IDENTITY, [ONES]),
    ],
)
@pytest.mark.parametrize("before", [BARE, [Y, X], [BARE[0], X]])
def test_the_way_to_one_further_system_is_that_of_all_levels(before: Any, written: Any, expected: Any) -> None:
    systems = [system("world"), system("physical", before)]
    after, notes = downgraded(image(systems=systems, **{KEY: [link(written)]}))
    assert after["multiscales"] == [
        {"axes": [Y, X], "datasets": [{"path": "0", KEY: [scale(1, 2)]}], KEY: expected},
    ]
    text = 'multiscales[0]: the way to the system "world" is applied to all levels'
    assert texts(notes.remarks) == {"": [text]}
    assert (notes.losses, notes.obstacles) == ([], [])


_WORLD = 'the coordinate system "world" of multiscales[0]'
_SCALE = 'the transformation "scale" from "physical" to "world" of multiscales[0]'
MILLIMETER = [{**axis, "unit": "millimeter"} for axis in (Y, X)]
OTHER_WAYS: dict[str, tuple[list[Any], list[Any], list[str]]] = {
    "another unit": ([system("world", MILLIMETER)], [link(scale(1, 1))], [_WORLD, _SCALE]),
    "no unit any more": ([system("world", BARE)], [link(scale(1, 1))], [_WORLD, _SCALE]),
    "other axes": ([system("world", [X, Y])], [link(scale(1, 1))], [_WORLD, _SCALE]),
    "fewer axes": ([system("world", [Y])], [link(scale(1, 1))], [_WORLD, _SCALE]),
    "the other way round": (
        [system("world")],
        [link(scale(1, 1), "world", "physical")],
        [_WORLD, 'the transformation "scale" from "world" to "physical" of multiscales[0]'],
    ),
    "an affine": (
        [system("world")],
        [link({"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]], "name": "to atlas"})],
        [_WORLD, 'the transformation "affine" "to atlas" from "physical" to "world" of multiscales[0]'],
    ),
    "two systems": (
        [system("world"), system("atlas")],
        [link(scale(1, 1)), link(scale(1, 1), end="atlas")],
        [
            _WORLD,
            'the coordinate system "atlas" of multiscales[0]',
            _SCALE,
            'the transformation "scale" from "physical" to "atlas" of multiscales[0]',
        ],
    ),
    "two ways": ([system("world")], [link(scale(1, 1)), link(scale(1, 1))], [_WORLD, _SCALE, _SCALE]),
    "a label image": (
        [],
        [link(IDENTITY, end="physical", input={"path": "labels/a", "name": "physical"})],
        ['the transformation "identity" from "physical" at "labels/a" to "physical" of multiscales[0]'],
    ),
    "to a label image": (
        [],
        [link(IDENTITY, output={"path": "labels/a", "name": "physical"})],
        ['the transformation "identity" from "physical" to "physical" at "labels/a" of multiscales[0]'],
    ),
    "to itself": (
        [],
        [link(IDENTITY, end="physical")],
        ['the transformation "identity" from "physical" to "physical" of multiscales[0]'],
    ),
    "no way": ([system("world")], [], [_WORLD]),
}


@pytest.mark.parametrize(("further", "written", "expected"), OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_other_systems_and_transformations_are_lost(further: Any, written: Any, expected: list[str]) -> None:
    before = image(systems=[system("physical"), *further], **{KEY: written})
    after, _ = downgraded(before)
    assert after["multiscales"] == [{"axes": [Y, X], "datasets": [{"path": "0", KEY: [scale(1, 2)]}]}]
    assert lost(before) == {"": expected}


def test_one_way_is_kept_beside_others_that_are_lost() -> None:
    affine = {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}
    before = image(
        systems=[system("physical", BARE), system("world"), system("atlas")],
        **{KEY: [link(affine, end="atlas"), link(sequence(scale(2, 2), name="n"))]},
    )
    after, _ = downgraded(before)
    assert (after["multiscales"][0]["axes"], after["multiscales"][0][KEY]) == ([Y, X], [scale(2, 2)])
    assert lost(before) == {
        "": [
            'the coordinate system "atlas" of multiscales[0]',
            'the transformation "affine" from "physical" to "atlas" of multiscales[0]',
            '`name` "n" of the transformations for all levels of multiscales[0]',
        ]
    }


NAMED = {
    "stored": ["coordinateTransformations/matrix"],
    "displacements": ["coordinateTransformations/field"],
    "coordinates": ["coordinateTransformations/points"],
    "bijection": ["coordinateTransformations/field"],
}


@pytest.mark.parametrize("kind", LINKS)
def test_what_transformations_named_stays(kind: str) -> None:
    before = image(systems=[system("physical"), system("world", MILLIMETER)], **{KEY: [link(links(2)[kind])]})
    _, notes = downgraded(before)
    assert [place.text for place in notes.remarks] == [
        f'nothing names "{path}" any more; it stays in the store' for path in NAMED.get(kind, [])
    ]
    assert len(notes.losses) == 2


# --- axes --------------------------------------------------------------------------------------------


def test_what_0_5_does_not_know_of_axes_is_lost() -> None:
    axes = [
        {"name": "c", "type": "channel", "discrete": True, "longName": "stain", "own": 1},
        {**Y, "discrete": None},
        X,
    ]
    before = image(scale(1, 1, 1), systems=[system("physical", axes, note="a")])
    after, _ = downgraded(before)
    assert after["multiscales"][0]["axes"] == [{"name": "c", "type": "channel", "own": 1}, Y, X]
    assert lost(before) == {
        "": [
            '`note` of the system "physical" of multiscales[0]',
            '`discrete` true of the axis "c" of multiscales[0]',
            '`longName` "stain" of the axis "c" of multiscales[0]',
        ]
    }


@pytest.mark.parametrize("kind", ["displacement", "coordinate"])
def test_vector_axes_are_custom_ones(kind: str) -> None:
    axes = [{"name": "d", "type": kind}, Y, X]
    after, notes = downgraded(image(scale(1, 1, 1), systems=[system("physical", axes)]))
    assert after["multiscales"][0]["axes"] == axes
    text = f'the type "{kind}" of the axis "d" of multiscales[0] is a custom one in 0.5'
    assert texts(notes.remarks) == {"": [text]}
    assert (notes.losses, notes.obstacles) == ([], [])


def test_axes_of_arrays_are_refused() -> None:
    axes = [{"name": name, "type": "array"} for name in "ij"]
    assert refused(image(systems=[system("physical", axes)])) == {
        "": ['multiscales[0] has axes of type "array" only; 0.5 asks for 2 or 3 space axes']
    }


# --- arrays ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ({}, None),
        ({"dimension_names": None}, None),
        ({"dimension_names": [None, None]}, None),
        ({"dimension_names": ["x", "y"]}, '`dimension_names` ["x", "y"]: in 0.5 they are the names of the axes'),
        ({"dimension_names": ["y", None]}, '`dimension_names` ["y", null]: in 0.5 they are the names of the axes'),
    ],
)
def test_dimension_names_are_written(held: Any, text: str | None) -> None:
    array = array_node("0", **held)
    nodes = documents_of(group_node("", image()), array, array_node("other", **held))
    after, notes = step_on(DOWNGRADE, nodes)
    assert after["0"] == array.evolve(metadata={**array.metadata, "dimension_names": ["y", "x"]})
    assert after["other"] is nodes["other"]
    assert texts(notes.losses) == ({} if text is None else {"0": [text]})


def test_dimension_names_that_are_right_stay() -> None:
    nodes = documents_of(group_node("", image()), array_node("0", dimension_names=["y", "x"]))
    after, _ = step_on(DOWNGRADE, nodes)
    assert after["0"] is nodes["0"]


def test_arrays_of_another_number_of_dimensions_stay() -> None:
    nodes = documents_of(group_node("", image()), array_node("0", (8,)))
    assert step_on(DOWNGRADE, nodes)[0]["0"] is nodes["0"]


def test_one_array_cannot_have_the_names_of_two_images() -> None:
    before = image()
    before["multiscales"].append(image(systems=[system("physical", [X, Y])])["multiscales"][0])
    assert refused(before, array_node("0")) == {
        "0": ["two images that have this array as a level name their axes differently"]
    }
    before["multiscales"].pop()
    before["multiscales"].append(image()["multiscales"][0])
    assert refused(before, array_node("0")) == {}


# --- what is refused ---------------------------------------------------------------------------------


def test_transformations_that_datasets_of_0_5_cannot_have() -> None:
    affine = {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}
    assert refused(image(scale(1, 1), affine)) == {
        "": [
            "the transformation of multiscales[0].datasets[1] is no scale and translation:"
            ' "affine" from null at "1" to "physical"'
        ]
    }


@pytest.mark.parametrize("written", [None, "odd", [], [IDENTITY, IDENTITY]])
def test_lists_that_0_6_does_not_allow_stay(written: Any) -> None:
    before = image(scale(1, 1), scale(2, 2))
    before["multiscales"][0]["datasets"][1][KEY] = written
    after, notes = downgraded(before)
    assert after["multiscales"][0]["datasets"][1][KEY] == written
    assert (notes.losses, notes.obstacles) == ([], [])


def test_odd_transformations() -> None:
    before = image(**{KEY: ["odd", {"type": "identity", "input": "a"}]})
    assert lost(before) == {
        "": [
            'the transformation "odd" of multiscales[0]',
            'the transformation "identity" from "a" to null of multiscales[0]',
        ]
    }
    before["multiscales"][0]["datasets"].append({"path": "1", KEY: ["odd"]})
    text = 'the transformation of multiscales[0].datasets[1] is no scale and translation: "odd"'
    assert refused(before) == {"": [text]}


def test_what_deep_transformations_name_is_not_searched_for_ever() -> None:
    deep: dict[str, Any] = {"type": "affine", "path": "matrix"}
    for _ in range(60):
        deep = sequence(deep)
    _, notes = downgraded(image(systems=[system("physical"), system("world")], **{KEY: [link(deep)]}))
    assert (len(notes.losses), notes.remarks) == (2, [])


def test_datasets_that_lead_to_different_systems() -> None:
    before = image(scale(1, 1), scale(2, 2))
    before["multiscales"][0]["datasets"][1][KEY][0]["output"] = {"name": "world"}
    assert refused(before) == {
        "": ['multiscales[0].datasets[1] leads to the system "world", the first dataset to "physical"']
    }


def test_names_of_fields() -> None:
    images = [{"path": path} for path in ("0", "a1", "a-b", "a_b", "a.b")] + [{"path": 3}, "odd"]
    text = 'the well names an image "{}"; 0.5 asks for letters and digits'
    assert refused({"version": "0.6", "well": {"images": images}}, kind="well") == {
        "": [text.format(path) for path in ("a-b", "a_b", "a.b")]
    }


def test_scenes() -> None:
    ends = {"input": {"path": "tile_0", "name": "physical"}, "output": {"name": "world"}}
    scene = {KEY: [{**IDENTITY, **ends}, {**IDENTITY, **ends, "input": {"path": "tile_1", "name": "a"}}]}
    text = "0.5 has no scenes; the images of a scene can be downgraded one by one: {}"
    assert refused({"version": "0.6", "scene": scene}, kind="scene") == {"": [text.format('"tile_0", "tile_1"')]}
    assert refused({"version": "0.6", "scene": 3}, kind="scene") == {"": [text.format("none is named")]}
    after, _ = downgraded({**image(), "scene": scene})
    assert sorted(after) == ["multiscales", "version"]
    assert lost({**image(), "scene": scene}) == {"": ["the scene"]}


def test_both_axes_and_coordinate_systems() -> None:
    assert refused(image(axes=[])) == {"": ["multiscales[0] has `axes` of 0.5 and `coordinateSystems` of 0.6"]}


# --- whatever is written ------------------------------------------------------------------------------


@SETTINGS
@given(st.data())
def test_broken_documents_are_taken(data: st.DataObject) -> None:
    kind, ome = data.draw(damaged("0.6") | valid_documents("0.6"))
    names = data.draw(JSON)
    step_on(DOWNGRADE, documents_of(group_node("", ome, kind), array_node("0", dimension_names=names), array_node("1")))


@SETTINGS
@given(valid_documents("0.6", kinds=("image", "label-image", "plate", "well", "collection", "labels-group", "series")))
def test_there_and_back(drawn: tuple[str, Any]) -> None:
    kind, ome = drawn
    before = documents_of(group_node("", ome, kind))
    down, notes = step_on(DOWNGRADE, before)
    assert notes.obstacles == []
    if notes.losses or any(KEY in multiscale for multiscale in ome.get("multiscales", [])):
        return
    back, _ = step_on(UPGRADE, down)
    assert same_json(back[""].attributes["ome"], ome)


OFFICIAL = [case for case in official_cases("0.6") if case["expect"] == "valid" and case["kind"] == "suite"]


def axes(flag: str, names: str) -> list[str]:
    return [f'`discrete` {flag} of the axis "{name}" of multiscales[0]' for name in names.split()]


def further(name: str, described: str) -> list[str]:
    return [f'the coordinate system "{name}" of multiscales[0]', f"the transformation {described} of multiscales[0]"]


def names(*written: str) -> list[str]:
    place = "of the transformation of multiscales[0].datasets"
    return [f'`name` "{name}" {place}[{n}]' for n, name in enumerate(written)]


_LEVELS = names(*(f"scale{n}_to_physical" for n in range(3)))
_ZYX, _YX, _ONE = axes("false", "z y x"), axes("false", "y x"), names("transform-name")
_OUTPUT = further("output", '"sequence" from "physical" to "output"')
# what each official document loses that loses anything
LOSSES: dict[str, list[str]] = {
    "image/multiscales_transform_additional_transforms": [*_ZYX, *_OUTPUT, *_ONE],
    "image/multiscales_transform_additional_transforms_path": [*_ZYX, *_OUTPUT, *_ONE],
    "image/multiscales_transform_identity": [*_YX, *_ONE],
    "image/multiscales_transform_sequence": [*_ZYX, *_ONE],
    "transforms/affine": [
        *_YX, *further("sheared", '"affine" "physical-to-sheared" from "physical" to "sheared"'), *_LEVELS,
    ],
    "transforms/affineParams": [
        *_YX, *further("sheared", '"affine" "shearing-transform" from "physical" to "sheared"'),
    ],
    "transforms/byDimension": [
        *axes("true", "dim_0 dim_1"),
        *further("physical", '"byDimension" "transform-name" from "array_coordinates" to "physical"'),
        *_ONE,
    ],
    "transforms/identity": [*_YX, *_ONE],
    "transforms/mapAxis": [
        *_YX, *further("sheared", '"mapAxis" "physical-to-sheared" from "physical" to "sheared"'), *_LEVELS,
    ],
    "transforms/projectAxis": [
        *_YX, *further("world", '"projectAxis" "physical-to-world" from "physical" to "world"'), *_LEVELS,
    ],
    "transforms/projectAxis2": [
        *axes("true", "c"), *_YX,
        *further("world", '"projectAxis" "physical-to-world" from "physical" to "world"'), *_LEVELS,
    ],
    "transforms/rotation": [*_YX, *further("rotated", '"rotation" "rotation" from "physical" to "rotated"')],
    "transforms/scale": _YX,
    "strict_image/image_omero": further("world", '"translation" from "intrinsic" to "world"'),
    "strict_image/multiscales_example": further("world", '"scale" from "world" to "intrinsic"'),
}  # fmt: skip
_SCENE = "0.5 has no scenes; the images of a scene can be downgraded one by one: "
_CROPPED = '"4995115_cropped_400_100_400_400_rot10.zarr", "4995115_cropped_700_700_400_400_rot45.zarr"'
REFUSED: dict[str, str] = {
    "scene/scene": f'{_SCENE}{_CROPPED}, "4995115_full.zarr"',
    "scene/tile_stitching": f'{_SCENE}"tile_0", "tile_1", "tile_2", "tile_3"',
    "transforms/byDimension": 'multiscales[0] has axes of type "array" only; 0.5 asks for 2 or 3 space axes',
    "well/minimal_path_special_char": 'the well names an image "0_a-b.image"; 0.5 asks for letters and digits',
}


@pytest.mark.skipif(not OFFICIAL, reason=MISSING)
@pytest.mark.parametrize("case", OFFICIAL, ids=lambda case: case["id"])
def test_official_documents(case: dict[str, Any]) -> None:
    _, notes = downgraded(document_of(case)["ome"])
    name = case["id"].partition(":")[2]
    assert [place.text for place in notes.losses] == LOSSES.get(name, [])
    assert [place.text for place in notes.obstacles] == ([REFUSED[name]] if name in REFUSED else [])


@pytest.mark.skipif(not OFFICIAL, reason=MISSING)
def test_every_exception_is_about_a_case() -> None:
    assert (LOSSES.keys() | REFUSED.keys()) - {case["id"].partition(":")[2] for case in OFFICIAL} == set()
