"""`ngff write`: what files say of their images is in what is written, and nothing that they do not say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import check_store, open_group

np = pytest.importorskip("numpy")
tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
pytest.importorskip("ngff_write")

PIXELS = np.random.default_rng(0).integers(0, 4000, (2, 3, 4, 60, 50)).astype("uint16")
SAID = {
    "Name": "cells",
    "PhysicalSizeX": 0.65,
    "PhysicalSizeY": 0.7,
    "PhysicalSizeZ": 2000,
    "PhysicalSizeZUnit": "nm",
    "TimeIncrement": 500,
    "TimeIncrementUnit": "ms",
    "SignificantBits": 12,
    "Channel": {
        "Name": ["DAPI", "GFP", "Cy5"],
        "EmissionWavelength": [460, 525, 670],
        "Color": [65535, 16711935, -16776961],
    },
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ome(path: str = "a.ome.tif", axes: str = "TCZYX", pixels: Any = PIXELS, **options: Any) -> None:
    tifffile.imwrite(path, pixels, metadata={"axes": axes, **SAID}, photometric="minisblack", ome=True, **options)


def multiscale(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(path) / "zarr.json").read_text())["attributes"]["ome"]
    return found


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_ome_tiff(version: str, here: Path, run: Run) -> None:
    ome()
    ran = run("write", "a.ome.tif", "a.zarr", "--version", version)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("written  a.zarr  2 x 3 x 4 x 60 x 50 pixels (t c z y x), uint16\n")
    report = check_store("a.zarr", profile="strict")
    assert (report.version, list(report.issues)) == (version, [])
    group = open_group("a.zarr")
    np.testing.assert_array_equal(group["0"][...], PIXELS)
    (image,) = group.images()
    assert image.name == "cells"
    assert image.pixel_sizes() == {
        "t": (500, "millisecond"),
        "c": (1, None),
        "z": (2000, "nanometer"),
        "y": (0.7, "micrometer"),
        "x": (0.65, "micrometer"),
    }
    assert [(c.label, c.color) for c in image.channels] == [("DAPI", "0000FF"), ("GFP", "00FF00"), ("Cy5", "FF0000")]
    assert all(c.window is not None and (c.window.min, c.window.max) == (0, 4095) for c in image.channels)


def test_emission_is_kept(here: Path, run: Run) -> None:
    ome()
    run("write", "a.ome.tif", "a.zarr")
    assert [c["emissionWave"] for c in multiscale("a.zarr")["omero"]["channels"]] == [460, 525, 670]


@pytest.mark.parametrize("axes", ["TZCYX", "CTZYX", "ZTCYX", "CZTYX"])
def test_orders_are_brought_into_that_of_ome_ngff(axes: str, here: Path, run: Run) -> None:
    ome(axes=axes, pixels=PIXELS.transpose(["TCZYX".index(axis) for axis in axes]), compression="zlib")
    assert run("write", "a.ome.tif", "a.zarr").code == 0
    np.testing.assert_array_equal(open_group("a.zarr")["0"][...], PIXELS)


def test_one_channel_that_has_a_name_is_a_dimension(here: Path, run: Run) -> None:
    tifffile.imwrite("a.ome.tif", PIXELS[0, 0], metadata={"axes": "ZYX", "Channel": {"Name": ["DAPI"]}})
    assert run("write", "a.ome.tif", "a.zarr").code == 0
    (image,) = open_group("a.zarr").images()
    assert [axis.name for axis in image.axes] == ["c", "z", "y", "x"]
    assert [channel.label for channel in image.channels] == ["DAPI"]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_colors_that_are_not_stated_are_named(version: str, here: Path, run: Run) -> None:
    names = {"Name": ["DAPI", "GFP", "Cy5"]}
    tifffile.imwrite("a.ome.tif", PIXELS[0], photometric="minisblack", metadata={"axes": "CZYX", "Channel": names})
    ran = run("write", "a.ome.tif", "a.zarr", "--version", version)
    assert ran.code == 0
    said = "0000FF (DAPI), 00FF00 (GFP), FF0000 (Cy5)"
    assert f"  it states no colours of channels, and the metadata has to: {said}\n" in ran.out
    (image,) = open_group("a.zarr").images()
    assert [channel.color for channel in image.channels] == ["0000FF", "00FF00", "FF0000"]
    tifffile.imwrite("b.ome.tif", PIXELS[0, 0], metadata={"axes": "ZYX", "Channel": {"Name": ["DAPI"]}})
    assert "FFFFFF (DAPI)" in run("write", "b.ome.tif", "b.zarr", "--version", version).out
    ome("c.ome.tif")
    assert "colour" not in run("write", "c.ome.tif", "c.zarr").out
    tifffile.imwrite("d.ome.tif", PIXELS[0], photometric="minisblack", metadata={"axes": "CZYX"})
    assert run("write", "d.ome.tif", "d.zarr").code == 0
    assert "omero" not in multiscale("d.zarr")


def test_red_green_and_blue_of_two_channels(here: Path, run: Run) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (2, 40, 50, 3)).astype("uint8")
    names = {"Name": ["bright", "dark"]}
    tifffile.imwrite("a.ome.tif", pixels, photometric="rgb", metadata={"axes": "CYXS", "Channel": names})
    assert run("write", "a.ome.tif", "a.zarr", "--chunks", "2,20,50").code == 0
    group = open_group("a.zarr")
    np.testing.assert_array_equal(group["0"][...], pixels.transpose(0, 3, 1, 2).reshape(6, 40, 50))
    labels = [channel.label for channel in next(iter(group.images())).channels]
    assert labels == ["bright red", "bright green", "bright blue", "dark red", "dark green", "dark blue"]


def test_imagej(here: Path, run: Run) -> None:
    luts = [np.zeros((3, 256), "uint8") for _ in range(3)]
    for row, lut in enumerate(luts):
        lut[row] = np.arange(256)
    words = {"axes": "TZCYX", "unit": "um", "spacing": 2.0, "finterval": 0.5, "mode": "composite", "LUTs": luts,
             "Ranges": (0.0, 100.0, 1.0, 200.0, 2.0, 300.0)}  # fmt: skip
    pixels = PIXELS.transpose(0, 2, 1, 3, 4)
    tifffile.imwrite("a.tif", pixels, imagej=True, resolution=(2, 4), metadata=words)
    assert run("write", "a.tif", "a.zarr").code == 0
    (image,) = open_group("a.zarr").images()
    sizes = image.pixel_sizes()
    assert sizes["t"] == (0.5, "second")
    assert [sizes[axis] for axis in "zyx"] == [(2, "micrometer"), (0.25, "micrometer"), (0.5, "micrometer")]
    assert [c.color for c in image.channels] == ["FF0000", "00FF00", "0000FF"]
    assert [(c.window.start, c.window.end) for c in image.channels if c.window] == [(0, 100), (1, 200), (2, 300)]
    np.testing.assert_array_equal(open_group("a.zarr")["0"][...], PIXELS)


def test_npy_and_all_that_can_be_said(here: Path, run: Run) -> None:
    np.save("a.npy", np.asfortranarray(PIXELS.astype(">u2")))
    words = "--dims tczyx --pixel-size x=0.5,y=0.5 --pixel-size z=2 --pixel-size t=3 --unit nanometer --unit t=minute"
    words += " --name mine --levels 2 --kernel stride --chunks 1,1,2,30,50 --shards 1,3,4,60,50 --workers 1"
    ran = run("write", "a.npy", "a.zarr", *words.split(), "--compression", "blosc-lz4", "--format", "json")
    result = json.loads(ran.out)
    (described,) = result["images"]
    assert (ran.code, result["status"], described["name"], described["remarks"]) == (0, "written", "mine", [])
    group = open_group("a.zarr")
    assert (group["0"].chunks, group["0"].shards) == ((1, 1, 2, 30, 50), (1, 3, 4, 60, 50))
    np.testing.assert_array_equal(group["1"][...], PIXELS[:, :, :, ::2, ::2])
    (image,) = group.images()
    assert image.pixel_sizes()["x"] == (0.5, "nanometer")
    assert image.pixel_sizes()["t"] == (3, "minute")


def test_what_is_not_known_is_asked_for_or_named(here: Path, run: Run) -> None:
    tifffile.imwrite("pages.tif", PIXELS[0, 0], metadata=None, photometric="minisblack")
    ran = run("write", "pages.tif", "a.zarr")
    assert ran.code == 2
    assert "are pages (4), Y (60), X (50): it does not say which" in ran.err
    assert "--dims zyx" in ran.err
    ran = run("write", "pages.tif", "a.zarr", "--dims", "tyx")
    assert ran.code == 0
    assert "the size of pixels along t, y, x is not known, and written as 1" in ran.out
    tifffile.imwrite("inch.tif", PIXELS[0, 0, 0], metadata=None, resolution=(72, 72), resolutionunit="INCH")
    assert "it states pixels per inch" in run("write", "inch.tif", "b.zarr").out
    tifffile.imwrite("shaped.tif", PIXELS[0], photometric="minisblack")
    assert "are unnamed (3), unnamed (4), Y (60), X (50): it does" in run("write", "shaped.tif", "c.zarr").err


def test_one_of_several_series(here: Path, run: Run) -> None:
    with tifffile.TiffWriter("a.ome.tif") as writer:
        for number in range(2):
            writer.write(PIXELS[0, number, 0], metadata={"axes": "YX", "Name": f"image {number}"})
    assert run("write", "a.ome.tif", "a.zarr", "--series", "1").code == 0
    group = open_group("a.zarr")
    assert next(iter(group.images())).name == "image 1"
    np.testing.assert_array_equal(group["0"][...], PIXELS[0, 1, 0])
    for words in (["--series", "2"], ["--name", "both"]):
        ran = run("write", "a.ome.tif", "b.zarr", *words)
        assert (ran.code, os.path.exists("b.zarr")) == (2, False)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_several_series_are_a_collection(version: str, here: Path, run: Run) -> None:
    small = PIXELS[0, :, 0, :30, :20]
    with tifffile.TiffWriter("a.ome.tif") as writer:
        writer.write(PIXELS[0], metadata={"axes": "CZYX", **SAID}, compression="zlib", tile=(32, 32))
        writer.write(small, metadata={"axes": "TYX", "Name": "small"}, photometric="minisblack")
    ran = run("write", "a.ome.tif", "a.zarr", "--version", version)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("written  a.zarr  collection of 2 images\n")
    assert "  1: the size of pixels along t, y, x is not known" in ran.out
    assert {issue.rule for issue in check_store("a.zarr").issues} == {"axes-unit-present"}
    group = open_group("a.zarr")
    np.testing.assert_array_equal(group["0/0"][...], PIXELS[0])
    np.testing.assert_array_equal(group["1/0"][...], small)
    assert [image.name for image in group.images()] == ["cells", "small"]
    text = Path("a.zarr/OME/METADATA.ome.xml").read_text()
    assert 'EmissionWavelength="525.0"' in text.replace('"525"', '"525.0"')
    assert "TiffData" not in text


def test_nothing_is_overwritten_unless_asked_for(here: Path, run: Run) -> None:
    ome()
    assert run("write", "a.ome.tif", "a.zarr").code == 0
    ran = run("write", "a.ome.tif", "a.zarr")
    assert (ran.code, ran.err.endswith("is there already: give another path, or --overwrite\n")) == (2, True)
    assert run("write", "a.ome.tif", "a.zarr", "--overwrite").code == 0
    Path("notes").mkdir()
    Path("notes/a.txt").write_text("mine")
    assert run("write", "a.ome.tif", "notes", "--overwrite").code == 2
    assert Path("notes/a.txt").read_text() == "mine"


# --- broken and hostile files -----------------------------------------------------------------------


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def with_text(old: str, new: str) -> Any:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode().ljust(len(old)))

    return change


BROKEN = {
    "cut": (cut, 3, "is cut off or damaged: Tag "),
    "cut-in-head": (lambda data: data[:6], 3, "could not be read: it is cut off or damaged"),
    "empty": (lambda data: b"", 3, "is empty"),
    "text": (lambda data: b"hello", 3, "neither a TIFF nor a .npy file"),
    "npy-cut": (lambda data: b"\x93NUMPY\1\0\x76\0{'descr': '<u2'", 3, "its header is cut off or damaged"),
    "not-well-formed": (with_text("</OME>", "</OMG>"), 3, "not well-formed"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_files(kind: str, here: Path, run: Run) -> None:
    ome()
    change, code, said = BROKEN[kind]
    Path("a.ome.tif").write_bytes(change(Path("a.ome.tif").read_bytes()))
    ran = run("write", "a.ome.tif", "a.zarr", "--dims", "tczyx")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert os.listdir() == ["a.ome.tif"]


def test_pixels_that_are_cut_off(here: Path, run: Run) -> None:
    np.save("a.npy", PIXELS)
    tifffile.imwrite("a.tif", PIXELS[0, 0, 0], metadata=None)
    for name in ("a.npy", "a.tif"):
        size = Path(name).stat().st_size
        Path(name).write_bytes(Path(name).read_bytes()[:-100])
        ran = run("write", name, "a.zarr", "--dims", "yx" if name == "a.tif" else "tczyx")
        assert ran.code == 3
        assert f"is cut off: it has {size - 100} bytes, and pixels up to {size}" in ran.err
    assert sorted(os.listdir()) == ["a.npy", "a.tif"]


def test_objects_are_no_pixels(here: Path, run: Run) -> None:
    np.save("a.npy", np.array([[1, "a"]], object), allow_pickle=True)
    ran = run("write", "a.npy", "a.zarr")
    assert (ran.code, "it holds objects of Python, expected numbers" in ran.err) == (3, True)


HEAD = '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD + "<Pixels>&b;</Pixels></Image></OME>"
PIXELS_OF = '<Pixels DimensionOrder="XYZCT" Type="uint8" SizeX="4" SizeY="4" SizeZ="{z}" SizeC="1" SizeT="1">'
HOSTILE = {
    "entities": (BOMB, "has a document type"),
    "planes": (HEAD + PIXELS_OF.format(z=10**9) + "</Pixels></Image></OME>", "more than 16777216 planes"),
    "digits": (HEAD + PIXELS_OF.format(z="9" * 6000) + "</Pixels></Image></OME>", "more than 16777216 planes"),
    "count": (
        HEAD + PIXELS_OF.format(z=1) + '<TiffData IFD="0" PlaneCount="99999999"/></Pixels></Image></OME>',
        "states a plane above",
    ),
    "elsewhere": (
        HEAD
        + PIXELS_OF.format(z=1)
        + '<TiffData><UUID FileName="../secret.tif">u</UUID></TiffData></Pixels></Image></OME>',
        "names a file in another folder",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_ome_xml(kind: str, here: Path, run: Run) -> None:
    text, said = HOSTILE[kind]
    tifffile.imwrite("a.ome.tif", np.zeros((4, 4), "uint8"), description=text, metadata=None)
    ran = run("write", "a.ome.tif", "a.zarr")
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert os.listdir() == ["a.ome.tif"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--dims", "yx"], "has 5 dimensions"),
        (["--dims", "tqzyx"], "--dims tqzyx has q"),
        (["--dims", "tczzx"], "each dimension once"),
        (["--pixel-size", "x=none"], "no number above 0"),
        (["--pixel-size", "0.65"], "not of the form AXIS=VALUE"),
        (["--pixel-size", "c=1"], "not of the form AXIS=VALUE"),
        (["--unit", "um"], "there is no unit 'um' of space: write micrometer"),
        (["--chunks", "1,2"], "chunks are 5 numbers"),
        (["--chunks", "a"], "no list of numbers of pixels"),
        (["--version", "0.4", "--shards", "1,1,1,60,50"], "Zarr v2 has no shards"),
        (["--version", "0.4", "--shards", "auto"], "Zarr v2 has no shards"),
        (["--version", "0.9"], "0.9"),
        (["--name", ""], "--name is empty"),
    ],
)
def test_wrong_usage(words: list[str], said: str, here: Path, run: Run) -> None:
    ome()
    ran = run("write", "a.ome.tif", "a.zarr", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert os.listdir() == ["a.ome.tif"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.ome.tif", ""], "the path is empty: say where to write"),
        (["", "a.zarr"], "INPUT is empty"),
        (["a.ome.tif", "a.ome.tif/x.zarr"], "a.ome.tif is a file, and no folder"),
        (["a.ome.tif", "a.ome.tif/x/y.zarr"], "a.ome.tif is a file, and no folder"),
        (["a.ome.tif", "nowhere/x.zarr"], "nowhere is a link that leads nowhere, and no folder"),
        (["a.ome.tif", "link.zarr", "--overwrite"], "link.zarr is a symbolic link, and not replaced"),
        (["a.ome.tif", "link.ozx", "--overwrite"], "link.ozx is a symbolic link, and not replaced"),
    ],
)
def test_places_that_are_none(words: list[str], said: str, here: Path, run: Run) -> None:
    ome()
    for name in ("link.zarr", "link.ozx", "nowhere"):
        os.symlink("elsewhere", name)
    before = sorted(os.listdir())
    ran = run("write", *words)
    assert (ran.code, ran.out) == (3 if "no folder" in said else 2, "")
    assert said in ran.err
    assert sorted(os.listdir()) == before


def test_without_tifffile_it_says_what_to_install(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ome()
    monkeypatch.setitem(__import__("sys").modules, "tifffile", None)
    ran = run("write", "a.ome.tif", "a.zarr")
    assert ran.code == 2
    assert "reading TIFF needs the package tifffile" in ran.err
    assert "ngff-write[tiff]" in ran.err


def test_where_nothing_can_be_written(here: Path, run: Run) -> None:
    ome()
    Path("file").write_text("")
    ran = run("write", "a.ome.tif", "file/a.zarr")
    assert (ran.code, ran.out) == (3, "")
    assert "could not be written" in ran.err
