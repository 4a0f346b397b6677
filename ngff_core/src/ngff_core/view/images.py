"""What is seen of images, plates and wells, the same whatever the version. Needs no models.

What the metadata lists stays in its place: an entry that is not sound is there, and says nothing but its ``problem``.
"""

from __future__ import annotations

from collections import Counter

import attrs

from ngff_core.errors import NotFoundError, UsageError
from ngff_core.references import Reference
from ngff_core.values import Value
from ngff_core.words import counted
from ngff_core.zarr.array import ArrayDocument

__all__ = [
    "AcquisitionView",
    "AxisView",
    "ChannelView",
    "FieldView",
    "ImageDescription",
    "LevelView",
    "WellView",
    "WindowView",
]

_html = Reference("ngff_core.view.shown.notebook:image_html")


@attrs.frozen
class AxisView:
    """One dimension of an image: ``type`` is ``space``, ``time``, ``channel`` or another word, ``unit`` such as
    ``micrometer``; ``None`` where the metadata does not say. A dimension without a name has the name ``""``.
    """

    name: str
    type: str | None
    unit: str | None
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class LevelView:
    """One resolution level. ``shape`` counts pixels, ``pixel_size`` is in the units of the axes, both per axis.

    ``shape`` is ``None`` where the array could not be had, ``pixel_size`` where the metadata does not give one number
    for each axis. ``translation`` is the position of the first pixel's centre in the units of the axes, ``None`` where
    that is not known. ``path`` is ``""`` where the metadata names no array.
    """

    path: str
    shape: tuple[int, ...] | None
    dtype: str | None
    pixel_size: tuple[float, ...] | None
    document: ArrayDocument | None = attrs.field(eq=False)
    translation: tuple[float, ...] | None = None
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class WindowView:
    """Intensities: ``start`` to ``end`` is what is shown, of a scale from ``min`` to ``max``; ``None``: not said."""

    start: float | None
    end: float | None
    min: float | None
    max: float | None


@attrs.frozen
class ChannelView:
    """One channel as it is to be shown; ``color`` is six hexadecimal digits, RGB."""

    label: str | None
    color: str | None
    window: WindowView | None = None
    active: bool | None = None
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class WellView:
    """One well of a plate: where it is, and the names of its row and column; ``""`` where the metadata names none."""

    path: str
    row: str
    column: str
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class FieldView:
    """One field of view of a well: where it is below the well, and the id of its acquisition, if it states one."""

    path: str
    acquisition: int | None
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class AcquisitionView:
    """One run of the microscope over a plate; ``fields`` is the largest number of fields in a well."""

    id: int | None
    name: str | None
    description: str | None
    fields: int | None
    problem: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen(eq=False)
class ImageDescription(Value):
    """What the metadata of a multiscale image says, whatever its version.

    ``problem`` says why there is nothing to see of an image that is named: it is not there, or its metadata is broken.
    """

    version: str
    name: str | None
    axes: tuple[AxisView, ...]
    levels: tuple[LevelView, ...]
    channels: tuple[ChannelView, ...]
    problem: str | None = attrs.field(default=None, kw_only=True)

    def level(self, number: int = 0) -> LevelView:
        """Return a level; raise NotFoundError where there is none of that number."""
        if isinstance(number, bool) or not hasattr(number, "__index__"):
            raise UsageError(f"levels are known by their numbers, 0 is the largest; got {number!r}")
        if not -len(self.levels) <= number < len(self.levels):
            levels = counted(len(self.levels), "level")
            why = f" ({self.problem})" if self.problem is not None else ""
            raise NotFoundError(f"there is no level {number}, the image has {levels}{why}")
        return self.levels[number]

    def pixel_sizes(self, level: int = 0) -> dict[str, tuple[float | None, str | None]]:
        """Return the size of a pixel along each axis, by name, with its unit; ``None`` where either is not known.

        An axis that shares its name with another, or has none, is known by its number as well: ``"x[1]"``. Raises
        NotFoundError for a level that there is not.
        """
        sizes = self.level(level).pixel_size or (None,) * len(self.axes)
        return {name: (size, axis.unit) for name, axis, size in zip(self._names(), self.axes, sizes, strict=True)}

    def _repr_html_(self) -> str:
        """Return what notebooks show."""
        html: str = _html(self)
        return html

    def _names(self) -> list[str]:
        names = [axis.name for axis in self.axes]
        times = Counter(names)
        return [n if n and times[n] == 1 else f"{n}[{index}]" for index, n in enumerate(names)]
