"""Dask arrays: every block is computed once, whatever chunks, shards and levels there are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, open_group
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
da = pytest.importorskip("dask.array", reason="dask is not installed")
pytest.importorskip("ngff_write")

from ngff_write import write_image  # noqa: E402

DIMS = [DimSpec(name, unit="micrometer") for name in "zyx"]


def counted(pixels: Any, blocks: tuple[int, ...]) -> tuple[Any, Counter[tuple[int, ...]]]:
    """Return a dask array that counts how often each of its blocks is computed."""
    computed: Counter[tuple[int, ...]] = Counter()

    def count(block: Any, block_info: Any = None) -> Any:
        if block_info:
            computed[block_info[0]["chunk-location"]] += 1
        return block

    return da.from_array(pixels, chunks=blocks).map_blocks(count, dtype=pixels.dtype, meta=pixels[:0]), computed


@pytest.mark.parametrize(
    ("blocks", "options"),
    [
        ((1, 400, 500), {}),
        ((3, 100, 70), {}),
        ((9, 400, 500), {}),
        ((2, 97, 89), {}),
        ((1, 64, 64), {"chunks": (1, 32, 32), "shards": (1, 128, 128)}),
        ((4, 128, 128), {"chunks": (1, 64, 64), "shards": (2, 64, 64)}),
    ],
)
def test_each_block_once(blocks: tuple[int, ...], options: Any, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 9999, (9, 400, 500)).astype("uint16")
    data, computed = counted(pixels, blocks)
    path = write_image(data, tmp_path / "a.zarr", DIMS, n_levels=3, **options)
    assert set(computed.values()) == {1}
    assert len(computed) == np.prod(data.numblocks)
    plain = write_image(pixels, tmp_path / "b.zarr", DIMS, n_levels=3, **options)
    for level in "012":
        found, expected = (open_group(p)[level].to_tensorstore().read().result() for p in (path, plain))
        np.testing.assert_array_equal(found, expected)


def test_blocks_that_split_shards(tmp_path: Path) -> None:
    data = da.zeros((1, 5000, 5000), chunks=(1, 101, 103), dtype="uint8")
    with pytest.raises(UsageError, match=r"split shards of \(1, 1024, 1024\).*data.rechunk"):
        write_image(data, tmp_path / "a.zarr", DIMS, chunks=(1, 256, 256), shards=(1, 1024, 1024))
    assert list(tmp_path.iterdir()) == []


def test_blocks_of_different_sizes(tmp_path: Path) -> None:
    data = da.zeros((1, 300, 300), chunks=(1, (100, 50, 150), 300), dtype="uint8")
    with pytest.raises(UsageError, match=r"different sizes.*rechunk"):
        write_image(data, tmp_path / "a.zarr", DIMS)


def test_what_is_not_known_or_not_as_it_is_said(tmp_path: Path) -> None:
    pixels = da.ones((4, 4, 4), chunks=2, dtype="uint16")
    some = pixels[pixels[:, 0, 0] > 0]
    for data, said in (
        (some, "compute_chunk_sizes"),
        (pixels.map_blocks(lambda block: block * 1.5, dtype="uint16"), "float64"),
        (da.ma.masked_equal(pixels, 1), "masked"),
    ):
        with pytest.raises(UsageError, match=said):
            write_image(data, tmp_path / "a.zarr", DIMS)
    assert list(tmp_path.iterdir()) == []
    assert open_group(write_image(da.ones((0, 4, 4)), tmp_path / "empty.zarr", DIMS))
