"""Small stores with pixels, written by zarr-python: an image with labels, a plate of two wells, a collection.

They have consolidated metadata, and chunks that were never written.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zarr

__all__ = ["SOURCES", "Pixels", "arrays_in", "both", "pixels_by_path", "pixels_by_root", "write_source"]

Pixels = dict[str, bytes]

TRANSFORMS = [{"type": "scale", "scale": [1.0, 1.0]}]
SHAPE, CHUNKS = (4, 6), (2, 3)


def _multiscales(version: str) -> dict[str, Any]:
    axes = [{"name": name, "type": "space"} for name in "yx"]
    datasets = [{"path": "0", "coordinateTransformations": TRANSFORMS}]
    return {"multiscales": [{**_stated(version), "name": "image", "axes": axes, "datasets": datasets}]}


def _stated(version: str) -> dict[str, Any]:
    return {"version": version} if version == "0.4" else {}


def _image(version: str) -> dict[str, Any]:
    label = {**_multiscales(version), "image-label": {**_stated(version), "source": {"image": "../../"}}}
    return {"": _multiscales(version), "labels": {"labels": ["cells"]}, "labels/cells": label}


def _plate(version: str) -> dict[str, Any]:
    wells = [{"path": f"A/{n}", "rowIndex": 0, "columnIndex": n - 1} for n in (1, 2)]
    plate = {"name": "plate", "rows": [{"name": "A"}], "columns": [{"name": "1"}, {"name": "2"}], "wells": wells}
    nodes: dict[str, Any] = {"": {"plate": {**_stated(version), **plate}}, "A": None}
    for well in ("A/1", "A/2"):
        nodes[well] = {"well": {**_stated(version), "images": [{"path": "0"}]}}
        nodes[f"{well}/0"] = _multiscales(version)
    return nodes


def _collection(version: str) -> dict[str, Any]:
    series = {"bioformats2raw.layout": 3}
    return {"": series, "OME": {"series": ["0", "1"]}, "0": _multiscales(version), "1": _multiscales(version)}


SOURCES: dict[str, Callable[[str], dict[str, Any]]] = {"image": _image, "plate": _plate, "collection": _collection}


def write_source(root: Path, kind: str, version: str) -> Path:
    """Write a store of 0.4 or 0.5 with chunks and consolidated metadata."""
    old = version == "0.4"
    keys = {"name": "v2", "separator": "/"} if old else {"name": "default", "separator": "/"}
    for number, (path, metadata) in enumerate(SOURCES[kind](version).items()):
        given = metadata if old or metadata is None else {"ome": {"version": version, **metadata}}
        zarr.create_group(root, path=path, zarr_format=2 if old else 3, attributes=given or {})
        if "multiscales" in (metadata or {}):
            array = zarr.create_array(
                root,
                name=f"{path}/0" if path else "0",
                zarr_format=2 if old else 3,
                shape=SHAPE,
                chunks=CHUNKS,
                dtype="uint16" if "labels" not in path else "uint32",
                fill_value=7,
                chunk_key_encoding=keys,
                **({} if old else {"dimension_names": ["y", "x"]}),
            )
            array[:2] = np.arange(2 * SHAPE[1]).reshape(2, -1) + 100 * number
    _consolidate(root, 2 if old else 3)
    if kind == "collection":
        images = "".join(
            f'<Image ID="Image:{n}"><Pixels ID="Pixels:{n}" DimensionOrder="XYZCT" Type="uint16" SizeX="6" SizeY="4"'
            ' SizeZ="1" SizeC="1" SizeT="1"><MetadataOnly/></Pixels></Image>'
            for n in range(2)
        )
        text = f'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">{images}</OME>'
        (root / "OME/METADATA.ome.xml").write_text(text)
    return root


def _consolidate(root: Path, zarr_format: int) -> None:
    """Put copies of all documents into the root, as `zarr.consolidate_metadata` does with a warning for v3."""
    if zarr_format == 2:
        zarr.consolidate_metadata(root, zarr_format=2)
        return
    copies = {
        path.parent.relative_to(root).as_posix(): json.loads(path.read_text())
        for path in sorted(root.rglob("zarr.json"))
        if path.parent != root
    }
    document = json.loads((root / "zarr.json").read_text())
    document["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": copies}
    (root / "zarr.json").write_text(json.dumps(document))


def arrays_in(root: Path) -> list[str]:
    """Return the paths of all arrays, as the folders tell."""
    found = set()
    for path in root.rglob("*"):
        is_array = path.name == ".zarray" or (path.name == "zarr.json" and b'"array"' in path.read_bytes())
        if is_array and path.parent != root:
            found.add(path.parent.relative_to(root).as_posix())
    return sorted(found)


def pixels_by_root(root: Path, arrays: list[str]) -> Pixels:
    """Read the arrays by way of the root, as its metadata and the copies in it tell."""
    group = zarr.open_group(root, mode="r")
    return {path: _bits(group[path]) for path in arrays}


def pixels_by_path(root: Path, arrays: list[str]) -> Pixels:
    """Read each array by itself, as its own metadata tells."""
    return {path: _bits(zarr.open_array(root / path, mode="r")) for path in arrays}


def _bits(array: Any) -> bytes:
    pixels = array[...]
    return b"%s %s " % (str(pixels.dtype).encode(), str(pixels.shape).encode()) + pixels.tobytes()


def both(root: Path, arrays: list[str]) -> Iterator[Pixels]:
    """Read the arrays in both ways."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Both zarr.json")  # that is what there is before the old ones are taken away
        yield pixels_by_root(root, arrays)
        yield pixels_by_path(root, arrays)
