"""Collections as they are written: images in their order, with OME-XML that describes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, ValidationError, check_store, open_group
from ngff_core.errors import StoreError, UsageError
from ngff_core.hierarchy.ome_xml import read_ome_xml
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

import ngff_v05 as v05  # noqa: E402
from ngff_write import write_collection  # noqa: E402
from ngff_write.units import ome_length, ome_symbol, ome_time  # noqa: E402
from ngff_write.v05 import Bf2RawBuilder  # noqa: E402

DIMS = [
    DimSpec("t", scale=2.0, unit="second"),
    DimSpec("y", scale=0.5, unit="micrometer"),
    DimSpec("x", scale=0.5, unit="micrometer"),
]
PIXELS = np.arange(60, dtype="uint16").reshape(2, 6, 5)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_a_collection_of_every_version(version: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_collection(
        {"b": PIXELS, "a": PIXELS[:, :3] + 1},
        tmp_path / "all.zarr",
        DIMS,
        version=version,
        n_levels=2,
        progress=lambda *numbers: told.append(numbers),
    )
    report = check_store(path, profile="strict")
    assert (report.version, report.kind, list(report.issues)) == (version, "collection", [])
    group = open_group(path)
    assert group["OME"].ome_metadata().series == ["b", "a"]
    np.testing.assert_array_equal(group["a/0"].to_tensorstore().read().result(), PIXELS[:, :3] + 1)
    xml = (tmp_path / "all.zarr/OME/METADATA.ome.xml").read_bytes()
    assert (read_ome_xml(xml).images, read_ome_xml(xml).problems) == (2, [])
    for text in ('Name="b"', 'Type="uint16"', 'PhysicalSizeX="0.5"', 'PhysicalSizeXUnit="µm"', 'TimeIncrement="2.0"'):
        assert text in xml.decode()
    assert told[-1] == (90, 90)


def test_ome_xml_as_it_is_given_and_none_where_it_has_no_words(tmp_path: Path) -> None:
    path = write_collection({"0": PIXELS.astype("int64")}, tmp_path / "long.zarr", DIMS)
    assert [issue.rule for issue in check_store(path, profile="strict").issues] == ["collection-ome-xml-present"]
    given = (Path(write_collection({"0": PIXELS}, tmp_path / "a.zarr", DIMS)) / "OME/METADATA.ome.xml").read_text()
    given = given.replace('Name="0"', 'Name="mine"')
    path = write_collection({"0": PIXELS}, tmp_path / "b.zarr", DIMS, ome_xml=given)
    assert (Path(path) / "OME/METADATA.ome.xml").read_text() == given
    for wrong in ("<OME", given.replace("<MetadataOnly />", "<TiffData />")):
        with pytest.raises(ValidationError):
            write_collection({"0": PIXELS}, tmp_path / "c.zarr", DIMS, ome_xml=wrong)
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith("c.zarr")]


@pytest.mark.parametrize("name", ["OME", "", "..", "a/b", "__a"])
def test_names_that_lead_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises((UsageError, StoreError)):
        write_collection({name: PIXELS}, tmp_path / "a.zarr", DIMS)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path) -> None:
    path: Any = write_collection({"0": PIXELS, "1": PIXELS}, tmp_path / "a.zarr", DIMS)
    with pytest.raises(FileExistsError):
        write_collection({"0": PIXELS}, path, DIMS)
    write_collection({"0": PIXELS}, path, DIMS, overwrite=True)
    assert open_group(path)["OME"].ome_metadata().series == ["0"]
    assert not (Path(path) / "1").exists()
    with pytest.raises(UsageError, match="one image at least"):
        write_collection({}, tmp_path / "b.zarr", DIMS)


@pytest.mark.parametrize("link", ["OME", "1"])
def test_links_that_lead_elsewhere_are_not_written_through(link: str, tmp_path: Path) -> None:
    multiscale = v05.Multiscale.from_dims(DIMS[1:], name="a")
    image, outside = v05.Image(multiscales=[multiscale]), tmp_path / "outside"
    builder = Bf2RawBuilder(tmp_path / "a.zarr").write_image("0", image, PIXELS[0])
    outside.mkdir()
    if (builder.root_path / link).exists():
        (builder.root_path / link).rename(tmp_path / "aside")
    (builder.root_path / link).symlink_to(outside)
    with pytest.raises((StoreError, UsageError)):
        builder.write_image("1", image, PIXELS[0])
    assert list(outside.iterdir()) == []


def test_each_unit_is_in_ome_xml_what_it_is_read_as() -> None:
    for units, read, time in ((SPACE_UNITS, ome_length, False), (TIME_UNITS, ome_time, True)):
        symbols = {unit: ome_symbol(unit, time=time) for unit in units}
        assert {unit: read(symbol or "") for unit, symbol in symbols.items()} == {unit: unit for unit in units}
        assert [ome_symbol(unit, time=not time) for unit in units] == [None] * len(units)
    assert ome_symbol("micrometer", time=False) == "\N{MICRO SIGN}m"


def test_units_of_time_are_not_those_of_space(tmp_path: Path) -> None:
    dims = [DimSpec("t", unit="day"), DimSpec("y", unit="inch"), DimSpec("x")]
    path = write_collection({"0": PIXELS}, tmp_path / "a.zarr", dims, n_levels=1)
    text = Path(path, "OME/METADATA.ome.xml").read_text()
    assert 'TimeIncrementUnit="d"' in text
    assert 'PhysicalSizeYUnit="in"' in text
    assert "PhysicalSizeX" not in text


@pytest.mark.parametrize("ome_xml", ["<nonsense", "<a/>"])
def test_what_is_wrong_with_ome_xml_is_said_of_the_collection(ome_xml: str, tmp_path: Path) -> None:
    path = str(tmp_path / "a.zarr")
    with pytest.raises(ValidationError, match="collection-ome-xml-valid") as raised:
        write_collection({"0": PIXELS}, path, DIMS, ome_xml=ome_xml)
    assert raised.value.report.url == path
    assert str(raised.value).partition("\n")[0].endswith(f" in {path}")
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_an_image_is_said_of_its_place(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as raised:
        write_collection({"0": PIXELS}, tmp_path / "a.zarr", DIMS, members={"omero": {"channels": 3}})
    assert raised.value.report.url == str(tmp_path / "a.zarr" / "0")
    assert list(tmp_path.iterdir()) == []
