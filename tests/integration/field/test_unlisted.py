"""Faults of the field: groups that no plate and no well lists (A18)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bases import Tree, collection, labels
from bases import plate as whole_plate
from field import array, found, level, multiscale, report_on

from ngff_core import check_store
from ngff_core.plugins import default_registry
from ngff_core.stores import MemoryStore
from ngff_core.testing import build_store, write_store

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
WELL, ROW, FIELD = "plate-empty-well-group-absent", "plate-empty-row-group-absent", "well-images-all-listed"


def well(version: str, path: str) -> dict[str, Any]:
    """Return a well with one field, and the row that it lies in."""
    own = {"version": version} if version < "0.5" else {}
    image = {"multiscales": [multiscale("yx", level("0", [1, 1]), version=version)]}
    made: dict[str, Any] = {path.partition("/")[0]: None, path: {"well": {**own, "images": [{"path": "0"}]}}}
    return {**made, f"{path}/0": image, f"{path}/0/0": array((8, 8), names=("y", "x"))}


def plate(version: str, *wells: str, rows: str = "AB", columns: str = "123") -> dict[str, Any]:
    """Return a plate that lists A/1 and in which these wells are."""
    own = {"version": version} if version < "0.5" else {}
    definition = {
        **own,
        "name": "plate",
        "rows": [{"name": name} for name in rows],
        "columns": [{"name": name} for name in columns],
        "wells": [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}],
        "field_count": 1,
    }
    nodes: dict[str, Any] = {"": {"plate": definition}}
    for path in ("A/1", *wells):
        nodes |= well(version, path)
    return nodes


@VERSIONS
@pytest.mark.parametrize("rows", ["AB", "A"])
def test_a18_nobody_is_told_to_delete_what_holds_an_image(version: str, rows: str) -> None:
    report = report_on(version, plate(version, "A/2", "B/3", rows=rows))
    assert [f for f in found(report) if f[0] == "warning"] == [("warning", WELL, "A/2"), ("warning", WELL, "B/3")]
    assert [(i.message, i.hint) for i in report.issues if i.rule == WELL] == [
        ("'A/2' is a well that the plate does not list", "list it among the wells"),
        (
            "'B/3' is a well that the plate does not list",
            "list it among the wells" + ("" if rows == "AB" else " and 'B' among the rows"),
        ),
    ]


@VERSIONS
def test_a18_the_same_in_a_folder(version: str, tmp_path: Path) -> None:
    spec = default_registry().spec(version)
    report = check_store(write_store(build_store(spec, plate(version, "A/2", "B/3")), tmp_path))
    assert found(report) == [("warning", WELL, "A/2"), ("warning", WELL, "B/3")]


@VERSIONS
def test_a18_groups_without_metadata_of_their_own_may_hold_images(version: str) -> None:
    nodes = plate(version, "A/2", "B/3")
    nodes["A/2"] = nodes["B/3"] = None
    report = report_on(version, nodes)
    assert found(report) == [("warning", WELL, "A/2"), ("warning", WELL, "B/3")]
    assert [(i.message, i.found, i.hint) for i in report.issues if i.rule in (WELL, ROW)] == [
        ("'A/2' is a group that the plate does not list", "image 'A/2/0'", "list it among the wells"),
        ("'B/3' is a group that the plate does not list", "image 'B/3/0'", "list it among the wells"),
    ]


@VERSIONS
def test_a18_what_is_empty_may_be_deleted(version: str) -> None:
    nodes = {**plate(version), "A/2": None, "B": None}
    report = report_on(version, nodes)
    assert [(i.rule, i.node, i.hint) for i in report.issues if i.rule in (WELL, ROW)] == [
        (ROW, "B", "delete the group, or list its wells"),
        (WELL, "A/2", "delete the group, or list it among the wells"),
    ]


@VERSIONS
def test_a18_an_image_that_its_well_does_not_list_is_a_warning(version: str) -> None:
    nodes = plate(version)
    nodes |= {"A/1/1": nodes["A/1/0"], "A/1/1/0": nodes["A/1/0/0"]}
    report = report_on(version, nodes)
    assert found(report) == [("warning", FIELD, "A/1")]
    assert [(i.message, i.pointer[-12:]) for i in report.issues if i.rule == FIELD] == [
        ("image '1' is not listed", "/well/images")
    ]


@VERSIONS
def test_a18_other_groups_are_silent(version: str) -> None:
    nodes = {**plate(version), "tables": None, "tables/regions": None, "A/1/tables": None}
    assert found(report_on(version, nodes)) == []


OTHER = {"0.4": "0.5", "0.5": "0.4"}


def with_image(version: str, path: str, *groups: str, other: bool = False) -> list[Any]:
    """Return what is said of a plate with an image at a path, in either Zarr format, and groups above it."""
    of_image = OTHER[version] if other else version
    image = {"": {"multiscales": [multiscale("yx", level("0", [1, 1]), version=of_image)]}, "0": array((8, 8))}
    documents = build_store(default_registry().spec(of_image), image)
    files = {f"{path}/{name}": data for name, data in documents.items()}
    report = report_on(version, {**plate(version), **dict.fromkeys(groups)}, files)
    return [issue for issue in report.issues if not issue.rule.endswith("-present")]


@VERSIONS
@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize(
    ("path", "groups", "well_path", "what"),
    [
        ("A/3/0", (), "A/3", "a folder, and no group,"),
        ("A/3/0", ("A/3",), "A/3", "a group"),
        ("A/3/x/0", ("A/3",), "A/3", "a group"),
        ("B/3/0", ("B",), "B/3", "a folder, and no group,"),
        ("B/3/0", (), "B/3", "a folder, and no group,"),
    ],
)
def test_a18_images_in_what_no_plate_lists(
    version: str, other: bool, path: str, groups: tuple[str, ...], well_path: str, what: str
) -> None:
    (issue,) = with_image(version, path, *groups, other=other)
    assert (issue.rule, issue.node, issue.severity.value) == (WELL, well_path, "warning")
    assert issue.message == f"{well_path!r} is {what} that the plate does not list"
    assert issue.found == f"image {path!r}{', in the other Zarr format' if other else ''}"
    wanted = {"0.4": 2, "0.5": 3}[version]
    assert issue.hint == ("" if not other else f"bring it into Zarr format {wanted} and ") + "list it among the wells"


@VERSIONS
def test_a18_images_in_the_other_format_in_a_well_and_beside_the_rows(version: str) -> None:
    (issue,) = with_image(version, "A/1/7", other=True)
    assert (issue.rule, issue.found) == (FIELD, '"7"')
    assert issue.message == "image '7', in the other Zarr format, is not listed"
    (issue,) = with_image(version, "C", other=True)
    assert (issue.rule, issue.severity.value) == ("collection-plate-not-mixed", "error")
    assert issue.message == "image 'C', in the other Zarr format, stands beside the rows of the plate"


@VERSIONS
def test_a18_an_empty_group_beside_the_rows(version: str) -> None:
    report = report_on(version, {**plate(version, rows="A"), "B": None})
    (issue,) = [i for i in report.issues if i.rule == ROW]
    assert (issue.node, issue.message) == ("B", "an empty group 'B' stands beside the rows")
    for name in ("tables", "b", "1", "masks.zarr"):
        assert not [i for i in report_on(version, {**plate(version, rows="A"), name: None}).issues if i.rule == ROW]


@VERSIONS
def test_a18_other_folders_are_silent(version: str) -> None:
    for files in ({"A/3/notes.txt": b""}, {"tables/a/b/c.csv": b"1"}, {"A/1/logs/a.txt": b""}, {"C/1/0/a.txt": b""}):
        said = found(report_on(version, plate(version, rows="A"), files))
        assert [entry for entry in said if entry[0] != "info"] == []


LISTS: dict[str, tuple[Any, str, str, str, str]] = {
    "label": (labels, "labels/cells", "labels", "labels-all-listed", "label image"),
    "series": (collection, "1", "", "series-images-all-listed", "image"),
    "field": (whole_plate, "A/1/1", "A/1", FIELD, "image"),
}
"""Hierarchies, an image in each, the group that it lies in, what is said of one that is not listed, and its kind."""


def put(tree: Tree, image: str, target: str, *, other: bool = False) -> None:
    """Put an image of the same kind at a path, perhaps in the other Zarr format."""
    version = OTHER[tree.version] if other else tree.version
    documents = next(base for base, at, *_ in LISTS.values() if at == image)(version).documents()
    moved = {f"{target}{key[len(image) :]}": data for key, data in documents.items() if key.startswith(f"{image}/")}
    tree.docs.update(moved)


def said_of(tree: Tree) -> list[tuple[str, str, str]]:
    report = check_store(MemoryStore(tree.documents(), "mem"))
    return [(issue.rule, issue.severity.value, issue.message) for issue in report.issues]


@VERSIONS
@pytest.mark.parametrize("case", LISTS)
@pytest.mark.parametrize("other", [False, True])
def test_a5_a18_an_image_that_is_not_listed(case: str, other: bool, version: str) -> None:
    base, image, within, rule, what = LISTS[case]
    tree = base(version)
    target = f"{within}/extra".strip("/")
    put(tree, image, target, other=other)
    name = "'extra', in the other Zarr format," if other else "'extra'"
    if (case, version) == ("label", "0.4"):  # where what is not listed may be labels
        message = f"{what} {name} is there, and is not listed"
        assert said_of(tree) == ([("zarr-format-2", "warning", message)] if other else [])
    else:
        assert said_of(tree) == [(rule, "warning", f"{what} {name} is not listed")]


@VERSIONS
@pytest.mark.parametrize("case", LISTS)
@pytest.mark.parametrize("other", [False, True])
@pytest.mark.parametrize("data", [b'{"zarr_format":3,', b"", b"[]", b"/annex/objects/MD5E-s1--d41d.json\n"])
def test_a18_an_image_that_is_not_listed_and_damaged(data: bytes, case: str, other: bool, version: str) -> None:
    base, image, within, rule, _ = LISTS[case]
    tree = base(version)
    target = f"{within}/extra".strip("/")
    put(tree, image, target, other=other)
    tree.docs[f"{target}/{'zarr.json' if (version == '0.4') == other else '.zattrs'}"] = data
    message = "group 'extra', whose metadata cannot be read, is not listed"
    if (case, version) == ("label", "0.4"):
        rule, message = "zarr-format-2", message.replace(" is not", " is there, and is not")
    assert said_of(tree) == [(rule, "warning", message)]


@VERSIONS
@pytest.mark.parametrize("case", LISTS)
def test_a18_other_groups_beside_images_are_silent(case: str, version: str) -> None:
    base, _, within, _, _ = LISTS[case]
    tree = base(version)
    tree.add(f"{within}/tables".strip("/"), None)
    tree.docs[f"{within}/notes/a.txt".strip("/")] = b""
    tree.docs[f"{within}/.cache/zarr.json".strip("/")] = b"{"
    assert said_of(tree) == []


@VERSIONS
def test_a18_a_damaged_group_beside_the_rows_is_no_image(version: str) -> None:
    tree = whole_plate(version)
    tree.docs["tables/zarr.json" if version == "0.5" else "tables/.zattrs"] = b"{"
    assert not [rule for rule, severity, _ in said_of(tree) if severity == "error"]
