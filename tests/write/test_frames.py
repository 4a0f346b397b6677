"""Images whose pixels come frame by frame are those that are written of an array, level by level and bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import UsageError, check_store

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from frames import content, cut, dims, images, noise  # noqa: E402

from ngff_write import write_image  # noqa: E402


@settings(deadline=None, max_examples=20)
@given(image=images(), data=st.data())
def test_the_same_whether_pixels_come_in_frames(
    image: dict[str, Any], data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("frames")
    pixels, names, options = image["pixels"], image["names"], image["options"]
    whole = write_image(pixels, folder / "a.zarr", dims(names), **options)
    frames = write_image(cut(pixels, data.draw), folder / "b.zarr", dims(names, pixels.shape), **options)
    assert content(frames) == content(whole)


def test_iterators_of_frames(tmp_path: Path) -> None:
    pixels = noise((3, 2, 4, 50, 60))
    path = write_image(iter(pixels), tmp_path / "a.zarr", dims("tczyx", pixels.shape), n_levels=3)
    report = check_store(path, profile="strict")
    assert list(report.issues) == []
    told: list[tuple[int, int]] = []
    write_image(iter(pixels), tmp_path / "b.zarr", dims("tczyx", pixels.shape), progress=lambda *n: told.append(n))
    assert told[-1] == (pixels.size, pixels.size)


@pytest.mark.parametrize(
    ("frames", "sizes", "message"),
    [
        ([], (3, 8, 8), "the iterator has no pixels"),
        ([noise((8, 8))] * 2, (3, 8, 8), "the image has 3 frames, and got 2"),
        ([noise((8, 8))] * 4, (3, 8, 8), "the image has 3 frames, and got 4"),
        ([noise((8, 9))], (3, 8, 8), r"a frame of this image has \(8, 8\) pixels, and not \(8, 9\)"),
        ([noise((8,))], (3, 8, 8), r"a frame of this image has \(8, 8\) pixels, and not \(8,\)"),
        ([noise((1, 3, 8, 8))], (3, 8, 8), r"a frame of this image has \(8, 8\) pixels, and not \(1, 3, 8, 8\)"),
        ([noise((8, 8)), noise((8, 8), "float32")], (3, 8, 8), "the pixels of the image are uint16, and those of a"),
        ([noise((8, 8))], (None, 8, 8), "an iterator has as many pixels as the dims state: give"),
    ],
)
def test_frames_that_are_none(frames: list[Any], sizes: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        write_image(iter(frames), tmp_path / "a.zarr", dims("tyx", sizes))
    assert list(tmp_path.iterdir()) == []
