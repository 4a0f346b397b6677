"""Nothing that lies in the way changes pixels, and pixels are read before and after an upgrade where that is wanted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import (
    DifferentPixelsError,
    MissingPackageError,
    RefusedError,
    StoreError,
    UsageError,
    check_store,
    plan_upgrade,
    rollback_store,
    upgrade_store,
)
from ngff_core.stores import MemoryStore
from ngff_core.stores.local.writer import LocalWriter
from ngff_core.upgrade.proof import arrays
from ngff_core.view import pixels as reading

np = pytest.importorskip("numpy", reason="zarr and tensorstore are not installed, which bring numpy")
zarr = pytest.importorskip("zarr", reason="zarr is not installed")
pytest.importorskip("ngff_v04", reason="ngff-v04 is not installed")
pytest.importorskip("ngff_v05", reason="ngff-v05 is not installed")

AXES = [{"name": name, "type": "space"} for name in "yx"]
LEVELS = {"0": (10, 12), "1": (5, 6), "labels/cells/0": (10, 12), "labels/cells/1": (5, 6)}
RENAME = {"chunk-keys": "rename"}
REPLACE = {**RENAME, "existing": "replace"}
Edit = Callable[[dict[str, Any]], object]


def multiscale() -> dict[str, Any]:
    datasets = [
        {"path": path, "coordinateTransformations": [{"type": "scale", "scale": [2.0**n] * 2}]}
        for n, path in enumerate("01")
    ]
    return {"name": "image", "axes": AXES, "datasets": datasets}


def image(root: Path, version: str, fill: int = 7) -> Path:
    """Write an image with a label, of which some chunks were never written."""
    old = version == "0.4"

    def group(path: str, **ome: Any) -> None:
        if old:
            ome = {k: [{**v[0], "version": "0.4"}] if k == "multiscales" else v for k, v in ome.items()}
        attributes = ome if old else {"ome": {"version": version, **ome}}
        zarr.create_group(root / path, zarr_format=2 if old else 3, attributes=attributes)

    group("", multiscales=[multiscale()])
    group("labels", labels=["cells"])
    group("labels/cells", multiscales=[multiscale()], **{"image-label": {"version": "0.4"} if old else {}})
    for path, shape in LEVELS.items():
        array = zarr.create_array(
            root / path,
            zarr_format=2 if old else 3,
            shape=shape,
            chunks=(4, 4),
            dtype="uint16",
            fill_value=fill,
            chunk_key_encoding={"name": "v2" if old else "default", "separator": "/"},
            **({} if old else {"dimension_names": ["y", "x"]}),
        )
        array[4:] = np.arange(shape[0] * shape[1]).reshape(shape)[4:] + 1
    return root


def pixels(root: Path, zarr_format: int) -> dict[str, Any]:
    return {p: zarr.open_array(root / p, mode="r", zarr_format=zarr_format)[...] for p in LEVELS}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[path], other[path]) for path in LEVELS)


def documents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def edited(path: Path, edit: Edit) -> None:
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


UP: dict[str, Edit] = {
    "shape": lambda d: d.update(shape=[8, 12]),
    "larger": lambda d: d.update(shape=[20, 12]),
    "fill value": lambda d: d.update(fill_value=99),
    "separator": lambda d: d["chunk_key_encoding"]["configuration"].update(separator="."),
    "keys": lambda d: d.update(chunk_key_encoding={"name": "default", "configuration": {"separator": "/"}}),
    "data type": lambda d: d.update(data_type="int32"),
    "codecs": lambda d: d.update(codecs=[{"name": "bytes", "configuration": {"endian": "big"}}]),
    "chunks": lambda d: d["chunk_grid"]["configuration"].update(chunk_shape=[2, 12]),
    "group": lambda d: (d.clear(), d.update(zarr_format=3, node_type="group")),
}
DOWN: dict[str, Edit] = {
    "shape": lambda d: d.update(shape=[8, 12]),
    "fill value": lambda d: d.update(fill_value=99),
    "no fill value": lambda d: d.update(fill_value=None),
    "separator": lambda d: d.update(dimension_separator="."),
    "no separator": lambda d: d.pop("dimension_separator"),
    "data type": lambda d: d.update(dtype="<i4"),
    "order": lambda d: d.update(order="F"),
    "compressor": lambda d: d.update(compressor=None),
    "chunks": lambda d: d.update(chunks=[2, 12]),
}


@pytest.mark.parametrize("edit", UP)
def test_e4_documents_of_v3_in_the_way_do_not_decide(tmp_path: Path, edit: str) -> None:
    root = image(tmp_path / "store", "0.4")
    before = pixels(root, 2)
    upgrade_store(root, "0.5")
    for path in ("", "labels", "labels/cells"):
        (root / path / "zarr.json").unlink()
    (root / ".ngff-upgrade.done.jsonl").unlink()
    for path in LEVELS:
        edited(root / path / "zarr.json", UP[edit])
    with pytest.raises(RefusedError):
        upgrade_store(root, "0.5")
    upgrade_store(root, "0.5", decisions={"existing": "replace"}, remove_old=True)
    assert check_store(root).version == "0.5"
    assert same(pixels(root, 3), before)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("edit", DOWN)
def test_e4_documents_of_v2_in_the_way_do_not_decide(tmp_path: Path, edit: str, whole: bool) -> None:
    root = image(tmp_path / "store", "0.5")
    before = pixels(root, 3)
    copy = tmp_path / "copy"
    upgrade_store(root, "0.4", copy, decisions=RENAME)
    for key in documents(copy):
        if key.endswith(".zarray") or (whole and Path(key).name in (".zgroup", ".zattrs")):
            shutil.copy(copy / key, root / key)
    for path in LEVELS:
        edited(root / path / ".zarray", DOWN[edit])
    with pytest.raises(RefusedError):
        upgrade_store(root, "0.4", decisions=RENAME)
    upgrade_store(root, "0.4", decisions=REPLACE)
    assert check_store(root).version == "0.4"
    assert same(pixels(root, 2), before)


def test_e4_a_fill_value_that_was_left_open_stays_so(tmp_path: Path) -> None:
    root = image(tmp_path / "store", "0.4", fill=0)
    for path in LEVELS:
        edited(root / path / ".zarray", lambda d: d.update(fill_value=None))
    before = documents(root)
    upgrade_store(root, "0.5")
    upgrade_store(root, "0.4")
    assert {k: v for k, v in documents(root).items() if not k.startswith(".ngff")} == before


@pytest.mark.parametrize(("path", "name"), [("0", ".zgroup"), ("", ".zarray"), ("labels", ".zarray")])
def test_e4_documents_of_another_kind_in_the_way_are_taken_away(tmp_path: Path, path: str, name: str) -> None:
    root = image(tmp_path / "store", "0.5")
    before = pixels(root, 3)
    old = image(tmp_path / "old", "0.4")
    shutil.copy(old / ("" if name == ".zgroup" else "0") / name, root / path / name)
    with pytest.raises(RefusedError):
        upgrade_store(root, "0.4", decisions=RENAME)
    kept = documents(root)
    upgrade_store(root, "0.4", decisions=REPLACE)
    assert not (root / path / name).exists()
    assert same(pixels(root, 2), before)
    rollback_store(root)
    assert documents(root) == kept


@pytest.mark.parametrize("decided", ["rebuild", "drop"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_e4_consolidated_copies_do_not_decide(tmp_path: Path, version: str, decided: str) -> None:
    """Stale ones of either format: readers that open by them see the pixels of the documents."""
    root = image(tmp_path / "store", version)
    old = image(tmp_path / "old", "0.4")
    before = pixels(root, 2 if version == "0.4" else 3)
    metadata = {k: json.loads(v) for k, v in documents(old).items() if Path(k).name in (".zarray", ".zgroup")}
    for path in LEVELS:
        metadata[f"{path}/.zarray"]["shape"] = [3, 3]
    (root / ".zmetadata").write_text(json.dumps({"zarr_consolidated_format": 1, "metadata": metadata}))
    to = "0.5" if version == "0.4" else "0.4"
    decisions = {**({} if to == "0.5" else RENAME), "consolidated": decided}
    upgrade_store(root, to, decisions=decisions, remove_old=True)
    group = zarr.open_group(root, mode="r", zarr_format=3 if to == "0.5" else 2)
    assert all(np.array_equal(group[path][...], before[path]) for path in LEVELS)


def test_e4_documents_that_mean_other_pixels_are_not_removed_unasked(tmp_path: Path) -> None:
    root = image(tmp_path / "store", "0.4")
    upgrade_store(root, "0.5")
    edited(root / "0/.zarray", lambda d: d.update(shape=[9, 12]))
    with pytest.raises(RefusedError) as refused:
        upgrade_store(root, "0.5", remove_old=True)
    (obstacle,) = refused.value.plan.obstacles
    assert (obstacle.path, obstacle.decide) == ("0", "existing=replace")
    assert ".zarray means other pixels than zarr.json (shape differ)" in obstacle.text
    upgrade_store(root, "0.5", remove_old=True, decisions={"existing": "replace"})
    assert not (root / "0/.zarray").exists()


# --- half-migrated trees -----------------------------------------------------------------------------


def halves() -> list[tuple[str, str, str]]:
    """Return the forms that a group and its arrays can be in: v2, v3, both, or not there."""
    groups = ("v2", "v3", "v3 without ome", "both", "both without ome")
    return [(root, first, second) for root in groups for first in ("v2", "v3", "both") for second in ("v2", "v3", "no")]


@pytest.mark.parametrize("to", ["0.4", "0.5"])
@pytest.mark.parametrize(("root_is", "first", "second"), halves())
def test_e5_half_migrated_trees_are_taken_along_or_refused(
    tmp_path: Path, run: Run, root_is: str, first: str, second: str, to: str
) -> None:
    """Such as ``zarr migrate`` leaves, of what was interrupted or was one group only."""
    root = image(tmp_path / "store", "0.4")
    shutil.rmtree(root / "labels")
    attributes = json.loads((root / ".zattrs").read_text())
    expected = {path: zarr.open_array(root / path, mode="r")[...] for path in "01"}
    upgrade_store(root, "0.5")
    (root / ".ngff-upgrade.done.jsonl").unlink()
    if "without" in root_is:
        edited(root / "zarr.json", lambda d: d.update(attributes=attributes))
    for path, form in (("", root_is.partition(" ")[0]), ("0", first), ("1", second)):
        for name in (".zgroup", ".zattrs", ".zarray", "zarr.json"):
            if form == "no" or form == ("v2" if name == "zarr.json" else "v3"):
                (root / path / name).unlink(missing_ok=True)
    before = documents(root)
    done = run("upgrade", root, "--to", to, "--decide", "existing=replace")
    assert "Traceback" not in done.err
    report = check_store(root)
    if done.code:
        assert documents(root) == before
        assert "refused" in done.out
        return
    assert (report.valid, report.version) == (True, to)
    for path in "01":
        found = zarr.open_array(root / path, mode="r", zarr_format=2 if to == "0.4" else 3)[...]
        assert np.array_equal(found, expected[path])


# --- links -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_e7_a_copy_of_an_array_reached_through_a_link_has_its_pixels(tmp_path: Path, version: str) -> None:
    root = image(tmp_path / "store", version)
    shutil.rmtree(root / "1")
    (root / "1").symlink_to("0")
    before = pixels(root, 2 if version == "0.4" else 3)
    to = "0.5" if version == "0.4" else "0.4"
    decisions = {} if to == "0.5" else RENAME
    upgrade_store(root, to, tmp_path / "copy", decisions=decisions, verify="all")
    assert same(pixels(tmp_path / "copy", 3 if to == "0.5" else 2), before)
    upgrade_store(root, to, decisions=decisions, verify="all")
    assert same(pixels(root, 3 if to == "0.5" else 2), before)


# --- verified ----------------------------------------------------------------------------------------


@pytest.fixture(params=["zarr", "tensorstore"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let one library be the only one that is installed."""
    pytest.importorskip(request.param)
    package = reading._package

    def only(name: str, purpose: str, install: str) -> Any:
        if name != request.param:
            raise MissingPackageError(purpose, name, install)
        return package(name, purpose, install)

    monkeypatch.setattr(reading, "_package", only)
    return str(request.param)


