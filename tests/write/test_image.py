"""Images as they are written: every version and writer, every level where its metadata says it is."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, ValidationError, check_store, open_group
from ngff_core.errors import NgffError, StoreError, UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_image  # noqa: E402
from ngff_write.arrays.layout import Extent, layout_of  # noqa: E402
from ngff_write.backends.tensorstore import UNDER_WAY  # noqa: E402
from ngff_write.pixels.kernels import kernel_named  # noqa: E402
from ngff_write.pixels.levels import plan_levels  # noqa: E402

UNITS = {"t": "second", "c": None}


def dims(names: str, **scales: float) -> list[DimSpec]:
    return [DimSpec(name, scale=scales.get(name, 0.5), unit=UNITS.get(name, "micrometer")) for name in names]


def noise(shape: tuple[int, ...], dtype: str = "uint16") -> Any:
    return np.random.default_rng(0).integers(0, 200, shape).astype(dtype)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("writer", ["tensorstore", "zarr", "zarrista"])
def test_every_version_and_writer(version: str, writer: Any, tmp_path: Path) -> None:
    if writer != "tensorstore":
        pytest.importorskip(writer)
    pixels = noise((2, 5, 301, 280))
    if (writer, version) == ("zarrista", "0.4"):
        with pytest.raises(UsageError, match="zarrista writes Zarr v3 alone"):
            write_image(pixels, tmp_path / "a.zarr", dims("czyx"), version=version, writer=writer)
        return
    path = write_image(
        pixels, tmp_path / "a.zarr", dims("czyx", z=2.0), version=version, writer=writer, name="cells", n_levels=3
    )
    report = check_store(path, profile="strict")
    assert (report.version, list(report.issues)) == (version, [])
    group = open_group(path)
    np.testing.assert_array_equal(group["0"].to_tensorstore().read().result(), pixels)
    assert [group[str(level)].shape for level in range(3)] == [(2, 5, 301, 280), (2, 5, 151, 140), (2, 5, 76, 70)]


DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("dtype", [*DTYPES, ">u2", ">f4"])
@pytest.mark.parametrize("compression", ["zstd", "blosc-zstd", "blosc-lz4", "none"])
def test_every_type_is_read_back_by_others(dtype: str, version: str, compression: str, tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    pixels = noise((3, 70, 90), dtype)
    path = write_image(pixels, tmp_path / "a.zarr", dims("cyx"), version=version, compression=compression, n_levels=2)
    assert list(check_store(path, profile="strict").issues) == []
    lazy = open_group(path)["0"].to_tensorstore()
    other = zarr.open_group(path, mode="r")["0"]
    for found in (np.asarray(lazy.read().result()), other[:]):
        assert found.dtype == np.dtype(dtype).newbyteorder("=")
        np.testing.assert_array_equal(found, pixels)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (513, 2), (257, 1025)])
@pytest.mark.parametrize("chunks", [None, (100, 37), (1, 1000), (64, 64)])
def test_odd_shapes_and_chunks(shape: tuple[int, ...], chunks: Any, tmp_path: Path) -> None:
    pixels = noise(shape)
    path = write_image(pixels, tmp_path / "a.zarr", dims("yx"), chunks=chunks, n_levels=4)
    group = open_group(path)
    level = pixels
    for number, plan in enumerate(plan_levels(shape, dims("yx"), kernel_named("mean"), 4)):
        level = kernel_named("mean").apply(level, plan.factors)
        np.testing.assert_array_equal(group[str(number)].to_tensorstore().read().result(), level)


def test_shards(tmp_path: Path) -> None:
    pixels = noise((2, 700, 900))
    path = write_image(pixels, tmp_path / "a.zarr", dims("zyx"), chunks=(1, 64, 64), shards=(2, 256, 256), n_levels=3)
    assert list(check_store(path, profile="strict").issues) == []
    np.testing.assert_array_equal(open_group(path)["0"].to_tensorstore().read().result(), pixels)
    assert len([file for file in (tmp_path / "a.zarr" / "0" / "c").rglob("*") if file.is_file()]) == 3 * 4


@pytest.mark.parametrize("shape", [(2, 1030, 1030), (2, 60, 70), (4, 2048, 300)])
@pytest.mark.parametrize(
    "shards", [(2, 256, 256), (3, 300, 200), (5, 1030, 515), (1, 7, 1), (1, 1021, 1300), (4, 96, 4000)]
)
def test_chunks_are_chosen_that_divide_shards(shape: Any, shards: Any) -> None:
    layout = layout_of(Extent(shape, np.dtype("uint16"), dims("zyx")), 3, shards=shards)
    assert layout.shards == shards
    assert all(shard % chunk == 0 for shard, chunk in zip(shards, layout.chunks, strict=True))
    chosen = layout_of(Extent(shape, np.dtype("uint16"), dims("zyx")), 3).chunks
    for chunk, near, size in zip(layout.within(shape).chunks, chosen, shape, strict=True):
        assert min(size, near / 4) <= chunk <= near * 4 or chunk in shards


def test_shards_that_no_chunks_divide(tmp_path: Path) -> None:
    message = r"shards of 10007 pixels are not divided by chunks of about (\d+): give chunks as well, or shards of \d+"
    with pytest.raises(UsageError, match=message):
        write_image(np.zeros((1, 600, 9000), "uint16"), tmp_path / "a.zarr", dims("zyx"), shards=(1, 512, 10007))
    assert list(tmp_path.iterdir()) == []
    path = write_image(np.zeros((1, 10, 1030), "uint16"), tmp_path / "a.zarr", dims("zyx"), shards=(1, 12, 1300))
    assert list(check_store(path, profile="strict").issues) == []


def test_many_chunks_are_put_into_shards(tmp_path: Path) -> None:
    pixels = np.zeros((600, 256, 256), "uint8")
    path = write_image(pixels, tmp_path / "a.zarr", [DimSpec("t"), *dims("yx")], n_levels=1)
    assert open_group(path)["0"].document.raw["codecs"][0]["name"] == "sharding_indexed"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"version": "0.4", "shards": (1, 64, 64)}, "Zarr v2 has no shards"),
        ({"chunks": (64, 64)}, "chunks are 3 numbers of pixels"),
        ({"chunks": (1, 64, 0)}, r"chunks have one pixel at least along each dimension, got \[1, 64, 0\]"),
        ({"n_levels": -1}, "n_levels is a number from 1 to 32, got -1"),
        ({"chunks": (1, 64, 64), "shards": (1, 100, 64)}, "take a multiple"),
        ({"kernel": "gaussian"}, "no kernel 'gaussian'"),
        ({"compression": "gzip"}, "no compression 'gzip'"),
        ({"writer": "h5py"}, "no writer 'h5py'"),
        ({"workers": 0}, "workers is 0, expected a whole number from 1"),
        ({"n_levels": 0}, "n_levels is a number from 1"),
        ({"overwite": True}, "no option 'overwite': did you mean 'overwrite'"),
        ({"xyz": True}, "no option 'xyz': there are chunks, compression"),
        ({"version": "0.9"}, "0.9"),
    ],
)
def test_what_does_not_fit(options: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(NgffError, match=said):
        write_image(noise((2, 70, 90)), tmp_path / "a.zarr", dims("cyx"), **options)
    assert list(tmp_path.iterdir()) == []


def test_dimensions_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2 dims"):
        write_image(noise((2, 70, 90)), tmp_path / "a.zarr", dims("yx"))
    with pytest.raises(UsageError, match="its size is stated as 71"):
        write_image(noise((70, 90)), tmp_path / "a.zarr", [DimSpec("y", size=71), DimSpec("x")])
    with pytest.raises(ValidationError, match="axes-order"):
        write_image(noise((70, 90)), tmp_path / "a.zarr", [DimSpec("x", unit="micrometer"), DimSpec("c")])
    with pytest.raises(UsageError, match="pixels are numbers"):
        write_image(np.array([["a"]]), tmp_path / "a.zarr", dims("yx"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "letter.txt").write_text("dear")
    for overwrite in (False, True):
        with pytest.raises(UsageError, match=r"there already, and no Zarr hierarchy: give another path$"):
            write_image(noise((70, 90)), tmp_path / "a.zarr", dims("yx"), overwrite=overwrite)
    with pytest.raises(UsageError, match="/ is the root of all folders"):
        write_image(noise((70, 90)), "/", dims("yx"))
    assert (tmp_path / "a.zarr" / "letter.txt").read_text() == "dear"
    write_image(noise((70, 90)), tmp_path / "b.zarr", dims("yx"))
    (tmp_path / "link.zarr").symlink_to(tmp_path / "b.zarr")
    with pytest.raises(UsageError, match="is a symbolic link, and not replaced"):
        write_image(noise((7, 9)), tmp_path / "link.zarr", dims("yx"), overwrite=True)
    write_image(noise((7, 9)), tmp_path / "b.zarr", dims("yx"), overwrite=True)
    assert open_group(tmp_path / "b.zarr")["0"].shape == (7, 9)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr", "b.zarr", "link.zarr"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    class Broken:
        shape = (500, 500)
        dtype = np.dtype("uint8")

        def __getitem__(self, region: Any) -> Any:
            raise OSError("the disk is gone")

    write_image(noise((70, 90)), tmp_path / "a.zarr", dims("yx"))
    with pytest.raises(OSError, match="the disk is gone"):
        write_image(Broken(), tmp_path / "a.zarr", dims("yx"), overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]
    assert open_group(tmp_path / "a.zarr")["0"].shape == (70, 90)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreError, UsageError)):
        write_image(noise((70, 90)), tmp_path / "file" / "a.zarr", dims("yx"))


def test_progress_and_members(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    channels = {"omero": {"channels": [{"color": "00FF00", "window": {"start": 0, "end": 9, "min": 0, "max": 99}}]}}
    path = write_image(
        noise((1, 600, 700)), tmp_path / "a.zarr", dims("cyx"), progress=lambda *pixels: told.append(pixels),
        members=channels, extra_attributes={"lab": "ours"}, chunks=(1, 128, 128),
    )  # fmt: skip
    assert told[-1] == (420_000, 420_000)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    group = open_group(path)
    assert group.ome_metadata().omero.channels[0].color == "00FF00"
    assert group.attrs["lab"] == "ours"


def test_an_address_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="is an address"):
        write_image(noise((70, 90)), "s3://bucket/a.zarr", dims("yx"))
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_image(tmp_path: Path) -> None:
    """What NumPy holds: a tile of each level, and what is being made of them."""

    class Plane:
        """Pixels that are made when they are asked for."""

        dtype = np.dtype("uint16")

        def __init__(self, size: int) -> None:
            self.shape = (size, size)

        def __getitem__(self, region: Any) -> Any:
            return np.zeros([part.stop - part.start for part in region], "uint16")

    options: Any = {"n_levels": 6, "chunks": (256, 256)}
    write_image(Plane(512), tmp_path / "a.zarr", dims("yx"), **options)
    tracemalloc.start()
    try:
        write_image(Plane(8192), tmp_path / "b.zarr", dims("yx"), **options)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < UNDER_WAY + 6 * 3 * (1 << 20)  # of 128 MB
