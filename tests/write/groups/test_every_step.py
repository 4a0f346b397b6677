"""A process that dies before any change of the file system: what is left is as it was, whole, or named.

Before every change with NGFF_EVERY_CASE=1, before some of them else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, check_store, open_group

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from at_length import EVERY_CASE  # noqa: E402

import ngff_v05 as v05  # noqa: E402
from ngff_write import PlateWriter, write_image, write_labels, write_plate  # noqa: E402
from ngff_write.v05 import Bf2RawBuilder, LabelsBuilder  # noqa: E402

DIMS = [DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
PIXELS = np.ones((6, 5), "uint8")
CHANGES = ("mkdir", "rename", "replace", "link", "write")
TIDYING = ("unlink", "rmdir")
STEP = 1 if EVERY_CASE else 5


class Dead(BaseException):
    """The process is no more: it does nothing else."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[list[int]]:
    """Let all changes of the file system from a number on raise `Dead`, or not be made; yield how many there were."""
    count = [0]

    def counted(change: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] > after:
                if change.__name__ in TIDYING:  # else descriptors of locks stay open, which a process that dies closes
                    return None
                raise Dead
            return change(*args, **options)

        return call

    def opened(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & os.O_CREAT:
            count[0] += 1
            if count[0] > after:
                raise Dead
        return real(path, flags, *args, **options)

    real = os.open
    with monkeypatch.context() as patch:
        for name in (*CHANGES, *TIDYING):
            patch.setattr(os, name, counted(getattr(os, name)))
        patch.setattr(os, "open", opened)
        with suppress(Dead):
            yield count


def multiscale() -> Any:
    return v05.Multiscale.from_dims(DIMS, name="a", type="mean", metadata={"method": "mean"})


def add_field(path: Path, *, overwrite: bool = False, field: str = "B/2/0") -> None:
    with PlateWriter(path, DIMS, n_levels=1, overwrite=overwrite) as plate:
        plate.write_field(PIXELS + 1, *field.split("/"))


def make_plate(path: Path) -> None:
    write_plate({"A/1/0": PIXELS}, path, DIMS, n_levels=1, name="plate")


def make_image(path: Path) -> None:
    write_image(PIXELS, path, DIMS, n_levels=1, name="image")


def make_collection(path: Path) -> None:
    Bf2RawBuilder(path).write_image("0", v05.Image(multiscales=[multiscale()]), PIXELS)


def add_image(path: Path, *, overwrite: bool = False) -> None:
    builder = Bf2RawBuilder(path, overwrite=True)
    builder.write_image("0", v05.Image(multiscales=[multiscale()]), PIXELS)
    builder.write_image("1", v05.Image(multiscales=[multiscale()]), PIXELS + 1)


def add_labels(path: Path, *, overwrite: bool = False) -> None:
    write_labels(PIXELS, path, "cells", overwrite=overwrite)
    color = v05.LabelColor(label_value=1, rgba=[1, 1, 1, 1])
    label = v05.LabelImage(multiscales=[multiscale()], image_label=v05.ImageLabel(colors=[color]))
    LabelsBuilder(path / "labels", overwrite=overwrite).write_label("nuclei", label, PIXELS)


def replace_field(path: Path, *, overwrite: bool = False) -> None:
    add_field(path, overwrite=True, field="A/1/0")


NOTHING = lambda path: None  # noqa: E731
CASES = {
    "a field": (make_plate, add_field),
    "the first field": (NOTHING, add_field),
    "a field again": (make_plate, replace_field),
    "labels": (make_image, add_labels),
    "images": (make_collection, add_image),
}


@pytest.mark.parametrize("case", CASES)
def test_dead_before_a_change(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, change = CASES[case]
    done, after = False, 0
    while not done:
        path = tmp_path / str(after) / "it.zarr"
        path.parent.mkdir()
        begin(path)
        with dying(monkeypatch, after) as count:
            change(path)
            done = True
        assert count[0] > 0
        assert_sound(path, done=done, replacing=case in ("a field again", "images"))
        change(path, overwrite=True)
        assert_sound(path, done=True, replacing=False)
        shutil.rmtree(path.parent)
        after += STEP
    assert after > 5 * STEP


def assert_sound(path: Path, *, done: bool, replacing: bool) -> None:
    """Assert that what is there is whole, all of it listed, and that else something is said of it."""
    report = check_store(path, profile="strict" if done else "spec")
    if done:  # what the one that died has left is named, and nothing else is wrong
        named = {name for issue in report.issues for name in str(issue.found).split(", ")}
        assert {issue.rule for issue in report.issues} <= {"write-interrupted"}
        assert named == {folder.name for folder in path.rglob("*.ngff-part") if folder.is_dir()}
    elif not report.valid:  # it is not there, or a part of it is put aside
        assert replacing or not (path / "zarr.json").exists()
        return
    images = [view for view in open_group(path).images() if view.problem is None]
    assert images
    for view in images:
        pixels = view.array(0).to_tensorstore().read().result()
        assert pixels.min() == pixels.max() >= 1
