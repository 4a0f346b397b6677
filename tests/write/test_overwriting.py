"""What is in the way of a new hierarchy: replaced is a hierarchy that is meant, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from commands import Run

from ngff_core import DimSpec, open_image
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_collection, write_image, write_labels  # noqa: E402

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
