"""Siblings of the rows that were found by those who had seen none of the work."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from bases import Tree, image, labels, plate
from commands import Run

from ngff_core import check_json, check_store
from ngff_core.errors import UsageError
from ngff_core.stores import MemoryStore

VERSIONS = ("0.4", "0.5")


def found(tree: Tree) -> list[tuple[str, str, str]]:
    report = check_store(MemoryStore(tree.documents(), "mem"))
    return [(i.rule, i.node, i.pointer) for i in report.issues]


def test_a15_metadata_on_an_array_in_a_document() -> None:
    tree = image("0.5")
    document = {**tree.docs["0/zarr.json"], "attributes": tree.attributes()}
    report = check_json(json.dumps(document))
    assert [(i.rule, i.pointer) for i in report.issues] == [("zarr-metadata-in-group-attributes", "/attributes")]
    assert report.status == "invalid"


@pytest.mark.parametrize("at", ["", "A/1/0"])
def test_a15_a_group_and_an_array_at_once(at: str) -> None:
    tree = plate("0.4")
    tree.docs[tree.key(at, of="array")] = tree.docs["A/1/0/0/.zarray"]
    assert found(tree) == [("zarr-image-is-group", at, "")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a5_a_row_that_is_an_array(version: str) -> None:
    tree = plate(version)
    level = tree.docs[tree.key("A/1/0/0", of="array")]
    tree.docs.pop(tree.key("A", of="group"))
    tree.docs[tree.key("A", of="array")] = level
    assert ("zarr-image-is-group", "A", "") in found(tree)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", [image, plate])
def test_a4_a_series_in_another_group(base: Any, version: str) -> None:
    tree = base(version)
    tree.ome()["series"] = ["gone"]
    assert [rule for rule, _, pointer in found(tree) if pointer.endswith("/series")] == [
        "zarr-metadata-in-group-attributes"
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a4_labels_beside_an_image_in_a_document(version: str) -> None:
    tree = image(version)
    tree.ome()["labels"] = [3]
    report = check_json(json.dumps(tree.docs[tree.key("")]))
    assert "labels-group-beside-levels" in {i.rule for i in report.issues}


@pytest.mark.parametrize("name", ["0/.zarray", "0/zarr.json", ".zmetadata", ".zgroup"])
def test_a1_damaged_documents_in_a_folder_of_any_name(name: str, tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "data" / "good")
    path = tmp_path / "data" / "bad" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{")
    ran = run("validate", "-r", "data", "--format", "json")
    assert ran.code in (1, 3)
    assert len(json.loads(ran.out)["results"]) == 2


def test_a1_a_slip_for_ome(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "data" / "good")
    tree = image("0.5")
    attributes = tree.attributes()
    attributes["OME"] = attributes.pop("ome")
    tree.write(tmp_path / "data" / "bad")
    assert run("validate", "-r", "data").code == 3


@pytest.mark.parametrize("version", VERSIONS)
def test_a7_parts_that_are_kept_elsewhere_stay_silent(version: str, tmp_path: Path, run: Run) -> None:
    root = plate(version).write(tmp_path / "data" / "p.zarr")
    pool = tmp_path / "data" / "pool"
    pool.mkdir()
    (root / "A" / "1").rename(pool / "A_1")
    (root / "A" / "1").symlink_to(pool / "A_1")
    labelled = labels(version).write(tmp_path / "data" / "i.zarr")
    (tmp_path / "data" / "out").mkdir()
    (labelled / "labels").rename(tmp_path / "data" / "out" / "labels")
    (labelled / "labels").symlink_to(tmp_path / "data" / "out" / "labels")
    assert run("validate", "data/p.zarr", "data/i.zarr").code == 0
    ran = run("validate", "-r", "data", "--format", "json")
    assert {r["url"]: r["status"] for r in json.loads(ran.out)["results"]} == {
        "data/p.zarr": "valid",
        "data/i.zarr": "valid",
        "data/pool/A_1": "valid",
        "data/out/labels": "valid",
    }
    shutil.rmtree(root)
    assert run("validate", "-r", "data/pool").code == 0


@pytest.mark.parametrize("at", ["A/1/0", "A/1"])
def test_a3_copies_below_the_root(at: str) -> None:
    tree = plate("0.4")
    tree.docs[f"{at}/.zmetadata"] = b"{"
    assert found(tree) == [("zarr-consolidated-readable", at, "")]


def test_a2_objects_without_a_filter() -> None:
    tree = image("0.4")
    tree.docs["0/.zarray"] |= {"dtype": "|O", "filters": None, "fill_value": None}
    assert ("zarr-codecs-valid", "0", "/filters") in found(tree)


@pytest.mark.parametrize("version", VERSIONS)
def test_a12_labels_of_larger_pixels_that_cover_their_image_stay_silent(version: str) -> None:
    tree = labels(version)
    multiscale = tree.multiscale("labels/cells")
    del multiscale["datasets"][0]  # the levels that are left say where they are
    rules = {rule for rule, node, _ in found(tree) if node.startswith("labels/cells")}
    assert not rules & {"label-shape-matches-image", "label-position-matches-image"}


@pytest.mark.parametrize("name", ["zarr.json", ".zattrs", ".zmetadata"])
@pytest.mark.parametrize("option", ["--output", "--format"])
def test_d4_a_report_is_not_written_over_metadata(option: str, name: str, tmp_path: Path, run: Run) -> None:
    root = image("0.5").write(tmp_path / "a.zarr")
    before = (root / "zarr.json").read_bytes()
    target = f"a.zarr/{name}"
    ran = run("validate", "a.zarr", option, target if option == "--output" else f"json={target}")
    assert ran.code == 2
    assert "is the name of a metadata document" in ran.err
    assert (root / "zarr.json").read_bytes() == before


def test_d6_a_rule_that_there_is_not_selects_nothing_silently() -> None:
    with pytest.raises(UsageError, match="no rule is called 'axs'; did you mean 'axes'"):
        check_json("{}", select=["axs"])
    assert check_json('{"ome": {"version": "0.5", "multiscales": []}}', select="multiscale-nonempty-array").issues != []


def test_c1_a_source_that_leaves_out_defaults_is_no_obstacle_on_the_way_back(tmp_path: Path, run: Run) -> None:
    tree = image("0.4")
    array: dict[str, Any] = {**tree.docs["2/.zarray"], "fill_value": None}
    del array["dimension_separator"]
    tree.docs["t/.zarray"] = array
    root = tree.write(tmp_path / "a.zarr")
    before = (root / "t" / ".zarray").read_bytes()
    for version in ("0.5", "0.4"):
        ran = run("upgrade", "a.zarr", "--to", version)
        assert ran.code == 0, ran.out + ran.err
    assert (root / "t" / ".zarray").read_bytes() == before
    assert not (root / "t" / "zarr.json").exists()


@pytest.mark.parametrize("version", ["v0.5", "05", 0.5])
def test_d10_versions_of_upgrades_in_the_library(version: Any, tmp_path: Path) -> None:
    from ngff_core.upgrade.plan import plan_upgrade

    root = image("0.4").write(tmp_path / "a.zarr")
    if isinstance(version, str):
        assert plan_upgrade(root, version).target == "0.5"
    else:
        with pytest.raises(UsageError, match=r"expected a version such as '0\.5', got float"):
            plan_upgrade(root, version)


def test_d7_a_list_with_a_byte_order_mark(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "a.zarr")
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbfa.zarr\n")
    assert run("validate", "--from", "list.txt").code == 0


def test_d13_files_of_a_damaged_store_among_others(tmp_path: Path, run: Run) -> None:
    for name in "abc":
        image("0.5").write(tmp_path / "data" / f"{name}.zarr")
    (tmp_path / "data" / "b.zarr" / "zarr.json").write_text('{"zarr_')
    ran = run("info", "data", "--files")
    assert ran.code == 3
    assert all(f"{name}.zarr" in ran.out for name in "abc")
