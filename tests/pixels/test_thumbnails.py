"""Pictures in HTML reports: the right level in the right colours, read back from the PNG that is in the page."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from bases import BASES, Tree
from commands import Run

from ngff_core.plugins import default_registry
from ngff_core.view.images import ChannelView, WindowView
from ngff_core.view.pictures.coloring import colored_labels, mixed, shown_channels
from ngff_core.view.pictures.png import png
from ngff_core.view.pictures.thumbnails import Thumbnails

numpy = pytest.importorskip("numpy", reason="zarr is not installed, which brings numpy")
zarr = pytest.importorskip("zarr", reason="zarr is not installed")


def pixels_of(data: bytes) -> Any:
    """Read a PNG by what its specification says, as far as ours need it."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name] = body
        at += 12 + length
    assert [*chunks] == [b"IHDR", b"IDAT", b"IEND"]
    columns, rows, depth, color, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    samples = {0: 1, 2: 3}[color]
    lines = numpy.frombuffer(zlib.decompress(chunks[b"IDAT"]), numpy.uint8).reshape(rows, 1 + columns * samples)
    assert set(lines[:, 0]) == {2}
    plain = lines[:, 1:].cumsum(axis=0, dtype=numpy.uint8).reshape(rows, columns, samples)
    return numpy.broadcast_to(plain, (rows, columns, 3))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 20), (20, 1), (7, 5), (64, 48)])
@pytest.mark.parametrize("samples", [1, 3])
def test_what_is_written_is_read_back(rows: int, columns: int, samples: int) -> None:
    pixels = numpy.random.default_rng(rows).integers(0, 256, (rows, columns, samples), numpy.uint8)
    pixels = numpy.broadcast_to(pixels, (rows, columns, 3))
    assert (pixels_of(png(pixels)) == pixels).all()


# --- colours ----------------------------------------------------------------------------------------


def test_channels_are_shown_as_is_said() -> None:
    window = WindowView(0, 100, 0, 255)
    channels = [
        ChannelView("a", "0000FF", window, True),
        ChannelView("b", "00ff00", None, False),
        ChannelView("c", "x", None, True),
    ]
    assert shown_channels(channels, 3) == [(0, "0000FF", window), (2, "0000FF", None)]
    assert shown_channels(channels[1:2], 1) == [(0, "00ff00", None)]  # none is active: all are shown
    assert shown_channels([], 1) == [(0, "FFFFFF", None)]
    assert [color for _, color, _ in shown_channels([], 3)] == ["FF0000", "00FF00", "0000FF"]
    assert len(shown_channels([], 100)) == 8


def test_light_is_added_within_the_window() -> None:
    plane = numpy.array([[-5, 0, 50, 100, 200]], "float32")
    window = WindowView(0, 100, 0, 255)
    assert mixed([(plane, "FF8000", window)])[0].tolist() == [
        [0, 0, 0], [0, 0, 0], [128, 64, 0], [255, 128, 0], [255, 128, 0],
    ]  # fmt: skip
    both = mixed([(plane, "FF0000", window), (plane, "FF00FF", window)])[0].tolist()
    assert both[2:4] == [[255, 0, 128], [255, 0, 255]]


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint64", "float16", "float64", "bool"])
def test_any_numbers_become_bytes(dtype: str) -> None:
    plane = numpy.arange(16).reshape(4, 4).astype(dtype)
    for window in (None, WindowView(5, 5, 0, 1), WindowView(None, 3, None, None)):
        assert mixed([(plane, "FFFFFF", window)]).dtype == numpy.uint8
    odd = numpy.array([[numpy.nan, numpy.inf], [-numpy.inf, 1]])
    assert mixed([(odd, "FFFFFF", None)]).shape == (2, 2, 3)
    assert mixed([(numpy.zeros((2, 2)), "FFFFFF", None)]).max() == 0


def test_labels_have_the_colours_that_are_stated_and_others_differ() -> None:
    plane = numpy.arange(400, dtype="uint32").reshape(20, 20)
    colors = colored_labels(plane, {7: (1, 2, 3)}).reshape(-1, 3)
    assert colors[0].tolist() == [0, 0, 0]
    assert colors[7].tolist() == [1, 2, 3]
    assert len({tuple(color) for color in colors.tolist()}) > 390
    assert colors[1:7].max(axis=1).min() == 255


# --- stores -----------------------------------------------------------------------------------------


def write(tree: Tree, folder: Path, value: Any) -> Path:
    """Write a store with pixels: ``value`` gives what each array is filled with."""
    store = tree.write(folder)
    for document in [*store.rglob("zarr.json"), *store.rglob(".zarray")]:
        if b'"group"' not in document.read_bytes():
            opened = zarr.open_array(str(document.parent), mode="r+")
            opened[...] = value(document.parent.relative_to(store).as_posix(), opened)
    return store


