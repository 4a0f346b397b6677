"""Metadata as writers write it: documents of one kind are alike in form, and each has values of its own.

Every function takes a number, and the same number gives the same document. Parts of 0.4 state the version themselves.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from ngff_core.testing import array

UNITS = {
    "t": ("time", "second"),
    "z": ("space", "micrometer"),
    "y": ("space", "micrometer"),
    "x": ("space", "micrometer"),
}
AXES = "tczyx"
PIXEL = 0.5
STAINS = (("DAPI", "0000FF"), ("GFP", "00FF00"), ("mCherry", "FF0000"), ("Cy5", "FFFFFF"))
CREATOR = {"name": "omero-zarr", "version": "0.7.0"}
SCALER = {
    "description": "each level is half of the one before",
    "method": "loci.common.image.SimpleImageScaler",
    "version": "Bio-Formats 8.1.1",
}
V2_COMPRESSORS = (
    {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
    {"id": "zstd", "level": 3, "checksum": False},
)
V3_BYTES = {"name": "bytes", "configuration": {"endian": "little"}}
V3_CODECS = [V3_BYTES, {"name": "zstd", "configuration": {"level": 3, "checksum": False}}]

Metadata = dict[str, Any]


def axes(names: str) -> list[dict[str, str]]:
    return [
        {"name": n, "type": "channel"} if n == "c" else {"name": n, "type": UNITS[n][0], "unit": UNITS[n][1]}
        for n in names
    ]


def nested(version: str) -> dict[str, str]:
    """Return the version as each part of a document states it, where it does."""
    return {"version": version} if version == "0.4" else {}


def of_axes(names: str, given: Mapping[str, float], otherwise: float) -> list[float]:
    return [given.get(n, otherwise) for n in names]


def dataset(names: str, level: int, stage: Mapping[str, float]) -> Metadata:
    """Return a level; where the stage is known, with the place of the centre of its first pixel."""
    step = PIXEL * 2**level
    steps: list[Metadata] = [{"type": "scale", "scale": of_axes(names, {"y": step, "x": step}, 1.0)}]
    if stage:
        moved = {n: round(place + (step - PIXEL) / 2, 4) if n in "yx" else place for n, place in stage.items()}
        steps.append({"type": "translation", "translation": of_axes(names, moved, 0.0)})
    return {"path": str(level), "coordinateTransformations": steps}


def multiscale(number: int, version: str, names: str = AXES, levels: int = 5, *, in_datasets: bool = True) -> Metadata:
    """Return an image whose y and x halve from level to level, at its own place on the stage.

    Some writers move each dataset, others the whole image (``in_datasets=False``).
    """
    place = random.Random(f"stage {number}").uniform
    stage = {"z": round(place(0, 100), 3), "y": round(place(0, 75_000), 3), "x": round(place(0, 110_000), 3)}
    found: Metadata = {
        **nested(version),
        "name": f"well {number // 9} field {number % 9}",
        "type": "gaussian",
        "metadata": SCALER,
        "axes": axes(names),
        "datasets": [dataset(names, level, stage if in_datasets else {}) for level in range(levels)],
    }
    if not in_datasets:
        found["coordinateTransformations"] = [
            {"type": "scale", "scale": of_axes(names, {"t": 0.1}, 1.0)},
            {"type": "translation", "translation": of_axes(names, stage, 0.0)},
        ]
    return found


def omero(number: int) -> Metadata:
    """Return four channels, each with the window that suits the pixels of this field."""
    drawn = random.Random(f"window {number}").randrange
    channels = []
    for label, color in STAINS:
        low, high = drawn(80, 400), drawn(4_000, 60_000)
        window = {"min": low, "max": high, "start": low + drawn(50), "end": high - drawn(2_000)}
        channels.append(
            {
                "active": True,
                "coefficient": 1,
                "color": color,
                "family": "linear",
                "inverted": False,
                "label": label,
                "window": window,
            }
        )
    return {
        "id": 10_000 + number,
        "name": f"scan {number:05}",
        "channels": channels,
        "rdefs": {"defaultT": 0, "defaultZ": 0, "model": "color"},
    }


def image(number: int, version: str, names: str = AXES, levels: int = 5, *, in_datasets: bool = True) -> Metadata:
    """Return the metadata of an image of four channels."""
    one = multiscale(number, version, names, levels, in_datasets=in_datasets)
    return {"_creator": CREATOR, "multiscales": [one], "omero": omero(number)}


def level_array(number: int, level: int, version: str, *, style: int = 0) -> array:
    """Return the array of a level; one image in ten is narrower, and there are two styles of compression.

    In Zarr v2 these are blosc and zstd. In v3 both are zstd, and the first puts the chunks of large levels into shards.
    """
    y, x = 1024 >> level, (832 if number % 10 == 7 else 1024) >> level
    chunk = (1, 1, 1, min(256, y), min(256, x))
    members: Metadata = {"compressor": V2_COMPRESSORS[style]}
    if version not in ("0.1", "0.2", "0.3", "0.4"):
        members = {"codecs": V3_CODECS, "storage_transformers": []}
        if style == 0 and min(y, x) >= 512:
            inner = {"chunk_shape": list(chunk), "codecs": V3_CODECS, "index_codecs": [V3_BYTES, {"name": "crc32c"}]}
            members["codecs"] = [{"name": "sharding_indexed", "configuration": {**inner, "index_location": "end"}}]
            chunk = (1, 1, 1, 512, 512)
    return array((1, len(STAINS), 1, y, x), names=tuple(AXES), chunks=chunk, members=members)


def acquisitions(number: int, runs: int, fields: int) -> list[Metadata]:
    """Return the runs in which the fields of a plate were taken, one after the other."""
    start = 1_700_000_000_000 + number * 86_400_000
    return [
        {
            "id": run,
            "name": f"day {run + 1} of experiment {number}",
            "description": f"{24 * run} hours after treatment {number % 7}, 20x/0.75 air, laser autofocus",
            "maximumfieldcount": -(-fields // runs),
            "starttime": start + run * 86_400_000,
            "endtime": start + run * 86_400_000 + 5_400_000 + number * 1_000,
        }
        for run in range(runs)
    ]


def runs_of(fields: int) -> int:
    """Return how many acquisitions took some fields."""
    return min(3, fields)


def plate(number: int, version: str, rows: int = 16, columns: int = 24, fields: int = 9) -> Metadata:
    """Return the metadata of a full plate."""
    letters, numbers = [chr(65 + i) for i in range(rows)], [str(i + 1) for i in range(columns)]
    return {
        **nested(version),
        "name": f"plate {number:04}",
        "acquisitions": acquisitions(number, runs_of(fields), fields),
        "rows": [{"name": r} for r in letters],
        "columns": [{"name": c} for c in numbers],
        "wells": [
            {"path": f"{r}/{c}", "rowIndex": i, "columnIndex": j}
            for i, r in enumerate(letters)
            for j, c in enumerate(numbers)
        ],
        "field_count": fields,
    }


def well(version: str, fields: int) -> Metadata:
    """Return the metadata of a well, whose fields are from several acquisitions."""
    runs = runs_of(fields)
    return {**nested(version), "images": [{"acquisition": f * runs // fields, "path": str(f)} for f in range(fields)]}


def label_image(number: int, version: str, objects: int, names: str = "zyx", levels: int = 3) -> Metadata:
    """Return the metadata of a label image, with a colour and properties for each of its objects."""
    drawn = random.Random(f"objects {number}")
    properties = [
        {
            "label-value": value,
            "area (pixels)": drawn.randrange(40, 4_000),
            "class": drawn.choice(("mitotic", "interphase", "apoptotic")),
            "mean intensity": round(drawn.uniform(100, 9_000), 2),
        }
        for value in range(1, objects + 1)
    ]
    colors = [
        {"label-value": value, "rgba": [drawn.randrange(256), drawn.randrange(256), drawn.randrange(256), 255]}
        for value in range(1, objects + 1)
    ]
    return {
        "multiscales": [multiscale(number, version, names, levels)],
        "image-label": {
            **nested(version),
            "colors": colors,
            "properties": properties,
            "source": {"image": "../../"},
        },
    }


def ome_xml(images: int) -> bytes:
    """Return the OME-XML of a collection, as bioformats2raw writes it."""
    sizes = 'SizeT="1" SizeC="4" SizeZ="1" SizeY="1024" SizeX="1024" PhysicalSizeY="0.5" PhysicalSizeX="0.5"'
    parts = "".join(
        f'<Image ID="Image:{i}" Name="series {i}"><AcquisitionDate>2024-05-01T10:{i % 60:02}:00</AcquisitionDate>'
        f'<Pixels ID="Pixels:{i}" DimensionOrder="XYZCT" Type="uint16" {sizes}>'
        + "".join(f'<Channel ID="Channel:{i}:{c}" Name="{stain}"/>' for c, (stain, _) in enumerate(STAINS))
        + "<MetadataOnly/></Pixels></Image>"
        for i in range(images)
    )
    namespace = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    return f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="{namespace}">{parts}</OME>'.encode()
