"""`ngff set` and `set_values`: every level, every field, consolidated copies, back again, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mortal
import pytest
from bases import BASES, Tree, image, image_nodes, labels, plate
from commands import Run

from ngff_core import RefusedError, check_store, open_image, plan_set, rollback_store, set_values
from ngff_core.errors import UsageError
from ngff_core.json_text import dumps
from ngff_core.stores.memory import MemoryStore
from ngff_core.testing import array
from ngff_core.zarr.keys import JOURNALS, LOCK

VERSIONS = ("0.4", "0.5")
SIZES = {"pixel-size.x": 0.65, "pixel-size.y": 0.65}
TRANSFORMS = "coordinateTransformations"


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def read(root: Path, tree: Tree, path: str = "") -> dict[str, Any]:
    """Return the OME metadata of a group as it is now."""
    document = json.loads((root / tree.key(path)).read_bytes())
    found: dict[str, Any] = document if tree.version == "0.4" else document["attributes"]["ome"]
    return found


def steps(ome: Mapping[str, Any]) -> list[list[Any]]:
    """Return what places each level: its scale, and its translation where it has one."""
    (multiscale,) = ome["multiscales"]
    return [[step[step["type"]] for step in dataset[TRANSFORMS]] for dataset in multiscale["datasets"]]


def plate_of_96(version: str) -> Tree:
    wells = [f"{row}/{column}" for row in "ABCDEFGH" for column in range(1, 13)]
    definition = {
        "name": "screen",
        "field_count": 1,
        "rows": [{"name": row} for row in "ABCDEFGH"],
        "columns": [{"name": str(column)} for column in range(1, 13)],
        "wells": [{"path": w, "rowIndex": "ABCDEFGH".index(w[0]), "columnIndex": int(w[2:]) - 1} for w in wells],
        **({"version": "0.4"} if version == "0.4" else {}),
    }
    nodes: dict[str, Any] = {"": {"plate": definition}, **dict.fromkeys("ABCDEFGH")}
    for well in wells:
        nodes[well] = {"well": {"images": [{"path": "0"}], **({"version": "0.4"} if version == "0.4" else {})}}
        nodes.update(image_nodes(version, f"{well}/0", axes="yx", levels=2, size=16))
    return Tree(version, nodes)


# --- images ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_sizes_are_written_to_every_level(tmp_path: Path, version: str) -> None:
    tree = image(version)
    root = tree.write(tmp_path / "image.zarr")
    before = files(root)
    plan = set_values(root, SIZES)
    assert steps(read(root, tree)) == [
        [[1.0, 0.65, 0.65]],
        [[1.0, 1.3, 1.3], [0.0, 0.325, 0.325]],
        [[1.0, 2.6, 2.6], [0.0, 0.975, 0.975]],
    ]
    assert (plan.remarks, plan.after.status) == ([], "valid")
    assert check_store(root).issues == []
    rollback_store(root)
    assert files(root) == before


def test_what_scales_all_levels_is_taken_out(tmp_path: Path) -> None:
    tree = image("0.5")
    tree.multiscale()[TRANSFORMS] = [{"type": "scale", "scale": [1, 2, 2]}]
    root = tree.write(tmp_path / "image.zarr")
    set_values(root, SIZES)
    assert [scale for scale, *_ in steps(read(root, tree))][:2] == [[1.0, 0.325, 0.325], [1.0, 0.65, 0.65]]


def test_the_shapes_count_where_the_scales_contradict_them(tmp_path: Path) -> None:
    tree = image("0.5")
    for dataset in tree.multiscale()["datasets"]:
        dataset[TRANSFORMS] = [{"type": "scale", "scale": [1, 1, 1]}]
    root = tree.write(tmp_path / "image.zarr")
    plan = set_values(root, SIZES)
    assert [scale for (scale,) in steps(read(root, tree))] == [[1, 0.65, 0.65], [1, 1.3, 1.3], [1, 2.6, 2.6]]
    assert [remark.text for remark in plan.remarks] == [
        f"the scale of level {level} contradicts the shapes of the arrays: it follows the shapes now" for level in "12"
    ]


def test_vectors_that_lie_elsewhere_are_not_changed(tmp_path: Path) -> None:
    tree = image("0.5")
    tree.multiscale()["datasets"][1][TRANSFORMS] = [{"type": "scale", "path": "vector"}]
    tree.add("vector", array((3,), "float64"))
    root = tree.write(tmp_path / "image.zarr")
    with pytest.raises(RefusedError, match="level 1 has no scale, and perhaps translation, of 3 numbers each"):
        set_values(root, SIZES)


def test_where_an_image_lies_is_no_matter_of_its_pixels(tmp_path: Path) -> None:
    """What stays is said; half of a pixel, and the shift of a level to the first one, follow."""
    tree = image("0.5")
    first, second, third = tree.multiscale()["datasets"]
    first[TRANSFORMS].append({"type": "translation", "translation": [0, 0.25, 100]})
    second[TRANSFORMS][1]["translation"] = [0, 0.5, 100.25]
    third[TRANSFORMS][1]["translation"] = [0, 1, 100.75]
    root = tree.write(tmp_path / "image.zarr")
    plan = set_values(root, {"pixel-size.x": 1, "pixel-size.y": 1})
    assert [move for _, move in steps(read(root, tree))] == [[0, 0.5, 100], [0, 1, 100.5], [0, 2, 101.5]]
    assert [remark.text for remark in plan.remarks] == [
        "along axis 'x' the image stays where it is: its translation is no half of a pixel"
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_channels_units_and_names(tmp_path: Path, version: str) -> None:
    tree = image(version)
    root = tree.write(tmp_path / "image.zarr")
    values = {
        "channel.0.color": "00FF00",
        "channel.GFP.label": "green",
        "channel.DAPI.window": "0..4095",
        "channel.1.active": "false",
        "unit": "nanometer",
        "name": "nuclei",
    }
    plan = set_values(root, values)
    ome = read(root, tree)
    dapi, gfp = ome["omero"]["channels"]
    assert (dapi["color"], dapi["window"]) == ("00FF00", {"start": 0, "end": 4095, "min": 0, "max": 65535})
    assert (gfp["label"], gfp["active"], gfp["color"]) == ("green", False, "00FF00")
    assert [axis.get("unit") for axis in ome["multiscales"][0]["axes"]] == [None, "nanometer", "nanometer"]
    assert ome["multiscales"][0]["name"] == "nuclei"
    assert [given.setting for given in plan.given][2] == "channel.DAPI.window=0,4095"
    assert not set_values(root, values).writes  # a channel that was renamed already is known by its new label


def test_channels_where_there_are_none(tmp_path: Path) -> None:
    tree = image("0.5")
    del tree.ome()["omero"]
    root = tree.write(tmp_path / "image.zarr")
    before = files(root)
    with pytest.raises(RefusedError, match=r"there would be more errors than now: .*omero-channel-color-present"):
        set_values(root, {"channel.0.color": "FF0000"})
    assert files(root) == before
    window = "0,4095,0,65535"
    set_values(
        root, {f"channel.{n}.{key}": value for n in "01" for key, value in (("color", "FF0000"), ("window", window))}
    )
    assert len(read(root, tree)["omero"]["channels"]) == 2
    assert check_store(root).issues == []


def test_labels_follow_where_they_are_asked_to(tmp_path: Path) -> None:
    tree = labels("0.5")
    root = tree.write(tmp_path / "image.zarr")
    plan = set_values(root, SIZES)
    assert [(remark.path, remark.text) for remark in plan.remarks] == [
        ("labels/cells", "the labels keep the size of their pixels: with --labels they follow")
    ]
    rollback_store(root)
    plan = set_values(root, {**SIZES, "unit": "nanometer", "name": "image"}, labels=True)
    assert [scale for scale, *_ in steps(read(root, tree, "labels/cells"))] == [[0.65, 0.65], [1.3, 1.3], [2.6, 2.6]]
    assert {given.setting: given.paths for given in plan.given} == {
        "pixel-size.x=0.65": ["", "labels/cells"],
        "pixel-size.y=0.65": ["", "labels/cells"],
        "unit=nanometer": ["", "labels/cells"],
        "name=image": [""],
    }
    assert check_store(root).issues == []


def test_a_group_below_the_root(tmp_path: Path) -> None:
    tree = labels("0.4")
    root = tree.write(tmp_path / "image.zarr")
    set_values(root, {"name": "masks"}, at="labels/cells")
    assert read(root, tree, "labels/cells")["multiscales"][0]["name"] == "masks"
    assert read(root, tree)["multiscales"][0]["name"] == "image"
    with pytest.raises(RefusedError, match=r"there is no group of OME-Zarr metadata at that path \(in labels/nuclei\)"):
        set_values(root, {"name": "masks"}, at="labels/nuclei")


# --- plates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plate_of_96_wells(tmp_path: Path, run: Run, version: str) -> None:
    """One command changes one document of each field; a second time it finds nothing to do."""
    tree = plate_of_96(version)
    tree.write(tmp_path / "plate.zarr")
    ran = run("set", "plate.zarr", "--images", "pixel-size.x=0.65", "pixel-size.y=0.65", "unit=micrometer")
    assert ran.code == 0
    head, *rest = ran.out.splitlines()
    assert head == f"done  plate.zarr  OME-Zarr {version}: 96 documents; 0 errors, 0 warnings -> 0 errors, 0 warnings"
    assert "  pixel-size.x=0.65  in A/1/0, A/10/0, A/11/0 and 93 more" in rest
    for path in ("A/1/0", "H/12/0"):
        assert steps(read(tmp_path / "plate.zarr", tree, path)) == [[[0.65] * 2], [[1.3] * 2, [0.325] * 2]]
    ran = run("set", "plate.zarr", "--images", "pixel-size.x=0.65", "pixel-size.y=0.65", "unit=micrometer")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0, f"unchanged  plate.zarr  OME-Zarr {version}: all is as it is to be",
    )  # fmt: skip


def test_some_wells_and_fields(tmp_path: Path) -> None:
    tree = plate("0.5")
    root = tree.write(tmp_path / "plate.zarr")
    plan = set_values(root, {"name": "second"}, wells="B/*", fields=[1])
    assert [given.paths for given in plan.given] == [["B/1/1", "B/3/1"]]
    with pytest.raises(RefusedError, match="nothing matches 'C1'"):
        set_values(root, {"name": "second"}, wells="C1")


def test_names_of_a_plate_and_its_acquisitions(tmp_path: Path) -> None:
    tree = plate("0.4")
    root = tree.write(tmp_path / "plate.zarr")
    set_values(root, {"plate.name": "screen 7", "acquisition.1.name": "24 h", "name": "field"}, images=True)
    definition = read(root, tree)["plate"]
    assert (definition["name"], [a["name"] for a in definition["acquisitions"]]) == ("screen 7", ["first", "24 h"])
    assert read(root, tree, "A/1/0")["multiscales"][0]["name"] == "field"
    with pytest.raises(RefusedError, match="there is no acquisition 5, but 0, 1"):
        set_values(root, {"acquisition.5.name": "?"})
    with pytest.raises(RefusedError, match=r"pixel-size\.x is for images, and this is a plate: --images chooses all"):
        set_values(root, {"pixel-size.x": 1})


def test_no_pixels_are_read_and_documents_once(tmp_path: Path) -> None:
    class Counting(MemoryStore):
        """Remembers what it was asked for."""

        def get_many(self, keys: Any) -> Any:
            asked.extend(keys)
            return super().get_many(keys)

    asked: list[str] = []
    documents = plate("0.5").documents()
    check_store(Counting(documents))
    reading, asked = asked, []
    plan = plan_set(Counting(documents), SIZES, images=True)
    assert len(plan.writes) == 8
    assert sorted(asked) == sorted({*reading, *(key for key in asked if "ngff" in key)})


# --- copies, journals, refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_copies_say_what_the_documents_say(tmp_path: Path, version: str) -> None:
    tree = plate(version)
    if version == "0.4":
        documents = {key: value for key, value in tree.docs.items() if key.rpartition("/")[2].startswith(".z")}
        tree.docs[".zmetadata"] = {"zarr_consolidated_format": 1, "metadata": json.loads(dumps(documents))}
    else:
        copies = {key.rpartition("/")[0]: value for key, value in tree.docs.items() if "/" in key}
        metadata = json.loads(dumps(copies))
        tree.docs["zarr.json"]["consolidated_metadata"] = {
            "kind": "inline",
            "must_understand": False,
            "metadata": metadata,
        }
    root = tree.write(tmp_path / "plate.zarr")
    assert check_store(root).issues == []
    before = files(root)
    set_values(root, SIZES, images=True)
    assert check_store(root).issues == []
    assert {key for key, data in files(root).items() if before.get(key) != data} > {
        ".zmetadata" if version == "0.4" else "zarr.json"
    }
    rollback_store(root)
    assert files(root) == before


@pytest.mark.parametrize("name", BASES)
def test_every_kind_of_hierarchy(tmp_path: Path, name: str) -> None:
    root = BASES[name]("0.4").write(tmp_path / "store")
    before = files(root)
    plan = set_values(root, {"pixel-size.x": 2}, images=True, labels=True)
    assert plan.writes
    assert [issue for issue in check_store(root).issues if issue.severity.value == "error"] == []
    rollback_store(root)
    assert files(root) == before


def test_killed_before_every_change(tmp_path: Path) -> None:
    """What was begun is finished by the next call, whatever that is to set; or it is taken back."""
    tree = plate("0.5")
    root = tree.write(tmp_path / "first")
    before = files(root)
    number = mortal.changes(lambda: set_values(root, SIZES, wells="A/*"))
    rollback_store(root)
    assert files(root) == before
    for steps_made in range(number):
        assert mortal.killed(lambda: set_values(root, SIZES, wells="A/*"), steps_made)
        if steps_made % 2:
            set_values(root, {"plate.name": "other"})
            assert read(root, tree)["plate"]["name"] == "other"
            rollback_store(root)
        while rollback_store(root) is not None:
            pass
        left = {key: data for key, data in files(root).items() if key not in (*JOURNALS, LOCK)}
        assert left == before


def test_more_errors_are_refused(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "image.zarr")
    before = files(tmp_path / "image.zarr")
    ran = run("set", "image.zarr", "axis-type.x=channel", "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["status"]) == (1, "refused")
    assert found["reasons"][0].startswith("there would be ")
    assert files(tmp_path / "image.zarr") == before


def test_a_key_with_two_values_is_said(tmp_path: Path, run: Run) -> None:
    tree = image("0.5")
    tree.docs["zarr.json"] = dumps(tree.docs["zarr.json"]).replace(b'"name":', b'"name":"other","name":', 1)
    root = tree.write(tmp_path / "image.zarr")
    before = files(root)
    ran = run("set", root, "pixel-size.x=0.7")
    assert ran.code == 1
    assert "zarr.json has a key several times in one object" in ran.out
    assert "ngff fix --decide repeated-key=last" in ran.out
    assert files(root) == before


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("pixelsize.x", 1, "there is no 'pixelsize.x' to set; did you mean 'pixel-size.AXIS'"),
        ("pixel-size.x", 0, "expected a number above 0"),
        ("pixel-size.x", "nan", "expected a number"),
        ("pixel-size.x", True, "expected a number"),
        *(("pixel-size.x", value, "expected a number") for value in ("1_0", " 1", "1\n", "\u0661", "inf", ".", "1e")),
        ("pixel-size", 1, "there is no 'pixel-size' to set"),
        ("unit", "um", "write micrometer"),
        ("unit.t", "ms", "write millisecond"),
        ("channel.0.color", "#0f0", "write 00FF00"),
        ("channel.0.color", "greenish", "expected six hexadecimal digits"),
        ("channel.0.window", "5", "expected START..END"),
        ("channel.0.active", "yes", "expected true or false"),
        ("channel.0.shade", "x", "there is no 'channel.0.shade' to set"),
        ("acquisition.first.name", "x", "there is no 'acquisition.first.name' to set"),
        ("name", "", "expected text"),
    ],
)
def test_what_cannot_be_set(key: str, value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        set_values(MemoryStore(image("0.5").documents()), {key: value})


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("pixel-size.z", 1, "there is no axis 'z', but c, y, x"),
        ("unit.z", "meter", "there is no axis 'z', but c, y, x"),
        ("channel.2.color", "00FF00", "there is no channel '2', but 2 channels: DAPI, GFP"),
        ("channel.RFP.label", "x", "there is no channel 'RFP'"),
        ("plate.name", "x", "plate.name is for plates, and this is an image"),
    ],
)
def test_what_is_not_there(key: str, value: Any, said: str) -> None:
    documents = dict(image("0.5").documents())
    before = dict(documents)
    with pytest.raises(RefusedError, match=said):
        set_values(MemoryStore(documents), {key: value})
    assert documents == before


# --- the command ----------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_and_says_what_it_would(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "image.zarr")
    before = files(tmp_path / "image.zarr")
    ran = run("set", "image.zarr", "channel.DAPI.color=FF00FF", "--plan")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "planned  image.zarr  OME-Zarr 0.5: 1 document; 0 errors, 0 warnings -> 0 errors, 0 warnings",
        "next",
        "  ngff set image.zarr channel.DAPI.color=FF00FF",
        "    carries it out",
        "",
        "would be set",
        "  channel.DAPI.color=FF00FF  in /",
        "",
        "~ zarr.json  in /",
        '  ~ /attributes/ome/omero/channels/0/color  "0000FF" -> "FF00FF"',
    ]
    assert files(tmp_path / "image.zarr") == before


def test_many_stores_and_back(tmp_path: Path, run: Run) -> None:
    trees = {name: image("0.5") for name in ("a.zarr", "b.zarr")}
    for name, tree in trees.items():
        tree.write(tmp_path / name)
    plate("0.5").write(tmp_path / "c.zarr")
    before = files(tmp_path)
    ran = run("set", "a.zarr", "b.zarr", "c.zarr", "pixel-size.x=2")
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == "3 stores: 2 done, 1 refused"
    assert run("set", "a.zarr", "b.zarr", "--rollback").code == 0
    assert files(tmp_path) == before


def test_words_that_are_no_settings(tmp_path: Path, run: Run) -> None:
    image("0.5").write(tmp_path / "k=v.zarr")
    assert run("set", "./k=v.zarr", "name=x").code == 0
    ran = run("set", "./k=v.zarr", "nam=x")
    assert (ran.code, ran.err.strip()) == (2, "Error: there is no 'nam' to set; did you mean 'name'?")
    assert run("set", "./k=v.zarr").code == 2
    assert run("set", "name=x").code == 2
    assert run("set", "./k=v.zarr", "name=x", "name=y").err.strip() == "Error: name is given twice"
    assert run("set", "./k=v.zarr", "name=x", "--rollback").code == 2


def test_an_archive_is_written_anew(tmp_path: Path, run: Run) -> None:
    from ngff_core.testing.archives import zip_bytes

    tree = image("0.5")
    (tmp_path / "image.ozx").write_bytes(zip_bytes(tree.documents(), comment=b'{"ome": {"version": "0.5"}}'))
    before = files(tmp_path)
    ran = run("set", "image.ozx", "name=nuclei")
    assert (ran.code, "--out FILE writes it anew" in ran.err) == (3, True)
    assert run("set", "image.ozx", "name=nuclei", "--out", "new.ozx").code == 0
    assert files(tmp_path)["image.ozx"] == before["image.ozx"]
    assert open_image(tmp_path / "new.ozx").name == "nuclei"
    assert run("set", "image.ozx", "image.ozx", "x.zarr", "name=nuclei", "--out", "other.ozx").code == 2
