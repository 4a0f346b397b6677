"""Faults of the field, B: pixels as readers see them, with the libraries that read them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import ngff_core
from ngff_core.errors import MissingPackageError

np = pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
zarr = pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")

FORMATS = pytest.mark.parametrize("zarr_format", [2, 3])


def written(folder: Path, zarr_format: int) -> Any:
    """Write a group with an array ``0`` of three dimensions; return its pixels."""
    pixels = np.arange(2 * 8 * 6, dtype="uint16").reshape(2, 8, 6)
    group = zarr.open_group(folder, mode="w", zarr_format=zarr_format)
    group.create_array("0", data=pixels, chunks=(1, 4, 4))
    return pixels


@FORMATS
@pytest.mark.filterwarnings("ignore:Consolidated metadata is currently not part")
def test_b3_a_stale_consolidated_copy_is_not_believed(zarr_format: int, tmp_path: Path) -> None:
    written(tmp_path, zarr_format)
    zarr.consolidate_metadata(tmp_path, zarr_format=zarr_format)
    name = ".zarray" if zarr_format == 2 else "zarr.json"
    own = json.loads((tmp_path / "0" / name).read_text())
    own["shape"] = [1, 8, 6]
    (tmp_path / "0" / name).write_text(json.dumps(own))
    group = ngff_core.open_group(tmp_path)
    assert group.array("0").shape == (1, 8, 6)
    assert group.to_zarr_python()["0"].shape == (1, 8, 6)


@FORMATS
@pytest.mark.parametrize("missing", [None, "zarr", "tensorstore"])
def test_b5_arrays_are_read_in_brackets(
    zarr_format: int, missing: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = written(tmp_path, zarr_format)
    array = ngff_core.open_group(tmp_path).array("0")
    if missing is not None:
        monkeypatch.setitem(sys.modules, missing, None)
    assert (array[:] == pixels).all()
    assert (array[...] == pixels).all()
    assert (array[1, 2:5, ::2] == pixels[1, 2:5, ::2]).all()
    assert int(array[1, 7, 5]) == 95
    assert array[0].shape == (8, 6)
    assert [plane.shape for plane in array] == [(8, 6), (8, 6)]


@FORMATS
def test_b5_numpy_takes_arrays(zarr_format: int, tmp_path: Path) -> None:
    pixels = written(tmp_path, zarr_format)
    array = ngff_core.open_group(tmp_path).array("0")
    assert np.array_equal(np.asarray(array), pixels)
    taken = np.asarray(array, dtype="float32")
    assert (taken.dtype, taken.shape) == (np.dtype("float32"), (2, 8, 6))
    assert float(np.max(array)) == 95.0
    with pytest.raises(ValueError, match="pixels have to be read"):
        np.array(array, copy=False)


def test_b5_without_a_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, 3)
    array = ngff_core.open_group(tmp_path).array("0")
    monkeypatch.setitem(sys.modules, "zarr", None)
    monkeypatch.setitem(sys.modules, "tensorstore", None)
    message = r"reading pixels needs the package zarr \(or tensorstore\), .*try: pip install 'ngff-core\[zarr\]'"
    with pytest.raises(MissingPackageError, match=message):
        array[:]
    with pytest.raises(MissingPackageError):
        np.asarray(array)
