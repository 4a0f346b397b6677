"""Plates as they are written: fields, wells, rows, columns and acquisitions as they are there."""

from __future__ import annotations

import json
import shutil
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import DimSpec, check_store, open_group
from ngff_core.errors import StoreError, UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import PlateWriter, write_collection, write_image, write_plate  # noqa: E402

DIMS = [DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
PIXELS = np.arange(30, dtype="uint8").reshape(6, 5)


def plate_of(path: Any) -> Any:
    return open_group(path).ome_metadata().plate


def names(entries: Any) -> list[str]:
    return [entry.name for entry in entries]


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_a_plate_of_every_version(version: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_plate(
        {"B/3/1": PIXELS, ("A", "1", "0"): PIXELS, "B/3/0": PIXELS + 1},
        tmp_path / "plate.ome.zarr",
        DIMS,
        version=version,
        n_levels=2,
        progress=lambda *numbers: told.append(numbers),
        extra_attributes={"mine": 1},
    )
    report = check_store(path, profile="strict")
    assert (report.version, list(report.issues)) == (version, [])
    plate = plate_of(path)
    assert (plate.name, plate.field_count, plate.acquisitions) == ("plate", 2, None)
    assert (names(plate.rows), names(plate.columns)) == (["A", "B"], ["1", "2", "3"])
    assert [(well.path, well.rowIndex, well.columnIndex) for well in plate.wells] == [("A/1", 0, 0), ("B/3", 1, 2)]
    group = open_group(path)
    assert group.attributes["mine"] == 1
    np.testing.assert_array_equal(group["B/3/0/0"].to_tensorstore().read().result(), PIXELS + 1)
    assert told[-1] == (3 * 30, 3 * 30)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_fields_are_added_to_a_plate_that_is_there(version: str, tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, version=version, n_levels=1, acquisitions=[{"id": 0, "name": "before"}]) as plate:
        plate.write_field(PIXELS, "A", "1", "10")
        plate.write_field(PIXELS, "A", "1", "9", acquisition=0)
    plate = PlateWriter(path, DIMS, n_levels=1)
    with pytest.raises(UsageError, match="the plate has no acquisition 7: it has 0"):
        plate.write_field(PIXELS, "D", "4", acquisition=7)
    more = [{"id": 7, "name": "after", "description": "later"}]
    with PlateWriter(path, DIMS, n_levels=1, name="plate", acquisitions=more) as plate:
        with pytest.raises(UsageError, match="tell of each field which one it is of"):
            plate.write_field(PIXELS, "D", "4")
        plate.write_field(PIXELS, "D", "4", acquisition=7)
        assert [well.path for well in open_group(path).wells()] == ["A/1"]  # not before it is closed
    found = plate_of(path)
    assert (found.name, names(found.rows), names(found.columns)) == ("plate", [*"ABCD"], [*"123456"])
    assert [(one.id, one.name, one.maximumfieldcount) for one in found.acquisitions] == [
        (0, "before", 2),
        (7, "after", 1),
    ]
    assert list(check_store(path, profile="strict").issues) == []
    well = open_group(path)["A/1"].ome_metadata().well
    assert [(field.path, field.acquisition) for field in well.images] == [("9", 0), ("10", 0)]


def test_rows_and_columns_as_they_are_given(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1, rows=["top", "bottom"], columns=2) as plate:
        plate.write_field(PIXELS, "bottom", "2")
        with pytest.raises(UsageError, match="the plate has no row 'A': it has top, bottom"):
            plate.write_field(PIXELS, "A", "2")
    found = plate_of(path)
    assert (names(found.rows), names(found.columns)) == (["top", "bottom"], ["1", "2"])
    assert (found.wells[0].rowIndex, found.wells[0].columnIndex) == (1, 1)
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "middle", "1")
    assert names(plate_of(path).rows) == ["top", "bottom", "middle"]
    assert check_store(path).valid


wells = st.sets(
    st.tuples(
        st.sampled_from(["A", "B", "H", "P", "AF", "Q7", "r"]), st.sampled_from(["1", "2", "12", "03", "30", "x"])
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=15)
@given(wells, wells)
def test_indices_mean_what_the_paths_say_whatever_comes_later(first: Any, second: Any) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "plate.zarr"
        for some in (first, second - first):
            with PlateWriter(path, DIMS, n_levels=1) as plate:
                for row, column in sorted(some):
                    plate.write_field(PIXELS, row, column)
        found = plate_of(path)
        places = {(found.rows[well.rowIndex].name, found.columns[well.columnIndex].name) for well in found.wells}
        assert places == first | second == {tuple(well.path.split("/")) for well in found.wells}
        assert check_store(path).valid


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (("a b", "1", "0"), "a row is called 'a b'"),
        (("A", "1.5", "0"), "a column is called '1.5'"),
        (("..", "1", "0"), "a row is called '..'"),
        (("A", "1", "x_y"), "a field of view is called 'x_y'"),
        (("A", "1", "../../x"), r"is called '\.\./\.\./x'|a field is at row"),
    ],
)
def test_names_that_the_rules_do_not_want_are_refused(place: Any, message: str, tmp_path: Path) -> None:
    with PlateWriter(tmp_path / "plate.zarr", DIMS) as plate, pytest.raises(UsageError, match=message):
        plate.write_field(PIXELS, *place)
    with pytest.raises(UsageError, match=message):
        write_plate({place: PIXELS}, tmp_path / "whole.zarr", DIMS)
    assert list(tmp_path.iterdir()) == []


