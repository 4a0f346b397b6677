"""What was found in a file: pixels, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["Channel", "Found"]

_WORDS = {"i": "pages", "q": "unnamed"}  # of dimensions that tifffile has letters for, and files no names


@attrs.frozen
class Channel:
    """One channel: ``color`` is six hexadecimal digits, ``emission`` a wavelength in nanometers.

    ``window`` is what is to be shown of its intensities, from and to.
    """

    name: str | None = None
    color: str | None = None
    emission: float | None = None
    window: tuple[float, float] | None = None

    @property
    def says(self) -> bool:
        """Whether anything is known of it."""
        return any(value is not None for value in (self.name, self.color, self.emission, self.window))


@attrs.frozen(kw_only=True)
class Found:
    """One image of a file.

    ``pixels`` are read in regions. ``axes`` has a letter for each of their dimensions: t, c, z, y, x, s (samples, as
    red, green and blue), or another one where the file does not say which of these it is. ``sizes`` are those of
    pixels, and ``units`` theirs, by axis; ``positions`` are numbers and units, of the first pixel. ``bits`` is how many
    of each number are used. ``remarks`` say what was not taken over, and what is not known; ``unkept`` is what
    ``ome_xml`` says besides.
    """

    path: str
    pixels: Any
    axes: str
    name: str | None = None
    sizes: Mapping[str, float] = attrs.field(factory=dict)
    units: Mapping[str, str] = attrs.field(factory=dict)
    positions: Mapping[str, tuple[float, str]] = attrs.field(factory=dict)
    channels: tuple[Channel, ...] = ()
    bits: int | None = None
    remarks: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()
    ome_xml: bytes | None = attrs.field(default=None, repr=False)

    def shown(self) -> str:
        """Return the dimensions in words."""
        sizes = zip(self.axes, self.pixels.shape, strict=True)
        return ", ".join(
            f"{_WORDS.get(letter, letter.upper())} ({n})" if letter != "?" else str(n) for letter, n in sizes
        )
