"""How large the units of axes are, to compare lengths and times that are given in different ones."""

from __future__ import annotations

from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS, meant_unit

__all__ = ["ratio_of"]

_POWERS = {
    "yocto": -24,
    "zepto": -21,
    "atto": -18,
    "femto": -15,
    "pico": -12,
    "nano": -9,
    "micro": -6,
    "milli": -3,
    "centi": -2,
    "deci": -1,
    "": 0,
    "hecto": 2,
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
    "peta": 15,
    "exa": 18,
    "zetta": 21,
    "yotta": 24,
}
_METERS = {"angstrom": 1e-10, "inch": 0.0254, "foot": 0.3048, "yard": 0.9144, "mile": 1609.344, "parsec": 3.0857e16}
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}


def ratio_of(unit: str | None, other: str | None) -> float | None:
    """Return how many of another unit one unit is; ``None`` where that is not known."""
    if unit == other:
        return 1.0
    for known, base, sizes in ((SPACE_UNITS, "meter", _METERS), (TIME_UNITS, "second", _SECONDS)):
        ours, theirs = (_size(name, known, base, sizes) for name in (unit, other))
        if ours is not None and theirs is not None:
            return ours / theirs
    return None


def _size(unit: str | None, known: frozenset[str], base: str, sizes: dict[str, float]) -> float | None:
    name = meant_unit(unit, known) if unit is not None else None
    if name is None:
        return None
    return sizes[name] if name in sizes else float(10.0 ** _POWERS[name.removesuffix(base)])
