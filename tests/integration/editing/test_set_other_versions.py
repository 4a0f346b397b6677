"""`set_values` in versions that say things elsewhere, or not at all: coordinate systems of 0.6, axes before 0.4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from bases import image as image_of
from bases import labels
from older import EARLY, INSTALLED, only

from ngff_core import RefusedError, check_store, set_values
from ngff_core.json_text import dumps, loads
from ngff_core.plugins import Registry, discover
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.upgrade.plan import plan_upgrade

KEY = "coordinateTransformations"
SIZES = {"pixel-size.x": 0.65, "pixel-size.y": 0.65}


LATE = Registry(found=[found for found in discover() if found[0].distribution in ("ngff-v05", "ngff-v06")])
OLD = only(*EARLY)
needs_06 = pytest.mark.skipif("0.6" not in LATE.specs, reason="needs OME-NGFF 0.6")


def in_06(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    plan = plan_upgrade(MemoryStore(dict(documents)), "0.6", registry=LATE)
    return {**documents, **{write.key: write.new for write in plan.writes if write.new is not None}}


def multiscale_in(documents: Mapping[str, bytes], key: str = "zarr.json") -> dict[str, Any]:
    (found,) = loads(documents[key])["attributes"]["ome"]["multiscales"]
    multiscale: dict[str, Any] = found
    return multiscale


@needs_06
def test_coordinate_systems() -> None:
    documents = in_06(labels("0.5").documents())
    set_values(MemoryStore(documents), {**SIZES, "unit": "nanometer"}, labels=True, registry=LATE)
    for key in ("zarr.json", "labels/cells/zarr.json"):
        multiscale = multiscale_in(documents, key)
        (system,) = multiscale["coordinateSystems"]
        assert {axis.get("unit") for axis in system["axes"] if axis["type"] == "space"} == {"nanometer"}
        first, second, _ = (dataset[KEY][0] for dataset in multiscale["datasets"])
        assert first["scale"][-2:] == [0.65, 0.65]
        assert [step[step["type"]][-1] for step in second["transformations"]] == [1.3, 0.325]
    report = check_store(MemoryStore(documents), registry=LATE)
    assert (report.version, report.issues) == ("0.6", [])


@needs_06
def test_further_coordinate_systems_are_told_of() -> None:
    documents = in_06(image_of("0.5").documents())
    document = loads(documents["zarr.json"])
    (multiscale,) = document["attributes"]["ome"]["multiscales"]
    (system,) = multiscale["coordinateSystems"]
    multiscale["coordinateSystems"].append({**system, "name": "world"})
    way = {"input": {"name": system["name"]}, "output": {"name": "world"}}
    multiscale[KEY] = [{"type": "scale", "scale": [1, 2, 2], **way}]
    documents["zarr.json"] = dumps(document)
    plan = set_values(MemoryStore(documents), SIZES, registry=LATE)
    assert [remark.text for remark in plan.remarks] == [
        "transformations to further coordinate systems stay as they are"
    ]
    assert multiscale_in(documents)["datasets"][0][KEY][0]["scale"] == [1.0, 0.65, 0.65]


@pytest.mark.skipif(INSTALLED != EARLY, reason="the versions 0.1 to 0.3 are not all installed")
@pytest.mark.parametrize("version", EARLY)
def test_early_versions_have_no_place_for_sizes_and_units(version: str) -> None:
    axes = {"axes": ["c", "y", "x"]} if version == "0.3" else {}
    shape = (2, 8, 8) if version == "0.3" else (1, 2, 1, 8, 8)
    window = {"start": 0, "end": 100, "min": 0, "max": 255}
    entry = {"version": version, "name": "cells", **axes, "datasets": [{"path": "0"}]}
    nodes = {
        "": {"multiscales": [entry], "omero": {"channels": [{"color": "FF0000", "window": window}] * 2}},
        "0": array(shape, "uint16", members={"dimension_separator": "." if version == "0.1" else "/"}),
    }
    documents = dict(build_store(OLD.spec(version), nodes))
    for values, said in (
        ({"pixel-size.x": 1}, "has no place for the size of pixels: upgrade it first"),
        ({"unit.x": "meter"}, "says nothing of axes but their names: upgrade it first"),
    ):
        with pytest.raises(RefusedError, match=said):
            set_values(MemoryStore(documents), values, registry=OLD)
    plan = set_values(MemoryStore(documents), {"name": "nuclei", "channel.1.label": "GFP"}, registry=OLD)
    assert plan.version == version
    attributes = loads(documents[".zattrs"])
    assert (attributes["multiscales"][0]["name"], attributes["omero"]["channels"][1]["label"]) == ("nuclei", "GFP")
