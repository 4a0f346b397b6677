"""`ngff upgrade STORE --out PATH`: a copy of everything, with other documents; unfinished, nothing can read it."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mortal
import pytest
from commands import Run
from hierarchies import HIERARCHIES, documents

from ngff_core.errors import StoreError, UsageError
from ngff_core.report.report import ValidationError
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.stores.content import BLOCK
from ngff_core.stores.writing import Write
from ngff_core.testing import write_store
from ngff_core.upgrade.copy import MARKER
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.upgrade.run import upgrade_store
from ngff_core.validation.calls import check_store
from ngff_core.zarr.keys import LOCK

RENAME = {"chunk-keys": "rename"}
META = (".zgroup", ".zattrs", ".zarray", "zarr.json", ".zmetadata")
OTHERS = {
    "notes.txt": b"hello",
    "a b/ü#1+2%.txt": b"an odd name",
    ".hidden/x": b"",
    "0/0/0": bytes(range(256)) * 32,
    "labels/cells/0/0/0": b"\0" * 4096,
    "OME/METADATA.ome.xml": b"<OME/>",
    "unnamed/data.bin": b"no Zarr node",
    "unnamed/0/x.json": b"{}",
}


def read(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def others(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what is no document of the hierarchy."""
    return {k: v for k, v in files.items() if k.rpartition("/")[2] not in META}


def is_valid(store: Any, version: str) -> bool:
    report = check_store(store)
    return (report.status, report.version) == ("valid", version)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_store({**documents("image-0.4"), **OTHERS}, tmp_path / "in")


@pytest.mark.parametrize("target", ["0.4", "0.5"])
@pytest.mark.parametrize("name", HIERARCHIES)
def test_a_copy(tmp_path: Path, run: Run, name: str, target: str) -> None:
    """Also to the version that it has already: then it is a plain copy."""
    files = {**documents(name), **{k: v for k, v in OTHERS.items() if not k.startswith(("0/", "labels"))}}
    write_store(files, tmp_path / "in")
    decided = ["--decide", "chunk-keys=rename"] if name.endswith("0.5") and target == "0.4" else []
    done = run("upgrade", tmp_path / "in", "--out", tmp_path / "some" / "out", "--to", target, *decided)
    assert (done.code, done.err) == (0, "")
    after = read(tmp_path / "some" / "out")
    assert is_valid(tmp_path / "some" / "out", target)
    assert others(after) == others(files)
    if name.endswith(target):
        assert after == files
    else:
        foreign = {"0.5": (".zgroup", ".zattrs", ".zarray"), "0.4": ("zarr.json",)}[target]
        assert [key for key in after if key.endswith(foreign)] == []
    assert read(tmp_path / "in") == files


def test_the_same_as_in_place(tmp_path: Path, source: Path) -> None:
    before = read(source)
    upgrade_store(source, "0.5", tmp_path / "out")
    upgrade_store(source, "0.5", remove_old=True)
    in_place = read(source)
    assert in_place.pop(DONE)
    assert read(tmp_path / "out") == in_place
    assert before != in_place
    upgrade_store(tmp_path / "out", "0.4", tmp_path / "back")
    assert {k: json.loads(v) for k, v in read(tmp_path / "back").items() if k.endswith(".zattrs")} == {
        k: json.loads(v) for k, v in before.items() if k.endswith(".zattrs")
    }


def test_journals_and_what_was_left_behind_are_not_copied(tmp_path: Path, source: Path) -> None:
    upgrade_store(source, "0.5")
    (source / "0" / "0" / "1.ngff-part").write_bytes(b"half")
    assert (source / DONE).exists()
    upgrade_store(source, "0.4", tmp_path / "out")
    assert is_valid(tmp_path / "out", "0.4")
    assert [key for key in read(tmp_path / "out") if "ngff" in key] == []


@pytest.mark.parametrize(
    ("encoding", "old"),
    [
        ({"name": "default"}, "c/0/0"),
        ({"name": "default", "configuration": {"separator": "."}}, "c.0.0"),
        ({"name": "v2"}, "0.0"),
        ({"name": "v2", "configuration": {"separator": "/"}}, "0/0"),
    ],
)
def test_chunks_get_other_keys(tmp_path: Path, encoding: dict[str, Any], old: str) -> None:
    files = dict(documents("image-0.5"))
    document = {**json.loads(files["0/zarr.json"]), "chunk_key_encoding": encoding}
    files |= {"0/zarr.json": json.dumps(document).encode(), f"0/{old}": b"chunk", "0/readme.txt": b"x"}
    write_store(files, tmp_path / "in")
    upgrade_store(tmp_path / "in", "0.4", tmp_path / "out", decisions=RENAME)
    assert is_valid(tmp_path / "out", "0.4")
    assert others(read(tmp_path / "out")) == {"0/0/0": b"chunk", "0/readme.txt": b"x"}
    assert json.loads((tmp_path / "out/0/.zarray").read_text())["dimension_separator"] == "/"


