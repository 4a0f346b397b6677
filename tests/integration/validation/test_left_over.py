"""Folders that a killed writer leaves: named where they lie, incomplete by themselves, no part of what is copied."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import BASES, image, plate
from commands import Run
from corpus import VERSIONS

from ngff_core import StoreError, check_store
from ngff_core.report import Report
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.stores.zip.packing import pack
from ngff_core.upgrade.run import upgrade_store

RANDOM = "0123456789abcdef"
NEW, OLD = f".{RANDOM}.ngff-part", f".{RANDOM}.old.ngff-part"


class Counting(MemoryStore):
    """A store in memory that counts what it is asked for."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        super().__init__(documents)
        self.keys: list[str] = []
        self.listed: list[str] = []

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.keys += keys
        return super().get_many(keys)

    def list(self, prefix: str) -> Sequence[str] | None:
        self.listed.append(prefix)
        return super().list(prefix)


def put(folder: Path, documents: Mapping[str, bytes]) -> Path:
    for key, data in documents.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def incomplete(version: str) -> dict[str, bytes]:
    """Return the documents of an image but for those of its root."""
    return {key: data for key, data in image(version).documents().items() if "/" in key}


def said(report: Report) -> list[tuple[str, str | None]]:
    return [(issue.node, issue.found) for issue in report.issues if issue.rule == "write-interrupted"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", BASES)
def test_named_in_every_group_and_at_no_cost(name: str, version: str) -> None:
    documents = BASES[name](version).documents()
    plain = Counting(documents)
    before = check_store(plain)
    nodes = {"", *(path for path in ("A", "A/1", "A/1/0", "labels", "labels/cells", "0") if _is_group(documents, path))}
    inside = image(version).documents()
    left = {f"{node}/x{NEW}/{key}".lstrip("/"): data for node in nodes for key, data in inside.items()}
    store = Counting(documents | left)
    report = check_store(store)
    assert sorted(said(report)) == sorted((node, f"x{NEW}") for node in nodes)
    assert report.valid == before.valid
    assert len(report.issues) == len(before.issues) + len(nodes)
    assert (sorted(store.keys), sorted(store.listed)) == (sorted(plain.keys), sorted(plain.listed))
    assert not said(before)


def _is_group(documents: Mapping[str, bytes], path: str) -> bool:
    data = documents.get(f"{path}/zarr.json", b"")
    return f"{path}/.zgroup" in documents or b'"group"' in data


def test_what_was_there_before_is_told_from_what_is_new() -> None:
    documents = plate("0.5").documents()
    left = {f"A/1/0{end}/zarr.json": documents["A/1/0/zarr.json"] for end in (NEW, OLD)}
    issues = [i for i in check_store(MemoryStore(documents | left)).issues if i.rule == "write-interrupted"]
    assert [issue.found for issue in issues] == [f"0{NEW}", f"0{OLD}"]
    hint = str(issues[0].hint)
    assert hint.index("resume=True") < hint.index("delete it, and run again what was writing")  # followed as it is read
    assert "give it its name again where nothing is there, such as 0" in str(issues[1].hint)


@pytest.mark.parametrize("name", ["x.ngff-part", "x.0123.ngff-part", f"x{NEW}s", f"{NEW}", "x.old.ngff-part"])
def test_other_names_are_nothing_to_us(name: str) -> None:
    documents = image("0.5").documents()
    report = check_store(MemoryStore(documents | {f"{name}/notes.txt": b"", f"y{NEW}": b"a file"}))
    assert said(report) == []


@pytest.mark.parametrize("end", [NEW, OLD])
@pytest.mark.parametrize("name", ["a.zarr", "plain"])
def test_a_search_names_it(end: str, name: str, tmp_path: Path, run: Run) -> None:
    put(tmp_path / "b.zarr", image("0.5").documents())
    assert run("validate", "-r", tmp_path).code == 0
    left = put(tmp_path / f"{name}{end}", incomplete("0.5"))
    put(left / "A/1/0", image("0.5").documents())  # what is whole in it is not passed off as a store
    code, out, _ = run("validate", "-r", tmp_path)
    assert code == 3
    assert f"unreadable  {left}" in out
    assert "this is incomplete" in out
    assert (end == OLD) != ("run again what was writing" in out)
    assert "A/1/0" not in out
    assert "2 stores: 1 valid, 1 unreadable" in out
    assert run("validate", "-r", left).code == 3
    assert "A/1/0" not in run("validate", "-r", left).out


def test_a_folder_with_nothing_else_names_it(tmp_path: Path) -> None:
    for name in (f"a{NEW}", f"b{OLD}"):
        put(tmp_path / name, incomplete("0.5"))
    (tmp_path / f"c{NEW}").write_text("a file")
    (issue,) = check_store(tmp_path).issues
    assert (issue.rule, issue.found) == ("store-without-metadata", f"a{NEW}, b{OLD}")
    assert "nor below, but what is left over" in issue.message


def test_one_that_lacks_its_name_alone(tmp_path: Path, run: Run) -> None:
    put(tmp_path / f"a.zarr{NEW}", image("0.5").documents())
    code, out, _ = run("validate", "-r", "--strict", tmp_path)
    assert code == 1
    assert "this has not got its name yet" in out
    (issue,) = check_store(tmp_path / f"a.zarr{NEW}").issues
    assert (issue.rule, issue.expected) == ("write-interrupted", "a.zarr")


def test_what_is_beside_a_place_where_nothing_is(tmp_path: Path) -> None:
    for end in (NEW, OLD):
        put(tmp_path / f"a.zarr{end}", image("0.5").documents())
    (issue,) = check_store(tmp_path / "a.zarr").issues
    assert (issue.rule, issue.found) == ("store-not-found", f"{tmp_path}/a.zarr{NEW}, {tmp_path}/a.zarr{OLD}")
    assert "what was here is beside it" in issue.message
    assert "`.old` was here before" in str(issue.hint)


def test_copies_leave_it_out(tmp_path: Path) -> None:
    source = put(tmp_path / "a.zarr", plate("0.4").documents())
    for end in (NEW, OLD):
        put(source / f"A/1/1{end}", {**image("0.4").documents(), "0/0/0": b"pixels"})
    put(source / "kept.ngff-part", {"notes.txt": b"not ours"})
    upgrade_store(source, "0.5", tmp_path / "out")
    pack(LocalStore(source), str(tmp_path / "a.ozx"), b"", lambda _: None)
    names = zipfile.ZipFile(tmp_path / "a.ozx").namelist()
    for kept in ([path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")], names):
        assert [name for name in kept if RANDOM in name] == []
        assert "kept.ngff-part/notes.txt" in kept
    assert said(check_store(tmp_path / "out")) == []


def test_it_is_no_field_of_a_plate_that_is_rebuilt(tmp_path: Path, run: Run) -> None:
    root = put(tmp_path / "a.zarr", plate("0.5").documents())
    put(root / f"A/1/1{NEW}", image("0.5").documents())
    put(root / f"C{NEW}", image("0.5").documents())
    (root / "zarr.json").unlink()
    assert "`ngff rebuild` makes that of a plate, with --apply" in run("validate", root).out
    code, out, _ = run("rebuild", "--apply", root)
    assert code == 0, out
    assert f"A/1/1{NEW}, C{NEW}: it is left over from writing that was broken off" in out
    assert RANDOM not in (root / "A/1/zarr.json").read_text()
