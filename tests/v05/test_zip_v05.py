"""Zip archives that hold OME-Zarr 0.5: what the rules of RFC-9 say of real files."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from ngff_core import check_store
from ngff_core.json_text import dumps
from ngff_core.plugins import Registry, default_registry, discover
from ngff_core.report import Report
from ngff_core.testing import array, build_store, write_store
from ngff_core.testing.archives import zip_bytes

REGISTRY = Registry(found=[found for found in discover() if found[0].distribution == "ngff-v05"])
IMAGE = {
    "multiscales": [
        {
            "name": "cells",
            "type": "gaussian",
            "metadata": {"method": "made up"},
            "axes": [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"],
            "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
        }
    ]
}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
LEVEL = array((64, 64), names=("y", "x"), chunks=(8, 8))
STORE = build_store(default_registry().spec("0.5"), {"": IMAGE, "0": LEVEL})
CHUNKS = {f"0/c/{y}/{x}": b"1" for y in range(8) for x in range(8)}
COMMENT = {"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": True}}}}


def written(
    folder: Path, entries: dict[str, bytes], name: str = "image.ozx", comment: Any = COMMENT, **how: Any
) -> Path:
    path = folder / name
    path.write_bytes(zip_bytes(entries, comment=dumps(comment) if comment is not None else b"", **how))
    return path


def check(path: Path, **options: Any) -> Report:
    return check_store(path, registry=REGISTRY, **options)


def told(report: Report) -> list[tuple[str, str]]:
    return [(issue.rule, issue.severity.value) for issue in report.issues]


def test_an_archive_as_recommended_is_clean(tmp_path: Path) -> None:
    report = check(written(tmp_path, {**STORE, **CHUNKS}))
    assert told(report) == []
    assert (report.version, report.kind, report.exit_code(strict=True)) == ("0.5", "image", 0)
    assert report.counts == {"array": 1, "image": 1}


def test_the_rules_on_archives_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "image.ome.zarr"
    for name, data in STORE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (run, skipped), (more, same) = check(folder).tally(), check(written(tmp_path, STORE)).tally()
    assert (more - run, same - skipped) == (12, 0)


def test_what_zip_programs_write_by_default_gets_warnings(tmp_path: Path) -> None:
    path = tmp_path / "image.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted({**STORE, **CHUNKS}):
            archive.writestr(name, {**STORE, **CHUNKS}[name])
    report = check(path)
    assert told(report) == [
        ("zip-zip64", "warning"),
        ("zip-entries-stored", "warning"),
        ("zip-json-first", "warning"),
        ("zip-extension-ozx", "warning"),
        ("zip-comment-version", "warning"),
    ]
    assert [issue.message for issue in report.issues] == [
        "the archive does not use ZIP64",
        "66 of 66 entries are compressed with deflate",
        "the root zarr.json is not the first entry in the central directory",
        "the name of the archive does not end in .ozx",
        "the archive has no comment",
    ]
    assert (report.exit_code(), report.exit_code(strict=True)) == (0, 1)


def test_a_wrapped_folder_is_an_error_and_judged(tmp_path: Path) -> None:
    broken = {**STORE, "zarr.json": STORE["zarr.json"].replace(b'"micrometer"', b'"um"', 1)}
    report = check(written(tmp_path, {f"image.ome.zarr/{name}": data for name, data in broken.items()}))
    assert told(report) == [("zip-root-is-hierarchy-root", "error"), ("axes-unit-space-known", "warning")]
    assert report.issues[0].found == "image.ome.zarr/zarr.json"
    assert report.issues[1].node == ""


def test_two_hierarchies_are_an_error_and_the_first_is_judged(tmp_path: Path) -> None:
    entries = {f"{top}/{name}": data for name, data in STORE.items() for top in "ba"}
    report = check(written(tmp_path, entries, comment={"ome": {"version": "0.5"}}))
    assert told(report) == [("zip-single-hierarchy", "error"), ("zip-json-first", "warning")]
    assert report.issues[0].message == "the archive holds 2 hierarchies; only 'a' is judged"
    assert report.counts == {"array": 1, "image": 1}


def test_a_zarr_json_after_a_chunk_belies_the_comment(tmp_path: Path) -> None:
    entries = {"zarr.json": STORE["zarr.json"], **CHUNKS, "0/zarr.json": STORE["0/zarr.json"]}
    report = check(written(tmp_path, entries))
    assert told(report) == [("zip-json-first", "warning"), ("zip-comment-json-first-honest", "error")]


@pytest.mark.parametrize("claim", [False, None])
def test_without_the_claim_the_order_is_a_warning_only(claim: bool | None, tmp_path: Path) -> None:
    comment = {"ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": claim}}}}
    entries = {"zarr.json": STORE["zarr.json"], **CHUNKS, "0/zarr.json": STORE["0/zarr.json"]}
    assert told(check(written(tmp_path, entries, comment=comment))) == [("zip-json-first", "warning")]


def test_the_order_in_the_file_counts_too(tmp_path: Path) -> None:
    report = check(written(tmp_path, {**STORE, **CHUNKS}, placed=[*CHUNKS, *STORE]))
    assert [issue.message for issue in report.issues] == ["the root zarr.json is not the first entry in the file"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (b"", "the archive has no comment"),
        (b"\xff\xfe", "the comment of the archive is not UTF-8 (byte 0)"),
        (b"hello", "the comment of the archive is not JSON"),
        (b"[]", "the comment of the archive is JSON, but no object"),
        (b"{}", "ome.version in the comment of the archive is not there"),
        (b'{"ome": []}', "ome.version in the comment of the archive is not there"),
        (b'{"ome": {"version": 0.5}}', "ome.version in the comment of the archive is 0.5, no string"),
        (b'{"ome": {"version": "0.6"}}', 'the comment of the archive states version "0.6", the root "0.5"'),
        (b"[" * 60000, "the comment of the archive is not JSON"),
    ],
)
def test_the_comment_states_the_version(comment: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "image.ozx"
    path.write_bytes(zip_bytes(STORE, comment=comment))
    report = check(path)
    assert told(report) == [("zip-comment-version", "warning")]
    assert report.issues[0].message == message
    assert report.issues[0].expected in ('{"ome": {"version": "0.5"}}', '"0.5"')


def test_the_comment_is_not_for_metadata_of_images(tmp_path: Path) -> None:
    comment = {"ome": {"version": "0.5", "omero": {}}, "channel_names": ["DAPI"]}
    report = check(written(tmp_path, STORE, comment=comment))
    assert [issue.message for issue in report.issues] == [
        "the comment of the archive holds metadata of images: channel_names",
        "the comment of the archive holds metadata of images: ome.omero",
    ]


def test_many_chunks_are_a_hint_unless_all_arrays_have_shards(tmp_path: Path) -> None:
    many = {f"0/c/{number}/0": b"" for number in range(2000)}
    report = check(written(tmp_path, {**STORE, **many}))
    assert told(report) == [("zip-sharding", "info")]
    assert report.issues[0].message == "1 array has no shards, and the archive has 2002 entries"
    assert report.exit_code(strict=True) == 0
    codec = {
        "name": "sharding_indexed",
        "configuration": {"chunk_shape": [4, 4], "codecs": [LITTLE], "index_codecs": [LITTLE]},
    }
    sharded = build_store(REGISTRY.spec("0.5"), {"": IMAGE, "0": LEVEL}, {"0/zarr.json#codecs": [codec]})
    assert told(check(written(tmp_path, {**sharded, **many}))) == []


def test_a_split_archive_is_judged_as_one(tmp_path: Path) -> None:
    report = check(written(tmp_path, STORE, disk=2))
    assert told(report) == [("zip-not-split", "error"), ("document-unreadable", "error")]
    assert report.exit_code() == 1


def test_embedded_archives_are_an_error(tmp_path: Path) -> None:
    report = check(written(tmp_path, {**STORE, "labels/cells.ozx": b"", "a.zarr.zip": b"", "notes.zip": b""}))
    assert told(report) == [("zip-not-embedded", "error")]
    assert report.issues[0].found == "labels/cells.ozx, a.zarr.zip"


def test_rules_on_archives_can_be_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, STORE, name="image.zip", zip64=False, comment=None)
    assert told(check(path, select=["zip-zip64"])) == [("zip-zip64", "warning")]
    assert told(check(path, ignore=["zip"])) == []


def test_a_root_that_is_no_ome_zarr_is_told_without_rules_on_archives(tmp_path: Path) -> None:
    plain = b'{"zarr_format": 3, "node_type": "group", "attributes": {}}'
    report = check(written(tmp_path, {"zarr.json": plain}, name="x.zip"))
    assert told(report) == [("store-without-metadata", "error")]
    assert report.exit_code() == 3


@pytest.mark.parametrize("name", ["zip-not-embedded", "zip-not-in-directory", "zip-not"])
def test_an_archive_in_a_directory_is_found_by_either_name(name: str, tmp_path: Path) -> None:
    write_store({**STORE, "0/x.ozx": b"", "more.ozx": b""}, tmp_path)
    assert told(check(tmp_path, select=[name])) == [("zip-not-in-directory", "error")]
    assert told(check(tmp_path, ignore=[name])) == []
