"""What is in the way of a new hierarchy: replaced is a hierarchy that is meant, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, open_image
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import (  # noqa: E402
    PlateWriter,
    stream_image,
    write_collection,
    write_image,
    write_labels,
    write_plate,
)

DIMS = [DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
PIXELS = np.ones((6, 5), "uint8")


@pytest.mark.parametrize("name", ["zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata"])
@pytest.mark.parametrize("text", ["", "notes", "{}", '"zarr_format"', '{"zarr_format": "3"}'])
def test_the_name_of_a_document_makes_no_hierarchy(name: str, text: str, tmp_path: Path) -> None:
    folder = tmp_path / "a.zarr"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    (folder / name).write_text(text)
    with pytest.raises(UsageError, match="no Zarr hierarchy"):
        write_image(PIXELS, folder, DIMS, overwrite=True)
    assert sorted(os.listdir(folder)) == sorted(["thesis.txt", name])


def test_folders_and_links_with_the_name_of_a_document(tmp_path: Path) -> None:
    for number, target in enumerate((None, "nowhere")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "thesis.txt").write_text("years of work")
        if target is None:
            (folder / "zarr.json").mkdir()
        else:
            (folder / "zarr.json").symlink_to(target)
        with pytest.raises(UsageError, match="no Zarr hierarchy"):
            write_image(PIXELS, folder, DIMS, overwrite=True)
        assert (folder / "thesis.txt").exists()


def test_an_archive_with_a_hierarchy_further_down(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("thesis.txt", "years of work")
        archive.writestr("backup/a.zarr/zarr.json", '{"zarr_format": 3, "node_type": "group"}')
    with pytest.raises(UsageError, match="no archive of a Zarr hierarchy"):
        write_image(PIXELS, path, DIMS, overwrite=True)
    assert "thesis.txt" in zipfile.ZipFile(path).namelist()


def test_no_path_is_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_image(PIXELS, tmp_path / "a.zarr", DIMS))
    (tmp_path / "a.zarr/notes.txt").write_text("here")
    with pytest.raises(UsageError, match="path is empty"):
        write_image(PIXELS, "", DIMS, overwrite=True)
    assert os.path.exists("notes.txt")


INSIDE = {
    "image.zarr/inner.zarr": r"lies in the image .*image.zarr: labels .* by write_labels",
    "image.zarr/0": "lies in the image",
    "image.zarr/0/c": "lies in the array .*image.zarr/0",
    "image.zarr/notes/inner.zarr": "lies in the image",
    "link/inner.zarr": "lies in the image",
    "image.zarr/labels/cells": "lies in the labels .*/labels: more are put there by write_labels",
    "image.zarr/labels/cells/0": "lies in the image .*/labels/cells",
    "image.zarr/packed.ozx": "lies in the image|no stores in one file",
    "plate.zarr/B/7/0": "lies in the plate .*: fields are put there by PlateWriter",
    "plate.zarr/A/1/0": "lies in the well .*: fields are put there by PlateWriter",
    "plate.zarr/A/1/0/inner": "lies in the image",
    "images.zarr/b": "lies in the collection .*: images are put there by write_collection",
    "images.zarr/OME/b": "lies in the (list of images|collection)",
}


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_nothing_comes_into_what_lists_its_members(version: str, tmp_path: Path) -> None:
    image = write_image(PIXELS, tmp_path / "image.zarr", DIMS, version=version, labels={"cells": PIXELS})
    write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, version=version)
    write_collection({"a": PIXELS}, tmp_path / "images.zarr", DIMS, version=version)
    os.mkdir(f"{image}/notes")
    (tmp_path / "link").symlink_to(f"{image}/notes")
    before = sorted(tmp_path.rglob("*"))
    for place, said in INSIDE.items():
        with pytest.raises(UsageError, match=said):
            write_image(PIXELS, tmp_path / place, DIMS, version=version, overwrite=True)
    with pytest.raises(UsageError, match="lies in the image"):
        PlateWriter(f"{image}/plate.zarr", DIMS, version=version)
    with pytest.raises(UsageError, match="lies in the image"):
        stream_image(f"{image}/a.zarr", (None, 6, 5), [DimSpec("t"), *DIMS], "uint8", version=version)
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_written_into_an_image_by_the_command(tmp_path: Path, run: Run) -> None:
    image = write_image(PIXELS, tmp_path / "image.zarr", DIMS)
    np.save(tmp_path / "a.npy", PIXELS)
    code, _, said = run("write", tmp_path / "a.npy", f"{image}/0", "--overwrite")
    assert code == 2
    assert "ngff write --labels" in said
    assert np.array_equal(open_image(image).array(0).to_tensorstore().read().result(), PIXELS)


@pytest.mark.parametrize(
    ("name", "document"), [("zarr.json", {"zarr_format": 3, "node_type": "group"}), (".zattrs", {"mine": 1})]
)
def test_a_group_that_lists_nothing_may_hold_images(name: str, document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(document))
    write_image(PIXELS, tmp_path / "a.zarr", DIMS)
    write_image(PIXELS, tmp_path / "a.zarr", DIMS, overwrite=True)


def test_what_is_read_lies_in_what_would_be_replaced(tmp_path: Path, run: Run) -> None:
    path = write_image(PIXELS, tmp_path / "a.zarr", DIMS)
    np.save(f"{path}/raw.npy", PIXELS)
    (tmp_path / "link.npy").symlink_to(f"{path}/raw.npy")
    for source in (f"{path}/raw.npy", f"{path}/0/../raw.npy", str(tmp_path / "link.npy")):
        code, _, said = run("write", source, path, "--overwrite")
        assert code == 2
        assert "take it out first" in said
    assert os.path.exists(f"{path}/raw.npy")


@pytest.mark.parametrize("name", ["zarr.json", ".zattrs", ".zmetadata", "a.ngff-part"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_names_that_have_a_meaning(name: str, version: str, tmp_path: Path) -> None:
    path = write_image(PIXELS, tmp_path / "a.zarr", DIMS, version=version)
    with pytest.raises(UsageError, match="take another"):
        write_labels(PIXELS, path, name)
    with pytest.raises(UsageError, match="take another"):
        write_collection({name: PIXELS}, tmp_path / "c.zarr", DIMS, version=version)
    assert os.listdir(tmp_path) == ["a.zarr"]


def test_a_list_of_labels_that_cannot_be_changed_gets_no_labels(tmp_path: Path) -> None:
    path = write_image(PIXELS, tmp_path / "a.zarr", DIMS)
    os.mkdir(f"{path}/labels")
    Path(f"{path}/labels/zarr.json").write_text("garbage")
    with pytest.raises(UsageError, match="cannot be changed"):
        write_labels(PIXELS, path, "cells")
    assert os.listdir(f"{path}/labels") == ["zarr.json"]
    os.remove(f"{path}/labels/zarr.json")
    write_labels(PIXELS, path, "cells")  # it gets its place once that is mended
    assert open_image(path).labels() == ["cells"]


def test_nobody_reads_what_is_said(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", PIXELS)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "ngff_core", "write", "a.npy", "a.zarr"]
    try:
        ran = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert "broken pipe" not in ran.stderr.lower()
    assert (tmp_path / "a.zarr/zarr.json").exists()


DIES = """
import os, shutil, sys
import numpy as np
from ngff_core import DimSpec
from ngff_write import write_image

