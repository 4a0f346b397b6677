"""C1: arrays that hold no numbers, as tables and headers have them, read the same before, between and after.

zarr-python reads them all in both formats. tensorstore reads the fields of structures and raw bytes; of strings and
dates it reads neither the old document nor the new one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("tensorstore", reason="tensorstore is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

import numcodecs
import numpy as np
import tensorstore as ts
import zarr

from ngff_v05.array_extended import to_v2, to_v3

pytestmark = pytest.mark.filterwarnings("ignore::zarr.errors.UnstableSpecificationWarning")

HEADER = np.dtype([("sizeof_hdr", "<i4"), ("dim", "<f4"), ("magic", "|u1")])
TEXTS = np.array(["a", "", "längst", "b"], dtype=object)
VALUES: dict[str, tuple[Any, Any, list[dict[str, Any]] | None]] = {
    "|O vlen-utf8": (TEXTS, "", [{"id": "vlen-utf8"}]),
    "|O vlen-utf8, 0": (TEXTS, 0, [{"id": "vlen-utf8"}]),
    "|O vlen-bytes": (np.array([b"a", b"", b"\0\1", b"b"], dtype=object), "", [{"id": "vlen-bytes"}]),
    "<U6": (TEXTS.astype("<U6"), "", None),
    ">U6": (TEXTS.astype(">U6"), "x", None),
    "|S3": (np.array([b"a", b"", b"abc", b"b"], dtype="|S3"), "", None),
    "|V3": (np.array([b"abc", b"def", b"\0\0\0", b"xyz"], dtype="|V3"), None, None),
    "<M8[ns]": (np.array([0, 1, 5, 10**18]).astype("<M8[ns]"), 0, None),
    ">m8[10s]": (np.array([0, 1, 5, 7]).astype(">m8[10s]"), None, None),
    "structure": (np.array([(348, 1.5, 7), (1, 2.0, 3), (5, -0.0, 255), (0, 0, 0)], dtype=HEADER), None, None),
}


def write(folder: Path, name: str, compressor: dict[str, Any] | None) -> dict[str, Any]:
    """Write three chunks, of which the last is missing, as numcodecs has made them ever since."""
    values, fill, filters = VALUES[name]
    dtype = values.dtype.descr if values.dtype.names else values.dtype.str
    dtype = [list(field) for field in dtype] if isinstance(dtype, list) else dtype
    folder.mkdir(parents=True, exist_ok=True)
    zarray = {"zarr_format": 2, "shape": [6], "chunks": [2], "dtype": dtype, "fill_value": fill, "order": "C"}
    zarray |= {"filters": filters, "compressor": compressor}
    (folder / ".zarray").write_text(json.dumps(zarray))
    for number in range(2):
        data: Any = values[2 * number : 2 * number + 2]
        for filter_ in filters or ():
            data = numcodecs.get_codec(dict(filter_)).encode(data)
        data = data if isinstance(data, bytes) else np.asarray(data).tobytes()
        if compressor:
            data = numcodecs.get_codec(dict(compressor)).encode(data)
        (folder / str(number)).write_bytes(bytes(data))
    return zarray


def seen(folder: Path, zarr_format: int) -> Any:
    read = zarr.open_array(folder, mode="r", zarr_format=zarr_format)[...]
    return read.tolist() if read.dtype.kind != "V" or read.dtype.names else read.tobytes()


@pytest.mark.parametrize(
    "compressor", [None, {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}]
)
@pytest.mark.parametrize("name", VALUES)
def test_c1_values_that_are_no_numbers(tmp_path: Path, name: str, compressor: dict[str, Any] | None) -> None:
    zarray = write(tmp_path, name, compressor)
    before = seen(tmp_path, 2)
    up = to_v3(zarray, {"a": 1}, extended=True)
    assert up.obstacles == []
    (tmp_path / "zarr.json").write_text(json.dumps(up.documents["zarr.json"]))
    assert seen(tmp_path, 3) == before
    if name == "structure":
        for field in HEADER.names or ():
            assert of_tensorstore(tmp_path, 2, field) == of_tensorstore(tmp_path, 3, field)
    if name == "|V3":
        assert of_tensorstore(tmp_path, 2) == of_tensorstore(tmp_path, 3)
    down = to_v2(up.documents["zarr.json"])
    assert (down.obstacles, down.losses) == ([], [])
    (tmp_path / "zarr.json").unlink()
    (tmp_path / ".zarray").write_text(json.dumps(down.documents[".zarray"]))
    assert seen(tmp_path, 2) == before
    again = {
        key: value
        for key, value in down.documents[".zarray"].items()
        if key not in ("fill_value", "dimension_separator")
    }
    assert again == {key: value for key, value in zarray.items() if key != "fill_value"}


def of_tensorstore(folder: Path, zarr_format: int, field: str | None = None) -> bytes:
    driver = {2: "zarr", 3: "zarr3"}[zarr_format]
    spec = {
        "driver": driver,
        "kvstore": {"driver": "file", "path": f"{folder}/"},
        **({"field": field} if field else {}),
    }
    return np.asarray(ts.open(spec, read=True).result().read().result()).tobytes()


def test_c1_what_zarr_python_writes_into_v3_goes_to_v2(tmp_path: Path) -> None:
    for name, (values, _, _) in VALUES.items():
        if name == "|O vlen-bytes":
            continue
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        dtype = str if values.dtype == object else values.dtype
        made = zarr.create_array(folder, shape=(4,), chunks=(4,), dtype=dtype, zarr_format=3, compressors=None)
        made[...] = values
        before = seen(folder, 3)
        down = to_v2(json.loads((folder / "zarr.json").read_text()), rename_chunks=True)
        assert (name, down.obstacles, down.losses) == (name, [], [])
        (folder / "c/0").rename(folder / "0")
        (folder / "zarr.json").unlink()
        (folder / ".zarray").write_text(json.dumps(down.documents[".zarray"]))
        assert seen(folder, 2) == before, name
