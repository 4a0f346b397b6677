"""Zip archives are written anew, whole and in order; the archive itself stays as it is."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import mortal
import pytest
from broken import broken_plate, written
from click.testing import CliRunner

from ngff_core import StoreError, UsageError, check_store, plan_fix
from ngff_core.cli import cli
from ngff_core.editing.archive import write_archive
from ngff_core.stores.zip.writing import ZipWriter
from ngff_core.testing.archives import zip_bytes

COMMENT = b'{"ome":{"version":"0.5"}}'


@pytest.fixture(params=["0.4", "0.5"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    root = written(broken_plate(request.param), tmp_path / "tree")
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
    path = tmp_path / "plate.ozx"
    path.write_bytes(zip_bytes({**files, "notes.txt": b"kept"}, comment=COMMENT))
    return path


def test_all_is_taken_over_and_documents_come_first(archive: Path, tmp_path: Path) -> None:
    before, out = archive.read_bytes(), tmp_path / "mended.ozx"
    plan = plan_fix(archive)
    write_archive(plan, str(out))
    assert archive.read_bytes() == before
    report = check_store(out)
    assert (report.count("error"), report.count("warning")) == (0, 0)
    old, new = zipfile.ZipFile(archive), zipfile.ZipFile(out)
    assert new.testzip() is None
    assert (sorted(new.namelist()), new.comment) == (sorted(old.namelist()), COMMENT)
    assert {n for n in new.namelist() if new.read(n) != old.read(n)} == set(plan.writes.keys)
    assert {info.compress_type for info in new.infolist()} == {zipfile.ZIP_STORED}
    names = [name.rpartition("/")[2] in {".zattrs", ".zgroup", ".zarray", "zarr.json"} for name in new.namelist()]
    assert names == sorted(names, reverse=True)
    assert b"PK\x06\x06" in out.read_bytes()[-4096:]


def test_it_replaces_nothing_and_leaves_nothing_half_written(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "there.ozx"
    out.write_bytes(b"other")
    with pytest.raises(UsageError, match="there already"):
        write_archive(plan_fix(archive), str(out))
    assert out.read_bytes() == b"other"
    files = mortal.tree(tmp_path)
    link = tmp_path / "link.ozx"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there already"):
        write_archive(plan_fix(archive), str(link))
    link.unlink()
    with pytest.raises(StoreError, match="could not be written"):
        write_archive(plan_fix(archive), str(tmp_path / "no such folder" / "out.ozx"))
    assert mortal.tree(tmp_path) == files


def test_what_would_be_lost_is_refused(archive: Path, tmp_path: Path) -> None:
    old = zipfile.ZipFile(archive)
    files = {name: old.read(name) for name in old.namelist()}
    wrapped = tmp_path / "wrapped.ozx"
    wrapped.write_bytes(zip_bytes({f"top/{name}": data for name, data in files.items()}))
    out = tmp_path / "out.ozx"
    with pytest.raises(StoreError, match="without loss"):
        write_archive(plan_fix(wrapped), str(out))
    assert not out.exists()


def test_what_is_wrong_with_the_archive_itself_is_left_and_said(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as old:
        files = {name: old.read(name) for name in old.namelist()}
    twice = tmp_path / "twice.ozx"
    twice.write_bytes(zip_bytes({**files, "notes.TXT": b"other"}).replace(b"notes.TXT", b"notes.txt"))
    plan = plan_fix(twice)
    assert [issue.rule for issue in plan.before.issues].count("archive-names-unique") == 1
    assert [issue.rule for issue in plan.after.issues if issue.severity == "error"] == ["archive-names-unique"]
    assert plan.made
    done = CliRunner().invoke(cli, ["fix", str(twice), "--out", str(tmp_path / "out.ozx")])
    assert done.exit_code == 3
    sound = tmp_path / "mended.ozx"
    write_archive(plan_fix(archive), str(sound))
    with zipfile.ZipFile(sound) as new:
        files = {name: new.read(name) for name in new.namelist()}
    twice.write_bytes(zip_bytes({**files, "notes.TXT": b"other"}).replace(b"notes.TXT", b"notes.txt"))
    left = CliRunner().invoke(cli, ["fix", str(twice)])
    assert left.exit_code == 1
    assert "1 error, 0 warnings, none that could be mended" in left.output


def test_the_command(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ozx"
    planned = CliRunner().invoke(cli, ["fix", str(archive), "--plan"])
    assert planned.exit_code == 0
    assert f"ngff fix {archive} --out FILE" in planned.output
    refused = CliRunner().invoke(cli, ["fix", str(archive)])
    assert refused.exit_code == 3
    assert "--out FILE writes it anew" in refused.output
    done = CliRunner().invoke(cli, ["fix", str(archive), "--out", str(out)])
    assert done.exit_code == 0
    assert check_store(out).valid
    folder = CliRunner().invoke(cli, ["fix", str(tmp_path / "tree"), "--out", str(tmp_path / "x")])
    assert isinstance(folder.exception, UsageError)


def test_an_entry_whose_size_is_not_known_is_written_with_room_for_a_large_one() -> None:
    file = io.BytesIO()
    writer = ZipWriter(file)
    writer.add("a/ü.bin", iter([b"ab", b"", b"cde"]))
    writer.add("empty", [], 0)
    writer.finish(b"words")
    read = zipfile.ZipFile(file)
    assert {name: read.read(name) for name in read.namelist()} == {"a/ü.bin": b"abcde", "empty": b""}
    assert read.comment == b"words"
    assert struct.pack("<L", 0xFFFFFFFF) in file.getvalue()[:30]
    with pytest.raises(ValueError, match="at most"):
        writer.add("x" * 70_000, [])
