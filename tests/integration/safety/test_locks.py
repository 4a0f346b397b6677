"""One command at a time writes to a store, and each document is what it was planned from."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from bases import image
from commands import Run
from mortal import killed, tree

from ngff_core import StoreError, check_store, plan_upgrade, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ConflictError
from ngff_core.upgrade.journal import DONE, JOURNAL
from ngff_core.upgrade.run import carry_out
from ngff_core.zarr.keys import LOCK

ELSEWHERE = {"host": "another", "pid": 1, "since": "2026-11-28T12:00:00Z", "action": "an upgrade to 0.5"}


def test_e6_a_second_command_is_told_who_writes(tmp_path: Path, run: Run) -> None:
    store = image("0.4").write(tmp_path / "store")
    with LocalWriter(store).lock("an upgrade to 0.5"):
        before = tree(store)
        for arguments in (["--to", "0.5"], ["--to", "0.5", "--break-lock"], ["--rollback"]):
            done = run("upgrade", store, *arguments)
            assert done.code == 3
            assert (
                f"{store} is being changed by another command (an upgrade to 0.5, process {os.getpid()} on " in done.err
            )
        assert tree(store) == before
    assert not (store / LOCK).exists()
    assert run("upgrade", store, "--to", "0.5").code == 0
    assert not (store / LOCK).exists()


def test_e6_a_lock_of_another_machine_is_named_and_can_be_broken(tmp_path: Path, run: Run) -> None:
    store = image("0.4").write(tmp_path / "store")
    (store / LOCK).write_text(json.dumps(ELSEWHERE))
    done = run("upgrade", store, "--to", "0.5")
    assert done.code == 3
    assert (
        "is locked by another command (an upgrade to 0.5, process 1 on another, since 2026-11-28T12:00:00Z)" in done.err
    )
    assert "--break-lock" in done.err
    assert check_store(store).version == "0.4"
    assert run("upgrade", store, "--to", "0.5", "--break-lock").code == 0
    assert not (store / LOCK).exists()


@pytest.mark.parametrize("left", ["", json.dumps({**ELSEWHERE, "host": socket.gethostname(), "pid": 2**22})])
def test_e6_a_lock_whose_process_is_gone_is_taken_over(tmp_path: Path, left: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    (store / LOCK).write_text(left)
    upgrade_store(store, "0.5")
    assert not (store / LOCK).exists()


def test_e6_a_killed_command_holds_no_lock(tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    assert killed(lambda: upgrade_store(store, "0.5"), 3)
    assert (store / LOCK).exists()
    upgrade_store(store, "0.5")
    assert not (store / LOCK).exists()


def test_e6_what_another_command_is_at_is_not_called_interrupted(tmp_path: Path, run: Run) -> None:
    """Its journal is there, and so is its lock: whoever wants another version waits, and takes nothing back."""
    store = image("0.4").write(tmp_path / "store")
    steps = 5
    while not (store / JOURNAL).exists():
        killed(lambda: upgrade_store(store, "0.5"), steps)
        steps += 1
    with LocalWriter(store).lock("an upgrade to 0.5"):
        done = run("upgrade", store, "--to", "0.4")
        assert (done.code, "is being changed by another command" in done.err) == (3, True)
        assert "--rollback" not in done.err
    done = run("upgrade", store, "--to", "0.4")
    assert (done.code, "was interrupted (hint: finish it with --to 0.5, or take it back" in done.err) == (3, True)
    assert not (store / LOCK).exists()


@pytest.mark.parametrize("kind", ["link", "hard link", "FIFO", "folder"])
def test_e2_a_planted_lock_is_not_written_to(tmp_path: Path, kind: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    victim = tmp_path / "victim"
    victim.write_bytes(b"of somebody else")
    lock = store / LOCK
    if kind == "link":
        lock.symlink_to("../victim")
    elif kind == "hard link":
        os.link(victim, lock)
    elif kind == "FIFO":
        os.mkfifo(lock)
    else:
        lock.mkdir()
    if kind == "hard link":
        upgrade_store(store, "0.5", break_lock=True)
    else:
        with pytest.raises(StoreError, match="is no lock"):
            upgrade_store(store, "0.5", break_lock=True)
    assert victim.read_bytes() == b"of somebody else"


def test_e6_a_lock_that_goes_just_now_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else takes it away between the last look at it and its end."""
    store = image("0.4").write(tmp_path / "store")
    unlink = os.unlink

    def late(path: str, *, dir_fd: int | None = None) -> None:
        if path == LOCK:
            unlink(path, dir_fd=dir_fd)
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", late)
    upgrade_store(store, "0.5")
    monkeypatch.undo()
    assert (check_store(store).version, (store / LOCK).exists()) == ("0.5", False)


def test_e6_a_plan_of_before_another_upgrade_is_not_carried_out(tmp_path: Path) -> None:
    """Even where no document tells: there is the journal of one that was made since."""
    store = image("0.4").write(tmp_path / "store")
    plan = plan_upgrade(store, "0.5")
    (store / DONE).write_text("")
    before = tree(store)
    with pytest.raises(ConflictError, match=DONE):
        carry_out(plan)
    assert tree(store) == before
