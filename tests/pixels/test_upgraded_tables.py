"""C1: what no OME metadata names is upgraded as well: tables, further levels, headers, a second kind of metadata.

Every node is read by zarr-python and by tensorstore before, between and after, and compared bit by bit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from places import Ground

pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

import numpy as np
import zarr
from reading_arrays import READERS, bits

from ngff_core import RefusedError, check_store, upgrade_store
from ngff_core.stores import MemoryStore
from ngff_core.zarr.keys import is_journal

# zarr-python warns of the journal at the root
pytestmark = [
    pytest.mark.filterwarnings("ignore:Object at .ngff-upgrade:UserWarning"),
    pytest.mark.filterwarnings("ignore::zarr.errors.UnstableSpecificationWarning"),
]

HEADER = np.dtype([("sizeof_hdr", "<i4"), ("scale", "<f4")])
STRUCTURES = {"data-types": "zarr-python"}
RENAME = {"chunk-keys": "rename"}
AXES = [{"name": name, "type": "space"} for name in "yx"]
TABLE = {
    "encoding-type": "anndata",
    "encoding-version": "0.1.0",
    "region": {"path": "../labels/cells"},
    "type": "ngff:region_table",
}
FRAME = {"_index": "name", "column-order": ["area", "mean"], "encoding-type": "dataframe", "encoding-version": "0.2.0"}


def scaled(*levels: str) -> dict[str, Any]:
    datasets = [
        {"path": path, "coordinateTransformations": [{"type": "scale", "scale": [float(2**n)] * 2}]}
        for n, path in enumerate(levels)
    ]
    return {"version": "0.4", "name": "image", "axes": AXES, "datasets": datasets}


def array(group: Any, path: str, pixels: Any, chunks: tuple[int, ...], **more: Any) -> None:
    """Write all but the first chunk of an array, which so has its fill value."""
    settings: dict[str, Any] = {"fill_value": 1, "chunk_key_encoding": {"name": "v2", "separator": "/"}, **more}
    made = group.create_array(path, shape=pixels.shape, chunks=chunks, dtype=pixels.dtype, **settings)
    if pixels.ndim and pixels.shape[0] > chunks[0]:
        made[chunks[0] :] = pixels[chunks[0] :]
    else:
        made[...] = pixels


def numbers(dtype: str, *shape: int) -> Any:
    return (np.arange(np.prod(shape, dtype=int)) * 7 % 251).astype(dtype).reshape(shape)


def fill(root: Any) -> None:
    """Write an image with a third level, a table, a header and a well beside it."""
    array(root, "0", numbers("<u2", 8, 8), (4, 4))
    array(root, "1", numbers("<u2", 4, 4), (4, 4))
    array(root, "2", numbers("<u2", 2, 2), (2, 2))  # that `datasets` does not list
    array(root, "nifti", numbers("|u1", 348), (348,), fill_value=None, compressors=None, attributes={"magic": "n+1"})
    tables = root.create_group("tables", attributes={"tables": ["nuclei"]})
    table = tables.create_group("nuclei", attributes=TABLE)
    array(table, "X", numbers("<f4", 5, 3), (2, 3), attributes={"encoding-type": "array"}, order="F")
    frame = table.create_group("obs", attributes=FRAME)
    array(frame, "area", numbers(">f8", 5), (2,), chunk_key_encoding={"name": "v2", "separator": "."})
    array(frame, "mean", numbers("<i8", 5), (5,), attributes={"_ARRAY_DIMENSIONS": ["cell"]})
    names = np.array(["a", "", "längst", "b", "c"], dtype=object)
    frame.create_array("name", shape=(5,), chunks=(5,), dtype=str, attributes={"encoding-type": "string-array"})[
        ...
    ] = names
    header = np.array([(348, 1.5), (1, -0.0)], dtype=HEADER)
    root.create_array("header", shape=(2,), chunks=(2,), dtype=HEADER)[...] = header
    for name in ("uns", "layers"):
        table.create_group(name, attributes={"encoding-type": "dict"})
    array(table, "uns/version", np.array(3, "<i4"), ())
    well = {"version": "0.4", "images": [{"path": "a"}]}
    both = root.create_group("both", attributes={"multiscales": [scaled("0")], "well": well})
    array(both, "0", numbers("<u2", 4, 4), (4, 4))
    image = both.create_group("a", attributes={"multiscales": [scaled("0")]})
    array(image, "0", numbers(">i4", 4, 4), (2, 4))


def written(folder: Path) -> Path:
    root = zarr.create_group(folder, zarr_format=2, attributes={"multiscales": [scaled("0", "1")], "lab": {"a": [1.0]}})
    fill(root)
    return folder


ONE_READER = ("header", "tables/nuclei/obs/name")  # tensorstore reads fields of structures, and no strings
LEVELS = ("0", "1", "2", "both/0", "both/a/0")
COLUMNS = ("X", "obs/area", "obs/mean", "uns/version")
ARRAYS = (*LEVELS, "nifti", *(f"tables/nuclei/{name}" for name in COLUMNS))
GROUPS = ("tables", "tables/nuclei", "tables/nuclei/obs", "tables/nuclei/uns", "tables/nuclei/layers")


def seen(root: Path, zarr_format: int) -> Mapping[str, Any]:
    """Return the pixels of all arrays and the attributes of all that is not of OME, as the libraries read them."""
    found: dict[str, Any] = {}
    for path in ARRAYS:
        pixels = {name: bits(read(root / path, zarr_format)) for name, read in READERS.items()}
        assert len(set(pixels.values())) == 1, (path, pixels)
        found[path] = pixels["tensorstore"]
    for path in ONE_READER:
        found[path] = zarr.open_array(root / path, mode="r", zarr_format=zarr_format)[...].tolist()
    group = zarr.open_group(root, mode="r", zarr_format=zarr_format, use_consolidated=False)
    found["lab"] = group.attrs["lab"]
    members = {path for path, _ in group.members(max_depth=None)}
    assert members == {*ARRAYS, *ONE_READER, *GROUPS, "both", "both/a"}
    for path in (*GROUPS, *ARRAYS, *ONE_READER):
        found[f"attributes of {path}"] = dict(group[path].attrs)
    return found


def files_in(root: Path) -> dict[str, Any]:
    """Return files, documents as JSON, but for journals."""
    files: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not is_journal(path.name):
            is_document = path.name.startswith((".z", "zarr.json"))
            files[path.relative_to(root).as_posix()] = (
                json.loads(path.read_text()) if is_document else path.read_bytes()
            )
    return files


def chunks(files: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data for key, data in files.items() if isinstance(data, bytes)}


def test_c1_every_node_there_and_back_in_place(tmp_path: Path) -> None:
    root = written(tmp_path / "store")
    before, files = seen(root, 2), files_in(root)
    upgrade_store(root, "0.5", remove_old=True, decisions=STRUCTURES)
    assert (check_store(root).version, check_store(root).valid) == ("0.5", True)
    assert check_store(root / "both").version == "0.5"
    assert seen(root, 3) == before
    assert chunks(files_in(root)) == chunks(files)
    assert {key.rpartition("/")[2] for key in files_in(root).keys() - chunks(files).keys()} == {"zarr.json"}
    upgrade_store(root, "0.4")
    assert (check_store(root).version, check_store(root).valid) == ("0.4", True)
    assert seen(root, 2) == before
    back = {key: value for key, value in files.items() if value != {}}  # attributes that are empty need no document
    back["nifti/.zarray"]["fill_value"] = 0  # decided: v3 has to have one
    assert files_in(root) == back


def test_c1_arrays_below_arrays_there_and_back(tmp_path: Path) -> None:
    """By their paths, that is: zarr-python lists none of them."""
    root = written(tmp_path / "store")
    paths = ("0/extra", "0/extra/more", "2/7", "tables/nuclei/obs/area/unit")
    for path in paths:
        made = zarr.create_array(root / path, shape=(6,), chunks=(4,), dtype="<u2", fill_value=1, zarr_format=2)
        made[4:] = [7, 8]
    zarr.consolidate_metadata(root, zarr_format=2)
    before = seen(root, 2)

    def inner(zarr_format: int) -> set[Any]:
        return {bits(read(root / path, zarr_format)) for path in paths for read in READERS.values()}

    pixels = inner(2)
    assert len(pixels) == 1
    upgrade_store(root, "0.5", remove_old=True, decisions=STRUCTURES)
    assert (seen(root, 3), inner(3)) == (before, pixels)
    assert [path for path, _ in zarr.open_consolidated(root, zarr_format=3).members() if path == "tables"]
    upgrade_store(root, "0.4")
    assert (seen(root, 2), inner(2)) == (before, pixels)


def test_c1_every_node_of_v3_there_and_back_in_place(tmp_path: Path) -> None:
    """Chunks get the keys of Zarr v2, also those of arrays that no image has."""
    root = written(tmp_path / "written")
    upgrade_store(root, "0.5", tmp_path / "store", decisions=STRUCTURES)
    root = tmp_path / "store"
    for path in ("2", "tables/nuclei/X", "tables/nuclei/uns/version"):
        made = zarr.open_array(root / path, mode="r")
        pixels, attributes = made[...], dict(made.attrs)
        zarr.create_array(
            root / path,
            data=pixels,
            chunks=made.chunks,
            zarr_format=3,
            fill_value=1,
            overwrite=True,
            attributes=attributes,
        )
    before = seen(root, 3)
    with pytest.raises(RefusedError) as refused:
        upgrade_store(root, "0.4")
    assert {(o.path, o.decide) for o in refused.value.plan.obstacles} == {
        (path, "chunk-keys=rename") for path in ("2", "tables/nuclei/X", "tables/nuclei/uns/version")
    }
    assert seen(root, 3) == before
    upgrade_store(root, "0.4", decisions=RENAME)
    assert seen(root, 2) == before
    assert not [path for path in root.rglob("c") if path.is_dir()]
    upgrade_store(root, "0.5", remove_old=True, decisions=STRUCTURES)
    assert seen(root, 3) == before


@pytest.mark.parametrize(
    "way", ["local to local", "zip to local", "s3-private to local", "local to memory", "http to local"]
)
def test_c1_every_node_is_in_a_copy(tmp_path: Path, ground: Ground, way: str) -> None:
    """A web server that cannot list shows what the consolidated metadata of the root names."""
    root = written(tmp_path / "written")
    zarr.consolidate_metadata(root, zarr_format=2)
    before = seen(root, 2)
    source, _, target = way.partition(" to ")
    place = ground.put(source, {k.relative_to(root).as_posix(): k.read_bytes() for k in root.rglob("*") if k.is_file()})
    out: Any = MemoryStore({}) if target == "memory" else tmp_path / "out"
    plan = upgrade_store(place, "0.5", out, decisions=STRUCTURES)
    told = [remark.text for remark in plan.remarks if "the store cannot be listed" in remark.text]
    assert len(told) == (source == "http")
    if target == "memory":
        upgrade_store(out, "0.5", tmp_path / "out")
    assert seen(tmp_path / "out", 3) == before
    inline = json.loads((tmp_path / "out/zarr.json").read_text())["consolidated_metadata"]["metadata"]
    assert set(inline) == {*ARRAYS, *ONE_READER, *GROUPS, "both", "both/a"}
    upgrade_store(tmp_path / "out", "0.4", tmp_path / "back")
    assert seen(tmp_path / "back", 2) == before


def test_c1_a_server_that_cannot_list_and_has_no_copies(tmp_path: Path, ground: Ground) -> None:
    root = written(tmp_path / "written")
    place = ground.put("http", {k.relative_to(root).as_posix(): k.read_bytes() for k in root.rglob("*") if k.is_file()})
    plan = upgrade_store(place, "0.5", tmp_path / "out", decisions=STRUCTURES)
    assert [remark.text for remark in plan.remarks if "cannot be listed" in remark.text] == [
        "the store cannot be listed: groups and arrays that neither OME metadata nor consolidated metadata of the root"
        " names, such as tables, are not seen, so they are neither converted nor copied"
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0", "1", "zarr.json"]