def test_what_lies_where_chunks_are_to_go(tmp_path: Path) -> None:
    write_store({**documents("image-0.5"), "0/0/0": b"no chunk"}, tmp_path / "in")
    with pytest.raises(StoreError, match="0/0/0 lies where chunks would be, and is none"):
        upgrade_store(tmp_path / "in", "0.4", tmp_path / "out", decisions=RENAME)


# --- sources and targets of other kinds ------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_an_archive(tmp_path: Path, method: int) -> None:
    """Large entries are unpacked block by block."""
    big = bytes(range(251)) * (2 * BLOCK // 251 + 1)
    files = {**documents("image-0.4"), **OTHERS, "0/0/0": big}
    with zipfile.ZipFile(tmp_path / "in.zip", "w", method) as archive:
        archive.writestr("readme.txt", b"outside of the hierarchy")
        archive.writestr("image.zarr/empty/", b"")
        for key, body in files.items():
            archive.writestr(f"image.zarr/{key}", body)
    upgrade_store(tmp_path / "in.zip", "0.5", tmp_path / "out")
    assert is_valid(tmp_path / "out", "0.5")
    assert others(read(tmp_path / "out")) == others(files)


def test_a_damaged_entry(tmp_path: Path) -> None:
    big = os.urandom(BLOCK + 5)
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for key, body in {**documents("image-0.4"), "0/0/0": big}.items():
            archive.writestr(key, body)
    data = (tmp_path / "in.zip").read_bytes()
    at = data.index(big) + BLOCK + 1
    (tmp_path / "in.zip").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(StoreError, match="0/0/0 could not be copied: the archive is damaged: the entry does not have"):
        upgrade_store(tmp_path / "in.zip", "0.5", tmp_path / "out")
    assert not (tmp_path / "out/0/0/0").exists()
    assert not (tmp_path / "out/zarr.json").exists()


def test_stores_in_memory(tmp_path: Path, source: Path) -> None:
    out: dict[str, bytes] = {}
    upgrade_store(source, "0.5", MemoryStore(out))
    assert is_valid(MemoryStore(out), "0.5")
    upgrade_store(MemoryStore(out), "0.4", tmp_path / "out")
    assert is_valid(tmp_path / "out", "0.4")
    assert others(read(tmp_path / "out")) == others(out) == others(read(source))


def test_stores_in_memory_are_upgraded_in_place() -> None:
    files = {**documents("image-0.4"), **OTHERS}
    store = MemoryStore(files)
    upgrade_store(store, "0.5")
    assert is_valid(store, "0.5")
    assert is_valid(MemoryStore(files), "0.5")


def test_what_cannot_be_written_to(source: Path, tmp_path: Path) -> None:
    from types import MappingProxyType

    with pytest.raises(StoreError, match="memory: cannot be written to"):
        upgrade_store(source, "0.5", MemoryStore(MappingProxyType({})))


class Mute(LocalStore):
    """A directory that does not tell what is in it."""

    def list(self, prefix: str) -> None:  # type: ignore[override]
        return None

    def all_keys(self) -> None:  # type: ignore[override]
        return None


def test_a_source_that_cannot_list(tmp_path: Path, source: Path) -> None:
    """Only what the metadata names can be found there."""
    upgrade_store(Mute(source), "0.5", tmp_path / "out")
    assert is_valid(tmp_path / "out", "0.5")
    assert others(read(tmp_path / "out")) == {key: OTHERS[key] for key in ("0/0/0", "labels/cells/0/0/0")}


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"shape": [5, 3], "chunk_shape": [2, 2]}, {"c/0/0", "c/2/1"}),
        ({"shape": [0, 3], "chunk_shape": [2, 2]}, set()),
        ({"shape": [5, 3], "chunk_shape": [8, 8]}, {"c/0/0"}),
    ],
)
def test_the_chunks_that_an_array_may_have(tmp_path: Path, members: dict[str, Any], found: set[str]) -> None:
    files = dict(documents("image-0.5"))
    document = json.loads(files["0/zarr.json"])
    document["shape"] = members["shape"]
    document["chunk_grid"]["configuration"]["chunk_shape"] = members["chunk_shape"]
    files["0/zarr.json"] = json.dumps(document).encode()
    files |= {f"0/c/{key}": key.encode() for key in ("0/0", "2/1", "3/0", "0/2")}
    write_store(files, tmp_path / "in")
    from ngff_core.upgrade.copied.keys import keys_by_metadata
    from ngff_core.upgrade.plan import plan_upgrade

    plan = plan_upgrade(Mute(tmp_path / "in"), "0.5")
    keys = {it.key[2:] for it in keys_by_metadata(plan.documents[0]) if it.is_chunk and it.key.startswith("0/")}
    assert keys & {f"c/{key}" for key in ("0/0", "2/1", "3/0", "0/2")} == found


