"""Faults of the field, B: what the views say of metadata that is not sound, or that they left out."""

from __future__ import annotations

from typing import Any

import pytest
from bases import Tree, collection, image, labels, numbered, plate, plate_collection

from ngff_core import ImageView, open_group, open_image
from ngff_core.errors import NotFoundError, StoreError
from ngff_core.stores import MemoryStore
from ngff_core.view.images import AcquisitionView, AxisView, ChannelView, FieldView, LevelView, WellView, WindowView
from ngff_core.words import abbreviate

VERSIONS = ("0.4", "0.5")
MICRO = "micrometer"
both = pytest.mark.parametrize("version", VERSIONS)


def store_of(tree: Tree) -> MemoryStore:
    return MemoryStore(tree.documents())


def view_of(tree: Tree) -> ImageView:
    return open_image(store_of(tree))


def with_scale(tree: Tree, scale: Any) -> Tree:
    tree.multiscale()["datasets"][0]["coordinateTransformations"] = [{"type": "scale", "scale": scale}]
    return tree


# --- B1 ---------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("scale", [[0.1625, 0.1625], [1, 1, 0.1625, 0.1625], [], [1.0, True, 0.5], [1.0, "a", 0.5]])
def test_b1_a_scale_of_another_length_gives_no_sizes(version: str, scale: list[Any]) -> None:
    view = view_of(with_scale(image(version), scale))
    assert view.levels[0].pixel_size is None
    assert view.pixel_sizes() == {"c": (None, None), "y": (None, MICRO), "x": (None, MICRO)}
    assert view.levels[1].pixel_size == (1.0, 1.0, 1.0)


@both
@pytest.mark.parametrize("common", [[1.0, 2.0], ["a", 1, 1]])
def test_b1_so_does_a_scale_of_all_levels(version: str, common: list[Any]) -> None:
    tree = image(version)
    tree.multiscale()["coordinateTransformations"] = [{"type": "scale", "scale": common}]
    assert [level.pixel_size for level in view_of(tree).levels] == [None, None, None]


@both
def test_b1_axes_of_one_name_are_all_there(version: str) -> None:
    tree = with_scale(image(version), [1.0, 0.5, 0.25])
    tree.multiscale()["axes"][1]["name"] = "x"
    assert view_of(tree).pixel_sizes() == {"c": (1.0, None), "x[1]": (0.5, MICRO), "x[2]": (0.25, MICRO)}


# --- B2 ---------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("rubbish", [None, 5, "DAPI", []])
def test_b2_a_channel_that_is_none_keeps_its_place(version: str, rubbish: object) -> None:
    tree = image(version)
    tree.ome()["omero"]["channels"] = [rubbish, {"label": "GFP", "color": "00FF00"}, {"label": "RFP"}]
    assert view_of(tree).channels == (
        ChannelView(None, None, problem=f"found {abbreviate(rubbish)}, expected a channel, an object"),
        ChannelView("GFP", "00FF00"),
        ChannelView("RFP", None),
    )


@both
@pytest.mark.parametrize("rubbish", [None, 5, "0", []])
def test_b2_a_dataset_that_is_none_keeps_its_place(version: str, rubbish: object) -> None:
    tree = image(version)
    tree.multiscale()["datasets"][0] = rubbish
    view = view_of(tree)
    problem = f"found {abbreviate(rubbish)}, expected a dataset, an object"
    assert view.levels[0] == LevelView("", None, None, None, None, problem=problem)
    assert [level.path for level in view.levels] == ["", "1", "2"]
    assert view.array(1).path == "1"
    with pytest.raises(NotFoundError, match="the metadata names no array for level 0"):
        view.array(0)


@both
@pytest.mark.parametrize("rubbish", [None, 5, []])
def test_b2_an_axis_that_is_none_has_no_name(version: str, rubbish: object) -> None:
    tree = with_scale(image(version), [1.0, 0.5, 0.25])
    tree.multiscale()["axes"][1] = rubbish
    view = view_of(tree)
    problem = f"found {abbreviate(rubbish)}, expected an axis, an object"
    assert view.axes == (
        AxisView("c", "channel", None),
        AxisView("", None, None, problem=problem),
        AxisView("x", "space", MICRO),
    )
    assert view.pixel_sizes() == {"c": (1.0, None), "[1]": (0.5, None), "x": (0.25, MICRO)}


