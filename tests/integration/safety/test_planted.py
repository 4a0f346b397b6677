"""What somebody has put where files are written: links, pipes, folders; nothing outside the store is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import rollback_store, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.upgrade.journal import DONE, JOURNAL

VICTIM = b"of somebody else"


def plant(path: Path, kind: str, victim: Path) -> None:
    if kind == "link":
        path.symlink_to(os.path.relpath(victim, path.parent))
    elif kind == "hard link":
        os.link(victim, path)
    elif kind == "FIFO":
        os.mkfifo(path)
    else:
        path.mkdir()


@pytest.mark.parametrize("kind", ["link", "hard link", "FIFO", "folder"])
@pytest.mark.parametrize(
    "name", ["zarr.json.ngff-part", "0/zarr.json.ngff-part", ".ngff-upgrade.jsonl.ngff-part", ".zattrs.ngff-part"]
)
def test_e2_temporary_files_are_new_ones(tmp_path: Path, name: str, kind: str) -> None:
    """Their names cannot be known, so that nothing can be put there beforehand."""
    store = image("0.4").write(tmp_path / "store")
    victim = tmp_path / "victim"
    victim.write_bytes(VICTIM)
    plant(store / name, kind, victim)
    upgrade_store(store, "0.5", remove_old=True)
    rollback_store(store)
    assert victim.read_bytes() == VICTIM


@pytest.mark.parametrize("kind", ["link", "hard link", "FIFO", "folder"])
@pytest.mark.parametrize("name", ["zarr.json", "0/zarr.json", JOURNAL, DONE])
def test_e2_e7_what_is_in_the_way_of_a_file_is_not_written_to(tmp_path: Path, run: Run, name: str, kind: str) -> None:
    store = image("0.4").write(tmp_path / "store")
    victim = tmp_path / "victim"
    victim.write_bytes(VICTIM)
    plant(store / name, kind, victim)
    done = run("upgrade", store, "--to", "0.5", "--decide", "existing=replace")
    assert done.code in (0, 1, 3)
    assert "Traceback" not in done.err
    run("upgrade", store, "--rollback")
    assert victim.read_bytes() == VICTIM
    assert {path.name for path in tmp_path.iterdir()} == {"store", "victim"}


def test_a_folder_that_becomes_a_link_under_way_leads_nowhere(tmp_path: Path) -> None:
    """Between the look at a folder and the writing in it: it is opened without following, each time anew."""
    outside = tmp_path / "outside"
    outside.mkdir()
    store = image("0.4").write(tmp_path / "store")
    link = LocalWriter._put

    def late(self: LocalWriter, at: object, key: str, *arguments: object, **options: object) -> None:
        if key.endswith("2/zarr.json") and not (store / "1").is_symlink():
            (store / "1").rename(tmp_path / "away")
            (store / "1").symlink_to(outside)
        link(self, at, key, *arguments, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalWriter, "_put", late)
        with pytest.raises(Exception, match=r"leads out of the store|invalid|changed"):
            upgrade_store(store, "0.5")
    assert list(outside.iterdir()) == []
