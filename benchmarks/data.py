"""The documents and stores that are judged: `metadata.py` says what is in them. The same call writes the same bytes."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import metadata

from ngff_core.plugins import default_registry
from ngff_core.testing import build_store, write_store


def document(name: str, number: int) -> dict[str, Any]:
    """Return the document of a number, as 0.4 has it: the content of a .zattrs."""
    if name == "image":
        return metadata.image(number, "0.4", levels=6)
    if name == "plate":
        return {"plate": metadata.plate(number, "0.4")}
    return metadata.label_image(number, "0.4", objects=1000)


def write_plate(
    root: Path,
    version: str,
    rows: int = 16,
    columns: int = 24,
    fields: int = 9,
    levels: int = 5,
    *,
    equal: bool = False,
) -> int:
    """Write the metadata of a plate, without pixels; return the number of documents.

    ``equal`` repeats the documents of the first field byte for byte, which no real plate does.
    """
    definition = metadata.plate(0, version, rows, columns, fields)
    nodes: dict[str, Any] = {"": {"plate": definition}, **{row["name"]: None for row in definition["rows"]}}
    for place, well in enumerate(definition["wells"]):
        nodes[well["path"]] = {"well": metadata.well(version, fields)}
        for field in range(fields):
            number = 0 if equal else place * fields + field
            add_image(nodes, f"{well['path']}/{field}", metadata.image(number, version, levels=levels), version, number)
    return write(nodes, version, root)


def write(nodes: dict[str, Any], version: str, root: Path) -> int:
    """Write a store, and beside it the list of its documents; return how many there are.

    A collection gets an OME-XML, with an image for each of its series.
    """
    series = nodes.get("OME", {}).get("series", [])
    files = {"OME/METADATA.ome.xml": metadata.ome_xml(len(series))} if series else {}
    stored = build_store(default_registry().spec(version), nodes, files)
    write_store(stored, root)
    (root.parent / f"{root.name}.list").write_text("\n".join(str(root / key) for key in stored))
    return len(stored)


def add_image(
    nodes: dict[str, Any], path: str, image: dict[str, Any], version: str, number: int, *, style: int = 0
) -> None:
    """Add an image and its levels to the nodes of a store."""
    nodes[path] = image
    for level in range(len(image["multiscales"][0]["datasets"])):
        at = f"{path}/{level}" if path else str(level)
        nodes[at] = metadata.level_array(number, level, version, style=style)


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


def labelled(version: str, number: int) -> dict[str, Any]:
    """Return the nodes of an image with two label images, moved as a whole on the stage."""
    nodes: dict[str, Any] = {"labels": {"labels": ["cells", "nuclei"]}}
    style = number % 2
    image = metadata.image(number, version, levels=3, in_datasets=False)
    add_image(nodes, "", image, version, number, style=style)
    for name, objects in (("cells", 12), ("nuclei", 10)):
        label = metadata.label_image(number, version, objects, metadata.AXES)
        add_image(nodes, f"labels/{name}", label, version, number, style=style)
    return nodes


def collection(version: str, number: int, images: int) -> dict[str, Any]:
    """Return the nodes of a collection of images, as bioformats2raw lays them out."""
    nodes: dict[str, Any] = {
        "": {"bioformats2raw.layout": 3},
        "OME": {"series": [str(place) for place in range(images)]},
    }
    for place in range(images):
        own = number * images + place
        add_image(nodes, str(place), metadata.image(own, version, levels=3, in_datasets=False), version, own)
    return nodes


SHALLOW = {
    "image with two labels": partial(labelled, number=0),
    "collection of 50 images": partial(collection, number=0, images=50),
}


def small_store(number: int, version: str) -> dict[str, Any]:
    """Return the nodes of a store of a data set: an image; every tenth has labels, or is a small collection."""
    if number % 10 == 3:
        return labelled(version, number)
    if number % 10 == 6:
        return collection(version, number, 2)
    nodes: dict[str, Any] = {}
    image = metadata.image(number, version, levels=3, in_datasets=bool(number % 3))
    add_image(nodes, "", image, version, number, style=number % 2)
    return nodes


def write_stores(folder: Path, number: int = 2000) -> int:
    """Write many small stores, half of them 0.4 and half 0.5; return the number of documents.

    The list of all documents is beside the folder.
    """
    lists, total = [], 0
    for place in range(number):
        version = ("0.4", "0.5")[place // 2 % 2]
        root = folder / f"{place:04}.ome.zarr"
        total += write(small_store(place, version), version, root)
        listing = folder / f"{root.name}.list"
        lists.append(listing.read_text())
        listing.unlink()
    (folder.parent / f"{folder.name}.list").write_text("\n".join(lists))
    return total