@both
def test_b2_a_multiscale_that_is_none_keeps_its_place(version: str) -> None:
    tree = image(version)
    tree.ome()["multiscales"] = [None, *tree.ome()["multiscales"]]
    first, second = open_group(store_of(tree)).images()
    assert first.problem == "found null, expected a multiscale image, an object"
    assert (first.axes, first.levels, first.channels, first.path) == ((), (), (), "")
    assert (second.problem, len(second.levels)) == (None, 3)
    opened = open_image(store_of(tree))
    assert (opened.problem, opened.levels) == (first.problem, ())
    with pytest.raises(NotFoundError, match=r"there is no level 0, the image has 0 levels \(found null, expected"):
        opened.level()


@both
def test_b2_wells_and_fields_keep_their_places(version: str) -> None:
    tree = plate(version)
    wells = tree.ome()["plate"]["wells"]
    first = wells[0]["path"]
    tree.ome()["plate"]["wells"] = [None, *wells]
    fields = tree.ome(first)["well"]["images"]
    tree.ome(first)["well"]["images"] = [{"acquisition": 1}, *fields]
    group = open_group(store_of(tree))
    assert group.wells()[0] == WellView("", "", "", problem="found null, expected a well, an object")
    assert [well.path for well in group.wells()[1:]] == [well["path"] for well in wells]
    well = group.group(first)
    assert well.fields()[0] == FieldView("", 1, problem="the field of view names no path")
    assert [(view.path, view.problem) for view in well.images()] == [
        (first, "the metadata names no path"),
        *((f"{first}/{field['path']}", None) for field in fields),
    ]


@both
def test_b2_the_images_of_a_series_keep_their_places(version: str) -> None:
    tree = collection(version)
    series = tree.ome("OME")["series"]
    tree.ome("OME")["series"] = [None, *series]
    views = list(open_group(store_of(tree)).images())
    assert [view.problem for view in views] == ["the metadata names no path", *(None for _ in series)]
    assert [view.path for view in views[1:]] == series


@both
def test_b2_a_well_that_names_itself_is_no_circle(version: str) -> None:
    tree = plate(version)
    first = tree.ome()["plate"]["wells"][0]["path"]
    tree.ome(first)["well"]["images"] += [{"path": "."}, {"path": "../.."}]
    views = list(open_group(store_of(tree)).group(first).images())
    assert {view.path.rpartition("/")[0] for view in views[:-2]} == {first}
    assert [view.problem for view in views] == [
        *(None for _ in views[:-2]),
        "'.' leads back to a group that it is named in",
        "'../..' leads back to a group that it is named in",
    ]


@both
def test_b2_wells_that_name_each_other_are_no_circle(version: str) -> None:
    tree = plate(version)
    a, b = (well["path"] for well in tree.ome()["plate"]["wells"][:2])
    tree.ome(a)["well"]["images"] = [{"path": f"../../{b}"}]
    tree.ome(b)["well"]["images"] = [{"path": f"../../{a}"}]
    (view,) = open_group(store_of(tree)).group(a).images()
    assert view.problem == f"'../../{a}' leads back to a group that it is named in"


@both
def test_b2_names_of_labels_keep_their_places(version: str) -> None:
    tree = labels(version)
    tree.ome("labels")["labels"] = [None, *tree.ome("labels")["labels"], 5]
    view = open_image(store_of(tree))
    assert view.labels() == ["", "cells", ""]
    assert view.label("cells").path == "labels/cells"
    with pytest.raises(NotFoundError, match="the metadata names no label image there"):
        view.label("")
    found = [view.problem for view in open_group(store_of(tree)).group("labels").images()]
    assert found == ["the metadata names no path", None, "the metadata names no path"]


# --- B4 ---------------------------------------------------------------------------------------------


