"""The documents and plates that are judged."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from ngff_core.plugins import default_registry
from ngff_core.testing import array, build_store, write_store

UNITS = {
    "t": ("time", "second"),
    "z": ("space", "micrometer"),
    "y": ("space", "micrometer"),
    "x": ("space", "micrometer"),
}


def axes(names: str) -> list[dict[str, str]]:
    return [
        {"name": n, "type": "channel"} if n == "c" else {"name": n, "type": UNITS[n][0], "unit": UNITS[n][1]}
        for n in names
    ]


def multiscale(names: str, levels: int, **members: Any) -> dict[str, Any]:
    """Return the metadata of an image whose y and x halve from level to level."""
    return {
        **members,
        "name": "image",
        "type": "gaussian",
        "metadata": {"description": "downsampled", "method": "gaussian"},
        "axes": axes(names),
        "datasets": [
            {
                "path": str(level),
                "coordinateTransformations": [
                    {"type": "scale", "scale": [1.0 if n in "tcz" else 0.5 * 2**level for n in names]}
                ],
            }
            for level in range(levels)
        ],
    }


def plate(rows: int, columns: int, fields: int, **members: Any) -> dict[str, Any]:
    """Return the metadata of a full plate."""
    letters, numbers = [chr(65 + i) for i in range(rows)], [str(i + 1) for i in range(columns)]
    wells = [
        {"path": f"{r}/{c}", "rowIndex": i, "columnIndex": j}
        for i, r in enumerate(letters)
        for j, c in enumerate(numbers)
    ]
    return {
        **members,
        "name": "plate",
        "rows": [{"name": r} for r in letters],
        "columns": [{"name": c} for c in numbers],
        "wells": wells,
        "field_count": fields,
    }


def documents() -> dict[str, dict[str, Any]]:
    """Return the documents by name, as 0.4 has them: the content of a .zattrs."""
    window = {"min": 0, "max": 65535, "start": 0, "end": 4000}
    channels = [{"color": "FF0000", "label": name, "active": True, "window": window} for name in "abcd"]
    image = {
        "multiscales": [multiscale("tczyx", 6, version="0.4")],
        "omero": {"channels": channels, "rdefs": {"model": "color", "defaultZ": 0, "defaultT": 0}},
    }
    colors = [{"label-value": i + 1, "rgba": [i % 256, i // 256, 200, 255]} for i in range(1000)]
    return {
        "image": image,
        "plate": {"plate": plate(16, 24, 9, version="0.4")},
        "label": {
            "multiscales": [multiscale("zyx", 3, version="0.4")],
            "image-label": {"version": "0.4", "colors": colors, "source": {"image": "../../"}},
        },
    }


def write_plate(root: Path, version: str, rows: int = 16, columns: int = 24, fields: int = 9, levels: int = 5) -> int:
    """Write the metadata of a plate, without pixels; return the number of documents."""
    nested = {"version": version} if version == "0.4" else {}
    definition = plate(rows, columns, fields, **nested)
    nodes: dict[str, Any] = {"": {"plate": definition}}
    image = {"multiscales": [multiscale("cyx", levels, **nested)]}
    for row in definition["rows"]:
        nodes[row["name"]] = None
    for well in definition["wells"]:
        nodes[well["path"]] = {"well": {**nested, "images": [{"path": str(f)} for f in range(fields)]}}
        for field in range(fields):
            at = f"{well['path']}/{field}"
            nodes[at] = image
            for level in range(levels):
                size = 1024 >> level
                chunk = min(256, size)
                nodes[f"{at}/{level}"] = array((2, size, size), names=("c", "y", "x"), chunks=(1, chunk, chunk))
    stored = build_store(default_registry().spec(version), nodes)
    write_store(stored, root)
    (root.parent / f"{root.name}.list").write_text("\n".join(str(root / key) for key in stored))
    return len(stored)


def zip_plate(root: Path) -> Path:
    """Put a plate into an archive as RFC-9 recommends: stored, breadth first, ZIP64, with a comment."""
    target = root.with_suffix(".ozx")
    keys = sorted((p.relative_to(root).as_posix() for p in root.rglob("*.json")), key=lambda key: (key.count("/"), key))
    with zipfile.ZipFile(target, "w") as archive:
        for key in keys:
            with archive.open(key, "w", force_zip64=True) as entry:
                entry.write((root / key).read_bytes())
        archive.comment = b'{"ome": {"version": "0.5"}}'
    return target


def add_image(nodes: dict[str, Any], path: str, levels: int, **members: Any) -> None:
    """Add an image and its levels to the nodes of a store."""
    nodes[path] = members
    for level in range(levels):
        size = 1024 >> level
        at = f"{path}/{level}" if path else str(level)
        nodes[at] = array((2, size, size), names=("c", "y", "x"), chunks=(1, min(256, size), min(256, size)))


def write_shallow(folder: Path, version: str) -> dict[str, tuple[Path, int]]:
    """Write an image with two labels, and a collection of 50 images; return each with its dependent round trips.

    With 64 requests at once the 200 last documents of the collection need four of them. In 0.4 the first tells
    the Zarr format, and the 100 documents of the images need two.
    """
    nested = {"version": version} if version == "0.4" else {}
    image = {"multiscales": [multiscale("cyx", 3, **nested)]}
    labels: dict[str, Any] = {"labels": {"labels": ["cells", "nuclei"]}}
    add_image(labels, "", 3, **image)
    for name in ("cells", "nuclei"):
        about = {**nested, "colors": [{"label-value": 1, "rgba": [255, 0, 0, 255]}], "source": {"image": "../../"}}
        add_image(labels, f"labels/{name}", 3, **image, **{"image-label": about})
    collection: dict[str, Any] = {
        "": {"bioformats2raw.layout": 3},
        "OME": {"series": [str(number) for number in range(50)]},
    }
    for number in range(50):
        add_image(collection, str(number), 3, **image)
    trips = {"image with two labels": 4, "collection of 50 images": 7}
    if version == "0.4":
        trips = {"image with two labels": 5, "collection of 50 images": 9}
    written = {}
    for title, nodes in zip(trips, (labels, collection), strict=True):
        root = folder / f"{title.replace(' ', '-')}-{version}.ome.zarr"
        write_store(build_store(default_registry().spec(version), nodes), root)
        written[title] = (root, trips[title])
    return written
