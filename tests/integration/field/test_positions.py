"""Faults of the field: levels and labels that lie in the wrong place (A10 to A12)."""

from __future__ import annotations

from typing import Any

import pytest
from field import array, found, label, level, multiscale, report_on

from ngff_core import check_json
from ngff_core.json_text import dumps

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
OVERLAP = ("warning", "transform-levels-overlap", "")


def levels(version: str, *entries: dict[str, Any], names: str = "yx", sizes: tuple[int, ...] = (16, 8)) -> Any:
    """Return the findings on an image with these levels, whose arrays are squares of these sizes."""
    nodes: dict[str, Any] = {"": {"multiscales": [multiscale(names, *entries, version=version)]}}
    for entry, size in zip(entries, sizes, strict=False):
        nodes[entry["path"]] = array((size,) * len(names), names=tuple(names))
    return found(report_on(version, nodes))


def order(version: str, *scales: list[float], names: str = "yx") -> list[tuple[str, str, str]]:
    """Return what is said of the order of levels in a document by itself."""
    entry = multiscale(names, *(level(str(n), scale) for n, scale in enumerate(scales)), version=version)
    ome: dict[str, Any] = {"multiscales": [entry]}
    report = check_json(dumps(ome if version == "0.4" else {"ome": {"version": version, **ome}}))
    return [(i.severity.value, i.rule, i.pointer) for i in report.issues if i.rule == "dataset-order-high-to-low"]


@VERSIONS
def test_a10_scales_that_shrink_without_arrays_are_a_warning(version: str) -> None:
    start = "" if version == "0.4" else "/ome"
    assert order(version, [2, 2], [1, 1]) == [
        ("warning", "dataset-order-high-to-low", f"{start}/multiscales/0/datasets/1")
    ]
    assert len(order(version, [1, 2], [2, 1])) == 1
    assert len(order(version, [1, 1], [4, 4], [2, 2])) == 1


@VERSIONS
def test_a10_scales_that_grow_or_stay_are_silent(version: str) -> None:
    assert order(version, [1, 1], [2, 2]) == []
    assert order(version, [1, 1], [1, 1]) == []
    assert order(version, [0.1 + 0.2, 1], [0.3, 1]) == []  # rounding
    assert order(version, [1, 2, 2], [0.5, 4, 4], names="cyx") == []  # a channel has no size
    assert order(version, [2, 2], [-1, 1]) == []  # reported as a negative scale
    assert order(version, [2, 2], [1]) == []  # reported as a wrong length


@VERSIONS
def test_a10_arrays_decide_where_they_are_there(version: str) -> None:
    assert levels(version, level("0", [2, 2]), level("1", [1, 1])) == [
        ("warning", "transform-scale-meaning", ""),
        ("warning", "transform-scale-meaning", ""),
    ]
    assert levels(version, level("0", [2, 2]), level("1", [1, 1]), sizes=()) == [
        ("error", "dataset-path-relative-resolves", ""),
        ("warning", "dataset-order-high-to-low", ""),
        ("error", "dataset-path-relative-resolves", ""),
    ]


@VERSIONS
def test_a11_levels_that_do_not_overlap_are_a_warning(version: str) -> None:
    assert levels(version, level("0", [0.65, 0.65], [0, 624]), level("1", [1.3, 1.3])) == [OVERLAP]
    assert levels(version, level("0", [0.65, 0.65]), level("1", [1.3, 1.3], [0, 624])) == [OVERLAP]
    assert levels(version, level("0", [0.65, 0.65]), level("1", [1.3, 1.3], [-624, 624])) == [OVERLAP, OVERLAP]
    assert levels(version, level("0", [1, 1], [0, 6]), level("1", [2, 2])) == [OVERLAP]  # not the whole of it


@VERSIONS
@pytest.mark.parametrize("shift", [0, 0.325, 0.65, -0.325, -0.65], ids=str)
def test_a11_half_a_pixel_and_corners_are_silent(version: str, shift: float) -> None:
    assert levels(version, level("0", [0.65, 0.65]), level("1", [1.3, 1.3], [shift, shift])) == []
    assert levels(version, level("0", [0.65, 0.65], [70, 624]), level("1", [1.3, 1.3], [70 + shift, 624 + shift])) == []


@VERSIONS
def test_a11_what_is_not_known_is_silent(version: str) -> None:
    moved = [level("0", [1, 1], [0, 624]), level("1", [2, 2])]
    assert levels(version, *moved, sizes=(16,)) == [("error", "dataset-path-relative-resolves", "")]
    channels = [level("0", [1, 1, 1], [50, 0, 0]), level("1", [1, 2, 2], [0, 0, 0])]
    assert "transform-levels-overlap" not in {rule for _, rule, _ in levels(version, *channels, names="cyx")}
    flipped = [level("0", [-1, 1], [16, 0]), level("1", [-2, 2], [0, 0])]
    assert "transform-levels-overlap" not in {rule for _, rule, _ in levels(version, *flipped)}


