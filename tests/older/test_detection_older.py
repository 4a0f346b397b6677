"""Which version is chosen for what states none, with every set of plugins; what states one is judged as that."""

from __future__ import annotations

from functools import cache
from itertools import chain, combinations
from typing import Any

import pytest
from older import INSTALLED, only

from ngff_core import check_object, check_store
from ngff_core.plugins import Registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store

HERE = tuple(only("0.1", "0.2", "0.3", "0.4", "0.5").specs)
SUBSETS = list(chain.from_iterable(combinations(HERE, n) for n in range(1, len(HERE) + 1)))
pytestmark = pytest.mark.skipif(not INSTALLED, reason="none of ngff-v01, ngff-v02 and ngff-v03 is installed")

SCALE = [{"type": "scale", "scale": [1, 1]}]
WELL = {"path": "A/1"}
NAMES = {"rows": [{"name": "A"}], "columns": [{"name": "1"}]}
ANY = ("0.4", "0.3", "0.2", "0.1")


def image(**members: Any) -> dict[str, Any]:
    return {"multiscales": [{"datasets": [{"path": "0"}], **members}]}


# a document, and the versions that it may be of, the newest first
DOCUMENTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "axes-are-objects": (image(axes=[{"name": "y"}, {"name": "x"}]), ("0.4",)),
    "transformations": (image(datasets=[{"path": "0", "coordinateTransformations": SCALE}]), ("0.4",)),
    "letters-and-transformations": (
        image(axes=["y", "x"], datasets=[{"path": "0", "coordinateTransformations": SCALE}]),
        ("0.4",),
    ),
    "axes-are-letters": (image(axes=["y", "x"]), ("0.3",)),
    "axes-are-empty": (image(axes=[]), ("0.3",)),
    "no-axes": (image(), ("0.2", "0.1")),
    "no-datasets": ({"multiscales": [{"name": "a"}]}, ("0.2", "0.1")),
    "nothing-in-the-image": ({"multiscales": [{}]}, ("0.2", "0.1")),
    "label-image-of-letters": ({**image(axes=["y", "x"]), "image-label": {}}, ("0.3",)),
    "label-image-without-axes": ({**image(), "image-label": {}}, ("0.2", "0.1")),
    "image-label-alone": ({"image-label": {}}, ANY),
    "no-multiscales": ({"multiscales": []}, ANY),
    "labels": ({"labels": ["cells"]}, ANY),
    "well": ({"well": {"images": [{"path": "0"}]}}, ANY),
    "plate-with-indexes": ({"plate": {**NAMES, "wells": [{**WELL, "rowIndex": 0, "columnIndex": 0}]}}, ("0.4",)),
    "plate-without-indexes": ({"plate": {**NAMES, "wells": [WELL]}}, ("0.3", "0.2", "0.1")),
    "plate-without-wells": ({"plate": {**NAMES, "wells": []}}, ANY),
}


@cache
def registry(*versions: str) -> Registry:
    return only(*versions)


def first(wanted: tuple[str, ...], versions: tuple[str, ...]) -> str | None:
    return next((version for version in wanted if version in versions), None)


def rules(report: Report) -> list[str]:
    return [issue.rule for issue in report.issues]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_without_version_goes_to_the_newest_of_its_shape(name: str) -> None:
    document, wanted = DOCUMENTS[name]
    for versions in SUBSETS:
        # what no version up to 0.4 is there for is taken for the content of the namespace of 0.5
        expected = first((*wanted, "0.5"), versions)
        report = check_object(document, registry=registry(*versions))
        assert report.version == expected, versions
        assert (rules(report) == ["version-undetermined"]) == (expected is None)


# --- stores: chunk keys tell 0.1 from 0.2 -----------------------------------------------------------

LEVEL = {"zarr_format": 2, "shape": [1] * 5, "chunks": [1] * 5, "dtype": "|u1", "compressor": None, "fill_value": 0}
LEVEL |= {"order": "C", "filters": None}
LEVELS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "slash": ({**LEVEL, "dimension_separator": "/"}, ("0.2",)),
    "dot": ({**LEVEL, "dimension_separator": "."}, ("0.1",)),
    "not-written": (LEVEL, ("0.1",)),
    "no-array": (None, ("0.2", "0.1")),
    "no-json": (b"{", ("0.2", "0.1")),
}


@pytest.mark.parametrize("name", LEVELS)
def test_chunk_keys_decide_where_there_are_no_axes(name: str) -> None:
    level, wanted = LEVELS[name]
    for versions in SUBSETS:
        expected = first(wanted, versions)
        there = registry(*versions)
        store = build_store(registry(HERE[0]).spec(HERE[0]), {"": image()}, {"0/.zarray": level})
        report = check_store(MemoryStore(store), registry=there)
        assert report.version == expected, versions
        assert (rules(report) == ["version-undetermined"]) == (expected is None)


PLATE = {"plate": {**NAMES, "wells": [WELL]}}


