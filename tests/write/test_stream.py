"""Images that are streamed: the same as those that are written, kept when stopped, gone on with when killed."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import DimSpec, StoreError, UsageError, check_store
from ngff_core.zarr.keys import DOCUMENTS

np = pytest.importorskip("numpy")
ts = pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from frames import array, arrays, content, cut, dims, images, noise  # noqa: E402

from ngff_write import stream_image, write_image  # noqa: E402
from ngff_write.pixels.slabs import Slab  # noqa: E402
from ngff_write.streaming import stream as module  # noqa: E402
from ngff_write.streaming.background import Background  # noqa: E402

SMALL: Any = {"chunks": (2, 16, 16), "n_levels": 3}  # slabs of two frames


def documents(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key.rpartition("/")[2] in DOCUMENTS}


@settings(deadline=None, max_examples=25)
@given(image=images(), data=st.data())
def test_streamed_as_written(image: dict[str, Any], data: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("streams")
    pixels, names, options = image["pixels"], image["names"], image["options"]
    shape = pixels.shape if data.draw(st.booleans(), label="size is known") else (None, *pixels.shape[1:])
    written = content(write_image(pixels, folder / "a.zarr", dims(names), **options))
    with stream_image(folder / "b.zarr", shape, dims(names), pixels.dtype, **options) as stream:
        for frames in cut(pixels, data.draw):
            stream.append(frames)
    streamed = content(stream.path)
    assert arrays(stream.path) == arrays(folder / "a.zarr")
    for number in arrays(stream.path):
        np.testing.assert_array_equal(array(stream.path, number), array(folder / "a.zarr", number))
    assert documents(streamed) == documents(written)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("writer", ["tensorstore", "zarr", "zarrista"])
def test_every_version_and_writer(version: str, writer: Any, tmp_path: Path) -> None:
    if writer != "tensorstore":
        pytest.importorskip(writer)
    if writer == "zarrista" and version == "0.4":
        pytest.skip("zarrista writes no Zarr v2")
    pixels = noise((5, 2, 3, 70, 50))
    pixels[1] = 0
    with stream_image(
        tmp_path / "a.zarr", (None, 2, 3, 70, 50), dims("tczyx"), "uint16", version=version, writer=writer, n_levels=3
    ) as stream:
        for frame in pixels.reshape(-1, 70, 50):
            stream.append(frame)
        assert stream.frames == 30
    report = check_store(stream.path, profile="strict")
    assert (report.version, list(report.issues)) == (version, [])
    np.testing.assert_array_equal(array(stream.path, 0), pixels)
    assert os.listdir(tmp_path) == ["a.zarr"]
    assert not [name for name in os.listdir(stream.path) if "part" in name]


def test_into_an_archive(tmp_path: Path) -> None:
    with stream_image(tmp_path / "a.ozx", (None, 20, 20), dims("tyx"), "uint16") as stream:
        stream.append(noise((5, 20, 20)))
    report = check_store(stream.path, profile="strict")
    assert (list(report.issues), os.listdir(tmp_path)) == ([], ["a.ozx"])


# --- an end before the end --------------------------------------------------------------------------


def test_what_was_appended_before_an_error_is_kept(tmp_path: Path) -> None:
    pixels = noise((5, 40, 40))
    stream = stream_image(tmp_path / "a.zarr", (100, 40, 40), dims("tyx"), "uint16", **SMALL)

    def stopped() -> None:
        with stream:
            for frame in pixels:
                stream.append(frame)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(check_store(stream.path, profile="strict").issues) == []
    np.testing.assert_array_equal(array(stream.path, 0), pixels)
    assert os.listdir(tmp_path) == ["a.zarr"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(3))
def test_ctrl_c_in_append_loses_no_frames(after: bool, number: int, tmp_path: Path) -> None:
    """It may come just before or just after the thread was given what is full."""
    pixels = noise((7, 40, 40))
    stream = stream_image(tmp_path / "a.zarr", (None, 40, 40), dims("zyx"), "uint16", name="b", **SMALL)
    put, calls = stream._background.put, iter(range(9))

    def interrupted(slab: Any) -> None:
        stop = next(calls) == number
        if after or not stop:
            put(slab)
        if stop:
            raise KeyboardInterrupt

    stream._background.put = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        stream.append(pixels)
    assert stream.frames == 2 * number + 2
    if number < 2:  # else at the end
        stream.append(pixels[stream.frames :])
    stream.close()
    frames = pixels if number < 2 else pixels[:6]
    path = write_image(frames, tmp_path / "b.zarr", dims("zyx"), **SMALL)
    assert documents(content(stream.path)) == documents(content(path))
    for level in arrays(path):
        np.testing.assert_array_equal(array(stream.path, level), array(path, level))


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_what_is_missing_of_the_last_time_point_is_0(chunk: int, tmp_path: Path) -> None:
    pixels = noise((2, 2, 7, 20, 20))
    pixels[1, 1, 3:] = 0
    options: Any = {"chunks": (1, 1, chunk, 16, 16), "n_levels": 4, "name": "a"}
    frames = pixels.reshape(-1, 20, 20)[:24]  # up to the third plane of the last channel
    with stream_image(tmp_path / "a.zarr", (None, 2, 7, 20, 20), dims("tczyx"), "uint16", **options) as stream:
        stream.append(frames)
    path = write_image(pixels, tmp_path / "b.zarr", dims("tczyx"), **options)
    assert arrays(stream.path) == arrays(path)
    for number in arrays(path):
        np.testing.assert_array_equal(array(stream.path, number), array(path, number))


def test_no_frames(tmp_path: Path) -> None:
    def stream() -> Any:
        return stream_image(tmp_path / "a.zarr", (None, 20, 20), dims("tyx"), "uint16")

    with pytest.raises(UsageError, match="no frames were appended"), stream():
        pass
    with pytest.raises(KeyError), stream():
        raise KeyError
    assert os.listdir(tmp_path) == []


def test_a_single_plane_of_an_image_that_could_have_had_more(tmp_path: Path) -> None:
    only_z = [DimSpec(name, unit="micrometer", scale_factor=None if name == "z" else 1) for name in "zyx"]
    with stream_image(tmp_path / "a.zarr", (None, 20, 20), only_z, "uint8", n_levels=4) as stream:
        stream.append(noise((20, 20), "uint8"))
    assert list(check_store(stream.path).issues) == []
    assert list(arrays(stream.path)) == [0]


# --- wrong use --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((None, 20), "the shape of an image has a number for each of its dims"),
        ((None, None, 20), "None for the first alone"),
        ((None, 0, 20), "whole numbers from 1 on"),
        ((2.0, 20, 20), "whole numbers from 1 on"),
    ],
)
def test_shapes_that_are_none(shape: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        stream_image(tmp_path / "a.zarr", shape, dims("tyx"), "uint16")
    assert os.listdir(tmp_path) == []


def test_wrong_frames_are_refused_and_others_kept(tmp_path: Path) -> None:
    pixels = noise((3, 20, 20))
    with stream_image(tmp_path / "a.zarr", (3, 20, 20), dims("tyx"), "uint16") as stream:
        stream.append(pixels[0].astype(">u2"))
        for wrong in (pixels[0, :19], pixels[:, None], pixels[0].astype("float32")):
            with pytest.raises(UsageError):
                stream.append(wrong)
        stream.append(pixels[1:])
        with pytest.raises(UsageError, match="the image has 3 frames, and got 4"):
            stream.append(pixels[0])
    np.testing.assert_array_equal(array(stream.path, 0), pixels)
    stream.close()
    with pytest.raises(UsageError, match="has ended"):
        stream.append(pixels[0])


def test_nothing_is_overwritten_unless_told_to(tmp_path: Path) -> None:
    def streamed(**options: Any) -> None:
        with stream_image(tmp_path / "a.zarr", (None, 20, 20), dims("tyx"), "uint16", **options) as stream:
            stream.append(noise((3, 20, 20)))

    streamed()
    before = content(tmp_path)
    for options in ({}, {"resume": True}):
        with pytest.raises(UsageError, match="there already"):
            streamed(**options)
    assert content(tmp_path) == before
    streamed(overwrite=True, compression="none")
    assert content(tmp_path) != before


def test_what_comes_to_the_place_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    pixels = noise((3, 20, 20))
    path = tmp_path / "a.zarr"
    stream = stream_image(path, (None, 20, 20), dims("tyx"), "uint16")
    stream.append(pixels)
    path.mkdir()
    (path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        stream.close()
    assert (path / "notes.txt").read_text() == "mine"
    (path / "notes.txt").rename(tmp_path / "notes.txt")
    path.rmdir()
    with stream_image(path, (None, 20, 20), dims("tyx"), "uint16", resume=True) as stream:
        assert stream.frames == 3
    np.testing.assert_array_equal(array(path, 0), pixels)


# --- errors, and what waits -------------------------------------------------------------------------


class Failing:
    """A backend whose disk is full after so many writes."""

    def __init__(self, backend: Any, left: int) -> None:
        self.left, self._write = left, backend.write
        backend.write = self.write

    def write(self, *args: Any) -> None:
        if self.left == 0:
            raise StoreError(f"pixels could not be written: {os.strerror(errno.ENOSPC)}")
        self.left -= 1
        self._write(*args)


@pytest.mark.parametrize("where", ["append", "flush", "close"])
def test_errors_of_the_thread_come_out(where: str, tmp_path: Path) -> None:
    pixels = noise((9, 40, 40))
    stream = stream_image(tmp_path / "a.zarr", (None, 40, 40), dims("tyx"), "uint16", **SMALL)
    stream.append(pixels[:2])
    stream.flush()
    Failing(stream._backend, 0)

    def go_on() -> None:
        with stream:
            stream.append(pixels[2:4])
            if where == "append":
                stream._background._thread.join()
                stream.append(pixels[4])
            elif where == "flush":
                stream.flush()

    with pytest.raises(StoreError, match="No space left"):
        go_on()
    report = check_store(stream.folder)
    assert not report.valid
    assert "incomplete" in report.issues[0].message
    for where in (stream.folder, stream.path):
        hint = str(check_store(where).issues[0].hint)
        assert "resume=True" in hint
        assert "delete" not in hint
    for late in (stream.flush, stream._background.wait, lambda: stream.append(pixels[4])):
        with pytest.raises((StoreError, UsageError)):
            late()
    with stream_image(tmp_path / "a.zarr", (None, 40, 40), dims("tyx"), "uint16", resume=True, **SMALL) as again:
        assert again.frames == 2
        again.append(pixels[2:])
    np.testing.assert_array_equal(array(again.path, 0), pixels)


@pytest.mark.parametrize("shape", [(None, 40, 40), (1, 40, 40), (4, 40, 40)])
def test_nothing_waits_for_a_thread_that_has_ended(shape: Any, tmp_path: Path) -> None:
    stream = stream_image(tmp_path / "a.zarr", shape, dims("tyx"), "uint16", **SMALL)
    stream.append(noise((40, 40)))
    stream.close()
    before = content(tmp_path)
    for late in (stream.flush, lambda: stream.append(noise((40, 40)))):
        with pytest.raises(UsageError, match="has ended"):
            late()
    stream.close()
    slab = Slab(9, noise((2, 40, 40)), 2, 20, full=False)
    for wait in (stream._background.wait, stream._background.take, lambda: stream._background.put(slab)):
        with pytest.raises(UsageError, match="has ended"):
            wait()
    assert content(tmp_path) == before


def test_who_waits_hears_of_the_end_and_of_any_error(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    background = Background(lambda _: go_on.wait() and None, lambda: np.zeros(2), 2)
    background.put(Slab(0, np.zeros(2), 1, 1, background.take()))
    heard: list[str] = []

    def wait() -> None:
        try:
            background.take()
            background.take()
        except UsageError as error:
            heard.append(str(error))

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    threading.Timer(0.1, go_on.set).start()
    background.end()
    waiting.join(10)
    assert "has ended" in heard[0]
    broken = Background(lambda _: None, lambda: np.zeros(2), 2)
    monkeypatch.setattr(broken, "_next", lambda: [][0])  # outside of what writes
    broken.put(Slab(0, np.zeros(2), 1, 1))
    for late in (broken.wait, broken.check, broken.take):
        with pytest.raises(StoreError, match="IndexError"):
            late()
    broken.end()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_does_not_wait_for_a_thread_it_has_not_got() -> None:
    background = Background(lambda _: None, lambda: np.zeros(2), 2)
    background.wait()
    child = os.fork()
    if not child:
        code = 1
        try:
            background.wait()
        except UsageError:
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    background.end()


def test_append_waits_where_frames_come_faster_than_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUFFERED", 1)
    stream = stream_image(tmp_path / "a.zarr", (None, 40, 40), dims("tyx"), "uint16", **SMALL)
    go_on, write = threading.Event(), stream._backend.write

    def slow(*args: Any) -> None:
        go_on.wait()
        write(*args)

    stream._backend.write = slow  # type: ignore[method-assign]
    pixels = noise((20, 40, 40))
    appending = threading.Thread(target=lambda: [stream.append(frame) for frame in pixels])
    appending.start()
    while stream.frames < 4:
        pass
    assert appending.is_alive()
    assert stream.frames == 4  # two slabs of two frames
    go_on.set()
    appending.join()
    stream.close()
    assert stream._background._made == 2
    np.testing.assert_array_equal(array(stream.path, 0), pixels)


def test_flush_stores_frames_and_others_can_look_at_them(tmp_path: Path) -> None:
    pixels = noise((5, 40, 40))
    options: Any = {"chunks": (4, 16, 16), "n_levels": 2}
    with stream_image(tmp_path / "a.zarr", (None, 40, 40), dims("tyx"), "uint16", **options) as stream:
        assert array(stream.folder, 0).shape == (0, 40, 40)
        for number in (1, 3, 5):
            stream.append(pixels[stream.frames : number])
            stream.flush()
            np.testing.assert_array_equal(array(stream.folder, 0), pixels[:number])
        assert array(stream.folder, 1).shape == (4, 20, 20)
    np.testing.assert_array_equal(array(stream.path, 0), pixels)


# --- going on ---------------------------------------------------------------------------------------


def left_off(path: Path, pixels: Any, **options: Any) -> Any:
    """Append frames as a process does that is killed then: what was not flushed is lost."""
    stream = stream_image(path, (None, *pixels.shape[1:]), dims("tyx"), "uint16", **options)
    stream.append(pixels)
    stream._background.wait()
    stream._let_go(keep=True)
    return stream


@pytest.mark.parametrize("number", range(1, 8))
def test_gone_on_with_as_if_nothing_had_been(number: int, tmp_path: Path) -> None:
    pixels = noise((8, 40, 40))
    left_off(tmp_path / "a.zarr", pixels[:number], **SMALL, name="a")
    with stream_image(
        tmp_path / "a.zarr", (None, 40, 40), dims("tyx"), "uint16", resume=True, name="a", **SMALL
    ) as stream:
        assert stream.frames == number // 2 * 2
        for frame in pixels[stream.frames :]:
            stream.append(frame)
    with stream_image(tmp_path / "b.zarr", (None, 40, 40), dims("tyx"), "uint16", name="a", **SMALL) as stream:
        stream.append(pixels)
    assert content(tmp_path / "a.zarr") == content(tmp_path / "b.zarr")


@settings(deadline=None, max_examples=20)
@given(image=images(), data=st.data())
def test_gone_on_with_again_and_again(
    image: dict[str, Any], data: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is missing of what was stored, the result is that of a stream without interruption."""
    folder = tmp_path_factory.mktemp("again")
    pixels, names, options = image["pixels"], image["names"], image["options"]
    shape = pixels.shape if data.draw(st.booleans(), label="size is known") else (None, *pixels.shape[1:])

    def stream() -> Any:
        return stream_image(folder / "a.zarr", shape, dims(names), pixels.dtype, resume=True, **options)

    frames = pixels.reshape(-1, *pixels.shape[-2:] if pixels.ndim > 2 else pixels.shape[-1:])
    for _ in range(data.draw(st.integers(0, 3), label="times broken off")):
        broken = stream()
        number = data.draw(st.integers(0, len(frames) - broken.frames), label="frames")
        broken.append(frames[broken.frames : broken.frames + number])
        if data.draw(st.booleans(), label="flush"):
            broken.flush()
        broken._background.wait()
        stored = broken._journal.frames
        broken._let_go(keep=True)
        of_frames = {Path(broken.folder, "0", name) for name in DOCUMENTS}
        files = sorted(p for p in Path(broken.folder).glob("*/**/*") if p.is_file() and p not in of_frames)
        lost = data.draw(st.sets(st.sampled_from(files), max_size=2), label="lost") if files else set()
        for path in lost:
            path.unlink()
        if not lost:
            again = stream()
            assert again.frames == stored
            again._let_go(keep=True)
    with stream() as last:
        last.append(frames[last.frames :])
    path = write_image(pixels, folder / "b.zarr", dims(names), **options)
    assert arrays(last.path) == arrays(path)
    for number in arrays(path):
        np.testing.assert_array_equal(array(last.path, number), array(path, number))
