"""The names of yaozarrs' writers, for the models of all versions."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, ValidationError, check_store, open_group
from ngff_core.errors import StoreError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

VERSIONS = ["04", "05", "06"]
DIMS = [DimSpec("y", scale=0.5, unit="micrometer"), DimSpec("x", scale=0.5, unit="micrometer")]
LEVELS = [np.arange(80, dtype="uint8").reshape(8, 10), np.arange(20, dtype="uint8").reshape(4, 5)]
SPECS = [((8, 10), "uint8"), ((4, 5), np.uint8)]


class Names:
    """The models of a version, and what writes them."""

    def __init__(self, version: str) -> None:
        self.models = import_module(f"ngff_v{version}")
        self.write = import_module(f"ngff_write.v{version}")

    def multiscale(self, name: str = "cells") -> Any:
        more = {"type": "mean", "metadata": {"method": "mean"}}
        return self.models.Multiscale.from_dims(DIMS, name=name, n_levels=2, **more)

    def image(self) -> Any:
        return self.models.Image(multiscales=[self.multiscale()])

    def label(self) -> Any:
        colors = [self.models.LabelColor(label_value=1, rgba=[1, 2, 3, 4])]
        return self.models.LabelImage(
            multiscales=[self.multiscale()], image_label=self.models.ImageLabel(colors=colors)
        )


@pytest.fixture(params=VERSIONS)
def names(request: pytest.FixtureRequest) -> Names:
    return Names(request.param)


def assert_sound(path: Path, array: str, pixels: Any = LEVELS[1]) -> None:
    np.testing.assert_array_equal(open_group(path)[array].to_tensorstore().read().result(), pixels)
    assert list(check_store(path, profile="strict").issues) == []


def test_images_with_labels(names: Names, tmp_path: Path) -> None:
    path = names.write.write_image(
        tmp_path / "a.zarr",
        names.image(),
        LEVELS,
        labels={"cells": (names.label(), LEVELS)},
        extra_attributes={"mine": 1},
        chunks=(4, 100),
        compression="zstd",
    )
    assert_sound(path, "1")
    assert_sound(path, "labels/cells/1")
    group = open_group(path)
    assert (group.attributes["mine"], group["0"].document.chunks) == (1, (4, 10))
    with pytest.raises(FileExistsError):
        names.write.write_image(path, names.image(), LEVELS)
    builder = names.write.LabelsBuilder(path / "labels")
    assert repr(builder.write_label("nuclei", names.label(), LEVELS)) == "<LabelsBuilder: 1 labels>"
    _, arrays = builder.add_label("more", names.label(), SPECS).prepare()
    arrays["more/1"][...] = LEVELS[1]
    assert_sound(path, "labels/more/1")
    assert open_group(path)["labels"].ome_metadata().labels == ["cells", "nuclei", "more"]


def test_images_that_are_prepared(names: Names, tmp_path: Path) -> None:
    path, arrays = names.write.prepare_image(tmp_path / "a.zarr", names.image(), SPECS, chunks=None)
    arrays["1"][...] = LEVELS[1]
    assert_sound(path, "1")
    assert open_group(path)["0"].document.chunks == (8, 10)


def test_plates_well_by_well_and_whole(names: Names, tmp_path: Path) -> None:
    fields = {"0": (names.image(), LEVELS), "1": (names.image(), LEVELS)}
    builder = names.write.PlateBuilder(tmp_path / "plate.zarr")
    assert repr(builder.write_well("A", "1", fields)) == "<PlateBuilder: 1 wells>"
    assert_sound(builder.root_path, "A/1/0/1")
    assert repr(builder.write_well(row="B", col="3", images={"0": fields["0"]})) == "<PlateBuilder: 2 wells>"
    assert_sound(builder.root_path, "B/3/0/1")
    images = {("A", "1", "0"): fields["0"], ("B", "2", "0"): fields["1"]}
    said = {"name": "mine", "acquisitions": [{"id": 3, "name": "only"}]}
    path = names.write.write_plate(tmp_path / "whole.zarr", images, plate=said)
    assert_sound(path, "B/2/0/1")
    found = open_group(path).ome_metadata().plate
    assert (found.name, [one.id for one in found.acquisitions]) == ("mine", [3])


def test_plates_as_they_are_given(names: Names, tmp_path: Path) -> None:
    models = names.models
    plate = models.Plate(
        plate=models.PlateDef(
            name="mine",
            rows=[models.Row(name=name) for name in "AB"],
            columns=[models.Column(name=name) for name in "123"],
            wells=[models.PlateWell(path="B/2", rowIndex=1, columnIndex=1)],
        )
    )
    builder = names.write.PlateBuilder(tmp_path / "plate.zarr", plate=plate)
    with pytest.raises(ValueError, match="the plate lists no well 'A/1'"):
        builder.write_well("A", "1", {"0": (names.image(), LEVELS)})
    builder.add_well(row="B", col="2", images={"0": (names.image(), SPECS)})
    path, arrays = builder.prepare()
    arrays["B/2/0/1"][...] = LEVELS[1]
    assert_sound(path, "B/2/0/1")
    found = open_group(path).ome_metadata().plate
    assert ([row.name for row in found.rows], found.wells) == (["A", "B"], plate.plate.wells)


def test_collections_image_by_image_and_whole(names: Names, tmp_path: Path) -> None:
    builder = names.write.Bf2RawBuilder(tmp_path / "a.zarr")
    builder.write_image("0", names.image(), LEVELS)
    assert repr(builder.write_image("1", names.image(), LEVELS)) == "<Bf2RawBuilder: 2 images>"
    assert_sound(builder.root_path, "1/1")
    xml = (builder.root_path / "OME/METADATA.ome.xml").read_text()
    assert (xml.count("<Image "), xml.count('PhysicalSizeX="0.5"')) == (2, 2)
    path = names.write.write_bioformats2raw(tmp_path / "b.zarr", {"x": (names.image(), LEVELS)})
    assert_sound(path, "x/1")
    path, arrays = names.write.Bf2RawBuilder(tmp_path / "c.zarr").add_series("0", names.image(), SPECS).prepare()
    arrays["0/1"][...] = LEVELS[1]
    assert_sound(path, "0/1")
    with pytest.raises(FileExistsError):
        names.write.Bf2RawBuilder(tmp_path / "c.zarr").write_image("1", names.image(), LEVELS)


def test_what_does_not_fit_is_refused(names: Names, tmp_path: Path) -> None:
    write, image = names.write.write_image, names.image()
    with pytest.raises(ValueError, match="has 2 datasets in its metadata, and 1 were given"):
        write(tmp_path / "a.zarr", image, LEVELS[0])
    with pytest.raises(ValueError, match="has 2 multiscales"):
        write(tmp_path / "a.zarr", names.models.Image(multiscales=[names.multiscale()] * 2), LEVELS)
    with pytest.raises(ValueError, match="the metadata of the image is an Image"):
        write(tmp_path / "a.zarr", {"multiscales": []}, LEVELS)
    with pytest.raises(ValidationError):
        write(tmp_path / "a.zarr", names.models.Image(multiscales=[{"axes": 1}]), LEVELS)
    image.multiscales[0].datasets[:] = []
    with pytest.raises(ValidationError):
        write(tmp_path / "a.zarr", image, [])
    image = names.image()
    image.multiscales[0].datasets[1].path = "../../outside"
    with pytest.raises((ValidationError, StoreError)):
        write(tmp_path / "a.zarr", image, LEVELS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (4, 3),
            r"level '1' of the image has 3 pixels along x, expected about 5: the first has 10, and the scale is 2",
        ),
        ((8, 10), r"level '1' of the image has 8 pixels along y, expected about 4"),
        ((4, 7), "has 7 pixels along x"),
    ],
)
def test_levels_that_are_not_as_large_as_their_scale_says(
    names: Names, shape: tuple[int, int], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        names.write.write_image(tmp_path / "a.zarr", names.image(), [LEVELS[0], np.zeros(shape, "uint8")])
    with pytest.raises(ValueError, match=message):
        names.write.prepare_image(tmp_path / "a.zarr", names.image(), [((8, 10), "uint8"), (shape, "uint8")])
    assert list(tmp_path.iterdir()) == []


def test_levels_that_were_cut_or_rounded_up(names: Names, tmp_path: Path) -> None:
    for height, width in ((4, 5), (5, 6), (3, 4)):
        levels = [LEVELS[0], np.zeros((height, width), "uint8")]
        names.write.write_image(tmp_path / f"{height}.zarr", names.image(), levels)


def test_levels_of_several_types_are_refused_where_the_version_does(tmp_path: Path) -> None:
    levels = [LEVELS[0], LEVELS[1].astype("float32")]
    names = Names("06")
    with pytest.raises(ValidationError, match="dataset-dtype-consistent"):
        names.write.write_image(tmp_path / "a.zarr", names.image(), levels)
    assert list(tmp_path.iterdir()) == []


def test_parts_may_be_plain_values_by_their_names_in_python(tmp_path: Path) -> None:
    names = Names("05")
    plain = {"colors": [{"label_value": 1, "rgba": [255, 0, 0, 255]}]}
    label = names.models.LabelImage(**names.image().model_dump(), image_label=plain)
    path = names.write.write_image(tmp_path / "a.zarr", names.image(), LEVELS, labels={"cells": (label, LEVELS)})
    assert open_group(path)["labels/cells"].ome_metadata().image_label.colors[0].label_value == 1
    assert plain == {"colors": [{"label_value": 1, "rgba": [255, 0, 0, 255]}]}
