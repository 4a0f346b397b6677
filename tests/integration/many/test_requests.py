"""What is asked of a store that cannot list: exactly the documents that decide the verdict, and never pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from bases import BASES

from ngff_core.errors import StoreError
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import array, build_store
from ngff_core.validation.calls import check_store

VERSIONS = ("0.4", "0.5")
METADATA = {".zmetadata", ".zgroup", ".zattrs", ".zarray", "zarr.json", "METADATA.ome.xml"}


class Web(MemoryStore):
    """A store that cannot list, as a web server is one; keeps what is asked for, round by round."""

    lists_cheaply = False
    batch = 128

    def __init__(self, documents: Any) -> None:
        super().__init__(documents)
        self.rounds: list[list[str]] = []

    @property
    def asked(self) -> Counter[str]:
        return Counter(key for keys in self.rounds for key in keys)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.rounds.append(list(keys))
        return super().get_many(keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


def multiscales(version: str, levels: int) -> dict[str, Any]:
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    datasets = [
        {"path": str(n), "coordinateTransformations": [{"type": "scale", "scale": [2.0**n, 2.0**n]}]}
        for n in range(levels)
    ]
    stated = {"version": version} if version == "0.4" else {}
    details = {"name": "i", "type": "mean", "metadata": {"method": "m"}}
    return {"multiscales": [{**stated, **details, "axes": axes, "datasets": datasets}]}


def add_image(nodes: dict[str, Any], path: str, version: str, levels: int, **more: Any) -> None:
    nodes[path] = {**multiscales(version, levels), **more}
    prefix = f"{path}/" if path else ""
    for level in range(levels):
        nodes[f"{prefix}{level}"] = array((64 >> level, 64 >> level), names=("y", "x"))


def image_with_labels(version: str) -> Web:
    nodes: dict[str, Any] = {"labels": {"labels": ["a", "b"]}}
    add_image(nodes, "", version, 3)
    for name in "ab":
        stated = {"version": version} if version == "0.4" else {}
        about = {**stated, "source": {"image": "../../"}, "colors": [{"label-value": 1, "rgba": [1, 2, 3, 255]}]}
        add_image(nodes, f"labels/{name}", version, 3, **{"image-label": about})
    return Web(build_store(default_registry().spec(version), nodes))


def plate_of(version: str, rows: str, columns: int, fields: int, levels: int) -> Web:
    wells = [(r, c) for r in range(len(rows)) for c in range(columns)]
    stated = {"version": version} if version == "0.4" else {}
    definition = {
        "name": "p",
        "rows": [{"name": row} for row in rows],
        "columns": [{"name": str(c + 1)} for c in range(columns)],
        "wells": [{"path": f"{rows[r]}/{c + 1}", "rowIndex": r, "columnIndex": c} for r, c in wells],
        "field_count": fields,
    }
    nodes: dict[str, Any] = {"": {"plate": {**stated, **definition}}, **dict.fromkeys(rows)}
    for r, c in wells:
        path = f"{rows[r]}/{c + 1}"
        nodes[path] = {"well": {**stated, "images": [{"path": str(f)} for f in range(fields)]}}
        for field in range(fields):
            add_image(nodes, f"{path}/{field}", version, levels)
    return Web(build_store(default_registry().spec(version), nodes))


@pytest.mark.parametrize(("version", "requests", "trips"), [("0.5", 13, 4), ("0.4", 19, 5)])
def test_image_with_two_labels(version: str, requests: int, trips: int) -> None:
    """In 0.4 one of them tells the Zarr format, zarr.json of the root, and one is for consolidated metadata."""
    store = image_with_labels(version)
    report = check_store(store)
    assert report.to_dict()["issues"] == []
    assert report.counts == {"image": 1, "labels-group": 1, "label-image": 2, "array": 9}
    assert (store.asked.total(), len(store.rounds)) == (requests, trips)
    assert max(store.asked.values()) == 1


# wells x (1 + fields x (2 + levels)) documents in 0.5, where each field is asked for labels once; besides them
# 8 rows (of two documents in 0.4), the group OME, and in 0.4 zarr.json and consolidated metadata of the root
@pytest.mark.parametrize(("version", "documents", "besides"), [("0.5", 2017, 8 + 1), ("0.4", 2490, 16 + 2 + 1 + 1)])
def test_plate(version: str, documents: int, besides: int) -> None:
    store = plate_of(version, "ABCDEFGH", 12, 4, 3)
    report = check_store(store)
    assert report.to_dict()["issues"] == []
    assert report.counts == {"plate": 1, "row": 8, "well": 96, "image": 384, "array": 1152}
    assert store.asked.total() == documents + besides <= documents * 1.01
    assert max(store.asked.values()) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_collection_of_fifty_that_nobody_lists(version: str) -> None:
    nodes: dict[str, Any] = {"": {"bioformats2raw.layout": 3}, "OME": {"series": [str(n) for n in range(50)]}}
    for number in range(50):
        add_image(nodes, str(number), version, 2)
    store = Web(build_store(default_registry().spec(version), nodes))
    store.batch = 1000
    report = check_store(store)
    assert report.counts == {"collection": 1, "series": 1, "image": 50, "array": 100}
    assert len(store.rounds) == {"0.5": 4, "0.4": 5}[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_images_of_a_collection_are_asked_for_as_its_xml_describes_them(version: str) -> None:
    tree = BASES["numbered"](version)
    store = Web(tree.documents())
    report = check_store(store)
    images = report.counts["image"]
    assert images > 1
    asked = {key.partition("/")[0] for key in store.asked if key[:1].isdecimal()}
    assert asked == {str(n) for n in range(images + 1)}  # one more, to see that there are no more
    assert report.status == check_store(MemoryStore(tree.documents())).status


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", sorted(BASES))
def test_never_the_other_format_nor_pixels_nor_anything_twice(base: str, version: str) -> None:
    store = Web(BASES[base](version).documents())
    assert check_store(store).valid
    other = {"zarr.json"} if version == "0.4" else {".zgroup", ".zattrs", ".zarray"}
    beyond = [key for key in store.asked if key.rpartition("/")[2] in other]
    assert beyond == (["zarr.json"] if version == "0.4" else [])
    assert {key.rpartition("/")[2] for key in store.asked} <= METADATA
    assert max(store.asked.values()) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_labels_far_down_are_asked_for_with_one_key(version: str) -> None:
    store = plate_of(version, "A", 1, 1, 1)
    check_store(store)
    assert [key for key in store.asked if "labels" in key] == [
        "A/1/0/labels/zarr.json" if version == "0.5" else "A/1/0/labels/.zgroup"
    ]
