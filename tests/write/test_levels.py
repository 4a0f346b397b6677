"""Levels: where the metadata says that the pixels of each lie is where they were made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngff_core import DimSpec, open_image

np = pytest.importorskip("numpy")
pytest.importorskip("tensorstore")
pytest.importorskip("ngff_write")

from ngff_core.errors import UsageError  # noqa: E402
from ngff_write import write_image  # noqa: E402
from ngff_write.pixels.kernels import KERNELS, kernel_named  # noqa: E402
from ngff_write.pixels.levels import Level, plan_levels  # noqa: E402


def shapes(levels: list[Level]) -> list[tuple[int, ...]]:
    return [level.shape for level in levels]


def made(pixels: Any, levels: list[Level], kernel: str) -> list[Any]:
    found = [pixels]
    for level in levels[1:]:
        found.append(kernel_named(kernel).apply(found[-1], level.factors))
    return found


@pytest.mark.parametrize("kernel", list(KERNELS))
@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize("size", range(1, 66))
def test_every_size(size: int, factor: int, kernel: str) -> None:
    """A pixel made of whole blocks lies where its metadata says: its value is its position, by construction.

    The mode has to find one value in a block, so that its pixels hold the middle of what is to become one pixel.
    """
    dim = DimSpec("x", scale=0.25, translation=10.0, scale_factor=factor)
    levels = plan_levels((size,), [dim], kernel_named(kernel), 32)
    assert levels[-1].shape == (1,)
    ramp = dim.translation + np.arange(size) * 0.25
    for number, (level, pixels) in enumerate(zip(levels, made(ramp, levels, kernel), strict=True)):
        assert pixels.shape == level.shape
        span = factor**number  # pixels of the first level in one of this
        if kernel == "mode":
            middles = 10.0 + ((np.arange(size) // span) * span + (span - 1) / 2) * 0.25
            pixels = made(middles, levels, kernel)[number]
        whole = size // span
        stated = level.translation[0] + np.arange(whole) * level.scale[0]
        assert np.abs(pixels[:whole] - stated).max(initial=0) < 0.01 * 0.25


@settings(deadline=None, max_examples=60)
@given(
    shape=st.tuples(*[st.integers(1, 65)] * 3),
    scales=st.tuples(*[st.sampled_from([0.1, 0.25, 0.5, 1.0, 3.0])] * 3),
    kernel=st.sampled_from(["mean", "median", "stride"]),
)
def test_every_axis(shape: tuple[int, ...], scales: tuple[float, ...], kernel: str) -> None:
    dims = [DimSpec(name, scale=scale) for name, scale in zip("zyx", scales, strict=True)]
    levels = plan_levels(shape, dims, kernel_named(kernel), 32)
    for axis in range(3):
        ramp = np.broadcast_to(
            (np.arange(shape[axis]) * scales[axis]).reshape([-1 if i == axis else 1 for i in range(3)]), shape
        )
        span = 1
        for level, pixels in zip(levels, made(ramp, levels, kernel), strict=True):
            span *= level.factors[axis]
            whole = shape[axis] // span
            along = np.moveaxis(pixels, axis, 0)[:whole, 0, 0]
            stated = level.translation[axis] + np.arange(whole) * level.scale[axis]
            assert np.abs(along - stated).max(initial=0) < 0.01 * scales[axis]


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("kernel", ["mean", "median", "stride"])
@pytest.mark.parametrize("size", [64, 61])
def test_centre_of_mass_as_it_is_read(size: int, kernel: str, version: str, tmp_path: Path) -> None:
    y, x = np.mgrid[:size, :size]
    blob = 6e4 * np.exp(-((y - 29.3) ** 2 + (x - 31.6) ** 2) / (2 * 6.0**2))
    dims = [DimSpec(name, scale=0.65, unit="micrometer") for name in "yx"]
    path = write_image(blob.astype("float64"), tmp_path / "a.zarr", dims, version=version, kernel=kernel, n_levels=3)
    image = open_image(path)
    centres = []
    for level in image.levels:
        pixels = _pixels(path, level.path)
        grid = np.mgrid[tuple(slice(0, n) for n in pixels.shape)]
        centres.append(
            [
                level.translation[axis] + level.pixel_size[axis] * (grid[axis] * pixels).sum() / pixels.sum()
                for axis in (0, 1)
            ]
        )
    assert np.abs(np.array(centres) - centres[0]).max() < 0.01 * 0.65


def _pixels(path: str, level: str) -> Any:
    from ngff_core import open_group

    return np.asarray(open_group(path)[level].to_tensorstore().read().result())


def test_anisotropic_images_become_isotropic_first() -> None:
    dims = [
        DimSpec("t"), DimSpec("c"), DimSpec("z", scale=2.0, unit="micrometer"),
        DimSpec("y", scale=500.0, unit="nanometer"), DimSpec("x", scale=0.5, unit="micrometer"),
    ]  # fmt: skip
    levels = plan_levels((3, 2, 40, 1000, 1000), dims, kernel_named("mean"))
    assert [level.factors for level in levels] == [(1, 1, 1, 1, 1), (1, 1, 1, 2, 2), (1, 1, 1, 2, 2)]
    levels = plan_levels((3, 2, 40, 1000, 1000), dims, kernel_named("mean"), 5)
    assert [level.factors for level in levels[3:]] == [(1, 1, 2, 2, 2)] * 2


def test_axes_that_are_not_to_shrink() -> None:
    dims = [DimSpec("z", scale_factor=1), DimSpec("y"), DimSpec("x")]
    assert shapes(plan_levels((300, 600, 600), dims, kernel_named("mean"))) == [
        (300, 600, 600), (300, 300, 300), (300, 150, 150),
    ]  # fmt: skip
    assert shapes(plan_levels((5, 7), [DimSpec("t"), DimSpec("c")], kernel_named("mean"), 5)) == [(5, 7)]


def test_a_size_that_is_not_known_goes_with_the_others() -> None:
    known = {"unit": "micrometer", "scale": 0.5}
    dims = [DimSpec("z"), DimSpec("y", **known), DimSpec("x")]  # type: ignore[arg-type]
    levels = plan_levels((40, 300, 300), dims, kernel_named("mean"), 3)
    assert [level.factors for level in levels] == [(1, 1, 1), (2, 2, 2), (2, 2, 2)]
    two = [DimSpec("z", scale=2.0, unit="micrometer"), *dims[1:]]
    levels = plan_levels((40, 300, 300), two, kernel_named("mean"), 4)
    assert [level.factors for level in levels] == [(1, 1, 1), (1, 2, 2), (1, 2, 2), (2, 2, 2)]
    none = [DimSpec("z", scale=2.0), DimSpec("y"), DimSpec("x")]  # without any unit they are what they are
    assert plan_levels((40, 300, 300), none, kernel_named("mean"), 2)[1].factors == (1, 2, 2)


@pytest.mark.parametrize("name", ["t", "c"])
def test_a_factor_of_time_or_channels_is_refused(name: str) -> None:
    for levels in (1, 2):
        dims = [DimSpec(name, scale_factor=2), DimSpec("y"), DimSpec("x")]
        with pytest.raises(UsageError, match=f"of dimension '{name}' is 2, and only axes of space are made smaller"):
            plan_levels((9, 9, 9), dims, kernel_named("mean"), levels)
    dims = [DimSpec(name, scale_factor=1), DimSpec("y"), DimSpec("x")]
    assert plan_levels((9, 9, 9), dims, kernel_named("mean"), 2)[1].factors == (1, 2, 2)


@pytest.mark.parametrize("factor", [0.5, 1.5, 0, -2])
def test_factors_that_are_none(factor: float) -> None:
    with pytest.raises(UsageError, match="a whole number from 1 on"):
        plan_levels((9, 9), [DimSpec("y"), DimSpec("x", scale_factor=factor)], kernel_named("mean"), 2)
