"""Attacks with what is larger or deeper than anybody expects: arrays, folders, the paths of consolidated metadata."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bases import image
from commands import Run

from ngff_core import check_store
from ngff_core.stores.content import all_keys
from ngff_core.stores.local import store as local
from ngff_core.stores.local.store import LocalStore
from ngff_core.stores.memory import MemoryStore
from ngff_core.stores.writing import ChunkKeys, writer_of
from ngff_core.upgrade.proof import pixels

DEEP = 1200  # folders, more than Python calls that are in each other


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that is taken away by what does not call itself for each folder, as pytest does."""
    root = tmp_path / "p"
    root.mkdir()
    yield root
    subprocess.run(["rm", "-rf", os.fspath(root)], check=True)


def deep(root: Path, names: list[str]) -> Path:
    """Make folders in each other; `os.makedirs` calls itself for each."""
    path = os.fspath(root)
    for name in names:
        path += f"/{name}"
        os.mkdir(path)
    return Path(path)


def test_x13_folders_lie_deep_in_each_other(place: Path, run: Run) -> None:
    store = image("0.4").write(place / "in")
    key = "/".join(["d"] * DEEP + ["file"])
    (deep(store, ["d"] * DEEP) / "file").write_bytes(b"deep")
    assert run("upgrade", store, "--out", place / "out", "--to", "0.5").code == 0
    assert (place / "out" / key).read_bytes() == b"deep"
    assert check_store(place / "out").valid
    assert run("upgrade", store, "--to", "0.5").code == 0
    assert run("upgrade", store, "--rollback").code == 0
    assert run("validate", store, "--recursive").code == 0


def test_x13_so_they_do_where_a_store_lists_folder_by_folder() -> None:
    key = "/".join(["d"] * DEEP + ["file"])

    class Listing:
        def __init__(self) -> None:
            self.store = MemoryStore({key: b"deep", "a": b""})
            self.url, self.batch, self.concurrent, self.lists_cheaply = "memory", 1, 1, True
            self.get, self.get_many, self.list = self.store.get, self.store.get_many, self.store.list

    found = all_keys(Listing())
    assert found is not None
    assert sorted(found) == ["a", key]


def test_x13_so_do_chunks(place: Path) -> None:
    (deep(place, ["array", *["0"] * (DEEP - 1)]) / "7").touch()
    writer, keys = writer_of(LocalStore(place)), ChunkKeys("v2", "/")
    assert writer.count_chunks("array", DEEP, keys) == 1


def test_x14_folders_that_are_not_there_are_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    is_link = local._is_link
    monkeypatch.setattr(local, "_is_link", lambda path: looked.append(path) or is_link(path))
    store = LocalStore(tmp_path)
    number = 50
    for n in range(number):
        assert store.get(f"k{n}" + "/a" * 900 + "/zarr.json") is None
    assert len(looked) == number


def test_x14_links_are_found_below_folders_that_are(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(b"x")
    root = tmp_path / "root"
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/link").symlink_to(tmp_path / "outside")
    store = LocalStore(root, follow_links=False)
    assert store.get("a/c/d/file") is None
    assert not store._is_plain("a/b/link")
    assert not store._is_plain("a/b/link/further/down")
    assert store._is_plain("a/b")
    assert store._is_plain("a/c/d")


def test_x7_pixels_that_would_be_read_for_days_are_refused(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "_reader_of", lambda *_: pytest.fail("pixels were read"))
    store = image("0.4").write(tmp_path / "store")
    array = json.loads((store / "0/.zarray").read_bytes())
    size = len(array["shape"])
    array["shape"], array["chunks"] = [10**9] * size, [1000] * size
    (store / "0/.zarray").write_text(json.dumps(array))
    before = sorted(store.rglob("*"))
    done = run("upgrade", store, "--to", "0.5", "--verify", "all")
    assert done.code == 3
    assert "0 has too many pixels for all to be verified: up to 1,048,576 blocks of a store are read" in done.err
    assert "--verify sample" in done.err
    assert sorted(store.rglob("*")) == before
