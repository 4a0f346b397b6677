"""Lists on the command line (`--from`): what another run wrote, tables, inventories; by one process and by workers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import image, plate
from commands import Run
from fakes import make_plugin

from ngff_core.checking.settings import Settings
from ngff_core.plugins import Registry
from ngff_core.stores import MemoryStore
from ngff_core.validation.lists.reading import listed
from ngff_core.validation.many.addresses import Found, find_stores
from ngff_core.validation.many.found import validate_found
from ngff_core.validation.store import NOBODY
from ngff_core.validation.validator import Validator

STORES = ["a.zarr", "b c.zarr", "plate.zarr"]


@pytest.fixture
def stores(tmp_path: Path) -> Path:
    image("0.5").write(tmp_path / STORES[0])
    tree = image("0.4")
    tree.ome("")["omero"] = {"channels": [{"color": "red"}]}
    tree.write(tmp_path / STORES[1])
    plate("0.5").write(tmp_path / STORES[2])
    return tmp_path


def results(out: str) -> list[Any]:
    return [json.loads(line)["result"] for line in out.splitlines()[:-1]]


def test_what_a_run_wrote_is_a_list(run: Run, stores: Path) -> None:
    first = run("validate", *STORES, "--format", "jsonl", "--log", "run.jsonl")
    (stores / "report").write_text(first.out)
    assert run("validate", "--from", "report", "--format", "jsonl") == first
    again = run("validate", "--from", "run.jsonl", "--format", "jsonl", "--workers", "2")
    absolute = [{**result, "url": str(stores / result["url"])} for result in results(first.out)]
    assert (again.code, results(again.out)) == (first.code, absolute)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "id,path\n1,a.zarr\n2,b c.zarr\n3,plate.zarr\n"),
        ("list.jsonl", '{"path": "a.zarr"}\n"b c.zarr"\n{"store": "plate.zarr"}\n'),
        ("list.txt", "a.zarr\nb c.zarr\nplate.zarr\n"),
    ],
)
def test_each_form_stands_for_its_paths(run: Run, stores: Path, name: str, text: str) -> None:
    plain = run("validate", *STORES, "--format", "json")
    (stores / name).write_text(text)
    assert run("validate", "--from", name, "--format", "json") == plain
    assert run("validate", "--from", "-", "--format", "json", stdin=text.encode()) == plain
    assert run("validate", "--from", name, "--format", "json", "--workers", "2") == plain


def test_a_broken_list_ends_the_run(run: Run, stores: Path) -> None:
    (stores / "list.jsonl").write_text('{"path": "a.zarr"}\n{"name": "b c.zarr"}\n')
    ran = run("validate", "--from", "list.jsonl")
    assert ran.code == 2
    assert ran.err.startswith("Error: line 2 of the list 'list.jsonl' names no store: ")


def manifest(folder: Path, keys: list[str]) -> None:
    rows = "".join(f'"lab","{key.replace(" ", "+")}"\n' for key in keys)
    (folder / "keys.csv.gz").write_bytes(gzip.compress(rows.encode()))
    named = {"sourceBucket": "lab", "fileFormat": "CSV", "fileSchema": "Bucket, Key"}
    (folder / "manifest.json").write_text(json.dumps({**named, "files": [{"key": "data/keys.csv.gz"}]}))


def test_the_stores_of_an_inventory_are_judged_as_those_that_a_search_finds(stores: Path) -> None:
    """Characters of patterns are nothing special in a key."""
    paths = sorted(path.relative_to(stores).as_posix() for path in stores.rglob("*") if path.is_file())
    files = {f"x*/{path}": (stores / path).read_bytes() for path in paths}
    manifest(stores, [*files])

    def open_store(url: str, options: Any) -> MemoryStore | None:
        return MemoryStore(files, url) if url == "s3://lab" else None

    validator = Validator(Registry(plugins=[make_plugin(ngff_open_store=open_store)]), Settings())
    given = [*listed(str(stores / "manifest.json"), validator)]
    ways = {recursive: [*given] for recursive in (False, True)} | {None: ["s3://lab"]}
    reports = {
        way: [*validate_found(validator, (one for uri in uris for one in _found(uri, validator, way)), None, NOBODY)]
        for way, uris in ways.items()
    }
    assert [report.url for report in reports[None]] == [f"s3://lab/x*/{name}" for name in STORES]
    assert reports[False] == reports[True] == reports[None]


def _found(uri: object, validator: Validator, recursive: bool | None) -> Iterator[Found]:
    return find_stores(uri, validator, recursive=recursive is not False)


def test_files_around_which_hierarchies_are_looked_for_are_of_this_machine(run: Run, stores: Path) -> None:
    (stores / "list.jsonl").write_text('{"path": "a.zarr/zarr.json"}\n')
    assert run("validate", "--containing", "--from", "list.jsonl").out.startswith("valid  a.zarr  ")
    manifest(stores, ["a.zarr/zarr.json"])
    ran = run("validate", "--containing", "--from", "manifest.json")
    assert (ran.code, ran.err[:44]) == (2, "Error: 's3://lab/a.zarr' is an address; hier")
