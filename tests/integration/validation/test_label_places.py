"""Labels wherever they lie: of a label image, below no image, named by a scene, in paths and groups that are odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from field import array, multiscale

from ngff_core.plugins import Registry, discover
from ngff_core.report.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.testing import build_store, write_store
from ngff_core.validation.calls import check_store

for _package in ("ngff_v01", "ngff_v02", "ngff_v03", "ngff_v04", "ngff_v05", "ngff_v06"):
    pytest.importorskip(_package)

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution.startswith("ngff-v0")])
ALL = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")
EVERY = pytest.mark.parametrize("version", ALL)
LATE = pytest.mark.parametrize("version", ["0.5", "0.6"])
SINCE_04 = pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
COLORS = [{"label-value": 1, "rgba": [0, 0, 0, 255]}]
Nodes = dict[str, Any]


def image(version: str, path: str, dtype: str = "uint8", **more: Any) -> Nodes:
    """Return an image of one level at a path; ``more`` goes into its metadata."""
    flat = version > "0.2"
    shape, names = ((8, 8), "yx") if flat else ((1, 1, 1, 8, 8), "tczyx")
    entry: Nodes = {"version": version, "name": "i", "datasets": [{"path": "0"}]}
    if version == "0.3":
        entry["axes"] = [*names]
    elif flat:
        scale = [{"type": "scale", "scale": [1.0, 1.0]}]
        entry = multiscale(names, {"path": "0", "coordinateTransformations": scale}, version=version)
    level = array(shape, dtype, tuple(names))
    return {path: {"multiscales": [entry], **more}, f"{path}/0".strip("/"): level}


def label(version: str, path: str, up: int = 2, dtype: str = "uint8", **more: Any) -> Nodes:
    """Return a label image at a path, so many groups below its image."""
    own = {"version": version} if version < "0.5" else {}
    stated = {**own, "colors": COLORS, "source": {"image": "../" * up}, **more}
    return image(version, path, dtype, **{"image-label": stated})


def labelled(version: str, path: str = "", listed: tuple[str, ...] = ("cells",)) -> Nodes:
    """Return an image with one label image."""
    start = f"{path}/" if path else ""
    names = {f"{start}labels": {"labels": [*listed]}}
    return {**image(version, path), **names, **label(version, f"{start}labels/cells")}


def plate(version: str) -> Nodes:
    """Return a plate with one well and one field."""
    own = {"version": version} if version < "0.5" else {}
    index = {"rowIndex": 0, "columnIndex": 0} if version > "0.3" else {}
    definition = {
        **own,
        "name": "p",
        "field_count": 1,
        "rows": [{"name": "A"}],
        "columns": [{"name": "1"}],
        "wells": [{"path": "A/1", **index}],
    }
    well = {"well": {**own, "images": [{"path": "0"}]}}
    return {"": {"plate": definition}, "A": None, "A/1": well, **image(version, "A/1/0")}


def report_on(version: str, nodes: Nodes, files: Nodes | None = None) -> Report:
    return check_store(build_store(REGISTRY.spec(version), nodes, files), registry=REGISTRY)


NOISE = {
    "collection-ome-xml-present",
    "multiscale-metadata-present",
    "multiscale-type-present",
    "zarr-array-dimensions-repeat-axes",
    "zarr-chunk-separator-dot",
}
"""What is found in these stores as they are small."""


def found(report: Report) -> list[tuple[str, str, str]]:
    """Return severity, rule and node of what is found; notes, and what is only said as the stores are small, aside."""
    kept = [issue for issue in report.issues if issue.severity.value != "info" and issue.rule not in NOISE]
    return [(issue.severity.value, issue.entry or issue.rule, issue.node) for issue in kept]


def messages(report: Report, rule: str) -> list[str]:
    return [issue.message for issue in report.issues if issue.rule == rule]


# --- labels of a label image --------------------------------------------------------------------------


def nested(version: str, **wrong: Any) -> Nodes:
    """Return an image whose label image has labels of its own."""
    inner = label(version, "labels/cells/labels/nuclei", **wrong)
    return {**labelled(version), "labels/cells/labels": {"labels": ["nuclei"]}, **inner}


@EVERY
def test_labels_of_a_label_image_are_judged(version: str) -> None:
    report = report_on(version, nested(version))
    assert found(report) == []
    assert report.counts["label-image"] == report.counts["labels-group"] == 2
    wrong = nested(version, dtype="float32", colors=[])
    inner = "labels/cells/labels/nuclei"
    expected = {("error", "label-dtype-integer", f"{inner}/0")}
    if version > "0.3":
        expected.add(("error", "label-colors-nonempty", inner))
    assert {*found(report_on(version, wrong))} == expected


@EVERY
def test_a_list_of_labels_of_a_label_image_is_judged(version: str) -> None:
    nodes = {**labelled(version), "labels/cells/labels": {"labels": ["gone"]}}
    assert ("error", "labels-paths-resolve", "labels/cells/labels") in found(report_on(version, nodes))


def test_labels_of_labels_end_somewhere() -> None:
    nodes, path = image("0.5", ""), ""
    for _ in range(60):
        nodes[f"{path}labels"] = {"labels": ["a"]}
        nodes |= label("0.5", f"{path}labels/a")
        path += "labels/a/"
    report = report_on("0.5", nodes)
    assert 20 < report.counts["label-image"] <= 33
    assert [rule for _, rule, _ in found(report)] == ["labels-paths-resolve"]


class Asked(MemoryStore):
    """A store that keeps what is asked for, and lists or does not."""

    def __init__(self, documents: dict[str, bytes], lists: bool) -> None:
        super().__init__(documents)
        self.lists_at_all, self.asked = lists, Counter[str]()

    def get(self, key: str) -> bytes | None:
        self.asked[key] += 1
        return super().get(key)

    def list(self, prefix: str) -> Sequence[str] | None:
        return super().list(prefix) if self.lists_at_all else None


@pytest.mark.parametrize("lists", [True, False])
@EVERY
def test_a_label_image_without_labels_costs_no_more(version: str, lists: bool) -> None:
    store = Asked(build_store(REGISTRY.spec(version), labelled(version)), lists)
    check_store(store, registry=REGISTRY)
    assert [key for key in store.asked if key.startswith("labels/cells/labels")] == []


# --- labels groups below no image -----------------------------------------------------------------------

PLACE = dict.fromkeys(ALL, "labels-group-beside-levels") | {"0.6": "labels-parent-is-multiscale"}


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("where", ["A/1", "A", ""])
@EVERY
def test_labels_below_a_plate_a_row_or_a_well(version: str, where: str, listed: bool) -> None:
    at = f"{where}/labels".strip("/")
    nodes = {**plate(version), at: {"labels": ["cells"]} if listed else None, **label(version, f"{at}/cells")}
    report = report_on(version, nodes)
    assert found(report) == [("error", PLACE[version], at)]
    (issue,) = [issue for issue in report.issues if issue.node == at]
    holder = {"A/1": "a group of kind well", "A": "a group that is no image", "": "a group of kind plate"}[where]
    assert issue.message.endswith(f"lies below {holder}")


@EVERY
def test_labels_of_the_same_kind_in_two_wells(version: str) -> None:
    nodes = plate(version)
    definition = nodes[""]["plate"]
    definition["columns"].append({"name": "2"})
    definition["wells"].append({**definition["wells"][0], "path": "A/2"})
    if version > "0.3":
        definition["wells"][1]["columnIndex"] = 1
    nodes |= {"A/2": nodes["A/1"], **image(version, "A/2/0")}
    for well in ("A/1", "A/2"):
        nodes |= {f"{well}/labels": {"labels": ["cells"]}, **label(version, f"{well}/labels/cells")}
    assert found(report_on(version, nodes)) == [("error", PLACE[version], f"A/{n}/labels") for n in (1, 2)]


@EVERY
def test_rows_fields_and_folders_of_that_name_are_no_fault(version: str) -> None:
    nodes = plate(version)
    nodes["A/1"]["well"]["images"] = [{"path": "labels"}]
    nodes |= {**image(version, "A/1/labels")}
    del nodes["A/1/0"], nodes["A/1/0/0"]
    assert found(report_on(version, nodes)) == []
    row = {path.replace("A", "labels", 1): node for path, node in plate(version).items()}
    row[""]["plate"]["rows"][0]["name"] = "labels"
    row[""]["plate"]["wells"][0]["path"] = "labels/1"
    assert found(report_on(version, row)) == []
    if version < "0.5":  # at the top of the attributes labels is anybody's key
        foreign = {**plate(version), "labels": {"labels": "none"}, "A/1/labels": {"labels": 3}}
        assert [f for f in found(report_on(version, foreign)) if f[0] == "error"] == []
    for path in ("labels", "A/1/labels"):
        of_others = {**plate(version), path: None, f"{path}/tables": None}
        assert [f for f in found(report_on(version, of_others)) if f[0] == "error"] == []


def collection(version: str, series: list[str] | None) -> Nodes:
    """Return a collection of one image, with a series or not."""
    nodes = {"": {"bioformats2raw.layout": 3}, **image(version, "0")}
    return {**nodes, "OME": {"series": series}} if series is not None else nodes


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("at", ["labels", "OME/labels"])
@pytest.mark.parametrize("series", [None, ["0"]])
@SINCE_04
def test_labels_below_a_collection(version: str, series: list[str] | None, at: str, listed: bool) -> None:
    nodes = collection(version, series)
    if at.startswith("OME"):
        nodes.setdefault("OME", None)
    nodes |= {at: {"labels": ["cells"]} if listed else None, **label(version, f"{at}/cells")}
    places = [f for f in found(report_on(version, nodes)) if f[1] == PLACE[version]]
    assert places == [("error", PLACE[version], at)]


def test_a_labels_group_of_another_name_below_a_plate_of_06() -> None:
    nodes = {**plate("0.6"), "masks": {"labels": ["cells"]}}
    assert found(report_on("0.6", nodes)) == [("error", "labels-parent-is-multiscale", "masks")]


@EVERY
def test_labels_in_a_labels_group(version: str) -> None:
    nodes = {**labelled(version), "labels/labels": {"labels": ["a"]}}
    assert found(report_on(version, nodes)) == [("error", PLACE[version], "labels/labels")]


# --- label images that a scene or a series names ----------------------------------------------------------


def scene(*paths: str) -> Nodes:
    """Return a scene that names images."""
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    links = [
        {"type": "identity", "input": {"path": path, "name": "physical"}, "output": {"name": "world"}} for path in paths
    ]
    return {"scene": {"coordinateSystems": [{"name": "world", "axes": axes}], "coordinateTransformations": links}}


@pytest.mark.parametrize("named", [("a", "a/labels/cells"), ("a/labels/cells", "a"), ("a/labels/cells",)])
def test_a_scene_names_a_label_image(named: tuple[str, ...]) -> None:
    nodes = {"": scene(*named), **labelled("0.6", "a")}
    report = report_on("0.6", nodes)
    assert found(report) == []
    assert report.counts["label-image"] == 1
    nodes["a/labels/cells/0"] = array((8, 8), "float32", ("y", "x"))
    assert found(report_on("0.6", nodes)) == [("error", "label-dtype-integer", "a/labels/cells/0")]


def test_a_scene_names_a_label_image_that_its_group_does_not_list() -> None:
    nodes = {"": scene("a", "a/labels/cells"), **labelled("0.6", "a", ()), **label("0.6", "a/labels/nuclei", colors=[])}
    nodes[""] = scene("a", "a/labels/nuclei")
    rules = {rule for _, rule, node in found(report_on("0.6", nodes)) if node == "a/labels/nuclei"}
    assert rules == {"label-colors-nonempty"}


def test_an_image_that_is_a_scene_names_its_own_label_image() -> None:
    nodes = labelled("0.6")
    nodes[""] |= scene("labels/cells")
    rules = {rule for _, rule, _ in found(report_on("0.6", nodes))}
    assert not rules & {"labels-parent-is-multiscale", "node-reached-twice"}


@pytest.mark.parametrize("series", [["0", "0/labels/cells"], ["0/labels/cells", "0"]])
@SINCE_04
def test_a_series_names_a_label_image(version: str, series: list[str]) -> None:
    nodes = {**collection(version, series), **labelled(version, "0")}
    report = report_on(version, nodes)
    rules = {rule for _, rule, _ in found(report)} - {"collection-ome-xml-present"}
    assert rules == set()
    assert (report.counts["image"], report.counts["label-image"]) == (1, 1)


# --- paths in the list, and groups on the way -------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("./cells", "cells"),
        ("cells/", "cells"),
        ("original//deep", "original/deep"),
        ("original/./deep", "original/deep"),
        ("original/../cells", "cells"),
        ("cells/.", "cells"),
    ],
)
@EVERY
def test_odd_paths_are_found_once(version: str, path: str, at: str) -> None:
    nodes = {**image(version, ""), "labels": {"labels": [path]}, **label(version, f"labels/{at}", at.count("/") + 2)}
    if path.startswith("original"):
        nodes["labels/original"] = None
    report = report_on(version, nodes)
    assert found(report) == [("warning", "labels-paths-resolve", "labels")]
    assert report.counts["label-image"] == 1


@EVERY
def test_the_labels_group_does_not_list_itself(version: str) -> None:
    nodes = {**labelled(version), "labels": {"labels": ["cells", "."]}}
    assert found(report_on(version, nodes)) == [("error", "labels-paths-resolve", "labels")]


@LATE
@pytest.mark.parametrize("folder", [None, {"": 0}])
def test_unlisted_label_images_further_below(version: str, folder: Any, tmp_path: Path) -> None:
    nodes = {**labelled(version), "labels/original": None, **label(version, "labels/original/0", 3)}
    documents = build_store(REGISTRY.spec(version), nodes)
    if folder is not None:  # a folder, and no group
        del documents["labels/original/zarr.json"]
    for store in (documents, write_store(documents, tmp_path)):
        report = check_store(store, registry=REGISTRY)
        no_group = [("warning", "zarr-intermediate-is-group", "labels/original")] if folder is not None else []
        assert found(report) == [*no_group, ("warning", "labels-all-listed", "labels")]
        assert messages(report, "labels-all-listed") == ["label image 'original/0' is not listed"]


@LATE
def test_unlisted_label_images_beside_listed_ones(version: str) -> None:
    nodes = {**labelled(version, listed=("cells", "original/a/0")), "labels/original": None, "labels/original/a": None}
    for path in ("a/0", "a/1", "2"):
        nodes |= label(version, f"labels/original/{path}", path.count("/") + 3)
    report = report_on(version, nodes)
    assert sorted(messages(report, "labels-all-listed")) == [
        f"label image 'original/{path}' is not listed" for path in ("2", "a/1")
    ]
    nodes["labels"]["labels"] += ["original/a/1", "original/2"]
    assert found(report_on(version, nodes)) == []


@LATE
@pytest.mark.parametrize("ome", [{}, None])
def test_groups_on_the_way_have_no_ome_at_all(version: str, ome: Any) -> None:
    nodes = {**image(version, ""), "labels": {"labels": ["o/cells"]}, **label(version, "labels/o/cells", 3)}
    nodes["labels/o"] = None
    assert found(report_on(version, nodes)) == []
    files = {"labels/o/zarr.json#attributes": {"ome": ome}}
    assert found(report_on(version, nodes, files)) == [("error", "labels-intermediate-groups-bare", "labels/o")]
    assert found(report_on(version, nodes, {"labels/o/zarr.json#attributes": {"lab": ome}})) == []
