"""Whole hierarchies of 0.6: valid ones, those with one defect, and what is asked of stores."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ngff_core.errors import StoreError
from ngff_core.plugins import Registry, discover
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.validation.calls import check_store

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v06"])
SPEC = REGISTRY.spec("0.6")
KEY = "coordinateTransformations"
Nodes = dict[str, Any]

AXES = {
    "c": {"name": "c", "type": "channel"},
    "d": {"name": "d", "type": "displacement", "discrete": True},
    **{name: {"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"},
}
LABEL = {"colors": [{"label-value": 1, "rgba": [0, 0, 0, 255]}], "source": {"image": "../../"}}


def system(name: str, axes: str = "yx") -> dict[str, Any]:
    return {"name": name, "axes": [AXES[axis] for axis in axes]}


def image(*links: Any, axes: str = "yx", levels: int = 2, systems: Sequence[Any] = (), **more: Any) -> dict[str, Any]:
    datasets = [
        {
            "path": str(n),
            KEY: [
                {
                    "type": "scale",
                    "scale": [2.0**n if axis in "yx" else 1.0 for axis in axes],
                    "input": {"path": str(n)},
                    "output": {"name": "physical"},
                }
            ],
        }
        for n in range(levels)
    ]
    made: dict[str, Any] = {
        "name": "i",
        "type": "mean",
        "metadata": {"method": "mean"},
        "coordinateSystems": [system("physical", axes), *systems],
        "datasets": datasets,
    }
    if links:
        made[KEY] = list(links)
    return {"multiscales": [made], **more}


def link(kind: dict[str, Any], end: Any = "world", start: Any = "physical") -> dict[str, Any]:
    ends = {"input": start, "output": end}
    return {**kind, **{side: {"name": to} if isinstance(to, str) else to for side, to in ends.items()}}


def levels(prefix: str = "", dtype: str = "uint16", number: int = 2) -> Nodes:
    return {f"{prefix}{n}": array((64 >> n, 64 >> n), dtype) for n in range(number)}


MOVE = {"type": "translation", "translation": [5, 7]}
WORLD = {"name": "physical", "path": "labels/cells"}


def labelled() -> Nodes:
    """Return an image with a label image that a transformation leads to."""
    return {
        "": image(link(MOVE, WORLD)),
        **levels(),
        "labels": {"labels": ["cells"]},
        "labels/cells": image(**{"image-label": LABEL}),
        **levels("labels/cells/", "uint32"),
    }


def scene() -> Nodes:
    """Return a scene of two images, one of them turned, in a coordinate system of its own."""
    turn = {"type": "affine", "path": "coordinateTransformations/turn"}
    links = [
        link(MOVE, "world", {"path": "a", "name": "physical"}),
        link(turn, {"path": "deep/b", "name": "physical"}, "world"),
    ]
    return {
        "": {"scene": {"coordinateSystems": [system("world")], KEY: links}},
        "a": image(),
        **levels("a/"),
        "deep": None,
        "deep/b": image(),
        **levels("deep/b/"),
        "coordinateTransformations": None,
        "coordinateTransformations/turn": array((2, 3), "float64"),
    }


def warped() -> Nodes:
    """Return an image with a field of displacements, and back."""
    both = {
        "type": "bijection",
        "forward": {"type": "displacements", "path": "fields/there"},
        "inverse": {"type": "displacements", "path": "fields/back", "interpolation": "linear"},
    }
    nodes: Nodes = {"": image(link(both), systems=[system("world")]), **levels(), "fields": None}
    for name in ("there", "back"):
        nodes[f"fields/{name}"] = image(axes="dyx", levels=1)
        nodes[f"fields/{name}/0"] = array((2, 64, 64), "float32")
    return nodes


def plate() -> Nodes:
    return {
        "": {
            "plate": {
                "name": "p",
                "rows": [{"name": "A"}],
                "columns": [{"name": "1"}],
                "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
                "field_count": 1,
            }
        },
        "A": None,
        "A/1": {"well": {"images": [{"path": "field_0-a.b"}]}},
        "A/1/field_0-a.b": image(),
        **levels("A/1/field_0-a.b/"),
    }


def collection() -> Nodes:
    return {"": {"bioformats2raw.layout": 3}, "OME": {"series": ["0"]}, "0": image(), **levels("0/")}


BASES: dict[str, Callable[[], Nodes]] = {
    "labelled": labelled, "scene": scene, "warped": warped, "plate": plate, "collection": collection,
}  # fmt: skip


def found(nodes: Nodes, **files: Any) -> list[tuple[str, str, str, str]]:
    report = check_store(MemoryStore(build_store(SPEC, nodes, files)), registry=REGISTRY)
    return [(i.severity.value, i.entry or i.rule, i.node, i.pointer) for i in report.issues]


# what a collection and files made by tests lack of what should be there
LACKING = {"collection": [("warning", "collection-ome-xml-present", "", "/attributes/ome")]}


@pytest.mark.parametrize("base", BASES)
def test_without_a_defect(base: str) -> None:
    assert [f for f in found(BASES[base]()) if f not in LACKING.get(base, [])] == []


@pytest.mark.parametrize(
    ("base", "path"), [("scene", "a/1"), ("scene", "coordinateTransformations/turn"), ("labelled", "labels/cells/0")]
)
def test_a2_arrays_that_no_reader_opens(base: str, path: str) -> None:
    damaged = found({"scene": scene, "labelled": labelled}[base](), **{f"{path}/zarr.json#fill_value": []})
    assert damaged == [("error", "zarr-fill-value-fits-data-type", path, "/fill_value")]


def set_at(*path: str | int, to: Any) -> Callable[[Nodes], None]:
    """Return a change: at this way from the nodes, this value; None in place of a node takes it away."""

    def change(nodes: Nodes) -> None:
        holder: Any = nodes
        for part in path[:-1]:
            holder = holder[part]
        if to is ...:
            del holder[path[-1]]
        else:
            holder[path[-1]] = to

    return change


OME = "/attributes/ome"
IMAGE_LINK = f"{OME}/multiscales/0/{KEY}/0"
SCENE_LINK = f"{OME}/scene/{KEY}"
FIRST = ("", "multiscales", 0)
DEFECTS: list[tuple[str, str, Callable[[Nodes], None], list[tuple[str, str, str, str]]]] = [
    (
        "labelled", "label image not there", set_at(*FIRST, KEY, 0, "output", "path", to="labels/nuclei"),
        [("error", "transform-multiscale-endpoint-defined", "", f"{IMAGE_LINK}/output/path")],
    ),
    *((
        "labelled", f"the image itself, as {path!r}, in place of a label image",
        set_at(*FIRST, KEY, 0, "output", to={"name": name, "path": path}),
        [(severity, "transform-multiscale-endpoint-defined", "", f"{IMAGE_LINK}/output/path")],
    ) for path in (".", "", "labels/..") for name, severity in (("physical", "warning"), ("stage", "error"))),
    (
        "labelled", "no such system in the label image", set_at(*FIRST, KEY, 0, "output", "name", to="stage"),
        [("error", "transform-multiscale-endpoint-defined", "", f"{IMAGE_LINK}/output/name")],
    ),
    (
        "labelled", "a label image that is turned",
        set_at(*FIRST, KEY, 0, to=link({"type": "rotation", "rotation": [[0, -1], [1, 0]]}, WORLD)),
        [("error", "transform-multiscale-label-target-simple", "", f"{IMAGE_LINK}/type")],
    ),
    (
        "labelled", "a label image of other dimensions", set_at(*FIRST, KEY, 0, to=link(
            {"type": "sequence", "transformations": [{"type": "identity"}]},
            {"name": "physical", "path": "labels/cells"}, "flat")),
        [
            ("error", "transform-multiscale-intrinsic-endpoint", "", IMAGE_LINK),
            ("error", "transform-multiscale-endpoint-defined", "", f"{IMAGE_LINK}/input/name"),
        ],
    ),
    *((
        "labelled", f"the version {said} in a label image", set_at("labels/cells", "image-label", "version", to=said),
        [("warning", "version-not-nested", "labels/cells", f"{OME}/image-label/version")],
    ) for said in (0.6, None, "0.5")),
    *((
        "labelled", f"the version {said} in a multiscale", set_at(*FIRST, "version", to=said),
        [("warning", "version-not-nested", "", f"{OME}/multiscales/0/version")],
    ) for said in (0.6, None, "0.5")),
    (
        "plate", "null as the version of a plate", set_at("", "plate", "version", to=None),
        [("warning", "version-not-nested", "", f"{OME}/plate/version")],
    ),
    (
        "plate", "null as the version of a well", set_at("A/1", "well", "version", to=None),
        [("warning", "version-not-nested", "A/1", f"{OME}/well/version")],
    ),
    (
        "labelled", "levels of different types", set_at("1", to=array((32, 32), "uint8")),
        [("error", "dataset-dtype-consistent", "1", "/data_type")],
    ),
    (
        "labelled", "labels that are no integers", set_at("labels/cells/0", to=array((64, 64), "float32")),
        [
            ("error", "label-dtype-integer", "labels/cells/0", "/data_type"),
            ("error", "dataset-dtype-consistent", "labels/cells/1", "/data_type"),
        ],
    ),
    (
        "labelled", "names of dimensions in another order", set_at("0", to=array((64, 64), names=("x", "y"))),
        [("warning", "zarr-dimension-names-match-axes", "0", "/dimension_names")],
    ),
    (
        "labelled", "a second system of three axes", set_at(*FIRST, "coordinateSystems",
               to=[system("physical"), system("deep", "zyx")]),
        [
            ("error", "coordsys-ndim-matches-arrays", "", f"{OME}/multiscales/0/coordinateSystems/1/axes"),
            ("error", "transform-graph-connected", "", f"{OME}/multiscales/0/coordinateSystems/1"),
        ],
    ),
    (
        "labelled", "a link to an image above",
        set_at(*FIRST, KEY, 0, "output", to={"name": "physical", "path": "../other"}),
        [
            ("error", "transform-multiscale-endpoint-defined", "", f"{IMAGE_LINK}/output/path"),
            ("error", "scene-group-above-images", "", f"{IMAGE_LINK}/output/path"),
        ],
    ),
    (
        "scene", "an image that is not there", set_at("a", to=...),
        [("error", "scene-path-resolves", "", f"{SCENE_LINK}/0/input/path")],
    ),
    (
        "scene", "a group without metadata", set_at("a", to=None),
        [("error", "scene-path-resolves", "", f"{SCENE_LINK}/0/input/path")],
    ),
    (
        "scene", "no such system in an image", set_at("", "scene", KEY, 0, "input", "name", to="stage"),
        [("error", "scene-path-name-defined", "", f"{SCENE_LINK}/0/input/name")],
    ),
    (
        "scene", "no such system in the scene", set_at("", "scene", KEY, 0, "output", "name", to="stage"),
        [
            ("error", "transform-graph-connected", "", f"{SCENE_LINK}/0/input"),
            ("error", "scene-local-name-defined", "", f"{SCENE_LINK}/0/output/name"),
        ],
    ),
    (
        "scene", "an image of three axes", set_at("a", "multiscales", 0, "coordinateSystems", 0,
                                                  to=system("physical", "zyx")),
        [
            ("error", "transform-parameters-match-dimensions", "", f"{SCENE_LINK}/0/translation"),
            ("error", "dataset-ndim-matches-axes", "a/0", "/shape"),
            ("error", "dataset-ndim-matches-axes", "a/1", "/shape"),
            ("error", "transform-scale-length-matches-axes", "a",
             f"{OME}/multiscales/0/datasets/0/{KEY}/0/scale"),
            ("error", "transform-scale-length-matches-axes", "a",
             f"{OME}/multiscales/0/datasets/1/{KEY}/0/scale"),
        ],
    ),
    (
        "scene", "a matrix that is not there", set_at("coordinateTransformations/turn", to=...),
        [("error", "transform-affine-array-shape", "", f"{SCENE_LINK}/1/path")],
    ),
    (
        "scene", "a matrix of another shape", set_at("coordinateTransformations/turn", to=array((3, 3), "float64")),
        [("error", "transform-affine-array-shape", "", f"{SCENE_LINK}/1/path")],
    ),
    (
        "scene", "a path that leads out", set_at("", "scene", KEY, 0, "input", "path", to="../a"),
        [
            ("error", "scene-group-above-images", "", f"{SCENE_LINK}/0/input/path"),
            ("error", "scene-path-resolves", "", f"{SCENE_LINK}/0/input/path"),
        ],
    ),
    (
        "scene", "labels below a scene", set_at("labels", to={"labels": ["x"]}),
        [("error", "labels-parent-is-multiscale", "labels", "")],
    ),
    (
        "warped", "a field that is not there", set_at("fields/there", to=...),
        [("error", "transform-field-is-multiscale", "", f"{IMAGE_LINK}/forward/path")],
    ),
    (
        "warped", "an array in place of a field", set_at("fields/there", to=array((2, 64, 64), "float32")),
        [("error", "transform-field-is-multiscale", "", f"{IMAGE_LINK}/forward/path")],
    ),
    (
        "warped", "vectors of three numbers", set_at("fields/back/0", to=array((3, 64, 64), "float32")),
        [("error", "transform-field-vector-length", "", f"{IMAGE_LINK}/inverse/path")],
    ),
    (
        "warped", "a channel axis in place of the vectors",
        set_at("fields/there", "multiscales", 0, "coordinateSystems", 0, to=system("physical", "cyx")),
        [("error", "transform-field-axis-type", "", f"{IMAGE_LINK}/forward/path")],
    ),
    (
        "plate", "a field that is no node name", set_at("A/1", "well", "images", 0, "path", to="__a"),
        [
            ("error", "well-image-path-resolves", "A/1", f"{OME}/well/images/0/path"),
            ("error", "well-image-path-node-name", "A/1", f"{OME}/well/images/0/path"),
        ],
    ),
    (
        "plate", "labels below a plate", set_at("labels", to={"labels": ["x"]}),
        [("error", "labels-parent-is-multiscale", "labels", "")],
    ),
    (
        "plate", "a field of another version", set_at("A/1/field_0-a.b", "version", to="0.5"),
        [("error", "version-consistent-in-hierarchy", "A/1/field_0-a.b", OME)],
    ),
    (
        "collection", "a series that is not there", set_at("OME", "series", to=["0", "1"]),
        [("error", "series-paths-are-images", "OME", f"{OME}/series/1")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("base", "what", "change", "expected"), DEFECTS, ids=[f"{d[0]}: {d[1]}" for d in DEFECTS])
def test_one_defect(base: str, what: str, change: Callable[[Nodes], None], expected: list[Any]) -> None:
    nodes = copy.deepcopy(BASES[base]())
    change(nodes)
    after = [f for f in found(nodes) if f not in LACKING.get(base, []) and f[0] != "info"]
    assert sorted(after) == sorted(expected)


# --- requests -----------------------------------------------------------------------------------------


class Web(MemoryStore):
    """A store that cannot list, as a web server is one; keeps what is asked for."""

    lists_cheaply = False
    batch = 128

    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.asked: Counter[str] = Counter()
        self.rounds = 0

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.asked.update(keys)
        self.rounds += 1
        return super().get_many(keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


def asked_of(nodes: Nodes) -> tuple[Counter[str], int]:
    store = Web(build_store(SPEC, nodes))
    report = check_store(store, registry=REGISTRY)
    assert [i for i in report.issues if i.severity.value == "error"] == []
    return store.asked, store.rounds


def test_a_plain_image_costs_no_more_than_in_earlier_versions() -> None:
    asked, rounds = asked_of({"": image(link(MOVE), systems=[system("world")]), **levels()})
    assert asked == Counter(["zarr.json", "0/zarr.json", "1/zarr.json", "labels/zarr.json"])
    assert rounds == 2


def test_a_scene_costs_its_documents() -> None:
    asked, _ = asked_of(scene())
    optional = ["a/labels/zarr.json", "deep/b/labels/zarr.json", "deep/zarr.json"]
    levels_ = [f"{path}/{n}/zarr.json" for path in ("a", "deep/b") for n in range(2)]
    assert asked == Counter(
        ["zarr.json", "a/zarr.json", "deep/b/zarr.json", f"{KEY}/turn/zarr.json", *levels_, *optional]
    )


def test_fields_cost_their_documents_and_their_first_level_once_more() -> None:
    asked, _ = asked_of(warped())
    assert {key: number for key, number in asked.items() if number > 1} == {
        "fields/there/0/zarr.json": 2,
        "fields/back/0/zarr.json": 2,
    }


def test_a_label_target_is_asked_for_once_more() -> None:
    asked, _ = asked_of(labelled())
    assert {key: number for key, number in asked.items() if number > 1} == {"labels/cells/zarr.json": 2}
