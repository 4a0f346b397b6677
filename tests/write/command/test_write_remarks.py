"""`ngff write`: what is left out of what files say is named, and OME-XML that is kept says what is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from commands import Run

from ngff_core import check_store, open_group, open_image
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS

np = pytest.importorskip("numpy")
tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
pytest.importorskip("ngff_write")

from ngff_write.units import ome_symbol  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 4000, (3, 4, 60, 50)).astype("uint16")
SIZES = {"PhysicalSizeX": 0.1, "PhysicalSizeY": 0.1}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- OME-XML --------------------------------------------------------------------------------------------


def series(**second: Any) -> None:
    with tifffile.TiffWriter("a.ome.tif") as writer:
        for said in ({"TimeIncrement": 2.0}, second):
            words = {"axes": "TYX", **SIZES, **said}
            writer.write(PIXELS[0], metadata=words, photometric="minisblack")


def stated(path: str = "a.zarr") -> list[dict[str, str]]:
    root = ElementTree.fromstring((Path(path) / "OME/METADATA.ome.xml").read_bytes())
    return [dict(one.attrib) for one in root.iter() if one.tag.endswith("}Pixels")]


def test_ome_xml_has_the_sizes_that_are_written(here: Path, run: Run) -> None:
    series()
    words = ["--pixel-size", "x=.2", "--pixel-size", "t=3", "--unit", "y=nanometer", "--unit", "t=minute"]
    assert run("write", "a.ome.tif", "a.zarr", *words).code == 0
    for pixels in stated():
        assert (pixels["PhysicalSizeX"], pixels["PhysicalSizeXUnit"]) == ("0.2", "\N{MICRO SIGN}m")
        assert (pixels["PhysicalSizeY"], pixels["PhysicalSizeYUnit"]) == ("0.1", "nm")
        assert (pixels["TimeIncrement"], pixels["TimeIncrementUnit"]) == ("3.0", "min")
    assert [image.pixel_sizes()["x"] for image in open_group("a.zarr").images()] == [(0.2, "micrometer")] * 2
    assert list(check_store("a.zarr").issues) == []


def test_ome_xml_stays_as_it_is_where_nothing_else_is_given(here: Path, run: Run) -> None:
    series()
    assert run("write", "a.ome.tif", "a.zarr").code == 0
    assert run("write", "a.ome.tif", "b.zarr", "--pixel-size", "x=.1", "--unit", "micrometer").code == 0
    assert run("write", "a.ome.tif", "c.zarr", "--pixel-size", "x=.2").code == 0
    texts = [(here / name / "OME/METADATA.ome.xml").read_text() for name in ("a.zarr", "b.zarr", "c.zarr")]
    assert texts[0] == texts[1]
    assert "TimeIncrement" not in stated("c.zarr")[1]  # 1 is written in the metadata: it is not known
    assert texts[2].replace('"0.2"', '"0.1"').replace(' PhysicalSizeXUnit="\N{MICRO SIGN}m"', "") == texts[0].replace(
        ' PhysicalSizeXUnit="\N{MICRO SIGN}m"', ""
    )


def test_a_place_that_ome_xml_has_otherwise_is_named(here: Path, run: Run) -> None:
    series(Plane={"PositionX": [5.0] * 4, "PositionXUnit": ["\N{MICRO SIGN}m"] * 4})
    ran = run("write", "a.ome.tif", "a.zarr", "--translation", "x=1,y=1")
    assert "  1: the stage position along x is in OME/METADATA.ome.xml as it was" in ran.out
    assert "  0: the stage position along x is in" not in ran.out


def test_every_unit_has_a_word_in_ome_xml() -> None:
    assert [unit for unit in SPACE_UNITS if ome_symbol(unit, time=False) is None] == []
    assert [unit for unit in TIME_UNITS if ome_symbol(unit, time=True) is None] == []


def test_of_several_images_it_is_said_which_one_an_option_does_not_fit(here: Path, run: Run) -> None:
    with tifffile.TiffWriter("a.ome.tif") as writer:
        writer.write(PIXELS, metadata={"axes": "CZYX"}, photometric="minisblack")
        writer.write(PIXELS[0], metadata={"axes": "TYX"}, photometric="minisblack")
    for words in (["--chunks", "1,1,32,32"], ["--pixel-size", "z=2"]):
        ran = run("write", "a.ome.tif", "a.zarr", *words)
        assert (ran.code, os.path.exists("a.zarr")) == (2, False)
        assert "image 1: " in ran.err
        assert "--series 1 writes that one by itself" in ran.err


# --- stacks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"Name": ["b"], "Color": [65535]}, "different names of channels"),
        ({"Name": ["b"], "Color": [255]}, "different names, colours of channels"),
        ({"Name": ["a"]}, "different colours of channels"),
        ({"Name": ["a"], "Color": [65535], "EmissionWavelength": [500]}, "different emission wavelengths of channels"),
    ],
)
@pytest.mark.parametrize("axis", ["z", "t"])
def test_channels_that_the_files_of_a_stack_describe_otherwise(
    axis: str, second: Any, said: str, here: Path, run: Run
) -> None:
    for number, channel in enumerate([{"Name": ["a"], "Color": [65535]}, second]):
        tifffile.imwrite(f"{number}.ome.tif", PIXELS[0, 0], metadata={"axes": "YX", "Channel": channel})
    ran = run("write", "0.ome.tif", "1.ome.tif", "a.zarr", "--stack", axis)
    assert f"  the files state {said}: they are left out\n" in ran.out
    channels = run("write", "0.ome.tif", "1.ome.tif", "c.zarr", "--stack", "c")
    assert "left out" not in channels.out


# --- ImageJ ---------------------------------------------------------------------------------------------


def imagej(pixels: Any, axes: str, **said: Any) -> None:
    words = {"axes": axes, "unit": "um", **said}
    tifffile.imwrite("a.tif", pixels, imagej=True, resolution=(2, 2), metadata=words)


def test_what_imagej_says_and_is_not_used_is_named(here: Path, run: Run) -> None:
    said: dict[str, Any] = {"spacing": -2.0, "xorigin": 10.0, "yorigin": 5.5, "zorigin": 0.0, "min": 3.0, "max": 90.0}
    said |= {"Labels": [f"slice {n}" for n in range(12)], "Info": "by hand", "Overlays": [b"1", b"2"]}
    imagej(PIXELS.transpose(1, 0, 2, 3), "ZCYX", **said)
    ran = run("write", "a.tif", "a.zarr")
    assert ran.code == 0
    for remark in (
        "ImageJ's distance of planes is -2: its sign is left out",
        "ImageJ's origin, at pixel 10 along x, 5.5 along y, is left out: --translation says where the first pixel is",
        "ImageJ's labels of slices are left out",
        "of ImageJ's metadata is left out: Info, Overlays",
        "ImageJ's range to be shown, 3 to 90, is that of no one channel, and is left out",
    ):
        assert f"  {remark}\n" in ran.out
    assert open_image("a.zarr").pixel_sizes()["z"] == (2.0, "micrometer")


def test_labels_of_imagej_are_names_where_slices_are_channels(here: Path, run: Run) -> None:
    imagej(PIXELS[:, 0], "CYX", Labels=["DAPI", "GFP", "Cy5"])
    ran = run("write", "a.tif", "a.zarr")
    assert [channel.label for channel in open_image("a.zarr").channels] == ["DAPI", "GFP", "Cy5"]
    assert "labels" not in ran.out


def test_a_plain_file_of_imagej_has_nothing_to_be_named(here: Path, run: Run) -> None:
    imagej(PIXELS[0], "ZYX", spacing=2.0, min=3.0, max=90.0)
    ran = run("write", "a.tif", "a.zarr", "--format", "json")
    assert "ImageJ" not in ran.out