@both
def test_b4_translations_of_levels(version: str) -> None:
    tree = image(version)
    assert [level.translation for level in view_of(tree).levels] == [
        (0.0, 0.0, 0.0),
        (0.0, 0.25, 0.25),
        (0.0, 0.75, 0.75),
    ]
    tree.multiscale()["coordinateTransformations"] = [
        {"type": "scale", "scale": [1, 2, 4]},
        {"type": "translation", "translation": [0, 10, 20]},
    ]
    assert [level.translation for level in view_of(tree).levels] == [
        (0, 10, 20),
        (0.0, 10.5, 21.0),
        (0.0, 11.5, 23.0),
    ]


@both
@pytest.mark.parametrize("translation", [[1.0], "far", [1.0, 2.0, None]])
def test_b4_a_translation_that_is_not_sound_is_none(version: str, translation: object) -> None:
    tree = image(version)
    tree.multiscale()["datasets"][1]["coordinateTransformations"][1]["translation"] = translation
    assert view_of(tree).levels[1].translation is None


@both
def test_b4_windows_of_channels(version: str) -> None:
    tree = image(version)
    tree.ome()["omero"]["channels"] = [
        {"color": "FF0000", "active": True, "window": {"start": 10, "end": 200, "min": 0, "max": 65535}},
        {"color": "00FF00", "active": "yes", "window": {"start": "low", "end": 200}},
        {"color": "0000FF", "window": [0, 1]},
    ]
    assert [(channel.window, channel.active) for channel in view_of(tree).channels] == [
        (WindowView(10, 200, 0, 65535), True),
        (WindowView(None, 200, None, None), None),
        (None, None),
    ]


@both
def test_b4_acquisitions_of_a_plate_and_fields_of_a_well(version: str) -> None:
    tree = plate(version)
    tree.ome()["plate"]["acquisitions"] = [
        {"id": 1, "name": "first", "maximumfieldcount": 2},
        None,
        {"id": 3, "description": "later"},
    ]
    group = open_group(store_of(tree))
    assert group.acquisitions() == [
        AcquisitionView(1, "first", None, 2),
        AcquisitionView(None, None, None, None, problem="found null, expected an acquisition, an object"),
        AcquisitionView(3, None, "later", None),
    ]
    well = group.wells()[0].path
    images = tree.ome(well)["well"]["images"]
    assert group.group(well).fields() == [FieldView(each["path"], each.get("acquisition")) for each in images]
    assert (group.fields(), open_group(store_of(image(version))).acquisitions()) == ([], [])


@both
def test_b4_a_damaged_field_is_there_with_its_problem(version: str) -> None:
    tree = plate(version)
    before = [view.path for view in open_group(store_of(tree)).images()]
    damaged = before[1]
    name = ".zattrs" if version == "0.4" else "zarr.json"
    for body in (b'{"zarr_format": 3, "multi', b"", b"[]"):
        documents = {**tree.documents(), f"{damaged}/{name}": body}
        views = list(open_group(MemoryStore(documents)).images())
        assert [view.path for view in views] == before
        assert [bool(view.problem) for view in views] == [path == damaged for path in before]
        assert repr(views[1]) == f"<ImageView {damaged} ({views[1].problem})>"
        assert views[1].levels == ()


@both
def test_b4_so_is_one_that_holds_something_else(version: str) -> None:
    tree = plate(version)
    paths = [view.path for view in open_group(store_of(tree)).images()]
    tree.ome(paths[0])["multiscales"] = []
    tree.remove(paths[1])
    tree.add(paths[1], None)
    problems = {view.path: view.problem for view in open_group(store_of(tree)).images()}
    assert problems[paths[0]] == "the image has no multiscales"
    assert problems[paths[1]] == "there is no OME-Zarr metadata"
    assert set(problems) == set(paths)
    assert {problem for path, problem in problems.items() if path not in paths[:2]} == {None}


@both
def test_b4_so_is_one_that_cannot_be_read(version: str) -> None:
    tree = plate(version)
    paths = [view.path for view in open_group(store_of(tree)).images()]
    name = ".zattrs" if version == "0.4" else "zarr.json"
    documents: dict[str, Any] = {**tree.documents(), f"{paths[0]}/{name}": StoreError("permission denied")}
    views = list(open_group(MemoryStore(documents)).images())
    assert (views[0].path, views[0].problem) == (paths[0], "permission denied")
    assert [view.path for view in views] == paths


