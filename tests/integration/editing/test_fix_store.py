"""Fixes of whole stores: what is written, what stays, what becomes of it when it is interrupted or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mortal
import pytest
from at_length import some
from bases import image
from broken import FIELDS, WELLS, broken_image, broken_plate, consolidated, written

from ngff_core import StoreError, check_store, fix_store, open_group, plan_fix, rollback_store
from ngff_core.editing.render import edit_lines
from ngff_core.editing.run import finish
from ngff_core.json_text import loads
from ngff_core.plugins import default_registry
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.stores.writing import ConflictError
from ngff_core.testing import array, build_store, write_store
from ngff_core.upgrade.journal import JOURNAL

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
DONE = ".ngff-upgrade.done.jsonl"


@pytest.fixture(params=["0.4", "0.5", "0.4 consolidated", "0.5 consolidated"])
def plate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    version, _, copies = request.param.partition(" ")
    documents = broken_plate(version)
    return written(consolidated(documents) if copies else documents, tmp_path / "plate.zarr")


def values(root: Path) -> dict[str, Any]:
    return {p.relative_to(root).as_posix(): loads(p.read_bytes()) for p in root.rglob("*") if p.name in DOCUMENTS}


DOCUMENTS = {".zattrs", ".zgroup", ".zarray", ".zmetadata", "zarr.json"}


def mended(value: Any) -> Any:
    """Return a document with the colours that it should have, and nothing else changed."""
    if isinstance(value, dict):
        return {k: "FF0000" if v == "#ff0000" else mended(v) for k, v in value.items()}
    return [mended(v) for v in value] if isinstance(value, list) else value


def test_all_is_mended_and_nothing_else_changes(plate: Path) -> None:
    before, files = values(plate), mortal.tree(plate)
    assert check_store(plate).count("error") == len(WELLS) * len(FIELDS)
    plan = fix_store(plate)
    assert [(m.rule, m.number) for m in plan.made] == [("omero-channel-color-hex6", len(WELLS) * len(FIELDS))]
    report = check_store(plate)
    assert report.issues == plan.after.issues
    assert (report.count("error"), report.count("warning")) == (0, 0)
    assert values(plate) == mended(before)
    now = mortal.tree(plate)
    assert {key for key in now if now[key] != files.get(key)} == {DONE, *plan.writes.keys}


def test_fixed_twice_is_fixed_once(plate: Path) -> None:
    fix_store(plate)
    files = mortal.tree(plate)
    again = fix_store(plate)
    assert not again.writes
    assert mortal.tree(plate) == files


def test_it_is_taken_back_byte_for_byte(plate: Path) -> None:
    files = mortal.tree(plate)
    fix_store(plate)
    assert rollback_store(plate) is not None
    assert mortal.tree(plate) == files


def test_a_plan_writes_nothing(plate: Path) -> None:
    files = mortal.tree(plate)
    plan = plan_fix(plate)
    assert plan.writes
    assert mortal.tree(plate) == files


def test_killed_before_any_change_it_is_finished_or_taken_back(plate: Path, tmp_path: Path) -> None:
    documents = mortal.tree(plate)
    whole = copied(documents, tmp_path / "whole")
    fix_store(whole)
    finished = mortal.tree(whole)
    counted = copied(documents, tmp_path / "counted")
    number = mortal.changes(lambda: fix_store(counted))
    for steps in some("fix", number, 12):
        for ending in ("finished", "taken back"):
            root = copied(documents, tmp_path / f"{steps} {ending}")
            assert mortal.killed(lambda root=root: fix_store(root), steps)
            if ending == "finished":
                fix_store(root)
                assert mortal.tree(root) == finished
            else:
                rollback_store(root)
                assert {k: v for k, v in mortal.tree(root).items() if k != ".ngff-lock"} == documents


def copied(files: dict[str, bytes | None], root: Path) -> Path:
    root.mkdir()
    for key, data in files.items():
        path = root / key
        if data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return root


class Counting(LocalStore):
    """A store that notes which keys it is asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.asked: list[str] = []

    def get(self, key: str) -> bytes | None:
        self.asked.append(key)
        return super().get(key)

    def get_many(self, keys: Sequence[str]) -> list[bytes | StoreError | None]:
        self.asked += keys
        return super().get_many(keys)


