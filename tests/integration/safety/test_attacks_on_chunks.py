"""What an attacker with fresh eyes got through: chunks that were lost, and files where journals may be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run
from evil import journal, rename
from mortal import tree

from ngff_core import rollback_store, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ConflictError
from ngff_core.upgrade.journal import DONE, JOURNAL

KEYS = ("0/c/0/0/0", "0/c/0/0/1", "1/c/0/0/0")
RENAME = {"chunk-keys": "rename"}
SAME = {
    "the same keys": [rename("0", ["default", "/"], ["default", "/"], 3)],
    "keys of one dimension": [rename("0", ["v2", "."], ["v2", "/"], 1)],
    "there and back": [rename("0", ["default", "/"], ["v2", "/"], 3), rename("0", ["v2", "/"], ["default", "/"], 3)],
}


def with_chunks(folder: Path) -> Path:
    source = image("0.5")
    for key in KEYS:
        source.docs[key] = key.encode()
    return source.write(folder)


@pytest.mark.parametrize("name", [JOURNAL, DONE])
@pytest.mark.parametrize("lines", SAME.values(), ids=SAME)
def test_e1_a_journal_that_renames_chunks_to_themselves_is_refused(
    tmp_path: Path, run: Run, name: str, lines: list[dict[str, Any]]
) -> None:
    store = with_chunks(tmp_path / "store")
    (store / name).write_bytes(journal(*lines))
    before = tree(store)
    done = run("upgrade", store, "--rollback")
    assert (done.code, tree(store)) == (3, before)
    assert "is not the journal of an upgrade, or damaged: line " in done.err


def late(store: Path, monkeypatch: pytest.MonkeyPatch, changed: str, new: str) -> None:
    """Let another program write one chunk anew, and one that was not there, just before documents are written."""
    put = LocalWriter.put_many

    def put_many(self: LocalWriter, writes: Any) -> None:
        if not any(write.key.startswith(".ngff") for write in writes) and not (store / new).exists():
            (store / f"{changed}.tmp").write_bytes(b"newer")
            os.replace(store / f"{changed}.tmp", store / changed)
            (store / new).write_bytes(b"new")
        put(self, writes)

    monkeypatch.setattr(LocalWriter, "put_many", put_many)


def test_e16_chunks_that_are_written_meanwhile_are_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the way forth: a chunk that changed stops it, and stays; one that is new stays."""
    store = with_chunks(tmp_path / "store")
    late(store, monkeypatch, "0/c/0/0/0", "0/c/0/0/7")
    with pytest.raises(ConflictError, match="0/c/0/0/0"):
        upgrade_store(store, "0.4", decisions=RENAME)
    assert (store / "0/c/0/0/0").read_bytes() == b"newer"
    assert (store / "0/c/0/0/7").read_bytes() == b"new"


def test_e16_chunks_that_are_written_during_a_rollback_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = with_chunks(tmp_path / "store")
    upgrade_store(store, "0.4", decisions=RENAME)
    late(store, monkeypatch, "0/0/0/0", "0/0/0/7")
    with pytest.raises(ConflictError, match="0/0/0/0"):
        rollback_store(store)
    assert (store / "0/0/0/0").read_bytes() == b"newer"
    assert b"new" in {path.read_bytes() for path in (store / "0").rglob("7")}


def test_e16_a_chunk_that_is_new_gets_the_new_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = with_chunks(tmp_path / "store")
    unlink = LocalWriter.unlink_chunks

    def unlink_chunks(self: LocalWriter, *arguments: Any) -> None:
        if arguments[0] == "0":
            (store / "0/c/0/0/7").write_bytes(b"new")
        unlink(self, *arguments)

    monkeypatch.setattr(LocalWriter, "unlink_chunks", unlink_chunks)
    upgrade_store(store, "0.4", decisions=RENAME)
    assert (store / "0/0/0/7").read_bytes() == b"new"
    assert not (store / "0/c").exists()


@pytest.mark.parametrize("name", [JOURNAL, DONE])
def test_e11_a_file_without_lines_is_not_held_in_memory(tmp_path: Path, run: Run, name: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    with open(store / name, "wb") as file:
        file.truncate(1 << 34)
    for arguments in (["--rollback"], ["--to", "0.5"]):
        done = run("upgrade", store, *arguments)
        assert done.code == 3
        assert "a line has more than" in done.err
    assert not (store / "zarr.json").exists()


@pytest.mark.parametrize("name", [JOURNAL, DONE, ".ngff-upgrade.done.1.jsonl"])
def test_e8_what_is_no_file_where_a_journal_goes_is_named_before_anything_is_written(
    tmp_path: Path, run: Run, name: str
) -> None:
    store = image("0.4").write(tmp_path / "store")
    (store / name).mkdir()
    if name.endswith(".1.jsonl"):
        (store / DONE).write_bytes(journal())
    before = tree(store)
    done = run("upgrade", store, "--to", "0.5", "--remove-old")
    assert (done.code, tree(store)) == (3, before)
    assert name in done.err


def test_the_journal_of_the_upgrade_before_gets_another_name_and_is_not_copied(tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    upgrade_store(store, "0.5")
    first = (store / DONE).stat().st_ino
    upgrade_store(store, "0.5", remove_old=True)
    assert (store / ".ngff-upgrade.done.1.jsonl").stat().st_ino == first