left, name = int(sys.argv[2]), sys.argv[3]

def dying(real):
    def call(*args, **options):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return real(*args, **options)
    return call

write_image(np.zeros((6, 5), "uint8"), "warm.zarr", [DimSpec("y"), DimSpec("x")])
shutil.rmtree("warm.zarr")
setattr(shutil if name == "rmtree" else os, name, dying(getattr(shutil if name == "rmtree" else os, name)))
write_image(np.full((6, 5), 2, "uint8"), sys.argv[1], [DimSpec("y"), DimSpec("x")], overwrite=True)
"""


def killed(folder: Path, call: str, number: int) -> None:
    """Overwrite an image in a process that dies before such a call, after so many of them."""
    write_image(PIXELS, folder / "a.zarr", DIMS)
    command = [sys.executable, "-c", DIES, "a.zarr", str(number), call]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 9


def value(path: Path) -> int:
    pixels = open_image(path).array(0).to_tensorstore().read().result()
    assert pixels.min() == pixels.max()
    return int(pixels.max())


def places(folder: Path) -> dict[str, Path]:
    """Return what there is: by its name, or how that ends."""
    return {path.name if path.name == "a.zarr" else path.name[24:]: path for path in folder.iterdir()}


def renames_before_the_last_two(folder: Path) -> int:
    """Return how many files get their names by renaming before the folder does."""
    number = 0
    while True:
        here = folder / str(number)
        here.mkdir()
        killed(here, "rename", number)
        if "old.ngff-part" in places(here):
            return number
        assert value(here / "a.zarr") == 1
        number += 1


def test_killed_between_two_names(tmp_path: Path, run: Run) -> None:
    here = tmp_path / str(renames_before_the_last_two(tmp_path))
    found = places(here)
    assert {name: value(path) for name, path in found.items()} == {"ngff-part": 2, "old.ngff-part": 1}
    code, out, _ = run("validate", here / "a.zarr")
    assert code == 3
    assert "what was here is beside it" in out
    assert found["old.ngff-part"].name in out
    assert found["ngff-part"].name in out
    code, out, _ = run("validate", "-r", "--strict", here)
    assert code == 1
    assert "this was put aside to be replaced" in out
    assert "this has not got its name yet" in out
    write_image(PIXELS + 2, here / "a.zarr", DIMS, overwrite=True)
    assert {name: value(path) for name, path in places(here).items()} == {
        "a.zarr": 3,
        "ngff-part": 2,
        "old.ngff-part": 1,
    }


def test_killed_while_what_was_replaced_is_taken_away(tmp_path: Path, run: Run) -> None:
    killed(tmp_path, "rmtree", 0)
    found = places(tmp_path)
    assert value(found["a.zarr"]) == 2
    code, out, _ = run("validate", "-r", tmp_path)
    assert code == 3
    assert "1 valid, 1 unreadable" in out
    assert "it was replaced, and was being taken away" in out


def test_ctrl_c_between_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(write_image(PIXELS, tmp_path / "a.zarr", DIMS))

    def rename(source: str, target: str, **options: int) -> None:
        if target == path.name and source.endswith(".ngff-part") and ".old." not in source:
            raise KeyboardInterrupt
        real(source, target, **options)

    real = os.rename
    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        write_image(PIXELS + 1, path, DIMS, overwrite=True)
    assert os.listdir(tmp_path) == ["a.zarr"]
    assert value(path) == 1
