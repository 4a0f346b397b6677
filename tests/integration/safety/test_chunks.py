"""Chunks that get other keys: all of them do, or nothing is begun; links are as they were after a rollback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run

from ngff_core import StoreError, rollback_store, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import ChunkKeys

DOWN = ("--to", "0.4", "--decide", "chunk-keys=rename")
RENAME = {"chunk-keys": "rename"}
NOBODY = 65534

pytestmark = pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")


def store_of_chunks(root: Path) -> Path:
    """Write an image of 0.5 with some chunks in its first level."""
    store = image("0.5").write(root / "store")
    for c, y in ((0, 0), (0, 1), (1, 0)):
        chunk = store / f"0/c/{c}/{y}/0"
        chunk.parent.mkdir(parents=True, exist_ok=True)
        chunk.write_bytes(bytes([c, y]))
    return store


def seen(root: Path) -> dict[str, bytes | str | None]:
    """Return all that is in a directory, links as what they hold."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(root.rglob("*")):
        held = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[path.relative_to(root).as_posix()] = held
    return found


def out(path: Path) -> None:
    """Put a link in the place of a folder, to the same outside the store."""
    outside = next(parent for parent in path.parents if parent.name == "store").with_name("outside")
    shutil.move(path, outside)
    path.symlink_to(outside)