@pytest.mark.parametrize("stated", ["0.1", "0.2", "0.3"])
@pytest.mark.parametrize("place", ["well", "field"])
def test_what_the_first_well_states_decides_for_a_plate(place: str, stated: str) -> None:
    well: dict[str, Any] = {"images": [{"path": "0"}], **({"version": stated} if place == "well" else {})}
    field = image(version=stated) if place == "field" else None
    store = build_store(registry(HERE[0]).spec(HERE[0]), {"": PLATE, "A": None, "A/1": {"well": well}, "A/1/0": field})
    for versions in SUBSETS:
        report = check_store(MemoryStore(store), registry=registry(*versions))
        assert report.version == first((stated,), versions), versions


def test_a_plate_whose_well_cannot_be_looked_at_is_of_the_newest() -> None:
    spec = registry(HERE[0]).spec(HERE[0])
    for entry in ({"path": 5}, {"path": "../A"}, {}, {"path": "A/1"}):
        store = build_store(spec, {"": {"plate": {**NAMES, "wells": [entry]}}}, {"A/1/.zattrs": [1]})
        assert check_store(MemoryStore(store), registry=registry(*HERE)).version == INSTALLED[-1]


@pytest.mark.parametrize("path", ["../0", "/0", "a/../../../0"])
def test_a_path_that_leads_out_of_the_store_is_not_read_to_tell_the_version(path: str) -> None:
    asked: list[str] = []

    class Watched(MemoryStore):
        def get_many(self, keys: Any) -> Any:
            asked.extend(keys)
            return super().get_many(keys)

    document = image(datasets=[{"path": path}])
    report = check_store(Watched(build_store(registry(HERE[0]).spec(HERE[0]), {"": document})), registry=only(*HERE))
    assert report.version == first(("0.2", "0.1"), HERE)
    assert [key for key in asked if ".." in key or key.startswith("/")] == []


@pytest.mark.parametrize("name", ["axes-are-objects", "axes-are-letters", "plate-without-indexes", "well"])
def test_stores_go_where_their_documents_go(name: str) -> None:
    document, wanted = DOCUMENTS[name]
    store = build_store(registry(HERE[0]).spec(HERE[0]), {"": document})
    for versions in SUBSETS:
        report = check_store(MemoryStore(store), registry=registry(*versions))
        assert report.version == first(wanted, versions), versions


# --- a version that is stated -----------------------------------------------------------------------


def stating(version: Any, name: str) -> dict[str, Any]:
    document = DOCUMENTS[name][0]
    if "plate" in document:
        return {"plate": {**document["plate"], "version": version}}
    return {"multiscales": [{**document["multiscales"][0], "version": version}]}


@pytest.mark.parametrize("version", INSTALLED)
@pytest.mark.parametrize("name", ["axes-are-objects", "axes-are-letters", "no-axes", "plate-with-indexes"])
def test_a_stated_version_stands_whatever_the_shape(version: str, name: str) -> None:
    for stated in (version, float(version), f"{version}.1", f"{version}-dev"):
        for versions in SUBSETS:
            report = check_object(stating(stated, name), registry=registry(*versions))
            if version in versions:
                assert report.version == version, (stated, versions)
            else:
                assert rules(report) == ["version-not-installed"], (stated, versions)


def found(document: dict[str, Any]) -> list[tuple[str, str]]:
    report = check_object(document, registry=only(*HERE))
    return [(i.entry or i.rule, i.pointer) for i in report.issues if i.severity.value == "error"]


def test_what_is_wrong_with_the_shape_is_said() -> None:
    expected = {
        ("0.3", "axes-are-objects"): [("axes-entry-type", "/multiscales/0/axes")],
        ("0.3", "no-axes"): [("axes-present", "/multiscales/0")],
        ("0.3", "letters-and-transformations"): [],
        ("0.1", "axes-are-letters"): [],  # a key that means nothing there
        ("0.2", "axes-are-letters"): [],
    }
    for (version, name), errors in expected.items():
        if version in HERE:
            assert found(stating(version, name)) == errors, (version, name)


def test_a_version_is_not_mistaken_for_a_longer_one() -> None:
    for version in INSTALLED:
        report = check_object(stating(f"{version}0", "no-axes"), registry=only(*HERE))
        assert rules(report) == ["version-not-installed"]


def test_an_array_of_two_dimensions_is_no_image_of_early_versions() -> None:
    for version in {"0.1", "0.2"} & set(INSTALLED):
        there = only(version)
        separator = "." if version == "0.1" else "/"
        level = array((8, 8), members={"dimension_separator": separator})
        store = build_store(there.spec(version), {"": stating(version, "axes-are-letters"), "0": level})
        report = check_store(MemoryStore(store), registry=there)
        errors = [(i.rule, i.node, i.pointer) for i in report.issues if i.severity.value == "error"]
        assert errors == [("dataset-ndim-is-5", "0", "/shape")]
