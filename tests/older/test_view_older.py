"""The view over all versions shows early images, too: axes that go without saying, sizes that nobody states."""

from __future__ import annotations

from typing import Any

import pytest
from older import INSTALLED

from ngff_core import open_group, open_image
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.view.images import AxisView, WellView

AXES = (
    AxisView("t", "time", None),
    AxisView("c", "channel", None),
    AxisView("z", "space", None),
    AxisView("y", "space", None),
    AxisView("x", "space", None),
)


def image_nodes(version: str, path: str = "") -> dict[str, Any]:
    prefix = f"{path}/" if path else ""
    axes = {"axes": list("tczyx")} if version == "0.3" else {}
    multiscale = {"version": version, "name": "old", **axes, "datasets": [{"path": "0"}, {"path": "1"}]}
    return {
        path: {"multiscales": [multiscale], "omero": {"channels": [{"label": "DAPI", "color": "0000FF"}]}},
        f"{prefix}0": array((1, 1, 4, 64, 64)),
        f"{prefix}1": array((1, 1, 4, 32, 32)),
    }


def store_of(version: str, nodes: dict[str, Any]) -> MemoryStore:
    return MemoryStore(build_store(default_registry().spec(version), nodes))


@pytest.mark.parametrize("version", INSTALLED)
def test_an_early_image(version: str) -> None:
    view = open_image(store_of(version, image_nodes(version)))
    assert (view.version, view.name, view.axes) == (version, "old", AXES)
    assert [(level.path, level.shape, level.pixel_size) for level in view.levels] == [
        ("0", (1, 1, 4, 64, 64), None),
        ("1", (1, 1, 4, 32, 32), None),
    ]
    assert view.pixel_sizes()["x"] == (None, None)
    assert [channel.label for channel in view.channels] == ["DAPI"]


@pytest.mark.parametrize("version", INSTALLED)
def test_an_early_plate(version: str) -> None:
    plate = {
        "version": version,
        "rows": [{"name": "A"}],
        "columns": [{"name": "1"}],
        "wells": [{"path": "A/1"}],
    }
    well = {"version": version, "images": [{"path": "0"}]}
    nodes = {"": {"plate": plate}, "A": None, "A/1": {"well": well}, **image_nodes(version, "A/1/0")}
    group = open_group(store_of(version, nodes))
    assert group.wells() == [WellView("A/1", "A", "1")]
    assert [(view.path, view.axes) for view in group.images()] == [("A/1/0", AXES)]
