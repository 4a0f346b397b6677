"""A disk that is full from some moment on, one without second names, and one that cannot be written to."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from at_length import some
from bases import image
from commands import Run
from mortal import changes, killed, tree

from ngff_core import StoreError, check_store, rollback_store, upgrade_store
from ngff_core.upgrade.journal import DONE, JOURNAL

MAKING = ("copy_file_range", "link", "mkdir", "symlink", "write")
CHUNKS = ("0/c/0/0/0", "0/c/1/0/0", "1/c/0/0/0")


def up(root: Path, out: Path | None = None) -> None:
    upgrade_store(root, "0.5", out, remove_old=True)


def down(root: Path, out: Path | None = None) -> None:
    upgrade_store(root, "0.4", out, decisions={"chunk-keys": "rename"})


def source(root: Path, version: str) -> Path:
    tree = image(version)
    if version == "0.5":
        tree.docs |= {key: key.encode() for key in CHUNKS}
    return tree.write(root)


@contextmanager
def full_after(number: int) -> Iterator[list[int]]:
    """Let the disk be full when so many things were made on it; yields a list with how many are left."""
    left = [number]

    def full() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def limited(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            full()
            return function(*args, **options)

        return call

    open_ = os.open

    def opened(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            full()
        return open_(path, flags, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in MAKING:
            patch.setattr(os, name, limited(getattr(os, name)))
        patch.setattr(os, "open", opened)
        yield left


def made_by(call: Callable[[], object]) -> int:
    """Return how many things a call makes."""
    with full_after(many := 10**6) as left:
        call()
    return many - left[0]


def fails(step: int, call: Callable[[], object], done: Callable[[], bool]) -> bool:
    """Tell whether a call says that the disk is full; else all is done: what could not be made was not needed."""
    try:
        with full_after(step):
            call()
    except StoreError as error:
        if "no space left" not in str(error):
            raise
        return True
    assert done()
    return False


@pytest.mark.parametrize(("version", "go"), [("0.4", up), ("0.5", down)], ids=["up", "down"])
def test_a_full_disk_leaves_the_old_or_something_to_go_on_with(
    tmp_path: Path, version: str, go: Callable[[Path], None]
) -> None:
    store, new = source(tmp_path / "store", version), source(tmp_path / "new", version)
    old, number = tree(store), made_by(lambda: go(new))
    for step in some(version, number, 8):
        fails(step, lambda: go(store), lambda: tree(store) == tree(new))
        assert check_store(store).valid
        if tree(store) == old:
            continue
        finished = Path(shutil.copytree(store, tmp_path / "finished"))
        go(finished)
        assert tree(finished) == tree(new), step
        shutil.rmtree(finished)
        rollback_store(store)
        assert tree(store) == old, step


@pytest.mark.parametrize(("version", "go"), [("0.4", up), ("0.5", down)], ids=["up", "down"])
def test_a_full_disk_in_a_rollback(tmp_path: Path, version: str, go: Callable[[Path], None]) -> None:
    store, other = source(tmp_path / "store", version), source(tmp_path / "other", version)
    old = tree(store)
    go(store)
    go(other)
    number = made_by(lambda: rollback_store(other))
    new = tree(store)
    for step in some(version, number, 6):
        fails(step, lambda: rollback_store(store), lambda: tree(store) == old)
        assert check_store(store).valid
        assert (store / JOURNAL).exists() or tree(store) in (new, old)
        rollback_store(store)
        assert tree(store) == old
        go(store)


@pytest.mark.parametrize(("version", "go"), [("0.4", up), ("0.5", down)], ids=["up", "down"])
def test_a_full_disk_in_a_copy(tmp_path: Path, version: str, go: Callable[..., None]) -> None:
    """The same call goes on with it; the lock does not stay."""
    store = source(tmp_path / "store", version)
    number = made_by(lambda: go(store, tmp_path / "new"))
    for step in some(version, number, 6):
        out = tmp_path / "out"
        if fails(step, lambda out=out: go(store, out), lambda out=out: tree(out) == tree(tmp_path / "new")):
            assert not any((out / name).exists() for name in ("zarr.json", ".zgroup", ".ngff-lock")), step
            go(store, out)
        assert tree(out) == tree(tmp_path / "new")
        shutil.rmtree(out)


# --- file systems without hard links ----------------------------------------------------------------


def no_link(*_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize(("version", "go"), [("0.4", up), ("0.5", down)], ids=["up", "down"])
def test_where_files_have_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, go: Callable[[Path], None]
) -> None:
    """As on FAT: killed at any moment, it can be finished and taken back; nothing is left over."""
    store, new = source(tmp_path / "store", version), source(tmp_path / "new", version)
    old = tree(store)
    monkeypatch.setattr(os, "link", no_link)
    number = changes(lambda: go(new))
    go(new)
    for step in some(f"one name {version}", number, 8):
        root = Path(shutil.copytree(store, tmp_path / "root"))
        assert killed(lambda root=root: go(root), step)
        back = Path(shutil.copytree(root, tmp_path / "back"))
        go(root)
        assert tree(root) == tree(new), step
        rollback_store(back)
        assert tree(back) == old, step
        shutil.rmtree(root)
        shutil.rmtree(back)


# --- real ones --------------------------------------------------------------------------------------


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    place.mkdir()
    program = shutil.which("mount")
    done = program and subprocess.run([program, "-t", "tmpfs", "-o", ",".join(options), "tmpfs", place], check=False)
    if not done or done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_small_disk(tmp_path: Path, run: Run) -> None:
    """It is filled up to some pages: whatever does not fit is taken back."""
    with mounted(tmp_path / "small", "size=256k") as small:
        store = source(small / "store", "0.4")
        before = tree(store)
        codes = []
        for pages in range(24, -1, -1):
            filler = small / "filler"
            with open(filler, "wb", buffering=0) as file:
                try:
                    while file.write(bytes(4096)):
                        pass
                except OSError:
                    pass
                file.truncate(max(0, file.tell() - 4096 * pages))
            done = run("upgrade", store, "--to", "0.5")
            filler.unlink()
            codes.append(done.code)
            assert "Traceback" not in done.err
            assert check_store(store).valid
            if done.code:
                assert (done.code, "no space left" in done.err) == (3, True)
            if done.code == 0 or (store / JOURNAL).exists():
                rollback_store(store)
            assert tree(store) == before
        assert (codes[0], codes[-1]) == (0, 3)


def test_a_disk_that_cannot_be_written_to(tmp_path: Path, run: Run) -> None:
    with mounted(tmp_path / "disk", "size=256k") as disk:
        store = source(disk / "store", "0.4")
        upgrade_store(store, "0.5")
        before = tree(store)
        if subprocess.run(["mount", "-o", "remount,ro", disk], check=False).returncode:
            pytest.skip("nothing can be mounted to be read only")
        for arguments in (["--to", "0.4"], ["--rollback"]):
            done = run("upgrade", store, *arguments)
            assert (done.code, "read-only file system" in done.err) == (3, True)
        assert run("upgrade", store, "--to", "0.5").code == 0
        assert run("upgrade", store, "--out", tmp_path / "out", "--to", "0.4").code == 0
        assert tree(store) == before
        assert (store / DONE).exists()
