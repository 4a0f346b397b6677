"""What is on the disk when, and how a store says that something was interrupted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run
from mortal import changes, killed, tree

from ngff_core import UsageError, check_store, rollback_store, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.zarr.keys import LOCK, PART


def test_e17_documents_are_on_the_disk_before_something_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal before the first document, all documents before the first deletion, the end before the journal."""
    store = image("0.4").write(tmp_path / "store")
    steps: list[str] = []
    calls = ((LocalWriter.create, 0), (LocalWriter.put_many, 0), (LocalWriter.delete_many, 0), (LocalWriter.copy, 2))

    def noted(call: Callable[..., Any], place: int) -> object:
        def method(self: LocalWriter, *arguments: Any) -> None:
            if arguments[place]:
                steps.append(f"{call.__name__} {_name(arguments[place])}")
            call(self, *arguments)

        return method

    def synced(self: LocalWriter) -> None:
        steps.append("sync")
        sync(self)

    sync = LocalWriter.sync
    monkeypatch.setattr(LocalWriter, "sync", synced)
    for call, place in calls:
        monkeypatch.setattr(LocalWriter, call.__name__, noted(call, place))
    upgrade_store(store, "0.5", remove_old=True)
    kinds = [step for number, step in enumerate(steps) if number == 0 or step != steps[number - 1]]
    assert kinds == [
        f"create {JOURNAL}",
        "sync",
        "put_many documents",
        "sync",
        "delete_many documents",
        f"copy {DONE}",
        "sync",
        f"delete_many {JOURNAL}",
    ]


def _name(some: Any) -> str:
    first = some if isinstance(some, str) else getattr(some[0], "key", some[0])
    return first if first.startswith(".ngff") else "documents"


def test_e17_the_files_that_were_written_are_synced_and_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[str] = set()
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    store = image("0.4").write(tmp_path / "store")
    upgrade_store(store, "0.5")
    new = {str(path) for path in store.rglob("zarr.json")}
    assert synced >= {*new, str(store), *(os.path.dirname(path) for path in new), str(store / DONE)}


def test_e12_killed_while_the_journal_is_made_nothing_is_left_over(tmp_path: Path, run: Run) -> None:
    store = image("0.4").write(tmp_path / "store")
    before = tree(store)
    steps = 0
    while not (store / JOURNAL).exists():
        assert killed(lambda: upgrade_store(store, "0.5"), steps)
        if not (store / JOURNAL).exists():
            assert run("upgrade", store, "--rollback").code == 2
            assert tree(store) == before
        steps += 1
    rollback_store(store)
    assert tree(store) == before


def test_e12_killed_before_the_last_change_nothing_is_left_over(tmp_path: Path, run: Run) -> None:
    """All is done but for the lock; the same command says so, and takes it away."""
    store, new = image("0.4").write(tmp_path / "store"), image("0.4").write(tmp_path / "new")
    last = changes(lambda: upgrade_store(new, "0.5")) - 1
    assert killed(lambda: upgrade_store(store, "0.5"), last)
    assert (store / LOCK).exists()
    assert run("upgrade", store, "--to", "0.5").out.startswith("unchanged")
    assert tree(store) == tree(new)


def test_e12_killed_while_a_rollback_makes_its_journal_nothing_is_left_over(tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    upgrade_store(store, "0.5")
    new = tree(store)
    assert killed(lambda: rollback_store(store), 4)
    assert [name for name in tree(store) if name.endswith(PART)] != []
    upgrade_store(store, "0.5")
    assert tree(store) == new


def test_e12_killed_while_a_journal_is_set_aside_nothing_is_left_over(tmp_path: Path) -> None:
    """Between the two names of its copy: the one that it has until it is whole is taken away, too."""
    old, new = image("0.4").write(tmp_path / "old"), tmp_path / "new"
    upgrade_store(old, "0.5")
    shutil.copytree(old, new)
    number = changes(lambda: upgrade_store(new, "0.4"))
    for step in range(number // 2, number):
        store = Path(shutil.copytree(old, tmp_path / "store"))
        assert killed(lambda store=store: upgrade_store(store, "0.4"), step)
        upgrade_store(store, "0.4")
        assert tree(store) == tree(new), step
        shutil.rmtree(store)


def test_e19_an_upgrade_that_was_interrupted_is_named(tmp_path: Path, run: Run) -> None:
    store = image("0.4").write(tmp_path / "store")
    steps = 5
    while not (store / JOURNAL).exists():
        killed(lambda: upgrade_store(store, "0.5"), steps)
        steps += 1
    report = check_store(store)
    assert [issue.rule for issue in report.issues if issue.rule.startswith("upgrade")] == ["upgrade-interrupted"]
    assert "upgrade-interrupted" in run("validate", store).out
    assert "a change of this store is under way, or was interrupted" in run("info", store).out
    rollback_store(store)
    assert "upgrade-interrupted" not in {issue.rule for issue in check_store(store).issues}


def test_e19_an_empty_path_is_no_store(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    monkeypatch.chdir(store)
    before = tree(store)
    for arguments in (["--to", "0.5"], ["--rollback"]):
        done = run("upgrade", "", *arguments)
        assert (done.code, "is empty" in done.err) == (2, True)
    with pytest.raises(UsageError, match="empty"):
        upgrade_store("", "0.5")
    assert tree(store) == before


def test_e19_a_rollback_without_a_journal_says_so(tmp_path: Path, run: Run) -> None:
    store = image("0.4").write(tmp_path / "store")
    done = run("upgrade", store, "--rollback")
    assert (done.code, done.out) == (2, "")
    assert "there is no upgrade" in done.err
