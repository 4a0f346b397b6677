"""A1, A17: stores whose root is damaged are found and named, in whatever way the folder is named."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from bases import BASES, collection, image, labels, numbered, plate
from commands import Run

from ngff_core import check_store
from ngff_core.errors import StoreError
from ngff_core.stores import MemoryStore
from ngff_core.validation.many.stores import check_stores

VERSIONS = ("0.4", "0.5")
DOCUMENT = {"0.4": ".zattrs", "0.5": "zarr.json"}
POINTER = b"/annex/objects/MD5E-s1234--d41d8cd98f00b204e9800998ecf8427e.json\n"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n"


def _put(data: bytes) -> Callable[[Path, str], None]:
    return lambda root, name: (root / name).write_bytes(data) and None  # type: ignore[func-returns-value]


def _unlink(root: Path, name: str) -> None:
    (root / name).unlink()


def _without_any(root: Path, name: str) -> None:
    for document in (".zgroup", name):
        (root / document).unlink(missing_ok=True)


def _dangling(root: Path, name: str) -> None:
    (root / name).unlink()
    (root / name).symlink_to("../.git/annex/objects/gone.json")


def _folder(root: Path, name: str) -> None:
    (root / name).unlink()
    (root / name).mkdir()


def _empty(root: Path, name: str) -> None:
    shutil.rmtree(root)
    root.mkdir()


def _link_to_nothing(root: Path, name: str) -> None:
    shutil.rmtree(root)
    root.symlink_to("gone")


DAMAGES: dict[str, Callable[[Path, str], None]] = {
    "cut": _put(b'{"zarr_format":3,'),
    "empty document": lambda root, name: (root / name).write_bytes(b"") and None,  # type: ignore[func-returns-value]
    "an array": _put(b"[]"),
    "null": _put(b"null"),
    "a trailing comma": _put(b'{"multiscales": [],}'),
    "no document": _unlink,
    "no document at all": _without_any,
    "an empty folder": _empty,
    "annex pointer": _put(POINTER),
    "lfs pointer": _put(LFS),
    "dangling link": _dangling,
    "a folder for a document": _folder,
    "link to nothing": _link_to_nothing,
    "no metadata": _put(b"{}"),
}
BASE = {"image": image, "labelled": labels, "plate": plate, "collection": collection}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", BASE)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a1_a_damaged_root_is_a_store(damage: str, base: str, version: str, tmp_path: Path, run: Run) -> None:
    image(version).write(tmp_path / "data" / "good.zarr")
    bad = BASE[base](version).write(tmp_path / "data" / "bad.zarr")
    DAMAGES[damage](bad, DOCUMENT[version])
    alone = run("validate", "data/bad.zarr", "--format", "json")
    assert alone.code in (1, 3)
    below = run("validate", "-r", "data", "--format", "json")
    assert below.code == alone.code
    verdicts = {r["url"]: r["status"] for r in json.loads(below.out)["results"]}
    assert verdicts["data/bad.zarr"] == json.loads(alone.out)["results"][0]["status"]
    # images of a collection that lost its metadata are stores of their own; wells and labels are not
    rest = {url for url in verdicts if url not in ("data/bad.zarr", "data/good.zarr")}
    assert rest <= {f"data/bad.zarr/{n}" for n in range(3)} if base == "collection" else not rest
    assert run("validate", "-r", "data/bad.zarr").code == alone.code
    assert run("info", "data").code == 3


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", ["labelled", "plate"])
def test_a1_parts_without_their_whole_are_no_stores(version: str, base: str, tmp_path: Path, run: Run) -> None:
    image(version).write(tmp_path / "data" / "good")
    bad = BASE[base](version).write(tmp_path / "data" / "deep" / "bad")  # no name says that it is a store
    (bad / DOCUMENT[version]).unlink()
    ran = run("validate", "-r", "data", "--format", "json")
    found = [(r["url"], r["status"], r["issues"][0]["message"]) for r in json.loads(ran.out)["results"] if r["issues"]]
    message = "no OME-Zarr metadata here, only parts of what should be here"
    assert found == [("data/deep/bad", "unreadable", message)]
    assert ran.code == 3


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("base", [collection, numbered])
@pytest.mark.parametrize("left", [(".", "0", "1", "OME"), (".", "OME")])
def test_a1_a_collection_without_its_root(
    left: tuple[str, ...], base: Callable[[str], Any], version: str, tmp_path: Path, run: Run
) -> None:
    bad = base(version).write(tmp_path / "data" / "coll")
    _without_any(bad, DOCUMENT[version])
    for path in bad.iterdir():
        if path.name not in left:
            shutil.rmtree(path)
    message = "no OME-Zarr metadata here, only parts of what should be here"
    for arguments in (["-r", "data"], ["-r", "data/coll"], ["data/coll"]):
        ran = run("validate", *arguments, "--format", "json")
        results = {r["url"]: r for r in json.loads(ran.out)["results"]}
        assert results["data/coll"]["issues"][0]["message"] == message
        assert results["data/coll"]["status"] == "unreadable"
        images = {f"data/coll/{name}" for name in left if name.isdecimal()}
        assert set(results) - {"data/coll"} == (images if "-r" in arguments else set())
        assert ran.code == 3


ARRAYS = {
    "zarr.json": b'{"zarr_format": 3, "node_type": "array"}',
    ".zarray": b'{"zarr_format": 2, "shape": [8, 8], "chunks": [8, 8], "dtype": "|u1"}',
}


@pytest.mark.parametrize("document", ARRAYS)
def test_a1_an_array_that_is_named_as_a_store(document: str, tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "data" / "good.zarr")
    for name in ("x.zarr", "plain"):
        array = tmp_path / "data" / name
        array.mkdir()
        (array / document).write_bytes(ARRAYS[document])
    verdicts = []
    for arguments in (["-r", "data"], ["data/*.zarr"], ["data/good.zarr", "data/x.zarr"], ["-r", "data/*.zarr"]):
        ran = run("validate", *arguments, "--format", "json")
        assert ran.code == 3
        verdicts.append({r["url"]: (r["status"], r["issues"]) for r in json.loads(ran.out)["results"]})
    assert {url: status for url, (status, _) in verdicts[0].items()} == {
        "data/good.zarr": "valid",
        "data/x.zarr": "unreadable",
    }
    assert all(other == verdicts[0] for other in verdicts[1:])


def test_a1_metadata_on_an_array_is_found_below(tmp_path: Path, run: Run) -> None:
    root = image("0.5").write(tmp_path / "data" / "deep" / "wrong")
    text = json.loads((root / "zarr.json").read_text())
    (root / "zarr.json").write_text(json.dumps({**text, "node_type": "array"}))
    ran = run("validate", "-r", "data", "--format", "json")
    assert [(r["url"], r["status"]) for r in json.loads(ran.out)["results"]] == [("data/deep/wrong", "invalid")]
    assert ran.code == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a1_what_holds_other_things_stays_silent(version: str, tmp_path: Path, run: Run) -> None:
    """A container of another format (SpatialData), plain folders, arrays, Zarr groups of others."""
    other = tmp_path / "data" / "spatial.zarr"
    labels(version).write(other / "images" / "one")
    labels(version).write(other)  # its own `labels`
    (other / DOCUMENT[version]).unlink()
    mark: dict[str, Any] = {"spatialdata_attrs": {"version": "0.1"}}
    if version == "0.4":
        (other / ".zattrs").write_text(json.dumps(mark))
    else:
        text = {"zarr_format": 3, "node_type": "group", "attributes": mark}
        (other / "zarr.json").write_text(json.dumps(text))
    (tmp_path / "data" / "notes").mkdir()
    (tmp_path / "data" / "notes" / "a.txt").write_text("")
    array = tmp_path / "data" / "array"
    array.mkdir()
    (array / "zarr.json").write_text('{"zarr_format": 3, "node_type": "array"}')
    group = tmp_path / "data" / "group"
    group.mkdir()
    (group / ".zgroup").write_text('{"zarr_format": 2}')
    ran = run("validate", "-r", "data", "--format", "json", "--stats")
    results = json.loads(ran.out)
    assert sorted((r["url"], r["status"]) for r in results["results"]) == [
        ("data/spatial.zarr/images/one", "valid"),
        ("data/spatial.zarr/labels", "valid"),
    ]
    assert ran.code == 0
    is_ = {entry["url"]: entry["is"] for entry in results["search"]["folders"]}
    assert is_["data/array"] == "array"
    assert is_["data/group"] == "group without OME-Zarr metadata"
    assert is_["data/notes"] == "folder without Zarr metadata"
    shutil.rmtree(other / "images")
    shutil.rmtree(other / "labels")
    assert run("validate", "-r", "data").code == 3  # and then it holds nothing


def test_a1_every_way_of_naming_300_stores_gives_the_same_verdicts(tmp_path: Path, run: Run) -> None:
    data = tmp_path / "data"
    whole = {version: image(version).write(tmp_path / f"whole-{version}") for version in VERSIONS}
    names = [f"{number:03}.ome.zarr" for number in range(300)]
    bad = dict(zip(names[::23], DAMAGES, strict=False))
    assert len(bad) == 14
    del bad[next(reversed(bad))]
    for number, name in enumerate(names):
        shutil.copytree(whole[VERSIONS[number % 2]], data / name)
        if name in bad:
            DAMAGES[bad[name]](data / name, DOCUMENT[VERSIONS[number % 2]])
    (tmp_path / "list.txt").write_text("".join(f"data/{name}\n" for name in names))
    ways = (
        ["-r", "data"],
        ["data/*.ome.zarr"],
        ["-r", "data/*.ome.zarr"],
        ["--from", "list.txt"],
        [f"data/{name}" for name in names],
        ["-r", "data", "--workers", "2"],
    )
    seen = []
    for way in ways:
        ran = run("validate", *way, "--format", "json")
        assert ran.code == 3 or ran.code == 1
        seen.append({r["url"]: (r["status"], r["issues"]) for r in json.loads(ran.out)["results"]})
    for verdicts in seen:
        assert sorted(
            url.removeprefix("data/") for url, (status, _) in verdicts.items() if status != "valid"
        ) == sorted(bad)
        assert len(verdicts) == 300
    assert all(verdicts == seen[0] for verdicts in seen[1:])
    text = run("validate", "-r", "data").out
    assert all(f"data/{name}" in text for name in bad)
    api = {r.url: r.status for r in check_stores([str(data)], recursive=True)}
    assert sum(status != "valid" for status in api.values()) == 13


def test_a1_the_search_says_what_it_looked_at(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "data" / "a.zarr")
    (tmp_path / "data" / "b.zarr").mkdir()
    (tmp_path / "data" / "notes").mkdir()
    (tmp_path / "data" / ".cache").mkdir()
    ran = run("validate", "-r", "data", "--format", "json", "--stats")
    assert json.loads(ran.out)["search"] == {
        "looked_at": 4,
        "counts": {
            "folder without Zarr metadata": 1,
            "hidden": 1,
            "named .zarr, without OME-Zarr metadata": 1,
            "store": 1,
        },
        "folders": [
            {"url": "data/.cache", "is": "hidden"},
            {"url": "data/a.zarr", "is": "store"},
            {"url": "data/b.zarr", "is": "named .zarr, without OME-Zarr metadata"},
            {"url": "data/notes", "is": "folder without Zarr metadata"},
        ],
        "left_out": 0,
    }
    assert "looked at 4 folders" in ran.err
    assert "  1 store: data/a.zarr" in ran.err
    lines = run("validate", "-r", "data", "--format", "jsonl").out.splitlines()
    assert json.loads(lines[-1])["search"]["looked_at"] == 4
    assert "search" not in json.loads(run("validate", "data/a.zarr", "--format", "json").out)


class Withheld(MemoryStore):
    """A store some of whose folders may not be read, whoever the user is."""

    def __init__(self, documents: dict[str, bytes], url: str, closed: str) -> None:
        super().__init__(documents, url)
        self.closed = closed

    def get(self, key: str) -> bytes | None:
        if key.startswith(self.closed):
            raise StoreError("permission denied")
        return super().get(key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        return [
            StoreError("permission denied") if k.startswith(self.closed) else super(Withheld, self).get(k) for k in keys
        ]

    def list(self, prefix: str) -> Sequence[str] | None:
        return None if f"{prefix}/".startswith(self.closed) else super().list(prefix)


@pytest.mark.parametrize("version", VERSIONS)
def test_a1_a_folder_without_permission_fails_the_run(version: str) -> None:
    documents = {f"{name}/{key}": data for name in "ab" for key, data in image(version).documents().items()}
    reports = list(check_stores([Withheld(documents, "mem", "b/")], recursive=True))
    assert [(r.url, r.status) for r in reports] == [("mem/a", "valid"), ("mem/b", "unreadable")]
    assert reports[1].issues[0].rule == "document-unreadable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a1_a_folder_without_permission_on_disk(tmp_path: Path, run: Run) -> None:
    closed = image("0.5").write(tmp_path / "data" / "closed.zarr")
    closed.chmod(0)
    try:
        assert run("validate", "-r", "data").code == 3
    finally:
        closed.chmod(0o755)


class Web(MemoryStore):
    """A server that answers for documents and lists nothing."""

    lists_cheaply = False

    def list(self, prefix: str) -> Sequence[str] | None:
        return None


@pytest.mark.parametrize("version", VERSIONS)
def test_a17_a_group_without_metadata_where_nothing_can_be_listed(version: str) -> None:
    documents = {key.removeprefix("A/"): data for key, data in BASES["plate"](version).documents().items()}
    row = {key: data for key, data in documents.items() if key in (".zgroup", "zarr.json")}
    row = {
        key: b'{"zarr_format": 2}' if key == ".zgroup" else b'{"zarr_format": 3, "node_type": "group"}' for key in row
    }
    report = check_store(Web(row, "web"))
    assert [(i.rule, i.message) for i in report.issues] == [
        ("store-without-metadata", "there is no OME-Zarr metadata in this group")
    ]


@pytest.mark.parametrize("levels", [("0",), ("0", "1")])
def test_a1_an_archive_without_its_root(levels: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    documents = image("0.5").documents()
    with zipfile.ZipFile(tmp_path / "a.ozx", "w") as archive:
        for level in levels:
            archive.writestr(f"{level}/zarr.json", documents[f"{level}/zarr.json"])
    ran = run("validate", "a.ozx", "--format", "json")
    assert ran.code == 3 or ran.code == 1
    (result,) = json.loads(ran.out)["results"]
    (issue,) = [issue for issue in result["issues"] if issue["rule"] == "store-without-metadata"]
    assert issue["message"] == "no OME-Zarr metadata here, only parts of what should be here"
    assert issue["found"] == ", ".join(levels)
    assert issue["hint"].startswith("bring back the metadata of the group that holds them")
