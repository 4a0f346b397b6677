"""Documents that save themselves: the right file, what has copies of it, and nothing where that would not do."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import mortal
import pytest
from broken import broken_plate, consolidated, written

from ngff_core import Report, UsageError, ValidationError, check_store, from_uri, open_group, open_image
from ngff_core.json_text import loads
from ngff_core.stores.writing import ConflictError

VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5"])
FIELD = "A/1/0"


@pytest.fixture(params=["0.4", "0.5"])
def plate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(consolidated(broken_plate(request.param)), tmp_path / "plate.zarr")


def file_of(root: Path, path: str) -> Path:
    return next(p for p in (root / path / "zarr.json", root / path / ".zattrs") if p.exists())


def metadata(root: Path, path: str) -> Any:
    value = loads(file_of(root, path).read_bytes())
    return value["attributes"]["ome"] if "attributes" in value else value


def test_a_group_in_a_plate_is_changed_and_saved(plate: Path) -> None:
    before = mortal.tree(plate)
    document = open_group(plate)[FIELD].edit()
    document.omero.channels[0].color = "00FF00"
    document.multiscales[0].name = "other"
    report = document.save()
    assert isinstance(report, Report)
    assert report.valid
    found = metadata(plate, FIELD)
    assert found["omero"]["channels"][0] == {"color": "00FF00", "window": WINDOW, "lab": 1}
    assert found["multiscales"][0]["vendor"] == {"key": [1, 2.0, None]}
    assert open_image(plate / FIELD).name == "other"
    after = mortal.tree(plate)
    copies = "zarr.json" if (plate / "zarr.json").exists() else ".zmetadata"
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {copies, file_of(plate, FIELD).relative_to(plate).as_posix()}
    assert [i.rule for i in check_store(plate).issues if "consolidated" in i.rule] == []


WINDOW = {"start": 0, "end": 255, "min": 0, "max": 255}


def test_it_can_be_saved_again(plate: Path) -> None:
    document = open_group(plate)[FIELD].edit()
    for color in ("00FF00", "0000FF"):
        document.omero.channels[0].color = color
        document.save()
        assert metadata(plate, FIELD)["omero"]["channels"][0]["color"] == color


def test_without_a_change_nothing_is_written(plate: Path) -> None:
    file = file_of(plate, FIELD)
    file.write_bytes(b" " + file.read_bytes().replace(b":", b" :"))  # laid out otherwise, and its copies are stale then
    before, times = mortal.tree(plate), file.stat()
    document = open_group(plate)[FIELD].edit()
    document.save(allow_invalid=True)
    assert (mortal.tree(plate), file.stat()) == (before, times)
    scale = document.multiscales[0].datasets[0].coordinateTransformations[0].scale
    scale[0] = int(scale[0]) if isinstance(scale[0], float) else float(scale[0])
    document.save(allow_invalid=True)
    changed = mortal.tree(plate)
    assert changed != before
    document.multiscales[0].name = document.multiscales[0].name
    document.save(allow_invalid=True)
    assert mortal.tree(plate) == changed


def test_what_is_not_valid_is_refused_unless_told(plate: Path) -> None:
    before = mortal.tree(plate)
    document = open_group(plate)[FIELD].edit()
    with pytest.raises(ValidationError, match="color"):
        document.save()
    assert mortal.tree(plate) == before
    document.multiscales[0].name = "told"
    assert not document.save(allow_invalid=True).valid
    assert metadata(plate, FIELD)["multiscales"][0]["name"] == "told"


def test_a_file_that_changed_meanwhile_is_left_alone(plate: Path) -> None:
    document = open_group(plate)[FIELD].edit()
    document.omero.channels[0].color = "00FF00"
    path = file_of(plate, FIELD)
    path.write_bytes(path.read_bytes() + b"\n")
    before = mortal.tree(plate)
    with pytest.raises(ConflictError):
        document.save()
    assert mortal.tree(plate) == before


def test_a_group_that_was_opened_before_a_change_is_read_anew(plate: Path) -> None:
    group = open_group(plate)[FIELD]
    path = file_of(plate, FIELD)
    path.write_bytes(path.read_bytes().replace(b'"A/1 0"', b'"newer"'))
    document = group.edit()
    assert document.multiscales[0].name == "newer"


@VERSIONS
def test_the_document_of_from_uri(version: str, tmp_path: Path) -> None:
    root = written(broken_plate(version), tmp_path / "plate.zarr")
    document: Any = from_uri(root / FIELD)
    inside = document if version == "0.4" else document.attributes.ome
    inside.omero.channels[0].color = "00FF00"
    document.save()
    assert metadata(root, FIELD)["omero"]["channels"][0]["color"] == "00FF00"
    cls = type(inside)
    inner: Any = from_uri(root / FIELD, cls)
    inner.multiscales[0].name = "inner"
    inner.save()
    assert metadata(root, FIELD)["multiscales"][0]["name"] == "inner"
    assert check_store(root / FIELD).valid


@VERSIONS
def test_the_image_of_open_image(version: str, tmp_path: Path) -> None:
    root = written(broken_plate(version), tmp_path / "plate.zarr")
    document: Any = open_image(root / FIELD).edit()
    document.omero.channels[0].color = "00FF00"
    document.save()
    assert metadata(root, FIELD)["omero"]["channels"][0]["color"] == "00FF00"


def test_what_was_read_from_no_store_and_copies_cannot_be_saved(plate: Path) -> None:
    document = open_group(plate)[FIELD].edit()
    for other in (copy.deepcopy(document), pickle.loads(pickle.dumps(document)), document.multiscales[0]):
        assert other is not document
        with pytest.raises(UsageError, match="from no store"):
            other.save()


def test_nan_is_refused(plate: Path) -> None:
    before = mortal.tree(plate)
    document = open_group(plate)[FIELD].edit()
    document.multiscales[0].datasets[0].coordinateTransformations[0].scale[0] = float("nan")
    with pytest.raises(UsageError, match="NaN"):
        document.save(allow_invalid=True)
    assert mortal.tree(plate) == before


def test_a_key_with_two_values_is_not_written_once(plate: Path) -> None:
    """In 0.4 the document is the metadata as a whole: what else it says would be gone without a word."""
    file = file_of(plate, FIELD)
    file.write_bytes(before := file.read_bytes().replace(b'"lab"', b'"lab": 7, "lab"', 1))
    document = open_group(plate)[FIELD].edit()
    document.multiscales[0].name = "other"
    with pytest.raises(UsageError, match="several times in one object"):
        document.save(allow_invalid=True)
    assert file.read_bytes() == before


def test_killed_while_it_is_saved_it_is_old_or_new_or_can_be_taken_back(plate: Path, tmp_path: Path) -> None:
    from ngff_core import rollback_store

    def save(root: Path) -> None:
        document = open_group(root)[FIELD].edit()
        document.omero.channels[0].color = "00FF00"
        document.save()

    before = mortal.tree(plate)
    counted = copied(before, tmp_path / "counted")
    number = mortal.changes(lambda: save(counted))
    after = mortal.tree(counted)
    assert after != before
    for steps in range(0, number, max(1, number // 10)):
        root = copied(before, tmp_path / str(steps))
        mortal.killed(lambda root=root: save(root), steps)
        rollback_store(root)
        assert {k: v for k, v in mortal.tree(root).items() if k != ".ngff-lock"} in (before, after)


def copied(files: dict[str, bytes | None], root: Path) -> Path:
    """Write files below a directory."""
    for key in sorted(files):
        path, data = root / key, files[key]
        (path if data is None else path.parent).mkdir(parents=True, exist_ok=True)
        if data is not None:
            path.write_bytes(data)
    return root


def test_a_part_of_a_hierarchy_that_has_copies_of_it_is_changed_from_there(plate: Path) -> None:
    from ngff_core import RefusedError, fix_store, set_values

    before = mortal.tree(plate)
    document: Any = open_group(plate / FIELD).edit()
    document.omero.channels[0].color = "00FF00"
    for change in (
        document.save,
        lambda: fix_store(plate / FIELD),
        lambda: set_values(plate / FIELD, {"name": "other"}),
    ):
        with pytest.raises(RefusedError, match="holds copies of what would change"):
            change()
        assert mortal.tree(plate) == before
