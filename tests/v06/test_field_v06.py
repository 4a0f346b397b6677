"""Faults of the field in 0.6: levels and labels that lie in the wrong place (A10 to A12)."""

from __future__ import annotations

from typing import Any

from field import array, found, label, level, multiscale, nodes_of, report_on

from ngff_core import check_json
from ngff_core.json_text import dumps

VERSION = "0.6"


def entry(*levels: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return multiscale("yx", *levels, version=VERSION, **changes)


def levels(*entries: dict[str, Any]) -> list[tuple[str, str, str]]:
    nodes: dict[str, Any] = {"": {"multiscales": [entry(*entries)]}}
    nodes |= {str(n): array((16 >> n,) * 2, names=("y", "x")) for n in range(len(entries))}
    return found(report_on(VERSION, nodes))


def test_a10_scales_that_shrink_without_arrays_are_a_warning() -> None:
    ome = {"version": VERSION, "multiscales": [entry(level("0", [2, 2]), level("1", [1, 1]))]}
    report = check_json(dumps({"ome": ome}))
    rule = "dataset-order-high-to-low"
    assert [(i.severity.value, i.pointer) for i in report.issues if i.rule == rule] == [
        ("warning", "/ome/multiscales/0/datasets/1")
    ]


def test_a11_levels_that_do_not_overlap_are_a_warning() -> None:
    overlap = ("warning", "transform-levels-overlap", "")
    assert levels(level("0", [0.65, 0.65], [0, 624]), level("1", [1.3, 1.3])) == [overlap]
    assert levels(level("0", [0.65, 0.65]), level("1", [1.3, 1.3], [0, 624])) == [overlap]
    assert levels(level("0", [0.65, 0.65]), level("1", [1.3, 1.3], [0.325, 0.325])) == []
    assert levels(level("0", [0.65, 0.65]), level("1", [1.3, 1.3])) == []


def labelled(image: dict[str, Any], cells: dict[str, Any]) -> list[str]:
    nodes = {
        "": {"multiscales": [image]},
        "0": array((16, 16), names=("y", "x")),
        "labels": {"labels": ["cells"]},
        "labels/cells": label(cells, VERSION),
        "labels/cells/0": array((16, 16), "uint32", ("y", "x")),
    }
    return nodes_of(report_on(VERSION, nodes), "label-position-matches-image")


def test_a12_labels_elsewhere_are_a_warning() -> None:
    image = entry(level("0", [0.5, 0.5]))
    assert labelled(image, entry(level("0", [1, 1]))) == ["labels/cells"] * 2
    assert labelled(image, entry(level("0", [0.5, 0.5], [0, 100]))) == ["labels/cells"]
    assert labelled(image, entry(level("0", [0.5, 0.5]), x={"unit": "nanometer"})) == ["labels/cells"]
    assert labelled(image, entry(level("0", [0.5, 0.5]))) == []


def test_a12_labels_that_are_linked_or_in_another_system_are_silent() -> None:
    image, cells = entry(level("0", [0.5, 0.5])), entry(level("0", [1, 1]))
    cells["coordinateSystems"][0]["name"] = cells["datasets"][0]["coordinateTransformations"][0]["output"]["name"] = (
        "own"
    )
    assert labelled(image, cells) == []
    linked = entry(level("0", [0.5, 0.5]))
    ends = {"input": {"name": "physical"}, "output": {"name": "physical", "path": "labels/cells"}}
    linked["coordinateTransformations"] = [{"type": "scale", "scale": [2, 2], **ends}]
    assert labelled(linked, entry(level("0", [1, 1]))) == []


def test_a13_a_missing_group_above_a_level_is_a_warning() -> None:
    nodes: dict[str, Any] = {
        "": {"multiscales": [entry(level("scale0/image", [1, 1]))]},
        "scale0/image": array((8, 8), names=("y", "x")),
    }
    assert found(report_on(VERSION, nodes)) == [("warning", "zarr-intermediate-is-group", "scale0")]
    assert found(report_on(VERSION, {**nodes, "scale0": None})) == []


def test_a13_nested_labels_state_their_source() -> None:
    image = entry(level("0", [1, 1]))
    nodes: dict[str, Any] = {
        "": {"multiscales": [image]},
        "0": array((8, 8), names=("y", "x")),
        "labels": {"labels": ["a/cells"]},
        "labels/a/cells": label(image, VERSION),
        "labels/a/cells/0": array((8, 8), "uint32", ("y", "x")),
    }
    assert found(report_on(VERSION, nodes)) == [
        ("warning", "zarr-intermediate-is-group", "labels/a"),
        ("warning", "label-source-image-resolves", "labels/a/cells"),
    ]
    stated = {"labels/a": None, "labels/a/cells": label(image, VERSION, source={"image": "../../../"})}
    assert found(report_on(VERSION, {**nodes, **stated})) == []


def test_0_6_is_final_and_a_hierarchy_of_a_draft_is_not_judged() -> None:
    image = entry(level("0", [1, 1]))
    arrays: dict[str, Any] = {"0": array((8, 8), names=("y", "x"))}
    for tag, said in {
        "0.6": [],
        "0.6rc0": [("info", "version-ome-value", "")],
        "0.6.dev4": [("warning", "version-ome-value", "")],
        "0.6.dev3": [("error", "version-not-supported", "")],
        "0.6rc1": [("error", "version-ome-value", "")],
    }.items():
        assert found(report_on(VERSION, {"": {"version": tag, "multiscales": [image]}, **arrays})) == said


def on_image(made: dict[str, Any], entry_id: str) -> list[str | None]:
    report = check_json(dumps({"ome": {"version": VERSION, "multiscales": [made]}}))
    return [issue.hint for issue in report.issues if entry_id in issue.ids]


def test_a21_keys_of_drafts_are_noted() -> None:
    made = {**entry(level("0", [1, 1])), "arrayCoordinateSystems": []}
    report = check_json(dumps({"ome": {"version": VERSION, "multiscales": [made]}}))
    assert [(i.severity.value, i.message) for i in report.issues if i.rule == "keys-known"] == [
        ("info", "key 'arrayCoordinateSystems' is one of drafts that no release has")
    ]


def test_a22_transformations_as_drafts_had_them() -> None:
    made = entry(level("0", [1, 1]))
    made["datasets"][0]["coordinateTransformations"][0] |= {"input": "0", "output": "physical"}
    assert on_image(made, "transform-input-output-object") == [
        'write {"path": "0"}: drafts before 0.6 had text here',
        'write {"name": "physical"}: drafts before 0.6 had text here',
    ]
    made = entry(level("0", [1, 1]))
    ends = {"input": {"name": "physical"}, "output": {"name": "physical"}}
    made["coordinateTransformations"] = [{"type": "mapAxis", "mapAxis": {"y": "x", "x": "y"}, **ends}]
    assert on_image(made, "transform-mapaxis-present") == [
        "write the position of the input axis for each output axis, such as [1, 0]"
    ]


def test_a22_content_of_0_5_in_a_document_of_0_6() -> None:
    earlier = multiscale("yx", level("0", [1, 1]))
    assert on_image(earlier, "coordsys-present") == ['this is the form of 0.5: is "version": "0.5" meant?']


def test_a23_a_path_of_a_scene_that_begins_with_a_slash() -> None:
    link = {"type": "identity", "input": {"path": "/deep/tile1", "name": "a"}, "output": {"path": "b", "name": "a"}}
    issues = report_on(VERSION, {"": {"scene": {"coordinateTransformations": [link]}}}).issues
    assert [i.message for i in issues if i.pointer.endswith("/input/path")] == [
        "path '/deep/tile1' begins with a slash, and was not followed: paths are relative to the group"
    ]