def test_several_acquisitions_are_told_apart(tmp_path: Path) -> None:
    both = [{"id": 0, "name": "before"}, {"id": 1, "name": "after"}]
    with PlateWriter(tmp_path / "plate.zarr", DIMS, acquisitions=both, n_levels=1) as plate:
        with pytest.raises(UsageError, match="tell of each field which one it is of"):
            plate.write_field(PIXELS, "A", "1")
        with pytest.raises(UsageError, match="the plate has no acquisition 2: it has 0, 1"):
            plate.write_field(PIXELS, "A", "1", acquisition=2)
        plate.write_field(PIXELS, "A", "1", acquisition=1)
    assert list(check_store(tmp_path / "plate.zarr", profile="strict").issues) == []


def test_a_field_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "1")
        with pytest.raises(FileExistsError, match=r"A/1/0 is in .* already: .* overwrite=True to PlateWriter"):
            plate.write_field(PIXELS, "A", "1")
    with PlateWriter(path, DIMS, n_levels=1, overwrite=True) as plate:
        plate.write_field(PIXELS + 1, "A", "1")
    assert open_group(path)["A/1/0/0"].to_tensorstore().read().result()[0, 0] == 1
    assert list(check_store(path, profile="strict").issues) == []


def test_a_closed_writer_writes_no_well_that_the_plate_does_not_list(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "1")
    with pytest.raises(UsageError, match="was closed"):
        plate.write_field(PIXELS, "B", "2")
    assert not (path / "B").exists()
    assert list(check_store(path, profile="strict").issues) == []


def test_an_error_lists_what_was_written_before(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"

    def broken_off() -> None:
        with PlateWriter(path, DIMS, n_levels=1) as plate:
            plate.write_field(PIXELS, "A", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert list(check_store(path, profile="strict").issues) == []


def test_only_a_plate_is_added_to(tmp_path: Path) -> None:
    image = write_image(PIXELS, tmp_path / "image.zarr", DIMS)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").touch()
    (tmp_path / "file.zarr").touch()
    for path in (image, tmp_path / "mine", tmp_path / "file.zarr"):
        with pytest.raises(FileExistsError):
            PlateWriter(path, DIMS)
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    with pytest.raises(UsageError, match="nothing can be added to an archive"):
        PlateWriter(tmp_path / "plate.ozx", DIMS)
    path = write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, version="0.4")
    with pytest.raises(UsageError, match="is a plate of OME-NGFF"):
        PlateWriter(path, DIMS, version="0.5")


def test_consolidated_metadata_has_the_new_fields(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    path = write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, n_levels=1)
    with warnings.catch_warnings(action="ignore"):
        zarr.consolidate_metadata(path)
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "B", "2")
    assert list(check_store(path, profile="strict").issues) == []
    assert zarr.open_consolidated(path)["B/2/0/0"].shape == (6, 5)


