"""Journals that lie in a store, and are somebody else's: nothing outside is written, nothing half done."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run
from evil import EVIL, TEXT, document, journal
from mortal import killed, tree

from ngff_core import RefusedError, check_store, rollback_store, upgrade_store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.writing import ConflictError
from ngff_core.upgrade.journal import DONE, JOURNAL

OUTSIDE = b"of somebody else"


@pytest.mark.parametrize("name", [JOURNAL, DONE])
@pytest.mark.parametrize("lines", EVIL.values(), ids=EVIL)
def test_e1_e11_a_journal_names_documents_of_its_store(
    tmp_path: Path, run: Run, lines: list[dict[str, Any]], name: str
) -> None:
    store = image("0.4").write(tmp_path / "store")
    for file in ("evil.txt", "zarr.json"):
        (tmp_path / file).write_bytes(OUTSIDE)
    text = json.dumps(lines).replace("{outside}", str(tmp_path))
    (store / name).write_bytes(journal(*json.loads(text)))
    before = tree(tmp_path)
    done = run("upgrade", store, "--rollback")
    assert (done.code, done.out) == (3, "")
    assert f"{name} in {store} is not the journal of an upgrade, or damaged: line " in done.err
    assert "Traceback" not in done.err
    if name == JOURNAL:
        assert run("upgrade", store, "--to", "0.5").code == 3
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", [JOURNAL, DONE])
def test_e1_what_does_not_hold_what_the_journal_says_is_left(tmp_path: Path, run: Run, name: str) -> None:
    store = image("0.5").write(tmp_path / "store")
    lines = [TEXT, {"text": '{"other": 1}'}, document("zarr.json", 0, 1)]
    (store / name).write_bytes(journal(*lines))
    before = tree(store)
    done = run("upgrade", store, "--rollback")
    assert done.code == 3
    assert "changed under way, by something else: zarr.json" in done.err
    assert tree(store) == before


@pytest.mark.parametrize("odd", ["18446744073709551616", "[" * 300 + "]" * 300])
def test_fuzz_e11_a_journal_that_could_not_be_written_again_is_refused(tmp_path: Path, run: Run, odd: str) -> None:
    """Found by fuzzing: a rollback writes the journal of an upgrade that was finished anew, which was a TypeError."""
    store = image("0.4").write(tmp_path / "store")
    text = b'{"schema": 2, "from": "0.4", "to": "0.5", "vendor": ' + odd.encode() + b"}\n"
    end = json.dumps({"end": hashlib.sha256(text).hexdigest()}).encode() + b"\n"
    (store / DONE).write_bytes(text + end)
    before = tree(store)
    done = run("upgrade", store, "--rollback")
    assert (done.code, tree(store)) == (3, before)
    assert "damaged: line 1: it holds what no journal does: " in done.err


@pytest.mark.parametrize("name", [JOURNAL, DONE])
def test_e16_a_journal_that_was_cut_is_refused(tmp_path: Path, run: Run, name: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    upgrade_store(store, "0.5", remove_old=True)
    lines = (store / DONE).read_bytes().splitlines(keepends=True)
    (store / DONE).unlink()
    after = tree(store)
    for number in range(len(lines)):
        (store / name).write_bytes(b"".join(lines[:number]))
        done = run("upgrade", store, "--rollback")
        assert done.code == 3, number
        assert ("it has no end" if number else "it is empty") in done.err
    (store / name).unlink()
    assert tree(store) == after


def test_e16_what_came_since_is_not_destroyed(tmp_path: Path, run: Run) -> None:
    """A chunk by an old key that was written after the upgrade, and a document that was deleted."""
    source = image("0.5")
    source.docs["0/c/0/0/0"] = b"chunk"
    store = source.write(tmp_path / "store")
    upgrade_store(store, "0.4", decisions={"chunk-keys": "rename"})
    assert (store / "0/0/0/0").read_bytes() == b"chunk"
    (store / "0/c/0/0").mkdir(parents=True)
    (store / "0/c/0/0/0").write_bytes(b"newer")
    before = tree(store)
    done = run("upgrade", store, "--rollback")
    assert (done.code, tree(store)) == (3, before)
    assert "by something else: 0/c/0/0/0" in done.err
    shutil.rmtree(store / "0/c")
    (store / "1/.zarray").unlink()
    with pytest.raises(ConflictError, match=r"1/\.zarray"):
        rollback_store(store)


def test_e9_e14_a_journal_may_be_larger_than_any_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle, it is finished, or taken back, from a journal that no limit on documents holds for."""
    old, new = image("0.4").write(tmp_path / "old"), image("0.4").write(tmp_path / "new")
    upgrade_store(new, "0.5", remove_old=True)
    size = (new / DONE).stat().st_size
    monkeypatch.setattr(LocalStore, "max_bytes", size // 2)
    assert max(path.stat().st_size for path in new.rglob("zarr.json")) < size // 2
    for call in (lambda root: upgrade_store(root, "0.5", remove_old=True), rollback_store):
        root = Path(shutil.copytree(old, tmp_path / "store"))
        assert killed(lambda root=root: upgrade_store(root, "0.5", remove_old=True), 12)
        assert (root / JOURNAL).exists()
        call(root)
        assert tree(root) in (tree(new), tree(old))
        shutil.rmtree(root)


def test_e9_what_could_not_be_read_back_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.upgrade.files.MAX_DOCUMENT", 600)
    store = image("0.4").write(tmp_path / "store")
    before = tree(store)
    with pytest.raises(RefusedError, match=r"cannot be expressed in 0\.5"):
        upgrade_store(store, "0.5")
    assert tree(store) == before


@pytest.mark.parametrize(("levels", "code"), [(390, 0), (600, 1), (1000, 1)])
def test_e10_deep_attributes_are_kept_or_refused(tmp_path: Path, run: Run, levels: int, code: int) -> None:
    store = image("0.4").write(tmp_path / "store")
    attributes = (store / ".zattrs").read_text().rstrip()
    (store / ".zattrs").write_text(f'{attributes[:-1]}, "deep": {"[" * levels}{"]" * levels}}}')
    before = tree(store)
    done = run("upgrade", store, "--to", "0.5")
    assert (done.code, "Traceback" in done.err) == (code, False)
    if code:
        assert "/: its metadata is nested more than 400 deep" in done.out
        assert tree(store) == before
    else:
        assert check_store(store).version == "0.5"
        assert run("upgrade", store, "--rollback").code == 0
        assert tree(store) == before
