"""`ngff pyramid`: new levels are encoded as the first level is, unless it is told otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, check_store, open_group

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import prepare_image, write_image  # noqa: E402
from ngff_write.pixels.kernels import mean  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 4000, (5, 65, 51)).astype("uint16")
PIXELS[:, :32, :32] = 17
DIMS = [DimSpec(name, scale=scale, unit="micrometer") for name, scale in zip("zyx", (2, 0.5, 0.5), strict=True)]
VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def array(name: str) -> Any:
    file = next(file for file in (Path(f"a.zarr/{name}/.zarray"), Path(f"a.zarr/{name}/zarr.json")) if file.exists())
    return json.loads(file.read_text())


def is_right() -> None:
    assert [issue.rule for issue in check_store("a.zarr", profile="strict").issues] == []
    for name, pixels in (("0", PIXELS), ("1", mean(PIXELS, (1, 2, 2)))):
        np.testing.assert_array_equal(open_group("a.zarr")[name].to_tensorstore().read().result(), pixels)


@VERSIONS
@pytest.mark.parametrize("shards", [None, "auto"])
@pytest.mark.parametrize("compression", ["blosc-lz4", "none"])
def test_codecs_are_those_of_the_first_level(version: str, shards: Any, compression: str, run: Run) -> None:
    if version == "0.4" and shards:
        return
    how: dict[str, Any] = {"version": version, "compression": compression, "chunks": (1, 32, 32), "shards": shards}
    write_image(PIXELS, "a.zarr", DIMS, n_levels=2, **how)
    wanted = array("1")
    write_image(PIXELS, "a.zarr", DIMS, n_levels=1, overwrite=True, **how)
    assert run("pyramid", "a.zarr", "--levels", "2").code == 0
    assert array("1") == wanted
    is_right()
    plan = run("pyramid", "a.zarr", "--levels", "3", "--compression", "zstd", "--plan")
    assert "\n  ngff pyramid a.zarr --levels 3 --compression zstd\n" in plan.out
    assert run("pyramid", "a.zarr", "--levels", "3", "--compression", "zstd").code == 0
    assert "zstd" in json.dumps(array("2"))


def test_arrays_of_zarr_v2_have_byte_order_and_fill_value_of_the_first_level(run: Run) -> None:
    zarr = pytest.importorskip("zarr")
    from numcodecs import Blosc

    write_image(PIXELS, "a.zarr", DIMS, version="0.4", n_levels=1)
    first = zarr.create_array(
        "a.zarr", name="0", shape=PIXELS.shape, chunks=(1, 32, 32), dtype=">u2", fill_value=17, order="F",
        compressors=Blosc(), zarr_format=2, overwrite=True, chunk_key_encoding={"name": "v2", "separator": "/"},
    )  # fmt: skip
    first[...] = PIXELS
    assert run("pyramid", "a.zarr", "--levels", "2").code == 0
    told, new = array("0"), array("1")
    assert {key for key in told if told[key] != new[key]} <= {"shape", "chunks"}
    is_right()


def test_without_a_fill_value_what_is_not_written_is_0(run: Run) -> None:
    write_image(PIXELS, "a.zarr", DIMS, version="0.4", n_levels=1)
    file = Path("a.zarr/0/.zarray")
    file.write_text(json.dumps({**array("0"), "fill_value": None}))
    assert run("pyramid", "a.zarr", "--levels", "2").code == 0
    assert array("1")["fill_value"] == 0
    is_right()


@pytest.mark.parametrize("way", ["transposed", "in shards", "default"])
def test_chunks_that_are_arranged_in_other_ways(way: str, run: Run) -> None:
    write_image(PIXELS, "a.zarr", DIMS, n_levels=1)
    crc, raw = {"name": "crc32c"}, {"name": "bytes", "configuration": {"endian": "big"}}
    turned = {"name": "transpose", "configuration": {"order": [2, 1, 0]}}

    def sharded(chunk: list[int], codecs: list[Any]) -> dict[str, Any]:
        index = [{"name": "bytes", "configuration": {"endian": "little"}}, crc]
        inner = {"chunk_shape": chunk, "codecs": codecs, "index_codecs": index, "index_location": "start"}
        return {"name": "sharding_indexed", "configuration": inner}

    codecs = {
        "transposed": [turned, sharded([32, 16, 1], [raw])],
        "in shards": [sharded([2, 32, 32], [sharded([1, 16, 8], [raw, crc])])],
        "default": [sharded([1, 64, 32], [turned, raw, crc])],
    }[way]
    grid = {"name": "regular", "configuration": {"chunk_shape": [2, 64, 64]}}
    keys = {"name": "v2", "configuration": {"separator": "/"}}
    document = {**array("0"), "codecs": codecs, "chunk_grid": grid, "chunk_key_encoding": keys, "fill_value": 17}
    Path("a.zarr/0/zarr.json").write_text(json.dumps(document))
    ts = pytest.importorskip("tensorstore")
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": "a.zarr/0/"}}
    ts.open(spec, open=True, write=True).result()[...] = PIXELS
    ran = run("pyramid", "a.zarr", "--levels", "2")
    assert ran.code == 0, ran.out + ran.err
    new = array("1")
    assert (new["fill_value"], new["chunk_key_encoding"]) == (17, keys)
    np.testing.assert_array_equal(open_group("a.zarr")["1"].to_tensorstore().read().result(), mean(PIXELS, (1, 2, 2)))
    found = {issue.rule for issue in check_store("a.zarr", profile="strict").issues}
    assert found <= (set() if way == "default" else {"zarr-chunks-fit-array"})  # shards of others stay as they are


@VERSIONS
def test_chunks_of_the_first_level_that_were_never_written_are_counted(version: str, run: Run) -> None:
    write_image(PIXELS, "a.zarr", DIMS, version=version, n_levels=2, chunks=(1, 32, 32))
    assert "never written" not in run("pyramid", "a.zarr").out
    keys = ("0/0/1/1", "0/3/0/1") if version == "0.4" else ("0/c/0/1/1", "0/c/3/0/1")
    for key in keys:
        Path("a.zarr", key).unlink()
    Path("a.zarr", keys[0].replace("/1/1", "/1/9")).write_bytes(b"")  # a chunk beyond the end
    said = "of level 0 2 of 30 chunks were never written: their pixels count as the fill value, 0"
    assert f"  {said}\n" in run("pyramid", "a.zarr", "--plan").out
    (entry,) = json.loads(run("pyramid", "a.zarr", "--format", "json").out)["images"]
    assert said in entry["remarks"]
    prepare_image(PIXELS.shape, "uint8", "b.zarr", DIMS, version=version, n_levels=2, shards=None)
    assert "of level 0 1 of 1 chunks were never written" in run("pyramid", "b.zarr").out


def test_parts_that_were_never_written_have_any_fill_value(run: Run) -> None:
    write_image(PIXELS, "a.zarr", DIMS, n_levels=2, chunks=(1, 16, 16))
    file = Path("a.zarr/1/zarr.json")
    file.write_text(json.dumps({**array("1"), "fill_value": 60000}))
    group = json.loads(Path("a.zarr/zarr.json").read_text())
    del group["attributes"]["ome"]["multiscales"][0]["type"]
    Path("a.zarr/zarr.json").write_text(json.dumps(group))
    Path("a.zarr/1/c/0/1/1").unlink()
    assert "level 1: parts of it were never written" in run("pyramid", "a.zarr").out
    np.testing.assert_array_equal(open_group("a.zarr")["1-2"].to_tensorstore().read().result(), mean(PIXELS, (1, 2, 2)))


def test_a_first_level_that_cannot_be_read_is_found_by_the_plan(run: Run) -> None:
    write_image(PIXELS, "a.zarr", DIMS, n_levels=2)
    Path("a.zarr/0/c/0/0/0").write_bytes(b"no")
    ran = run("pyramid", "a.zarr", "--plan")
    assert (ran.code, ": level 0 cannot be read" in ran.out + ran.err) == (3, True)
    write_image(PIXELS, "a.zarr", DIMS, n_levels=1, overwrite=True)
    Path("a.zarr/0/c/0/0/0").write_bytes(b"no")
    assert run("pyramid", "a.zarr", "--plan", "--levels", "2").code == 0  # no pixels are compared with it
    ran = run("pyramid", "a.zarr", "--levels", "2")
    assert (ran.code, ": level 0 cannot be read" in ran.out + ran.err) == (3, True)
    assert sorted(path.name for path in Path("a.zarr").iterdir()) == ["0", "zarr.json"]
    codecs = [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "bz2", "configuration": {"level": 1}}]
    Path("a.zarr/0/zarr.json").write_text(json.dumps({**array("0"), "codecs": codecs}))
    ran = run("pyramid", "a.zarr", "--plan", "--levels", "2")
    assert (ran.code, ": level 0 cannot be opened" in ran.out + ran.err) == (3, True)
