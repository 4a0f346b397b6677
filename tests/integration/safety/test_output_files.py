"""E18: every file that is written outside stores is written whole, and nothing but what was named."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from bases import image
from commands import Run

from ngff_core.json_text import loads
from ngff_core.report.writing_files import CarefulFile

Write = Callable[[str], tuple[int, str]]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and permissions are those of POSIX")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    image("0.5").write(tmp_path / "image.zarr")
    return tmp_path / "image.zarr"


WAYS: dict[str, Callable[[str], list[str]]] = {
    "--output": lambda path: ["--format", "json", "--output", path],
    "--format": lambda path: ["--format", f"json={path}"],
    "--write-baseline": lambda path: ["--format", "json", "--write-baseline", path],
}


@pytest.fixture(params=WAYS)
def write(request: Any, run: Run, store: Path) -> Write:
    """Return a function that lets a command write a file."""

    def call(path: str) -> tuple[int, str]:
        ran = run("validate", store, *WAYS[request.param](path))
        return ran.code, ran.err

    return call


def left(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name != "image.zarr")


def test_e18_a_new_file_has_the_permissions_of_any_other(write: Write, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert write("out.json")[0] == 0
    finally:
        os.umask(before)
    assert left(tmp_path) == ["out.json"]
    assert stat.S_IMODE(os.stat("out.json").st_mode) == 0o640
    assert "schema" in loads(Path("out.json").read_bytes())


def test_e18_a_file_is_replaced_and_keeps_its_permissions(write: Write, tmp_path: Path) -> None:
    Path("out.json").write_text("old")
    os.chmod("out.json", 0o604)
    inode = os.stat("out.json").st_ino
    assert write("out.json")[0] == 0
    assert left(tmp_path) == ["out.json"]
    assert stat.S_IMODE(os.stat("out.json").st_mode) == 0o604
    assert os.stat("out.json").st_ino != inode
    assert "schema" in loads(Path("out.json").read_bytes())


@pytest.mark.parametrize("planted", ["out.json.part", "out.json.ngff-part", ".out.json.part"])
def test_e18_planted_links_are_not_followed(planted: str, write: Write, tmp_path: Path) -> None:
    Path("victim").write_text("precious")
    os.symlink("victim", planted)
    assert write("out.json")[0] == 0
    assert Path("victim").read_text() == "precious"
    assert os.readlink(planted) == "victim"
    assert left(tmp_path) == sorted(["out.json", planted, "victim"])


def test_e18_a_link_that_is_named_stays(write: Write, tmp_path: Path) -> None:
    os.mkdir("reports")
    Path("reports/1.json").write_text("old")
    os.symlink("reports/1.json", "latest.json")
    assert write("latest.json")[0] == 0
    assert os.readlink("latest.json") == "reports/1.json"
    assert "schema" in loads(Path("reports/1.json").read_bytes())
    assert (left(tmp_path), left(tmp_path / "reports")) == (["latest.json", "reports"], ["1.json"])


def test_e18_a_link_to_nothing_is_refused(write: Write, tmp_path: Path) -> None:
    os.symlink("nothing", "out.json")
    code, err = write("out.json")
    assert code == 2
    assert "symbolic link that leads to nothing" in err
    assert left(tmp_path) == ["out.json"]


def test_e18_a_folder_is_refused(write: Write, tmp_path: Path) -> None:
    os.mkdir("out.json")
    code, err = write("out.json")
    assert code == 2
    assert "is a directory" in err.lower()
    assert left(tmp_path) == ["out.json"]


def test_e18_devices_stay_devices(write: Write) -> None:
    before = os.stat("/dev/null")
    assert write("/dev/null")[0] == 0
    after = os.stat("/dev/null")
    assert (after.st_ino, after.st_rdev, after.st_mode) == (before.st_ino, before.st_rdev, before.st_mode)


def test_e18_a_pipe_is_written_to(write: Write, tmp_path: Path) -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path(tmp_path, "pipe").read_bytes()), daemon=True)
    reader.start()
    assert write("pipe")[0] == 0
    reader.join()
    assert "schema" in loads(read[0])
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no such name here")
def test_e18_standard_output_by_its_name_is_written_to(way: str, store: Path, tmp_path: Path) -> None:
    """Also where it is a file, which other commands write to before and after."""
    with open(tmp_path / "all.txt", "ab") as file:
        file.write(b"before\n")
        file.flush()
        line = [sys.executable, "-m", "ngff_core", "validate", str(store), *WAYS[way]("/dev/stdout")]
        ran = subprocess.run(line, stdout=file, stderr=subprocess.PIPE, check=False)
        assert (ran.returncode, b"Error" in ran.stderr) == (0, False)
        file.write(b"after\n")
    text = (tmp_path / "all.txt").read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert '"schema"' in text


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no such name here")
def test_attack2_12_a_link_to_standard_output_is_written_to(store: Path, tmp_path: Path) -> None:
    os.symlink("/dev/stdout", tmp_path / "link")
    with open(tmp_path / "all.txt", "ab") as file:
        file.write(b"before\n")
        file.flush()
        line = [sys.executable, "-m", "ngff_core", "validate", str(store), *WAYS["--output"](str(tmp_path / "link"))]
        assert subprocess.run(line, stdout=file, check=False).returncode == 0
    text = (tmp_path / "all.txt").read_text()
    assert text.startswith("before\n")
    assert '"schema"' in text


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no folder for files below /dev")
def test_attack2_12_a_file_below_dev_is_replaced(write: Write) -> None:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        target = Path(folder, "r.json")
        for _ in range(2):
            assert write(str(target))[0] == 0
            assert "schema" in loads(target.read_bytes())
        assert left(Path(folder)) == ["r.json"]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="everything is allowed to root")
def test_e18_what_is_not_allowed_is_told(write: Write, tmp_path: Path) -> None:
    Path("out.json").write_text("old")
    os.chmod("out.json", 0o444)
    code, err = write("out.json")
    assert code == 2
    assert "permission denied" in err.lower()
    assert Path("out.json").read_text() == "old"


def test_e18_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.write_text("old")

    def full(descriptor: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "no space left on device")

    file = CarefulFile(str(target))
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="no space"):
            file.write("new")
    file.discard()
    assert (target.read_text(), os.listdir(tmp_path)) == ("old", ["out"])


def test_e18_what_was_discarded_is_not_put_in_place(tmp_path: Path) -> None:
    file = CarefulFile(str(tmp_path / "out"))
    file.write("half")
    file.discard()
    file.finish()
    assert os.listdir(tmp_path) == []


def test_e18_a_new_plugin_takes_nothing_away(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is where the folder was to be made first is somebody else's."""
    monkeypatch.setattr(os, "urandom", lambda number: bytes(number))
    there = tmp_path / f"ngff-rules-mylab.{bytes(8).hex()}.ngff-part"
    there.mkdir()
    (there / "precious").write_text("kept")
    ran = run("new-plugin", "ngff-rules-mylab")
    assert ran.code == 2
    assert "could not be written: file exists" in ran.err
    assert (there / "precious").read_text() == "kept"
