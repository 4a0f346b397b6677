"""What pixels are read from: nothing of it is taken for what it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, open_group, open_image
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import stream_image, write_collection, write_image, write_labels, write_plate  # noqa: E402

DIMS = [DimSpec("y", 4, unit="micrometer"), DimSpec("x", 4, unit="micrometer")]
MOVIE = [DimSpec("t", 2, unit="second"), *DIMS]
PIXELS = np.arange(16, dtype="uint16").reshape(4, 4)
MASKED = np.ma.masked_array(PIXELS, mask=np.eye(4, dtype=bool))


class Said:
    """Something that can be sliced, of the shape and the type that it says."""

    shape = (4, 4)
    dtype = np.dtype("uint16")

    def __init__(self, part: Any) -> None:
        self.part = part

    def __getitem__(self, region: Any) -> Any:
        return self.part


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (MASKED, "masked"),
        (Said(MASKED), "masked"),
        (Said(PIXELS[0]), r"\(4,\) pixels where \(4, 4\)"),
        (Said(PIXELS[:1]), r"\(1, 4\) pixels where \(4, 4\)"),
        (Said(PIXELS + 0.5), "said to be uint16, and are float64"),
        (Said(PIXELS.astype("int16")), "said to be uint16, and are int16"),
        ([[1, 2], [3]], "no array"),
    ],
)
def test_pixels_that_are_none(data: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        write_image(data, tmp_path / "a.zarr", [DimSpec("y"), DimSpec("x")])
    assert list(tmp_path.iterdir()) == []


def test_a_mask_without_anything_masked_and_smaller_types_are_no_obstacle(tmp_path: Path) -> None:
    for number, data in enumerate((np.ma.masked_array(PIXELS), Said(PIXELS.astype("uint8")), Said(PIXELS.tolist()))):
        if number == 2:  # integers of 64 bits are not
            with pytest.raises(UsageError, match="int64"):
                write_image(data, tmp_path / "c.zarr", DIMS)
            continue
        path = write_image(data, tmp_path / f"{number}.zarr", DIMS)
        assert np.array_equal(open_group(path)["0"].to_tensorstore().read().result(), PIXELS)


def frames(*found: Any) -> Iterator[Any]:
    return iter(found)


def test_masked_frames_and_labels(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="masked"):
        write_image(frames(PIXELS, MASKED), tmp_path / "a.zarr", MOVIE)
    with pytest.raises(UsageError, match="masked"), stream_image(tmp_path / "s.zarr", (2, 4, 4), MOVIE, "u2") as stream:
        stream.append(MASKED)
    path = write_image(PIXELS, tmp_path / "i.zarr", DIMS)
    with pytest.raises(UsageError, match="masked"):
        write_labels(MASKED, path, "cells")
    assert os.listdir(tmp_path) == ["i.zarr"]
    assert open_image(path).labels() == []


def test_an_iterator_of_no_pixels(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give an array"):
        write_image(frames(PIXELS), tmp_path / "a.zarr", [DimSpec("t", 0), *DIMS])


@pytest.mark.parametrize(
    "options",
    [
        {"n_levels": 2.5},
        {"n_levels": "2"},
        {"chunks": 4},
        {"chunks": "ab"},
        {"chunks": (float("inf"), 1)},
        {"chunks": (None, 1)},
        {"chunks": (4, 4), "shards": (8.5, 8)},
    ],
)
def test_options_that_are_no_whole_numbers(options: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="number"):
        write_image(PIXELS, tmp_path / "a.zarr", DIMS, **options)


def test_a_factor_that_is_no_number(tmp_path: Path) -> None:
    for factor in (float("nan"), float("inf")):
        with pytest.raises(UsageError, match="whole number"):
            write_image(PIXELS, tmp_path / "a.zarr", [DIMS[0], DimSpec("x", scale_factor=factor)], n_levels=2)


@pytest.mark.parametrize(("version", "name"), [("0.4", "plate"), ("0.5", "ome"), ("0.6", "ome")])
def test_further_attributes_are_no_ome_metadata(version: str, name: str, tmp_path: Path) -> None:
    key = "multiscales" if version == "0.4" else "ome"
    layout = "bioformats2raw.layout" if version == "0.4" else "ome"
    with pytest.raises(UsageError, match=f"have {key}"):
        write_image(PIXELS, tmp_path / "a.zarr", DIMS, version=version, extra_attributes={key: [], "a": 1})
    with pytest.raises(UsageError, match=f"have {name}"):
        write_plate({"A/1/0": PIXELS}, tmp_path / "p.zarr", DIMS, version=version, extra_attributes={name: {}})
    with pytest.raises(UsageError, match=f"have {layout}"):
        write_collection({"a": PIXELS}, tmp_path / "c.zarr", DIMS, version=version, extra_attributes={layout: {}})
    assert list(tmp_path.iterdir()) == []


def test_complex_numbers_by_zarrista(tmp_path: Path) -> None:
    pytest.importorskip("zarrista")
    with pytest.raises(UsageError, match="complex"):
        write_image(PIXELS.astype("complex64"), tmp_path / "a.zarr", DIMS, writer="zarrista")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path, run: Run) -> None:
    os.mkfifo(tmp_path / "pipe.npy")
    assert run("write", str(tmp_path / "pipe.npy"), str(tmp_path / "a.zarr"))[0] == 3


def test_the_type_is_told_as_it_is_written(tmp_path: Path, run: Run) -> None:
    np.save(tmp_path / "big.npy", PIXELS.astype(">u2"))
    code, out, _ = run("write", str(tmp_path / "big.npy"), str(tmp_path / "a.zarr"))
    assert code == 0
    assert "uint16" in out
