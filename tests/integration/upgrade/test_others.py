"""C1: groups and arrays that no OME metadata leads to are upgraded as well, or named before anything is written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ngff_v04", reason="needs OME-NGFF 0.4 and 0.5: ngff_v04 is not installed")
pytest.importorskip("ngff_v05", reason="needs OME-NGFF 0.4 and 0.5: ngff_v05 is not installed")

from bases import Tree, image, labels, plate
from commands import Run

from ngff_core import check_store, plan_upgrade, rollback_store, upgrade_store
from ngff_core.plugins import Registry, discover
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.zarr.keys import is_journal

OURS = ("ngff-v04", "ngff-v05", "ngff-v06")
REGISTRY = Registry(found=[found for found in discover() if found[0].distribution in OURS])
V2: dict[str, Any] = {
    "zarr_format": 2,
    "shape": [4],
    "chunks": [2],
    "dtype": "<f4",
    "fill_value": 0,
    "order": "C",
    "filters": None,
    "compressor": None,
}
GROUP = {"zarr_format": 2}
V3_GROUP = {"zarr_format": 3, "node_type": "group"}
OBJECTS = {**V2, "dtype": "|O", "filters": [{"id": "pickle"}]}


def with_tables(tree: Tree, **arrays: Any) -> Tree:
    """Add a table of two columns, and further arrays, to a hierarchy of 0.4."""
    tree.docs |= {
        "tables/.zgroup": GROUP,
        "tables/.zattrs": {"tables": ["cells"], "version": "7"},
        "tables/cells/.zgroup": GROUP,
        "tables/cells/.zattrs": json.dumps({"encoding-type": "anndata", "big": 2**70, "floats": [1.0, 1]}).encode(),
        "tables/cells/X/.zarray": {**V2, "dimension_separator": "."},
        "tables/cells/X/0": b"chunk",
        "tables/cells/obs/.zarray": V2,
        "tables/cells/obs/.zattrs": {"_ARRAY_DIMENSIONS": ["cell"]},
        "tables/readme.txt": b"no node",
        **{f"{path.replace('__', '/')}/.zarray": document for path, document in arrays.items()},
    }
    return tree


def files(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not is_journal(path.name):
            is_document = path.name.startswith((".z", "zarr.json"))
            found[path.relative_to(root).as_posix()] = (
                json.loads(path.read_text()) if is_document else path.read_bytes()
            )
    return found


def documents(root: Path, *names: str) -> set[str]:
    return {key.rpartition("/")[0] for key in files(root) if key.rpartition("/")[2] in names}


def test_c1_tables_there_and_back(tmp_path: Path, run: Run) -> None:
    root = with_tables(labels("0.4")).write(tmp_path / "store")
    before = files(root)
    assert run("upgrade", root, "--to", "0.5", "--remove-old").code == 0
    after = files(root)
    assert documents(root, ".zgroup", ".zattrs", ".zarray") == set()
    assert after["tables/zarr.json"] == {**V3_GROUP, "attributes": before["tables/.zattrs"]}
    assert after["tables/cells/zarr.json"] == {**V3_GROUP, "attributes": before["tables/cells/.zattrs"]}
    assert json.dumps(after["tables/cells/zarr.json"]["attributes"]["floats"]) == "[1.0, 1]"
    assert after["tables/cells/X/zarr.json"]["chunk_key_encoding"] == {
        "name": "v2",
        "configuration": {"separator": "."},
    }
    assert after["tables/cells/obs/zarr.json"]["dimension_names"] == ["cell"]
    assert (after["tables/cells/X/0"], after["tables/readme.txt"]) == (b"chunk", b"no node")
    assert run("upgrade", root, "--to", "0.4").code == 0
    back = files(root)
    assert back.pop("tables/cells/obs/.zarray") == {**V2, "dimension_separator": "."}
    assert back == {key: value for key, value in before.items() if key != "tables/cells/obs/.zarray"}


def test_c1_a_plan_names_them(tmp_path: Path) -> None:
    root = with_tables(image("0.4")).write(tmp_path / "store")
    plan = plan_upgrade(root, "0.5")
    keys = {write.key for write in plan.writes}
    tables = {"tables", "tables/cells", "tables/cells/X", "tables/cells/obs"}
    assert {f"{path}/zarr.json" for path in tables} <= keys
    assert tables <= plan.documents[0].keys()
    assert all(plan.documents[0][path].foreign for path in tables)


def test_c1_taken_back(tmp_path: Path) -> None:
    root = with_tables(image("0.4")).write(tmp_path / "store")
    before = files(root)
    upgrade_store(root, "0.5", remove_old=True)
    assert files(root) != before
    rollback_store(root)
    assert files(root) == before


def test_c1_from_an_archive_and_in_memory(tmp_path: Path) -> None:
    root = with_tables(image("0.4")).write(tmp_path / "store")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.write(path, f"image.zarr/{path.relative_to(root).as_posix()}")
    upgrade_store(tmp_path / "in.zip", "0.5", tmp_path / "out")
    store = MemoryStore({p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()})
    upgrade_store(store, "0.5", remove_old=True)
    upgrade_store(store, "0.5", tmp_path / "copy")
    upgrade_store(root, "0.5", remove_old=True)
    assert files(tmp_path / "out") == files(root) == files(tmp_path / "copy")


# --- what cannot be converted -----------------------------------------------------------------------------------


def test_c1_what_has_no_counterpart_is_named_before_anything_is_written(tmp_path: Path, run: Run) -> None:
    root = with_tables(image("0.4"), tables__cells__names=OBJECTS).write(tmp_path / "store")
    before = files(root)
    ran = run("upgrade", root, "--to", "0.5", "--remove-old")
    assert ran.code == 1
    assert files(root) == before
    told = json.loads(run("upgrade", root, "--to", "0.5", "--remove-old", "--format", "json").out)
    assert {o["path"] for o in told["obstacles"]} == {"tables/cells/names"}
    assert {o["decide"] for o in told["obstacles"]} == {"unconverted=keep"}
    asked = [d for d in told["decisions"] if d["name"] == "unconverted"]
    assert [(d["answer"], d["choices"], d["paths"]) for d in asked] == [("refuse", ["refuse", "keep"], ["tables"])]


@pytest.mark.parametrize("copied", [False, True])
def test_c1_it_is_left_as_a_whole_where_that_is_decided(tmp_path: Path, copied: bool) -> None:
    """Half a table would be read by nobody."""
    tree = with_tables(image("0.4"), tables__cells__names=OBJECTS, levels__4=V2)
    root = tree.write(tmp_path / "store")
    before = files(root)
    out = tmp_path / "out" if copied else root
    plan = upgrade_store(root, "0.5", out if copied else None, remove_old=True, decisions={"unconverted": "keep"})
    after = files(out)
    assert {k: v for k, v in after.items() if k.startswith("tables")} == {
        k: v for k, v in before.items() if k.startswith("tables")
    }
    assert documents(out, ".zgroup", ".zattrs", ".zarray") == {
        k.rpartition("/")[0] for k in before if k.startswith("tables")
    } - {"tables/cells/X/0"}
    assert after["levels/4/zarr.json"]["zarr_format"] == 3
    assert check_store(out).version == "0.5"
    (remark,) = [remark for remark in plan.remarks if remark.path == "tables"]
    assert remark.text.startswith("stays as it is, with all that is in it: cells/names: ")


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({}, "`shape` is null, expected an array of integers of at least 0"),
        (
            {**V2, "dtype": "|O", "filters": [{"id": "json2"}]},
            'data type "|O" holds objects, which v3 has no data type for',
        ),
        ({**V2, "compressor": {"id": "own"}}, 'compressor "own" has no v3 codec'),
        (b"{", "'.zarray': the document is not JSON"),
        (b'{"zarr_format": 2, "shape": NaN}', "'.zarray': the document holds bare NaN, which is not JSON"),
    ],
)
def test_c1_what_is_in_the_way(tmp_path: Path, document: Any, text: str) -> None:
    tree = with_tables(image("0.4"), more=document)
    plan = plan_upgrade(tree.write(tmp_path / "store"), "0.5")
    assert [o.path for o in plan.obstacles if o.path != "more"] == []
    assert any(o.text.startswith(text.replace("'", "")) for o in plan.obstacles), plan.obstacles
    assert plan.refusals()
    assert plan_upgrade(tmp_path / "store", "0.5", decisions={"unconverted": "keep"}).refusals() == []


def test_c1_codecs_of_tables_are_decided_as_those_of_images(tmp_path: Path) -> None:
    tree = with_tables(image("0.4"), tables__cells__z={**V2, "compressor": {"id": "zlib", "level": 1}})
    root = tree.write(tmp_path / "store")
    (obstacle,) = plan_upgrade(root, "0.5").obstacles
    assert (obstacle.path, obstacle.decide) == ("tables/cells/z", "codecs=numcodecs")
    upgrade_store(root, "0.5", decisions={"codecs": "numcodecs"})
    assert files(root)["tables/cells/z/zarr.json"]["codecs"][1]["name"] == "numcodecs.zlib"


class Reserved(LocalStore):
    """A directory in which one folder may not be listed."""

    def list(self, prefix: str) -> Sequence[str] | None:
        return None if prefix == "tables" else super().list(prefix)


def test_c1_what_cannot_be_listed(tmp_path: Path) -> None:
    root = with_tables(image("0.4")).write(tmp_path / "store")
    (obstacle,) = plan_upgrade(Reserved(root), "0.5").obstacles
    assert (obstacle.path, obstacle.decide) == ("tables", "unconverted=keep")
    assert obstacle.text == "the folder could not be listed, so that it is not known what is in it"


# --- where nodes are not looked for, and what is none ---------------------------------------------------------------

V3: dict[str, Any] = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [8, 8],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8]}},
    "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "/"}},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
}
RENAME = {"chunk-keys": "rename"}


def test_c1_nodes_below_arrays_there_and_back(tmp_path: Path) -> None:
    """Also where their names are those of chunks, and a whole image."""
    tree = image("0.4")
    inside = {**V2, "dimension_separator": "."}
    for path in ("0/extra", "0/7", "1/group/a", "table", "table/x", "table/5/y"):
        tree.docs[f"{path}/.zarray"] = inside
    tree.docs["1/group/.zgroup"] = GROUP
    tree.docs |= {f"2/image/{key}": value for key, value in image("0.4").docs.items()}
    root = tree.write(tmp_path / "store")
    before = files(root)
    plan = upgrade_store(root, "0.5", remove_old=True)
    assert plan.unnamed == ["2/image"]
    assert documents(root, ".zgroup", ".zattrs", ".zarray") == set()
    assert check_store(root / "2/image").version == "0.5"
    upgrade_store(root, "0.4")
    assert files(root) == before


def test_c1_a_node_where_chunks_are_going_to_be(tmp_path: Path) -> None:
    tree = image("0.5")
    tree.docs |= {"0/7/zarr.json": V3, "0/extra/zarr.json": V3, "0/c/zarr.json": V3}
    default = {**V3, "chunk_key_encoding": {"name": "default"}}
    tree.docs |= {"table/zarr.json": default, "table/7/zarr.json": V3}
    root = tree.write(tmp_path / "store")
    (obstacle,) = plan_upgrade(root, "0.4", decisions={**RENAME, "unconverted": "keep"}).obstacles
    assert (obstacle.path, obstacle.text) == ("0", "its chunks are going to be where 0/7 lies")
    obstacles = plan_upgrade(root, "0.4", decisions=RENAME).obstacles
    assert {(o.path, o.decide) for o in obstacles} == {("0", ""), ("table", "unconverted=keep")}


def test_c1_copies_leave_out_what_lies_in_arrays(tmp_path: Path) -> None:
    """With copies of those, zarr-python looks at none at all."""
    tree = image("0.4")
    tree.docs |= {
        "0/extra/.zarray": V2,
        ".zmetadata": {"zarr_consolidated_format": 1, "metadata": {".zgroup": GROUP}},
    }
    root = tree.write(tmp_path / "store")
    upgrade_store(root, "0.5", remove_old=True)
    assert set(files(root)["zarr.json"]["consolidated_metadata"]["metadata"]) == {"0", "1", "2"}
    upgrade_store(root, "0.4")
    assert "0/extra/.zarray" not in files(root)[".zmetadata"]["metadata"]
    assert "0/extra/.zarray" in files(root)


def test_c1_a_folder_with_attributes_alone_is_no_group(tmp_path: Path) -> None:
    tree = image("0.4")
    tree.docs |= {"notes/.zattrs": {"a": 1}, "notes/x/.zarray": {**V2, "dimension_separator": "."}}
    root = tree.write(tmp_path / "store")
    before = files(root)
    text = "it has .zattrs, and neither .zgroup nor .zarray, so that it is no node of Zarr: it stays as it is"
    plan = upgrade_store(root, "0.5", remove_old=True)
    assert [remark.text for remark in plan.remarks if remark.path == "notes"] == [text]
    assert documents(root, ".zgroup", ".zattrs", ".zarray") == {"notes"}
    assert documents(root, "zarr.json") == {"", "0", "1", "2", "notes/x"}
    upgrade_store(root, "0.4")
    assert files(root) == before


def test_c1_a_folder_with_attributes_alone_is_not_told_of_where_the_format_stays(tmp_path: Path) -> None:
    pytest.importorskip("ngff_v06", reason="ngff-v06 is not installed")
    tree = image("0.5")
    tree.docs["notes/.zattrs"] = {"a": 1}
    plan = plan_upgrade(tree.write(tmp_path / "store"), "0.6", registry=REGISTRY)
    assert (plan.refusals(), [remark for remark in plan.remarks if remark.path == "notes"]) == ([], [])


@pytest.mark.parametrize("document", [{}, {"a": 1}, {"zarr_format": 3}, {"zarr_format": 2, "node_type": "group"}])
def test_c1_a_document_that_states_no_node_is_left(tmp_path: Path, document: dict[str, Any]) -> None:
    tree = image("0.5")
    tree.docs["notes/zarr.json"] = document
    root = tree.write(tmp_path / "store")
    plan = upgrade_store(root, "0.4", decisions=RENAME)
    (remark,) = [remark for remark in plan.remarks if remark.path == "notes"]
    assert remark.text.startswith("its zarr.json says neither group nor array")
    assert documents(root, "zarr.json") == {"notes"}
    assert files(root)["notes/zarr.json"] == document


@pytest.mark.parametrize("members", [{}, {"attributes": {"_ARRAY_DIMENSIONS": ["y", "x"]}}])
@pytest.mark.parametrize("names", [{}, {"dimension_names": ["y", "x"]}])
def test_c1_names_of_dimensions_come_back_where_they_were(
    tmp_path: Path, names: dict[str, Any], members: dict[str, Any]
) -> None:
    tree = image("0.5")
    tree.docs |= {"levels/3/zarr.json": {**V3, **members, **names}, "levels/zarr.json": V3_GROUP}
    root = tree.write(tmp_path / "store")
    before = files(root)["levels/3/zarr.json"]
    upgrade_store(root, "0.4", decisions=RENAME)
    upgrade_store(root, "0.5", remove_old=True)
    assert files(root)["levels/3/zarr.json"] == before


# --- hierarchies that nobody names ----------------------------------------------------------------------------------


def test_c1_a_hierarchy_that_is_not_valid_is_in_the_way(tmp_path: Path) -> None:
    tree = plate("0.4")
    tree.docs |= {f"A/1/9/{key}": value for key, value in image("0.4").docs.items() if not key.startswith("1/")}
    root = tree.write(tmp_path / "plate")
    (obstacle,) = plan_upgrade(root, "0.5").obstacles
    assert (obstacle.path, obstacle.text) == ("A/1/9", "it is not valid in 0.4: dataset-path-relative-resolves")
    plan = upgrade_store(root, "0.5", remove_old=True, decisions={"unconverted": "keep"})
    assert documents(root, ".zattrs", ".zarray") == {"A/1/9", "A/1/9/0", "A/1/9/2"}
    assert plan.unnamed == ["A/1/9"]


def test_c1_a_hierarchy_of_another_version(tmp_path: Path) -> None:
    """Each takes the way from its own version; one that is there already stays as it is."""
    tree = image("0.4")
    tree.docs |= {f"newer/{key}": value for key, value in labels("0.5").docs.items()}
    tree.docs |= {f"other/{key}": value for key, value in labels("0.4").docs.items()}
    root = tree.write(tmp_path / "store")
    before = files(root)
    plan = upgrade_store(root, "0.5")
    assert plan.unnamed == ["newer", "other"]
    assert {k: v for k, v in files(root).items() if k.startswith("newer/")} == {
        k: v for k, v in before.items() if k.startswith("newer/")
    }
    for path in ("", "newer", "other"):
        assert (check_store(root / path).version, check_store(root / path).valid) == ("0.5", True)


def test_c1_what_an_earlier_upgrade_left_behind(tmp_path: Path) -> None:
    """Nodes of Zarr v2 in a hierarchy of v3 are brought after it, as far as that can be done."""
    tree = image("0.5")
    tree.docs |= {key: value for key, value in with_tables(image("0.4")).docs.items() if key.startswith("tables")}
    tree.docs["odd/.zarray"] = OBJECTS
    root = tree.write(tmp_path / "store")
    plan = upgrade_store(root, "0.5", remove_old=True)
    assert files(root)["tables/cells/zarr.json"]["attributes"]["encoding-type"] == "anndata"
    assert documents(root, ".zgroup", ".zarray", ".zattrs") == {"odd"}
    assert [remark.path for remark in plan.remarks if remark.text.startswith("stays as it is")] == ["odd"]
    assert upgrade_store(root, "0.5").writes == []


# --- links --------------------------------------------------------------------------------------------------------


def test_c1_links_that_leave_the_store_are_not_followed(tmp_path: Path) -> None:
    outside = with_tables(image("0.4")).write(tmp_path / "outside")
    before = files(outside)
    root = image("0.4").write(tmp_path / "store")
    (root / "tables").symlink_to(outside / "tables")
    (obstacle,) = plan_upgrade(root, "0.5").obstacles
    assert (obstacle.path, obstacle.decide) == ("tables", "unconverted=keep")
    assert obstacle.text == f"a symbolic link leads out of the store, to {outside}/tables, and is not followed"
    upgrade_store(root, "0.5", remove_old=True, decisions={"unconverted": "keep"})
    assert check_store(root).version == "0.5"
    assert files(outside) == before


def test_c1_links_in_the_store_are_followed_once(tmp_path: Path) -> None:
    root = with_tables(image("0.4")).write(tmp_path / "store")
    (root / "linked").symlink_to("tables")
    (root / "level").symlink_to("0")
    (root / "loop").symlink_to(".")
    (root / "itself").symlink_to("itself")
    plan = upgrade_store(root, "0.5", remove_old=True)
    keys = [write.key for write in plan.writes]
    assert not [key for key in keys if key.startswith(("linked", "level", "loop", "itself"))]
    assert json.loads((root / "linked/cells/zarr.json").read_text())["node_type"] == "group"
    assert files(root)["0/zarr.json"]["dimension_names"] == ["c", "y", "x"]


# --- copies of documents ------------------------------------------------------------------------------------------


def test_c1_copies_that_tables_have_are_made_anew(tmp_path: Path) -> None:
    """Also a copy that is out of date, and one of the root, which then describes the tables as well."""
    tree = with_tables(image("0.4"))
    inside = {
        key.removeprefix("tables/"): value for key, value in tree.docs.items() if key.startswith("tables/cells/.z")
    }
    tree.docs["tables/.zmetadata"] = {"zarr_consolidated_format": 1, "metadata": inside | {"gone/.zgroup": GROUP}}
    tree.docs["tables/.zmetadata"]["metadata"]["cells/.zattrs"] = {"old": 1}
    tree.docs[".zmetadata"] = {"zarr_consolidated_format": 1, "metadata": {".zgroup": GROUP}}
    root = tree.write(tmp_path / "store")
    upgrade_store(root, "0.5", remove_old=True)
    up = files(root)
    assert set(up["tables/zarr.json"]["consolidated_metadata"]["metadata"]) == {"cells", "cells/X", "cells/obs"}
    for path, document in up["zarr.json"]["consolidated_metadata"]["metadata"].items():
        own = up[f"{path}/zarr.json"]
        assert document == {key: own[key] for key in own if key != "consolidated_metadata"}
    assert "tables/cells/X" in up["zarr.json"]["consolidated_metadata"]["metadata"]
    assert not [key for key in up if key.endswith(".zmetadata")]
    assert check_store(root).issues == []
    upgrade_store(root, "0.4")
    down = files(root)
    expected = {key.removeprefix("tables/"): value for key, value in down.items() if key.startswith("tables/")}
    expected = {
        key: value for key, value in expected.items() if key.rpartition("/")[2] in (".zgroup", ".zattrs", ".zarray")
    }
    assert down["tables/.zmetadata"]["metadata"] == expected
    assert set(down[".zmetadata"]["metadata"]) == {
        key for key in down if key.rpartition("/")[2] in (".zgroup", ".zattrs", ".zarray")
    }


def test_c1_as_far_as_0_6_and_back(tmp_path: Path) -> None:
    pytest.importorskip("ngff_v06", reason="ngff-v06 is not installed")
    root = with_tables(labels("0.4")).write(tmp_path / "store")
    before = files(root)
    upgrade_store(root, "0.6", remove_old=True, registry=REGISTRY)
    assert documents(root, ".zgroup", ".zattrs", ".zarray") == set()
    upgrade_store(root, "0.4", registry=REGISTRY)
    after = files(root)
    assert {key: after[key] for key in after if key.startswith("tables/cells/X")} == {
        key: before[key] for key in before if key.startswith("tables/cells/X")
    }
    assert after.keys() == before.keys()
