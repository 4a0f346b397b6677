"""Faults of the field: wrong words (A23)."""

from __future__ import annotations

from typing import Any

import pytest
from field import array, label, level, multiscale, report_on

from ngff_core import check_json
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.json_text import dumps
from ngff_core.report.formats.text_parts import details, location_of, locations_of
from ngff_core.report.report import Report, place_of
from ngff_core.stores.writing import ConflictError
from ngff_core.words import counted, positions, with_article

EMPTY = Report(url="a.zarr", issues=[])


def issue(message: str = "it is wrong", **members: Any) -> Issue:
    return Issue("a-rule", MUST, Severity.ERROR, message, **members)


def test_a23_different_pointers_keep_file_and_pointer() -> None:
    two = [issue(node="a", document="zarr.json", pointer="/x"), issue(node="b", document="zarr.json", pointer="/y")]
    assert locations_of(two, EMPTY) == "a  zarr.json /x, b  zarr.json /y (2 nodes)"
    two = [issue(node="a", document=".zattrs", pointer="/x"), issue(node="b", document=".zarray", pointer="/x")]
    assert locations_of(two, EMPTY) == "a  .zattrs /x, b  .zarray /x (2 nodes)"
    many = [issue(node=n, document="zarr.json", pointer=f"/{n}", kind="image") for n in "abcde"]
    assert locations_of(many, EMPTY) == "a  zarr.json /a, b  zarr.json /b, c  zarr.json /c, ... (5 images)"


def test_a23_equal_pointers_are_said_once() -> None:
    two = [issue(node=n, document="zarr.json", pointer="/x", kind="image") for n in "ab"]
    assert locations_of(two, EMPTY) == "zarr.json /x in 2 images: a, b"


@pytest.mark.parametrize(
    ("message", "found", "expected", "shown"),
    [
        ("columnIndex 1 of well 'A/10' is not that of its path", "1", "0", "expected 0"),
        ("the array has 12 dimensions", "12", "2", "expected 2"),
        ("found 5, expected string", "5", "string", ""),
        ("rowIndex 1 of row 2 is wrong", "1", "2", "expected 2"),
        ("the name is 'DAPI_1'", None, "DAPI", "expected DAPI"),
        ("there is no array at 'a/0'", "0", None, "found 0"),
        ("the version is 0.4.1", None, "0.4", "expected 0.4"),
        ("the version is 0.4", "0.4", None, ""),
    ],
)
def test_a23_what_is_expected_is_said(message: str, found: str | None, expected: str | None, shown: str) -> None:
    assert details(issue(message, found=found, expected=expected)) == shown


def test_a23_numbers_have_their_nouns() -> None:
    assert [counted(number, "axis") for number in (0, 1, 2)] == ["0 axes", "1 axis", "2 axes"]
    assert [counted(number, "more entry") for number in (1, 3)] == ["1 more entry", "3 more entries"]
    assert [counted(number, "info") for number in (1, 3)] == ["1 info", "3 info"]
    assert [positions(length) for length in (0, 1, 2)] == ["no index: there is nothing to count", "0", "0 to 1"]
    assert [with_article(word) for word in ("OMEZarrGroupJSON", "Plate", "affine")] == [
        "an OMEZarrGroupJSON",
        "a Plate",
        "an affine",
    ]
    assert str(ConflictError("a.zarr", ["0/zarr.json"])).startswith("1 file in a.zarr changed ")
    assert str(ConflictError("a.zarr", ["a", "b"])).startswith("2 files in a.zarr changed ")


def test_a23_one_is_not_many() -> None:
    well = {"path": "A/1", "rowIndex": 1, "columnIndex": 0}
    plate = {"name": "p", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [well]}
    found = check_json(dumps({"ome": {"version": "0.5", "plate": plate}})).issues
    one = next(issue for issue in found if issue.pointer.endswith("rowIndex"))
    assert (one.message, one.expected) == ("rowIndex 1 is beyond the 1 row", "0")
    line = multiscale("x", level("0", [1]))
    found = check_json(dumps({"ome": {"version": "0.5", "multiscales": [line]}})).issues
    said = {issue.rule: issue.message for issue in found}
    assert said["axes-count"] == "the image has 1 axis"


def test_a23_the_root_is_one_slash() -> None:
    assert place_of(issue()) == "/"
    assert place_of(issue(pointer="/ome")) == "/ /ome"
    assert location_of(issue()) == "/"
    assert location_of(issue(node="a")) == "a"
    assert location_of(issue(document="zarr.json")) == "/  zarr.json /"
    assert location_of(issue(pointer="/ome")) == "/  /ome"


def test_a23_no_value_is_any_value() -> None:
    ome = {"multiscales": [{"name": "a", "axes": [], "datasets": []}], "image-label": {"properties": [{"area": 1}]}}
    report = check_json(dumps({"ome": {"version": "0.5", **ome}}))
    assert [i.expected for i in report.issues if i.expected == "any value"] == []


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a23_lists_are_quoted_as_in_json(version: str) -> None:
    entry = multiscale("yx", level("0", [1, 1]), version=version)
    nodes: dict[str, Any] = {"": {"multiscales": [entry]}, "0": array((8, 8), names=("x", "y"))}
    files = {".zattrs#_ARRAY_DIMENSIONS": ["x", "y"]} if version == "0.4" else {}
    rules = ("zarr-array-dimensions-repeat-axes", "zarr-dimension-names-match-axes")
    found = [i for i in report_on(version, nodes, files).issues if i.rule in rules]
    assert [(i.found, i.expected) for i in found] == [('["x", "y"]', '["y", "x"]')]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/deep/0", "path '/deep/0' begins with a slash, and was not followed: paths are relative to the group"),
        ("../../0", "path '../../0' leads out of the store and was not followed"),
    ],
)
def test_a23_a_path_that_begins_with_a_slash_leads_nowhere(path: str, message: str) -> None:
    entry = multiscale("yx", level(path, [1, 1]))
    (found,) = [i for i in report_on("0.5", {"": {"multiscales": [entry]}}).issues if i.pointer.endswith("/path")]
    assert (found.rule, found.message) == ("dataset-path-relative-resolves", message)


def test_a23_labels_group_names_in_text_are_not_python() -> None:
    cells = label(multiscale("yx", level("0", [1, 1])), source={"image": "../../"})
    nodes = {"": {"multiscales": [multiscale("yx", level("0", [1, 1]))]}, "0": array((8, 8), names=("y", "x"))}
    nodes |= {"labels": {"labels": ["cells"]}, "labels/cells": cells, "labels/cells/0": array((8, 8), "uint8")}
    expected = [i.expected or "" for i in report_on("0.5", nodes).issues]
    assert [text for text in expected if "['" in text] == []
