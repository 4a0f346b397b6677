"""The view over all versions shows images of 0.6 by their intrinsic coordinate system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ngff_v06 as v06
from ngff_core import DimSpec, open_group, open_image, to_dict
from ngff_core.cli import main
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.view.images import AxisView

DIMS = [
    DimSpec("c"),
    DimSpec("y", scale=0.5, unit="micrometer", translation=3.0),
    DimSpec("x", scale=0.5, unit="micrometer"),
]


def test_an_image() -> None:
    image = v06.Image(multiscales=[v06.Multiscale.from_dims(DIMS, name="cells", n_levels=2)])
    nodes = {"": to_dict(image), "0": array((2, 64, 64)), "1": array((2, 32, 32))}
    view = open_image(MemoryStore(build_store(default_registry().spec("0.6"), nodes)))
    assert (view.version, view.name) == ("0.6", "cells")
    assert view.axes == (
        AxisView("c", "channel", None),
        AxisView("y", "space", "micrometer"),
        AxisView("x", "space", "micrometer"),
    )
    assert [(level.shape, level.pixel_size) for level in view.levels] == [
        ((2, 64, 64), (1.0, 0.5, 0.5)),
        ((2, 32, 32), (1.0, 1.0, 1.0)),
    ]


def test_the_images_of_a_scene() -> None:
    """Each once, in the order in which the transformations name them; the scene itself is none of them."""
    image = to_dict(v06.Image(multiscales=[v06.Multiscale.from_dims(DIMS, name="cells")]))
    world = v06.CoordinateSystem(name="world", axes=[v06.SpaceAxis(name=n) for n in "yx"])

    def to_world(path: str, name: str = "world") -> v06.IdentityTransformation:
        start = v06.CoordinateSystemIdentifier(name="physical", path=path)
        return v06.IdentityTransformation(input=start, output=v06.CoordinateSystemIdentifier(name=name, path="."))

    links = [to_world("b"), to_world("a/c"), to_world("b"), to_world("gone")]
    scene = v06.Scene(scene=v06.SceneDef(coordinateSystems=[world], coordinateTransformations=links))
    nodes = {"": to_dict(scene)} | {f"{path}0": array((2, 64, 64)) for path in ("b/", "a/c/")}
    nodes |= {"b": image, "a": None, "a/c": image}
    group = open_group(MemoryStore(build_store(default_registry().spec("0.6"), nodes)))
    assert [(view.path, view.problem) for view in group.images()] == [
        ("b", None),
        ("a/c", None),
        ("gone", "there is no group"),
    ]


def test_b6_info_shows_coordinate_systems_and_what_links_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    axes = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
    link = {"type": "identity", "input": {"path": "0", "name": "a"}, "output": {"name": "world"}}
    scene = {"coordinateSystems": [{"name": "world", "axes": axes}], "coordinateTransformations": [link, None]}
    document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.6", "scene": scene}}}
    (tmp_path / "zarr.json").write_text(json.dumps(document))
    with pytest.raises(SystemExit):
        main(["info", str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[1:] == [
        "scene",
        "  system world  axes y, x",
        "  identity  a of 0 -> world",
        "  ?  ? -> ?",
        "  0  image  not there",
    ]
