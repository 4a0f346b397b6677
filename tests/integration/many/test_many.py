"""Many stores in one call: patterns, lists, discovery, results that stream, the sum at the end, progress."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, image, plate
from commands import Run

from ngff_core import __version__, check_stores
from ngff_core.json_text import dumps, loads
from ngff_core.plugins import default_registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """Write a folder of stores at several depths, among other things."""
    image("0.5").write(tmp_path / "a.zarr")
    tree = image("0.4")
    del tree.ome()["omero"]["channels"][1]["color"]
    tree.write(tmp_path / "project" / "b.zarr")
    plate("0.5").write(tmp_path / "project" / "deep" / "er" / "c.zarr")
    (tmp_path / "project" / "notes").mkdir()
    (tmp_path / "project" / "notes" / "zarr.json").write_text('{"zarr_format": 3, "node_type": "array"}')
    image("0.4").write(tmp_path / "project" / "notes" / "inside_an_array")
    (tmp_path / ".hidden").mkdir()
    image("0.4").write(tmp_path / ".hidden" / "d.zarr")
    (tmp_path / "raw.tif").write_bytes(b"II*")
    return tmp_path


FOUND = ["a.zarr", "project/b.zarr", "project/deep/er/c.zarr"]


def urls(out: str) -> list[str]:
    return [json.loads(line)["result"]["url"] for line in out.splitlines()[:-1]]


def test_every_hierarchy_below_a_folder(run: Run, bucket: Path) -> None:
    ran = run("validate", "--recursive", ".", "--format", "jsonl")
    assert urls(ran.out) == [f"./{path}" for path in FOUND]
    assert ran.code == 1
    last = json.loads(ran.out.splitlines()[-1])
    assert last.pop("search")["counts"] == {"array": 1, "folder without Zarr metadata": 3, "hidden": 1, "store": 3}
    assert last == {
        "schema": 1,
        "summary": {
            "stores": 3,
            "statuses": {"valid": 2, "invalid": 1, "unreadable": 0},
            "versions": {"0.4": 1, "0.5": 2},
            "findings": {"omero-channel-color-present": {"findings": 1, "stores": 1}},
            "suppressed": {},
        },
    }


def test_a_hierarchy_is_not_looked_into_for_others(run: Run, bucket: Path) -> None:
    ran = run("validate", "-r", "project/deep/er/c.zarr", "a.zarr", "--format", "jsonl")
    assert urls(ran.out) == ["project/deep/er/c.zarr", "a.zarr"]
    assert ran.code == 0


def test_nothing_below_is_said_once(run: Run, bucket: Path) -> None:
    ran = run("validate", "-r", "project/notes", "missing", "--format", "json")
    results = json.loads(ran.out)["results"]
    assert [(r["url"], r["issues"][0]["rule"]) for r in results] == [
        ("project/notes", "store-without-metadata"),
        ("missing", "store-not-found"),
    ]
    assert ran.code == 3


def test_info_shows_every_hierarchy_below(run: Run, bucket: Path) -> None:
    ran = run("info", ".")
    heads = [line.split("  ")[0] for line in ran.out.splitlines() if "  OME-Zarr " in line]
    assert heads == [f"./{path}" for path in FOUND]
    assert ran.code == 0


# --- patterns and lists -----------------------------------------------------------------------------------


def test_patterns_in_paths(run: Run, bucket: Path) -> None:
    ran = run("validate", "*.zarr", "project/*.zarr", "**/deep/er/*", "--format", "jsonl")
    assert urls(ran.out) == FOUND
    nothing = run("validate", "*.nothing", "a.zarr", "--format", "jsonl")
    assert urls(nothing.out) == ["*.nothing", "a.zarr"]
    assert json.loads(nothing.out.splitlines()[0])["result"]["issues"][0]["message"] == "no path matches the pattern"
    assert nothing.code == 3


def test_a_name_with_a_star_is_a_name(run: Run, tmp_path: Path) -> None:
    image("0.5").write(tmp_path / "a*b")
    assert run("validate", "a*b").code == 0


def test_a_list_in_a_file(run: Run, bucket: Path) -> None:
    (bucket / "list.txt").write_text("# images\n\na.zarr\n  project/b.zarr  \n")
    ran = run("validate", "project/deep/er/c.zarr", "--from", "list.txt", "--format", "jsonl")
    assert urls(ran.out) == ["project/deep/er/c.zarr", "a.zarr", "project/b.zarr"]
    only = run("validate", "--from", "list.txt", "--format", "jsonl")
    assert urls(only.out) == ["a.zarr", "project/b.zarr"]


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("gone.txt", None, "No such file or directory"),
    ("latin.txt", b"caf\xe9", "it is not UTF-8 text"),
])  # fmt: skip
def test_a_list_that_cannot_be_read(run: Run, tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = run("validate", "--from", name)
    assert (ran.code, ran.err) == (2, f"Error: the list {name!r} could not be read: {reason}\n")


# --- one bad store ----------------------------------------------------------------------------------------


def test_one_bad_address_does_not_end_the_run(run: Run, bucket: Path) -> None:
    ran = run("validate", "a.zarr", "nosuch://bucket/x", "project/b.zarr", "--format", "jsonl")
    assert urls(ran.out) == ["a.zarr", "nosuch://bucket/x", "project/b.zarr"]
    bad = json.loads(ran.out.splitlines()[1])["result"]
    assert (bad["status"], bad["issues"][0]["rule"], bad["issues"][0]["judged"]) == (
        "unreadable",
        "store-not-opened",
        False,
    )
    assert ran.code == 1
    alone = run("validate", "nosuch://bucket/x")
    assert alone.code == 2
    assert alone.err.startswith("Error: no installed plugin opens nosuch:// addresses")


class Defective(MemoryStore):
    def get_many(self, keys: Sequence[str]) -> Any:
        raise ZeroDivisionError("a defect")


@pytest.mark.parametrize("concurrent", [1, 4])
@pytest.mark.parametrize("recursive", [False, True])
def test_one_defective_store_does_not_end_the_run(concurrent: int, recursive: bool) -> None:
    stores = [
        MemoryStore(image("0.5").documents(), "memory:1"),
        Defective({}, "memory:2"),
        MemoryStore(image("0.4").documents(), "memory:3"),
    ]
    for store in stores:
        store.concurrent = concurrent
    reports = list(check_stores(stores, recursive=recursive))
    assert [(r.url, r.status) for r in reports] == [
        ("memory:1", "valid"),
        ("memory:2", "unreadable"),
        ("memory:3", "valid"),
    ]
    assert [(i.rule, i.message) for i in reports[1].issues] == [
        (
            "document-unreadable",
            "zarr.json, .zgroup, .zattrs, .zarray could not be read: Defective failed: ZeroDivisionError: a defect",
        )
    ]


# --- order and streaming ----------------------------------------------------------------------------------


def test_reports_come_in_order_however_many_are_under_way() -> None:
    stores = []
    for number in range(60):
        store = MemoryStore(image("0.5" if number % 2 else "0.4").documents(), f"memory:{number}")
        store.concurrent, store.lists_cheaply = 4, False
        stores.append(store)
    reports = list(check_stores(stores))
    assert [(r.url, r.version) for r in reports] == [(f"memory:{n}", "0.5" if n % 2 else "0.4") for n in range(60)]
    assert all(r.valid for r in reports)


def test_results_are_there_before_the_last_store_is_opened() -> None:
    opened: list[int] = []

    def stores() -> Iterator[MemoryStore]:
        for number in range(3):
            opened.append(number)
            yield MemoryStore(image("0.5").documents())

    first = next(check_stores(stores()))
    assert isinstance(first, Report)
    assert opened == [0]


def test_the_command_prints_results_as_they_come(bucket: Path) -> None:
    """The list is a pipe that is only filled further once the first result was read."""
    command = [sys.executable, "-m", "ngff_core", "validate", "--format", "jsonl", "-r", "a.zarr", "--from", "-"]
    environment = {"NGFF_NO_PLUGINS": ""}
    with subprocess.Popen(
        command, cwd=bucket, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["result"]["url"] == "a.zarr"
        process.stdin.write("project/b.zarr\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["result"]["url"] == "project/b.zarr"
        assert "summary" in json.loads(process.stdout.readline())
    assert process.returncode == 1


# --- places that cannot list --------------------------------------------------------------------------------


class Unlisted(MemoryStore):
    lists_cheaply = False

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_consolidated_metadata_names_what_nobody_lists(version: str) -> None:
    documents: dict[str, Any] = {}
    copies: dict[str, Any] = {}
    for name, base in (("x", "image"), ("y/z", "plate")):
        for key, data in BASES[base](version).documents().items():
            if key.rpartition("/")[2] in ("zarr.json", ".zgroup", ".zattrs", ".zarray"):
                documents[f"{name}/{key}"] = data
                copies[f"{name}/{key}"] = loads(data)
    if version == "0.4":
        documents |= {".zgroup": b'{"zarr_format": 2}'}
        documents[".zmetadata"] = dumps({"zarr_consolidated_format": 1, "metadata": copies})
    else:
        inline = {key.rpartition("/")[0]: value for key, value in copies.items()}
        root = {"zarr_format": 3, "node_type": "group", "consolidated_metadata": {"metadata": inline}}
        documents["zarr.json"] = dumps(root)
    reports = list(check_stores([Unlisted(documents, "web")], recursive=True))
    assert [(r.url, r.kind, r.version) for r in reports] == [
        ("web/x", "image", version),
        ("web/y/z", "plate", version),
    ]
    alone = next(check_stores([Unlisted(documents, "web")]))
    assert [(i.rule, i.found) for i in alone.issues] == [("store-without-metadata", "x, y/z")]


def test_nothing_at_a_place_that_cannot_list() -> None:
    report = next(check_stores([Unlisted({}, "web")], recursive=True))
    assert [(i.rule, i.message, i.hint) for i in report.issues] == [
        (
            "store-not-found",
            "this place cannot be listed, so nothing is found below it",
            "name the stores one by one, or in a file with --from FILE",
        )
    ]


# --- what is said on the side ----------------------------------------------------------------------------------


def test_statistics(run: Run, bucket: Path) -> None:
    ran = run("validate", "a.zarr", "--stats")
    cost, rules = ran.err.splitlines()
    number, rest = cost.split(" ", 1)
    assert rest.startswith("requests, ")
    assert rest.endswith(" s")
    assert rules == f"rules of ngff-core {__version__}, ngff-v05 0.1.0"
    report = next(check_stores([str(bucket / "a.zarr")], registry=default_registry()))
    assert int(number) == report.stats.requests
    assert f"{report.stats.bytes:,} bytes" in rest
    assert run("validate", "a.zarr").err == ""
