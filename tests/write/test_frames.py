"""Images whose pixels come frame by frame are those that are written of an array, level by level and bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import DimSpec, UsageError, check_store
from ngff_core.zarr.keys import DOCUMENTS

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_image  # noqa: E402

UNITS = {"t": "second", "c": None}
KERNELS = ("mean", "mode", "median", "stride")


def dims(names: str, sizes: tuple[int | None, ...] | None = None) -> list[DimSpec]:
    of = sizes or (None,) * len(names)
    return [
        DimSpec(name, size, scale=2.0 if name == "z" else 0.5, unit=UNITS.get(name, "micrometer"))
        for name, size in zip(names, of, strict=True)
    ]


def noise(shape: tuple[int, ...], dtype: str = "uint16") -> Any:
    return np.random.default_rng(7).integers(0, 200, shape).astype(dtype)


def content(root: str | Path) -> dict[str, Any]:
    """Return all that is in a store: documents, and the bytes of chunks."""
    files = (path for path in Path(root).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): json.loads(path.read_bytes())
        if path.name in DOCUMENTS
        else path.read_bytes()
        for path in files
    }


def cut(pixels: Any, draw: Any) -> Iterator[Any]:
    """Yield the pixels frame by frame, or in blocks of whole axes."""
    inner = min(2, pixels.ndim - 1)
    axis = draw(st.integers(0, pixels.ndim - inner), label="axes cut")
    rest: Any = pixels.reshape(-1, *pixels.shape[axis:]) if axis else pixels[None]
    yield from rest


@st.composite
def images(draw: Any) -> dict[str, Any]:
    """Draw an image: its dimensions, pixels, and how they are to be stored."""
    names = draw(st.sampled_from(["tyx", "zyx", "cyx", "tczyx", "czyx", "yx"]))
    outer = st.integers(1, 9 if len(names) == 3 else 4)
    shape = tuple(draw(st.integers(1, 40) if name in "yx" else outer) for name in names)
    chunks = tuple(draw(st.integers(1, 6) if name not in "yx" else st.integers(4, 20)) for name in names)
    options: dict[str, Any] = {
        "kernel": draw(st.sampled_from(KERNELS)),
        "n_levels": draw(st.integers(1, 4)),
        "version": draw(st.sampled_from(["0.4", "0.5", "0.6"])),
        "chunks": chunks,
        "name": "image",
    }
    if options["version"] != "0.4" and draw(st.booleans()):
        options["shards"] = tuple(draw(st.integers(1, 3)) * chunk for chunk in chunks)
    dtype = draw(st.sampled_from(["uint8", "uint16", "int32", "float32", "bool"]))
    return {"names": names, "pixels": noise(shape, dtype), "options": options}


@settings(deadline=None, max_examples=40)
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
