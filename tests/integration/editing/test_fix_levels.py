"""Levels that are not there, and what only other fixes bring to light: nothing is lost, and one run is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from broken import broken_image

from ngff_core import fix_store, plan_fix
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store, write_store

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
ARRAY = array(shape=(1, 8, 8), names=("c", "y", "x"))
SMALLER = array(shape=(1, 4, 4), names=("c", "y", "x"))


def _image(version: str, *paths: str) -> dict[str, Any]:
    image = broken_image(version, "one")
    image.pop("omero")
    image["multiscales"][0]["datasets"] = [
        {"path": path, "coordinateTransformations": [{"type": "scale", "scale": [1.0, 0.5 * 2**n, 0.5 * 2**n]}]}
        for n, path in enumerate(paths)
    ]
    return image


def _store(version: str, image: dict[str, Any], **arrays: Any) -> MemoryStore:
    return MemoryStore(build_store(default_registry().spec(version), {"": image, **arrays}))


@VERSIONS
@pytest.mark.parametrize("path", ["S1", "2", "levels/2"])
def test_a_level_whose_array_may_be_there_under_another_name_stays(version: str, path: str) -> None:
    beside = {"levels": None, "levels/1": SMALLER} if "/" in path else {"s1": SMALLER}
    assert not plan_fix(_store(version, _image(version, "0", path), **{"0": ARRAY}, **beside)).writes


@VERSIONS
def test_a_level_that_says_something_else_stays(version: str) -> None:
    image = _image(version, "0", "1")
    assert len(plan_fix(_store(version, image, **{"0": ARRAY})).writes) == 1
    image["multiscales"][0]["datasets"][1]["coordinateTransformations"][0]["vendor"] = 7
    assert not plan_fix(_store(version, image, **{"0": ARRAY})).writes


@VERSIONS
def test_what_a_fix_brings_to_light_is_mended_in_the_same_run(version: str, tmp_path: Path) -> None:
    """The label image is evaluated once it is listed: what is left in it does not count against fixes of it."""
    cells = {**_image(version, "0/"), "image-label": {"version": version}}
    cells["multiscales"][0]["axes"][0]["type"] = "canal"
    del cells["multiscales"][0]["metadata"]
    labels = {"labels": {"note": 1}, "labels/cells": cells, "labels/cells/0": ARRAY}
    nodes = {"": _image(version, "0"), "0": ARRAY, **labels}
    root = write_store(build_store(default_registry().spec(version), nodes), tmp_path / "image.zarr")
    assert {fix.rule for fix in fix_store(root).made} >= {"labels-key-present", "dataset-path-relative-resolves"}
    assert not fix_store(root).writes


@VERSIONS
def test_a_level_without_scale_beside_what_is_no_level_is_left(version: str) -> None:
    image = _image(version, "0", "1")
    levels = image["multiscales"][0]["datasets"]
    levels[0], levels[1]["coordinateTransformations"] = "0", []
    plan = plan_fix(_store(version, image, **{"0": ARRAY, "1": SMALLER}), decisions={"pixel-size": "unknown"})
    assert not plan.writes


@VERSIONS
def test_a_field_that_is_listed_twice_is_counted_once(version: str) -> None:
    acquisitions = [{"id": 0, "name": "run", "maximumfieldcount": 1}]
    wells = [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]
    plate = {"name": "p", "rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": wells, "version": version}
    well = {"images": [{"path": "0", "acquisition": 0}] * 2, "version": version}
    nodes = {"A": None, "A/1": {"well": well}, "A/1/0": _image(version, "0"), "A/1/0/0": ARRAY}
    store = _store(version, {"plate": {**plate, "field_count": 1, "acquisitions": acquisitions}}, **nodes)
    plan = plan_fix(store)
    assert [(fix.rule, fix.paths) for fix in plan.made] == [("well-images-entries-unique", ["A/1"])]
    assert not plan.after.issues


@VERSIONS
def test_a_label_image_stays_listed_while_one_is_there_that_is_not(version: str) -> None:
    """`Cells` may be what is meant by `cells`: it is taken out only where all that is there is listed."""
    label = {**_image(version, "0"), "image-label": {}}
    nodes = {"0": ARRAY, "labels": {"labels": ["Cells"]}, "labels/cells": label, "labels/cells/0": ARRAY}
    assert not plan_fix(_store(version, _image(version, "0"), **nodes), select=["labels-paths-resolve"]).writes
    gone = {key: value for key, value in nodes.items() if "cells" not in key}
    gone["labels"] = {"labels": ["Cells", "nuclei"]}
    gone |= {"labels/nuclei": label, "labels/nuclei/0": ARRAY}
    assert plan_fix(_store(version, _image(version, "0"), **gone), select=["labels-paths-resolve"]).writes
