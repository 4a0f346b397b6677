"""Faults of the field, B6 and D13: what `ngff info` shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bases import Tree, collection, image, labels, plate
from commands import Run

VERSIONS = ("0.4", "0.5")
both = pytest.mark.parametrize("version", VERSIONS)


def lines(run: Run, tree: Tree, folder: Path, *options: str) -> list[str]:
    """Return what is said of a tree, without the first line, which is that of the store."""
    tree.write(folder)
    return run("info", folder, *options).out.splitlines()[1:]


@both
def test_b2_b6_what_is_not_sound_keeps_its_place(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    tree.ome()["omero"]["channels"] = [None, {"label": "GFP", "color": "00FF00"}, {"label": "RFP"}]
    tree.multiscale()["datasets"][0] = "0"
    tree.multiscale()["axes"][1] = None
    shown = lines(run, tree, tmp_path / "image.zarr")
    assert shown[1:3] == ["  'image'  axes c, ?, x (micrometer)", "  level 0 names no array"]
    assert shown[3].startswith("  1  2 x 32 x 32  uint16")
    assert shown[-1] == "  channels ?, GFP (00FF00), RFP"


@both
def test_b1_b6_a_scale_of_another_length_is_not_shown(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    tree.multiscale()["datasets"][0]["coordinateTransformations"][0]["scale"] = [0.5, 0.5]
    shown = lines(run, tree, tmp_path / "image.zarr")
    assert "scale" not in shown[2]
    assert "scale 1, 1, 1" in shown[3]


@both
def test_b6_acquisitions_and_the_fields_that_there_are(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    tree.ome()["plate"] |= {
        "field_count": 7,
        "acquisitions": [{"id": 0, "name": "Initial", "maximumfieldcount": 2}, {"id": 1}, None],
    }
    assert lines(run, tree, tmp_path / "plate.zarr")[:4] == [
        "plate 'plate'  4 wells of 2 rows x 3 columns, up to 2 fields",
        "  acquisition 0 'Initial'  up to 2 fields",
        "  acquisition 1",
        "  acquisition ?",
    ]


@both
def test_b6_a_damaged_field_says_what_is_wrong(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    tree.docs[tree.key("A/1/0")] = b'{"cut'
    shown = lines(run, tree, tmp_path / "plate.zarr")
    (damaged,) = [line for line in shown if "not JSON" in line]
    assert damaged == "      0  image  (the document is not JSON: unexpected end of data, line 1 column 6)"


@both
def test_b6_the_well_that_is_missing_shows(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    wells = [f"A/{number}" for number in range(1, 13)]
    for path in wells[3:]:
        for key in [key for key in tree.docs if key.startswith("A/1/")]:
            tree.docs[path + key[len("A/1") :]] = tree.docs[key]
    for path in ("A/2", "A/3"):
        for key in [key for key in tree.docs if key.startswith("A/1/")]:
            tree.docs[path + key[len("A/1") :]] = tree.docs[key]
    definition = tree.ome()["plate"]
    definition["columns"] = [{"name": str(number)} for number in range(1, 13)]
    index = {} if version < "0.4" else {"rowIndex": 0}
    definition["wells"] = [{"path": path, **index, "columnIndex": n} for n, path in enumerate(wells)]
    assert "    1 ... 12  well x 12" in lines(run, tree, tmp_path / "whole.zarr")
    tree.remove("A/7")
    shown = lines(run, tree, tmp_path / "gap.zarr")
    assert "    1 ... 6, 8 ... 12  well x 11" in shown
    assert "    7  well  not there" in shown


@both
def test_b6_what_is_named_and_not_there_shows(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    tree.remove("A/1/0")
    tree.ome("B/1")["well"]["images"] = [None, {"path": "0"}, {"path": "../../../out"}, {"acquisition": 1}]
    tree.remove("B/3")
    shown = lines(run, tree, tmp_path / "plate.zarr")
    assert "      0  image  not there" in shown
    assert "    3  well  not there" in shown
    assert "      image 0: found null, expected a field of view, an object" in shown
    assert "      image 3: the field of view names no path" in shown
    assert "      ../../../out  image  (its path leads out of the store)" in shown
    (result,) = json.loads(run("info", tmp_path / "plate.zarr", "--format", "json").out)["results"]
    row = result["tree"]["children"]["B"]["children"]
    assert row["B/3"] == {"kind": "well", "problem": "not there"}
    assert row["B/1"]["fields"][0]["problem"] == "found null, expected a field of view, an object"
    assert "problem" not in row["B/1"]["fields"][1]


@both
def test_b6_so_do_labels_and_images_of_a_series(version: str, run: Run, tmp_path: Path) -> None:
    tree = labels(version)
    tree.ome("labels")["labels"] = [None, "gone", "cells"]
    shown = lines(run, tree, tmp_path / "labels.zarr")
    assert "    label-image 0: the metadata names no path" in shown
    assert "    gone  label-image  not there" in shown
    tree = collection(version)
    tree.remove("1")
    assert "  1  image  not there" in lines(run, tree, tmp_path / "collection.zarr")


@both
def test_b6_an_array_in_the_place_of_an_image_shows(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    level = tree.docs[tree.key("A/1/0/0", of="array")]
    tree.remove("A/1/0")
    tree.docs[tree.key("A/1/0", of="array")] = level
    shown = lines(run, tree, tmp_path / "plate.zarr")
    assert "      0  image  (there is an array, expected a group)" in shown


def test_b6_keys_of_chunks_that_are_not_the_usual_ones(run: Run, tmp_path: Path) -> None:
    old, new = image("0.4"), image("0.5")
    for tree in (old, new):
        assert " under " not in "\n".join(lines(run, tree, tmp_path / f"{tree.version}.zarr"))
    old.array("0")["dimension_separator"] = "."
    new.array("0")["chunk_key_encoding"] = {"name": "v2", "configuration": {"separator": "/"}}
    new.array("1")["chunk_key_encoding"] = {"name": "default", "configuration": {"separator": "."}}
    assert "chunks 2 x 64 x 64 under 0.0.0  scale" in lines(run, old, tmp_path / "old.zarr")[2]
    shown = lines(run, new, tmp_path / "new.zarr")
    assert "chunks 2 x 64 x 64 under 0/0/0  scale" in shown[2]
    assert "chunks 2 x 32 x 32 under c.0.0.0  scale" in shown[3]


@both
def test_where_levels_lie_and_how_they_were_made(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    said = {"description": "d" * 500, "args": [2, "a"], "kwargs": {"a": 1}}
    tree.multiscale().update({"type": "mean", "metadata": said})
    shown = lines(run, tree, tmp_path / "image.zarr")
    assert "translation" not in shown[2]
    assert [line.rpartition("  translation ")[2] for line in shown[3:5]] == ["0, 0.25, 0.25", "0, 0.75, 0.75"]
    assert shown[5].startswith('  levels  type "mean"  description "ddd')
    assert shown[5].endswith('ddd…  args [2, "a"]  kwargs object with keys a')
    (result,) = json.loads(run("info", tmp_path / "image.zarr", "--format", "json").out)["results"]
    (entry,) = result["tree"]["images"]
    assert (entry["type"], entry["metadata"]) == ("mean", said)
    for odd in ({"type": 5, "metadata": 7}, {"type": None, "metadata": None}):
        tree.multiscale().update(odd)
        found = [line for line in lines(run, tree, tmp_path / "image.zarr") if line.startswith("  levels")]
        assert found == (["  levels  type 5"] if odd["type"] else [])


@both
def test_fields_that_look_the_same_are_shown_once_wherever_they_lie(version: str, run: Run, tmp_path: Path) -> None:
    tree = plate(version)
    shown = lines(run, tree, tmp_path / "plate.zarr")
    for number, place in enumerate(["A/1/0", "A/1/1"]):
        steps = tree.multiscale(place)["datasets"][0]["coordinateTransformations"]
        steps[:] = [steps[0], {"type": "translation", "translation": [0.0, 5.0 * number]}]
    again = lines(run, tree, tmp_path / "plate.zarr")
    assert [line.partition("  translation")[0] for line in again] == [
        line.partition("  translation")[0] for line in shown
    ]
    assert [line for line in again if line not in shown] == [
        f"{line}  translations differ" for line in shown if line.startswith("        0  16 x 16")
    ][:1]  # in row A alone


@both
def test_b4_b6_the_json_has_all_of_it(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    window = {"start": 0, "end": 9, "min": 0, "max": 99}
    tree.ome()["omero"]["channels"][0]["window"] = window
    tree.write(tmp_path / "image.zarr")
    (result,) = json.loads(run("info", tmp_path / "image.zarr", "--format", "json").out)["results"]
    shown = result["tree"]
    assert shown["channels"][0]["window"] == window
    levels = shown["images"][0]["levels"]
    assert [level["translation"] for level in levels] == [[0, 0, 0], [0, 0.25, 0.25], [0, 0.75, 0.75]]
    assert [level["chunk_keys"] for level in levels] == [{"0.4": "0/0/0", "0.5": "c/0/0/0"}[version]] * 3
    tree = plate(version)
    tree.ome()["plate"]["acquisitions"] = [{"id": 3}]
    tree.write(tmp_path / "plate.zarr")
    (result,) = json.loads(run("info", tmp_path / "plate.zarr", "--format", "json").out)["results"]
    assert result["tree"]["acquisitions"] == [{"id": 3, "name": None, "description": None, "fields": None}]
    assert result["tree"]["children"]["A"]["children"]["A/1"]["fields"][0]["path"] == "0"


@both
def test_d13_info_shows_files(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    tree.docs[tree.key("1", of="array")] = b"{"
    shown = lines(run, tree, tmp_path / "image.zarr", "--files")
    name = "├── zarr.json  # Image (0.5)" if version == "0.5" else "├── .zattrs  # Image (0.4)"
    assert name in shown
    assert "├── 1/  # the document is not JSON: unexpected end of data, line 1 column 2" in shown
    assert run("info", tmp_path / "image.zarr", "--files", "--format", "json").code == 2


@both
@pytest.mark.parametrize("deep", ["deep", "deep/er"])
def test_d13_info_shows_nodes_in_plain_folders(deep: str, version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    tree.docs[f"{deep}/{tree.key('x', of='array')}"] = tree.docs[tree.key("0", of="array")]
    tree.docs[f"{deep}/notes/a.txt"] = b""
    shown = "\n".join(lines(run, tree, tmp_path / "image.zarr", "--files"))
    assert f"── {deep}/x/\n" in shown
    assert "notes" not in shown


@both
def test_a23_levels_without_dimensions(version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    level = tree.array("0")
    level["shape"] = []
    if version == "0.4":
        level["chunks"] = []
    else:
        level["chunk_grid"]["configuration"]["chunk_shape"] = []
        level["dimension_names"] = []
    (shown,) = [line for line in lines(run, tree, tmp_path / "image.zarr") if line.startswith("  0  ")]
    assert shown.startswith("  0  scalar  uint16  scale ")


@both
@pytest.mark.parametrize(("data", "found"), [(b"[]", "array"), (b"null", "null")])
def test_a23_documents_that_are_no_object(data: bytes, found: str, version: str, run: Run, tmp_path: Path) -> None:
    tree = image(version)
    tree.docs[tree.key("")] = data
    shown = lines(run, tree, tmp_path / "image.zarr")
    assert any(line.endswith(f"found {found}, expected object") for line in shown)
    assert "(array)" not in "".join(shown)


@both
def test_d10_the_hint_for_a_document_fits_every_command(version: str, run: Run, tmp_path: Path) -> None:
    image(version).write(tmp_path / "store")
    name = ".zattrs" if version == "0.4" else "zarr.json"
    for ran in (run("info", f"store/{name}"), run("upgrade", f"store/{name}", "--to", "0.5", "--plan")):
        assert ran.code in (2, 3)
        assert "give the folder that it is in, store;" in ran.out + ran.err
