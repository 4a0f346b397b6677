"""Going on with a stream that was broken off: what is there is looked at, and nothing else is touched."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ngff_core import StoreError, UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from frames import array, content, dims, noise  # noqa: E402

from ngff_core.stores.local.lock import LockedError  # noqa: E402
from ngff_write import ImageStream, stream_image  # noqa: E402
from ngff_write.streaming.journal import JOURNAL  # noqa: E402

PIXELS = noise((9, 40, 40))


def stream(path: Path, **options: Any) -> ImageStream:
    small: Any = {"chunks": (2, 16, 16), "n_levels": 3, "resume": True, **options}
    return stream_image(path, (None, 40, 40), dims("tyx"), "uint16", **small)


def broken_off(path: Path, frames: int = 6, **options: Any) -> Path:
    """Append frames as a process does that is killed then; returns the folder."""
    broken = stream(path, **{"resume": False, **options})
    broken.append(PIXELS[:frames])
    broken._background.wait()
    broken._let_go(keep=True)
    return Path(broken.folder)


def gone_on(path: Path) -> int:
    """Go on to the end; returns how many frames there were."""
    with stream(path) as again:
        there = again.frames
        again.append(PIXELS[there:])
    np.testing.assert_array_equal(array(path, 0), PIXELS)
    np.testing.assert_array_equal(array(path, 1), array(path.with_name("whole"), 1))
    return there


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with stream(tmp_path / "whole", resume=False) as whole:
        whole.append(PIXELS)
    return tmp_path / "a.zarr"


def test_chunks_that_are_missing_empty_or_damaged(path: Path) -> None:
    folder = broken_off(path)
    (folder / "0/c/2/1/1").write_bytes(b"no chunk")
    (folder / "0/c/1/0/2").write_bytes(b"")
    (folder / "1/c/0/0/0").unlink()
    assert gone_on(path) == 2


def test_the_last_slab_is_read(path: Path) -> None:
    folder = broken_off(path)
    (folder / "0/c/2/1/1").write_bytes(b"no chunk")
    assert gone_on(path) == 4


@pytest.mark.parametrize("said", [0, 3, 4, 1 << 60])
def test_the_journal_is_not_believed_alone(said: int, path: Path) -> None:
    folder = broken_off(path)
    with (folder / JOURNAL).open("a") as journal:
        journal.write(f'{{"frames":{said}}}\n{{"frames":')
    assert gone_on(path) == min(said, 6)


@pytest.mark.parametrize("text", ["", "{}", "[]\n", "nonsense\n", '{"frames":-1}\n', '{"how":3,"frames":1}\n', "1\n"])
def test_journals_that_are_none(text: str, path: Path) -> None:
    folder = broken_off(path)
    (folder / JOURNAL).write_text(text)
    if text in ("", "{}"):  # killed before it said anything
        assert gone_on(path) == 0
        return
    before = content(folder)
    with pytest.raises(StoreError, match="is none of a stream"):
        stream(path)
    assert content(folder) == before


@pytest.mark.parametrize(
    "options",
    [{"kernel": "stride"}, {"chunks": (3, 16, 16)}, {"n_levels": 2}, {"compression": "none"}, {"version": "0.4"}],
)
def test_another_image_is_refused(options: dict[str, Any], path: Path) -> None:
    folder = broken_off(path)
    before = content(folder)
    with pytest.raises(UsageError, match="is another image"):
        stream(path, **options)
    assert content(folder) == before
    assert gone_on(path) == 6


def test_metadata_may_be_other(path: Path) -> None:
    broken_off(path)
    with stream(path, name="other", version="0.6") as again:
        assert again.frames == 6


def test_several_that_were_broken_off(path: Path) -> None:
    second = broken_off(path, 2)
    aside = second.rename(second.with_name("aside"))
    first = broken_off(path)
    aside.rename(second)
    with pytest.raises(UsageError, match=r"several images .* \(6 frames\)") as raised:
        stream(path)
    assert "(2 frames)" in str(raised.value)
    second.rename(second.with_name("aside"))
    assert gone_on(path) == 6
    assert not first.exists()


def test_what_is_still_written_is_refused(path: Path) -> None:
    with stream(path, resume=False) as writing:
        writing.append(PIXELS[:3])
        with pytest.raises(LockedError, match="is being written by another process"):
            stream(path)
    np.testing.assert_array_equal(array(path, 0), PIXELS[:3])


@pytest.mark.parametrize("planted", ["0", "0/c", "0/c/1", "1/c/0/0/0", "0/zarr.json", "2/c/5", "notes", JOURNAL])
def test_links_are_not_followed(planted: str, path: Path, tmp_path: Path) -> None:
    folder = broken_off(path)
    outside = tmp_path / "outside"
    target = folder / planted
    if target.is_dir():
        os.rename(target, outside)
    else:
        outside.write_bytes(target.read_bytes() if target.exists() else b"mine")
        target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(outside)
    before = content(tmp_path) if outside.is_dir() else outside.read_bytes()
    with pytest.raises((StoreError, UsageError)):
        gone_on(path)
    assert (content(tmp_path) if outside.is_dir() else outside.read_bytes()) == before


def test_memory_does_not_grow_with_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two buffers of four frames, half as much of the smaller levels, and what is made smaller: of fifty frames."""
    monkeypatch.setattr("ngff_write.streaming.stream.BUFFERED", 1)
    frame = noise((512, 512))
    options: Any = {"chunks": (1, 256, 256), "shards": (4, 512, 512), "n_levels": 4}
    tracemalloc.start()
    try:
        with stream_image(tmp_path / "a.zarr", (None, 512, 512), dims("zyx"), "uint16", **options) as taking:
            for _ in range(50):
                taking.append(frame)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert array(taking.path, 0).shape == (50, 512, 512)
    assert held < 16 * frame.nbytes


