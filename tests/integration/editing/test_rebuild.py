"""`ngff rebuild`: plates whose conversion was interrupted get the metadata that their folders have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mortal
import pytest
from bases import Tree, image, plate
from commands import Run

from ngff_core import RefusedError, check_store, plan_rebuild, rebuild_plate, rollback_store
from ngff_core.json_text import dumps
from ngff_core.stores.memory import MemoryStore
from ngff_core.zarr.keys import JOURNALS, LOCK

VERSIONS = ("0.4", "0.5")


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def bare(version: str, *, documents: bool = False) -> Tree:
    """Return a plate in whose groups above the images nothing is said, or there is no document at all."""
    tree = plate(version)
    for path in ("", "A", "B", "A/1", "A/2", "B/1", "B/3"):
        if documents:
            for name in (".zattrs", ".zgroup", "zarr.json"):
                tree.docs.pop(f"{path}/{name}" if path else name, None)
        elif path not in ("A", "B"):  # which never say anything
            tree.attributes(path).clear()
    return tree


def ome(root: Path, tree: Tree, path: str = "") -> dict[str, Any]:
    document = json.loads((root / tree.key(path)).read_bytes())
    found: dict[str, Any] = document if tree.version == "0.4" else document["attributes"]["ome"]
    return found


@pytest.mark.parametrize("documents", [False, True])
@pytest.mark.parametrize("version", VERSIONS)
def test_all_of_it_is_made_anew(tmp_path: Path, version: str, documents: bool) -> None:
    """What names tell is written, and what they do not tell is not: acquisitions, and the name of the plate."""
    tree = bare(version, documents=documents)
    root = tree.write(tmp_path / "plate.zarr")
    before = files(root)
    plan = plan_rebuild(root)
    assert files(root) == before
    assert plan.refusals() == []
    rebuild_plate(root)
    whole = plate(version).ome()["plate"]
    expected = {key: value for key, value in whole.items() if key not in ("name", "acquisitions")}
    assert ome(root, tree)["plate"] == expected
    assert ome(root, tree, "A/1")["well"]["images"] == [{"path": "0"}, {"path": "1"}]
    report = check_store(root)
    assert (report.kind, {issue.rule for issue in report.issues}) == ("plate", {"plate-name-present"})
    assert not plan_rebuild(root).writes
    rollback_store(root)
    assert files(root) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_done_to_a_sound_plate(tmp_path: Path, run: Run, version: str) -> None:
    plate(version).write(tmp_path / "plate.zarr")
    before = files(tmp_path)
    ran = run("rebuild", "plate.zarr", "--apply")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0, f"unchanged  plate.zarr  OME-Zarr {version}: all is as it is to be",
    )  # fmt: skip
    assert files(tmp_path) == before


def test_what_is_known_stays(tmp_path: Path) -> None:
    """Of a plate that lists less than there is: its name, acquisitions, rows without wells, keys of others."""
    tree = plate("0.5")
    definition = tree.ome()["plate"]
    definition["rows"].append({"name": "C"})
    definition["wells"] = [{**definition["wells"][2], "note": "x"}]
    definition["columns"] = [{"name": "1"}]
    tree.attributes()["lab"] = {"kept": True}
    tree.ome("B/1")["well"]["images"].reverse()
    root = tree.write(tmp_path / "plate.zarr")
    rebuild_plate(root)
    found = ome(root, tree)["plate"]
    assert (found["name"], len(found["acquisitions"])) == ("plate", 2)
    assert [row["name"] for row in found["rows"]] == ["A", "B", "C"]
    assert [column["name"] for column in found["columns"]] == ["1", "2", "3"]
    assert [(well["path"], well["rowIndex"], well["columnIndex"]) for well in found["wells"]] == [
        ("B/1", 1, 0), ("A/1", 0, 0), ("A/2", 0, 1), ("B/3", 1, 2),
    ]  # fmt: skip
    assert found["wells"][0]["note"] == "x"
    assert json.loads((root / "zarr.json").read_bytes())["attributes"]["lab"] == {"kept": True}
    assert ome(root, tree, "B/1")["well"]["images"] == [
        {"path": "1", "acquisition": 1},
        {"path": "0", "acquisition": 0},
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_not_whole_is_left_out_and_named(tmp_path: Path, run: Run, version: str) -> None:
    tree = bare(version)
    tree.remove("A/1/0/1")  # of two levels
    tree.remove("B/3/0")
    tree.remove("B/3/1")
    tree.attributes("B/1/1").clear()
    for key in [key for key in tree.docs if key.startswith("A/2/0/")]:
        tree.docs[f"A/2/0-old/{key[6:]}"] = tree.docs[key]
    tree.docs |= {
        "A/2/#/x.txt": b"",
        "thumbs/x.txt": b"",
        "A/extra/x.txt": b"",
        "A/1/raw-0/x.txt": b"",
        "OME/METADATA.ome.xml": b"<OME/>",
    }
    tree.write(tmp_path / "plate.zarr")
    ran = run("rebuild", "plate.zarr", "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["status"]) == (0, "planned")
    said = {(remark["path"], remark["text"]) for remark in found["remarks"]}
    assert said == {
        ("", "3 wells in 2 rows and 2 columns, with up to 2 fields each"),
        ("A/1/0", "it is not whole: there is no array at 1"),
        ("A/1/raw-0", "there is no metadata of an image"),
        ("A/2/#", "its name is not that of a field: letters and digits"),
        ("A/2/0-old", "its name is not that of a field: letters and digits"),
        ("A/extra", "its name is not that of a column: a number"),
        ("B/1/1", "there is no metadata of an image"),
        ("B/3", "there is no whole image in it"),
        ("thumbs", "its name is not that of a row: letters such as A"),
    }
    assert run("rebuild", "plate.zarr", "--apply").code == 0
    wells = {well["path"]: ome(tmp_path / "plate.zarr", tree, well["path"]) for well in
             ome(tmp_path / "plate.zarr", tree)["plate"]["wells"]}  # fmt: skip
    assert {path: [i["path"] for i in well["well"]["images"]] for path, well in wells.items()} == {
        "A/1": ["1"], "A/2": ["0", "1"], "B/1": ["0"],
    }  # fmt: skip


def test_rows_and_columns_in_their_order(tmp_path: Path) -> None:
    tree = bare("0.5")
    for path in ("AA/10", "Z/2"):
        tree.add(path, None)
        for key in [key for key in tree.docs if key.startswith("A/1/0/")]:
            tree.docs[path + key[3:]] = tree.docs[key]
    root = tree.write(tmp_path / "plate.zarr")
    rebuild_plate(root)
    found = ome(root, tree)["plate"]
    assert [row["name"] for row in found["rows"]] == ["A", "B", "Z", "AA"]
    assert [column["name"] for column in found["columns"]] == ["1", "2", "3", "10"]


def test_copies_hold_what_is_new(tmp_path: Path) -> None:
    tree = plate("0.5")
    del tree.ome()["plate"]
    del tree.docs[tree.key("A/2")]
    copies = {key.rpartition("/")[0]: json.loads(dumps(value)) for key, value in tree.docs.items() if "/" in key}
    tree.docs["zarr.json"]["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": copies}
    root = tree.write(tmp_path / "plate.zarr")
    rebuild_plate(root)
    root_document = json.loads((root / "zarr.json").read_bytes())
    copy = root_document["consolidated_metadata"]["metadata"]["A/2"]
    assert copy == json.loads((root / "A/2/zarr.json").read_bytes())


def test_killed_before_every_change(tmp_path: Path, run: Run) -> None:
    root = bare("0.4", documents=True).write(tmp_path / "plate.zarr")
    before = files(root)
    number = mortal.changes(lambda: rebuild_plate(root))
    after = {key: data for key, data in files(root).items() if key not in JOURNALS}
    rollback_store(root)
    for made in range(0, number, 3):
        assert mortal.killed(lambda: rebuild_plate(root), made)
        if made % 2:
            assert run("rebuild", "plate.zarr", "--apply").code == 0
            assert {key: data for key, data in files(root).items() if key not in (*JOURNALS, LOCK)} == after
        rollback_store(root)
        assert {key: data for key, data in files(root).items() if key != LOCK} == before


# --- what is refused ------------------------------------------------------------------------------------------


def refused(tree: Tree, said: str) -> None:
    documents = tree.documents()
    before = dict(documents)
    with pytest.raises(RefusedError, match=said):
        rebuild_plate(MemoryStore(documents))
    assert documents == before


def test_what_is_no_plate() -> None:
    refused(image("0.5"), "there is metadata of another kind than a plate already: image")


def test_where_there_is_no_well() -> None:
    tree = bare("0.5")
    for row in "AB":
        tree.remove(row)
    refused(tree, "there is no well: no folder ROW/COLUMN/FIELD")


def test_what_cannot_be_read_is_not_written_over() -> None:
    tree = bare("0.4")
    tree.docs["A/1/.zattrs"] = b'{"well": '
    refused(tree, r"\.zattrs is there, and holds no JSON object: mend or remove it first \(in A/1\)")


def test_an_array_in_the_way() -> None:
    tree = bare("0.5")
    tree.docs["A/2/zarr.json"] = tree.array("A/2/0/0")
    refused(tree, "there is an array where a group of the plate would be")


def test_images_of_several_versions() -> None:
    tree = bare("0.4")
    other = {key: value for key, value in plate("0.5").docs.items() if key.startswith("A/1/")}
    for key in [key for key in tree.docs if key.startswith("A/1/")]:
        del tree.docs[key]
    tree.docs |= other
    refused(tree, "there are images of several versions: 0.5, 0.4")


def test_nobody_guesses_acquisitions() -> None:
    """The fields of a well that says nothing could be of either of them."""
    tree = plate("0.5")
    tree.attributes("A/2").clear()
    refused(tree, r"there would be more errors than now: well-acquisition-required-if-several \(in A/2\)")


def test_a_store_that_cannot_list() -> None:
    class Mute(MemoryStore):
        """A store that does not tell what is in it."""

        def list(self, prefix: str) -> None:  # type: ignore[override]
            return None

    plan = plan_rebuild(Mute(bare("0.5").documents()))
    assert plan.refusals() == ["the store cannot list what is in it, so that nothing can be looked for (in /)"]


def test_a_store_that_is_not_there(tmp_path: Path, run: Run) -> None:
    ran = run("rebuild", "nothing.zarr")
    assert (ran.code, ran.out.splitlines()[0]) == (3, "failed  nothing.zarr")
    assert list(tmp_path.iterdir()) == []


def test_the_command_proposes_and_writes_when_it_is_told_to(tmp_path: Path, run: Run) -> None:
    bare("0.5").write(tmp_path / "plate.zarr")
    before = files(tmp_path)
    ran = run("rebuild", "plate.zarr")
    assert (ran.code, ran.out.splitlines()[1:4]) == (
        0, ["next", "  ngff rebuild plate.zarr --apply", "    carries it out"],
    )  # fmt: skip
    assert files(tmp_path) == before
    assert run("rebuild", "plate.zarr", "--apply", "--rollback").code == 2
    assert run("rebuild", "plate.zarr", "--apply").code == 0
    assert run("rebuild", "plate.zarr", "--rollback").code == 0
    assert files(tmp_path) == before
