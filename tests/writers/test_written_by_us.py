"""What ngff-write writes, as others see it: their checks and the official schemas find nothing, they read all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, check_store

np = pytest.importorskip("numpy")
zarr = pytest.importorskip("zarr")
pytest.importorskip("ngff_write")
pytest.importorskip("ngff_v04")
pytest.importorskip("ngff_v05")
pytest.importorskip("ngff_v06")

from ngff_write import write_collection, write_image, write_labels, write_plate  # noqa: E402

CHANNELS = {
    "omero": {
        "channels": [
            {"color": color, "label": label, "active": True, "window": {"start": 0, "end": 900, "min": 0, "max": 65535}}
            for color, label in (("0000FF", "DNA"), ("00FF00", "actin"))
        ]
    }
}
LEVELS = 3


def dims(names: str) -> list[DimSpec]:
    units = {"t": "second", "c": None}
    return [DimSpec(n, scale=1.0 if n == "c" else 0.5, unit=units.get(n, "micrometer")) for n in names]


@pytest.fixture(params=["tczyx", "cyx", "zyx"])
def names(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def pixels(names: str) -> Any:
    sizes = {"t": 2, "c": 2, "z": 5, "y": 65, "x": 130}
    return np.random.default_rng(1).integers(0, 4000, [sizes[name] for name in names]).astype("uint16")


@pytest.fixture
def image(request: pytest.FixtureRequest, names: str, pixels: Any, tmp_path: Path) -> str:
    """Return an image of a version, which the test names by ``indirect``."""
    members = CHANNELS if "c" in names else None
    path = tmp_path / "cells.ome.zarr"
    return write_image(pixels, path, dims(names), version=request.param, members=members, n_levels=LEVELS)


def versions(*chosen: str) -> Any:
    return pytest.mark.parametrize("image", chosen, indirect=True)


def stored(image: str) -> list[Any]:
    group = zarr.open_group(image, mode="r")
    return [group[str(level)][:] for level in range(LEVELS)]


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the attributes of all groups."""
    for path in folder.rglob("*"):
        if path.name == ".zattrs":
            yield json.loads(path.read_text())
        elif path.name == "zarr.json" and (found := json.loads(path.read_text()))["node_type"] == "group":
            yield found.get("attributes", {})


def whole(version: str, folder: Path) -> dict[str, str]:
    """Return an image with labels, a plate and a collection, by what they are."""
    pixels = np.random.default_rng(1).integers(0, 4000, (2, 65, 130)).astype("uint16")
    image = write_image(pixels, folder / "cells.zarr", dims("cyx"), version=version, members=CHANNELS, n_levels=2)
    write_labels((pixels[0] // 1024).astype("uint8"), image, "nuclei", properties={1: {"class": "dividing"}})
    fields = {"A/1/0": pixels, "B/2/0": pixels, "B/2/1": pixels}
    return {
        "image": image,
        "labels": f"{image}/labels/nuclei",
        "plate": write_plate(fields, folder / "screen.zarr", dims("cyx"), version=version, name="screen", n_levels=2),
        "collection": write_collection({"a": pixels, "b": pixels}, folder / "slide.zarr", dims("cyx"), version=version),
    }


KINDS = {"multiscales": "strict_image", "image-label": "strict_label", "plate": "strict_plate", "well": "strict_well"}


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_official_schemas(version: str, tmp_path: Path, shared: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    draft = pytest.importorskip("referencing.jsonschema").DRAFT202012
    folder = shared / "spec" / "suites" / version / "schemas"
    schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.schema")}
    resources = ((schema["$id"], draft.create_resource(schema)) for schema in schemas.values())
    registry = referencing.Registry().with_resources(resources)
    whole(version, tmp_path)
    seen = set()
    for attributes in documents(tmp_path):
        ome = attributes.get("ome", attributes)
        if version == "0.6":  # the schemas are those of the candidate
            ome["version"] = "0.6rc0"
        for kind in KINDS.keys() & ome.keys():
            seen.add(kind)
            jsonschema.Draft202012Validator(schemas[KINDS[kind]], registry=registry).validate(attributes)
    assert seen == KINDS.keys()


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_checks_of_others(version: str, tmp_path: Path) -> None:
    yaozarrs, models = pytest.importorskip("yaozarrs"), pytest.importorskip("ome_zarr_models")
    found = {}
    for kind, path in whole(version, tmp_path).items():
        if kind != "labels":  # whose image is not seen from there; it was checked with it
            assert list(check_store(path, profile="strict").issues) == []
        if (kind, version) != ("collection", "0.4"):  # which states no version, and yaozarrs asks for one
            yaozarrs.validate_zarr_store(path)
        if kind != "collection":  # of which ome-zarr-models has no model
            found[kind] = type(models.open_ome_zarr(zarr.open_group(path, mode="r"))).__name__
    assert found == {"image": "Image", "labels": "ImageLabel", "plate": "HCS"}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_plates_and_labels_in_napari(version: str, tmp_path: Path) -> None:
    napari_ome_zarr = pytest.importorskip("napari_ome_zarr")
    paths = whole(version, tmp_path)
    layers = napari_ome_zarr.napari_get_reader(paths["image"])(paths["image"])
    assert [kind for *_, kind in layers] == ["image", "labels"]
    stored_labels = zarr.open_group(paths["labels"], mode="r")["0"][:]
    np.testing.assert_array_equal(np.squeeze(np.asarray(layers[1][0][0])), np.squeeze(stored_labels))
    ((levels, *_),) = napari_ome_zarr.napari_get_reader(paths["plate"])(paths["plate"])
    assert np.asarray(levels[0]).any()


@versions("0.4", "0.5")
def test_ome_zarr_py(image: str, pixels: Any) -> None:
    io, reader = pytest.importorskip("ome_zarr.io"), pytest.importorskip("ome_zarr.reader")
    (node,) = reader.Reader(io.parse_url(image))()
    np.testing.assert_array_equal(np.asarray(node.data[0]), pixels)
    for found, expected in zip(node.data, stored(image), strict=True):
        np.testing.assert_array_equal(np.asarray(found), expected)


@versions("0.4", "0.5")
def test_napari(image: str, names: str, pixels: Any) -> None:
    napari_ome_zarr = pytest.importorskip("napari_ome_zarr")
    layers = napari_ome_zarr.napari_get_reader(image)(image)
    ((levels, keywords, kind),) = layers
    assert kind == "image"
    assert [np.asarray(level).shape for level in levels] == [level.shape for level in stored(image)]
    np.testing.assert_array_equal(np.asarray(levels[0]), pixels)
    assert list(keywords["scale"]) == [dim.scale for dim in dims(names) if dim.name != "c"]


@versions("0.4", "0.5", "0.6")
def test_ngff_zarr(image: str, pixels: Any) -> None:
    ngff_zarr = pytest.importorskip("ngff_zarr")
    found = ngff_zarr.from_ngff_zarr(image, validate=True)
    np.testing.assert_array_equal(np.asarray(found.images[0].data), pixels)
    assert len(found.images) == LEVELS