def test_an_array_whose_chunks_cannot_be_told(tmp_path: Path) -> None:
    files = dict(documents("image-0.5"))
    document = json.loads(files["0/zarr.json"])
    document["chunk_grid"] = {"name": "example", "configuration": {}}
    files["0/zarr.json"] = json.dumps(document).encode()
    write_store(files, tmp_path / "in")
    with pytest.raises(StoreError, match="the metadata of 0 does not tell its chunks, and the store cannot be listed"):
        upgrade_store(Mute(tmp_path / "in"), "0.5", tmp_path / "out")


# --- links ------------------------------------------------------------------------------------------------------


def test_links_within_the_store_are_copied_as_what_they_point_to(tmp_path: Path, source: Path) -> None:
    (source / "linked.txt").symlink_to("notes.txt")
    (source / "linked").symlink_to("a b", target_is_directory=True)
    upgrade_store(source, "0.5", tmp_path / "out")
    after = read(tmp_path / "out")
    assert (after["linked.txt"], after["linked/ü#1+2%.txt"]) == (b"hello", b"an odd name")
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_symlink()] == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc", "link is a symbolic link that leads out of the store, to /etc"),
        ("../secret", "link is a symbolic link that leads out of the store, to .*/secret"),
        ("nowhere", "link is a symbolic link that leads nowhere"),
        (".", "link could not be listed: its symbolic links go round in a circle"),
        ("link", "link could not be listed: its symbolic links go round in a circle"),
    ],
)
def test_other_links_are_refused_by_name(tmp_path: Path, source: Path, target: str, message: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (source / "link").symlink_to(target)
    with pytest.raises(StoreError, match=message):
        upgrade_store(source, "0.5", tmp_path / "out", decisions={"unconverted": "keep"})
    assert not (tmp_path / "out" / "zarr.json").exists()
    (source / "link").unlink()
    upgrade_store(source, "0.5", tmp_path / "out")
    assert is_valid(tmp_path / "out", "0.5")


def test_what_is_no_file(tmp_path: Path, source: Path) -> None:
    os.mkfifo(source / "pipe")
    with pytest.raises(StoreError, match="pipe is neither a file nor a directory"):
        upgrade_store(source, "0.5", tmp_path / "out")


# --- places that will not do --------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["in", "in/out", "in/0/out", ".", "link", "link/out"])
def test_places_in_each_other(tmp_path: Path, source: Path, out: str) -> None:
    (tmp_path / "link").symlink_to("in")
    before = read(source)
    with pytest.raises(UsageError, match="lie in each other"):
        upgrade_store(source, "0.5", tmp_path / out)
    assert read(source) == before


@pytest.mark.parametrize("name", ["out.zip", "out.ozx", "out.ZIP"])
@pytest.mark.parametrize("there", [True, False])
def test_archives_are_not_written(tmp_path: Path, source: Path, run: Run, name: str, there: bool) -> None:
    if there:
        zipfile.ZipFile(tmp_path / name, "w").close()
    done = run("upgrade", source, "--out", tmp_path / name, "--to", "0.5")
    assert (done.code, done.out) == (2, "")
    assert "a zip archive cannot be written" in done.err


def test_a_place_that_is_taken(tmp_path: Path, source: Path, run: Run) -> None:
    write_store({"folder/file": b"x"}, tmp_path / "out")
    done = run("upgrade", source, "--out", tmp_path / "out", "--to", "0.5")
    assert done.code == 2
    assert "is not empty; give a place that does not exist yet" in done.err
    assert read(tmp_path / "out") == {"folder/file": b"x"}
    done = run("upgrade", source, "--out", tmp_path / "out/folder/file", "--to", "0.5")
    assert (done.code, done.err) == (3, f"Error: {tmp_path}/out/folder/file cannot be written to\n")
    (tmp_path / "empty" / "folders").mkdir(parents=True)
    assert run("upgrade", source, "--out", tmp_path / "empty", "--to", "0.5").code == 0


def test_an_upgrade_of_the_source_that_was_interrupted(tmp_path: Path, source: Path) -> None:
    upgrade_store(source, "0.5")
    (source / DONE).rename(source / JOURNAL)
    with pytest.raises(StoreError, match="was interrupted") as caught:
        upgrade_store(source, "0.4", tmp_path / "out")
    assert caught.value.hint == "finish it without another place (--out), or take it back with --rollback"
    assert not (tmp_path / "out").exists()


# --- interrupted ----------------------------------------------------------------------------------------------------


FILES = 1 + len(OTHERS) + 10  # the marker, what is copied, documents


def test_killed_at_any_moment(tmp_path: Path, source: Path) -> None:
    """Until the root is written nothing can be read there; the same command goes on with what is there."""
    kinds = set()
    for steps in range(200):
        out = tmp_path / f"out-{steps}"
        if not mortal.killed(lambda out=out: upgrade_store(source, "0.5", out), steps):
            break
        there = read(out) if out.exists() else {}
        if "zarr.json" in there:
            kinds.add("whole")
            assert is_valid(out, "0.5")
            assert others(there).items() >= others(read(source)).items()
        else:
            kinds.add("begun")
            assert check_store(out).version is None
        if MARKER in there or "zarr.json" not in there:
            upgrade_store(source, "0.5", out)
        assert is_valid(out, "0.5")
        assert {k: v for k, v in others(read(out)).items() if k != LOCK} == others(read(source)), steps
    assert steps >= 2 * FILES + 1  # each is written, perhaps in more than one step, and put in its place
    assert kinds == {"begun", "whole"}
    assert MARKER not in read(out)


@pytest.fixture
def begun(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy that stopped when the first of its documents was to be written."""
    from ngff_core.stores.local.writer import LocalWriter

    def put_many(self: LocalWriter, writes: Sequence[Write]) -> None:
        if writes[0].key != MARKER:
            raise StoreError("no space left on device")
        put(self, writes)

    put = LocalWriter.put_many
    with monkeypatch.context() as patch:
        patch.setattr(LocalWriter, "put_many", put_many)
        with pytest.raises(StoreError, match="no space left on device"):
            upgrade_store(source, "0.5", tmp_path / "out")
    return tmp_path / "out"


def test_what_is_there_is_not_copied_again(source: Path, begun: Path) -> None:
    times = {p: p.stat().st_mtime_ns for p in begun.rglob("*") if p.is_file() and p.name != MARKER}
    assert len(times) == len(OTHERS)
    (begun / "notes.txt").unlink()
    del times[begun / "notes.txt"]
    upgrade_store(source, "0.5", begun)
    assert {p: p.stat().st_mtime_ns for p in times} == times
    assert is_valid(begun, "0.5")
    assert others(read(begun)) == others(read(source))


@pytest.mark.parametrize("what", ["another store", "another version", "it changed"])
def test_another_copy_was_begun_there(tmp_path: Path, source: Path, begun: Path, what: str) -> None:
    if what == "it changed":
        (source / "0/.zattrs").write_text('{"changed": 1}')
    other = write_store(documents("image-0.4"), tmp_path / "other") if what == "another store" else source
    before = read(begun)
    with pytest.raises(UsageError, match="holds the beginning of another copy"):
        upgrade_store(other, "0.4" if what == "another version" else "0.5", begun)
    assert read(begun) == before


def test_the_result_is_judged_before_the_root_is_written(tmp_path: Path, source: Path) -> None:
    """Here a document is missing that was planned."""
    from ngff_core.upgrade.plan import plan_upgrade
    from ngff_core.upgrade.run import carry_out

    plan = plan_upgrade(source, "0.5")
    plan.writes = [write for write in plan.writes if write.key != "1/zarr.json"]
    with pytest.raises(ValidationError) as caught:
        carry_out(plan, tmp_path / "out")
    assert caught.value.report.url == str(tmp_path / "out")
    assert [issue.rule for issue in caught.value.report.issues if issue.severity.value == "error"] == [
        "dataset-path-relative-resolves"
    ]
    assert not (tmp_path / "out" / "zarr.json").exists()
    assert check_store(tmp_path / "out").version is None
