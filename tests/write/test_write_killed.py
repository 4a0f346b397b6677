"""kill -9 at any moment of writing and streaming: what is left is complete, or named as incomplete, and can be gone on.

Five hundred times with NGFF_EVERY_CASE=1, a few times else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ngff_core import check_store

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("zarr")
pytest.importorskip("ngff_write")

from at_length import EVERY_CASE  # noqa: E402
from frames import array, content, noise  # noqa: E402
from killing import FRAMES, Killer  # noqa: E402

from ngff_write.streaming.journal import JOURNAL  # noqa: E402

TIMES = 50 if EVERY_CASE else 2
STREAMED = ("streamed", "flushed", "planes")


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    killer = Killer()
    yield killer
    killer.close()


def looked_at(folder: Path, whole: Path) -> bool:
    """Look at what is left, and tell whether it is complete: with its name, or just before it was to get it."""
    pixels = noise((FRAMES, 64, 64))
    for path in folder.iterdir():
        report = check_store(path)
        if report.valid:
            for level in range(3):
                np.testing.assert_array_equal(array(path, level), array(whole, level))
            np.testing.assert_array_equal(array(path, 0), pixels)
        else:
            assert path.name.endswith(".ngff-part")
            assert "incomplete" in report.issues[0].message
    return (folder / "a.zarr").exists()


@pytest.mark.parametrize("way", [*STREAMED, "array", "iterator"])
@pytest.mark.parametrize("kill", ["before a call", "after a time"])
def test_killed(way: str, kill: str, killer: Killer, tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "a.zarr"
    whole_run = killer.run(whole, way)
    assert whole_run.state == "done"
    chance, kills = random.Random(f"{way} {kill}"), 0
    for number in range(10 * TIMES):
        folder, done = tmp_path / str(number), False
        for _ in range(4 if way in STREAMED else 1):  # gone on with, and killed again
            if kill == "before a call":
                state = killer.run(folder / "a.zarr", way, steps=chance.randrange(whole_run.calls)).state
            else:
                state = killer.run(folder / "a.zarr", way, seconds=chance.uniform(0, 1.1 * whole_run.seconds)).state
            assert state in ("killed", "done")
            kills += state == "killed"
            done = looked_at(folder, whole) if folder.exists() else False
            assert done or state == "killed"
            if done:
                break
        if way in STREAMED:
            assert done or killer.run(folder / "a.zarr", way).state == "done"
            assert looked_at(folder, whole)
            found = content(folder / "a.zarr")
            found.pop(JOURNAL, None)  # the last that is taken away, when all is in its place
            assert found == content(whole)
        if kills >= TIMES:
            return
    assert kill == "after a time"  # which may be too late on a busy machine, all the time
