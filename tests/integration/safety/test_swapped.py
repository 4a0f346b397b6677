"""Another process that puts links in the place of folders and files all the time, while something is written."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from at_length import some
from bases import image
from mortal import tree

from ngff_core import NgffError, StoreError, rollback_store, upgrade_store
from ngff_core.stores import LocalStore
from ngff_core.upgrade.journal import JOURNAL
from ngff_core.zarr.keys import LOCK

ROUNDS = some("rounds", 200, 2)


@contextmanager
def swapped(path: Path, target: Path, away: Path) -> Iterator[None]:
    """Let another process replace what has a path by a link, and put it back, as often as it can."""
    child = os.fork()
    if child == 0:
        try:
            while True:
                with suppress(OSError):
                    os.rename(path, away)
                with suppress(OSError):
                    os.symlink(target, path)
                with suppress(OSError):
                    os.unlink(path)
                with suppress(OSError):
                    os.rename(away, path)
        finally:
            os._exit(1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def forth(store: Path, out: Path) -> None:
    upgrade_store(store, "0.5", remove_old=True)


def forth_and_back(store: Path, out: Path) -> None:
    upgrade_store(store, "0.5")
    rollback_store(store)


def copied(store: Path, out: Path) -> None:
    upgrade_store(store, "0.5", out)


def test_attack16_2_a_link_that_goes_while_it_is_followed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`os.path.realpath` raises then, whatever it promises: the race ended with a traceback."""
    (tmp_path / "link").symlink_to("gone")

    def gone(path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr("os.readlink", gone)
    with pytest.raises(StoreError, match="was changed meanwhile: no such file or directory"):
        LocalStore(tmp_path).content("link")


PLACES = ["store/1", "store/1/.zarray", "store/1/zarr.json", f"store/{LOCK}", f"store/{JOURNAL}", "out/1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("call", [forth, forth_and_back, copied])
def test_a_race_with_links_leads_nowhere(tmp_path: Path, call: Callable[[Path, Path], None], place: str) -> None:
    """What comes of the store is not known, as something else changes it; nothing else is changed."""
    source = image("0.4")
    outside = tmp_path / "outside"
    source.write(outside)
    target = outside / "1" if place.endswith("/1") else outside / "1/.zarray"
    before = tree(outside)
    store, out = tmp_path / "store", tmp_path / "out"
    for _ in ROUNDS:
        source.write(store)
        with swapped(tmp_path / place, target, tmp_path / "away"), suppress(NgffError):
            call(store, out)
        assert tree(outside) == before
        assert {path.name for path in tmp_path.iterdir()} <= {"store", "out", "outside", "away"}
        for path in (store, out, tmp_path / "away"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
