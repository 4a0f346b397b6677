"""`ngff validate --containing`: from files, as a commit hook gets them, to the hierarchies they belong to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core.errors import UsageError
from ngff_core.testing import array, build_store, write_store
from ngff_core.validation.many.owners import check_containing

spec_05 = pytest.importorskip("ngff_v05.spec", reason="needs ngff-v05").SPEC
spec_04 = pytest.importorskip("ngff_v04.spec", reason="needs ngff-v04").SPEC

IMAGE: dict[str, Any] = {
    "multiscales": [
        {
            "name": "cells",
            "type": "mean",
            "metadata": {"method": "numpy"},
            "axes": [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"],
            "datasets": [{"path": "s/0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
        }
    ]
}
LEVEL = array((8, 8), "uint8", ("y", "x"))
WELLS = ["A/1", "A/2"]
PLATE: dict[str, Any] = {
    "": {
        "plate": {
            "name": "screen",
            "field_count": 1,
            "rows": [{"name": "A"}],
            "columns": [{"name": "1"}, {"name": "2"}],
            "wells": [{"path": path, "rowIndex": 0, "columnIndex": n} for n, path in enumerate(WELLS)],
        }
    },
    "A": None,
    **{path: {"well": {"images": [{"path": "0"}]}} for path in WELLS},
    **{f"{path}/0": IMAGE for path in WELLS},
    **{f"{path}/0/s": None for path in WELLS},
    **{f"{path}/0/s/0": LEVEL for path in WELLS},
}
IMAGES: dict[str, Any] = {"": IMAGE, "s": None, "s/0": LEVEL}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, nodes: dict[str, Any], spec: Any = spec_05) -> None:
    write_store(build_store(spec, nodes), path)


def judged(*files: str) -> list[tuple[str, str]]:
    return [(report.url, report.status) for report in check_containing(files)]


@pytest.mark.parametrize(
    "file", ["zarr.json", "A/zarr.json", "A/1/zarr.json", "A/1/0/s/0/zarr.json", "A/2/0/s/0/c/0/0", "A/1", "gone/a.txt"]
)
def test_any_file_of_a_plate_leads_to_the_plate(folder: Path, file: str) -> None:
    write("data/screen.zarr", PLATE)
    assert judged(f"data/screen.zarr/{file}") == [("data/screen.zarr", "valid")]


def test_a_hierarchy_is_judged_once(folder: Path) -> None:
    write("data/screen.zarr", PLATE)
    write("other.zarr", IMAGES, spec_04)
    files = [str(path) for path in sorted(Path("data").rglob("zarr.json"))]
    assert len(files) == 10
    assert judged(*files, "other.zarr/.zattrs", "other.zarr/s/0/.zarray", *files) == [
        ("data/screen.zarr", "valid"),
        ("other.zarr", "valid"),
    ]


def test_what_is_not_named_is_a_hierarchy_of_its_own(folder: Path) -> None:
    write("screen.zarr", PLATE)
    write("screen.zarr/A/1/stray", IMAGES)
    shown = [("screen.zarr", "valid"), ("screen.zarr/A/1/stray", "valid")]
    assert judged("screen.zarr/A/1/stray/s/0/zarr.json") == shown
    assert judged("screen.zarr/A/1/zarr.json", "screen.zarr/A/1/stray/zarr.json") == shown
    assert judged("screen.zarr/A/1/zarr.json") == shown[:1]


def test_a_plain_group_is_no_hierarchy_of_ome(folder: Path) -> None:
    write("container.zarr", {"": None, "raw": array((4, 4))})
    write("container.zarr/first", IMAGES)
    assert judged("container.zarr/zarr.json", "container.zarr/raw/zarr.json", "README.md") == [
        ("README.md", "unreadable")  # it is not there
    ]
    assert judged("container.zarr/first/s/0/zarr.json") == [("container.zarr/first", "valid")]


def test_other_files_are_passed_over(folder: Path) -> None:
    Path("README.md").write_text("nothing")
    assert judged("README.md", str(folder / "README.md")) == []


def test_broken_documents_are_not_passed_over(folder: Path) -> None:
    write("broken.zarr", IMAGES)
    Path("broken.zarr/zarr.json").write_text("{")
    [report] = check_containing(["broken.zarr/zarr.json"])
    assert [(issue.rule, issue.document) for issue in report.issues] == [("document-not-json", "zarr.json")]


def test_a_broken_document_within_is_a_matter_of_the_whole(folder: Path) -> None:
    write("screen.zarr", PLATE)
    Path("screen.zarr/A/2/0/s/0/zarr.json").write_text("{")
    [report] = check_containing(["screen.zarr/A/2/0/s/0/zarr.json"])
    assert report.url == "screen.zarr"
    assert ("A/2/0/s/0", "document-not-json") in [(issue.node, issue.rule) for issue in report.issues]


def test_what_is_named_ome_zarr_has_to_be(folder: Path) -> None:
    write("image.ome.zarr", {"": None})
    [report] = check_containing(["image.ome.zarr/zarr.json"])
    assert [issue.rule for issue in report.issues] == ["store-without-metadata"]
    assert report.exit_code() == 3


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    [report] = check_containing(["nothing/zarr.json"])
    assert [issue.rule for issue in report.issues] == ["store-not-found"]


def test_archives_are_judged_themselves(folder: Path) -> None:
    write("image.zarr", IMAGES)
    shutil.make_archive("image", "zip", "image.zarr")
    Path("image.zip").rename("image.ozx")
    assert [(r.url, r.version, r.kind) for r in check_containing(["image.ozx"])] == [("image.ozx", "0.5", "image")]


def test_nothing_above_the_working_directory_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("screen.zarr", PLATE)
    monkeypatch.chdir("screen.zarr/A/1")
    assert judged("zarr.json", "0/zarr.json", os.path.join(".", "0", "s", "0", "zarr.json")) == [(".", "valid")]
    assert judged("../2/zarr.json") == [(str(folder / "screen.zarr"), "valid")]
    assert judged(str(folder / "screen.zarr/A/1/zarr.json")) == [(str(folder / "screen.zarr"), "valid")]


def test_addresses_are_refused() -> None:
    with pytest.raises(UsageError, match=r"'s3://bucket/zarr\.json' is an address"):
        list(check_containing(["s3://bucket/zarr.json"]))


# --- the command ------------------------------------------------------------------------------------


def test_command(folder: Path, run: Run) -> None:
    write("screen.zarr", PLATE)
    write("other.zarr", {**IMAGES, "": {**IMAGE, "omero": {"channels": [{"color": "red"}]}}})
    Path("list.txt").write_text("other.zarr/s/0/zarr.json\n")
    ran = run("validate", "--containing", "--ignore", "plate", "screen.zarr/A/1/zarr.json", "screen.zarr/zarr.json")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "valid  screen.zarr  OME-Zarr 0.5 plate (8 nodes)")
    ran = run("validate", "--containing", "--from", "list.txt", "--select", "omero-channel-color-hex6")
    assert (ran.code, ran.heads) == (1, [("error", "omero-channel-color-hex6")])
    ran = run("validate", "--containing", "list.txt")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize("arguments", [("--recursive", "a"), ("-",)])
def test_usage(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run("validate", "--containing", *arguments)
    assert (ran.code, ran.err.splitlines()[-1]) == (
        2,
        "Error: --containing goes with files, not with --recursive or -.",
    )
