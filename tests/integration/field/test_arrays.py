"""Faults of the field: arrays and groups that no reader opens (A2), names of dimensions (A14), label values (A21)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from array_headers import V2, V3, codec, without
from bases import BASES
from commands import Run
from field import array, found, label, level, multiscale, report_on

from ngff_core import ValidationError, check_json, check_store, open_group, open_image
from ngff_core.json_text import dumps
from ngff_core.testing.archives import zip_bytes

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
CODECS, FILL = "zarr-codecs-valid", "zarr-fill-value-fits-data-type"


def key(version: str) -> str:
    return ".zarray" if version == "0.4" else "zarr.json"


def damage(version: str, path: str) -> dict[str, Any]:
    """Return what makes the codecs of an array none."""
    member, value = ("compressor", "blosc") if version == "0.4" else ("codecs", [])
    return {f"{path}/{key(version)}#{member}": value}


def image(version: str) -> dict[str, Any]:
    return {
        "": {"multiscales": [multiscale("yx", level("0", [1, 1]), version=version)]},
        "0": array((16, 16), names=("y", "x")),
    }


@VERSIONS
def test_a2_a_level_that_no_reader_opens(version: str) -> None:
    report = report_on(version, image(version), damage(version, "0"))
    assert found(report) == [("error", CODECS, "0")]
    assert not report.valid
    (issue,) = [issue for issue in report.issues if issue.rule == CODECS]
    pointer = "/compressor" if version == "0.4" else "/codecs"
    assert (issue.document, issue.pointer, issue.kind, issue.judged) == (key(version), pointer, "array", True)


@VERSIONS
def test_a2_levels_of_labels_and_of_fields(version: str) -> None:
    nodes = image(version)
    nodes["labels"] = {"labels": ["cells"]}
    nodes["labels/cells"] = label(multiscale("yx", level("0", [1, 1]), version=version), version)
    nodes["labels/cells/0"] = array((16, 16), "uint32", names=("y", "x"))
    report = report_on(version, nodes, damage(version, "labels/cells/0"))
    assert found(report) == [("error", CODECS, "labels/cells/0")]
    plate = BASES["plate"](version)
    path = next(path for path in plate.docs if path.endswith(f"/0/0/{key(version)}")).rpartition("/")[0]
    plate.array(path)["fill_value"] = -1
    assert found(check_store(plate.documents())) == [("error", FILL, path)]


@VERSIONS
def test_a2_the_same_from_an_archive_and_a_folder(version: str, tmp_path: Path, run: Run) -> None:
    tree = BASES["image"](version)
    tree.array("0")["fill_value"] = 70000
    archive = tmp_path / "image.ozx"
    archive.write_bytes(zip_bytes(tree.documents()))
    folder = tree.write(tmp_path / "image.zarr")
    for place in (archive, folder):
        assert [finding for finding in found(check_store(place)) if finding[0] == "error"] == [("error", FILL, "0")]
    ran = run("validate", folder)
    assert ran.code == 1
    assert "70000" in ran.out


def test_a2_members_of_a_group_that_no_reader_knows() -> None:
    for path in ("", "labels"):
        nodes = {**image("0.5"), "labels": {"labels": []}}
        document = f"{path}/zarr.json".lstrip("/")
        report = report_on("0.5", nodes, {f"{document}#extra": {"must_understand": True}})
        (issue,) = [issue for issue in report.issues if issue.severity == "error"]
        assert (issue.rule, issue.node, issue.pointer) == ("zarr-members-known", path, "/extra")
        report = report_on("0.5", nodes, {f"{document}#extra": {"must_understand": False}})
        assert report.valid


def test_a2_a_member_beside_the_attributes_of_a_document() -> None:
    entry = multiscale("yx", level("0", [1, 1]))
    ome = {"ome": {"version": "0.5", "multiscales": [entry]}}
    group = {"zarr_format": 3, "node_type": "group", "attributes": ome}
    assert check_json(dumps(group)).valid
    report = check_json(dumps({**group, "extra": 1}))
    assert [(i.rule, i.pointer) for i in report.issues if i.severity == "error"] == [("zarr-members-known", "/extra")]
    assert check_json(dumps({**ome, "extra": 1})).valid  # attributes are free


@pytest.mark.parametrize("header", [V2, V3], ids=["v2", "v3"])
def test_a2_the_document_of_an_array_by_itself(header: dict[str, Any], run: Run) -> None:
    report = check_json(dumps(header))
    assert (report.kind, report.valid, list(report.issues)) == ("array", True, [])
    report = check_json(dumps({**header, "fill_value": -1}))
    assert [(i.rule, i.pointer) for i in report.issues] == [(FILL, "/fill_value")]
    report = check_json(dumps(without(header, "shape")))
    assert [i.rule for i in report.issues] == ["structure-missing"]
    assert run("validate", "-", stdin=dumps({**header, "fill_value": -1})).code == 1


@VERSIONS
def test_a2_chunks_of_another_number_of_dimensions_are_told_once(version: str) -> None:
    value: Any = [8]
    member = "chunks"
    if version == "0.5":
        member, value = "chunk_grid", codec("regular", chunk_shape=[8])
    report = report_on(version, image(version), {f"0/{key(version)}#{member}": value})
    assert found(report) == [("error", "zarr-chunks-fit-array", "0")]


@pytest.mark.parametrize(("inner", "shard", "fits"), [(3, 9, True), (3, 12, True), (8, 8, True), (16, 16, False)])
def test_shards_hold_whole_chunks(inner: int, shard: int, fits: bool) -> None:
    """Of an array of 8 pixels; chunks of a shard that are not there take no space."""
    sharding = codec(
        "sharding_indexed", chunk_shape=[inner] * 2, codecs=[codec("bytes")], index_codecs=[codec("bytes")]
    )
    changes = {"chunk_grid": codec("regular", chunk_shape=[shard] * 2), "codecs": [sharding], "shape": [8, 8]}
    report = report_on("0.5", image("0.5"), {f"0/zarr.json#{name}": value for name, value in changes.items()})
    assert ("zarr-chunks-fit-array" in {issue.rule for issue in report.issues}) is not fits


@pytest.mark.parametrize("names", [["y"], ["y", 1], ["z", "y", "x"]])
def test_a2_names_of_dimensions_that_are_none_are_told_once(names: Any) -> None:
    report = report_on("0.5", image("0.5"), {"0/zarr.json#dimension_names": names})
    assert found(report) == [("error", "zarr-dimension-names-valid", "0")]


@VERSIONS
def test_a2_names_of_codecs_that_are_not_known_are_information(version: str) -> None:
    changes: dict[str, Any] = {"0/.zarray#compressor": {"id": "example"}}
    expected = []
    if version == "0.5":
        endian = codec("bytes", endian="little")
        changes = {"0/zarr.json#codecs": [endian, codec("example")]}
        expected = [("info", "zarr-extensions-known", "0")]
    report = report_on(version, image(version), changes)
    assert found(report) == expected
    assert report.valid


@VERSIONS
def test_a2_views_say_that_an_array_cannot_be_opened(version: str, tmp_path: Path) -> None:
    tree = BASES["image"](version)
    tree.array("0")["fill_value"] = 70000
    root = tree.write(tmp_path)
    with pytest.raises(ValidationError, match="70000"):
        open_group(root)["0"]
    with pytest.raises(ValidationError, match="70000"):
        open_image(root).array(0)
    (level_0,) = open_group(root).get_many(["0"])  # what can be told of it is told
    assert level_0 is not None
    assert level_0.shape == tuple(tree.array("0")["shape"])  # type: ignore[union-attr]
    with pytest.raises(ValidationError, match="70000"):
        level_0.to_zarr_python()
    with pytest.raises(ValidationError, match="70000"):
        level_0[...]  # type: ignore[index]
    with pytest.raises(ValidationError, match="70000"):
        level_0.to_tensorstore()  # type: ignore[union-attr]
    assert open_group(root)["1"].dtype == "uint16"  # type: ignore[union-attr]


def test_a2_views_open_what_is_only_odd(tmp_path: Path) -> None:
    tree = BASES["image"]("0.4")
    tree.array("0")["fill_value"] = "0"
    assert open_group(tree.write(tmp_path))["0"].dtype == "uint16"  # type: ignore[union-attr]


def test_a2_views_say_that_a_group_cannot_be_opened(tmp_path: Path) -> None:
    tree = BASES["image"]("0.5")
    tree.docs["zarr.json"]["extra"] = 1
    group = open_group(tree.write(tmp_path))
    assert group.ome_version() == "0.5"
    with pytest.raises(ValidationError, match="extra"):
        group.to_zarr_python()


@VERSIONS
def test_a2_info_says_that_an_array_cannot_be_opened(version: str, tmp_path: Path, run: Run) -> None:
    tree = BASES["image"](version)
    tree.array("0")["fill_value"] = 70000
    (line,) = [line for line in run("info", tree.write(tmp_path)).out.splitlines() if "70000" in line]
    assert "cannot be opened: the fill value is 70000, which is no value of uint16" in line


@pytest.mark.parametrize(("version", "to"), [("0.4", "0.5"), ("0.5", "0.4")])
def test_a2_upgrades_refuse_what_no_reader_opens(version: str, to: str, tmp_path: Path, run: Run) -> None:
    tree = BASES["image"](version)
    tree.array("0")["fill_value"] = 70000
    root = tree.write(tmp_path / "image.zarr")
    ran = run("upgrade", root, "--to", to)
    assert ran.code != 0
    assert "70000" in ran.out + ran.err
    assert not (root / "0" / key(to)).exists()


# --- A14 --------------------------------------------------------------------------------------------

REPEAT = "zarr-array-dimensions-repeat-axes"


def names(of: Any) -> dict[str, Any]:
    return {"_ARRAY_DIMENSIONS": of}


def test_a14_names_for_xarray_that_contradict_the_axes() -> None:
    nodes = {
        "": {"multiscales": [multiscale("cyx", level("0", [1, 1, 1]), level("1", [1, 2, 2]), version="0.4")]},
        "0": array((2, 16, 16)),
        "1": array((2, 8, 8)),
    }
    assert found(report_on("0.4", nodes)) == []
    assert found(report_on("0.4", nodes, {"0/.zattrs": names(["c", "y", "x"]), "1/.zattrs": {}})) == []
    assert found(report_on("0.4", nodes, {"0/.zattrs": names(["z", "y", "x"])})) == [("warning", REPEAT, "0")]
    report = report_on("0.4", nodes, {"1/.zattrs": names(["y", "x"])})
    (issue,) = [issue for issue in report.issues if issue.rule == REPEAT]
    assert (issue.node, issue.document, issue.pointer) == ("1", ".zattrs", "/_ARRAY_DIMENSIONS")
    assert report.valid


def test_a14_levels_of_labels() -> None:
    nodes = image("0.4")
    nodes["labels"] = {"labels": ["cells"]}
    nodes["labels/cells"] = label(multiscale("yx", level("0", [1, 1]), version="0.4"), "0.4")
    nodes["labels/cells/0"] = array((16, 16), "uint32")
    report = report_on("0.4", nodes, {"labels/cells/0/.zattrs": names(["x", "y"])})
    assert found(report) == [("warning", REPEAT, "labels/cells/0")]


def test_a14_other_attributes_of_levels_are_silent() -> None:
    assert found(report_on("0.4", image("0.4"), {"0/.zattrs": {"a": 1}})) == []


# --- A21 --------------------------------------------------------------------------------------------


def labelled(version: str, dtype: str, **members: Any) -> list[tuple[str, str, str]]:
    nodes = image(version)
    nodes["labels"] = {"labels": ["cells"]}
    nodes["labels/cells"] = label(multiscale("yx", level("0", [1, 1]), version=version), version, **members)
    nodes["labels/cells/0"] = array((16, 16), dtype, names=("y", "x"))
    return found(report_on(version, nodes))


@VERSIONS
def test_a21_label_values_beyond_the_data_type(version: str) -> None:
    warning = [("warning", "label-value-fits-dtype", "labels/cells")]
    assert labelled(version, "uint8", colors=[{"label-value": 1}, {"label-value": 300}]) == warning
    assert labelled(version, "uint32", colors=[{"label-value": -1}]) == warning
    assert labelled(version, "uint8", properties=[{"label-value": 256, "class": "a"}]) == warning


@VERSIONS
def test_a21_label_values_of_the_data_type_are_silent(version: str) -> None:
    assert labelled(version, "uint8", colors=[{"label-value": 0}, {"label-value": 255}]) == []
    assert labelled(version, "int8", colors=[{"label-value": -128}]) == []
    assert labelled(version, "uint64", colors=[{"label-value": 2**64 - 1}]) == []
    expected = [("error", "label-dtype-integer", "labels/cells/0")]
    assert labelled(version, "float32", colors=[{"label-value": 300}]) == expected