def other_row(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to("0" if path.name == "1" else "elsewhere")


def nowhere(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to("nowhere")


def circle(path: Path) -> None:
    shutil.rmtree(path)
    path.symlink_to("..")


def file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_bytes(b"")


LINKED = [(name, break_) for name in ("0/c", "0/c/1", "0/c/1/0") for break_ in (out, nowhere, circle, file)]


@pytest.mark.parametrize(("name", "break_"), [*LINKED, ("0/c/1", other_row)])
def test_e3_folders_of_chunks_that_are_links_are_refused_before_the_first_write(
    tmp_path: Path, run: Run, name: str, break_: Callable[[Path], None]
) -> None:
    store = store_of_chunks(tmp_path)
    break_(store / name)
    before = seen(tmp_path)
    if (name, break_) == ("0/c", file):  # it has no chunks
        return
    done = run("upgrade", store, *DOWN)
    assert done.code == 3
    assert name in done.err
    assert seen(tmp_path) == before


def test_e3_a_plan_shows_what_keeps_chunks_from_being_renamed(tmp_path: Path, run: Run) -> None:
    store = store_of_chunks(tmp_path)
    out(store / "0/c/1")
    planned, done = run("upgrade", store, *DOWN, "--plan"), run("upgrade", store, *DOWN)
    assert (planned.code, planned.err) == (done.code, done.err)
    assert "0/c/1 is a symbolic link, so that the chunks in it cannot be renamed" in planned.err


def test_e3_a_folder_in_the_place_of_a_chunk_is_refused(tmp_path: Path) -> None:
    store = store_of_chunks(tmp_path)
    (store / "0/c/0/0/1").mkdir()
    before = seen(store)
    with pytest.raises(StoreError, match="0/c/0/0/1 is a folder where a chunk would be"):
        upgrade_store(store, "0.4", decisions=RENAME)
    assert seen(store) == before


AS_NOBODY = """
import os, sys
from click.testing import CliRunner
from ngff_core.cli.upgrade import command
runner = CliRunner()
warm, store, *options = sys.argv[1:]
for arguments in ([warm, *options], [warm, "--rollback"]):  # imports what may not be read any more then
    assert runner.invoke(command, arguments).exit_code == 0
os.setgid(int(sys.stdin.readline()))
os.setuid(os.getgid())
done = runner.invoke(command, [store, *options])
print(done.exit_code, done.output, done.stderr)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to become another user")
@pytest.mark.parametrize(
    ("name", "mode"),
    [(name, mode) for name in ("0", "0/c", "0/c/1", "0/c/1/0") for mode in (0o000, 0o311, 0o555)],
)
def test_e3_folders_that_may_not_be_listed_or_changed_are_refused_before_the_first_write(
    tmp_path: Path, name: str, mode: int
) -> None:
    warm = shutil.move(store_of_chunks(tmp_path), tmp_path / "warm")
    store = store_of_chunks(tmp_path)
    before = seen(store)
    for path in (store, *store.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    for path in (tmp_path, *tmp_path.parents):
        if path != path.parent:
            path.chmod(path.stat().st_mode | 0o111)
    (store / name).chmod(mode)
    ran = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, warm, store, *DOWN], input=f"{NOBODY}\n", capture_output=True, text=True
    )
    (store / name).chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(("3 ", "1 "))
    assert seen(store) == before


# --- links -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["annex", "absolute", "hidden", "lost"])
def test_e7_chunks_that_are_links_are_links_after_a_rollback(tmp_path: Path, target: str) -> None:
    """As those of git-annex: out of the store, into a hidden folder of it, or to what is not fetched."""
    store = store_of_chunks(tmp_path)
    chunk = store / "0/c/1/0/0"
    held = {
        "annex": "../../../../../annex/x",
        "absolute": str(tmp_path / "annex/x"),
        "hidden": "../../../../.git/x",
        "lost": "../../../../../annex/absent",
    }[target]
    for folder in (tmp_path / "annex", store / ".git"):
        folder.mkdir()
        (folder / "x").write_bytes(b"pixels")
    chunk.unlink()
    chunk.symlink_to(held)
    before = seen(store)
    upgrade_store(store, "0.4", decisions=RENAME)
    assert (store / "0/1/0/0").is_symlink()
    if target != "lost":
        assert (store / "0/1/0/0").read_bytes() == b"pixels"
    rollback_store(store)
    assert seen(store) == before


@pytest.mark.parametrize("held", ["../../0/0/0", "./../../../../../outside", "../../../../../store/../outside"])
def test_e7_links_that_could_not_be_kept_are_refused(tmp_path: Path, held: str) -> None:
    """The chunk that one leads to gets another name; what goes a roundabout way would not come back as it is."""
    store = store_of_chunks(tmp_path)
    (tmp_path / "outside").write_bytes(b"pixels")
    (store / "0/c/1/0/0").unlink()
    (store / "0/c/1/0/0").symlink_to(held)
    before = seen(store)
    with pytest.raises(StoreError, match="0/c/1/0/0 is a symbolic link"):
        upgrade_store(store, "0.4", decisions=RENAME)
    assert seen(store) == before


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_e7_levels_that_are_links_to_other_levels_stay_so(tmp_path: Path, version: str) -> None:
    store = image(version).write(tmp_path / "store")
    shutil.rmtree(store / "1")
    (store / "1").symlink_to("0")
    before = seen(store)
    if version == "0.4":
        upgrade_store(store, "0.5", remove_old=True)
    else:
        upgrade_store(store, "0.4", decisions=RENAME)
    assert os.readlink(store / "1") == "0"
    rollback_store(store)
    assert seen(store) == before


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("what", ["to a document", "to one of another array", "to nothing", "in the way, to nothing"])
def test_e7_documents_that_are_links_are_kept_or_refused(tmp_path: Path, run: Run, what: str, version: str) -> None:
    store = image(version).write(tmp_path / "store")
    own, other = (".zarray", "zarr.json") if version == "0.4" else ("zarr.json", ".zarray")
    if what == "in the way, to nothing":
        (store / "1" / other).symlink_to("../nothing")
    else:
        (store / "1" / own).rename(store / "held")
        held = {"to a document": "../held", "to one of another array": f"../0/{own}"}.get(what, "../nothing")
        (store / "1" / own).symlink_to(held)
    before = seen(store)
    to = ("--to", "0.5", "--remove-old") if version == "0.4" else DOWN
    done = run("upgrade", store, *to, "--decide", "existing=replace")
    assert done.code in (1, 3)
    assert "Traceback" not in done.err
    assert seen(store) == before
    assert f"1/{own}" in done.err + done.out or f"1/{other}" in done.err + done.out or "1: " in done.out


def test_e7_a_link_between_documents_is_kept_as_long_as_it_stays(tmp_path: Path) -> None:
    store = image("0.4").write(tmp_path / "store")
    attributes = store / "0/.zattrs"
    attributes.write_text('{"a": 1}')
    (store / "1/.zattrs").unlink(missing_ok=True)
    (store / "1/.zattrs").symlink_to("../0/.zattrs")
    before = seen(store)
    upgrade_store(store, "0.5")
    rollback_store(store)
    assert seen(store) == before
    with pytest.raises(StoreError, match=r"1/\.zattrs is a symbolic link"):
        upgrade_store(store, "0.5", remove_old=True)
    assert seen(store) == before


# --- what is counted ---------------------------------------------------------------------------------


def test_e3_chunks_are_counted_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of_chunks(tmp_path)
    before = seen(store)
    link = LocalWriter.link_chunks

    def link_some(self: LocalWriter, path: str, ndim: int, old: ChunkKeys, new: ChunkKeys) -> None:
        link(self, path, ndim, old, new)
        if new.encoding == "v2" and path == "0":
            (store / "0/1/0/0").unlink()

    monkeypatch.setattr(LocalWriter, "link_chunks", link_some)
    with pytest.raises(StoreError, match=r"1 chunks? of 0 did not get"):
        upgrade_store(store, "0.4", decisions=RENAME)
    assert seen(store) == before


def test_e13_old_keys_of_chunks_stay_until_all_else_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of_chunks(tmp_path)
    chunks = {name: data for name, data in seen(store / "0/c").items() if isinstance(data, bytes)}
    unlink, there = LocalWriter.unlink_chunks, []

    def look(self: LocalWriter, path: str, *rest: Any) -> None:
        if path == "0":
            there.append((store / "zarr.json").exists())
            assert {name: (store / "0/c" / name).read_bytes() for name in chunks} == chunks
            assert {name: (store / "0" / name).read_bytes() for name in chunks} == chunks
        unlink(self, path, *rest)

    monkeypatch.setattr(LocalWriter, "unlink_chunks", look)
    upgrade_store(store, "0.4", decisions=RENAME)
    assert there == [False]
