"""What the tool writes is OME-Zarr 0.5, in whatever shape."""

from pathlib import Path

import pytest
from scope.writer import write_image

from ngff_core.pytest_plugin import AssertValid, assert_valid_ngff


@pytest.mark.parametrize("levels", [1, 3])
def test_images_are_valid(tmp_path: Path, levels: int) -> None:
    assert_valid_ngff(write_image(tmp_path / "image.ome.zarr", (64, 64), 0.5, levels), version="0.5", strict=True)


def test_a_reference_is_valid(assert_valid_ngff: AssertValid) -> None:
    report = assert_valid_ngff(Path(__file__).parents[1] / "reference.ome.zarr", version="0.5")
    assert report.counts == {"image": 1, "array": 2}