@pytest.mark.parametrize("how", ["sample", "all"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_verify_reads_pixels_before_and_after(tmp_path: Path, library: str, version: str, how: str) -> None:
    root = image(tmp_path / "store", version)
    to = "0.5" if version == "0.4" else "0.4"
    decisions = {} if to == "0.5" else RENAME
    for out in (tmp_path / "copy", None):
        plan = upgrade_store(root, to, out, decisions=decisions, verify=how)
        said = "all pixels of 4 arrays" if how == "all" else "blocks of pixels of 4 arrays"
        assert plan.remarks[-1].text.endswith(f"{said}: the same before and after")
        assert check_store(out or root).version == to


def unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "differences", lambda *_: [])


def wrong(monkeypatch: pytest.MonkeyPatch, **members: Any) -> None:
    """Let the step from 0.4 make other documents of arrays, and nothing notice."""
    import ngff_v05.upgrade as step

    def to_v3(*arguments: Any, **options: Any) -> Any:
        converted = honest(*arguments, **options)
        converted.documents["zarr.json"].update(members)
        return converted

    honest = step.to_v3
    monkeypatch.setattr(step, "to_v3", to_v3)


WRONG: dict[str, dict[str, Any]] = {
    "shape": {"shape": [10, 11]},
    "shape of chunks": {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 5]}}},
    "fill value": {"fill_value": 8},
    "data type": {"data_type": "int16"},
    "codecs": {"codecs": [{"name": "bytes", "configuration": {"endian": "big"}}]},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_document_that_means_other_pixels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    root = image(tmp_path / "store", "0.4")
    wrong(monkeypatch, **WRONG[what])
    plan = plan_upgrade(root, "0.5")
    text = next(obstacle.text for obstacle in plan.obstacles if obstacle.path == "0")
    assert text == f"zarr.json would not mean the same pixels: {what} differ"


