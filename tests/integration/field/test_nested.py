"""Faults of the field: what lies deeper than usual (A13)."""

from __future__ import annotations

from typing import Any

import pytest
from field import array, found, label, level, multiscale, report_on

from ngff_core.report.report import Report

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
SOURCE = "label-source-image-resolves"
GROUP = "zarr-intermediate-is-group"


def labels_at(version: str, path: str, *, between: tuple[str, ...] = (), **members: Any) -> Report:
    """Return the report on an image with a label image at a path below the labels group."""
    entry = multiscale("yx", level("0", [1, 1]), version=version)
    cells = f"labels/{path}"
    nodes: dict[str, Any] = {"": {"multiscales": [entry]}, "0": array((8, 8), names=("y", "x"))}
    nodes |= {"labels": {"labels": [path]}, cells: label(entry, version, **members)}
    nodes |= {f"{cells}/0": array((8, 8), "uint32", ("y", "x"))}
    nodes |= {f"labels/{group}": None for group in between}
    return report_on(version, nodes)


@VERSIONS
def test_a13_the_right_path_is_named(version: str) -> None:
    for path, right in (("a/cells", "../../../"), ("a/b/cells", "../../../../")):
        between = tuple(["a", "a/b"][: path.count("/")])
        report = labels_at(version, path, between=between, source={"image": "../../"})
        assert found(report) == [("error", SOURCE, f"labels/{path}")]
        issue = (
            report.issues[-1]
            if report.issues[-1].rule == SOURCE
            else next(i for i in report.issues if i.rule == SOURCE)
        )
        assert (issue.found, issue.expected) == ('"../../"', f'such as "{right}"')
        assert found(labels_at(version, path, between=between, source={"image": right})) == []


@VERSIONS
def test_a13_a_nested_label_without_source_is_a_warning(version: str) -> None:
    report = labels_at(version, "a/cells", between=("a",))
    assert found(report) == [("warning", SOURCE, "labels/a/cells")]
    issue = next(i for i in report.issues if i.rule == SOURCE)
    assert issue.pointer == ("" if version == "0.4" else "/attributes/ome") + "/image-label"
    assert issue.expected == '"source": {"image": "../../../"}'
    assert found(labels_at(version, "cells")) == []
    assert found(labels_at(version, "cells", source={})) == []


def test_a13_a_missing_group_above_a_label_is_a_warning() -> None:
    source = {"image": "../../../../"}
    report = labels_at("0.5", "a/b/cells", between=("a",), source=source)
    assert found(report) == [("warning", GROUP, "labels/a/b")]
    assert [i.document for i in report.issues if i.rule == GROUP] == ["zarr.json"]
    report = labels_at("0.5", "a/b/cells", source=source)
    assert found(report) == [("warning", GROUP, "labels/a"), ("warning", GROUP, "labels/a/b")]
    assert found(labels_at("0.4", "a/b/cells", source=source)) == []  # a folder may pass for a group of Zarr v2


def nested_levels(version: str, *groups: str) -> list[tuple[str, str, str]]:
    """Return what is said of an image whose levels lie in groups of their own, of which these are there."""
    entries = [level("scale0/image", [1, 1]), level("scale1/image", [2, 2])]
    nodes: dict[str, Any] = {
        "": {"multiscales": [multiscale("yx", *entries, version=version)]},
        "scale0/image": array((8, 8), names=("y", "x")),
        "scale1/image": array((4, 4), names=("y", "x")),
    }
    return found(report_on(version, {**nodes, **dict.fromkeys(groups)}))


def test_a13_a_missing_group_above_a_level_is_a_warning() -> None:
    assert nested_levels("0.5") == [("warning", GROUP, "scale0"), ("warning", GROUP, "scale1")]
    assert nested_levels("0.5", "scale0") == [("warning", GROUP, "scale1")]
    assert nested_levels("0.5", "scale0", "scale1") == []
    assert nested_levels("0.4") == []


@VERSIONS
def test_a13_a_level_that_is_not_there_is_reported_once(version: str) -> None:
    entry = multiscale("yx", level("scale0/image", [1, 1]), version=version)
    assert found(report_on(version, {"": {"multiscales": [entry]}})) == [
        ("error", "dataset-path-relative-resolves", "")
    ]


@VERSIONS
@pytest.mark.parametrize("path", ["", ".", "./", "../cells", "../../labels/cells"])
def test_a13_a_label_image_is_not_its_own_source(version: str, path: str) -> None:
    report = labels_at(version, "cells", source={"image": path})
    assert found(report) == [("error", SOURCE, "labels/cells")]
    issue = next(i for i in report.issues if i.rule == SOURCE)
    assert (issue.message, issue.expected) == (f"source {path!r} is the label image itself", 'such as "../../"')
    assert issue.pointer.endswith("/image-label/source/image")


@VERSIONS
@pytest.mark.parametrize("value", [{}, 5, None, []])
def test_a13_a_source_that_is_no_path(version: str, value: Any) -> None:
    report = labels_at(version, "cells", source={"image": value})
    (issue,) = [i for i in report.issues if i.pointer.endswith("/source/image")]
    assert issue.severity.value == "error"
    assert issue.hint == 'write the path from here to the image, such as "../../", or leave source out'


@VERSIONS
def test_a13_a_source_that_is_the_path_itself(version: str) -> None:
    report = labels_at(version, "cells", source="../../")
    assert [i.hint for i in report.issues if i.pointer.endswith("/source")] == ['write {"image": "../../"}']
