"""Reading a store while it is upgraded: what was read of two versions is told from what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import NgffError, check_store, plan_upgrade, rollback_store, upgrade_store
from ngff_core.stores import Store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ConflictError
from ngff_core.upgrade.journal import DONE
from ngff_core.upgrade.run import carry_out


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Let something be done by another command as soon as a document is read."""

    def set_up(key: str, call: Callable[[], object]) -> None:
        done: list[str] = []
        read = LocalStore._read

        def late(self: LocalStore, path: str, asked: str, *, trusted: bool = True) -> bytes | None:
            if asked == key and not done:
                done.append(key)
                call()
            return read(self, path, asked, trusted=trusted)

        monkeypatch.setattr(LocalStore, "_read", late)

    return set_up


def test_e6_findings_of_two_versions_are_told(
    tmp_path: Path, run: Run, meanwhile: Callable[[str, Callable[[], object]], None]
) -> None:
    store = image("0.4").write(tmp_path / "store")
    meanwhile("1/.zarray", lambda: upgrade_store(store, "0.5", remove_old=True))
    done = run("validate", store)
    assert done.code == 1
    assert "a change of this store was under way while it was read" in done.out
    report = check_store(store)
    assert (report.valid, report.version) == (True, "0.5")
    assert not [issue for issue in report.issues if issue.rule == "upgrade-interrupted"]


def test_e6_what_is_valid_all_the_time_is_not_looked_at_once_more(
    tmp_path: Path, meanwhile: Callable[[str, Callable[[], object]], None]
) -> None:
    store = image("0.4").write(tmp_path / "store")
    meanwhile("1/.zarray", lambda: upgrade_store(store, "0.5"))
    assert list(check_store(store).issues) == []


def test_e6_a_plan_from_two_versions_is_a_conflict(
    tmp_path: Path, run: Run, meanwhile: Callable[[str, Callable[[], object]], None]
) -> None:
    store = image("0.4").write(tmp_path / "store")
    upgrade_store(store, "0.5", remove_old=True)
    meanwhile("1/zarr.json", lambda: rollback_store(store))
    done = run("upgrade", store, "--to", "0.4")
    assert (done.code, done.out) == (3, "")
    assert "changed under way, by something else: .ngff-upgrade.done.jsonl" in done.err
    assert check_store(store).version == "0.4"
    meanwhile("1/.zarray", lambda: upgrade_store(store, "0.5", remove_old=True))
    with pytest.raises(ConflictError, match="changed under way"):
        plan_upgrade(store, "0.5")


@pytest.mark.parametrize("begun", [False, True])
def test_e6_a_copy_of_two_versions_is_a_conflict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    """Documents are those of the plan, and chunks those of the moment: there is nothing to be read in the end."""
    source = image("0.5")
    source.docs["0/c/0/0/0"] = b"chunk"
    store, out = source.write(tmp_path / "store"), tmp_path / "out"
    plan = plan_upgrade(store, "0.4", decisions={"chunk-keys": "rename"})
    copy = LocalWriter.copy

    def late(self: LocalWriter, source: Store, key: str, new: str) -> bool:
        done = copy(self, source, key, new)
        if not (store / DONE).exists():
            upgrade_store(store, "0.4", decisions={"chunk-keys": "rename"})
        return done

    if begun:
        monkeypatch.setattr(LocalWriter, "copy", late)
        monkeypatch.setattr(LocalWriter, "jobs", 1)
    else:
        upgrade_store(store, "0.4", decisions={"chunk-keys": "rename"})
    with pytest.raises(
        NgffError, match=r"changed under way|lies where chunks would be|is not there any more|lacks what"
    ):
        carry_out(plan, out)
    assert not any((out / name).exists() for name in ("zarr.json", ".zgroup", ".zattrs"))


def test_e6_a_copy_of_a_store_that_was_upgraded_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    store, out = image("0.4").write(tmp_path / "store"), tmp_path / "out"
    plan = plan_upgrade(store, "0.5")
    upgrade_store(store, "0.5")
    with pytest.raises(ConflictError, match=r"changed under way, by something else: \.ngff-upgrade\.done\.jsonl"):
        carry_out(plan, out)
    assert not any((out / name).exists() for name in ("zarr.json", ".zgroup", ".zattrs"))
