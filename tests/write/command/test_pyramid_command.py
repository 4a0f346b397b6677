"""`ngff pyramid`: levels that lack are made, wrong ones repaired, and what is right stays, byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, check_store, open_group

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_image, write_labels, write_plate  # noqa: E402
from ngff_write.pixels.kernels import mean, mode, stride  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 4000, (5, 321, 300)).astype("uint16")
DIMS = [DimSpec(name, scale=scale, unit="micrometer") for name, scale in zip("zyx", (2, 0.5, 0.5), strict=True)]
VERSIONS = ["0.4", "0.5", "0.6"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def image(path: str = "a.zarr", version: str = "0.5", n_levels: int = 3, **options: Any) -> str:
    return write_image(
        PIXELS, path, DIMS, version=version, n_levels=n_levels, name="cells", chunks=(1, 128, 128), **options
    )


def document(path: str, change: Callable[[dict[str, Any]], object] = lambda ome: None) -> dict[str, Any]:
    """Return the OME metadata of a group, and change them."""
    for name, keys in (("zarr.json", ("attributes", "ome")), (".zattrs", ())):
        file = Path(path) / name
        if file.exists():
            whole = found = json.loads(file.read_text())
            for key in keys:
                found = found[key]
            change(found)
            file.write_text(json.dumps(whole))
            return found
    raise AssertionError(path)


def without_translations(ome: dict[str, Any]) -> None:
    for dataset in ome["multiscales"][0]["datasets"]:
        (*_, last) = dataset["coordinateTransformations"]
        if last["type"] == "sequence":
            scale = last["transformations"][0]["scale"]
            dataset["coordinateTransformations"] = [
                {"type": "scale", "scale": scale, "input": last["input"], "output": last["output"]}
            ]
        elif last["type"] == "translation":
            dataset["coordinateTransformations"].pop()


def files(folder: str) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


def levels(path: str) -> list[Any]:
    (view,) = open_group(path).images()
    return [open_group(path)[level.path][...] for level in view.levels]


def places(path: str) -> list[tuple[Any, Any]]:
    (view,) = open_group(path).images()
    return [(level.pixel_size, level.translation) for level in view.levels]


def expected(kernel: Any = mean, n_levels: int = 3) -> list[Any]:
    found = [PIXELS]
    for _ in range(n_levels - 1):
        found.append(kernel(found[-1], (1, 2, 2)))
    return found


def is_right(path: str, kernel: Any = mean, n_levels: int = 3) -> None:
    assert [issue.rule for issue in check_store(path, profile="strict").issues] == []
    for ours, theirs in zip(levels(path), expected(kernel, n_levels), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    shift = 0.0 if kernel is stride else 0.25
    wanted = [((2, 0.5 * f, 0.5 * f), (0, shift * (f - 1), shift * (f - 1))) for f in (1, 2, 4)]
    assert places(path) == wanted[:n_levels]
    assert [name for name in os.listdir(path) if name.endswith(".ngff-part") or name == ".ngff-lock"] == []


# --- one image --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_missing_levels_are_made(version: str, here: Path, run: Run) -> None:
    image(version=version, n_levels=1)
    before = files("a.zarr/0")
    ran = run("pyramid", "a.zarr", "--levels", "3")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("done  a.zarr  1 image, 1 changed\n")
    is_right("a.zarr")
    assert files("a.zarr/0") == before
    assert open_group("a.zarr")["1"].chunks == (1, 128, 128)
    whole = files("a.zarr")
    assert run("pyramid", "a.zarr", "--levels", "3").out == "unchanged  a.zarr  1 image, 0 changed\n"
    assert files("a.zarr") == whole


@pytest.mark.parametrize("version", VERSIONS)
def test_levels_that_lie_elsewhere_are_moved_and_their_pixels_stay(version: str, here: Path, run: Run) -> None:
    image(version=version)
    document("a.zarr", without_translations)
    before = {key: data for key, data in files("a.zarr").items() if "/" in key}
    assert "level 1 is not where its pixels lie" in run("pyramid", "a.zarr").out
    is_right("a.zarr")
    assert {key: data for key, data in files("a.zarr").items() if "/" in key} == before


@pytest.mark.parametrize("version", VERSIONS)
def test_wrong_levels_are_made_anew_and_the_old_ones_taken_away(version: str, here: Path, run: Run) -> None:
    image(version=version)
    wrong = write_image(PIXELS[:, :160, :150], "b.zarr", DIMS, version=version, n_levels=1)  # the last row is missing
    shutil.rmtree("a.zarr/1")
    shutil.move(f"{wrong}/0", "a.zarr/1")
    ran = run("pyramid", "a.zarr")
    assert "it has 160 pixels along y for 321 above, which no whole factor gives" in ran.out
    is_right("a.zarr")
    assert [level.path for level in next(iter(open_group("a.zarr").images())).levels] == ["0", "1-2", "2-2"]
    assert sorted(name for name in os.listdir("a.zarr") if not name.startswith((".z", "zarr"))) == ["0", "1-2", "2-2"]


def test_a_level_whose_array_is_gone_gets_its_name_again(here: Path, run: Run) -> None:
    image()
    shutil.rmtree("a.zarr/2")
    assert run("pyramid", "a.zarr").code == 0
    is_right("a.zarr")
    assert os.path.isdir("a.zarr/2")


def test_a_level_of_which_a_chunk_is_gone_or_damaged_is_made_anew(here: Path, run: Run) -> None:
    for type_, harm in (
        ("mean", Path.unlink),
        ("gaussian", Path.unlink),
        ("mean", lambda path: path.write_bytes(b"no")),
    ):
        image(overwrite=True)
        array = open_for_writing("a.zarr/2")
        array[...] = array.read().result() + (type_ != "mean")
        document("a.zarr", lambda ome, type_=type_: ome["multiscales"][0].update(type=type_))
        harm(Path("a.zarr/1/c/0/0/0"))
        assert run("pyramid", "a.zarr").code == 0
        is_right("a.zarr")


def test_another_kernel_and_fewer_levels(here: Path, run: Run) -> None:
    image()
    assert "level 1: it was not made by stride" in run("pyramid", "a.zarr", "--kernel", "stride").out
    is_right("a.zarr", stride)
    assert document("a.zarr")["multiscales"][0]["type"] == "stride"
    assert run("pyramid", "a.zarr", "--levels", "2").code == 0
    is_right("a.zarr", stride, 2)
    assert run("pyramid", "a.zarr").code == 0
    is_right("a.zarr", stride, 2)


def test_levels_made_of_the_last_pixels_are_moved_there(here: Path, run: Run) -> None:
    image(kernel="stride", n_levels=2)
    last = PIXELS[:, [*range(1, 320, 2), 320]][:, :, 1::2]
    open_for_writing("a.zarr/1")[...] = last
    assert run("pyramid", "a.zarr").code == 0
    assert places("a.zarr")[1] == ((2, 1, 1), (0, 0.5, 0.5))


def open_for_writing(path: str) -> Any:
    ts = pytest.importorskip("tensorstore")
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": path}}
    return ts.open(spec, open=True, read=True, write=True).result()


def test_levels_that_are_smoothed_stay_and_are_named(here: Path, run: Run) -> None:
    image(n_levels=2)
    document("a.zarr", lambda ome: ome["multiscales"][0].update(type="gaussian"))
    array = open_for_writing("a.zarr/1")
    array[...] = array.read().result() + 7
    before = files("a.zarr")
    ran = run("pyramid", "a.zarr")
    assert ran.code == 0
    assert "level 1 was made in a way that is not known here, and stays where it is" in ran.out
    assert files("a.zarr") == before
    assert run("pyramid", "a.zarr", "--kernel", "mean").code == 0
    is_right("a.zarr", n_levels=2)


def test_means_that_were_rounded_otherwise_are_means(here: Path, run: Run) -> None:
    image(n_levels=2)
    open_for_writing("a.zarr/1")[...] = np.floor(mean(PIXELS.astype("float64"), (1, 2, 2))).astype("uint16")
    assert run("pyramid", "a.zarr").out == "unchanged  a.zarr  1 image, 0 changed\n"


def test_plan_writes_nothing(here: Path, run: Run) -> None:
    image(n_levels=1)
    before = files("a.zarr")
    ran = run("pyramid", "a.zarr", "--plan", "--levels", "2")
    assert ran.out.startswith("planned  a.zarr  1 image, 1 to be changed\nnext\n  ngff pyramid a.zarr --levels 2\n")
    assert ran.out.endswith(
        "  level 1 is not there\n"
        "  0  stays          5 x 321 x 300  scale 2, 0.5, 0.5\n"
        "  1  would be made  5 x 161 x 150  scale 2, 1, 1  translation 0, 0.25, 0.25  by mean\n"
    )
    assert files("a.zarr") == before
    (entry,) = json.loads(run("pyramid", "a.zarr", "--plan", "--levels", "2", "--format", "json").out)["images"]
    assert entry["made"] == [{"path": "1", "shape": [5, 161, 150], "scale": [2, 1, 1], "translation": [0, 0.25, 0.25]}]


def test_what_becomes_of_each_level_is_said(here: Path, run: Run) -> None:
    image(n_levels=4)
    document("a.zarr", lambda ome: ome["multiscales"][0]["datasets"][1]["coordinateTransformations"].pop())
    open_for_writing("a.zarr/2")[...] = 7
    lines = [
        "  0    stays                5 x 321 x 300  scale 2, 0.5, 0.5",
        "  1    would be mended      5 x 161 x 150  scale 2, 1, 1  translation 0, 0, 0 -> 0, 0.25, 0.25",
        "  2-2  would be made        5 x 81 x 75    scale 2, 2, 2  translation 0, 0.75, 0.75  by mean",
        "  2    would be taken away",
        "  3    would be taken away",
    ]
    assert run("pyramid", "a.zarr", "--plan", "--levels", "3").out.splitlines()[-5:] == lines
    result = json.loads(run("pyramid", "a.zarr", "--levels", "3", "--format", "json").out)
    entries = {entry["path"]: entry for entry in result["images"][0]["levels"]}
    assert {path: entry["action"] for path, entry in entries.items()} == {
        "0": "kept", "1": "moved", "2-2": "made", "2": "removed", "3": "removed"
    }  # fmt: skip
    assert entries["1"]["before"] == {"scale": [2, 1, 1], "translation": [0, 0, 0]}
    assert (entries["1"]["scale"], entries["1"]["translation"]) == ([2, 1, 1], [0, 0.25, 0.25])
    assert "shape" not in entries["3"]
    is_right("a.zarr", n_levels=3)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_multiscale_of_an_image_is_looked_at(version: str, here: Path, run: Run) -> None:
    image(version=version, n_levels=2)
    shutil.copytree("a.zarr/0", "a.zarr/other")

    def second(ome: dict[str, Any]) -> None:
        text = json.dumps(ome["multiscales"][0]).replace('"path": "0"', '"path": "other"')
        ome["multiscales"].append({**json.loads(text), "name": "second"})

    document("a.zarr", second)
    write_image(PIXELS + 1, "b.zarr", DIMS, version=version, n_levels=1, chunks=(1, 128, 128))
    shutil.rmtree("a.zarr/other")
    shutil.move("b.zarr/0", "a.zarr/other")
    ran = run("pyramid", "a.zarr", "--plan")
    assert ran.out.startswith("planned  a.zarr  1 image, 1 to be changed\n")
    assert (
        "\n/ (multiscale 1)\n  level 1: its pixels are not those that type says, mean of the level above\n" in ran.out
    )
    result = json.loads(run("pyramid", "a.zarr", "--format", "json").out)
    assert [(i["path"], i["multiscale"], i["status"]) for i in result["images"]] == [
        ("", 0, "unchanged"), ("", 1, "changed")
    ]  # fmt: skip
    assert [level["path"] for level in result["images"][1]["levels"]] == ["other", "1-2"]
    np.testing.assert_array_equal(open_group("a.zarr")["1"][...], expected()[1])  # which both had named
    np.testing.assert_array_equal(open_group("a.zarr")["1-2"][...], mean(PIXELS + 1, (1, 2, 2)))
    assert [issue.rule for issue in check_store("a.zarr").issues] == []
    assert run("pyramid", "a.zarr").out == "unchanged  a.zarr  1 image, 0 changed\n"


# --- plates, labels, consolidated metadata ----------------------------------------------------------


def test_all_images_of_a_plate_and_their_labels(here: Path, run: Run) -> None:
    write_plate({("A", "1", "0"): PIXELS, ("B", "2", "0"): PIXELS}, "p.zarr", DIMS, n_levels=1)
    labels = np.kron(np.random.default_rng(1).integers(0, 9, (5, 108, 101)), np.ones((1, 3, 3), int))[:, :321, :300]
    write_labels(labels.astype("uint16"), "p.zarr/B/2/0", "cells")
    ran = run("pyramid", "p.zarr", "--levels", "2")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "done  p.zarr  3 images, 3 changed")
    assert [issue.rule for issue in check_store("p.zarr").issues] == []
    for path in ("A/1/0", "B/2/0"):
        np.testing.assert_array_equal(open_group("p.zarr")[f"{path}/1"][...], mean(PIXELS, (1, 2, 2)))
    np.testing.assert_array_equal(
        open_group("p.zarr")["B/2/0/labels/cells/1"][...], mode(labels.astype("uint16"), (1, 2, 2))
    )


@pytest.mark.filterwarnings("ignore:Consolidated metadata is currently not part")
def test_copies_in_consolidated_metadata_follow(here: Path, run: Run) -> None:
    zarr = pytest.importorskip("zarr")
    for version in ("0.4", "0.5"):
        image(version=version, n_levels=2, overwrite=True)
        zarr_format = 2 if version == "0.4" else 3
        zarr.consolidate_metadata("a.zarr", zarr_format=zarr_format)
        assert run("pyramid", "a.zarr", "--kernel", "stride", "--levels", "3").code == 0
        group = zarr.open_group("a.zarr", mode="r", use_consolidated=True, zarr_format=zarr_format)
        assert sorted(name for name, _ in group.arrays()) == ["0", "1-2", "2"]
        rules = {issue.rule for issue in check_store("a.zarr").issues}
        assert rules <= ({"zarr-consolidated-current"} if version == "0.4" else set())  # of zarr-python, for level 0
        np.testing.assert_array_equal(levels("a.zarr")[2], expected(stride)[2])


# --- what is not touched ----------------------------------------------------------------------------


def test_archives_addresses_and_what_is_none(here: Path, run: Run) -> None:
    image("a.ozx")
    ran = run("pyramid", "a.ozx")
    assert (ran.code, "is an archive, which is not changed in place (hint: unpack it first)" in ran.err) == (3, True)
    os.mkdir("empty")
    assert run("pyramid", "empty").code == 3
    assert run("pyramid", "not-there").code == 3
    assert run("pyramid").code == 2


def test_no_link_is_followed_out_of_the_store(here: Path, run: Run) -> None:
    image("other.zarr", n_levels=1)
    write_plate({("A", "1", "0"): PIXELS[:1]}, "p.zarr", DIMS, n_levels=1)
    shutil.rmtree("p.zarr/A/1/0")
    os.symlink(here / "other.zarr", "p.zarr/A/1/0")
    before = files("other.zarr")
    ran = run("pyramid", "p.zarr", "--levels", "2")
    assert (ran.code, "behind a symbolic link that leads out of the store" in ran.out) == (1, True)
    assert "\nA/1/0\n  stays as it is: it is behind a symbolic link" in ran.out
    assert files("other.zarr") == before


def test_levels_that_are_links_or_stand_for_other_arrays_are_not_taken_away(here: Path, run: Run) -> None:
    for harm in ("link", "link-of-chunks", "same", "labels", "notes"):
        image(overwrite=True, n_levels=2)
        if harm == "link":
            shutil.rmtree("a.zarr/1")
            os.symlink("0", "a.zarr/1")
        elif harm == "link-of-chunks":
            shutil.rmtree("a.zarr/1/c")
            os.symlink("../0/c", "a.zarr/1/c")
        elif harm == "notes":
            Path("a.zarr/1/notes.txt").write_text("mine")
        else:
            if harm == "labels":
                write_labels(PIXELS // 8, "a.zarr", "cells")
            path = "0" if harm == "same" else "labels/cells/0"
            document("a.zarr", lambda ome, path=path: ome["multiscales"][0]["datasets"][1].update(path=path))
        run("pyramid", "a.zarr", "--kernel", "stride")
        np.testing.assert_array_equal(open_group("a.zarr")["0"][...], PIXELS, err_msg=harm)
        if harm == "labels":
            np.testing.assert_array_equal(open_group("a.zarr")["labels/cells/0"][...], PIXELS // 8)
        if harm == "notes":
            assert Path("a.zarr/1/notes.txt").read_text() == "mine"
        np.testing.assert_array_equal(levels("a.zarr")[1], stride(PIXELS, (1, 2, 2)), err_msg=harm)


def test_broken_metadata_is_refused(here: Path, run: Run) -> None:
    image(n_levels=1)
    document("a.zarr", lambda ome: ome["multiscales"][0]["datasets"][0].update(coordinateTransformations=[]))
    before = files("a.zarr")
    ran = run("pyramid", "a.zarr")
    assert (ran.code, "ngff set sets it" in ran.out + ran.err) == (1, True)
    assert files("a.zarr") == before
    for wrong in (5, "abc", [], [{}], [None, {}], {"0": {}}):
        document("a.zarr", lambda ome, wrong=wrong: ome.update(multiscales=wrong))
        before = files("a.zarr")
        ran = run("pyramid", "a.zarr")
        assert (ran.code, "its metadata is broken" in ran.out + ran.err) == (1, True), wrong
        assert files("a.zarr") == before


def test_arrays_that_cannot_be_opened_are_refused(here: Path, run: Run) -> None:
    for key, value in (("chunks", [1, 16]), ("shape", [5, 2**70, 300]), ("shape", [5, 0, 300]), ("dtype", "|V3")):
        image(version="0.4", n_levels=1, overwrite=True)
        file = Path("a.zarr/0/.zarray")
        file.write_text(json.dumps({**json.loads(file.read_text()), key: value}))
        before = files("a.zarr")
        ran = run("pyramid", "a.zarr", "--levels", "3")
        assert (ran.code, "/\n  stays as it is: its " in ran.out) == (1, True), key
        assert files("a.zarr") == before


def test_where_a_level_cannot_be_written_all_is_as_it_was(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ngff_core.errors import StoreError
    from ngff_write.pixels import pyramid
    from ngff_write.pyramids import run as running

    image(n_levels=1)
    before = files("a.zarr")

    def fails(*_: object) -> None:
        raise StoreError("no room")

    for owner, name in ((pyramid.Pyramid, "write"), (running, "commit")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fails)
            ran = run("pyramid", "a.zarr", "--levels", "2")
        assert (ran.code, "no room" in ran.out + ran.err) == (3, True)
        assert files("a.zarr") == before
        assert sorted(os.listdir("a.zarr")) == ["0", "zarr.json"]


# --- killed -----------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
count = int(sys.argv[1])
seen = 0
def hook(event, args):
    global seen
    changes = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir")
    if event in changes or (event == "open" and args[2] & os.O_CREAT):
        seen += 1
        if seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from ngff_core.cli import main
main(sys.argv[2:])
"""


