"""The step from 0.3 to 0.4 on images and label images, on documents before and after."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from migrating import Stepped, array, broken, group, step

from ngff_core.errors import UsageError
from ngff_core.migration import NodeDocuments
from ngff_v04.pixel_size import Size, read_sizes
from ngff_v04.upgrade import STEP

KEY = "coordinateTransformations"
SIZES = "z=2micrometer, y=0.5micrometer,x=0.5micrometer,t=30second,c=1"
Y = {"name": "y", "type": "space"}
X = {"name": "x", "type": "space"}


def scaled(path: str, *scale: float, translation: list[float] | None = None) -> dict[str, Any]:
    """Return a dataset with its transformations."""
    transformations: list[Any] = [{"type": "scale", "scale": list(scale)}]
    if translation is not None:
        transformations.append({"type": "translation", "translation": translation})
    return {"path": path, KEY: transformations}


def image(axes: str, *shapes: tuple[int, ...], answers: Any = None, **members: Any) -> Stepped:
    """Take the step from an image whose levels have these shapes."""
    datasets = [{"path": str(n)} for n, _ in enumerate(shapes)]
    entry = {"version": "0.3", "axes": list(axes), "datasets": datasets, **members}
    levels = [array(str(n), *shape) for n, shape in enumerate(shapes)]
    return step(STEP, [*levels, group("", "image", multiscales=[entry])], answers)


def multiscale(taken: Stepped) -> dict[str, Any]:
    entry: dict[str, Any] = taken.attributes()["multiscales"][0]
    return entry


def label(**members: Any) -> list[NodeDocuments]:
    return [group("", "label-image", multiscales=[], image__label={"version": "0.3", **members})]


def test_the_step() -> None:
    assert (STEP.source, STEP.target) == ("0.3", "0.4")
    assert [(d.name, d.default, d.choices) for d in STEP.decisions] == [
        ("pixel-size", "unknown", ()),
        ("level-translation", "none", ("none", "center")),
        ("label-color", "first", ("first", "last")),
        ("missing-rows", "add", ("add", "refuse")),
    ]


# --- axes and scales ----------------------------------------------------------------------------------


def test_axes_become_objects_and_levels_get_a_scale() -> None:
    taken = image("tczyx", (2, 3, 5, 64, 64), (2, 3, 5, 32, 32), (2, 3, 5, 16, 8), name="a", vendor=[1])
    assert taken.attributes() == {
        "multiscales": [
            {
                "version": "0.4",
                "axes": [
                    {"name": "t", "type": "time"},
                    {"name": "c", "type": "channel"},
                    {"name": "z", "type": "space"},
                    Y,
                    X,
                ],
                "datasets": [
                    scaled("0", 1.0, 1.0, 1.0, 1.0, 1.0),
                    scaled("1", 1.0, 1.0, 1.0, 2.0, 2.0),
                    scaled("2", 1.0, 1.0, 1.0, 4.0, 8.0),
                ],
                "name": "a",
                "vendor": [1],
            }
        ]
    }
    assert list(multiscale(taken)) == ["version", "axes", "datasets", "name", "vendor"]
    assert taken.said() == {}
    assert taken.notes.asked == {"pixel-size": [""], "level-translation": [""]}


def test_ratios_of_odd_shapes_are_those_of_the_shapes() -> None:
    taken = image("yx", (101, 100), (50, 50))
    assert multiscale(taken)["datasets"] == [scaled("0", 1.0, 1.0), scaled("1", 2.02, 2.0)]


def test_arrays_without_pixels_are_scaled_by_one() -> None:
    taken = image("tyx", (0, 8, 8), (0, 0, 4))
    assert multiscale(taken)["datasets"] == [scaled("0", 1.0, 1.0, 1.0), scaled("1", 1.0, 1.0, 2.0)]


def test_attributes_of_arrays_stay() -> None:
    level = array("0", 8, 8, attributes={"_ARRAY_DIMENSIONS": ["y", "x"]})
    entry = {"axes": ["y", "x"], "datasets": [{"path": "0"}]}
    taken = step(STEP, [level, group("", "image", multiscales=[entry], _ARRAY_DIMENSIONS=["y", "x"])])
    assert taken.after["0"] is level
    assert taken.attributes() == {
        "multiscales": [{"version": "0.4", "axes": [Y, X], "datasets": [scaled("0", 1.0, 1.0)]}],
        "_ARRAY_DIMENSIONS": ["y", "x"],
    }


def test_one_level_alone_needs_no_shape() -> None:
    entry = {"axes": ["y", "x"], "datasets": [{"path": "0"}]}
    taken = step(STEP, [group("", "image", multiscales=[entry])])
    assert multiscale(taken)["datasets"] == [scaled("0", 1.0, 1.0)]
    assert taken.said() == {}
    assert taken.notes.asked == {"pixel-size": [""]}


@pytest.mark.parametrize("shapes", [[(8, 8), (4,)], [(8,), (4, 4)]])
def test_several_levels_are_refused_when_a_shape_is_not_known(shapes: list[tuple[int, ...]]) -> None:
    taken = image("yx", *shapes)
    level = [len(shape) for shape in shapes].index(1)
    text = f"the shape of level {level} of image 0 is not known, and so its scale is not"
    assert taken.said() == {"obstacles": [("", text)]}


@pytest.mark.parametrize("axes", ["cx", "tc", "x", ""])
def test_images_with_fewer_than_two_axes_in_space_are_refused(axes: str) -> None:
    taken = image(axes, (1,) * len(axes))
    named = ", ".join(axes) or "none"
    text = f"image 0 has the axes {named}, and 0.4 wants two or three in space"
    assert taken.said() == {"obstacles": [("", text)]}
    assert multiscale(taken) == {"version": "0.4", "axes": list(axes), "datasets": [{"path": "0"}]}


@pytest.mark.parametrize("axes", [None, "yx", ["y", 1], ["Y", "X"], [{"name": "y"}, "x"], [["y"], "x"]])
def test_axes_that_are_no_letters_stay_to_be_judged(axes: Any) -> None:
    taken = step(STEP, [group("", "image", multiscales=[{"version": "0.3", "axes": axes, "datasets": [{}]}])])
    assert multiscale(taken) == {"version": "0.4", "axes": axes, "datasets": [{}]}
    assert taken.said() == {}


def test_transformations_that_are_there_already_stay() -> None:
    own = [{"type": "scale", "scale": [3, 3]}]
    entry = {"axes": ["y", "x"], "datasets": [{"path": "0", KEY: own}], KEY: own}
    taken = step(STEP, [array("0", 8, 8), group("", "image", multiscales=[entry])])
    assert multiscale(taken) == {"version": "0.4", "axes": [Y, X], "datasets": [{"path": "0", KEY: own}], KEY: own}
    assert taken.said() == {
        "remarks": [
            ("", f"{KEY} of image 0 had no meaning in 0.3, and holds for all its levels in 0.4"),
            ("", f"{KEY} in datasets of image 0 had no meaning in 0.3, and has one in 0.4"),
        ]
    }
    assert taken.notes.asked == {}


# --- the decisions on pixels ---------------------------------------------------------------------------


def test_pixel_sizes_with_units() -> None:
    taken = image("tczyx", (2, 3, 5, 64, 64), (2, 3, 5, 32, 16), answers={"pixel-size": SIZES})
    assert multiscale(taken)["axes"] == [
        {"name": "t", "type": "time", "unit": "second"},
        {"name": "c", "type": "channel"},
        {"name": "z", "type": "space", "unit": "micrometer"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]
    assert multiscale(taken)["datasets"] == [
        scaled("0", 30.0, 1.0, 2.0, 0.5, 0.5),
        scaled("1", 30.0, 1.0, 2.0, 1.0, 2.0),
    ]


def test_axes_whose_size_is_not_given_are_scaled_by_one() -> None:
    taken = image("zyx", (5, 8, 8), (5, 4, 4), answers={"pixel-size": "y=0.25,x=0.25nanometer"})
    assert multiscale(taken)["axes"] == [
        {"name": "z", "type": "space"},
        {"name": "y", "type": "space"},
        {"name": "x", "type": "space", "unit": "nanometer"},
    ]
    assert multiscale(taken)["datasets"] == [scaled("0", 1.0, 0.25, 0.25), scaled("1", 1.0, 0.5, 0.5)]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("unknown", {}),
        (" unknown ", {}),
        ("x=2", {"x": Size(2.0)}),
        ("x = 2. foot , t=1e-3day", {"x": Size(2.0, "foot"), "t": Size(0.001, "day")}),
        ("x=2exameter", {"x": Size(2.0, "exameter")}),
        ("x=2E3exameter", {"x": Size(2000.0, "exameter")}),
        ("c=1", {"c": Size(1.0)}),
    ],
)
def test_sizes_that_are_understood(text: str, sizes: dict[str, Size]) -> None:
    assert read_sizes(text) == sizes


AXIS = "is not AXIS=SIZE with an axis of t, c, z, y, x"
NUMBER = "is no number above 0 with an optional unit"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"'' {AXIS}"),
        ("Unknown", f"'Unknown' {AXIS}"),
        ("x", f"'x' {AXIS}"),
        ("x=1,", f"'' {AXIS}"),
        ("X=1", f"'X=1' {AXIS}"),
        ("xy=1", f"'xy=1' {AXIS}"),
        ("x=1,x=1", "axis x has two sizes"),
        ("x=", f"the size '' of axis x {NUMBER}"),
        ("x=meter", f"the size 'meter' of axis x {NUMBER}"),
        ("x=0meter", f"the size '0meter' of axis x {NUMBER}"),
        ("x=-1", f"the size '-1' of axis x {NUMBER}"),
        ("x=nan", f"the size 'nan' of axis x {NUMBER}"),
        ("x=1e999", f"the size '1e999' of axis x {NUMBER}"),
        ("x=1e-999", f"the size '1e-999' of axis x {NUMBER}"),
        ("x=٣", f"the size '٣' of axis x {NUMBER}"),
        ("x=1=2", f"the size '1=2' of axis x {NUMBER}"),
        ("x=1 2", f"the size '1 2' of axis x {NUMBER}"),
        ("x=1 micro meter", f"the size '1 micro meter' of axis x {NUMBER}"),
        ("x=1um", "the unit 'um' of axis x is none that 0.4 lists for space; write 'micrometer'"),
        ("x=1Micrometer", "the unit 'Micrometer' of axis x is none that 0.4 lists for space; write 'micrometer'"),
        ("x=1pixel", "the unit 'pixel' of axis x is none that 0.4 lists for space, such as micrometer"),
        ("x=1second", "the unit 'second' of axis x is none that 0.4 lists for space, such as micrometer"),
        ("t=1s", "the unit 's' of axis t is none that 0.4 lists for time; write 'second'"),
        ("t=1micrometer", "the unit 'micrometer' of axis t is none that 0.4 lists for time, such as second"),
        ("c=1meter", "axis c has a unit, 'meter', which only axes in space and time have"),
    ],
)
def test_sizes_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        STEP.decisions[0].read(text)
    assert str(caught.value).startswith(f"pixel-size={text!r}: {message}")


def test_levels_may_be_centered() -> None:
    answers = {"level-translation": "center", "pixel-size": "y=0.5micrometer,x=0.5micrometer"}
    taken = image("cyx", (4, 8, 8), (2, 4, 8), (2, 2, 2), answers=answers)
    assert multiscale(taken)["datasets"] == [
        scaled("0", 1.0, 0.5, 0.5),
        scaled("1", 2.0, 1.0, 0.5, translation=[0.0, 0.25, 0.0]),
        scaled("2", 2.0, 2.0, 2.0, translation=[0.0, 0.75, 0.75]),
    ]
    assert taken.notes.asked == {"pixel-size": [""], "level-translation": [""]}


def test_centering_is_no_question_where_no_level_is_smaller_in_space() -> None:
    taken = image("tyx", (4, 8, 8), (2, 8, 8), answers={"level-translation": "center"})
    assert multiscale(taken)["datasets"] == [scaled("0", 1.0, 1.0, 1.0), scaled("1", 2.0, 1.0, 1.0)]
    assert taken.notes.asked == {"pixel-size": [""]}


# --- channels and labels ---------------------------------------------------------------------------------


def test_colors_of_channels_lose_their_hash() -> None:
    channels = [{"color": "#00ff7F", "label": "a"}, {"color": "FF0000"}, {"label": "b"}, {"color": 5}, 7]
    taken = step(STEP, [group("", "image", multiscales=[], omero={"version": "0.3", "channels": channels, "id": 1})])
    assert taken.attributes()["omero"] == {
        "version": "0.4",
        "channels": [{"color": "00ff7F", "label": "a"}, *channels[1:]],
        "id": 1,
    }
    assert taken.said() == {}


@pytest.mark.parametrize("color", ["red", "FFF", "FF0000FF", "##FF0000", ""])
def test_other_colors_are_refused(color: str) -> None:
    taken = step(STEP, [group("", "image", multiscales=[], omero={"channels": [{}, {"color": color}]})])
    assert taken.said() == {"obstacles": [("", f'color "{color}" of channel 1 is not six hexadecimal digits')]}


FIRST = {"label-value": 1, "rgba": [1, 1, 1, 255], "mine": 2}
OTHER = {"label-value": 2, "rgba": [2, 2, 2, 255]}
SECOND = {"label-value": 1.0, "rgba": [3, 3, 3, 255]}


@pytest.mark.parametrize(
    ("answer", "colors", "dropped"),
    [("first", [FIRST, OTHER], "[3, 3, 3, 255]"), ("last", [SECOND, OTHER], "[1, 1, 1, 255]")],
)
def test_two_colors_of_one_label_value(answer: str, colors: list[Any], dropped: str) -> None:
    taken = step(STEP, label(colors=[FIRST, OTHER, SECOND], source={}), {"label-color": answer})
    assert taken.attributes()["image-label"] == {"version": "0.4", "colors": colors, "source": {}}
    value = 1.0 if answer == "first" else 1
    text = f"color {dropped} of label value {value} is dropped for another"
    assert taken.said() == {"remarks": [("", text)]}
    assert taken.notes.asked == {"label-color": [""]}


def test_repeated_entries_go_without_a_question() -> None:
    properties = [{"label-value": 1, "a": 1}, {"label-value": 1, "b": 1}, {"label-value": 1, "a": 1}]
    taken = step(STEP, label(colors=[FIRST, OTHER, dict(FIRST)], properties=properties))
    assert taken.attributes()["image-label"] == {
        "version": "0.4",
        "colors": [FIRST, OTHER],
        "properties": properties[:2],
    }
    assert taken.said() == {
        "remarks": [
            ("", "entry 2 of colors in image-label repeats another, and is left out"),
            ("", "entry 2 of properties in image-label repeats another, and is left out"),
        ]
    }
    assert taken.notes.asked == {}


def test_one_and_true_are_not_the_same_label_value_or_entry() -> None:
    colors = [{"label-value": True}, {"label-value": 1, "a": 1}, {"label-value": 1, "a": True}, {"label-value": []}]
    taken = step(STEP, label(colors=colors))
    assert taken.attributes()["image-label"]["colors"] == [colors[0], colors[1], colors[3]]
    assert taken.notes.asked == {"label-color": [""]}


def test_empty_lists_are_left_out() -> None:
    taken = step(STEP, label(colors=[], properties=[]))
    assert taken.attributes()["image-label"] == {"version": "0.4"}
    text = "{} of image-label is empty, which 0.4 does not allow, and is left out"
    assert taken.said() == {"remarks": [("", text.format("colors")), ("", text.format("properties"))]}


def test_a_version_is_added_to_image_label() -> None:
    taken = step(STEP, [group("", "label-image", image__label={"source": {"image": "../../"}})])
    assert list(taken.attributes()["image-label"].items()) == [("version", "0.4"), ("source", {"image": "../../"})]


def test_what_is_not_of_ome_stays() -> None:
    foreign = {"multiscales": [{"axes": ["y", "x"]}], "plate": {}, "image-label": {"colors": []}}
    nodes = [array("0", 4, attributes=foreign), group("A", "row", **foreign), group("", "group", **foreign)]
    assert step(STEP, nodes).after == {node.path: node for node in nodes}


NODES = [
    array("labels/a/0", 3, 8, 8),
    array("labels/a/1", 3, 4, 4),
    group(
        "labels/a",
        "label-image",
        multiscales=[{"version": "0.3", "axes": ["c", "y", "x"], "datasets": [{"path": "0"}, {"path": "1"}]}],
        image__label={"version": "0.3", "colors": [FIRST, OTHER, SECOND], "properties": [{"label-value": 1}]},
    ),
    group("labels", "labels-group", labels=["a"]),
    array("0", 3, 8, 8),
    array("1", 3, 4, 4),
    group(
        "",
        "image",
        multiscales=[{"version": "0.3", "axes": ["c", "y", "x"], "datasets": [{"path": "0"}, {"path": "1"}]}],
        omero={"channels": [{"color": "#FF0000", "window": {"min": 0}}]},
    ),
]


@given(broken(NODES))
@settings(max_examples=300, deadline=None)
def test_broken_documents_never_raise(nodes: list[NodeDocuments]) -> None:
    answers = {"pixel-size": SIZES, "level-translation": "center", "label-color": "last"}
    step(STEP, step(STEP, nodes, answers).after.values(), answers)


def test_taken_twice_it_changes_nothing_more() -> None:
    once = step(STEP, NODES)
    assert step(STEP, once.after.values()).after == once.after
