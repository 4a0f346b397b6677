"""What benchmarks measure is valid, differs as real metadata does, and is the same in every run. Nothing is timed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ngff_core import check_store

pytest.importorskip("ngff_v04", reason="benchmarks need OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="benchmarks need OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import data
from measuring import DOCUMENTS
from tables.documents import assert_clean, contestants

BOTH = pytest.mark.parametrize("version", ["0.4", "0.5"])


def documents_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def write_plate(folder: Path, version: str, *, equal: bool = False) -> dict[str, bytes]:
    root = folder / f"plate-{version}.ome.zarr"
    assert data.write_plate(root, version, 2, 3, 4, 3, equal=equal) == len(documents_of(root))
    assert check_store(root).issues == []
    return documents_of(root)


def fields_of(plate: dict[str, bytes]) -> list[bytes]:
    """Return the documents of the fields, which are four groups deep."""
    return [text for key, text in plate.items() if key.count("/") == 3 and b"multiscales" in text]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_differ_and_are_clean(name: str) -> None:
    texts = {json.dumps(data.document(name, number)).encode() for number in range(10)}
    assert len(texts) == 10
    assert_clean(contestants(name), texts)


@BOTH
def test_fields_of_a_plate_differ(version: str, tmp_path: Path) -> None:
    plate = write_plate(tmp_path, version)
    assert len(set(fields_of(plate))) == len(fields_of(plate)) == 24
    shapes = {tuple(json.loads(text)["shape"]) for key, text in plate.items() if b'"shape"' in text and "/0/" in key}
    assert {(1, 4, 1, 1024, 1024), (1, 4, 1, 1024, 832)} <= shapes
    assert write_plate(tmp_path / "again", version) == plate


@BOTH
def test_fields_of_the_other_plate_are_equal(version: str, tmp_path: Path) -> None:
    fields = fields_of(write_plate(tmp_path, version, equal=True))
    assert len(fields) == 24
    assert len(set(fields)) == 1


def test_small_stores_are_valid(tmp_path: Path) -> None:
    folder = tmp_path / "stores"
    number = data.write_stores(folder, 40)
    assert number == len(documents_of(folder)) == len((tmp_path / "stores.list").read_text().split("\n"))
    stores = sorted(folder.iterdir())
    assert len(stores) == 40
    assert [store.name for store in stores if check_store(store).issues] == []


@BOTH
@pytest.mark.parametrize("name", data.SHALLOW)
def test_shallow_stores_are_valid(name: str, version: str, tmp_path: Path) -> None:
    data.write(data.SHALLOW[name](version), version, tmp_path / "store.ome.zarr")
    assert check_store(tmp_path / "store.ome.zarr").issues == []