ELSEWHERE = ("warning", "label-position-matches-image", "labels/cells")


def labelled(version: str, image: dict[str, Any], cells: dict[str, Any], size: Any = (16, 16)) -> Any:
    """Return what is said of the place of a label image; the image has 16 x 16 pixels, in as many axes as it has."""
    names = "".join(axis["name"] for axis in image["axes"])
    own = "".join(axis["name"] for axis in cells["axes"])
    nodes = {
        "": {"multiscales": [image]},
        "0": array((*[3] * (len(names) - 2), 16, 16), names=tuple(names)),
        "labels": {"labels": ["cells"]},
        "labels/cells": label(cells, version),
        "labels/cells/0": array(size, "uint32", tuple(own)),
    }
    return [f for f in found(report_on(version, nodes)) if f[1] == "label-position-matches-image"]


@VERSIONS
def test_a12_labels_elsewhere_are_a_warning(version: str) -> None:
    image = multiscale("yx", level("0", [0.5, 0.5]), version=version)
    assert labelled(version, image, multiscale("yx", level("0", [1, 1]), version=version)) == [ELSEWHERE] * 2
    assert labelled(version, image, multiscale("yx", level("0", [0.25, 0.5]), version=version)) == [ELSEWHERE]
    moved = multiscale("yx", level("0", [0.5, 0.5], [0, 100]), version=version)
    assert labelled(version, image, moved) == [ELSEWHERE]
    coarse_and_moved = multiscale("yx", level("0", [1, 1], [0, 100]), version=version)
    assert labelled(version, image, coarse_and_moved, (8, 8)) == [ELSEWHERE]


@VERSIONS
def test_a12_units_count(version: str) -> None:
    image = multiscale("yx", level("0", [0.5, 0.5]), version=version)
    nano: dict[str, Any] = {"y": {"unit": "nanometer"}, "x": {"unit": "nanometer"}}
    assert (
        labelled(version, image, multiscale("yx", level("0", [0.5, 0.5]), version=version, **nano)) == [ELSEWHERE] * 2
    )
    coarse = multiscale("yx", level("0", [1, 1]), version=version, **nano)
    assert labelled(version, image, coarse, (8, 8)) == [ELSEWHERE] * 2
    assert labelled(version, image, multiscale("yx", level("0", [500, 500]), version=version, **nano)) == []
    for unit in ("pixel", None):
        unknown: dict[str, Any] = {"y": {"unit": unit}, "x": {"unit": unit}}
        assert labelled(version, image, multiscale("yx", level("0", [1, 1]), version=version, **unknown)) == []


@VERSIONS
def test_a12_what_covers_the_image_or_a_part_is_silent(version: str) -> None:
    image = multiscale("yx", level("0", [0.5, 0.5], [3, 4]), version=version)
    for entry, size in (
        (level("0", [0.5, 0.5], [3, 4]), (16, 16)),
        (level("0", [1, 1], [3, 4]), (8, 8)),  # coarser
        (level("0", [1, 1], [3.25, 4.25]), (8, 8)),  # by centres of pixels
        (level("0", [0.5, 0.5], [5, 6]), (6, 6)),  # a part
        (level("0", [8, 8], [3, 4]), (1, 1)),
    ):
        assert labelled(version, image, multiscale("yx", entry, version=version), size) == []


@VERSIONS
def test_a12_a_channel_axis_of_size_1_is_silent(version: str) -> None:
    image = multiscale("cyx", level("0", [1, 0.5, 0.5]), version=version)
    assert labelled(version, image, multiscale("cyx", level("0", [7, 0.5, 0.5]), version=version), (1, 16, 16)) == []
    assert labelled(version, image, multiscale("yx", level("0", [0.5, 0.5]), version=version)) == []
    deep = multiscale("zyx", level("0", [2, 0.5, 0.5]), version=version)
    assert labelled(version, deep, multiscale("zyx", level("0", [1, 0.5, 0.5]), version=version), (1, 16, 16)) == []


@VERSIONS
def test_a12_what_scales_all_levels_counts(version: str) -> None:
    image = multiscale("yx", level("0", [0.5, 0.5]), version=version)
    cells = multiscale("yx", level("0", [1, 1]), version=version)
    cells["coordinateTransformations"] = level("", [0.5, 0.5])["coordinateTransformations"]
    assert labelled(version, image, cells) == []
    cells["coordinateTransformations"] = level("", [0.5, 0.5], [0, 50])["coordinateTransformations"]
    assert labelled(version, image, cells) == [ELSEWHERE]
