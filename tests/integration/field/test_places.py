"""A5, A6, A15: metadata, groups and arrays in a place, or a format, where they do not belong."""

from __future__ import annotations

from typing import Any

import pytest
from bases import BASES, Tree, collection, image, labels

from ngff_core import check_store
from ngff_core.stores import MemoryStore

VERSIONS = ("0.4", "0.5")
V2: dict[str, Any] = {"zarr_format": 2}
V3: dict[str, Any] = {"zarr_format": 3, "node_type": "group"}


def found(tree: Tree) -> list[tuple[str, str, str]]:
    report = check_store(MemoryStore(tree.documents(), "mem"))
    return [(i.rule, i.node, i.pointer) for i in report.issues]


@pytest.mark.parametrize("place", ["labels", "OME"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a5_a_group_of_the_other_format_where_one_is_found_by_its_place(version: str, place: str) -> None:
    tree = image(version) if place == "labels" else collection(version)
    for key in [key for key in tree.docs if key.startswith(f"{place}/")]:
        del tree.docs[key]
    if version == "0.4":
        tree.docs[f"{place}/zarr.json"] = {**V3, "attributes": {"ome": {"version": "0.5", "labels": ["gone"]}}}
    else:
        tree.docs[f"{place}/.zgroup"] = V2
        tree.docs[f"{place}/.zattrs"] = {"labels": ["gone"]}
    rule = "zarr-format-2" if version == "0.4" else "zarr-format-3"
    assert [entry[0] for entry in found(tree)].count(rule) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a5_an_array_where_labels_may_be(version: str) -> None:
    tree = image(version)
    tree.docs[tree.key("labels", of="array")] = tree.docs[tree.key("2", of="array")]
    assert found(tree) == [("zarr-image-is-group", "labels", "")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a5_a_plain_folder_stays_silent(version: str) -> None:
    tree = image(version)
    tree.docs["labels/notes.txt"] = b"none yet"
    assert found(tree) == []


@pytest.mark.parametrize("base", ["image", "labels", "plate", "collection"])
def test_a6_the_keys_of_0_4_inside_ome(base: str) -> None:
    tree = BASES[base]("0.4")
    attributes = tree.attributes()
    moved = {"version": "0.4", **attributes}
    attributes.clear()
    attributes["ome"] = moved
    assert found(tree) == [("zarr-metadata-in-group-attributes", "", "/ome")]


@pytest.mark.parametrize("at", ["A/1", "A/1/0"])
def test_a6_below_the_root(at: str) -> None:
    tree = BASES["plate"]("0.4")
    attributes = tree.attributes(at)
    moved = dict(attributes)
    attributes.clear()
    attributes["ome"] = moved
    assert found(tree) == [("zarr-metadata-in-group-attributes", at, "/ome")]


def test_a6_and_evaluation_goes_on() -> None:
    tree = image("0.4")
    attributes = tree.attributes()
    del tree.multiscale()["datasets"][1]["coordinateTransformations"]
    moved = {"version": "0.4", **attributes}
    attributes.clear()
    attributes["ome"] = moved
    assert {rule for rule, _, _ in found(tree)} == {"zarr-metadata-in-group-attributes", "structure-missing"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a15_metadata_on_an_array(version: str) -> None:
    tree = image(version)
    level = tree.docs[tree.key("0", of="array")]
    if version == "0.4":
        del tree.docs[".zgroup"]
        tree.docs[".zarray"] = level
        expected = ("zarr-metadata-in-group-attributes", "", "")
    else:
        tree.docs["zarr.json"] = {**level, "attributes": tree.attributes()}
        expected = ("zarr-metadata-in-group-attributes", "", "/attributes")
    report = check_store(MemoryStore(tree.documents(), "mem"))
    assert [(i.rule, i.node, i.pointer) for i in report.issues] == [expected]
    assert report.issues[0].message == "the OME-Zarr metadata sits on an array"
    assert (report.status, report.exit_code()) == ("invalid", 1)


def test_a15_below_the_root() -> None:
    tree = BASES["plate"]("0.4")
    tree.docs["A/1/0/.zarray"] = tree.docs["A/1/0/0/.zarray"]
    del tree.docs["A/1/0/.zgroup"]
    report = check_store(MemoryStore(tree.documents(), "mem"))
    assert [(i.rule, i.node, i.message) for i in report.issues] == [
        ("zarr-image-is-group", "A/1/0", "the metadata sits on an array")
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a15_an_array_alone_is_still_one(version: str) -> None:
    tree = labels(version)
    only = {key.removeprefix("0/"): value for key, value in tree.documents().items() if key.startswith("0/")}
    report = check_store(MemoryStore(only, "mem"))
    assert [i.message for i in report.issues] == [
        "this is an array, one resolution level perhaps; OME-Zarr metadata is in groups"
    ]


IS_GROUP, INSIDE = "zarr-image-is-group", "zarr-metadata-in-group-attributes"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("depth", [1, 2])
def test_a5_an_array_on_the_way_to_a_label_image(version: str, depth: int) -> None:
    tree = labels(version)
    way = "/".join("ab"[:depth])
    tree.move("labels/cells", f"labels/{way}/cells")
    tree.ome("labels")["labels"] = [f"{way}/cells"]
    tree.ome(f"labels/{way}/cells")["image-label"]["source"] = {"image": "../" * (depth + 2)}
    for group in ("labels/a", "labels/a/b")[:depth]:
        tree.add(group, None)
    assert found(tree) == []
    tree.docs.pop(tree.key(f"labels/{way}", of="group"))
    tree.docs.pop(tree.key(f"labels/{way}"), None)
    tree.docs[tree.key(f"labels/{way}", of="array")] = tree.docs[tree.key("2", of="array")]
    assert found(tree) == [(IS_GROUP, f"labels/{way}", "")]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("levels", ["s", "s/t"])
def test_a5_an_array_on_the_way_to_levels(version: str, levels: str) -> None:
    tree = image(version)
    for number, dataset in enumerate(tree.multiscale()["datasets"]):
        dataset["path"] = f"{levels}/{number}"
        tree.move(str(number), f"{levels}/{number}")
    if version == "0.5":
        for group in {"s", levels}:
            tree.add(group, None)
    assert found(tree) == []
    tree.docs[tree.key(levels, of="array")] = tree.array(f"{levels}/0")
    assert found(tree) == [(IS_GROUP, levels, "")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a5_a_level_below_another_level(version: str) -> None:
    tree = image(version)
    tree.multiscale()["datasets"][2]["path"] = "1/2"
    tree.move("2", "1/2")
    assert (IS_GROUP, "1", "") in found(tree)


def test_a5_metadata_in_the_attributes_of_a_level_of_zarr_v2() -> None:
    tree = image("0.4")
    tree.docs["0/.zattrs"] = {"multiscales": tree.ome()["multiscales"]}
    assert found(tree) == [(INSIDE, "0", "/multiscales")]
    for others in ({"labels": ["a"], "series": [1]}, {"plate": 7, "omero": {}}, {}):
        tree.docs["0/.zattrs"] = others
        assert found(tree) == []


@pytest.mark.parametrize(("base", "path"), [("plate", "A/1/0"), ("labels", "labels/cells"), ("collection", "0")])
def test_a5_an_array_with_the_metadata_of_an_image(base: str, path: str) -> None:
    tree = BASES[base]("0.4")
    del tree.docs[tree.key(path, of="group")]
    tree.docs[tree.key(path, of="array")] = image("0.4").array("0")
    assert (IS_GROUP, path, "") in found(tree)
