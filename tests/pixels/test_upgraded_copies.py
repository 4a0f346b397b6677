"""Pixels are the same after a copy to another version, wherever it is copied from and to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from places import Ground

import ngff_core
from ngff_core.upgrade.run import upgrade_store
from ngff_core.validation.calls import check_store

np = pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
zarr = pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

AXES = [{"name": name, "type": "space"} for name in "yx"]
DATASET = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}
MULTISCALE = {"name": "image", "axes": AXES, "datasets": [DATASET]}
OME: dict[str, Any] = {"ome": {"version": "0.5", "multiscales": [MULTISCALE]}}
SHAPE = (40, 50)
WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "blosc, F": ("0.4", {"compressors": "auto", "order": "F", "separator": "/"}),
    "none, C": ("0.4", {"compressors": None, "order": "C", "separator": "/"}),
    "default keys": ("0.5", {"name": "default", "separator": "/"}),
    "default keys with dots": ("0.5", {"name": "default", "separator": "."}),
    "v2 keys": ("0.5", {"name": "v2", "separator": "/"}),
}
WAYS = [
    "local to local",
    "local to s3-private",
    "s3-private to local",
    "http to local",
    "zip to local",
    "local to memory",
]


def write(folder: Path, version: str, options: dict[str, Any]) -> Any:
    """Write an image of which one chunk was never written, with zarr-python."""
    old = version == "0.4"
    own = {"multiscales": [{**MULTISCALE, "version": "0.4"}]} if old else OME
    group = zarr.create_group(folder, zarr_format=2 if old else 3, attributes=own)
    keys = {"name": "v2", "separator": options["separator"]} if old else options
    more = {k: v for k, v in options.items() if old and k != "separator"}
    if not old:
        more["dimension_names"] = ["y", "x"]
    array = group.create_array(
        "0", shape=SHAPE, chunks=(16, 16), dtype="uint16", fill_value=7, chunk_key_encoding=keys, **more
    )
    expected = (np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE) * 31 % 65521).astype("uint16")
    expected[:16, :16] = 7
    array[16:], array[:16, 16:] = expected[16:], expected[:16, 16:]
    return expected


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(place: Any, version: str) -> list[Any]:
    report = check_store(place)
    assert (report.status, report.version) == ("valid", version)
    array = ngff_core.open_group(place)["0"]
    assert isinstance(array, ngff_core.Array)
    return [array.to_zarr_python()[...], array.to_tensorstore().read().result()]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("way", WAYS)
def test_pixels_of_copies(tmp_path: Path, ground: Ground, way: str, written: str) -> None:
    version, options = WRITTEN[written]
    expected = write(tmp_path / "written", version, options)
    files = files_in(tmp_path / "written")
    source, _, target = way.partition(" to ")
    place = ground.put(source, files)
    out: Any = tmp_path / "out"
    if target == "memory":
        out = ngff_core.stores.MemoryStore({})
    elif target != "local":
        out = ground.put(target, {})
    other = "0.5" if version == "0.4" else "0.4"
    decided = {"chunk-keys": "rename"} if written.startswith("default") else {}
    upgrade_store(place, other, out, decisions=decided)
    for found in (*read(place, version), *read(out, other)):
        assert np.array_equal(found, expected)


def test_shards_of_a_store_that_cannot_list(tmp_path: Path, ground: Ground) -> None:
    """What is copied from there is told by the grid of shards."""
    group = zarr.create_group(tmp_path / "written", zarr_format=3)
    array = group.create_array(
        "0", shape=SHAPE, chunks=(4, 4), shards=(16, 16), dtype="uint16", dimension_names=["y", "x"], fill_value=0
    )
    expected = np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE).astype("uint16")
    array[...] = expected
    root = json.loads((tmp_path / "written/zarr.json").read_text())
    root["attributes"] = OME
    (tmp_path / "written/zarr.json").write_text(json.dumps(root))
    files = files_in(tmp_path / "written")
    assert sum(key.startswith("0/c/") for key in files) == 12
    upgrade_store(ground.put("http", files), "0.5", tmp_path / "out")
    for found in read(tmp_path / "out", "0.5"):
        assert np.array_equal(found, expected)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"0", "zarr.json"}
