"""One view over all versions: the same image looks the same, whatever version its metadata follows."""

from __future__ import annotations

from typing import Any

import pytest
from bases import BASES, Tree, image, labels, plate

from ngff_core import ImageView, open_group, open_image
from ngff_core.errors import NotFoundError, UsageError
from ngff_core.stores import MemoryStore
from ngff_core.view.images import AxisView, ChannelView

VERSIONS = ("0.4", "0.5")


def store_of(tree: Tree) -> MemoryStore:
    return MemoryStore(tree.documents())


def described(view: ImageView) -> dict[str, Any]:
    return {
        "axes": view.axes,
        "levels": [(level.path, level.shape, level.dtype, level.pixel_size) for level in view.levels],
        "channels": view.channels,
        "labels": view.labels(),
    }


@pytest.mark.parametrize("base", ["image", "labels"])
def test_versions_do_not_show(base: str) -> None:
    first, second = (open_image(store_of(BASES[base](version))) for version in VERSIONS)
    assert described(first) == described(second)
    assert (first.version, second.version) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_an_image(version: str) -> None:
    tree = image(version)
    tree.multiscale()["coordinateTransformations"] = [{"type": "scale", "scale": [1, 10, 10]}]
    view = open_image(store_of(tree))
    assert [axis.name for axis in view.axes] == ["c", "y", "x"]
    assert view.axes[1] == AxisView("y", "space", "micrometer")
    written = tree.multiscale()["datasets"][0]["coordinateTransformations"][0]["scale"]
    assert view.levels[0].pixel_size == (written[0], written[1] * 10, written[2] * 10)
    assert view.pixel_sizes(0)["x"] == (written[2] * 10, "micrometer")
    assert [channel.color for channel in view.channels] == [
        channel["color"] for channel in tree.ome()["omero"]["channels"]
    ]
    assert view.array(0).shape == view.levels[0].shape
    assert isinstance(view.channels[0], ChannelView)


@pytest.mark.parametrize("version", VERSIONS)
def test_labels(version: str) -> None:
    view = open_image(store_of(labels(version)))
    assert view.labels()
    label = view.label(view.labels()[0])
    assert label.path == f"labels/{view.labels()[0]}"
    assert [axis.type for axis in label.axes] == ["space", "space"]
    with pytest.raises(NotFoundError):
        view.label("nothing")
    assert open_image(store_of(image(version))).labels() == []


@pytest.mark.parametrize("version", VERSIONS)
def test_images_of_a_plate(version: str) -> None:
    group = open_group(store_of(plate(version)))
    wells = group.wells()
    assert wells
    assert all(well.path == f"{well.row}/{well.column}" for well in wells)
    paths = [view.path for view in group.images()]
    assert paths
    assert {path.rpartition("/")[0] for path in paths} == {well.path for well in wells}
    assert [view.path for view in group[wells[0].path].images()] == [
        path for path in paths if path.startswith(wells[0].path + "/")
    ]
    assert open_group(store_of(image(version))).wells() == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", ["collection", "numbered"])
def test_images_of_a_collection(base: str, version: str) -> None:
    tree = BASES[base](version)
    paths = [view.path for view in open_group(store_of(tree)).images()]
    assert sorted(paths) == sorted({key.partition("/")[0] for key in tree.documents() if key[0].isdecimal()})


@pytest.mark.parametrize("version", VERSIONS)
def test_metadata_that_is_not_sound(version: str) -> None:
    tree = image(version)
    tree.multiscale()["axes"][0] = 5
    tree.multiscale()["datasets"][0]["coordinateTransformations"] = [{"type": "scale", "scale": "big"}]
    tree.multiscale()["datasets"][1]["path"] = 7
    tree.ome()["omero"]["channels"] = "many"
    view = open_image(store_of(tree))
    assert view.axes[0] == AxisView("", None, None, problem="found 5, expected an axis, an object")
    assert view.levels[0].pixel_size is None
    assert view.pixel_sizes()["y"] == (None, "micrometer")
    assert (view.levels[1].path, view.levels[1].shape) == ("", None)
    assert view.channels == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_something_else_than_an_image(version: str) -> None:
    with pytest.raises(UsageError, match="there is a Plate at memory:, expected an image"):
        open_image(store_of(plate(version)))
    with pytest.raises(NotFoundError):
        open_image(MemoryStore({}))
