"""The step from 0.1 to 0.2, on documents before and after."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given, settings
from migrating import Stepped, array, broken, group, step

from ngff_core.migration import NodeDocuments

if find_spec("ngff_v02") is None:
    pytest.skip("ngff-v02 is not installed", allow_module_level=True)

from ngff_v02.upgrade import STEP


def plate(**members: Any) -> Stepped:
    return step(STEP, [group("", "plate", plate={"version": "0.1", **members})])


NODES = [
    array("0", 1, 1, 1, 8, 8),
    array("labels/a/0", 1, 1, 1, 8, 8),
    group("labels/a", "label-image", multiscales=[{"datasets": [{"path": "0"}]}], image__label={"version": "0.1"}),
    group("labels", "labels-group", labels=["a"]),
    group("", "image", multiscales=[{"version": "0.1", "datasets": [{"path": "0"}]}], omero={"channels": []}),
]
PLATE = [
    group("A/1", "well", well={"images": [{"path": "0"}]}),
    group("A", "row"),
    group("", "plate", plate={"wells": [{"path": "A/1"}], "acquisitions": [{"id": 0, "starttime": "12"}]}),
]


def test_the_step() -> None:
    assert (STEP.source, STEP.target, STEP.decisions) == ("0.1", "0.2", ())


def test_version_strings() -> None:
    taken = step(
        STEP,
        [
            group("labels/a", "label-image", multiscales=[{"version": "0.1"}], image__label={"version": "0.1"}),
            group("A/1", "well", well={"images": [], "version": "0.1"}),
            group("", "image", multiscales=[{"name": "a", "version": "0.1"}, {"version": "0.1-dev"}], mine={"a": 1}),
        ],
    )
    assert taken.attributes("labels/a") == {"multiscales": [{"version": "0.2"}], "image-label": {"version": "0.2"}}
    assert taken.attributes("A/1") == {"well": {"images": [], "version": "0.2"}}
    assert taken.attributes() == {
        "multiscales": [{"name": "a", "version": "0.2"}, {"version": "0.2"}],
        "mine": {"a": 1},
    }
    assert list(taken.attributes()["multiscales"][0]) == ["name", "version"]
    assert taken.said() == {}


def test_versions_are_added_where_0_2_asks_for_them() -> None:
    taken = step(STEP, NODES)
    assert taken.attributes()["multiscales"] == [{"version": "0.2", "datasets": [{"path": "0"}]}]
    assert taken.attributes("labels/a") == {
        "multiscales": [{"version": "0.2", "datasets": [{"path": "0"}]}],
        "image-label": {"version": "0.2"},
    }
    assert taken.attributes("labels") == {"labels": ["a"]}
    assert list(plate(name="p").attributes()["plate"].items()) == [("version", "0.2"), ("name", "p")]
    without = step(STEP, PLATE)
    assert next(iter(without.attributes()["plate"])) == "version"
    assert without.attributes("A/1") == {"well": {"images": [{"path": "0"}]}}


def test_a_version_of_another_sort_stays() -> None:
    entries = [{"version": 0.1}, {"version": None}, "x", {"version": "0.4"}, {"version": "0.11"}]
    taken = step(STEP, [group("", "image", multiscales=entries, plate=5, image__label={"version": "0.4"})])
    assert taken.attributes() == {
        "multiscales": [entries[0], {"version": "0.2"}, *entries[2:]],
        "plate": 5,
        "image-label": {"version": "0.2"},
    }


@pytest.mark.parametrize(("stated", "expected"), [("0.1", "0.2"), ("5.6.1", "5.6.1"), (None, None)])
def test_the_version_in_omero_is_changed_where_it_is_that_of_the_specification(stated: Any, expected: Any) -> None:
    taken = step(STEP, [group("", "image", multiscales=[], omero={"version": stated, "id": 1})])
    assert taken.attributes()["omero"] == {"version": expected, "id": 1}


def test_attributes_of_rows_other_groups_and_arrays_are_not_of_ome() -> None:
    foreign = {"plate": {"version": "0.1"}, "multiscales": [{}]}
    taken = step(
        STEP,
        [array("a/0", 2, attributes=foreign, dimension_separator="/"), group("a", "row", **foreign)],
    )
    assert taken.after == taken.before


@pytest.mark.parametrize(
    ("stated", "expected"),
    [({}, "/"), ({"dimension_separator": "."}, "/"), ({"dimension_separator": None}, "/"),
     ({"dimension_separator": "/"}, "/"), ({"dimension_separator": "-"}, "-"), ({"dimension_separator": []}, [])],
)  # fmt: skip
def test_chunk_keys_get_slashes(stated: dict[str, Any], expected: Any) -> None:
    taken = step(STEP, [array("0", 1, 1, 1, 8, 8, **stated)])
    assert taken.metadata("0") == {**taken.before["0"].metadata, "dimension_separator": expected}


def test_chunk_keys_stay_on_the_way_to_zarr_v3() -> None:
    assert step(STEP, NODES, goal_format=3).metadata("0") == NODES[0].metadata


def test_shared_documents_stay_shared() -> None:
    first = array("0", 4)
    other = first.evolve(path="1")
    taken = step(STEP, [first, other])
    assert taken.metadata("0") is taken.metadata("1")


def test_times_in_digits_become_integers() -> None:
    entry = {"id": 0, "starttime": "1343731272", "endtime": 1343737645, "name": "run", "vendor": 1.5}
    taken = plate(acquisitions=[entry, {"id": 1.0, "maximumfieldcount": 2.0}])
    assert taken.attributes()["plate"]["acquisitions"] == [
        {"id": 0, "starttime": 1343731272, "endtime": 1343737645, "name": "run", "vendor": 1.5},
        {"id": 1.0, "maximumfieldcount": 2.0},
    ]
    assert taken.said() == {}


@pytest.mark.parametrize("time", ["2022-05-13T13:48:06+00:00", "", "٣", "1" * 20, "-1", "1.5", [], None, True])
def test_other_times_stay_to_be_judged(time: Any) -> None:
    taken = plate(acquisitions=[{"id": 0, "starttime": time}])
    assert taken.attributes()["plate"]["acquisitions"] == [{"id": 0, "starttime": time}]
    assert taken.said() == {}


@pytest.mark.parametrize("key", ["id", "maximumfieldcount", "starttime", "endtime"])
def test_fractions_are_refused(key: str) -> None:
    taken = plate(acquisitions=[{"id": 0}, {"id": 1, key: 2.5}])
    assert taken.said() == {"obstacles": [("", f"{key} of acquisition 1 is 2.5, 0.2 has integers only")]}


@given(broken(NODES) | broken(PLATE))
@settings(max_examples=200, deadline=None)
def test_broken_documents_never_raise(nodes: list[NodeDocuments]) -> None:
    once = step(STEP, nodes)
    assert step(STEP, once.after.values()).after == once.after
