"""Several processes that add to one plate, or one image, at once, and such that are killed: nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ngff_core import check_store, open_group, rebuild_plate
from ngff_core.zarr.keys import PART

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

import adding  # noqa: E402

from ngff_write import PlateWriter, write_image  # noqa: E402

SCRIPT = Path(adding.__file__)
PROCESSES, ROUNDS, KILLS = 3, 10, 4


@contextmanager
def started(what: str, number: int, path: Path, rounds: int = 0) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(SCRIPT), what, str(number), str(rounds), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def run_together(what: str, path: Path, begin: Any) -> None:
    """Run all processes, each round of which begins when ``begin`` was called with its number."""
    command = [sys.executable, str(SCRIPT), what]
    processes = [subprocess.Popen([*command, str(n), str(ROUNDS), str(path)]) for n in range(PROCESSES)]
    try:
        for round_ in range(ROUNDS):
            begin(round_)
        assert [process.wait(300) for process in processes] == [0] * PROCESSES
    finally:
        for process in processes:
            process.kill()


def test_no_well_and_no_field_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "plate.zarr"
    run_together("wells", path, lambda n: (tmp_path / f"plate.zarr.{n}").touch())
    report = check_store(path, profile="strict")
    assert list(report.issues) == []
    fields = {f"{well.path}/{field.path}" for well in open_group(path).wells() for field in fields_of(path, well.path)}
    columns = {n: str(n % adding.COLUMNS + 1) for n in range(ROUNDS)}
    own = {f"{'ABCDEFGH'[p]}/{columns[n]}/{n}" for p in range(PROCESSES) for n in range(ROUNDS)}
    assert fields == own | {f"H/{columns[n]}/{p}x{n}" for p in range(PROCESSES) for n in range(ROUNDS)}
    assert not [name for name in path.iterdir() if name.name.startswith(".ngff") or "ngff-part" in name.name]


def fields_of(path: Path, well: str) -> Any:
    group = open_group(path)[well]
    return group.fields()


def test_no_label_is_lost_and_the_first_of_two_makes_the_group(tmp_path: Path) -> None:
    pixels = np.zeros((6, 5), "uint8")
    path = tmp_path / "image"
    run_together("labels", path, lambda n: write_image(pixels, f"{path}.{n}", adding.DIMS, n_levels=1))
    for round_ in range(ROUNDS):
        report = check_store(f"{path}.{round_}", profile="strict")
        assert list(report.issues) == []
        listed = open_group(f"{path}.{round_}")["labels"].ome_metadata().labels
        assert sorted(listed) == [f"by-{n}-{more}" for n in range(PROCESSES) for more in range(2)]


def test_what_is_left_of_a_process_that_was_killed_is_whole_or_not_listed(tmp_path: Path) -> None:
    path, done = tmp_path / "plate.zarr", -1
    chance = random.Random(0)
    for _ in range(KILLS):
        with started("killed", done + 2, path) as process:  # one may have been written and not been told of
            assert process.stdout is not None
            for line in process.stdout:
                done = int(line)
                if chance.random() < 0.2:
                    break
            process.send_signal(signal.SIGKILL)
            done = max([done, *map(int, process.stdout.read().split())])
        assert_whole(path)
    with PlateWriter(path, adding.DIMS, n_levels=1) as plate:
        plate.write_field(adding.field(0), "H", "12", "last")
    assert_whole(path)
    rebuild_plate(path)  # lists what no well was told of
    left = any(path.rglob(f"*{PART}"))  # what was being written is named until somebody takes it away
    assert {issue.rule for issue in check_store(path, profile="strict").issues} <= (
        {"write-interrupted"} if left else set()
    )


def assert_whole(path: Path) -> None:
    """Assert that all that is listed is there with its pixels, and that the rest is named."""
    if not (path / "zarr.json").exists():
        assert not check_store(path).valid
        return
    group = open_group(path)
    listed = [f"{well.path}/{field.path}" for well in group.wells() for field in fields_of(path, well.path)]
    for field in listed:
        pixels = group[f"{field}/0"].to_tensorstore().read().result()
        assert (pixels == pixels[0, 0]).all()
        row, column, name = field.split("/")
        if name != "last":
            number = "ABCDEFGH".index(row) * adding.COLUMNS + int(column) - 1 + 96 * int(name)
            assert pixels[0, 0] == number % 251
    report = check_store(path)
    assert report.valid
    there = {str(folder.parent.relative_to(path)) for folder in path.glob("*/*/*/zarr.json")}
    named = " ".join(issue.message for issue in report.issues)
    for field in there - set(listed):
        assert field in named or field.rpartition("/")[0] in named or field.rpartition("/")[2] in named