@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("how", ["sample", "all"])
def test_verify_takes_back_what_changes_pixels(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, how: str, copied: bool
) -> None:
    root = image(tmp_path / "store", "0.4")
    before = documents(root)
    wrong(monkeypatch, fill_value=8)
    unproven(monkeypatch)
    out = ["--out", tmp_path / "out"] if copied else []
    done = run("upgrade", root, *out, "--to", "0.5", "--remove-old", "--verify", how)
    assert done.code == 1
    box = "[0:4, 0:4]" if how == "sample" else "[0:10, 0:12]"
    assert f"the pixels of labels/cells/0 at {box} are not what they were" in done.err
    assert documents(root) == before
    if copied:
        assert not (tmp_path / "out" / "zarr.json").exists()
    with pytest.raises(DifferentPixelsError) as different:
        upgrade_store(root, "0.5", verify=how)
    assert different.value.path == "labels/cells/0"
    assert documents(root) == before


def test_verify_finds_a_chunk_that_was_damaged_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = image(tmp_path / "store", "0.5")
    before = documents(root)
    link, damaged = LocalWriter.link_chunks, (root / "0/c/1/0").read_bytes()

    def link_badly(self: LocalWriter, path: str, *rest: Any) -> None:
        link(self, path, *rest)
        (root / "0/c/2/0").write_bytes(damaged)  # under both names

    monkeypatch.setattr(LocalWriter, "link_chunks", link_badly)
    with pytest.raises(DifferentPixelsError, match=r"the pixels of 0 at \[0:10, 0:12\]"):
        upgrade_store(root, "0.4", decisions=RENAME, verify="all")
    assert documents(root) == {**before, "0/c/2/0": damaged}


