"""`ngff write`: where an image lies, and what of its OME-XML is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import check_store, open_image

np = pytest.importorskip("numpy")
tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
pytest.importorskip("ngff_write")

PIXELS = np.random.default_rng(0).integers(0, 4000, (2, 30, 20)).astype("uint16")
SIZES = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ome(path: str = "a.ome.tif", unit: str | None = "mm", first: float = 1.5, **options: Any) -> None:
    """Write two planes, with the position of the stage at each."""
    plane = {"PositionX": [first, 9.0], "PositionY": [-2.25, 9.0], "PositionZ": [0.0, 9.0], "ExposureTime": [0.1, 0.1]}
    units = {f"Position{axis}Unit": [unit, unit] for axis in "XYZ"} if unit else {}
    metadata = {"axes": "ZYX", **SIZES, "Plane": {**plane, **units}, "Description": "mine", **options}
    tifffile.imwrite(path, PIXELS, metadata=metadata, photometric="minisblack", ome=True)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_the_stage_position_of_the_first_plane_is_where_the_image_lies(version: str, here: Path, run: Run) -> None:
    ome()
    ran = run("write", "a.ome.tif", "a.zarr", "--version", version)
    assert (ran.code, ran.err) == (0, "")
    assert check_store("a.zarr", profile="strict").valid
    image = open_image("a.zarr")
    assert image.levels[0].translation == (0.0, -2250.0, 1500.0)
    assert [axis.unit for axis in image.axes] == ["micrometer"] * 3
    assert ran.out.endswith("remarks\n  of its OME-XML is left out: Description, ExposureTime\n")


def test_what_is_given_goes_before_what_the_file_says(here: Path, run: Run) -> None:
    ome()
    ran = run("write", "a.ome.tif", "a.zarr", "--translation", "x=-1.5,z=3", "--format", "json")
    (described,) = json.loads(ran.out)["images"]
    assert {dim["name"]: dim["translation"] for dim in described["dims"]} == {"z": 3.0, "y": -2250.0, "x": -1.5}
    assert open_image("a.zarr").levels[0].translation == (3.0, -2250.0, -1.5)
    np.save("b.npy", PIXELS[0])
    assert run("write", "b.npy", "b.zarr", "--pixel-size", "x=0.5,y=0.5", "--translation", "x=1.5").code == 0
    assert open_image("b.zarr").levels[0].translation == (0.0, 1.5)


@pytest.mark.parametrize("unit", [None, "pixel", "reference frame"])
def test_units_that_are_no_lengths_are_named(unit: str | None, here: Path, run: Run) -> None:
    ome(unit=unit)
    ran = run("write", "a.ome.tif", "a.zarr")
    named = unit or "reference frame"
    assert f"  the stage position is in {named!r}, for which OME-NGFF has no unit: it is left out\n" in ran.out
    assert open_image("a.zarr").levels[0].translation == (0.0, 0.0, 0.0)


def test_positions_along_what_has_no_unit_are_named(here: Path, run: Run) -> None:
    ome(PhysicalSizeX=None, PhysicalSizeY=None, PhysicalSizeZ=None)
    ran = run("write", "a.ome.tif", "a.zarr")
    assert "  the stage position along x, y has no place in the image, and is left out\n" in ran.out


def test_a_stack_lies_where_all_files_do(here: Path, run: Run) -> None:
    for number in range(2):
        ome(f"{number}.ome.tif", first=1.5 + number)
    ran = run("write", "0.ome.tif", "1.ome.tif", "a.zarr", "--stack", "t")
    assert "  the files state different stage positions along x: they are left out\n" in ran.out
    assert open_image("a.zarr").levels[0].translation == (0.0, 0.0, -2250.0, 0.0)


@pytest.mark.parametrize(("words", "said"), [("x=none", "is no number"), ("x=inf", "is no number"), ("z=1", "has no")])
def test_places_that_are_none_are_refused(words: str, said: str, here: Path, run: Run) -> None:
    np.save("b.npy", PIXELS[0])
    ran = run("write", "b.npy", "b.zarr", "--translation", words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
