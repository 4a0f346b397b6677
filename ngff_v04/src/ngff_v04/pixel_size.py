"""The answer to the decision ``pixel-size``: a size, and a unit if it is known, for some of the axes."""

from __future__ import annotations

import math
import re

import attrs

from ngff_core.rules.image.units import MEANT, SPACE_UNITS, TIME_UNITS

__all__ = ["FORM", "UNKNOWN", "Size", "read_sizes"]

UNKNOWN = "unknown"
FORM = '"unknown", or sizes of the pixels of level 0 such as z=2micrometer,y=0.65micrometer,x=0.65micrometer,t=30second'
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)\s*([^\s0-9]*)")
_UNITS = {"t": TIME_UNITS, "c": frozenset[str](), "z": SPACE_UNITS, "y": SPACE_UNITS, "x": SPACE_UNITS}
_LEAST, _MOST = 1e-100, 1e100  # what is multiplied with them stays finite


@attrs.frozen
class Size:
    """The size of a pixel along one axis."""

    number: float
    unit: str | None = None


def read_sizes(text: str) -> dict[str, Size]:
    """Return the sizes by axis, none when they are unknown; raise ValueError for anything but the stated form."""
    if text.strip() == UNKNOWN:
        return {}
    sizes: dict[str, Size] = {}
    for part in text.split(","):
        axis, equals, size = (piece.strip() for piece in part.partition("="))
        if axis not in _UNITS or not equals:
            raise ValueError(f"{part.strip()!r} is not AXIS=SIZE with an axis of t, c, z, y, x; expected {FORM}")
        if axis in sizes:
            raise ValueError(f"axis {axis} has two sizes")
        sizes[axis] = _read_size(axis, size)
    return sizes


def _read_size(axis: str, text: str) -> Size:
    match = _SIZE.fullmatch(text)
    number = float(match[1]) if match else math.nan
    if match is None or not _LEAST <= number <= _MOST:
        raise ValueError(f"the size {text!r} of axis {axis} is no number above 0 with an optional unit")
    unit = match[2]
    if not unit:
        return Size(number)
    known = _UNITS[axis]
    if not known:
        raise ValueError(f"axis {axis} has a unit, {unit!r}, which only axes in space and time have")
    if unit not in known:
        meant = MEANT.get(unit.lower(), unit.lower())
        kind = "time" if axis == "t" else "space"
        hint = f"; write {meant!r}" if meant in known else f", such as {'second' if axis == 't' else 'micrometer'}"
        raise ValueError(f"the unit {unit!r} of axis {axis} is none that 0.4 lists for {kind}{hint}")
    return Size(number, unit)
