"""The step from 0.3 to 0.4 on plates and wells, on documents before and after."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from migrating import Stepped, array, broken, group, step

from ngff_core.migration import NodeDocuments
from ngff_v04.upgrade import STEP

ROWS = [{"name": "A"}, {"name": "B"}]
COLUMNS = [{"name": "1"}, {"name": "2"}]


def plate(*paths: str, answers: Any = None, **members: Any) -> Stepped:
    """Take the step from a plate with these wells."""
    layout = {"version": "0.3", "rows": ROWS, "columns": COLUMNS, "wells": [{"path": path} for path in paths]}
    return step(STEP, [group("", "plate", plate={**layout, **members})], answers)


def layout(taken: Stepped) -> dict[str, Any]:
    found: dict[str, Any] = taken.attributes()["plate"]
    return found


def at(path: str, row: int, column: int) -> dict[str, Any]:
    return {"path": path, "rowIndex": row, "columnIndex": column}


def test_wells_get_the_indexes_of_their_row_and_column() -> None:
    taken = plate("A/1", "B/1", "A/2", name="p", field_count=3, vendor={"a": 1})
    assert layout(taken) == {
        "version": "0.4",
        "rows": ROWS,
        "columns": COLUMNS,
        "wells": [at("A/1", 0, 0), at("B/1", 1, 0), at("A/2", 0, 1)],
        "name": "p",
        "field_count": 3,
        "vendor": {"a": 1},
    }
    assert taken.said() == {}
    assert taken.notes.asked == {}


def test_members_of_wells_stay_and_so_do_indexes_that_are_there() -> None:
    taken = plate(wells=[{"path": "B/2", "mine": 1}, {"path": "B/1", "rowIndex": 7}, {"path": 5}, "x"])
    assert layout(taken)["wells"] == [
        {"path": "B/2", "mine": 1, "rowIndex": 1, "columnIndex": 1},
        {"path": "B/1", "rowIndex": 7, "columnIndex": 0},
        {"path": 5},
        "x",
    ]


def test_slashes_and_dots_that_lead_nowhere_go() -> None:
    taken = plate("A/1/", "./A//2")
    assert layout(taken)["wells"] == [at("A/1", 0, 0), at("A/2", 0, 1)]
    assert taken.said() == {}


def test_well_paths_of_any_other_form_are_refused() -> None:
    paths = ["2020-10-10/A/1", "A1", "/A/1", "../A/1", "A/Ä", "A-1/1", ""]
    taken = plate("B/2", *paths)
    text = "well paths that are not ROW/COLUMN, so that groups would have to move"
    some = '"2020-10-10/A/1", "A1", "/A/1", "../A/1", "A/Ä" and 2 more'
    assert taken.said() == {"obstacles": [("", f"{text}: {some}")]}
    assert layout(taken)["wells"] == [at("B/2", 1, 1), *({"path": path} for path in paths)]


def test_well_paths_with_the_column_first_are_refused() -> None:
    taken = plate("1/A", "2/B")
    text = 'well paths with the column first, so that groups would have to move: "1/A", "2/B"'
    assert taken.said() == {"obstacles": [("", text)]}
    assert taken.notes.asked == {}


def test_names_that_are_both_rows_and_columns_are_read_as_row_then_column() -> None:
    numbered = [{"name": "1"}, {"name": "2"}]
    assert layout(plate("2/1", rows=numbered, columns=numbered))["wells"] == [at("2/1", 1, 0)]


def test_rows_and_columns_that_are_lacking_are_added_at_the_end() -> None:
    taken = plate("AA/10", "A/3", "C/1", "C/3")
    assert layout(taken)["rows"] == [*ROWS, {"name": "C"}, {"name": "AA"}]
    assert layout(taken)["columns"] == [*COLUMNS, {"name": "3"}, {"name": "10"}]
    assert layout(taken)["wells"] == [at("AA/10", 3, 3), at("A/3", 0, 2), at("C/1", 2, 0), at("C/3", 2, 2)]
    assert taken.said() == {}
    assert taken.notes.asked == {"missing-rows": [""]}


def test_rows_and_columns_that_are_lacking_can_be_refused() -> None:
    taken = plate("C/3", answers={"missing-rows": "refuse"})
    assert taken.said() == {
        "obstacles": [
            ("", 'wells use rows that the plate does not list: "C"'),
            ("", 'wells use columns that the plate does not list: "3"'),
        ]
    }
    assert layout(taken)["rows"] == ROWS


def test_names_that_0_4_does_not_allow_are_refused() -> None:
    taken = plate(
        "A/1", rows=[{"name": "A"}, {"name": "A-1"}, {"name": "A", "mine": 1}], columns=[{"name": ""}, *COLUMNS]
    )
    assert taken.said() == {
        "obstacles": [
            ("", 'names of rows are not made of letters and digits: "A-1"'),
            ("", 'several rows have the same name: "A"'),
            ("", 'names of columns are not made of letters and digits: ""'),
        ]
    }


@pytest.mark.parametrize("count", [0, -1, -2.5])
def test_counts_that_are_not_above_0_are_lost(count: float) -> None:
    taken = plate("A/1", field_count=count, acquisitions=[{"id": 0, "maximumfieldcount": count, "name": "run"}])
    assert "field_count" not in layout(taken)
    assert layout(taken)["acquisitions"] == [{"id": 0, "name": "run"}]
    assert taken.said() == {
        "losses": [
            ("", f"field_count {count} of the plate, which is not above 0"),
            ("", f"maximumfieldcount {count} of acquisition 0, which is not above 0"),
        ]
    }


def test_negative_ids_of_acquisitions_are_refused() -> None:
    taken = plate("A/1", acquisitions=[{"id": -1}])
    assert taken.said() == {"obstacles": [("", "id of acquisition 0 is -1, and 0.4 has none below 0")]}


# --- wells --------------------------------------------------------------------------------------------------


def runs(number: int, *fields: dict[str, Any]) -> Stepped:
    """Take the step from a plate with some acquisitions and a well with these fields."""
    definition = {
        "rows": ROWS,
        "columns": COLUMNS,
        "wells": [{"path": "A/1"}, {"path": "A/2"}],
        "acquisitions": [{"id": run} for run in range(number)],
    }
    well = group("A/1", "well", well={"images": list(fields)})
    return step(STEP, [well, group("A", "row"), group("", "plate", plate=definition)])


def test_a_version_is_added_to_wells() -> None:
    taken = runs(1, {"path": "0"})
    assert list(taken.attributes("A/1")["well"].items()) == [("version", "0.4"), ("images", [{"path": "0"}])]
    assert taken.said() == {}


def test_fields_without_an_acquisition_are_refused_where_the_plate_has_several() -> None:
    taken = runs(2, {"path": "0"}, {"path": "1", "acquisition": 0}, {"path": "2"})
    text = "images 0, 2 of the well state no acquisition, and the plate has 2"
    assert taken.said() == {"obstacles": [("A/1", text)]}
    assert runs(2, {"path": "0", "acquisition": 1}).said() == {}


def test_fields_of_one_path_are_refused() -> None:
    taken = runs(2, {"path": "0", "acquisition": 0}, {"path": "0", "acquisition": 1})
    assert taken.said() == {"obstacles": [("A/1", 'several images of the well have the same path: "0"')]}


NODES = [
    array("A/1/0/0", 8, 8),
    group("A/1/0", "image", multiscales=[{"version": "0.3", "axes": ["y", "x"], "datasets": [{"path": "0"}]}]),
    group("A/1", "well", well={"version": "0.3", "images": [{"path": "0", "acquisition": 1}]}),
    group("A", "row"),
    group(
        "",
        "plate",
        plate={
            "version": "0.3",
            "name": "p",
            "rows": ROWS,
            "columns": COLUMNS,
            "wells": [{"path": "A/1"}, {"path": "C/3"}],
            "acquisitions": [{"id": 0, "maximumfieldcount": 1}, {"id": 1}],
            "field_count": 1,
        },
    ),
]


@given(broken(NODES))
@settings(max_examples=300, deadline=None)
def test_broken_plates_never_raise(nodes: list[NodeDocuments]) -> None:
    step(STEP, step(STEP, nodes).after.values())


def test_taken_twice_it_changes_nothing_more() -> None:
    once = step(STEP, NODES)
    assert step(STEP, once.after.values()).after == once.after
