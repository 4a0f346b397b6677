"""What is seen of an image: axes, levels, pixel sizes and channels, the same whatever the version. Needs no models."""

from __future__ import annotations

import attrs

from ngff_core.zarr.array import ArrayDocument

__all__ = ["AxisView", "ChannelView", "ImageDescription", "LevelView", "WellView"]


@attrs.frozen
class AxisView:
    """One dimension of an image: ``type`` is ``space``, ``time``, ``channel`` or another word, ``unit`` such as
    ``micrometer``; ``None`` where the metadata does not say.
    """

    name: str
    type: str | None
    unit: str | None


@attrs.frozen
class LevelView:
    """One resolution level. ``shape`` counts pixels, ``pixel_size`` is in the units of the axes, both per axis.

    ``shape`` is ``None`` where the array could not be had, ``pixel_size`` where the metadata does not give one.
    """

    path: str
    shape: tuple[int, ...] | None
    dtype: str | None
    pixel_size: tuple[float, ...] | None
    document: ArrayDocument | None


@attrs.frozen
class ChannelView:
    """One channel as it is to be shown; ``color`` is six hexadecimal digits, RGB."""

    label: str | None
    color: str | None


@attrs.frozen
class WellView:
    """One well of a plate: where it is, and the names of its row and column."""

    path: str
    row: str
    column: str


@attrs.frozen(eq=False)
class ImageDescription:
    """What the metadata of a multiscale image says, whatever its version."""

    version: str
    name: str | None
    axes: tuple[AxisView, ...]
    levels: tuple[LevelView, ...]
    channels: tuple[ChannelView, ...]

    def pixel_sizes(self, level: int = 0) -> dict[str, tuple[float | None, str | None]]:
        """Return the size of a pixel along each axis, by name, with its unit; ``None`` where neither is known."""
        sizes = self.levels[level].pixel_size or (None,) * len(self.axes)
        return {axis.name: (size, axis.unit) for axis, size in zip(self.axes, sizes, strict=False)}
