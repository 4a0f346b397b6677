"""The step from 0.2 to 0.3, on documents before and after."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given, settings
from migrating import array, broken, group, step

from ngff_core.migration import NodeDocuments

if find_spec("ngff_v03") is None:
    pytest.skip("ngff-v03 is not installed", allow_module_level=True)

from ngff_v03.upgrade import STEP

NAMES = "_ARRAY_DIMENSIONS"
AXES = ["t", "c", "z", "y", "x"]
LEVELS = [{"path": "0"}, {"path": "1"}]
NODES = [
    array("labels/a/0", 1, 1, 1, 8, 8),
    group("labels/a", "label-image", multiscales=[{"datasets": [{"path": "0"}]}], image__label={"version": "0.2"}),
    group("labels", "labels-group", labels=["a"]),
    array("0", 1, 3, 1, 8, 8),
    array("1", 1, 3, 1, 4, 4, attributes={"mine": 1}),
    group("", "image", multiscales=[{"version": "0.2", "name": "a", "datasets": LEVELS, "vendor": 1}], mine=[2]),
]


def image(*arrays: NodeDocuments, **attributes: Any) -> list[NodeDocuments]:
    return [*arrays, group("", "image", multiscales=[{"version": "0.2", "datasets": LEVELS}], **attributes)]


def test_the_step() -> None:
    assert (STEP.source, STEP.target, STEP.decisions) == ("0.2", "0.3", ())


def test_an_image_with_a_label_image() -> None:
    taken = step(STEP, NODES)
    multiscale = {"version": "0.3", "name": "a", "axes": AXES, "datasets": LEVELS, "vendor": 1}
    assert taken.attributes() == {"multiscales": [multiscale], "mine": [2]}
    assert list(taken.attributes()["multiscales"][0]) == ["version", "name", "axes", "datasets", "vendor"]
    assert taken.attributes("0") == {NAMES: AXES}
    assert taken.attributes("1") == {"mine": 1, NAMES: AXES}
    assert taken.attributes("labels") == {"labels": ["a"]}
    label = {"version": "0.3", "axes": AXES, "datasets": [{"path": "0"}]}
    assert taken.attributes("labels/a") == {"multiscales": [label], "image-label": {"version": "0.3"}}
    assert taken.attributes("labels/a/0") == {NAMES: AXES}
    assert [taken.metadata(path) for path in taken.after] == [node.metadata for node in NODES]
    assert taken.said() == {}


def test_plates_and_wells_only_state_another_version() -> None:
    taken = step(
        STEP,
        [
            group("A/1", "well", well={"version": "0.2", "images": [{"path": "0"}]}),
            group("A", "row", plate={"version": "0.2"}),
            group("", "plate", plate={"name": "p", "rows": []}),
        ],
    )
    assert taken.attributes("A/1") == {"well": {"version": "0.3", "images": [{"path": "0"}]}}
    assert taken.attributes("A") == {"plate": {"version": "0.2"}}
    assert taken.attributes() == {"plate": {"version": "0.3", "name": "p", "rows": []}}


def test_arrays_that_are_not_known_still_leave_five_axes() -> None:
    taken = step(STEP, image(array("0", 1, 1, 1, 8, 8, shape="?")))
    assert taken.attributes() == {"multiscales": [{"version": "0.3", "axes": AXES, "datasets": LEVELS}]}
    assert taken.attributes("0") == {NAMES: AXES}
    assert taken.said() == {}


def test_other_numbers_of_dimensions_are_refused() -> None:
    taken = step(STEP, image(array("0", 3, 8, 8), array("1", 1, 1, 1, 8, 8)))
    text = "the array has 3 dimensions: which of t, c, z, y, x is not known"
    assert taken.said() == {"obstacles": [("0", text)]}
    assert taken.attributes() == {"multiscales": [{"version": "0.3", "datasets": LEVELS}]}


def test_axes_that_are_there_already() -> None:
    same = step(STEP, [group("", "image", multiscales=[{"axes": AXES, "version": "0.2"}])])
    assert same.attributes() == {"multiscales": [{"axes": AXES, "version": "0.3"}]}
    assert same.said() == {}
    other = step(STEP, [group("", "image", multiscales=[{"version": "0.2"}, {"axes": ["y", "x"], "version": "0.2"}])])
    text = 'image 1 has axes already, ["y", "x"], where 0.2 means t, c, z, y, x'
    assert other.said() == {"obstacles": [("", text)]}


def test_an_array_that_names_its_dimensions_otherwise_keeps_that_and_the_group_repeats_the_axes() -> None:
    names = ["time", "channel", "z", "y", "x"]
    taken = step(STEP, image(array("0", 1, 1, 1, 8, 8, attributes={NAMES: names}), array("1", 1, 1, 1, 4, 4)))
    assert taken.attributes("0") == {NAMES: names}
    assert taken.attributes("1") == {NAMES: AXES}
    assert taken.attributes()[NAMES] == AXES
    text = f'{NAMES} ["time", "channel", "z", "y", "x"] stays as it is; the image states the axes in its own {NAMES}'
    assert taken.said() == {"remarks": [("0", text)]}


def test_names_on_the_group() -> None:
    right = step(STEP, image(array("0", 1, 1, 1, 8, 8), **{NAMES: AXES}))
    assert right.attributes()[NAMES] == AXES
    assert right.said() == {}
    wrong = step(STEP, image(array("0", 1, 1, 1, 8, 8), **{NAMES: ["y", "x"]}))
    assert wrong.attributes()[NAMES] == AXES
    assert wrong.said() == {"losses": [("", f'{NAMES} ["y", "x"], which 0.3 wants to repeat the axes')]}


def test_on_the_way_to_zarr_v3_the_names_are_left_to_dimension_names() -> None:
    nodes = image(array("0", 1, 1, 1, 8, 8), array("1", 1, 1, 1, 4, 4, attributes={NAMES: ["y", "x"]}), mine=1)
    taken = step(STEP, nodes, goal_format=3)
    assert taken.attributes() == {"multiscales": [{"version": "0.3", "axes": AXES, "datasets": LEVELS}], "mine": 1}
    assert [taken.after[path] for path in ("0", "1")] == nodes[:2]
    assert taken.said() == {}


def test_paths_that_lead_elsewhere_are_not_followed() -> None:
    levels = [{"path": "../0"}, {"path": 5}, "0", {"path": "/0"}, {"path": "b"}]
    image = group("a", "image", multiscales=[{"datasets": levels}])
    taken = step(STEP, [group("a/b", "group"), image, array("0", 3)])
    assert taken.said() == {"obstacles": [("0", "the array has 1 dimension: which of t, c, z, y, x is not known")]}


@given(broken(NODES))
@settings(max_examples=200, deadline=None)
def test_broken_documents_never_raise(nodes: list[NodeDocuments]) -> None:
    once = step(STEP, nodes)
    if not once.notes.losses:
        assert step(STEP, once.after.values()).after == once.after
