"""The step from 0.5 to 0.6: what becomes of every part of an image, each answer to a question, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from documents import JSON, damaged, valid_documents
from hypothesis import given, settings
from hypothesis import strategies as st
from specification import MISSING, document_of, official_cases
from steps import array_node, documents_of, group_node, step_on, texts

from ngff_core.errors import UsageError
from ngff_core.migration import NodeDocuments
from ngff_core.plugins import Registry, discover
from ngff_core.validation.calls import check_object
from ngff_v06.plugin import ngff_migrations
from ngff_v06.upgrade.downgrade import DOWNGRADE
from ngff_v06.upgrade.upgrade import COORDINATE_SYSTEM, UPGRADE

SETTINGS = settings(max_examples=100, deadline=None)
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v06"])
KEY = "coordinateTransformations"
Y = {"name": "y", "type": "space", "unit": "micrometer"}
X = {"name": "x", "type": "space", "unit": "micrometer"}
T = {"name": "t", "type": "time", "unit": "second"}


def scale(*numbers: float, **members: Any) -> dict[str, Any]:
    return {"type": "scale", "scale": list(numbers), **members}


def move(*numbers: float, **members: Any) -> dict[str, Any]:
    return {"type": "translation", "translation": list(numbers), **members}


def sequence(*steps: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "sequence", "transformations": list(steps), **members}


def ends(path: str, name: str = "physical") -> dict[str, Any]:
    return {"input": {"path": path}, "output": {"name": name}}


def image(*levels: Any, axes: Any = None, **members: Any) -> dict[str, Any]:
    """Return an image of 0.5 whose levels have these lists of transformations."""
    datasets = [{"path": str(n), KEY: written} for n, written in enumerate(levels)]
    return {"version": "0.5", "multiscales": [{"axes": axes or [Y, X], "datasets": datasets, **members}]}


def upgraded(ome: Any, **answers: str) -> tuple[dict[str, Any], Any]:
    after, notes = step_on(UPGRADE, documents_of(group_node("", ome, "image")), **answers)
    assert notes.losses == []
    return after[""].attributes["ome"], notes


def refused(ome: Any, *nodes: NodeDocuments, kind: str = "image", **answers: str) -> dict[str, list[str]]:
    _, notes = step_on(UPGRADE, documents_of(group_node("", ome, kind), *nodes), **answers)
    return texts(notes.obstacles)


# --- mechanical -------------------------------------------------------------------------------------


def test_the_plugin_brings_both_steps() -> None:
    assert [(step.source, step.target) for step in ngff_migrations()] == [
        ("0.5", "0.6"),
        ("0.6", "0.5"),
        ("0.6", "0.6"),
    ]


def test_axes_become_a_coordinate_system_that_the_datasets_lead_to() -> None:
    before = image([scale(0.5, 1)], [scale(1, 2), move(0.25, 0.5)], name="cells", vendor={"a": 1})
    after, notes = upgraded(before)
    assert after == {
        "version": "0.6",
        "multiscales": [
            {
                "coordinateSystems": [{"name": "physical", "axes": [Y, X]}],
                "datasets": [
                    {"path": "0", KEY: [scale(0.5, 1, **ends("0"))]},
                    {"path": "1", KEY: [sequence(scale(1, 2), move(0.25, 0.5), **ends("1"))]},
                ],
                "name": "cells",
                "vendor": {"a": 1},
            }
        ],
    }
    assert list(after["multiscales"][0]) == ["coordinateSystems", "datasets", "name", "vendor"]
    assert [type(number) for number in after["multiscales"][0]["datasets"][0][KEY][0]["scale"]] == [float, int]
    assert (notes.obstacles, notes.remarks, notes.asked) == ([], [], {"coordinate-system": [""]})


def test_every_multiscale_has_its_own_system() -> None:
    before = image([scale(1, 1)])
    before["multiscales"].append({"axes": [T, Y, X], "datasets": [{"path": "a/b", KEY: [scale(1, 1, 1)]}]})
    after, _ = upgraded(before, coordinate_system="stage")
    assert [m["coordinateSystems"] for m in after["multiscales"]] == [
        [{"name": "stage", "axes": [Y, X]}],
        [{"name": "stage", "axes": [T, Y, X]}],
    ]
    assert after["multiscales"][1]["datasets"][0][KEY] == [scale(1, 1, 1, **ends("a/b", "stage"))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"version": "0.5", "labels": ["a"]}, {"version": "0.6", "labels": ["a"]}),
        ({"labels": ["a"]}, {"version": "0.6", "labels": ["a"]}),
        ({"labels": ["a"], "version": "0.5"}, {"labels": ["a"], "version": "0.6"}),
        ({"version": "0.5", "well": {"images": [], "version": "0.4"}}, {"version": "0.6", "well": {"images": []}}),
        ({"version": "0.5", "plate": {"version": "0.5", "x": 1}}, {"version": "0.6", "plate": {"x": 1}}),
        ({"version": "0.5", "image-label": {"version": "0.5"}}, {"version": "0.6", "image-label": {}}),
        ({"version": "0.5", "bioformats2raw.layout": 3}, {"version": "0.6", "bioformats2raw.layout": 3}),
        ({"version": "0.5", "series": ["0"]}, {"version": "0.6", "series": ["0"]}),
        ({"version": "0.5", "own": {"version": "7"}}, {"version": "0.6", "own": {"version": "7"}}),
        ({"version": "0.5", "multiscales": [{"version": "0.5"}, 3]}, {"version": "0.6", "multiscales": [{}, 3]}),
    ],
)
def test_the_version_is_stated_once(before: Any, after: Any) -> None:
    made, notes = upgraded(before)
    assert (made, list(made)) == (after, list(after))
    assert (notes.obstacles, notes.asked) == ([], {})
    assert all("is left out: `ome` states one for all" in remark.text for remark in notes.remarks)


def test_attributes_beside_and_groups_without_metadata_stay() -> None:
    nodes = documents_of(group_node("", {"version": "0.5"}, own=[1]), group_node("a", None, x=1), array_node("b"))
    nodes["c"] = nodes["a"].evolve(path="c", attributes={"ome": "text"})
    after, _ = step_on(UPGRADE, nodes)
    assert after == {**nodes, "": nodes[""].evolve(attributes={"ome": {"version": "0.6"}, "own": [1]})}


def test_groups_that_share_attributes_share_the_new_ones() -> None:
    field = group_node("A/1/0", image([scale(1, -1)]), "image")
    nodes = documents_of(field, field.evolve(path="A/1/1"), array_node("A/1/1/0"), array_node("A/1/1/1"))
    after, notes = step_on(UPGRADE, nodes)
    assert after["A/1/0"].attributes is after["A/1/1"].attributes
    assert notes.asked == {"coordinate-system": ["A/1/0", "A/1/1"]}
    assert [place.path for place in notes.remarks] == ["A/1/0", "A/1/1"]


def test_nulls_in_axes_are_left_out() -> None:
    nulls = {"discrete": None, "longName": None}
    before = image([scale(1, 1, 1)], axes=[{"name": "a", "type": None, "unit": None, **nulls}, {**Y, "other": None}, X])
    after, notes = upgraded(before)
    assert after["multiscales"][0]["coordinateSystems"][0]["axes"] == [{"name": "a"}, {**Y, "other": None}, X]
    assert notes.obstacles == []


# --- decisions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["intrinsic", "µm, as measured"])
def test_the_name_of_the_system_is_free(name: str) -> None:
    after, _ = upgraded(image([scale(1, 1)]), coordinate_system=name)
    assert after["multiscales"][0]["coordinateSystems"][0]["name"] == name
    assert after["multiscales"][0]["datasets"][0][KEY][0]["output"] == {"name": name}


def test_the_name_of_the_system_is_not_empty() -> None:
    with pytest.raises(UsageError, match=r"^coordinate-system='': expected a name of at least one character$"):
        COORDINATE_SYSTEM.read("")


FOLDED: dict[str, tuple[list[Any], list[Any], list[Any]]] = {
    "a scale into a scale": ([scale(3, 1)], [scale(0.1, 2)], [scale(0.3, 2)]),
    "integers stay integers": ([scale(3, 2)], [scale(1, 2)], [scale(3, 4)]),
    "a scale into a translation": ([scale(3, 10)], [scale(1, 1), move(0.1, 2)], [scale(3, 10), move(0.3, 20)]),
    "a translation into a scale": ([scale(1, 2), move(5, 6)], [scale(0.5, 1)], [scale(0.5, 2), move(5, 6)]),
    "both into both": ([scale(2, 2), move(0.1, 1)], [scale(1, 1), move(0.1, 3)], [scale(2, 2), move(0.3, 7)]),
    "ones": ([scale(1.0, 1.0)], [scale(0.1, 0.7)], [scale(0.1, 0.7)]),
    "other members stay": ([scale(2, 2)], [scale(1, 1, note="a")], [scale(2, 2, note="a")]),
    "too large for integers": ([scale(2**40, 1)], [scale(2**40, 1)], [scale(float(2**80), 1)]),
}


@pytest.mark.parametrize(("common", "level", "expected"), FOLDED.values(), ids=FOLDED)
def test_transformations_for_all_levels_are_folded(common: Any, level: Any, expected: Any) -> None:
    after, notes = upgraded(image(level, level, **{KEY: common}), multiscale_transformations="fold")
    (multiscale,) = after["multiscales"]
    assert KEY not in multiscale
    for path, dataset in zip("01", multiscale["datasets"], strict=True):
        one = expected[0] if len(expected) == 1 else sequence(*expected)
        assert json.dumps(dataset[KEY]) == json.dumps([{**one, **ends(path)}])
    text = "the transformations for all levels of multiscales[0] are folded into those of its datasets"
    assert texts(notes.remarks) == {"": [text]}
    assert notes.asked == {"coordinate-system": [""], "multiscale-transformations": [""]}


def test_folding_is_the_default() -> None:
    assert upgraded(image([scale(1, 1)], **{KEY: [scale(2, 2)]}))[0]["multiscales"][0]["datasets"][0][KEY] == [
        scale(2, 2, **ends("0"))
    ]


def test_members_of_transformations_that_are_folded_are_lost() -> None:
    document = documents_of(group_node("", image([scale(1, 1)], **{KEY: [scale(2, 2, name="a")]}), "image"))
    _, notes = step_on(UPGRADE, document)
    assert texts(notes.losses) == {"": ["`name` of the scale for all levels of multiscales[0]"]}
    _, notes = step_on(UPGRADE, document, multiscale_transformations="keep")
    assert notes.losses == []


@pytest.mark.parametrize(
    ("common", "link"),
    [
        ([scale(1, 2)], scale(1, 2)),
        ([scale(1, 2), move(3, 4)], sequence(scale(1, 2), move(3, 4))),
    ],
)
@pytest.mark.parametrize(("name", "first"), [("physical", "intrinsic"), ("intrinsic", "levels")])
def test_transformations_for_all_levels_are_kept(common: Any, link: Any, name: str, first: str) -> None:
    before = image([scale(1, 1)], **{KEY: common})
    after, notes = upgraded(before, multiscale_transformations="keep", coordinate_system=name)
    assert after["multiscales"] == [
        {
            "coordinateSystems": [
                {"name": name, "axes": [Y, X]},
                {"name": first, "axes": [Y, {"name": "x", "type": "space"}]},
            ],
            "datasets": [{"path": "0", KEY: [scale(1, 1, **ends("0", first))]}],
            KEY: [{**link, "input": {"name": first}, "output": {"name": name}}],
        }
    ]
    text = f'multiscales[0]: the datasets lead to the system "{first}", where axes that are scaled have no unit'
    assert texts(notes.remarks) == {"": [text]}
    report = check_object({"ome": after}, registry=REGISTRY)
    assert report.valid, report.issues


def test_official_examples_were_folded_likewise() -> None:
    axes = [T, {"name": "c", "type": "channel"}, Y, X]
    after, _ = upgraded(image([scale(1.0, 1.0, 0.5, 0.5)], axes=axes, **{KEY: [scale(0.1, 1.0, 1.0, 1.0)]}))
    assert after["multiscales"][0]["datasets"][0][KEY] == [scale(0.1, 1.0, 0.5, 0.5, **ends("0"))]


# --- what is refused ---------------------------------------------------------------------------------


ODD_AXES: dict[str, tuple[dict[str, Any], str]] = {
    "empty name": ({"name": ""}, "multiscales[0].axes[0] has an empty name"),
    "number for a unit": ({"name": "a", "unit": 5}, "`unit` of multiscales[0].axes[0] is 5; 0.6 asks for a string"),
    "list for a type": ({"name": "a", "type": []}, "`type` of multiscales[0].axes[0] is []; 0.6 asks for a string"),
    "discrete": (
        {"name": "a", "discrete": "no"},
        '`discrete` of multiscales[0].axes[0] is "no"; 0.6 asks for true or false',
    ),
    "longName": ({"name": "a", "longName": 1}, "`longName` of multiscales[0].axes[0] is 1; 0.6 asks for a string"),
    "array": (
        {"name": "a", "type": "array"},
        'multiscales[0].axes[0] has the custom type "array", which 0.6 only has for systems made of nothing else',
    ),
}


@pytest.mark.parametrize(("axis", "text"), ODD_AXES.values(), ids=ODD_AXES)
def test_axes_that_0_6_does_not_allow(axis: Any, text: str) -> None:
    assert refused(image([scale(1, 1, 1)], axes=[axis, Y, X])) == {"": [text]}


@pytest.mark.parametrize("answer", ["fold", "keep"])
def test_vectors_that_are_kept_in_arrays(answer: str) -> None:
    stored = {"type": "translation", "path": "t"}
    text = "the translation of {} is kept in an array; 0.6 asks for its numbers"
    assert refused(image([scale(1, 1), stored]), multiscale_transformations=answer) == {
        "": [text.format("multiscales[0].datasets[0]")]
    }
    assert refused(image([scale(1, 1)], **{KEY: [scale(1, 1), stored]}), multiscale_transformations=answer) == {
        "": [text.format("multiscales[0]")]
    }


@pytest.mark.parametrize("answer", ["fold", "keep"])
def test_zero_scales(answer: str) -> None:
    assert refused(image([scale(1, 1)], [scale(1, 0.0)])) == {
        "": ["the scale of multiscales[0].datasets[1] is 0 for axis 1"]
    }
    found = refused(image([scale(1, 1)], **{KEY: [scale(0, 1)]}), multiscale_transformations=answer)
    assert found[""][0] == "the scale of multiscales[0] is 0 for axis 0"


NOT_FOLDED: dict[str, list[Any]] = {
    "too large": [scale(1e300, 1)],
    "too far": [scale(1, 1), move(1.7e308, 1)],
    "another number of axes": [scale(1)],
    "another number of axes to move along": [scale(1, 1), move(1)],
    "no numbers": [{"type": "scale", "scale": ["a", 1]}],
}


@pytest.mark.parametrize("common", NOT_FOLDED.values(), ids=NOT_FOLDED)
def test_what_cannot_be_folded(common: Any) -> None:
    level = [scale(1e300, 1), move(1.7e308, 1)]
    assert refused(image(level, **{KEY: common})) == {
        "": ["the transformations for all levels cannot be folded into those of multiscales[0].datasets[0]"]
    }


def test_negative_scales_are_kept() -> None:
    after, notes = upgraded(image([scale(-1, 1)]))
    assert after["multiscales"][0]["datasets"][0][KEY] == [scale(-1, 1, **ends("0"))]
    text = "the scale of multiscales[0].datasets[0] is negative for axis 0; the JSON schema of 0.6 refuses it"
    assert texts(notes.remarks) == {"": [text]}


def test_levels_of_different_types() -> None:
    before = image([scale(1, 1)], [scale(2, 2)])
    same = array_node("0", data_type={"name": "uint16"}), array_node("1", (4, 4))
    assert refused(before, *same) == {}
    assert refused(before, same[0], array_node("1", data_type="uint8")) == {
        "": ["multiscales[0] has levels of the types uint16, uint8; 0.6 asks for one"]
    }
    apart = image([scale(1, 1)])
    apart["multiscales"].append({"axes": [Y, X], "datasets": [{"path": "1", KEY: [scale(1, 1)]}]})
    assert refused(apart, same[0], array_node("1", data_type="uint8")) == {}


@pytest.mark.parametrize(("kind", "found"), [("image", {}), ("label-image", {}), ("plate", None), ("group", None)])
def test_labels_groups_lie_in_images(kind: str, found: Any) -> None:
    labels = group_node("labels", {"version": "0.5", "labels": []}, "labels-group")
    text = {"labels": ["0.6 has labels groups in images only"]}
    assert refused({"version": "0.5"}, labels, kind=kind) == (text if found is None else found)


@pytest.mark.parametrize("key", ["scene", "coordinateSystems", KEY])
def test_keys_that_would_make_a_scene(key: str) -> None:
    assert refused({"version": "0.5", "labels": [], key: {}}) == {
        "": [f"`{key}` is not known in 0.5, and would mean something in 0.6"]
    }


def test_both_axes_and_coordinate_systems() -> None:
    before = image([scale(1, 1)], coordinateSystems=[])
    assert refused(before) == {"": ["multiscales[0] has `axes` of 0.5 and `coordinateSystems` of 0.6"]}


def test_members_of_transformations_that_0_6_knows() -> None:
    assert refused(image([scale(1, 1, name=3)])) == {
        "": ["`name` of the scale of multiscales[0].datasets[0] is 3; 0.6 asks for a string"]
    }
    _, notes = step_on(UPGRADE, documents_of(group_node("", image([scale(1, 1, input="a", name="b")]), "image")))
    assert texts(notes.losses) == {
        "": ["`input` of the scale of multiscales[0].datasets[0], a member that 0.5 does not know"]
    }


# --- whatever is written ------------------------------------------------------------------------------

Drawn = tuple[str, Any]
ANSWERS = st.sampled_from(["fold", "keep"])


@SETTINGS
@given(valid_documents("0.5"), ANSWERS)
def test_valid_documents_become_valid_ones(drawn: Drawn, answer: str) -> None:
    kind, ome = drawn
    after, notes = step_on(UPGRADE, documents_of(group_node("", ome, kind)), multiscale_transformations=answer)
    assert notes.obstacles == notes.losses == []
    report = check_object(after[""].attributes, registry=REGISTRY)
    assert (report.kind, report.status) == (kind, "valid"), report.issues


@SETTINGS
@given(valid_documents("0.5"))
def test_there_and_back(drawn: Drawn) -> None:
    kind, ome = drawn
    before = documents_of(group_node("", ome, kind))
    up, _ = step_on(UPGRADE, before, multiscale_transformations="keep")
    back, notes = step_on(DOWNGRADE, up)
    assert json.dumps(back[""].attributes["ome"]) == json.dumps({**ome, "version": "0.5"})
    assert notes.obstacles == notes.losses == []


@SETTINGS
@given(st.data(), ANSWERS)
def test_broken_documents_are_taken(data: st.DataObject, answer: str) -> None:
    kind, ome = data.draw(damaged("0.5") | valid_documents("0.5"))
    nodes = [group_node("", ome, kind), array_node("0", data_type=data.draw(JSON)), array_node("1")]
    step_on(UPGRADE, documents_of(*nodes), multiscale_transformations=answer)


def test_what_is_not_understood_stays() -> None:
    own = {"vendor": {"version": "1", "axes": []}}
    level = {"path": "0", KEY: [{**scale(1, 1), **own}, {**move(1, 1), **own}], **own}
    entry = {"axes": [{**Y, **own}, X], "datasets": [level, "odd"], **own}
    after, _ = upgraded({"version": "0.5", "multiscales": [entry, "odd"], "omero": "odd", **own})
    steps = sequence({**scale(1, 1), **own}, {**move(1, 1), **own}, **ends("0"))
    made = {
        "coordinateSystems": [{"name": "physical", "axes": [{**Y, **own}, X]}],
        "datasets": [{"path": "0", KEY: [steps], **own}, "odd"],
        **own,
    }
    assert after == {"version": "0.6", "multiscales": [made, "odd"], "omero": "odd", **own}


def test_an_image_without_datasets_keeps_what_there_is() -> None:
    entry = {"axes": ["odd", Y, X], "datasets": 3, KEY: [scale(2, 1, 1)]}
    after, _ = upgraded({"version": "0.5", "multiscales": [entry]}, multiscale_transformations="keep")
    (made,) = after["multiscales"]
    assert [entry["axes"] for entry in made["coordinateSystems"]] == [["odd", Y, X], ["odd", Y, X]]
    assert made["datasets"] == 3


def test_units_stay_where_nothing_is_scaled() -> None:
    before = image([scale(1, 1)], **{KEY: [scale(1, 1.0), move(2, 3)]})
    after, notes = upgraded(before, multiscale_transformations="keep")
    assert [entry["axes"] for entry in after["multiscales"][0]["coordinateSystems"]] == [[Y, X], [Y, X]]
    assert notes.remarks == []


def test_vectors_that_are_no_lists_stay() -> None:
    written = [{"type": "scale", "scale": 2}]
    assert upgraded(image(written))[0]["multiscales"][0]["datasets"] == [{"path": "0", KEY: written}]


ODD_LISTS: list[Any] = [None, [], "odd", [move(1, 1)], [scale(1, 1), scale(1, 1)], [{"type": "identity"}], [3], [{}]]


@pytest.mark.parametrize("written", ODD_LISTS)
def test_lists_that_0_5_does_not_allow_stay(written: Any) -> None:
    entry = upgraded(image(written, **{KEY: written}))[0]["multiscales"][0]
    assert (entry["datasets"][0][KEY], entry[KEY]) == (written, written)


OFFICIAL = [case for case in official_cases("0.5") if case["expect"] == "valid"]


@pytest.mark.skipif(not OFFICIAL, reason=MISSING)
@pytest.mark.parametrize("case", OFFICIAL, ids=lambda case: case["id"])
def test_official_documents_there_and_back(case: dict[str, Any]) -> None:
    value = document_of(case)
    before = documents_of(group_node("", value.get("attributes", value)["ome"]))
    up, _ = step_on(UPGRADE, before, multiscale_transformations="keep")
    assert up[""].attributes["ome"]["version"] == "0.6"
    if "label" not in case["suite"]:  # those hold only what stands under image-label
        assert check_object(up[""].attributes, registry=REGISTRY).valid
    back, notes = step_on(DOWNGRADE, up)
    assert json.dumps(back[""].attributes) == json.dumps(before[""].attributes)
    assert notes.obstacles == notes.losses == []