def test_what_was_broken_off_is_in_the_way_of_another(path: Path) -> None:
    folder = broken_off(path)
    before, ways = content(folder), r"\(6 frames\); go on with it \(resume=True\), .* \(overwrite=True\)"
    with pytest.raises(UsageError, match=ways) as raised:
        stream(path, resume=False)
    assert str(folder) in str(raised.value)
    assert content(folder) == before
    assert set(os.listdir(path.parent)) == {"whole", folder.name}
    assert gone_on(path) == 6  # the journal is not kept locked


def test_what_was_broken_off_is_discarded_when_another_is_in_its_place(path: Path) -> None:
    first = broken_off(path)
    shutil.copytree(first, first.with_name(f"a.zarr.{'f' * 16}.ngff-part"))
    with pytest.raises(ZeroDivisionError), stream(path, resume=False, overwrite=True):
        1 / 0  # noqa: B018 - before there was a frame
    assert len([name for name in os.listdir(path.parent) if name.startswith("a.zarr.")]) == 2
    with stream(path, resume=False, overwrite=True) as other:
        other.append(PIXELS[:1])
        other.flush()
        assert len([name for name in os.listdir(path.parent) if name.startswith("a.zarr.")]) == 3
        with pytest.raises(LockedError):  # what is to be discarded is no longer gone on with
            stream(path)
    assert sorted(os.listdir(path.parent)) == ["a.zarr", "whole"]
    np.testing.assert_array_equal(array(path, 0), PIXELS[:1])


@pytest.mark.parametrize("options", [{}, {"overwrite": True}, {"resume": True}, {"resume": True, "overwrite": True}])
def test_what_is_still_written_is_neither_taken_nor_discarded(options: dict[str, Any], path: Path) -> None:
    broken_off(path)
    with stream(path) as writing:
        with pytest.raises(LockedError, match="is being written by another process"):
            stream(path, **{"resume": False, **options})
        writing.append(PIXELS[6:])
    np.testing.assert_array_equal(array(path, 0), PIXELS)


def test_what_cannot_be_told_to_be_left_over_is_not_discarded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken_off(path)
    monkeypatch.setattr("ngff_write.streaming.journal.flock", lambda _: None)  # as on a system without locks
    with stream(path, resume=False, overwrite=True) as other:
        other.append(PIXELS[:1])
    assert folder.exists()


def test_what_other_writers_have_left_is_not_looked_at(path: Path) -> None:
    left = path.with_name(f"a.zarr.{'f' * 16}.ngff-part")
    left.mkdir()
    with stream(path, resume=False) as other:
        other.append(PIXELS[:1])
    assert left.exists()
