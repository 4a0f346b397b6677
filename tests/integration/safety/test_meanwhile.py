"""Reading a store while it is upgraded: what was read of two versions is told from what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import check_store, plan_upgrade, rollback_store, upgrade_store
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.writing import ConflictError


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Let something be done by another command as soon as a document is read."""

    def set_up(key: str, call: Callable[[], object]) -> None:
        done: list[str] = []
        get = LocalStore.get

        def late(self: LocalStore, asked: str) -> bytes | None:
            if asked == key and not done:
                done.append(key)
                call()
            return get(self, asked)

        monkeypatch.setattr(LocalStore, "get", late)

    return set_up


def test_e6_findings_of_two_versions_are_told(
    tmp_path: Path, run: Run, meanwhile: Callable[[str, Callable[[], object]], None]
) -> None:
    store = image("0.4").write(tmp_path / "store")
    meanwhile("1/.zarray", lambda: upgrade_store(store, "0.5", remove_old=True))
    done = run("validate", store)
    assert done.code == 1
    assert "an upgrade of this store was under way while it was read" in done.out
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
