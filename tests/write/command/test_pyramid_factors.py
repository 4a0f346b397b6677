"""`ngff pyramid` and `ngff write`: axes that keep their size, and factors that there are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import Run

from ngff_core import DimSpec, check_store, open_group

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import write_image, write_labels  # noqa: E402

PIXELS = np.random.default_rng(0).integers(0, 200, (8, 64, 48)).astype("uint8")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def image(n_levels: int, depth: float = 1.0, **factors: int) -> None:
    dims = [
        DimSpec(name, scale=scale, unit="micrometer", scale_factor=factors.get(name))
        for name, scale in (("z", depth), ("y", 1.0), ("x", 1.0))
    ]
    write_image(PIXELS, "a.zarr", dims, n_levels=n_levels, overwrite=True)


def shapes(path: str = "a.zarr") -> list[Any]:
    assert [issue.rule for issue in check_store("a.zarr", profile="strict").issues] == []
    (view,) = open_group(path).images()
    return [level.shape for level in view.levels]


KEPT = [(8, 64, 48), (8, 32, 24), (8, 16, 12), (8, 8, 6)]
HALVED = [(8, 64, 48), (4, 32, 24), (2, 16, 12), (1, 8, 6)]


def test_an_axis_is_kept_where_that_is_asked_for(run: Run) -> None:
    image(1)
    ran = run("pyramid", "a.zarr", "--levels", "4", "--keep", "z", "--plan")
    assert "\n  ngff pyramid a.zarr --levels 4 --keep z\n" in ran.out
    assert run("pyramid", "a.zarr", "--levels", "4", "--keep", "z").code == 0
    assert shapes() == KEPT
    image(4)
    assert shapes() == HALVED
    ran = run("pyramid", "a.zarr", "--keep", "z")
    assert (ran.code, "level 1: it is smaller along z\n" in ran.out) == (0, True)
    assert shapes() == KEPT
    assert run("pyramid", "a.zarr", "--keep", "z").out == "unchanged  a.zarr  1 image, 0 changed\n"


def test_labels_without_the_axis_are_those_of_an_image_that_has_it(run: Run) -> None:
    dims = [DimSpec("t"), DimSpec("y"), DimSpec("x")]
    write_image(PIXELS, "a.zarr", dims, n_levels=1)
    write_labels(PIXELS[0] // 100, "a.zarr", "cells")
    ran = run("pyramid", "a.zarr", "--keep", "t", "--levels", "2")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "done  a.zarr  2 images, 2 changed")
    ran = run("pyramid", "a.zarr", "--keep", "q")
    assert (ran.code, "there is no axis q to keep, but t, y, x" in ran.out + ran.err) == (1, True)


@pytest.mark.parametrize(
    ("factors", "wanted"),
    [
        ({"z": 1}, KEPT),
        ({}, HALVED),
        ({"z": 2, "y": 3, "x": 1}, [(8, 64, 48), (4, 22, 48), (2, 8, 48), (1, 3, 48)]),
    ],
)
def test_further_levels_have_the_factors_that_there_are(factors: Any, wanted: list[Any], run: Run) -> None:
    image(2, **factors)
    assert run("pyramid", "a.zarr", "--levels", "4").code == 0
    assert shapes() == wanted
    image(3, **factors)
    shutil.rmtree("a.zarr/1")  # of which the metadata says how much smaller it was
    assert run("pyramid", "a.zarr").code == 0
    assert shapes() == wanted[:3]


def test_larger_pixels_wait_until_the_others_are_as_large(run: Run) -> None:
    image(4, depth=4.0)
    wanted = shapes()
    assert wanted == [(8, 64, 48), (8, 32, 24), (8, 16, 12), (4, 8, 6)]
    image(2, depth=4.0)
    assert run("pyramid", "a.zarr", "--levels", "4").code == 0
    assert shapes() == wanted


def test_factors_that_are_none_are_not_taken_over(run: Run) -> None:
    for scale in ([1, 2.5, 2], [1, 1, 1], [1, 0.5, 2], [1, 1000, 2]):
        image(2)
        shutil.rmtree("a.zarr/1")
        file = Path("a.zarr/zarr.json")
        document = json.loads(file.read_text())
        dataset = document["attributes"]["ome"]["multiscales"][0]["datasets"][1]
        dataset["coordinateTransformations"] = [{"type": "scale", "scale": scale}]
        file.write_text(json.dumps(document))
        assert run("pyramid", "a.zarr").code == 0
        assert shapes() == HALVED[:2], scale


def test_written_files_keep_an_axis(run: Run) -> None:
    np.save("a.npy", PIXELS)
    words = ("write", "a.npy", "a.zarr", "--dims", "zyx", "--pixel-size", "z=1,y=1,x=1", "--levels", "4")
    assert run(*words, "--keep", "z").code == 0
    assert shapes() == KEPT
    ran = run(*words, "--overwrite", "--keep", "t")
    assert (ran.code, "a.npy has no dimension t, but z, y, x" in ran.err) == (2, True)
    ran = run("write", "a.npy", "a.zarr", "--dims", "zyx", "--labels", "cells", "--keep", "z")
    assert (ran.code, "leave --keep away" in ran.err) == (2, True)