def test_killed_at_any_step_it_is_as_before_or_complete_or_named(here: Path, run: Run) -> None:
    """Every step that changes a file by Python; chunks are written in between, which nothing names yet."""
    every = os.environ.get("NGFF_EVERY_CASE") == "1"
    step, killed = 1, True
    while killed:
        shutil.rmtree("a.zarr", ignore_errors=True)
        image()
        document("a.zarr", without_translations)
        before = places("a.zarr"), levels("a.zarr")
        words = ("pyramid", "a.zarr", "--kernel", "stride")
        done = subprocess.run([sys.executable, "-c", KILLED, str(step), *words], capture_output=True, check=False)
        killed = done.returncode == -signal.SIGKILL
        if check_store("a.zarr").valid:
            assert places("a.zarr") in (before[0], [((2, s, s), (0, 0, 0)) for s in (0.5, 1, 2)])
            wanted = expected(stride) if open_group("a.zarr").images().__next__().levels[1].path == "1-2" else before[1]
            for ours, theirs in zip(levels("a.zarr"), wanted, strict=True):
                np.testing.assert_array_equal(ours, theirs)
        assert run(*words).code == 0, step
        for ours, theirs in zip(levels("a.zarr"), expected(stride), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        assert [name for name in os.listdir("a.zarr") if name.startswith((".ngff", "levels."))] == []
        step += 1 if every else 11
    assert step > 10
