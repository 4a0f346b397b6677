"""Kernels: how the pixels of one level become those of the next, in NumPy.

Each takes an array and a whole factor for each axis, and returns an array of ``ceil(size / factor)`` pixels along each:
the last block of an axis whose size is no multiple is made of the pixels that are there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from ngff_core.errors import UsageError

__all__ = ["FOR_LABELS", "KERNELS", "Kernel", "kernel_named"]

Array = np.ndarray[Any, np.dtype[Any]]
Factors = Sequence[int]


@attrs.frozen
class Kernel:
    """One way to downsample.

    ``centered``: a new pixel stands for the middle of those that it was made of, else for the first of them.
    ``description`` is what the metadata of the image says of it.
    """

    name: str
    apply: Callable[[Array, Factors], Array]
    centered: bool
    description: str

    def shift(self, factor: int) -> float:
        """Return how far the centre of the first pixel moves, in pixels of the level above."""
        return (factor - 1) / 2 if self.centered else 0.0


def mean(pixels: Array, factors: Factors) -> Array:
    """Return the mean of each block: exact for integers, rounded to the nearest, halves to even.

    Pixels that are not a number are left out; a block of nothing else is not a number.
    """
    if pixels.dtype == bool:
        return mean(pixels.view(np.uint8), factors).astype(bool)
    return _by_edges(pixels, factors, _mean_of_blocks)


def stride(pixels: Array, factors: Factors) -> Array:
    """Return the first pixel of each block."""
    return pixels[tuple(slice(None, None, factor) for factor in factors)]


def mode(pixels: Array, factors: Factors) -> Array:
    """Return the most frequent value of each block, the largest of several: nothing but values that are there."""
    return _by_edges(pixels, factors, _mode_of_blocks)


def median(pixels: Array, factors: Factors) -> Array:
    """Return the middle value of each block; the mean of both where there are two, rounded as `mean` does.

    Pixels that are not a number are left out; a block of nothing else is not a number.
    """
    if pixels.dtype == bool:
        return median(pixels.view(np.uint8), factors).astype(bool)
    return _by_edges(pixels, factors, _median_of_blocks)


def _by_edges(pixels: Array, factors: Factors, of_blocks: Callable[[list[Array]], Array]) -> Array:
    """Apply a function of the pixels of whole blocks, and to the partial blocks at the ends of axes likewise."""
    shape = tuple(math.ceil(size / factor) for size, factor in zip(pixels.shape, factors, strict=True))
    if all(factor == 1 for factor in factors):
        return pixels
    out = np.empty(shape, pixels.dtype)
    for region, block in _parts(pixels.shape, factors):
        source = pixels[tuple(slice(begin, end) for begin, end in region)]
        out[tuple(slice(begin // f, math.ceil(end / f)) for (begin, end), f in zip(region, factors, strict=True))] = (
            of_blocks([source[offset] for offset in _offsets(block)])
        )
    return out


def _parts(shape: Sequence[int], factors: Factors) -> Iterator[tuple[list[tuple[int, int]], list[int]]]:
    """Yield the regions that have blocks of one shape, and that shape: the whole blocks, and the ends."""
    options: list[list[tuple[tuple[int, int], int]]] = []
    for size, factor in zip(shape, factors, strict=True):
        whole = size - size % factor
        choices = [((0, whole), factor)] if whole else []
        options.append(choices if whole == size else [*choices, ((whole, size), size - whole)])
    for choice in itertools.product(*options):
        yield [region for region, _ in choice], [block for _, block in choice]


def _offsets(block: Sequence[int]) -> Iterator[tuple[slice, ...]]:
    """Yield a selection for each pixel of a block: it takes this pixel of all blocks."""
    for first in itertools.product(*(range(size) for size in block)):
        yield tuple(slice(begin, None, size) for begin, size in zip(first, block, strict=True))


# --- mean ------------------------------------------------------------------------------------------


def _mean_of_blocks(pixels: list[Array]) -> Array:
    number, dtype = len(pixels), pixels[0].dtype
    if number == 1:
        return pixels[0]
    if dtype.kind not in "iu":
        return _mean_of_floats(pixels)
    wide = _wide(dtype, number)
    if wide is None:
        return _mean_of_longs(pixels)
    total = np.add(pixels[0], pixels[1], dtype=wide)
    for other in pixels[2:]:
        total += other
    return _rounded(total, number).astype(dtype)


def _wide(dtype: np.dtype[Any], number: int) -> np.dtype[Any] | None:
    """Return the smallest type that holds the sum of so many values, and half a block more."""
    bits = dtype.itemsize * 8 + number.bit_length()
    size = next((size for size in (2, 4, 8) if bits <= size * 8), None)
    return None if size is None else np.dtype(f"{dtype.kind}{size}")


def _rounded(total: Array, number: int) -> Array:
    """Divide, rounding to the nearest, halves to even, so that the mean of an image does not drift."""
    if number & (number - 1) == 0:
        bits = number.bit_length() - 1
        odd = total >> bits
        odd &= 1
        total += odd
        total += number // 2 - 1
        total >>= bits
        return total
    return _to_nearest(*np.divmod(total, number), number)


def _to_nearest(quotient: Array, rest: Array, number: int) -> Array:
    """Round a quotient up where what is left of the division is more than a half, or a half and it is odd."""
    quotient += (rest * 2 > number) | ((rest * 2 == number) & (quotient & 1 == 1))
    return quotient


def _mean_of_longs(pixels: list[Array]) -> Array:
    """Return the mean of integers whose sum no type holds: of their quotients, and of what is left."""
    number = len(pixels)
    quotient = np.zeros(pixels[0].shape, pixels[0].dtype)
    rest = np.zeros_like(quotient)
    for other in pixels:
        whole, left = np.divmod(other, number)
        quotient += whole
        rest += left
    whole, rest = np.divmod(rest, number)
    quotient += whole
    return _to_nearest(quotient, rest, number)


def _mean_of_floats(pixels: list[Array]) -> Array:
    dtype = pixels[0].dtype
    wide = np.promote_types(dtype, np.float32)
    with np.errstate(all="ignore"):
        total = np.add(pixels[0], pixels[1], dtype=wide)
        for other in pixels[2:]:
            total += other
        total /= len(pixels)
        wrong = ~np.isfinite(total)
        if wrong.any():
            total[wrong] = _mean_of_numbers([other[wrong].astype(wide) for other in pixels])
        return total.astype(dtype)


def _mean_of_numbers(pixels: list[Array]) -> Array:
    """Return the mean of what is a number, without a sum that is too large."""
    there = np.stack([~np.isnan(other) for other in pixels])
    number = np.maximum(there.sum(axis=0), 1)
    found: Array = np.where(there, np.stack(pixels) / number, 0).sum(axis=0)
    found[~there.any(axis=0)] = np.nan
    return found


# --- mode and median -------------------------------------------------------------------------------


def _mode_of_blocks(pixels: list[Array]) -> Array:
    best = pixels[0]
    if all(np.array_equal(best, other) for other in pixels[1:]):  # as in most of a label image
        return best
    count = np.min_scalar_type(len(pixels))
    best, most = best.copy(), np.zeros(best.shape, count)
    for i, value in enumerate(pixels):
        number = np.ones(best.shape, count)
        for other in pixels[i + 1 :]:  # those before were counted with the first of them
            number += value == other
        # not the first of several, which would move what is in the picture towards the origin
        better = (number > most) | ((number == most) & (value > best))
        best[better] = value[better]
        np.maximum(most, number, out=most)
    return best


def _median_of_blocks(pixels: list[Array]) -> Array:
    number = len(pixels)
    places = sorted({(number - 1) // 2, number // 2})
    ordered = np.partition(np.stack(pixels), places, axis=0)
    found = _mean_of_blocks([ordered[place] for place in places])
    if found.dtype.kind in "fc" and (holed := np.isnan(ordered).any(axis=0)).any():
        found[holed] = _median_of_numbers(ordered[:, holed])
    return found


def _median_of_numbers(pixels: Array) -> Array:
    """Return the middle of what is a number along the first axis, at each place of the second."""
    ordered = np.sort(pixels, axis=0)  # what is no number comes last
    number = np.maximum((~np.isnan(ordered)).sum(axis=0), 1)
    lower, upper = np.take_along_axis(ordered, np.stack([(number - 1) // 2, number // 2]), axis=0)
    return _mean_of_blocks([lower, upper])


_EACH = "each pixel is the {} of the block of pixels of the level above that it covers"

KERNELS = {
    "mean": Kernel("mean", mean, True, _EACH.format("mean") + ", rounded to the nearest number, halves to even"),
    "mode": Kernel("mode", mode, True, _EACH.format("most frequent value") + ", the largest of several"),
    "median": Kernel("median", median, True, _EACH.format("median")),
    "stride": Kernel("stride", stride, False, _EACH.format("first pixel")),
}


FOR_LABELS = ("mode", "stride")
"""Those for labels: no new values are made."""


def kernel_named(name: str | None, otherwise: str = "mean") -> Kernel:
    """Return a kernel, another one where no name is given; raises UsageError for a name that is none."""
    name = otherwise if name is None else name
    kernel = KERNELS.get(name)
    if kernel is None:
        raise UsageError(f"there is no kernel {name!r}: take one of {', '.join(KERNELS)}")
    return kernel
