"""Attacks on copies that were killed: what is there is no proof that it is there as a whole, or as it is now."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bases import image
from commands import Run

from ngff_core import StoreError, UsageError, check_store, upgrade_store
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.stores.writing import Write
from ngff_core.upgrade.copy import MARKER

CHUNKS = {f"0/{y}.{x}": bytes([y, x]) * 8 for y in range(2) for x in range(3)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = Path(image("0.4").write(tmp_path / "source"))
    for key, data in CHUNKS.items():
        (root / key).write_bytes(data)
    return root


@pytest.fixture
def begun(source: Path, tmp_path: Path) -> Path:
    """A copy that stopped when all was there but for the documents of the root."""
    out = tmp_path / "out"
    begin(source, "0.5", out)
    assert chunks(out) == CHUNKS
    return out


def begin(source: Path, to: str, out: Path, **options: Any) -> None:
    def put_many(self: LocalWriter, writes: Sequence[Write]) -> None:
        if writes[0].key in ("zarr.json", ".zattrs"):
            raise StoreError("the power is gone")
        put(self, writes)

    put = LocalWriter.put_many
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalWriter, "put_many", put_many)
        with pytest.raises(StoreError, match="the power is gone"):
            upgrade_store(source, to, out, **options)
    assert (out / MARKER).exists()


def chunks(root: Path) -> dict[str, bytes]:
    return {key: (root / key).read_bytes() for key in CHUNKS if (root / key).exists()}


@pytest.mark.parametrize("left", [b"", b"\x01", bytes(16)], ids=["empty", "cut", "zeros"])
def test_x4_a_chunk_that_a_loss_of_power_left_half_written_is_copied_again(
    source: Path, begun: Path, run: Run, left: bytes
) -> None:
    (begun / "0/1.2").write_bytes(left)
    assert run("upgrade", source, "--out", begun, "--to", "0.5").code == 0
    assert chunks(begun) == CHUNKS
    assert check_store(begun).valid
    assert not (begun / MARKER).exists()


def test_x4_so_is_a_document(source: Path, begun: Path) -> None:
    documents = [path for path in begun.rglob("zarr.json") if path.parent != begun]
    assert documents
    before = {path: path.read_bytes() for path in documents}
    for path in documents:
        path.write_bytes(b"")
    upgrade_store(source, "0.5", begun)
    assert {path: path.read_bytes() for path in documents} == before


@pytest.mark.parametrize("new", [b"new", bytes(16)], ids=["another size", "the same size"])
def test_x5_a_chunk_that_was_changed_meanwhile_is_copied_again(source: Path, begun: Path, run: Run, new: bytes) -> None:
    (source / "0/1.2").write_bytes(new)
    assert run("upgrade", source, "--out", begun, "--to", "0.5").code == 0
    assert chunks(begun) == chunks(source)


def test_x5_a_chunk_that_was_deleted_meanwhile_is_no_part_of_the_copy(source: Path, begun: Path) -> None:
    """It is not taken away either: it may be what somebody put there."""
    (source / "0/1.2").unlink()
    with pytest.raises(UsageError, match=r"in it 0/1\.2, which .* does not hold"):
        upgrade_store(source, "0.5", begun)
    (begun / "0/1.2").unlink()
    upgrade_store(source, "0.5", begun)
    assert chunks(begun) == chunks(source)


def test_x5_nor_where_chunks_get_other_keys(tmp_path: Path) -> None:
    source, out = Path(image("0.5").write(tmp_path / "source")), tmp_path / "out"
    for key in ("0/c/0/0", "0/c/0/1"):
        (source / key).parent.mkdir(parents=True, exist_ok=True)
        (source / key).write_bytes(key.encode())

    renaming = {"chunk-keys": "rename"}
    begin(source, "0.4", out, decisions=renaming)
    (old,) = (path for path in out.rglob("*") if path.is_file() and path.read_bytes() == b"0/c/0/1")
    (source / "0/c/0/1").unlink()
    with pytest.raises(UsageError, match=r"which .* does not hold"):
        upgrade_store(source, "0.4", out, decisions=renaming)
    (source / "0/c/0/1").write_bytes(b"new")
    upgrade_store(source, "0.4", out, decisions=renaming)
    assert old.read_bytes() == b"new"


# --- who may read what is written -------------------------------------------------------------------


def modes(root: Path) -> dict[str, int]:
    return {
        path.relative_to(root).as_posix(): path.stat().st_mode & 0o777 for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture
def private(source: Path) -> Path:
    for path in source.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
    return source


def test_x15_what_only_the_owner_may_read_stays_so(private: Path, run: Run) -> None:
    assert run("upgrade", private, "--to", "0.5", "--remove-old").code == 0
    assert "zarr.json" in modes(private)
    assert set(modes(private).values()) == {0o600}
    assert run("upgrade", private, "--to", "0.4").code == 0
    assert ".ngff-upgrade.done.1.jsonl" in modes(private)
    assert set(modes(private).values()) == {0o600}
    for _ in range(2):
        assert run("upgrade", private, "--rollback").code == 0
        assert set(modes(private).values()) == {0o600}
    assert ".zattrs" in modes(private)


@pytest.mark.parametrize("kind", ["directory", "archive"])
def test_x15_so_does_its_copy(private: Path, tmp_path: Path, run: Run, kind: str) -> None:
    if kind == "archive":
        archive = tmp_path / "source.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for path in private.rglob("*"):
                file.write(path, path.relative_to(private))
        archive.chmod(0o600)
        private = archive
    assert run("upgrade", private, "--out", tmp_path / "copy", "--to", "0.5").code == 0
    assert chunks(tmp_path / "copy") == CHUNKS
    assert set(modes(tmp_path / "copy").values()) == {0o600}


def test_x15_each_new_document_is_as_those_beside_it_and_the_journal_as_all(source: Path, tmp_path: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    (source / "0/.zarray").chmod(0o640)
    (source / "0/1.2").chmod(0o600)
    upgrade_store(source, "0.5", tmp_path / "out")
    upgrade_store(source, "0.5")
    for root in (source, tmp_path / "out"):
        found = modes(root)
        assert (found["zarr.json"], found["0/zarr.json"], found["0/1.2"], found["0/1.1"]) == (
            0o644,
            0o640,
            0o600,
            0o644,
        )
    assert modes(source)[".ngff-upgrade.done.jsonl"] == 0o640