def pictures(page: str) -> list[Any]:
    return [pixels_of(b64decode(data)) for data in re.findall(r'src="data:image/png;base64,([^"]*)"', page)]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_an_image_with_labels(version: str, tmp_path: Path, run: Run) -> None:
    def value(path: str, opened: Any) -> Any:
        if "labels" in path:
            return numpy.eye(opened.shape[-1], dtype=opened.dtype) * 2
        channels = numpy.zeros(opened.shape, opened.dtype)
        channels[1, : opened.shape[1] // 2] = 4000  # the second channel is green
        return channels

    store = write(BASES["labels"](version), tmp_path / "a.zarr", value)
    ran = run("validate", store, "--format", "html", "--thumbnails")
    assert (ran.code, ran.err) == (0, "")
    image, label = pictures(ran.out)
    assert image.shape == label.shape == (64, 64, 3)
    assert image[0, 0].tolist() == [0, 255, 0]
    assert image[-1, 0].tolist() == [0, 0, 0]
    assert label[0, 0].tolist() == [0, 255, 0]
    assert label[0, 1].tolist() == [0, 0, 0]
    assert "img-src data:" in ran.out
    assert pictures(run("validate", store, "--format", "html").out) == []


def test_the_smallest_level_that_is_large_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = {"0": 10, "1": 20, "2": 30}
    tree = BASES["image"]("0.5")
    window = {"start": 0, "end": 255, "min": 0, "max": 255}
    tree.ome()["omero"]["channels"] = [{"color": "FFFFFF", "active": n == 0, "window": window} for n in range(2)]
    store = write(tree, tmp_path / "a.zarr", lambda path, opened: levels[path])
    for size, level, pixels in ((100, 10, 64), (64, 10, 64), (40, 10, 32), (32, 20, 32), (16, 30, 16), (10, 30, 8)):
        monkeypatch.setattr("ngff_core.view.pictures.thumbnails.LARGE", size)
        (made,) = Thumbnails(default_registry()).of(str(store))
        assert made.problem is None
        assert set(pixels_of(made.png).ravel()) == {level}
        assert pixels_of(made.png).shape == (pixels, pixels, 3)


def test_a_plate_has_a_picture_in_each_well(tmp_path: Path, run: Run) -> None:
    store = write(BASES["plate"]("0.5"), tmp_path / "a.zarr", lambda path, opened: numpy.eye(opened.shape[-1]) * 9)
    found = Thumbnails(default_registry())
    assert [made.path for made in found.of(str(store))] == ["A/1", "A/2", "B/1", "B/3"]
    page = run("validate", store, "--format", "html", "--thumbnails").out
    assert len(re.findall(r'<td class=valid title="[AB]/\d"><i>ok</i><img ', page)) == 4
    assert "class=pictures" not in page
    few = run("validate", store, store, "--format", "html", "--thumbnails").out
    assert len(pictures(few)) == 2


def test_pictures_that_cannot_be_made_are_counted(tmp_path: Path, run: Run) -> None:
    store = write(BASES["plate"]("0.5"), tmp_path / "a.zarr", lambda path, opened: 1)
    for path, text in (("A/1/0/1/c/0/0", "x"), ("A/2/0/zarr.json", "{")):
        (store / path).write_text(text)
    (store / "A/1/0/0/c/0/0").write_text("x")
    page = run("validate", store, "--format", "html", "--thumbnails").out
    assert len(pictures(page)) == 2
    assert "2 pictures could not be made (A/1): " in page
    assert page.endswith("</html>\n")


def test_pixels_that_are_too_many_or_none_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = write(BASES["image"]("0.5"), tmp_path / "a.zarr", lambda path, opened: 1)
    monkeypatch.setattr("ngff_core.view.pictures.thumbnails.MOST", 1000)
    (made,) = Thumbnails(default_registry()).of(str(store))
    assert made == type(made)("", problem="its smallest level that is large enough has 64 x 64 pixels")
    (made,) = Thumbnails(default_registry()).of(str(tmp_path / "nothing"))
    assert made.problem is not None
    assert "Error" not in made.problem
    assert made.png == b""


def test_thumbnails_go_with_html(tmp_path: Path, run: Run) -> None:
    store = BASES["image"]("0.5").write(tmp_path / "a.zarr")
    ran = run("validate", store, "--thumbnails")
    assert ran.code == 2
    assert "--thumbnails goes with --format html" in ran.err
