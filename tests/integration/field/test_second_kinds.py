"""A4: a group that is two things at once is evaluated as both."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from bases import BASES, Tree, image, plate
from commands import Run

from ngff_core import check_json, check_store
from ngff_core.stores import MemoryStore

VERSIONS = ("0.4", "0.5")
WELL: dict[str, Any] = {"images": [{"path": "gone"}]}
PLATE: dict[str, Any] = {
    "rows": [{"name": "A"}],
    "columns": [{"name": "1"}],
    "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
}


def found(tree: Tree) -> list[tuple[str, str]]:
    return [(i.rule, i.pointer.rpartition("/ome")[2]) for i in check_store(MemoryStore(tree.documents(), "mem")).issues]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("key", "value", "rule", "pointer"),
    [
        ("well", WELL, "well-image-path-resolves", "/well/images/0/path"),
        ("plate", PLATE, "plate-well-path-resolves", "/plate/wells/0/path"),
        ("image-label", {"colors": 5}, "structure-type", "/image-label/colors"),
    ],
)
def test_a4_an_image_that_is_something_else_too(key: str, value: Any, rule: str, pointer: str, version: str) -> None:
    tree = image(version)
    assert found(tree) == []
    tree.ome()[key] = copy.deepcopy(value)
    assert (rule, pointer) in found(tree)
    del tree.docs[tree.key("0", of="array")]
    assert ("dataset-path-relative-resolves", "/multiscales/0/datasets/0/path") in found(tree)


@pytest.mark.parametrize("version", VERSIONS)
def test_a4_both_are_crawled(version: str) -> None:
    tree = plate(version)
    other = image(version)
    tree.ome()["multiscales"] = copy.deepcopy(other.ome()["multiscales"])
    for key, value in other.docs.items():
        tree.docs.setdefault(key, value)
    store = MemoryStore(tree.documents(), "mem")
    before = check_store(MemoryStore(plate(version).documents(), "mem"))
    report = check_store(store)
    assert [i for i in report.issues if i.severity.value == "error"] == []
    assert report.counts["array"] == before.counts["array"] + 3


@pytest.mark.parametrize("version", VERSIONS)
def test_a4_what_belongs_together_stays_silent(version: str) -> None:
    for base in BASES.values():
        assert found(base(version)) == []


@pytest.mark.parametrize(
    "more",
    [{"well": "A1"}, {"plate": "P123", "row": 3}, {"series": 0}, {"series": "s1"}],
)
def test_a4_keys_of_others_at_the_top_of_zattrs_stay_silent(more: dict[str, Any]) -> None:
    tree = image("0.4")
    tree.attributes().update(more)
    assert found(tree) == []


def test_a4_documents_by_themselves() -> None:
    ome: dict[str, Any] = {"version": "0.5", "well": {"images": [{"path": "_ /"}]}, "plate": copy.deepcopy(PLATE)}
    rules = {(i.rule, i.pointer) for i in check_json(json.dumps({"ome": ome})).issues}
    assert ("well-image-path-alphanumeric", "/ome/well/images/0/path") in rules
    del ome["plate"]["rows"]
    rules = {(i.rule, i.pointer) for i in check_json(json.dumps({"ome": ome})).issues}
    assert ("structure-missing", "/ome/plate") in rules
    assert ("well-image-path-alphanumeric", "/ome/well/images/0/path") in rules


@pytest.mark.parametrize("version", VERSIONS)
def test_a4_workers_and_shards_say_the_same(version: str, tmp_path: Any, run: Run) -> None:
    tree = plate(version)
    tree.ome()["well"] = copy.deepcopy(WELL)
    root = tree.write(tmp_path / "p.zarr")
    whole = run("validate", root, "--format", "json")
    assert whole.code == 1
    assert run("validate", root, "--format", "json", "--workers", "2").out == whole.out
    files = []
    for number in (1, 2):
        (tmp_path / f"{number}.json").write_text(
            run("validate", root, "--format", "json", "--shard", f"{number}/2").out
        )
        files.append(f"{number}.json")
    merged = json.loads(run("merge", *files, "--format", "json").out)
    assert merged["results"][0]["issues"] == json.loads(whole.out)["results"][0]["issues"]


def test_a4_both_are_shown(tmp_path: Any, run: Run) -> None:
    tree = plate("0.5")
    other = image("0.5")
    tree.ome()["multiscales"] = copy.deepcopy(other.ome()["multiscales"])
    for key, value in other.docs.items():
        tree.docs.setdefault(key, value)
    tree.write(tmp_path / "both.zarr")
    lines = run("info", "both.zarr").out.splitlines()
    assert lines[1].startswith("plate 'plate'  4 wells of 2 rows x 3 columns")
    assert lines[4] == "  also image"
    assert lines[5].startswith("    'image'  axes c, y (micrometer), x (micrometer)")
    assert lines[6].startswith("    0  2 x 64 x 64  uint16")
    shown = json.loads(run("info", "both.zarr", "--format", "json").out)["results"][0]["tree"]
    assert (shown["kind"], [also["kind"] for also in shown["also"]]) == ("plate", ["image"])


@pytest.mark.parametrize(("version", "to"), [("0.4", "0.5"), ("0.5", "0.4")])
def test_a4_both_are_upgraded(version: str, to: str, tmp_path: Any, run: Run) -> None:
    tree = plate(version)
    other = image(version)
    tree.ome()["multiscales"] = copy.deepcopy(other.ome()["multiscales"])
    for key, value in other.docs.items():
        tree.docs.setdefault(key, value)
    tree.write(tmp_path / "both.zarr")
    decided = ("--decide", "chunk-keys=rename") if to == "0.4" else ()
    ran = run("upgrade", "both.zarr", "--out", "new.zarr", "--to", to, *decided)
    assert ran.code == 0, ran.out + ran.err
    report = check_store(tmp_path / "new.zarr")
    assert (report.version, report.status) == (to, "valid")
    assert report.counts["array"] == check_store(tmp_path / "both.zarr").counts["array"] == 19
