"""Pixels of TIFF files: whatever way they are stored, each region is what tifffile reads of the whole."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ngff_core.errors import StoreError

np = pytest.importorskip("numpy")
tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
pytest.importorskip("ngff_write")

from ngff_write.inputs.tiff import open_tiff  # noqa: E402
from ngff_write.inputs.tiff_pixels import HELD  # noqa: E402

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 60000, (2, 3, 70, 83)).astype("uint16")
RGB = RNG.integers(0, 255, (3, 70, 83, 3)).astype("uint8")

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "plain": (NOISE, {}),
    "big-endian": (NOISE, {"byteorder": ">"}),
    "big-endian-lzw": (NOISE, {"byteorder": ">", "compression": "lzw"}),
    "bigtiff": (NOISE, {"bigtiff": True}),
    "tiled": (NOISE, {"tile": (32, 16)}),
    "tiled-zlib": (NOISE, {"tile": (32, 16), "compression": "zlib"}),
    "strips-zlib": (NOISE, {"rowsperstrip": 9, "compression": "zlib"}),
    "strips-deflate": (NOISE, {"rowsperstrip": 70, "compression": "adobe_deflate"}),
    "strips-lzw-predictor": (NOISE, {"rowsperstrip": 16, "compression": "lzw", "predictor": True}),
    "zstd": (NOISE, {"compression": "zstd"}),
    "floats-predictor": (NOISE.astype("float32"), {"compression": "zlib", "predictor": 3, "tile": (32, 32)}),
    "doubles": (NOISE.astype("float64"), {"byteorder": ">"}),
    "signed": ((NOISE - 30000).astype("int16"), {"compression": "zlib"}),
    "complex": (NOISE.astype("complex64"), {}),
    "rgb": (RGB, {"photometric": "rgb"}),
    "rgb-tiled": (RGB, {"photometric": "rgb", "tile": (32, 32), "compression": "zlib"}),
    "rgb-planes": (RGB.transpose(0, 3, 1, 2), {"photometric": "rgb", "planarconfig": "separate", "compression": "lzw"}),
    "rgb-planes-plain": (RGB.transpose(0, 3, 1, 2), {"photometric": "rgb", "planarconfig": "separate"}),
    "volumetric": (NOISE[0], {"volumetric": True, "tile": (2, 32, 32), "compression": "zlib"}),
    "one-page": (NOISE[0, 0], {"compression": "zlib"}),
    "one-line": (NOISE[:1, :1, :1], {"compression": "zlib"}),
    "pages-without-words": (NOISE, {"metadata": None}),
    "pages-between": (NOISE, {"contiguous": False, "metadata": None, "software": "x" * 99}),
}


def regions(shape: tuple[int, ...]) -> list[tuple[slice, ...]]:
    found = [tuple(slice(0, n) for n in shape)]
    for _ in range(12):
        ends = [sorted(RNG.integers(0, n + 1, 2).tolist()) for n in shape]
        found.append(
            tuple(slice(a, max(b, a + 1)) if a < n else slice(0, n) for (a, b), n in zip(ends, shape, strict=True))
        )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_region_is_as_tifffile_reads_it(kind: str, tmp_path: Path) -> None:
    pixels, options = KINDS[kind]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, pixels, **{"photometric": "minisblack", **options})
    whole = tifffile.imread(path)
    with open_tiff(str(path)) as (found,):
        assert found.pixels.shape == whole.shape
        assert found.pixels.dtype == whole.dtype.newbyteorder("=")
        for region in regions(whole.shape):
            np.testing.assert_array_equal(found.pixels[region], whole[region])


@pytest.mark.parametrize("order", ["TZCYX", "TCZYX", "CTZYX", "CZTYX", "ZCTYX", "ZTCYX"])
def test_orders_of_ome(order: str, tmp_path: Path) -> None:
    pixels = RNG.integers(0, 255, (2, 3, 4, 20, 30)).astype("uint8")
    tifffile.imwrite(tmp_path / "a.ome.tif", pixels, metadata={"axes": order}, compression="zlib")
    with open_tiff(str(tmp_path / "a.ome.tif")) as (found,):
        assert found.axes == order.lower()
        np.testing.assert_array_equal(found.pixels[tuple(slice(0, n) for n in pixels.shape)], pixels)


def test_several_files_of_one_image(tmp_path: Path) -> None:
    xml = tifffile.OmeXml()
    xml.addimage("uint8", (2, 20, 30), (2, 1, 1, 20, 30, 1), axes="CYX")
    text = xml.tostring().replace(
        '<TiffData IFD="0" PlaneCount="2"/>',
        "".join(
            f'<TiffData IFD="0" FirstC="{n}" PlaneCount="1"><UUID FileName="{n}.ome.tif">urn:uuid:{n}</UUID></TiffData>'
            for n in range(2)
        ),
    )
    assert "FileName" in text
    planes = RNG.integers(0, 255, (2, 20, 30)).astype("uint8")
    for number, plane in enumerate(planes):
        tifffile.imwrite(tmp_path / f"{number}.ome.tif", plane, description=text, metadata=None, compression="zlib")
    with open_tiff(str(tmp_path / "0.ome.tif")) as (found,):
        np.testing.assert_array_equal(found.pixels[0:2, 0:20, 0:30], planes)
    (tmp_path / "1.ome.tif").unlink()
    with open_tiff(str(tmp_path / "0.ome.tif")) as (found,):
        assert any("1 of its planes are not in the file" in remark for remark in found.remarks)


def test_a_file_larger_than_what_is_held_is_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path, bigtiff=True) as writer:
        plane = np.zeros((4096, 4096), "uint16")
        writer.write((plane for _ in range(10)), shape=(10, 4096, 4096), dtype="uint16", compression="zlib",
                     photometric="minisblack", rowsperstrip=512)  # fmt: skip
    with open_tiff(str(path)) as (found,):
        tracemalloc.start()
        for number in range(10):
            found.pixels[number : number + 1, 0:4096, 0:512]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < HELD + (1 << 25) < found.pixels.dtype.itemsize * np.prod(found.pixels.shape)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_that_ome_xml_names_is_not_waited_for(tmp_path: Path) -> None:
    xml = tifffile.OmeXml()
    xml.addimage("uint8", (2, 20, 30), (2, 1, 1, 20, 30, 1), axes="CYX")
    named = '<TiffData IFD="0"><UUID FileName="pipe.tif">urn:uuid:1</UUID></TiffData>'
    text = xml.tostring().replace('<TiffData IFD="0" PlaneCount="2"/>', named)
    assert named in text
    tifffile.imwrite(tmp_path / "a.tif", RGB[0, 0], description=text, metadata=None, photometric="minisblack")
    os.mkfifo(tmp_path / "pipe.tif")
    with pytest.raises(StoreError, match="no regular file"), open_tiff(str(tmp_path / "a.tif")):
        pass


@pytest.mark.parametrize("is_ome", [True, False])
def test_pixels_that_are_white_where_they_are_small_are_named(is_ome: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, NOISE, photometric="miniswhite", ome=is_ome)
    with open_tiff(str(path)) as (found,):
        assert any("MinIsWhite" in remark for remark in found.remarks)
        np.testing.assert_array_equal(found.pixels[:2, :3, :70, :83], NOISE)


def test_a_palette_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, RGB[0, :, :, 0], photometric="palette", colormap=np.zeros((3, 256), "uint16"))
    with open_tiff(str(path)) as (found,):
        assert any("palette" in remark for remark in found.remarks)
