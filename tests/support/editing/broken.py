"""Stores with findings that have a fix: a plate whose fields have colours that are none, an image with the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ngff_core.json_text import loads
from ngff_core.plugins import default_registry
from ngff_core.testing import array, build_store, write_store
from ngff_core.zarr.consolidated import consolidated_v2, consolidated_v3
from ngff_core.zarr.written import document_bytes

WELLS = ("A/1", "A/2", "B/1", "B/2")
FIELDS = ("0", "1")


def broken_plate(version: str) -> dict[str, bytes]:
    """Return the documents of a plate: all its fields have a colour that needs mending, and a key of their own."""
    plate: dict[str, Any] = {
        "name": "plate",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}],
        "wells": [{"path": p, "rowIndex": "AB".index(p[0]), "columnIndex": int(p[2]) - 1} for p in WELLS],
        "field_count": len(FIELDS),
    }
    nodes: dict[str, Any] = {"": {"plate": {**plate, "version": version}}, "A": None, "B": None}
    for well in WELLS:
        nodes[well] = {"well": {"images": [{"path": field} for field in FIELDS], "version": version}}
        for field in FIELDS:
            nodes[f"{well}/{field}"] = broken_image(version, f"{well} {field}")
            nodes[f"{well}/{field}/0"] = array(shape=(1, 8, 8), names=("c", "y", "x"))
    return build_store(default_registry().spec(version), nodes)


def broken_image(version: str, name: str) -> dict[str, Any]:
    """Return the metadata of an image whose only channel has a colour that needs mending."""
    axes = [{"name": "c", "type": "channel"}, *({"name": n, "type": "space", "unit": "micrometer"} for n in "yx")]
    scale = {"type": "scale", "scale": [1.0, 0.5, 0.5]}
    multiscale: dict[str, Any] = {
        "name": name,
        "axes": axes,
        "datasets": [{"path": "0", "coordinateTransformations": [scale]}],
        "type": "mean",
        "metadata": {"method": "mean"},
        "vendor": {"key": [1, 2.0, None]},
    }
    if version == "0.4":
        multiscale["version"] = version
    window = {"start": 0, "end": 255, "min": 0, "max": 255}
    return {"multiscales": [multiscale], "omero": {"channels": [{"color": "#ff0000", "window": window, "lab": 1}]}}


def consolidated(documents: dict[str, bytes]) -> dict[str, bytes]:
    """Return the documents with consolidated metadata at the root."""
    values = {key: loads(data) for key, data in documents.items()}
    if ".zgroup" in values:
        return {**documents, ".zmetadata": document_bytes(consolidated_v2(values))}
    below = {key.rpartition("/")[0]: value for key, value in values.items() if key != "zarr.json"}
    return {
        **documents,
        "zarr.json": document_bytes({**values["zarr.json"], "consolidated_metadata": consolidated_v3(below)}),
    }


def written(documents: dict[str, bytes], root: Path) -> Path:
    """Write documents below a directory, with a chunk in each array."""
    write_store(documents, root)
    v3 = (path for path in root.rglob("zarr.json") if loads(path.read_bytes())["node_type"] == "array")
    for path in [*root.rglob(".zarray"), *v3]:
        chunk = path.parent / ("0/0/0" if path.name == ".zarray" else "c/0/0/0")
        chunk.parent.mkdir(parents=True)
        chunk.write_bytes(bytes(128))
    return root
