"""Hierarchies that are prepared: metadata without errors, and arrays that others fill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ngff_core import DimSpec, check_store, open_group
from ngff_core.errors import UsageError

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_write import prepare_collection, prepare_image, prepare_labels, prepare_plate, write_image  # noqa: E402
from ngff_write.pixels.kernels import kernel_named  # noqa: E402

DIMS = [DimSpec("c"), DimSpec("y", unit="micrometer"), DimSpec("x", unit="micrometer")]
SHAPE = (2, 65, 51)
VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
WRITERS = pytest.mark.parametrize("writer", ["tensorstore", "zarr"])


def filled(prepared: Any, path: str) -> None:
    """Fill an array, and assert that this is read from where it is by now."""
    array = prepared.arrays[path]
    pixels = np.random.default_rng(0).integers(0, 99, array.shape).astype("uint8")
    array[...] = pixels
    np.testing.assert_array_equal(open_group(prepared.path)[path].to_tensorstore().read().result(), pixels)
    assert list(check_store(prepared.path, profile="strict").issues) == []


@VERSIONS
@WRITERS
def test_prepared_hierarchies_are_filled_by_others(version: str, writer: Any, tmp_path: Path) -> None:
    module = {"tensorstore": "tensorstore", "zarr": "zarr"}[writer]
    pytest.importorskip(module)
    image = prepare_image(
        SHAPE, "uint8", tmp_path / "a.zarr", DIMS, version=version, writer=writer, n_levels=2,
        labels={"cells": (SHAPE[1:], "uint8")},
    )  # fmt: skip
    assert type(image.arrays["0"]).__module__.partition(".")[0] == module
    assert sorted(image.arrays) == ["0", "1", "labels/cells/0", "labels/cells/1"]
    filled(image, "1")
    labels = prepare_labels(image.path, "nuclei", "uint8", writer=writer)
    assert [labels.arrays[level].shape for level in ("0", "1")] == [(65, 51), (33, 26)]
    labels.arrays["1"][...] = 3
    filled(image, "labels/cells/0")
    kinds = {"A/1/0": (SHAPE, "uint8"), ("B", "2", "1"): (SHAPE, "uint8")}
    plate = prepare_plate(kinds, tmp_path / "p.zarr", DIMS, version=version, writer=writer, n_levels=1)
    assert sorted(plate.arrays) == ["A/1/0/0", "B/2/1/0"]
    filled(plate, "B/2/1/0")
    two = {"x": (SHAPE, "uint8"), "y": ((1, 4, 3), "uint8")}
    collection = prepare_collection(two, tmp_path / "c.zarr", DIMS, version=version, writer=writer, n_levels=1)
    filled(collection, "y/0")


@pytest.mark.parametrize(
    ("kernel", "of_labels"), [("stride", "stride"), ("mode", "mode"), ("mean", "mode"), ("median", "mode")]
)
def test_labels_are_made_smaller_as_their_image_is_where_that_invents_nothing(
    kernel: str, of_labels: str, tmp_path: Path
) -> None:
    prepared = prepare_image(
        SHAPE, "uint8", tmp_path / "a.zarr", DIMS, kernel=kernel, n_levels=2, labels={"cells": (SHAPE[1:], "uint8")}
    )
    pixels = np.random.default_rng(0).integers(0, 9, SHAPE[1:]).astype("uint8")
    written = write_image(
        np.stack([pixels, pixels]), tmp_path / "b.zarr", DIMS, kernel=kernel, n_levels=2, labels={"cells": pixels}
    )
    place = (0.0, 0.0) if of_labels == "stride" else (0.5, 0.5)
    for path in (prepared.path, written):
        labels = open_group(path)["labels/cells"].ome_metadata().multiscales[0]
        assert (labels.type, tuple(labels.datasets[1].level_translation(2))) == (of_labels, place)
    stored = open_group(written)["labels/cells/1"].to_tensorstore().read().result()
    np.testing.assert_array_equal(stored, kernel_named(of_labels).apply(pixels, (2, 2)))


@pytest.mark.parametrize(("dtype", "number"), [("uint8", 256), ("int8", 128), ("uint32", 256)])
def test_prepared_labels_have_colors_of_values_that_there_may_be(dtype: str, number: int, tmp_path: Path) -> None:
    image = prepare_image(SHAPE, "uint8", tmp_path / "a.zarr", DIMS, labels={"cells": (SHAPE[1:], dtype)})
    prepare_labels(image.path, "nuclei", dtype)
    prepare_labels(image.path, "some", dtype, properties={7: {"class": "b"}, 3: {}})
    prepare_labels(image.path, "given", dtype, colors={5: (1, 2, 3, 255)})
    assert list(check_store(image.path, profile="strict").issues) == []
    labels = {name: open_group(image.path)[f"labels/{name}"] for name in ("cells", "nuclei", "some", "given")}
    values = {
        name: [color.label_value for color in group.ome_metadata().image_label.colors] for name, group in labels.items()
    }
    every = list(range(number))
    assert values == {"cells": every, "nuclei": every, "some": [0, 3, 7], "given": [5]}


def test_what_cannot_be_prepared_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="prepared for the writers tensorstore and zarr, not for 'zarrista'"):
        prepare_image(SHAPE, "uint8", tmp_path / "a.zarr", DIMS, writer="zarrista")
    with pytest.raises(UsageError, match="nothing can be written to the arrays of an archive"):
        prepare_image(SHAPE, "uint8", tmp_path / "a.ozx", DIMS)
    with pytest.raises(UsageError, match="expected the shape of an image"):
        prepare_image(SHAPE, "no type", tmp_path / "a.zarr", DIMS)
    assert list(tmp_path.iterdir()) == []
