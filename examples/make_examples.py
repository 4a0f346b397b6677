"""Write the two stores of this folder with zarr-python: `cells.ome.zarr`, which is right, and `broken.ome.zarr`.

Run it in an environment that has zarr (3 or later) and numpy::

    python examples/make_examples.py
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import zarr

HERE = Path(__file__).parent
CELLS = ((20, 18, 9), (44, 40, 12), (15, 49, 7))  # row, column and radius in pixels
PIXEL = 0.5  # micrometer
SPACE = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]


def distances(size: int) -> np.ndarray[Any, Any]:
    """Return the distance of every pixel to the centre of every cell, divided by the radius of the cell."""
    rows, columns = np.mgrid[:size, :size]
    return np.stack([np.hypot(rows - r, columns - c) / radius for r, c, radius in CELLS])


def cells(size: int = 64) -> np.ndarray[Any, Any]:
    """Return an image of two channels: the nuclei, and the cells around them."""
    near = distances(size).min(axis=0)
    nuclei = np.where(near < 0.5, 1800, 60)
    bodies = np.clip(1500 * (1.2 - near), 40, None)
    return np.stack([nuclei, bodies]).astype(np.uint16)


def masks(size: int = 64) -> np.ndarray[Any, Any]:
    """Return a label image: 0 is background, 1 to 3 are the cells."""
    found = distances(size)
    return np.where(found.min(axis=0) < 1, found.argmin(axis=0) + 1, 0).astype(np.uint8)


def multiscales(name: str, axes: list[dict[str, str]], downsampling: str) -> list[dict[str, Any]]:
    """Return the metadata of two levels; pixels of the second are twice as wide."""
    leading = [1.0] * (len(axes) - 2)
    return [
        {
            "name": name,
            "axes": axes,
            "type": downsampling,
            "metadata": {"description": "written with NumPy", "method": "numpy"},
            "datasets": [
                {
                    "path": str(level),
                    "coordinateTransformations": [
                        {"type": "scale", "scale": [*leading, PIXEL * 2**level, PIXEL * 2**level]}
                    ],
                }
                for level in (0, 1)
            ],
        }
    ]


def write_image(group: zarr.Group, levels: list[np.ndarray[Any, Any]], names: list[str]) -> None:
    """Write the levels as arrays "0", "1", ... of a group."""
    for number, pixels in enumerate(levels):
        chunks = (*([1] * (pixels.ndim - 2)), 32, 32)
        array = group.create_array(
            str(number), shape=pixels.shape, dtype=pixels.dtype, chunks=chunks, dimension_names=names
        )
        array[:] = pixels


def write_cells(path: Path) -> None:
    """Write an image of two channels with one label image."""
    root = zarr.create_group(path, zarr_format=3)
    image = cells()
    axes = [{"name": "c", "type": "channel"}, *SPACE]
    half = image.reshape(2, 32, 2, 32, 2).mean(axis=(2, 4)).astype(image.dtype)
    write_image(root, [image, half], ["c", "y", "x"])
    window = {"min": 0, "max": 65535, "start": 0, "end": 2000}
    channels = [
        {"label": label, "color": color, "active": True, "window": window}
        for label, color in (("nuclei", "0000FF"), ("cells", "00FF00"))
    ]
    root.attrs["ome"] = {
        "version": "0.5",
        "multiscales": multiscales("cells", axes, "mean"),
        "omero": {"channels": channels, "rdefs": {"model": "color"}},
    }
    root.create_group("labels").attrs["ome"] = {"version": "0.5", "labels": ["cells"]}
    label = root["labels"].create_group("cells")
    mask = masks()
    write_image(label, [mask, mask[::2, ::2]], ["y", "x"])
    label.attrs["ome"] = {
        "version": "0.5",
        "multiscales": multiscales("cells", SPACE, "nearest"),
        "image-label": {
            "colors": [{"label-value": value, "rgba": [80 * value, 255 - 80 * value, 0, 255]} for value in (1, 2, 3)],
            "source": {"image": "../../"},
        },
    }


def write_broken(path: Path) -> None:
    """Write the same image with four mistakes that real files have."""
    write_cells(path)
    root = zarr.open_group(path)
    ome: dict[str, Any] = root.attrs["ome"]
    ome["multiscales"][0]["axes"][1]["unit"] = "um"
    ome["multiscales"][0]["datasets"].append(
        {"path": "2", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 2.0]}]}
    )
    ome["omero"]["channels"][0]["color"] = "#0000FF"
    root.attrs["ome"] = ome
    for name in ("c", "labels"):
        for folder in path.glob(f"**/{name}"):
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Write both stores anew."""
    for name, write in (("cells.ome.zarr", write_cells), ("broken.ome.zarr", write_broken)):
        path = HERE / name
        shutil.rmtree(path, ignore_errors=True)
        write(path)


if __name__ == "__main__":
    main()
