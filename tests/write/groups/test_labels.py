"""Labels as they are written: beside their image, level by level, listed, with no value invented."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import DimSpec, check_store, open_group, open_image
from ngff_core.errors import NgffError, StoreError, UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

import ngff_v05 as v05  # noqa: E402
from ngff_write import prepare_labels, write_image, write_labels, write_plate  # noqa: E402
from ngff_write.groups.colors import MOST  # noqa: E402
from ngff_write.pixels.kernels import kernel_named  # noqa: E402
from ngff_write.v05 import prepare_image  # noqa: E402

DIMS = [DimSpec("c"), DimSpec("y", scale=0.5, unit="micrometer"), DimSpec("x", scale=0.5, unit="micrometer")]


def pixels_of(path: str, level: str) -> Any:
    return open_group(path)[level].to_tensorstore().read().result()


def image(tmp_path: Path, version: str = "0.5", shape: tuple[int, ...] = (2, 65, 51), **options: Any) -> str:
    return write_image(np.ones(shape, "uint16"), tmp_path / "a.zarr", DIMS, version=version, n_levels=3, **options)


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("writer", ["tensorstore", "zarr"])
def test_labels_lie_where_their_image_lies(version: str, writer: Any, tmp_path: Path) -> None:
    if writer == "zarr":
        pytest.importorskip("zarr")
    labels = np.random.default_rng(0).integers(0, 4, (65, 51)).astype("uint8")
    path = image(tmp_path, version, labels={"first": labels})
    second = write_labels(labels[None], path, "second", writer=writer, properties={2: {"area": 3.5}})
    write_labels(labels.astype("int64"), path, "third", colors={1: (255, 0, 0, 255)}, source="../../")
    assert list(check_store(path, profile="strict").issues) == []
    assert open_group(path)["labels"].ome_metadata().labels == ["first", "second", "third"]
    np.testing.assert_array_equal(pixels_of(second, "0"), labels[None])
    theirs, ours = open_image(path), open_image(f"{path}/labels/first")
    for one, other in zip(ours.levels, theirs.levels, strict=True):
        assert (one.shape, one.pixel_size, one.translation) == tuple(
            value[1:] if value is not None else None for value in (other.shape, other.pixel_size, other.translation)
        )
    label = open_group(second).ome_metadata().image_label
    assert [color.label_value for color in label.colors] == [0, 1, 2, 3]
    assert [entry.extra for entry in label.properties] == [{}, {}, {"area": 3.5}, {}]


@settings(max_examples=12)
@given(st.integers(1, 65), st.integers(1, 65), st.integers(0, 2**31), st.sampled_from(["mode", "stride"]))
def test_no_value_is_invented(height: int, width: int, seed: int, kernel: str) -> None:
    labels = np.random.default_rng(seed).choice([0, 1, 7, 2**40], (height, width))
    with TemporaryDirectory() as folder:
        path = image(Path(folder), shape=(1, height, width))
        written = write_labels(labels, path, "cells", kernel=kernel)
        sizes = [level.shape for level in open_image(path).levels]
        for number, size in enumerate(sizes):
            found = pixels_of(written, str(number))
            assert found.shape == size[1:]
            assert set(np.unique(found)) <= set(np.unique(labels))
        assert list(check_store(path, profile="strict").issues) == []


def test_colors_are_left_out_where_there_are_too_many_values(tmp_path: Path) -> None:
    path = image(tmp_path)
    write_labels(np.arange(65 * 51).reshape(65, 51), path, "all")
    assert [issue.rule for issue in check_store(path, profile="strict").issues] == ["label-colors-present"]
    few = np.arange(65 * 51).reshape(65, 51) % MOST
    written = write_labels(few, path, "few")
    assert len(open_group(written).ome_metadata().image_label.colors) == MOST


@pytest.mark.parametrize(
    ("labels", "name", "options", "message"),
    [
        (np.zeros((65, 51)), "a", {}, "labels are integers, got pixels of type float64"),
        (np.zeros((65, 51), bool), "a", {}, "labels are integers, got pixels of type bool"),
        (np.zeros((64, 51), "uint8"), "a", {}, "the labels have 64 pixels along y, the image has 65"),
        (np.zeros((1, 1, 65, 51), "uint8"), "a", {}, "do not fit the axes cyx"),
        (np.zeros((65, 51), "uint8"), "a", {"kernel": "median"}, "the median of labels is no label"),
        (np.zeros((65, 51), "uint8"), "../a", {}, "the label image is called '../a'"),
        (np.zeros((65, 51), "uint8"), "..", {}, "the label image is called '..'"),
        (np.zeros((65, 51), "uint8"), "there", {}, "is there already"),
        (np.zeros((65, 51), "uint8"), "a", {"source": "../"}, "leads to a group of kind labels-group, not to an image"),
        (np.zeros((65, 51), "uint8"), "a", {"source": "../../0"}, "the source of the labels is no image"),
        (np.zeros((65, 51), "uint8"), "a", {"source": "/etc"}, "the source of the labels is no image"),
        (np.zeros((65, 51), "uint8"), "a", {"source": "../../../other.zarr"}, "outside of what was opened"),
        (np.zeros((65, 51), "uint8"), "a", {"source": "."}, "is the label image itself"),
    ],
)
def test_what_does_not_fit_is_refused(labels: Any, name: str, options: Any, message: str, tmp_path: Path) -> None:
    path = image(tmp_path, labels={"there": np.zeros((65, 51), "uint8")})
    before = sorted(str(file) for file in tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=message):
        write_labels(labels, path, name, **options)
    if "source" in options:
        with pytest.raises(UsageError, match=message):
            prepare_labels(path, name, **options)
    assert sorted(str(file) for file in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_other_labels_can_be_the_source(version: str, tmp_path: Path) -> None:
    path = image(tmp_path, version, labels={"first": np.zeros((65, 51), "uint8")})
    write_labels(np.zeros((65, 51), "uint8"), path, "second", source="../first")
    assert check_store(path).valid


def test_colors_that_are_none_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = image(tmp_path)
    with pytest.raises(UsageError, match="four numbers from 0 to 255"):
        write_labels(np.zeros((65, 51), "uint8"), path, "a", colors={1: (1, 2, 3, 256)})
    assert not (tmp_path / "a.zarr/labels").exists()


def test_what_is_listed_already_stays_and_labels_are_replaced_when_asked(tmp_path: Path) -> None:
    path = image(tmp_path, labels={"a": np.zeros((65, 51), "uint8")})
    group = open_group(path)["labels"].edit()
    group.extra["note"] = "mine"
    group.save()
    write_labels(np.ones((65, 51), "uint8"), path, "b")
    write_labels(np.ones((65, 51), "uint8"), path, "a", overwrite=True)
    listed = open_group(path)["labels"].ome_metadata()
    assert (listed.labels, listed.extra) == (["a", "b"], {"note": "mine"})
    assert pixels_of(f"{path}/labels/a", "0").min() == 1


def test_levels_of_other_blocks_are_refused(tmp_path: Path) -> None:
    path = image(tmp_path)
    zarr = pytest.importorskip("zarr")
    shape = zarr.open_array(f"{path}/1").shape
    zarr.create_array(f"{path}/1", shape=(2, shape[1] - 2, shape[2]), dtype="uint16", overwrite=True)
    with pytest.raises(UsageError, match="level 1 of the image has 31 pixels along y"):
        write_labels(np.zeros((65, 51), "uint8"), path, "a")


@settings(max_examples=12)
@given(st.integers(4, 70), st.integers(4, 70), st.integers(0, 2**31))
def test_levels_that_leave_the_last_block_out_are_those_of_the_labels(height: int, width: int, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, (height, width)).astype("uint8")
    levels = [labels]
    for _ in range(2):
        whole = levels[-1][: levels[-1].shape[0] // 2 * 2, : levels[-1].shape[1] // 2 * 2]
        levels.append(kernel_named("mode").apply(whole, (2, 2)))
    multiscale = v05.Multiscale.from_dims(DIMS[1:], name="a", n_levels=3)
    with TemporaryDirectory() as folder:
        specs = [(level.shape, "uint16") for level in levels]
        path, _ = prepare_image(Path(folder) / "a.zarr", v05.Image(multiscales=[multiscale]), specs)
        written = write_labels(labels, path, "cells", chunks=(4, 8))
        for number, level in enumerate(levels):
            np.testing.assert_array_equal(pixels_of(written, str(number)), level)
        assert check_store(path).valid


def test_a_single_plane_stays_where_it_is(tmp_path: Path) -> None:
    dims = [DimSpec(name, unit="micrometer", translation=5.0) for name in "zyx"]
    path = write_image(np.ones((8, 64, 64), "uint8"), tmp_path / "a.zarr", dims, n_levels=3)
    levels = open_image(write_labels(np.ones((1, 64, 64), "uint8"), path, "plane")).levels
    assert [(level.shape[0], level.pixel_size[0], level.translation[0]) for level in levels] == [(1, 1.0, 5.0)] * 3
    assert [level.translation[1] for level in levels] == [5.0, 5.5, 6.5]
    assert list(check_store(path, profile="strict").issues) == []


def test_consolidated_metadata_has_the_labels(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    path = image(tmp_path)
    with warnings.catch_warnings(action="ignore"):
        zarr.consolidate_metadata(path)
    write_labels(np.zeros((65, 51), "uint8"), path, "a")
    assert list(check_store(path, profile="strict").issues) == []
    assert zarr.open_consolidated(path)["labels/a/0"].shape == (65, 51)


def test_links_that_lead_elsewhere_are_not_written_through(tmp_path: Path) -> None:
    path, outside = image(tmp_path), tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "a.zarr/labels").symlink_to(outside)
    with pytest.raises(StoreError, match="leads out of the store"):
        write_labels(np.zeros((65, 51), "uint8"), path, "a")
    (tmp_path / "a.zarr/labels").unlink()
    (tmp_path / "a.zarr/labels").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError):
        write_labels(np.zeros((65, 51), "uint8"), path, "a")
    assert list(outside.iterdir()) == []
    assert not (tmp_path / "nowhere").exists()


def test_labels_of_nothing_are_refused(tmp_path: Path) -> None:
    plate = write_plate({"A/1/0": np.zeros((6, 5), "uint8")}, tmp_path / "p.zarr", DIMS[1:])
    before = sorted(str(file) for file in tmp_path.rglob("*"))
    for path in (tmp_path / "nowhere", plate, "s3://bucket/image.zarr"):
        with pytest.raises(NgffError):
            write_labels(np.zeros((6, 5), "uint8"), path, "a")
    assert sorted(str(file) for file in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("level", ["0", "1"])
def test_levels_that_cannot_be_read_are_named(level: str, tmp_path: Path) -> None:
    path, document = image(tmp_path), tmp_path / f"a.zarr/{level}/zarr.json"
    document.unlink()
    with pytest.raises(StoreError, match=f"level '{level}' of .* could not be read.*there is no array at '{level}'"):
        write_labels(np.zeros((65, 51), "uint8"), path, "a")
    document.mkdir()  # root can read whatever there is
    with pytest.raises(StoreError, match="it is a directory, expected a file"):
        write_labels(np.zeros((65, 51), "uint8"), path, "a")


def test_nothing_is_added_to_an_archive(tmp_path: Path) -> None:
    path = Path(write_image(np.ones((2, 65, 51), "uint16"), tmp_path / "a.ozx", DIMS, version="0.5"))
    before = path.read_bytes()
    with pytest.raises(UsageError, match="nothing can be added to an archive"):
        write_labels(np.ones((65, 51), "uint8"), path, "cells")
    assert path.read_bytes() == before