def test_no_pixel_is_read_or_written(plate: Path) -> None:
    chunks = [path for path in plate.rglob("*") if path.is_file() and path.name == "0"]
    assert len(chunks) == len(WELLS) * len(FIELDS)
    stamps = [path.stat().st_mtime_ns for path in chunks]
    store = Counting(str(plate))
    fix_store(store)
    assert {key.rpartition("/")[2] for key in store.asked} <= {*DOCUMENTS, JOURNAL, DONE, "METADATA.ome.xml"}
    assert [path.stat().st_mtime_ns for path in chunks] == stamps


@pytest.mark.parametrize(("gone", "shown"), [("1", ["- {}/1"]), ("2", ["- {}/2"]), ("02", ["~ {}"])])
def test_what_goes_from_a_list_is_shown_by_itself(gone: str, shown: list[str]) -> None:
    """Not where it goes in several places: then it is the list that changes."""
    documents = image("0.5").documents()
    plan = plan_fix(MemoryStore({k: v for k, v in documents.items() if k[0] not in gone}), select=["dataset-path"])
    lines = [line.split("  ")[1] for line in edit_lines(plan, only_plan=True) if "/datasets" in line]
    assert lines == [line.format("/attributes/ome/multiscales/0/datasets") for line in shown]


def test_what_changed_since_it_was_planned_is_left_alone(plate: Path) -> None:
    from ngff_core.editing.run import carry_out

    plan = plan_fix(plate)
    key = next(iter(plan.writes.keys))
    (plate / key).write_bytes(b"{}")
    files = mortal.tree(plate)
    with pytest.raises(ConflictError):
        carry_out(plan)
    assert mortal.tree(plate) == files


def test_another_command_that_was_interrupted_is_named(tmp_path: Path) -> None:
    root = written(broken_plate("0.4"), tmp_path / "plate.zarr")
    assert mortal.killed(lambda: fix_store(root), mortal.changes(lambda: plan_fix(root)) + 8)
    assert (root / JOURNAL).exists()
    pytest.importorskip("ngff_v05")
    from ngff_core import upgrade_store

    with pytest.raises(StoreError, match=r"ngff fix of .* was interrupted"):
        upgrade_store(root, "0.5")
    assert finish(LocalStore(str(root)), "fix")
    assert check_store(root).valid


def test_a_save_that_was_interrupted_is_named_and_taken_back(plate: Path) -> None:
    """It is no command: who finishes or takes it back is the program, or any command's way back."""
    files = mortal.tree(plate)

    def save() -> None:
        document = open_group(plate)["A/1/0"].edit()
        document.multiscales[0].name = "other"
        document.save(allow_invalid=True)

    def interrupt() -> None:
        assert any(mortal.killed(save, n) and (plate / JOURNAL).exists() for n in range(1, 100))

    interrupt()
    with pytest.raises(StoreError, match=r"saving a document of .* was interrupted") as caught:
        fix_store(plate)
    assert "ngff save" not in f"{caught.value} {caught.value.hint}"
    about = rollback_store(plate)
    assert (about or {})["command"] == "save"
    assert mortal.tree(plate) == files
    interrupt()
    with pytest.raises(ConflictError):  # what was interrupted is finished first, and was not there when this was read
        save()
    assert open_group(plate)["A/1/0"].edit().multiscales[0].name == "other"
    assert not (plate / JOURNAL).exists()


@VERSIONS
def test_a_fix_that_helps_nothing_is_not_made(version: str) -> None:
    """A colour that is none for another reason, too: what the fix makes of it has as many findings."""
    spec = default_registry().spec(version)
    image = broken_image(version, "one")
    image["omero"]["channels"][0]["color"] = "FF00FF00"
    store = MemoryStore(build_store(spec, {"": image, "0": array(shape=(1, 8, 8), names=("c", "y", "x"))}))
    plan = plan_fix(store)
    assert [issue.rule for issue in plan.after.issues] == ["omero-channel-color-hex6"]
    assert not plan.writes


@VERSIONS
def test_only_what_is_asked_for(version: str, tmp_path: Path) -> None:
    root = write_store(broken_plate(version), tmp_path / "plate.zarr")
    assert not fix_store(root, ignore=["omero"]).writes
    assert not fix_store(root, select=["axes"]).writes
    assert fix_store(root, select=["omero-channel-color-hex6"]).writes
