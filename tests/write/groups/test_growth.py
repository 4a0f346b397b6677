"""What adding one more takes does not grow with what is there already. Calls are counted, not seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, check_store, open_group
from ngff_core.stores.local.writer import LocalWriter

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")
pytest.importorskip("ngff_v05")

from ngff_write import PlateWriter, prepare_collection, write_image  # noqa: E402
from ngff_write.groups import ome_xml  # noqa: E402
from ngff_write.v05 import Bf2RawBuilder, PlateBuilder  # noqa: E402

DIMS = [DimSpec("y"), DimSpec("x")]
PIXELS = np.zeros((4, 4), "uint8")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often each document has been read through what writes."""
    found: Counter[str] = Counter()
    for name in ("get_many", "get_rare"):
        ask = getattr(LocalWriter, name)

        def asked(self: Any, keys: Sequence[str], ask: Any = ask) -> Any:
            found.update(keys)
            return ask(self, keys)

        monkeypatch.setattr(LocalWriter, name, asked)
    return found


@pytest.fixture
def model(tmp_path: Path) -> Any:
    return open_group(write_image(PIXELS, tmp_path / "model.zarr", DIMS)).ome_metadata()


def test_wells_that_a_plate_lists_are_not_read_for_another_one(read: Counter[str], model: Any, tmp_path: Path) -> None:
    builder = PlateBuilder(tmp_path / "plate.zarr")
    for column in range(1, 4):
        builder.write_well("A", str(column), {"0": (model, [PIXELS])})
    before = read["A/1/zarr.json"]
    for column in range(4, 7):
        builder.write_well("A", str(column), {"0": (model, [PIXELS])})
    with PlateWriter(builder.root_path, DIMS) as plate:
        plate.write_field(PIXELS, "B", "1")
    assert before > 0
    assert read["A/1/zarr.json"] == before
    assert len(open_group(builder.root_path).wells()) == 7
    assert check_store(builder.root_path).valid


def test_a_well_that_got_another_field_is_read_again(tmp_path: Path) -> None:
    for field in range(3):
        with PlateWriter(tmp_path / "plate.zarr", DIMS, acquisitions=[{"id": 0}]) as plate:
            plate.write_field(PIXELS, "A", "1", str(field))
            plate.write_field(PIXELS, "A", "2") if field == 0 else None
    plate = open_group(tmp_path / "plate.zarr").ome_metadata().plate
    assert (plate.field_count, plate.acquisitions[0].maximumfieldcount) == (3, 3)


def test_a_new_collection_is_listed_once(read: Counter[str], tmp_path: Path) -> None:
    done = prepare_collection({str(number): ((4, 4), "uint8") for number in range(6)}, tmp_path / "c.zarr", DIMS)
    assert read["OME/zarr.json"] == 1
    assert open_group(done.path)["OME"].ome_metadata().series == [*"012345"]


def test_each_image_of_a_collection_is_described_once(
    monkeypatch: pytest.MonkeyPatch, model: Any, tmp_path: Path
) -> None:
    described: list[int] = []
    pixels = ome_xml._pixels
    monkeypatch.setattr(ome_xml, "_pixels", lambda number, *of: described.append(number) or pixels(number, *of))
    builder = Bf2RawBuilder(tmp_path / "c.zarr")
    for number in range(5):
        builder.write_image(str(number), model, [PIXELS])
    assert described == [*range(5)]
    assert (builder.root_path / "OME/METADATA.ome.xml").read_text().count("<Image ") == 5
    assert check_store(builder.root_path).valid