@pytest.mark.parametrize("link", ["A", "A/1", "A/1/0", "B"])
def test_links_that_lead_elsewhere_are_not_written_through(link: str, tmp_path: Path) -> None:
    path, outside = tmp_path / "plate.zarr", tmp_path / "outside"
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "C", "1")
    (outside / "1").mkdir(parents=True)
    (path / link).parent.mkdir(parents=True, exist_ok=True)
    (path / link).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    with PlateWriter(path, DIMS, n_levels=1, overwrite=True) as plate, pytest.raises((StoreError, UsageError)):
        plate.write_field(PIXELS, link[0], "1")
    assert sorted(outside.rglob("*")) == before
    assert [well.path for well in open_group(path).wells()] == ["C/1"]


def test_a_plate_is_packed_into_an_archive(tmp_path: Path) -> None:
    path = write_plate({"A/1/0": PIXELS}, tmp_path / "plate.ozx", DIMS, n_levels=1)
    assert list(check_store(path, profile="strict").issues) == []


def test_fields_of_no_acquisition_are_not_mixed_with_those_of_several(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    two = PlateWriter(path, DIMS, n_levels=1, acquisitions=[{"id": 0, "name": "a"}, {"id": 1, "name": "b"}])
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "1")
    two.write_field(PIXELS, "A", "2", acquisition=0)
    two.write_field(PIXELS, "A", "3", acquisition=1)
    with pytest.raises(UsageError, match="the plate has 2 acquisitions, and field A/1/0 states none"):
        two.close()
    assert [well.path for well in open_group(path).wells()] == ["A/1"]


def test_acquisitions_stay_declared_without_fields(tmp_path: Path) -> None:
    path, both = tmp_path / "plate.zarr", [{"id": 0, "name": "before"}, {"id": 1, "name": "after"}]
    with PlateWriter(path, DIMS, n_levels=1, acquisitions=both) as plate:
        plate.write_field(PIXELS, "A", "1", acquisition=1)
    assert [(one.id, one.name, one.maximumfieldcount) for one in plate_of(path).acquisitions] == [
        (0, "before", 1),
        (1, "after", 1),
    ]
    assert list(check_store(path, profile="strict").issues) == []
    with (
        PlateWriter(path, DIMS, n_levels=1) as plate,
        pytest.raises(UsageError, match="the plate has 2 acquisitions: tell of each field"),
    ):
        plate.write_field(PIXELS, "A", "2")
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "2", acquisition=0)
    assert [one.maximumfieldcount for one in plate_of(path).acquisitions] == [1, 1]


def test_what_a_plate_says_of_itself_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    first: Any = {"acquisitions": [{"id": 0, "name": "before"}, {"id": 1}], "extra_attributes": {"of": [1, 2]}}
    with PlateWriter(path, DIMS, n_levels=1, rows=2, columns=["1", "2", "3"], **first) as plate:
        plate.write_field(PIXELS, "B", "1", acquisition=0)
    before = (path / "zarr.json").read_bytes()
    refused: list[tuple[Any, str]] = [
        ({"acquisitions": [{"id": 0, "name": "zzz"}]}, "has 'name' of acquisition 0 already, 'before', so not 'zzz'"),
        ({"rows": 1}, "has other rows: A, B; give all of these and more, or no rows at all"),
        ({"columns": ["1", "3"]}, "has other columns: 1, 2, 3"),
        ({"extra_attributes": {"of": [1, 2, 3]}}, "has 'of' in its attributes already"),
    ]
    for options, message in refused:
        with pytest.raises(UsageError, match=message):
            PlateWriter(path, DIMS, **options)
    assert (path / "zarr.json").read_bytes() == before
    more = [{"id": 0, "description": "new", "maximumfieldcount": 9}, {"id": 1, "name": "after"}]
    new: Any = {"rows": 3, "columns": 3, "extra_attributes": {"of": (1, 2), "by": "me"}}
    with PlateWriter(path, DIMS, n_levels=1, acquisitions=more, **new) as plate:
        plate.write_field(PIXELS, "C", "1", acquisition=1)
    found = plate_of(path)
    assert [(one.name, one.description, one.maximumfieldcount) for one in found.acquisitions] == [
        ("before", "new", 9),
        ("after", None, 1),
    ]
    assert (names(found.rows), open_group(path).attrs["of"], open_group(path).attrs["by"]) == (
        ["A", "B", "C"],
        [1, 2],
        "me",
    )
    assert list(check_store(path).issues) == []


