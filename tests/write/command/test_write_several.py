"""`ngff write` of several files as one image, and of labels to an image that is there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, check_store, open_group, open_image

np = pytest.importorskip("numpy")
tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
pytest.importorskip("ngff_write")

from ngff_write import write_image  # noqa: E402
from ngff_write.inputs import stack  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 4000, (11, 30, 20)).astype("uint16")
MASK = (PIXELS > 2000).astype("uint8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pages(folder: str = "pages", pixels: Any = PIXELS, **options: Any) -> str:
    """Write a file for each plane, whose numbers have as many digits as they need."""
    os.makedirs(folder, exist_ok=True)
    options = {"metadata": None, "photometric": "minisblack", **options}
    for number, page in enumerate(pixels):
        tifffile.imwrite(f"{folder}/img_{number}.tif", page, **options)
    return folder


def level(path: str) -> Any:
    return open_group(path)["0"][...]


# --- several files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", ["z", "t", "c"])
@pytest.mark.parametrize("most_open", [1, 64])
def test_a_folder_is_a_stack(axis: str, most_open: int, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "MOST_OPEN", most_open)
    Path(pages(), "notes.txt").write_text("no image")
    ran = run("write", "pages", "a.zarr", "--stack", axis, "--pixel-size", "x=0.5,y=0.5")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"written  a.zarr  11 x 30 x 20 pixels ({axis} y x), uint16\n")
    np.testing.assert_array_equal(level("a.zarr"), PIXELS)


def test_files_are_in_the_order_of_their_numbers(here: Path, run: Run) -> None:
    files = sorted(str(path) for path in Path(pages()).iterdir())
    assert files[2].endswith("img_10.tif")
    assert run("write", *files, "a.zarr", "--stack", "t").code == 0
    np.testing.assert_array_equal(level("a.zarr"), PIXELS)


def test_dims_are_those_of_each_file(here: Path, run: Run) -> None:
    for number in range(2):
        np.save(f"{number}.npy", PIXELS[number : number + 3].astype("<u2" if number else ">u2"))
    ran = run("write", "0.npy", "1.npy", "a.zarr", "--stack", "t")
    assert (ran.code, "--dims zyx" in ran.err) == (2, True)
    assert run("write", "0.npy", "1.npy", "a.zarr", "--stack", "t", "--dims", "zyx").code == 0
    np.testing.assert_array_equal(level("a.zarr"), np.stack([PIXELS[:3], PIXELS[1:4]]))


def test_what_all_files_say_is_taken_over(here: Path, run: Run) -> None:
    for number in range(3):
        said = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5 + number, "TimeIncrement": 2, "Name": f"image {number}"}
        channel = {"Name": ["DAPI" if number < 2 else "GFP"], "Color": [65535]}
        tifffile.imwrite(f"{number}.ome.tif", PIXELS[number], metadata={"axes": "YX", **said, "Channel": channel})
    files = [f"{number}.ome.tif" for number in range(3)]
    ran = run("write", *files, "t.zarr", "--stack", "t")
    assert ran.code == 0
    assert "  the files state different sizes of pixels along y: they are left out\n" in ran.out
    image = open_image("t.zarr")
    assert (image.name, image.pixel_sizes()["x"], image.pixel_sizes()["t"]) == (
        "t", (0.5, "micrometer"), (2, "second")
    )  # fmt: skip
    assert [(channel.label, channel.color) for channel in image.channels] == [("Channel 0", "0000FF")]
    assert run("write", *files, "c.zarr", "--stack", "c").code == 0
    assert [channel.label for channel in open_image("c.zarr").channels] == ["DAPI", "DAPI", "GFP"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["z1", "z2", "z5"], "there is no file between the numbers 2 and 5: they are written as neighbours"),
        (["z1", "z5"], "there is no file between the numbers 1 and 5"),
        (["z1_120001", "z2_120007", "z3_120008"], "differ in several numbers, and are in the order of the first"),
        (["z1", "z2", "z3"], ""),
        (["z10", "z20", "z30"], ""),
        (["w1_DAPI", "w2_Cy"], ""),
        (["DAPI", "GFP"], ""),
        (["first", "z2"], ""),
    ],
)
def test_what_is_said_of_names(names: list[str], said: str, here: Path, run: Run) -> None:
    for name in names:
        np.save(f"{name}.npy", PIXELS[0])
    size = ["--pixel-size", "x=1,y=1,z=1"]
    ran = run("write", *(f"{name}.npy" for name in names), "a.zarr", "--stack", "z", *size)
    assert ran.code == 0
    assert said in ran.out
    assert ("remarks" in ran.out) == bool(said)


REFUSED: dict[str, tuple[list[str], str | None, str]] = {
    "no-stack": (
        ["pages/img_0.tif", "pages/img_1.tif"],
        None,
        "2 files are given: --stack z, t or c says what they are",
    ),
    "folder": (["pages"], None, "pages is a folder, of 11 TIFF and .npy files: --stack z, t or c says"),
    "size": (["pages", "small.tif"], "z", "small.tif has 9 x 9 pixels (yx) of uint16, and"),
    "type": (["pages", "type.tif"], "z", "type.tif has 30 x 20 pixels (yx) of uint8, and"),
    "twice": (["z.tif"], "z", "z.tif has z already (Z (11), Y (30), X (20)): it cannot be stacked along z"),
    "series": (["two.tif"], "z", "two.tif has 2 images: --series chooses one"),
    "nothing": (["empty"], "z", "there is no TIFF and no .npy file in empty"),
    "mixed": (["t1_z1.tif", "t1_z2.tif", "t2_z1.tif", "t2_z2.tif"], "z", "names of 4 files, t[1|2]_z[1|2].tif, differ"),
    "channels": (["A_1.npy", "A_2.npy", "B_1.npy", "B_2.npy"], "z", "4 files, [A_|B_][1|2].npy, differ"),
    "folders": (["a/1.npy", "a/2.npy", "b/1.npy", "b/2.npy"], "z", "4 files, [1|2].npy, are not all different"),
    "own": (["pages", "a.zarr/pages/x.tif"], "z", "is in a.zarr, and would be replaced with it"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_stack_is_refused(kind: str, here: Path, run: Run) -> None:
    pages()
    os.mkdir("empty")
    tifffile.imwrite("small.tif", PIXELS[0, :9, :9], metadata=None)
    tifffile.imwrite("type.tif", MASK[0], metadata=None)
    tifffile.imwrite("z.tif", PIXELS, metadata={"axes": "ZYX"}, photometric="minisblack", imagej=True)
    with tifffile.TiffWriter("two.tif") as writer:
        for pixels in (PIXELS[0], PIXELS[0, :9]):
            writer.write(pixels, metadata=None)
    files, axis, said = REFUSED[kind]
    ran = run("write", *files, "a.zarr", *(["--stack", axis] if axis else []))
    assert (ran.code, ran.out, os.path.exists("a.zarr")) == (2, "", False)
    assert said in ran.err


def test_what_tifffile_says_is_heard_until_the_last_file_is_closed(here: Path) -> None:
    import logging

    from ngff_write.inputs.files import opened

    first, second = (opened(f"{pages()}/img_{number}.tif") for number in range(2))
    logger = logging.getLogger("tifffile")
    before = logger.propagate, list(logger.handlers)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not logger.propagate
    second.__exit__(None, None, None)
    assert (logger.propagate, logger.handlers) == before


# --- labels -------------------------------------------------------------------------------------------


def image(axes: str = "zyx", pixels: Any = PIXELS, version: str = "0.5") -> str:
    dims = [DimSpec(name, unit="micrometer" if name in "zyx" else None) for name in axes]
    return write_image(pixels, "a.zarr", dims, version=version, n_levels=2)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_labels_are_added_to_an_image(version: str, here: Path, run: Run) -> None:
    image(version=version)
    tifffile.imwrite("mask.tif", MASK, metadata=None, photometric="minisblack")
    ran = run("write", "mask.tif", "a.zarr", "--labels", "cells", "--dims", "zyx")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "written  a.zarr/labels/cells  11 x 30 x 20 pixels (z y x), uint8\n"
        "next\n  ngff info a.zarr\n    shows what is in it\n"
    )
    assert open_image("a.zarr").labels() == ["cells"]
    np.testing.assert_array_equal(level("a.zarr/labels/cells"), MASK)
    report = check_store("a.zarr", profile="strict")
    assert (report.version, list(report.issues)) == (version, [])


def test_labels_are_not_overwritten_unless_asked_for(here: Path, run: Run) -> None:
    image()
    np.save("mask.npy", MASK)
    words = ("write", "mask.npy", "a.zarr", "--labels", "cells", "--dims", "zyx")
    assert run(*words).code == 0
    np.save("mask.npy", MASK + 1)
    ran = run(*words)
    assert (ran.code, ran.err.endswith("is there already: give another path, or --overwrite\n")) == (2, True)
    np.testing.assert_array_equal(level("a.zarr/labels/cells"), MASK)
    result = json.loads(run(*words, "--overwrite", "--kernel", "stride", "--format", "json").out)
    assert (result["url"], result["images"][0]["name"]) == ("a.zarr/labels/cells", "cells")
    np.testing.assert_array_equal(level("a.zarr/labels/cells"), MASK + 1)
    np.testing.assert_array_equal(level("a.zarr"), PIXELS)


def test_labels_of_a_stack_of_files_and_of_one_channel(here: Path, run: Run) -> None:
    image("czyx", np.stack([PIXELS, PIXELS]))
    pages("masks", MASK)
    assert run("write", "masks", "a.zarr", "--labels", "cells", "--stack", "z").code == 0
    np.testing.assert_array_equal(level("a.zarr/labels/cells"), MASK)


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("mask.npy", ["--dims", "tyx"], "mask.npy has the dimensions t, y, x, and a.zarr z, y, x: labels have all of"),
        ("flat.npy", [], "labels of shape (30, 20) do not fit the axes zyx of the image"),
        ("float.npy", ["--dims", "zyx"], "labels are integers, got pixels of type float64"),
        ("rgb.tif", [], "rgb.tif has colours (Y (30), X (20), S (3)), and labels are one number for each pixel"),
        ("mask.npy", ["--dims", "zyx", "--levels", "2"], "sizes of their image: leave --levels away"),
        ("mask.npy", ["--dims", "zyx", "--version", "0.5"], "sizes of their image: leave --version away"),
        ("mask.npy", ["--dims", "zyx", "--kernel", "mean"], "the mean of labels is no label"),
    ],
)
def test_what_are_no_labels_of_the_image(file: str, words: list[str], said: str, here: Path, run: Run) -> None:
    image()
    np.save("mask.npy", MASK)
    np.save("flat.npy", MASK[0])
    np.save("float.npy", MASK.astype(float))
    tifffile.imwrite("rgb.tif", np.zeros((30, 20, 3), "uint8"), photometric="rgb", metadata=None)
    ran = run("write", file, "a.zarr", "--labels", "cells", *words)
    assert (ran.code, ran.out, os.path.exists("a.zarr/labels")) == (2, "", False)
    assert said in ran.err


def test_labels_of_what_is_not_there(here: Path, run: Run) -> None:
    np.save("mask.npy", MASK)
    ran = run("write", "mask.npy", "a.zarr", "--labels", "cells", "--dims", "zyx")
    assert (ran.code, os.listdir()) == (3, ["mask.npy"])
    assert "there is no Zarr group at" in ran.err
    image()
    for name in ("../cells", ""):
        ran = run("write", "mask.npy", "a.zarr", "--labels", name, "--dims", "zyx")
        assert (ran.code, os.path.exists("a.zarr/labels")) == (2, False)
