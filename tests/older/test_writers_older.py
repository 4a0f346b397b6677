"""Stores as early programs wrote them: ome-zarr-py in the formats 0.1 to 0.3, bioformats2raw 0.2 and 0.3.

Put together by hand after what their source code writes, as the programs do not run any more.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from older import INSTALLED, only

from ngff_core import check_store
from ngff_core.report import Report
from ngff_core.stores import MemoryStore

Found = list[tuple[str, str, str, str]]
GROUP = {"zarr_format": 2}
BLOSC = {"blocksize": 0, "clevel": 5, "cname": "lz4", "id": "blosc", "shuffle": 1}
LETTERS = ["t", "c", "z", "y", "x"]


def needs(*versions: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not set(versions) <= set(INSTALLED), reason=f"needs {', '.join(versions)}")


def store(documents: dict[str, Any]) -> MemoryStore:
    return MemoryStore({key: json.dumps(value).encode() for key, value in documents.items()})


def judge(documents: dict[str, Any], version: str) -> Report:
    """Judge with every early version there is; the one that is found has to be this."""
    report = check_store(store(documents), registry=only(*INSTALLED))
    assert report.version == version
    return report


def found(report: Report) -> Found:
    return [(i.entry or i.rule, i.severity.value, i.node, i.pointer) for i in report.issues]


def zarray(shape: list[int], separator: str | None = None, dtype: str = "|u1") -> dict[str, Any]:
    made = {"chunks": shape, "compressor": BLOSC, "dtype": dtype, "fill_value": 0, "filters": None, "order": "C"}
    return {**made, "shape": shape, "zarr_format": 2, **({"dimension_separator": separator} if separator else {})}


# --- ome-zarr-py ------------------------------------------------------------------------------------

SEPARATOR = {"0.1": None, "0.2": "/", "0.3": "/"}


def ome_zarr_py(version: str, *, stated: bool = True) -> dict[str, Any]:
    """Return an image of five dimensions with a label image, as ome_zarr.writer and ome_zarr.data wrote it."""
    axes = {"axes": LETTERS} if version == "0.3" else {}
    versioned = {"version": version} if stated else {}
    multiscale = {**versioned, "datasets": [{"path": str(n)} for n in range(2)], **axes}
    window = {"start": 0, "end": 255, "min": 0, "max": 255}
    channel = {"active": True, "coefficient": 1, "color": "FF0000", "family": "linear", "inverted": False}
    colors = [{"label-value": n, "rgba": [50 * n, 0, 0, 128]} for n in (1, 2)]
    label = {**versioned, "colors": colors, "source": {"image": "../../"}}
    if version != "0.1":
        label["properties"] = [{"label-value": 1, "area (pixels)": 5, "class": "foo"}]
    documents: dict[str, Any] = {
        ".zgroup": GROUP,
        ".zattrs": {
            "multiscales": [multiscale],
            "omero": {"channels": [{**channel, "label": "Red", "window": window}], "rdefs": {"model": "color"}},
        },
        "labels/.zgroup": GROUP,
        "labels/.zattrs": {"labels": ["coins"]},
        "labels/coins/.zgroup": GROUP,
        "labels/coins/.zattrs": {"image-label": label, "multiscales": [multiscale]},
    }
    for group in ("", "labels/coins/"):
        for n in range(2):
            dtype = "<i8" if group else "|u1"
            documents[f"{group}{n}/.zarray"] = zarray([1, 1, 1, 64 >> n, 64 >> n], SEPARATOR[version], dtype)
    return documents


SHOULD = ["multiscale-name-present", "multiscale-type-present", "multiscale-metadata-present"]


@pytest.mark.parametrize("version", INSTALLED)
def test_images_of_ome_zarr_py_are_valid(version: str) -> None:
    report = judge(ome_zarr_py(version), version)
    names = [("zarr-array-dimensions-repeat-axes", "warning", "/multiscales/0/axes")] if version == "0.3" else []
    expected = [
        (rule, severity, node, pointer)
        for node in ("", "labels/coins")
        for rule, severity, pointer in [*((rule, "warning", "/multiscales/0") for rule in SHOULD), *names]
    ]
    assert found(report) == expected
    assert (report.status, report.kind) == ("valid", "image")
    assert report.counts == {"image": 1, "label-image": 1, "labels-group": 1, "array": 4}


@needs("0.1", "0.2", "0.3")
@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3"])
def test_their_version_is_found_by_their_shape(version: str) -> None:
    report = judge(ome_zarr_py(version, stated=False), version)
    unstated = [(node, pointer) for rule, _, node, pointer in found(report) if rule == "version-multiscales-present"]
    assert unstated == [("", "/multiscales/0"), ("labels/coins", "/multiscales/0")]
    assert report.status == "valid"


# --- bioformats2raw ---------------------------------------------------------------------------------


def series(version: str, separator: str) -> dict[str, Any]:
    metadata = {"method": "loci.common.image.SimpleImageScaler", "version": "Bio-Formats 6.5.1"}
    multiscale = {"metadata": metadata, "datasets": [{"path": "0"}, {"path": "1"}], "version": version}
    return {
        ".zgroup": GROUP,
        ".zattrs": {"multiscales": [multiscale]},
        "0/.zarray": zarray([1, 1, 1, 512, 512], separator),
        "1/.zarray": zarray([1, 1, 1, 256, 256], separator),
    }


def below(path: str, documents: dict[str, Any]) -> dict[str, Any]:
    return {f"{path}/{key}": value for key, value in documents.items()}


@needs("0.1")
def test_a_series_of_bioformats2raw_0_2_is_a_valid_image() -> None:
    report = judge(series("0.1", "."), "0.1")
    assert report.status == "valid"
    assert found(report) == [(rule, "warning", "", "/multiscales/0") for rule in SHOULD[:2]]


@pytest.mark.skipif(not INSTALLED, reason="no version before 0.4 is installed")
def test_its_top_group_is_not_defined_and_the_image_below_is_named() -> None:
    version = INSTALLED[0]
    documents = {".zgroup": GROUP, ".zattrs": {"bioformats2raw.layout": 1}, **below("0", series(version, "."))}
    report = check_store(store(documents), registry=only(version))
    assert [(issue.rule, issue.hint) for issue in report.issues] == [("store-without-metadata", "try 0")]


def plate(version: str) -> dict[str, Any]:
    """Return a plate of bioformats2raw 0.3: ids are text, indexes have names of their own, no version in the plate."""
    well = {"path": "A/1", "row_index": 0, "column_index": 0}
    definition = {
        "columns": [{"name": "1"}],
        "name": "Plate Name 0",
        "wells": [well],
        "field_count": 1,
        "rows": [{"name": "A"}],
        "acquisitions": [{"id": "0"}],
    }
    return {
        ".zgroup": GROUP,
        ".zattrs": {"bioformats2raw.layout": 3, "plate": definition},
        "OME/.zgroup": GROUP,
        "A/.zgroup": GROUP,
        "A/1/.zgroup": GROUP,
        "A/1/.zattrs": {"well": {"images": [{"path": "0", "acquisition": 0}]}},
        **below("A/1/0", series(version, "/")),
    }


@needs("0.1", "0.2", "0.3")
def test_a_plate_of_bioformats2raw_0_3_is_judged_as_the_version_of_its_fields() -> None:
    errors = [entry for entry in found(judge(plate("0.2"), "0.2")) if entry[1] == "error"]
    assert errors == [
        ("version-plate-present", "error", "", "/plate"),
        ("plate-acquisition-id-integer", "error", "", "/plate/acquisitions/0/id"),
    ]