def test_a_name_that_another_process_put_for_none_is_replaced(tmp_path: Path) -> None:
    path, both = tmp_path / "plate.zarr", [{"id": 0, "name": "before"}, {"id": 1, "name": "after"}]
    named, other = (PlateWriter(path, DIMS, n_levels=1, acquisitions=given) for given in (both, both[1:]))
    named.write_field(PIXELS, "A", "1", acquisition=0)
    other.write_field(PIXELS, "A", "2", acquisition=1)
    other.close()
    assert [one.name for one in plate_of(path).acquisitions] == ["after", "acquisition 0"]
    third = PlateWriter(path, DIMS, n_levels=1, acquisitions=both)  # what was put there is no name that somebody gave
    late = PlateWriter(path, DIMS, n_levels=1, acquisitions=[{"id": 0, "name": "late"}])
    named.close()
    assert [one.name for one in plate_of(path).acquisitions] == ["after", "before"]
    late.write_field(PIXELS, "A", "3", acquisition=0)
    late.close()
    third.close()
    assert [one.name for one in plate_of(path).acquisitions] == ["after", "before"]


def test_several_acquisitions_need_a_plate_writer(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"as write_field of a PlateWriter takes it \(acquisition=0\)"):
        write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, acquisitions=[{"id": 0}, {"id": 1}])
    assert list(tmp_path.iterdir()) == []


def test_declared_acquisitions_leave_no_listed_field_without_one(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "1")
    with pytest.raises(UsageError, match="the plate has 2 acquisitions, and field A/1/0 states none"):
        PlateWriter(path, DIMS, acquisitions=[{"id": 0}, {"id": 1}])  # before anything is written
    assert plate_of(path).acquisitions is None
    with PlateWriter(path, DIMS, n_levels=1, acquisitions=[{"id": 0, "name": "a"}]) as plate:
        plate.write_field(PIXELS, "A", "1", "1")
    assert list(check_store(path).issues) == []


def test_a_plate_that_does_not_say_how_many_fields_it_has(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1, acquisitions=[{"id": 0, "name": "a"}]) as plate:
        for field in "0", "1":
            plate.write_field(PIXELS, "A", "1", field)
    text = json.loads((path / "zarr.json").read_text())
    del text["attributes"]["ome"]["plate"]["field_count"]
    del text["attributes"]["ome"]["plate"]["acquisitions"][0]["maximumfieldcount"]
    (path / "zarr.json").write_text(json.dumps(text))
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "A", "2")
    assert (plate_of(path).field_count, plate_of(path).acquisitions[0].maximumfieldcount) == (2, 2)
    assert list(check_store(path, profile="strict").issues) == []


def test_a_plate_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    with PlateWriter(path, DIMS, n_levels=1, name="screen 1") as plate:
        plate.write_field(PIXELS, "A", "1")
    for name in (None, "screen 1"):
        PlateWriter(path, DIMS, name=name).close()
    with pytest.raises(UsageError, match="is called 'screen 1' already, so not 'screen 2': see ngff set"):
        PlateWriter(path, DIMS, name="screen 2")


def test_addresses_are_no_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for call in (PlateWriter, lambda path, dims: write_plate({"A/1/0": PIXELS}, path, dims)):
        with pytest.raises(UsageError, match="is an address"):
            call("s3://bucket/plate.zarr", DIMS)
    assert list(tmp_path.iterdir()) == []


def test_fields_come_as_frames_and_as_dask_arrays(tmp_path: Path) -> None:
    array = pytest.importorskip("dask.array")
    dims = [DimSpec("t", 3, unit="second"), DimSpec("y", 6, unit="micrometer"), DimSpec("x", 5, unit="micrometer")]
    movie = np.arange(90, dtype="uint8").reshape(3, 6, 5)
    told: list[tuple[int, int]] = []
    fields = {"A/1/0": iter(movie), "A/2/0": array.from_array(movie, chunks=(1, 6, 5))}
    path = write_plate(fields, tmp_path / "a.zarr", dims, n_levels=1, progress=lambda *numbers: told.append(numbers))
    for field in fields:
        np.testing.assert_array_equal(open_group(path)[f"{field}/0"].to_tensorstore().read().result(), movie)
    assert told[-1] == (180, 180)


