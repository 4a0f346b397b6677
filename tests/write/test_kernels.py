"""Kernels, against what they mean written down plainly."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
pytest.importorskip("ngff_write")

from ngff_core.errors import UsageError  # noqa: E402
from ngff_write.pixels.kernels import KERNELS, kernel_named  # noqa: E402

INTEGERS = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]
FLOATS = ["float16", "float32", "float64"]
SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=3)


def blocks(pixels: Any, factors: list[int]) -> dict[tuple[int, ...], list[Any]]:
    """Return the pixels of each block, by its index."""
    found: dict[tuple[int, ...], list[Any]] = {}
    for index in itertools.product(*map(range, pixels.shape)):
        block = tuple(i // f for i, f in zip(index, factors, strict=True))
        found.setdefault(block, []).append(pixels[index].item())
    return found


def rounded(value: Fraction) -> int:
    return round(value)  # halves to even


PLAIN = {
    "mean": lambda values: rounded(Fraction(sum(map(int, values)), len(values))),
    "mode": lambda values: max(values, key=lambda value: (values.count(value), value)),
    "median": lambda values: rounded(Fraction(sum(_middle(sorted(map(int, values)))), len(_middle(values)))),
    "stride": lambda values: values[0],
}


def _middle(values: list[Any]) -> list[Any]:
    half = len(values) // 2
    return values[half : half + 1] if len(values) % 2 else values[half - 1 : half + 1]


@st.composite
def arrays(draw: st.DrawFn, dtypes: list[str]) -> tuple[Any, list[int]]:
    shape = draw(SHAPES)
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    if dtype.kind == "f":
        values = st.floats(width=dtype.itemsize * 8, allow_subnormal=False)
    else:
        info = np.iinfo(dtype)
        values = st.integers(int(info.min), int(info.max)) | st.sampled_from([0, 1, int(info.min), int(info.max)])
    pixels = draw(st.lists(values, min_size=math.prod(shape), max_size=math.prod(shape)))
    factors = draw(st.lists(st.integers(1, 4), min_size=len(shape), max_size=len(shape)))
    return np.array(pixels, dtype).reshape(shape), factors


@pytest.mark.parametrize("name", list(KERNELS))
@settings(deadline=None, max_examples=150)
@given(drawn=arrays(INTEGERS))
def test_integers_are_exact(name: str, drawn: tuple[Any, list[int]]) -> None:
    pixels, factors = drawn
    before = pixels.copy()
    found = kernel_named(name).apply(pixels, factors)
    assert found.dtype == pixels.dtype
    assert found.shape == tuple(math.ceil(n / f) for n, f in zip(pixels.shape, factors, strict=True))
    expected = {index: PLAIN[name](values) for index, values in blocks(pixels, factors).items()}
    assert {index: found[index].item() for index in expected} == expected
    np.testing.assert_array_equal(pixels, before)  # what is given is left alone


@settings(deadline=None, max_examples=150)
@given(drawn=arrays(FLOATS))
def test_mean_of_floats_leaves_out_what_is_no_number(drawn: tuple[Any, list[int]]) -> None:
    pixels, factors = drawn
    found = kernel_named("mean").apply(pixels, factors)
    assert found.dtype == pixels.dtype
    for index, values in blocks(pixels, factors).items():
        numbers = [value for value in values if not math.isnan(value)]
        value = found[index].item()
        if not numbers or (math.inf in numbers and -math.inf in numbers):
            assert math.isnan(value)
        elif math.inf in numbers or -math.inf in numbers:
            assert value == (math.inf if math.inf in numbers else -math.inf)
        else:
            expected = float(sum(map(Fraction, numbers)) / len(numbers))
            size = max(map(abs, numbers))
            precision = float(np.finfo(pixels.dtype).eps)
            assert value == pytest.approx(expected, rel=8 * precision, abs=8 * precision * size)


@settings(deadline=None, max_examples=150)
@given(drawn=arrays(FLOATS))
@pytest.mark.filterwarnings("error")
def test_median_of_floats_leaves_out_what_is_no_number(drawn: tuple[Any, list[int]]) -> None:
    pixels, factors = drawn
    found = kernel_named("median").apply(pixels, factors)
    assert found.dtype == pixels.dtype
    for index, values in blocks(pixels, factors).items():
        numbers = sorted(value for value in values if not math.isnan(value))
        middle = {numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]} if numbers else {math.nan}
        value = found[index].item()
        expected = middle.pop() if len(middle) == 1 else sum(value / 2 for value in middle)
        if math.isnan(expected):
            assert math.isnan(value)
        else:
            assert value == pytest.approx(expected, rel=1e-2 if pixels.dtype == "f2" else 1e-6, abs=1e-6)


@pytest.mark.filterwarnings("error")
def test_blocks_without_numbers_stay_without() -> None:
    pixels = np.array([[np.nan, 5, np.nan, np.nan], [1, 3, np.nan, np.nan]], "f4")
    np.testing.assert_array_equal(kernel_named("median").apply(pixels, (2, 2)), np.array([[3, np.nan]], "f4"))
    np.testing.assert_array_equal(kernel_named("median").apply(pixels.astype("c8"), (2, 2)).real, [[3, np.nan]])


@pytest.mark.parametrize("name", list(KERNELS))
def test_truth_values_and_other_byte_orders(name: str) -> None:
    kernel = kernel_named(name)
    truth = np.array([[True, True, False], [True, False, False]])
    assert kernel.apply(truth, (2, 2)).tolist() == [[True, False]]
    big = np.arange(12, dtype=">u2").reshape(3, 4)
    np.testing.assert_array_equal(kernel.apply(big, (2, 2)), kernel.apply(big.astype("u2"), (2, 2)))


@pytest.mark.parametrize("name", ["mode", "stride"])
@settings(deadline=None, max_examples=100)
@given(drawn=arrays(INTEGERS))
def test_no_label_is_invented(name: str, drawn: tuple[Any, list[int]]) -> None:
    pixels, factors = drawn
    assert set(kernel_named(name).apply(pixels, factors).ravel().tolist()) <= set(pixels.ravel().tolist())


def test_the_mean_of_an_image_does_not_drift() -> None:
    pixels = np.random.default_rng(0).integers(900, 1050, (1024, 1024)).astype("uint16")
    level = pixels
    for _ in range(8):
        level = kernel_named("mean").apply(level, (2, 2))
        assert abs(level.mean() - pixels.mean()) < 0.5


def test_unknown_kernel() -> None:
    with pytest.raises(UsageError, match="take one of mean, mode, median, stride"):
        kernel_named("gaussian")
