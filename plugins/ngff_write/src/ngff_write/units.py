"""Units as OME-XML and ImageJ write them, and the names that OME-NGFF has for them."""

from __future__ import annotations

from collections.abc import Iterable

from ngff_core.errors import UsageError
from ngff_core.models.dims import DimSpec, checked_dims
from ngff_core.rules.image.units import SPACE_UNITS, TIME_UNITS, meant_unit
from ngff_core.words import suggestion

__all__ = ["ome_length", "ome_symbol", "ome_time", "refuse_unknown", "said_length", "said_time", "with_known_units"]

_PREFIXES = {  # of several the first is written
    "Y": "yotta",
    "Z": "zetta",
    "E": "exa",
    "P": "peta",
    "T": "tera",
    "G": "giga",
    "M": "mega",
    "k": "kilo",
    "h": "hecto",
    "": "",
    "d": "deci",
    "c": "centi",
    "m": "milli",
    "\N{MICRO SIGN}": "micro",
    "\N{GREEK SMALL LETTER MU}": "micro",
    "u": "micro",
    "n": "nano",
    "p": "pico",
    "f": "femto",
    "a": "atto",
    "z": "zepto",
    "y": "yocto",
}
_LENGTHS = {
    **{f"{short}m": f"{prefix}meter" for short, prefix in _PREFIXES.items()},
    "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}": "angstrom",
    "\N{ANGSTROM SIGN}": "angstrom",
    "in": "inch",
    "ft": "foot",
    "yd": "yard",
    "mi": "mile",
    "pc": "parsec",
}
_TIMES = {
    **{f"{short}s": f"{prefix}second" for short, prefix in _PREFIXES.items()},
    "min": "minute",
    "h": "hour",
    "d": "day",
}


def ome_length(symbol: str) -> str | None:
    """Return the unit for one of ``UnitsLength``, in which ``Mm`` is not ``mm``; ``None``: there is none."""
    return _LENGTHS.get(symbol)


def ome_time(symbol: str) -> str | None:
    """Return the unit for one of ``UnitsTime``; ``None``: there is none."""
    return _TIMES.get(symbol)


def ome_symbol(unit: str | None, *, time: bool) -> str | None:
    """Return how OME-XML writes a unit of time, or of length; ``None``: not at all."""
    return next((symbol for symbol, name in (_TIMES if time else _LENGTHS).items() if name == unit), None)


def said_length(text: str) -> str | None:
    """Return the unit that is meant by what somebody typed; ``None``: none."""
    return meant_unit(text, SPACE_UNITS)


def said_time(text: str) -> str | None:
    """Return the unit that is meant by what somebody typed; ``None``: none."""
    return meant_unit(text, TIME_UNITS)


def refuse_unknown(unit: str, *, time: bool) -> None:
    """Raise UsageError for a unit that OME-NGFF does not list for time, or for space, with the one that is meant."""
    known = TIME_UNITS if time else SPACE_UNITS
    if unit not in known:
        meant = meant_unit(unit, known)
        advice = (
            f": write {meant}" if meant else suggestion(unit, known, f"such as {'second' if time else 'micrometer'}")
        )
        raise UsageError(f"there is no unit {unit!r} of {'time' if time else 'space'}{advice}")


def with_known_units(dims: Iterable[DimSpec]) -> list[DimSpec]:
    """Return the dimensions that somebody gives; raises UsageError for what are none, and units that are not listed."""
    dims = checked_dims(dims)
    for dim in dims:
        if dim.unit is not None and (kind := dim.infer_type()) in ("space", "time"):
            refuse_unknown(dim.unit, time=kind == "time")
    return dims
