"""Whole stores have the same pixels after they were upgraded, and after they were taken back to where they came from.

Every level is opened by zarr-python and by tensorstore before and after, and compared bit by bit. A part of every level
was never written, and has the fill value.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("ngff_v01", reason="ngff-v01 is not installed")
pytest.importorskip("ngff_v02", reason="ngff-v02 is not installed")
pytest.importorskip("ngff_v03", reason="ngff-v03 is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")
pytest.importorskip("ngff_v06", reason="ngff-v06 is not installed")

import numpy as np
import zarr
from reading_arrays import COMPRESSORS, DTYPES, READERS, bits, write

from ngff_core import check_store, upgrade_store

LEVELS = {"0": (6, 8), "1": (3, 4)}
RENAME = {"chunk-keys": "rename"}
TCZYX = "tczyx"


def seen(root: Path, arrays: list[str], zarr_format: int) -> dict[str, Any]:
    """Return the pixels of every array as both libraries read them, which has to be the same."""
    found = {}
    for path in arrays:
        pixels = {name: bits(read(root / path, zarr_format)) for name, read in READERS.items()}
        assert len(set(pixels.values())) == 1, pixels
        found[path] = pixels["tensorstore"]
    return found


def valid(root: Path) -> str | None:
    report = check_store(root)
    assert report.valid, report.summary()
    return report.version


def document(root: Path, path: str, name: str, value: Any) -> None:
    folder = root / path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(value))


def group(root: Path, path: str, attributes: dict[str, Any]) -> None:
    document(root, path, ".zgroup", {"zarr_format": 2})
    document(root, path, ".zattrs", attributes)


def multiscales(version: str, ndim: int = 2) -> dict[str, Any]:
    axes = [{"name": n, "type": {"t": "time", "c": "channel"}.get(n, "space")} for n in TCZYX[5 - ndim :]]
    datasets: list[dict[str, Any]] = [{"path": path} for path in LEVELS]
    if version == "0.4":
        for level, dataset in enumerate(datasets):
            scale = [1.0] * (ndim - 2) + [2.0**level] * 2
            dataset["coordinateTransformations"] = [{"type": "scale", "scale": scale}]
    known = {"0.4": axes, "0.3": [axis["name"] for axis in axes]}.get(version)
    return {"multiscales": [{"version": version, **({"axes": known} if known else {}), "datasets": datasets}]}


@pytest.mark.parametrize("separator", ["/", "."])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("compressor", COMPRESSORS)
def test_every_data_type(tmp_path: Path, compressor: str, order: str, separator: str) -> None:
    """A collection with an image for each data type: 0.4 to 0.5 and 0.6, and back."""
    root = tmp_path / "store"
    group(root, "", {"bioformats2raw.layout": 3})
    for number, dtype in enumerate(DTYPES):
        group(root, str(number), multiscales("0.4"))
        for path, shape in LEVELS.items():
            folder = root / str(number) / path
            write(folder, dtype, COMPRESSORS[compressor], order, separator, shape=shape, chunks=(2, 3))
    arrays = [f"{number}/{path}" for number, path in product(range(len(DTYPES)), LEVELS)]
    before = seen(root, arrays, 2)
    chunks = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")}
    upgrade_store(root, "0.5", remove_old=True)
    assert valid(root) == "0.5"
    assert seen(root, arrays, 3) == before
    assert {path: path.read_bytes() for path in root.rglob("*") if path in chunks} == chunks
    assert {path.name for path in root.rglob("*") if path.is_file() and path not in chunks} == {
        "zarr.json",
        ".ngff-upgrade.done.jsonl",
    }
    upgrade_store(root, "0.6")
    assert valid(root) == "0.6"
    assert seen(root, arrays, 3) == before
    upgrade_store(root, "0.4", decisions=RENAME)
    assert valid(root) == "0.4"
    assert seen(root, arrays, 2) == before


@pytest.mark.parametrize("target", ["0.2", "0.3", "0.4", "0.5", "0.6"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_chunks_of_0_1_get_other_keys_where_they_have_to(tmp_path: Path, order: str, target: str) -> None:
    root = tmp_path / "store"
    group(root, "", multiscales("0.1", 5))
    for path, (height, width) in LEVELS.items():
        shape = (2, 3, 1, height, width)
        write(root / path, "<u2", COMPRESSORS["blosc"], order, ".", shape=shape, chunks=(1, 1, 1, 2, 3))
    before = seen(root, list(LEVELS), 2)
    upgrade_store(root, target)
    assert valid(root) == target
    nested = target < "0.5"
    assert (root / "0/0.0.0.0.0").exists() is not nested
    assert (root / "0/0/0/0/0/0").exists() is nested
    assert seen(root, list(LEVELS), 2 if nested else 3) == before


@pytest.mark.parametrize("separator", ["/", "."])
@pytest.mark.parametrize("target", ["0.4", "0.6"])
def test_chunks_of_v3(tmp_path: Path, target: str, separator: str) -> None:
    root = tmp_path / "store"
    ome = multiscales("0.4")
    del ome["multiscales"][0]["version"]
    document(
        root,
        "",
        "zarr.json",
        {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", **ome}}},
    )
    for path, shape in LEVELS.items():
        array = zarr.create_array(
            root / path,
            zarr_format=3,
            shape=shape,
            chunks=(2, 3),
            dtype=">f4",
            fill_value=np.nan,
            chunk_key_encoding={"name": "default", "separator": separator},
            dimension_names=["y", "x"],
        )
        array[:2] = np.arange(2 * shape[1]).reshape(2, -1)
    before = seen(root, list(LEVELS), 3)
    upgrade_store(root, target, decisions=RENAME if target == "0.4" else {})
    assert valid(root) == target
    assert seen(root, list(LEVELS), 2 if target == "0.4" else 3) == before
