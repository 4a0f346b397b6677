"""Stores of 0.1 to 0.3: valid ones are found valid, and one defect gives the one finding that names it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from attrs import evolve
from older import INSTALLED, only

from ngff_core import check_store, open_group
from ngff_core.errors import StoreError
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

pytestmark = pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed")
REGISTRIES = {version: only(version) for version in INSTALLED}
Nodes = dict[str, Any]
NAMES = "_ARRAY_DIMENSIONS"


def level(version: str, size: int, dtype: str = "uint16") -> Any:
    shape = (3, size, size) if version == "0.3" else (1, 3, 1, size, size)
    return array(shape, dtype, members={"dimension_separator": "." if version == "0.1" else "/"})


def metadata(version: str, **more: Any) -> Nodes:
    axes = {"axes": ["c", "y", "x"]} if version == "0.3" else {}
    multiscale = {"version": version, "name": "cells", "type": "gaussian", "metadata": {"method": "mean"}, **axes}
    made = {"multiscales": [{**multiscale, "datasets": [{"path": "0"}, {"path": "1"}]}], **more}
    return {**made, **({NAMES: ["c", "y", "x"]} if version == "0.3" else {})}


def channels(count: int) -> Nodes:
    window = {"start": 0, "end": 100, "min": 0, "max": 255}
    return {
        "channels": [{"color": "FF0000", "window": dict(window)} for _ in range(count)],
        "rdefs": {"model": "color"},
    }


def image(version: str) -> Nodes:
    label = {"version": version, "colors": [{"label-value": 1, "rgba": [0, 0, 0, 255]}], "source": {"image": "../../"}}
    if version != "0.1":
        label["properties"] = [{"label-value": 1, "area": 5}]
    return {
        "": metadata(version, omero=channels(3)),
        "0": level(version, 8),
        "1": level(version, 4),
        "labels": {"labels": ["nuclei"]},
        "labels/nuclei": metadata(version, **{"image-label": label}),
        "labels/nuclei/0": level(version, 8, "uint32"),
        "labels/nuclei/1": level(version, 4, "uint32"),
    }


def plate(version: str) -> Nodes:
    acquisitions = [{"id": n, "name": f"run {n}", "maximumfieldcount": 1} for n in (0, 1)]
    nodes: Nodes = {
        "": {
            "plate": {
                "version": version,
                "name": "p",
                "rows": [{"name": "A"}],
                "columns": [{"name": "1"}],
                "wells": [{"path": "A/1"}],
                "acquisitions": acquisitions,
                "field_count": 2,
            }
        },
        "A": None,
        "A/1": {"well": {"version": version, "images": [{"path": str(n), "acquisition": n} for n in (0, 1)]}},
    }
    for field in ("A/1/0", "A/1/1"):
        nodes |= {field: metadata(version), f"{field}/0": level(version, 8), f"{field}/1": level(version, 4)}
    return nodes


BASES: dict[str, Callable[[str], Nodes]] = {"image": image, "plate": plate}


def judge(version: str, nodes: Nodes, files: Nodes | None = None) -> list[tuple[str, str, str, str]]:
    registry = REGISTRIES[version]
    report = check_store(MemoryStore(build_store(registry.spec(version), nodes, files)), registry=registry)
    assert report.version == version
    return [(i.entry or i.rule, i.severity.value, i.node, i.pointer) for i in report.issues]


@pytest.mark.parametrize("version", INSTALLED)
@pytest.mark.parametrize("base", BASES)
def test_nothing_is_found_in_a_store_without_defects(version: str, base: str) -> None:
    assert judge(version, BASES[base](version)) == []


@pytest.mark.parametrize("version", INSTALLED)
@pytest.mark.parametrize(("base", "path"), [("image", "0"), ("image", "labels/nuclei/1"), ("plate", "A/1/1/0")])
def test_a2_arrays_that_no_reader_opens(version: str, base: str, path: str) -> None:
    found = judge(version, BASES[base](version), {f"{path}/.zarray#fill_value": -1})
    assert found == [("zarr-fill-value-fits-data-type", "error", path, "/fill_value")]


@pytest.mark.parametrize("version", INSTALLED)
def test_a21_label_values_beyond_the_data_type(version: str) -> None:
    nodes = image(version)
    nodes["labels/nuclei"]["image-label"]["colors"][0]["label-value"] = 2**32
    pointer = "/image-label/colors/0/label-value"
    assert judge(version, nodes) == [("label-value-fits-dtype", "warning", "labels/nuclei", pointer)]


class Defect(NamedTuple):
    """One change of a store, and what is found for it; ``versions``: where it is one."""

    base: str
    change: Callable[[Nodes], object]
    found: tuple[str, str, str, str] | list[tuple[str, str, str, str]]
    versions: tuple[str, ...] = ("0.1", "0.2", "0.3")


def multiscale(nodes: Nodes) -> Any:
    return nodes[""]["multiscales"][0]


def label(nodes: Nodes) -> Any:
    return nodes["labels/nuclei"]["image-label"]


WELL_PATH = "/plate/wells/0/path"


def well_at(path: str) -> Callable[[Nodes], object]:
    return lambda n: n[""]["plate"]["wells"][0].update(path=path)


def moved_well(path: str) -> Callable[[Nodes], object]:
    """Return a change that moves the well, and all in it, to another path, with a group for each part."""

    def change(nodes: Nodes) -> None:
        well_at(path)(nodes)
        for old in [old for old in nodes if old.startswith("A/1")]:
            nodes[path + old[len("A/1") :]] = nodes.pop(old)
        del nodes["A"]
        parts = path.split("/")
        nodes.update({"/".join(parts[:depth]): None for depth in range(1, len(parts))})

    return change


def reshaped(path: str, shape: Callable[[tuple[int, ...]], tuple[int, ...]], **more: Any) -> Callable[[Nodes], object]:
    return lambda n: n.update({path: evolve(n[path], shape=shape(n[path].shape), **more)})


def separator(written: str) -> Callable[[Nodes], object]:
    return lambda n: n.update({"0": evolve(n["0"], members={"dimension_separator": written})})


M = "/multiscales/0"
LATER = ("0.2", "0.3")
FIVE = ("0.1", "0.2")
DEFECTS: dict[str, Defect] = {
    # images
    "no-version": Defect(
        "image", lambda n: multiscale(n).pop("version"), ("version-multiscales-present", "warning", "", M)
    ),
    "name-missing": Defect("image", lambda n: multiscale(n).pop("name"), ("multiscale-name-present", "warning", "", M)),
    "name-is-a-number": Defect(
        "image", lambda n: multiscale(n).update(name=5), ("multiscale-name-string", "error", "", f"{M}/name")
    ),
    "metadata-is-a-list": Defect(
        "image",
        lambda n: multiscale(n).update(metadata=[]),
        ("multiscale-metadata-object", "error", "", f"{M}/metadata"),
    ),
    "method-is-a-number": Defect(
        "image",
        lambda n: multiscale(n).update(metadata={"method": 5}),
        ("multiscale-metadata-object", "error", "", f"{M}/metadata/method"),
        ("0.1",),
    ),
    "second-multiscale-is-of-another-version": Defect(
        "image",
        lambda n: n[""]["multiscales"].append({**multiscale(n), "name": "b", "version": "0.9"}),
        ("version-multiscales-value", "error", "", "/multiscales/1/version"),
    ),
    "multiscale-repeated": Defect(
        "image",
        lambda n: n[""]["multiscales"].append(copy.deepcopy(multiscale(n))),
        ("multiscale-entries-unique", "error", "", "/multiscales/1"),
    ),
    "path-missing": Defect(
        "image",
        lambda n: multiscale(n)["datasets"][0].pop("path"),
        [
            ("dataset-path-present", "error", "", f"{M}/datasets/0"),
        ],
    ),
    "level-missing": Defect(
        "image", lambda n: n.pop("1"), ("dataset-path-relative-resolves", "error", "", f"{M}/datasets/1/path")
    ),
    "levels-swapped": Defect(
        "plate",
        lambda n: n["A/1/0"]["multiscales"][0]["datasets"].reverse(),
        ("dataset-order-high-to-low", "error", "A/1/0", f"{M}/datasets/1/path"),
    ),
    "level-of-another-type": Defect(
        "image",
        lambda n: n.update({"1": evolve(n["1"], dtype="uint8")}),
        ("dataset-dtype-consistent", "warning", "1", "/dtype"),
    ),
    "level-without-time": Defect(
        "image", reshaped("1", lambda s: s[1:]), ("dataset-ndim-is-5", "error", "1", "/shape"), FIVE
    ),
    "level-with-time": Defect(
        "image", reshaped("1", lambda s: (1, *s)), ("dataset-ndim-matches-axes", "error", "1", "/shape"), ("0.3",)
    ),
    "level-with-time-of-five": Defect(
        "image", reshaped("1", lambda s: (1, *s)), ("dataset-ndim-is-5", "error", "1", "/shape"), FIVE
    ),
    "keys-with-slashes": Defect(
        "image", separator("/"), ("zarr-chunk-separator-dot", "error", "0", "/dimension_separator"), ("0.1",)
    ),
    "keys-with-dots": Defect(
        "image", separator("."), ("zarr-chunk-separator-slash", "error", "0", "/dimension_separator"), LATER
    ),
    "channels-too-few": Defect(
        "image",
        lambda n: n[""].update(omero=channels(2)),
        ("omero-channel-count-matches-array", "warning", "", "/omero/channels"),
    ),
    "channels-missing": Defect(
        "image", lambda n: n[""].update(omero={}), ("omero-channels-present", "error", "", "/omero")
    ),
    "color-missing": Defect(
        "image",
        lambda n: n[""]["omero"]["channels"][1].pop("color"),
        ("omero-channel-color-present", "error", "", "/omero/channels/1"),
    ),
    "color-is-a-number": Defect(
        "image",
        lambda n: n[""]["omero"]["channels"][1].update(color=255),
        ("omero-channel-color-string", "error", "", "/omero/channels/1/color"),
    ),
    "window-without-end": Defect(
        "image",
        lambda n: n[""]["omero"]["channels"][0]["window"].pop("end"),
        ("omero-window-keys-present", "error", "", "/omero/channels/0/window"),
    ),
    "not-a-group": Defect(
        "image",
        lambda n: n.update({"labels/nuclei": level("0.2", 8)}),
        ("labels-paths-are-label-images", "error", "labels", "/labels/0"),
    ),
    # axes
    "axes-missing": Defect(
        "image",
        lambda n: multiscale(n).pop("axes"),
        [("axes-present", "error", "", M)],
        ("0.3",),
    ),
    "axes-are-objects": Defect(
        "image",
        lambda n: (multiscale(n).update(axes=[{"name": a} for a in "cyx"]), n[""].pop(NAMES)),
        [("axes-entry-type", "error", "", f"{M}/axes")],
        ("0.3",),
    ),
    "axis-of-two-letters": Defect(
        "image",
        lambda n: (multiscale(n).update(axes=["ct", "y", "x"]), n[""].update({NAMES: ["ct", "y", "x"]})),
        ("axes-known-letters", "error", "", f"{M}/axes/0"),
        ("0.3",),
    ),
    "axes-out-of-order": Defect(
        "image",
        lambda n: (multiscale(n).update(axes=["c", "x", "y"]), n[""].update({NAMES: ["c", "x", "y"]})),
        ("axes-order-tczyx", "error", "", f"{M}/axes"),
        ("0.3",),
    ),
    "axes-repeated": Defect(
        "image",
        lambda n: (multiscale(n).update(axes=["c", "x", "x"]), n[""].update({NAMES: ["c", "x", "x"]})),
        ("axes-names-unique", "error", "", f"{M}/axes/2"),
        ("0.3",),
    ),
    "axes-are-too-many-for-the-arrays": Defect(
        "image",
        lambda n: (multiscale(n).update(axes=["c", "z", "y", "x"]), n[""].update({NAMES: ["c", "z", "y", "x"]})),
        [("dataset-ndim-matches-axes", "error", path, "/shape") for path in ("0", "1")],
        ("0.3",),
    ),
    "names-contradict-the-axes": Defect(
        "image",
        lambda n: n[""].update({NAMES: ["c", "x", "y"]}),
        ("zarr-array-dimensions-repeat-axes", "error", "", f"/{NAMES}"),
        ("0.3",),
    ),
    "names-are-nowhere": Defect(
        "image",
        lambda n: n[""].pop(NAMES),
        ("zarr-array-dimensions-repeat-axes", "warning", "", f"{M}/axes"),
        ("0.3",),
    ),
    # labels
    "labels-without-list": Defect(
        "image", lambda n: n.update(labels={}), ("labels-key-present", "error", "labels", "")
    ),
    "listed-label-missing": Defect(
        "image", lambda n: n["labels"]["labels"].append("no"), ("labels-paths-resolve", "error", "labels", "/labels/1")
    ),
    "label-without-image-label": Defect(
        "image",
        lambda n: n["labels/nuclei"].pop("image-label"),
        ("labels-paths-are-label-images", "error", "labels", "/labels/0"),
    ),
    "label-of-floats": Defect(
        "image",
        lambda n: n.update({p: evolve(n[p], dtype="float32") for p in ("labels/nuclei/0", "labels/nuclei/1")}),
        [("label-dtype-integer", "error", f"labels/nuclei/{p}", "/dtype") for p in (0, 1)],
    ),
    "label-with-fewer-levels": Defect(
        "image",
        lambda n: n["labels/nuclei"]["multiscales"][0]["datasets"].pop(),
        ("label-dataset-count-matches-image", "error", "labels/nuclei", f"{M}/datasets"),
    ),
    "label-of-another-shape": Defect(
        "image",
        reshaped("labels/nuclei/0", lambda s: (*s[:-1], 6)),
        ("label-shape-matches-image", "warning", "labels/nuclei/0", "/shape"),
    ),
    "label-value-repeated": Defect(
        "image",
        lambda n: label(n)["colors"].append({"label-value": 1}),
        ("label-colors-label-value-unique", "error", "labels/nuclei", "/image-label/colors/1/label-value"),
    ),
    "rgba-of-three": Defect(
        "image",
        lambda n: label(n)["colors"][0].update(rgba=[1, 2, 3]),
        ("label-colors-rgba", "error", "labels/nuclei", "/image-label/colors/0/rgba"),
    ),
    "label-of-another-version": Defect(
        "image",
        lambda n: label(n).update(version="0.9"),
        ("version-label-value", "warning", "labels/nuclei", "/image-label/version"),
    ),
    "label-with-a-number-as-version": Defect(
        "image",
        lambda n: label(n).update(version=0.3),
        ("version-label-value", "warning", "labels/nuclei", "/image-label/version"),
    ),
    "label-with-null-as-version": Defect(
        "image",
        lambda n: label(n).update(version=None),
        ("version-label-value", "warning", "labels/nuclei", "/image-label/version"),
    ),
    "property-without-value": Defect(
        "image",
        lambda n: label(n)["properties"][0].pop("label-value"),
        ("label-properties-label-value-present", "error", "labels/nuclei", "/image-label/properties/0"),
        LATER,
    ),
    "source-missing": Defect(
        "image",
        lambda n: label(n).update(source={"image": "../"}),
        ("label-source-image-resolves", "error", "labels/nuclei", "/image-label/source/image"),
    ),
    # plates
    **{
        f"well-path-{path}": Defect("plate", well_at(path), ("plate-well-path-resolves", "warning", "", WELL_PATH))
        for path in ("./A/1", "A//1", "A/1/", "A/./1", "A/../A/1")
    },
    "well-behind-a-date": Defect("plate", moved_well("2020-10-10/A/1"), []),
    "well-without-a-row": Defect("plate", moved_well("A1"), ("plate-groups-above-images", "error", "", WELL_PATH)),
    "field-with-a-dot": Defect(
        "plate",
        lambda n: n["A/1"]["well"]["images"][1].update(path="./1"),
        ("well-image-path-alphanumeric", "error", "A/1", "/well/images/1/path"),
    ),
    "plate-without-version": Defect(
        "plate", lambda n: n[""]["plate"].pop("version"), ("version-plate-present", "error", "", "/plate")
    ),
    "no-rows": Defect(
        "plate", lambda n: n[""]["plate"].update(rows=[]), ("plate-rows-nonempty", "error", "", "/plate/rows")
    ),
    "column-repeated": Defect(
        "plate",
        lambda n: n[""]["plate"]["columns"].append({"name": "1"}),
        ("plate-columns-entries-unique", "error", "", "/plate/columns/1"),
    ),
    "no-acquisitions": Defect(
        "plate",
        lambda n: (n[""]["plate"].update(acquisitions=[]), [f.pop("acquisition") for f in n["A/1"]["well"]["images"]]),
        ("plate-acquisitions-nonempty", "error", "", "/plate/acquisitions"),
    ),
    "acquisition-repeated": Defect(
        "plate",
        lambda n: n[""]["plate"]["acquisitions"].append(dict(n[""]["plate"]["acquisitions"][0])),
        ("plate-acquisition-id-unique", "error", "", "/plate/acquisitions/2/id"),
    ),
    "acquisition-is-a-fraction": Defect(
        "plate",
        lambda n: n[""]["plate"]["acquisitions"].append({"id": 2.5, "name": "x", "maximumfieldcount": 1}),
        ("plate-acquisition-id-integer", "error", "", "/plate/acquisitions/2/id"),
        LATER,
    ),
    "time-is-an-iso-date": Defect(
        "plate",
        lambda n: n[""]["plate"]["acquisitions"][0].update(starttime="2021-01-01"),
        ("plate-acquisition-times-epoch-integer", "error", "", "/plate/acquisitions/0/starttime"),
    ),
    "well-missing": Defect(
        "plate",
        lambda n: [n.pop(path) for path in [p for p in n if p.startswith("A/1")]],
        ("plate-well-path-resolves", "error", "", "/plate/wells/0/path"),
    ),
    "field-count-too-small": Defect(
        "plate",
        lambda n: n[""]["plate"].update(field_count=1),
        ("plate-field-count-is-maximum", "warning", "", "/plate/field_count"),
    ),
    "well-of-another-version": Defect(
        "plate",
        lambda n: n["A/1"]["well"].update(version="0.9"),
        ("version-well-value", "error", "A/1", "/well/version"),
    ),
    "no-images": Defect(
        "plate",
        lambda n: n["A/1"]["well"].update(images=[]),
        [
            ("plate-field-count-is-maximum", "info", "", "/plate/field_count"),
            ("well-images-nonempty", "error", "A/1", "/well/images"),
        ],
    ),
    "field-missing": Defect(
        "plate",
        lambda n: [n.pop(f"A/1/1{p}") for p in ("", "/0", "/1")],
        ("well-image-path-resolves", "error", "A/1", "/well/images/1/path"),
    ),
    "field-without-acquisition": Defect(
        "plate",
        lambda n: n["A/1"]["well"]["images"][0].pop("acquisition"),
        ("well-acquisition-required-if-several", "warning", "A/1", "/well/images/0"),
    ),
    "field-of-unknown-acquisition": Defect(
        "plate",
        lambda n: n["A/1"]["well"]["images"][0].update(acquisition=7),
        ("well-acquisition-in-plate", "error", "A/1", "/well/images/0/acquisition"),
    ),
    "field-of-another-version": Defect(
        "plate",
        lambda n: n["A/1/0"]["multiscales"][0].update(version="0.9"),
        ("version-multiscales-value", "error", "A/1/0", f"{M}/version"),
    ),
}
RUNS = [(name, version) for name, defect in DEFECTS.items() for version in defect.versions if version in INSTALLED]


@pytest.mark.parametrize(("name", "version"), RUNS)
def test_one_defect_is_one_finding(name: str, version: str) -> None:
    defect = DEFECTS[name]
    nodes = BASES[defect.base](version)
    defect.change(nodes)
    assert judge(version, nodes) == (defect.found if isinstance(defect.found, list) else [defect.found])


# --- names of dimensions on the arrays (0.3) --------------------------------------------------------

ON_ARRAYS = pytest.mark.skipif("0.3" not in INSTALLED, reason="needs ngff-v03")


def on_arrays() -> tuple[Nodes, Nodes]:
    """Return an image whose arrays repeat the axes, where its groups do not."""
    nodes = image("0.3")
    for group in ("", "labels/nuclei"):
        del nodes[group][NAMES]
    arrays = ("0", "1", "labels/nuclei/0", "labels/nuclei/1")
    return nodes, {f"{path}/.zattrs": {NAMES: ["c", "y", "x"]} for path in arrays}


@ON_ARRAYS
def test_the_arrays_may_repeat_the_axes_instead_of_the_group() -> None:
    assert judge("0.3", *on_arrays()) == []


@ON_ARRAYS
def test_every_array_is_looked_at() -> None:
    nodes, files = on_arrays()
    files["1/.zattrs"] = {NAMES: ["c", "x", "y"]}
    del files["labels/nuclei/0/.zattrs"]
    name = "zarr-array-dimensions-repeat-axes"
    assert judge("0.3", nodes, files) == [
        (name, "error", "1", f"/{NAMES}"),
        (name, "warning", "labels/nuclei", f"{M}/axes"),
    ]


class Broken(MemoryStore):
    """One document cannot be read."""

    def get_many(self, keys: Any) -> Any:
        found = super().get_many(keys)
        return [StoreError("gone") if k == "0/.zattrs" else v for k, v in zip(keys, found, strict=True)]


@ON_ARRAYS
def test_attributes_that_cannot_be_read_are_not_taken_for_missing() -> None:
    registry = REGISTRIES["0.3"]
    report = check_store(Broken(build_store(registry.spec("0.3"), *on_arrays())), registry=registry)
    assert [(i.rule, i.node, i.document) for i in report.issues] == [("document-unreadable", "0", ".zattrs")]


# --- opened, not judged -----------------------------------------------------------------------------


@pytest.mark.parametrize("version", INSTALLED)
def test_groups_are_opened(version: str) -> None:
    group = open_group(MemoryStore(build_store(REGISTRIES[version].spec(version), image(version))))
    assert group.ome_version() == version
    assert group.ome_metadata().multiscales[0].name == "cells"  # type: ignore[union-attr]
    assert group["labels/nuclei"].ome_version() == version  # type: ignore[union-attr]


@pytest.mark.skipif(not {"0.1", "0.2"} <= set(INSTALLED), reason="needs ngff-v01 and ngff-v02")
@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_the_version_of_a_group_is_seen_by_its_chunk_keys(version: str) -> None:
    nodes = image(version)
    for path in ("", "labels/nuclei"):
        del nodes[path]["multiscales"][0]["version"]
    del nodes["labels/nuclei"]["image-label"]["version"]
    group = open_group(MemoryStore(build_store(REGISTRIES[version].spec(version), nodes)))
    assert group.ome_version() == version
    assert group["labels/nuclei"].ome_version() == version  # type: ignore[union-attr]
