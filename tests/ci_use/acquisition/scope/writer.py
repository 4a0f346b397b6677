"""Writes what the camera has seen as OME-Zarr 0.5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

AXES = [{"name": name, "type": "space", "unit": "micrometer"} for name in ("y", "x")]


def write_image(folder: Path, shape: tuple[int, int], pixel_size: float, levels: int = 2) -> Path:
    """Write an image of zeros: chunks that are not there are zeros, so metadata is all there is to write."""
    datasets = []
    for level in range(levels):
        scale = [pixel_size * 2**level] * 2
        transformations = [{"type": "scale", "scale": scale}]
        datasets.append({"path": str(level), "coordinateTransformations": transformations})
        _write(folder / str(level), _array([size // 2**level for size in shape]))
    multiscale = {
        "name": folder.name.partition(".")[0],
        "type": "mean",
        "metadata": {"method": "scope"},
        "axes": AXES,
        "datasets": datasets,
    }
    attributes = {"ome": {"version": "0.5", "multiscales": [multiscale]}}
    _write(folder, {"zarr_format": 3, "node_type": "group", "attributes": attributes})
    return folder


def _array(shape: list[int]) -> dict[str, Any]:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [min(size, 32) for size in shape]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "dimension_names": ["y", "x"],
        "attributes": {},
    }


def _write(folder: Path, document: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zarr.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    write_image(Path("reference.ome.zarr"), (64, 64), 0.5)