@both
def test_b4_levels_that_are_not_there_have_a_problem(version: str) -> None:
    tree = image(version)
    tree.remove("0")
    name = ".zarray" if version == "0.4" else "zarr.json"
    documents: dict[str, Any] = {**tree.documents(), f"1/{name}": b"{"}
    levels = open_image(MemoryStore(documents)).levels
    assert [level.problem for level in levels] == [
        "there is no array at '0'",
        "the document is not JSON: unexpected end of data, line 1 column 2",
        None,
    ]
    documents[f"1/{name}"] = StoreError("permission denied")
    assert open_image(MemoryStore(documents)).levels[1].problem == "permission denied"


# --- B4, B6: what is named and not there ----------------------------------------------------------------


@both
def test_b4_what_is_not_there_is_there_with_its_problem(version: str) -> None:
    tree = plate(version)
    before = [view.path for view in open_group(store_of(tree)).images()]
    field, well = before[0], before[-1].rpartition("/")[0]
    tree.remove(field)
    tree.remove(well)
    problems = {view.path: view.problem for view in open_group(store_of(tree)).images()}
    assert {path: problem for path, problem in problems.items() if problem} == {
        field: "there is no group",
        well: "there is no group",
    }
    assert set(problems) == {*(path for path in before if not path.startswith(f"{well}/")), well}


@both
def test_b4_so_are_images_of_a_series_and_labels(version: str) -> None:
    tree = collection(version)
    series = tree.ome("OME")["series"]
    tree.remove(series[0])
    tree.ome("OME")["series"] = [*series, "../out"]
    views = list(open_group(store_of(tree)).images())
    assert [view.problem for view in views] == [
        "there is no group",
        *(None for _ in series[1:]),
        "'../out' leads out of the store",
    ]
    tree = labels(version)
    tree.ome("labels")["labels"] = ["gone", "cells"]
    views = list(open_group(store_of(tree)).group("labels").images())
    assert [(view.path, view.problem) for view in views] == [
        ("labels/gone", "there is no group"),
        ("labels/cells", None),
    ]


@both
def test_b4_numbered_images_behind_a_gap_are_there(version: str) -> None:
    tree = numbered(version)
    paths = [view.path for view in open_group(store_of(tree)).images()]
    assert len(paths) > 1
    tree.remove("0")
    assert [view.path for view in open_group(store_of(tree)).images()] == paths[1:]


@both
@pytest.mark.parametrize("rubbish", [5, None, {"images": 3}, {}])
def test_b4_a_well_that_lists_nothing_is_there_with_its_problem(version: str, rubbish: object) -> None:
    tree = plate(version)
    well = tree.ome()["plate"]["wells"][0]["path"]
    tree.ome(well)["well"] = rubbish
    first = next(open_group(store_of(tree)).images())
    assert (first.path, first.problem) == (well, "the metadata lists no images")
    tree.ome(well)["well"] = {"images": []}
    assert well not in {view.path for view in open_group(store_of(tree)).images()}


# --- A4: a group of two kinds, as it is seen -----------------------------------------------------------


@both
def test_a4_images_of_a_group_of_two_kinds(version: str) -> None:
    tree = plate(version)
    below = [view.path for view in open_group(store_of(tree)).images()]
    tree.ome()["multiscales"] = [image(version).multiscale()]
    for level in ("0", "1", "2"):
        tree.docs[tree.key(level, of="array")] = image(version).array(level)
    group = open_group(store_of(tree))
    assert [type(model).__name__ for model in group.ome_structures()] == ["Plate", "Image"]
    assert [view.path for view in group.images()] == [*below, ""]
    assert [well.path for well in group.wells()] == ["A/1", "A/2", "B/1", "B/3"]


@both
def test_a4_what_both_kinds_name_is_seen_once(version: str) -> None:
    tree = plate_collection(version)
    group = open_group(store_of(tree))
    paths = [view.path for view in group.images()]
    assert paths
    assert len(set(paths)) == len(paths)