def test_verify_says_what_to_install(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = image(tmp_path / "store", "0.4")
    before = documents(root)

    def none(name: str, purpose: str, install: str) -> Any:
        raise MissingPackageError(purpose, name, install)

    monkeypatch.setattr(reading, "_package", none)
    done = run("upgrade", root, "--to", "0.5", "--verify", "all")
    assert done.code == 2
    assert "reading pixels needs the package zarr (or tensorstore), which is not installed" in done.err
    assert documents(root) == before


def test_verify_says_which_pixels_cannot_be_read_before_the_first_write(tmp_path: Path) -> None:
    root = image(tmp_path / "store", "0.4")
    (root / "0/1/0").write_bytes(b"no blosc")
    before = documents(root)
    with pytest.raises(StoreError, match="the pixels of 0 could not be read, to be verified: ") as error:
        upgrade_store(root, "0.5", verify="all")
    assert error.value.hint
    assert documents(root) == before


def test_verify_of_what_was_interrupted_is_refused(tmp_path: Path) -> None:
    root = image(tmp_path / "store", "0.4")
    upgrade_store(root, "0.5")
    (root / ".ngff-upgrade.done.jsonl").rename(root / ".ngff-upgrade.jsonl")
    with pytest.raises(StoreError, match="was interrupted, so that its pixels cannot be verified"):
        upgrade_store(root, "0.5", verify="sample")
    upgrade_store(root, "0.5")


def test_verify_takes_two_words(tmp_path: Path) -> None:
    root = image(tmp_path / "store", "0.4")
    with pytest.raises(UsageError, match="verify='some': expected one of sample, all"):
        upgrade_store(root, "0.5", verify="some")


def test_verify_in_memory(tmp_path: Path) -> None:
    store = MemoryStore(documents(image(tmp_path / "store", "0.4")))
    plan = upgrade_store(store, "0.5", tmp_path / "out", verify="all")
    assert plan.remarks[-1].text == "all pixels of 4 arrays: the same before and after"