def test_what_a_process_that_was_killed_has_left_behind_is_named_and_no_part_of_a_hierarchy(tmp_path: Path) -> None:
    path = Path(write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, n_levels=1))
    for place in (path, path / "A", path / "A/1"):
        shutil.copytree(path / "A/1/0", place / "1.0123456789abcdef.ngff-part")
    assert _left(path) == ["", "A", "A/1"]
    with PlateWriter(path, DIMS, n_levels=1) as plate:
        plate.write_field(PIXELS, "B", "1")
    assert [well.path for well in open_group(path).wells()] == ["A/1", "B/1"]
    collection = Path(write_collection({"0": PIXELS}, tmp_path / "all.zarr", DIMS, n_levels=1))
    shutil.copytree(collection / "0", collection / "1.0123456789abcdef.ngff-part")
    assert _left(collection) == [""]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("linked", [False, True])
def test_a_file_in_the_place_of_a_field_is_not_said_to_be_overwritten(
    overwrite: bool, linked: bool, tmp_path: Path
) -> None:
    path = Path(write_plate({"A/1/0": PIXELS}, tmp_path / "plate.zarr", DIMS, n_levels=1))
    if linked:
        (path / "A/1/1").symlink_to(path / "A/1/0")
    else:
        (path / "A/1/1").write_text("notes")
    (path / "A/1/2").mkdir()
    (path / "A/1/2/notes.txt").write_text("notes")
    with PlateWriter(path, DIMS, n_levels=1, overwrite=overwrite) as plate:
        with pytest.raises(UsageError, match=r"A/1/2 is there already, and no Zarr hierarchy: give another path$"):
            plate.write_field(PIXELS, "A", "1", "2")
        what = "is a symbolic link, and not replaced" if linked else "is there already, and no directory"
        with pytest.raises(UsageError, match=f"{what}: give another path$") as raised:
            plate.write_field(PIXELS, "A", "1", "1")
        assert "overwrite" not in str(raised.value)
        with pytest.raises(UsageError, match="or overwrite=True to PlateWriter") if not overwrite else nullcontext():
            plate.write_field(PIXELS, "A", "1", "0")


def _left(path: Path) -> list[str]:
    """Return the groups in which something is left over, where nothing else is wrong."""
    issues = check_store(path, profile="strict").issues
    assert {(issue.rule, issue.found) for issue in issues} == {("write-interrupted", "1.0123456789abcdef.ngff-part")}
    return [issue.node for issue in issues]


@pytest.mark.parametrize(
    ("fields", "options", "message"),
    [
        ({}, {}, "a plate has one field at least"),
        ({"A/1/0": PIXELS, ("A", "1", "0"): PIXELS}, {}, "there are two fields at A/1/0"),
        ({"A/1": PIXELS}, {}, "a field is at row, column and field"),
        ({"A/1/0": PIXELS}, {"rows": 0}, "rows are their names, or a number from 1"),
        ({"A/1/0": PIXELS}, {"columns": True}, "columns is True, expected a number of them"),
        ({"A/1/0": PIXELS}, {"rows": ["a-b"]}, "a row is called 'a-b'"),
        ({"A/1/0": PIXELS}, {"chunks": (1, 2, 3)}, "chunks are 2 numbers"),
    ],
)
def test_what_is_no_plate_is_refused(fields: Any, options: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        write_plate(fields, tmp_path / "a.zarr", DIMS, **options)
    assert list(tmp_path.iterdir()) == []


def test_numbers_may_be_those_of_numpy(tmp_path: Path) -> None:
    one = [{"id": 0, "name": "before"}]
    with PlateWriter(tmp_path / "a.zarr", DIMS, n_levels=1, acquisitions=one) as plate:
        plate.write_field(PIXELS, "A", 1, 0, acquisition=np.int64(0))
    assert list(check_store(tmp_path / "a.zarr", profile="strict").issues) == []


def test_threads_add_to_one_plate_each_with_a_writer_of_its_own(tmp_path: Path) -> None:
    def add(row: str) -> None:
        for column in range(1, 5):
            with PlateWriter(tmp_path / "a.zarr", DIMS, n_levels=1) as plate:
                plate.write_field(PIXELS, row, str(column))
                plate.write_field(PIXELS, "D", "1", f"{row}{column}")

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(add, "ABC"))
    assert list(check_store(tmp_path / "a.zarr", profile="strict").issues) == []
    group = open_group(tmp_path / "a.zarr")
    assert (len(group.wells()), len(group["D/1"].fields())) == (13, 12)
