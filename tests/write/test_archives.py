"""Images in zip archives: as RFC-9 wants them, whole or not at all, and nothing overwritten that was not meant."""

from __future__ import annotations

import os
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, ValidationError, check_store, open_group
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import stream_image, write_collection, write_image, write_plate  # noqa: E402

DIMS = [DimSpec(name, unit="micrometer") for name in "zyx"]
PIXELS = np.arange(3 * 300 * 280, dtype="uint16").reshape(3, 300, 280)


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_archives_have_no_findings(version: str, tmp_path: Path) -> None:
    path = write_image(PIXELS, tmp_path / "a.ozx", DIMS, version=version, name="cells")
    assert list(check_store(path, profile="strict").issues) == []
    assert os.listdir(tmp_path) == ["a.ozx"]
    np.testing.assert_array_equal(open_group(path)["0"][...], PIXELS)


def test_arrays_in_archives_have_shards(tmp_path: Path) -> None:
    group = open_group(write_image(PIXELS, tmp_path / "a.ozx", DIMS, chunks=(1, 100, 100), n_levels=2))
    for path in "01":
        assert group[path].chunks == (1, 100, 100)
        assert group[path].shards is not None


@pytest.mark.parametrize("version", ["0.5", "0.6"])
def test_plates_and_collections(version: str, tmp_path: Path) -> None:
    plate = write_plate({f"A/{n}/0": PIXELS for n in range(1, 4)}, tmp_path / "p.ozx", DIMS, version=version)
    collection = write_collection({"a": PIXELS, "b": PIXELS}, tmp_path / "c.ozx", DIMS, version=version)
    for path in (plate, collection):
        assert list(check_store(path, profile="strict").issues) == []
    np.testing.assert_array_equal(open_group(plate)["A/3/0/0"][...], PIXELS)
    assert sorted(os.listdir(tmp_path)) == ["c.ozx", "p.ozx"]


@pytest.mark.parametrize("name", ["a.ozx", "a.zip"])
def test_there_is_no_archive_of_0_4(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    two = {"a": PIXELS, "b": PIXELS}
    for write in (
        lambda: write_image(PIXELS, path, DIMS, version="0.4"),
        lambda: write_image(PIXELS, path, DIMS, version="0.4", labels={"cells": PIXELS}, overwrite=True),
        lambda: write_plate({"A/1/0": PIXELS}, path, DIMS, version="0.4"),
        lambda: write_collection(two, path, DIMS, version="0.4"),
        lambda: stream_image(path, PIXELS.shape, DIMS, "uint16", version="0.4"),
    ):
        with pytest.raises(UsageError, match=r"OME-NGFF 0\.4 has no .* would be: write 0\.5"):
            write()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("version", ["04", "05"])
def test_typed_models_in_archives(version: str, tmp_path: Path) -> None:
    models, typed = import_module(f"ngff_v{version}"), import_module(f"ngff_write.v{version}")
    image = models.Image(multiscales=[models.Multiscale.from_dims(DIMS, name="cells")])
    if version == "04":
        for write in (
            lambda: typed.write_image(tmp_path / "a.ozx", image, PIXELS),
            lambda: typed.write_plate(tmp_path / "a.ozx", {"A/1/0": (image, PIXELS)}),
            lambda: typed.write_bioformats2raw(tmp_path / "a.ozx", {"a": (image, PIXELS)}),
        ):
            with pytest.raises(UsageError, match=r"OME-NGFF 0\.4 has no stores in one file"):
                write()
    with pytest.raises(UsageError, match="nothing can be written to the arrays of an archive"):
        typed.prepare_image(tmp_path / "a.ozx", image, (PIXELS.shape, "uint16"))
    assert os.listdir(tmp_path) == []


def test_order_and_storage(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_image(PIXELS, tmp_path / "a.ozx", DIMS, n_levels=2)) as archive:
        names = archive.namelist()
        assert names[:3] == ["zarr.json", "0/zarr.json", "1/zarr.json"]
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.comment == b'{"ome":{"version":"0.5","zipFile":{"centralDirectory":{"jsonFirst":true}}}}'
        assert archive.testzip() is None


def test_only_an_archive_of_a_hierarchy_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.ozx"
    write_image(PIXELS, path, DIMS)
    with pytest.raises(UsageError, match="is there already: give another path, or overwrite=True"):
        write_image(PIXELS + 1, path, DIMS)
    write_image(PIXELS + 1, path, DIMS, overwrite=True)
    np.testing.assert_array_equal(open_group(path)["0"][...], PIXELS + 1)
    for content in (b"letters", b"PK\5\6" + bytes(18)):
        path.write_bytes(content)
        for overwrite in (False, True):
            with pytest.raises(UsageError, match=r"no archive of a Zarr hierarchy: give another path$"):
                write_image(PIXELS, path, DIMS, overwrite=overwrite)
        assert path.read_bytes() == content


def test_links_and_folders_are_not_overwritten(tmp_path: Path) -> None:
    target = write_image(PIXELS, tmp_path / "a.ozx", DIMS)
    (tmp_path / "link.ozx").symlink_to(target)
    (tmp_path / "folder.ozx").mkdir()
    for name, said in {"link.ozx": "is a symbolic link", "folder.ozx": "is there already, and no file"}.items():
        with pytest.raises(UsageError, match=said):
            write_image(PIXELS, tmp_path / name, DIMS, overwrite=True)


def test_nothing_is_left_where_it_is_not_valid(tmp_path: Path) -> None:
    old = write_image(PIXELS, tmp_path / "a.ozx", DIMS)
    before = Path(old).read_bytes()
    with pytest.raises(ValidationError):
        write_image(PIXELS, old, [DimSpec("x"), DimSpec("x"), DimSpec("x")], overwrite=True)
    assert os.listdir(tmp_path) == ["a.ozx"]
    assert Path(old).read_bytes() == before


def test_nothing_is_left_where_pixels_cannot_be_read(tmp_path: Path) -> None:
    class Broken:
        shape, dtype = PIXELS.shape, PIXELS.dtype

        def __getitem__(self, region: Any) -> Any:
            raise OSError("no")

    with pytest.raises(OSError, match="no"):
        write_image(Broken(), tmp_path / "a.ozx", DIMS)
    assert os.listdir(tmp_path) == []
