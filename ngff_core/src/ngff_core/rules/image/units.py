"""The units that the specification lists for axes, and what is often written in their place."""

__all__ = ["MEANT", "SPACE_UNITS", "TIME_UNITS", "meant_unit"]

SPACE_UNITS = frozenset(
    [
        "angstrom",
        "attometer",
        "centimeter",
        "decimeter",
        "exameter",
        "femtometer",
        "foot",
        "gigameter",
        "hectometer",
        "inch",
        "kilometer",
        "megameter",
        "meter",
        "micrometer",
        "mile",
        "millimeter",
        "nanometer",
        "parsec",
        "petameter",
        "picometer",
        "terameter",
        "yard",
        "yoctometer",
        "yottameter",
        "zeptometer",
        "zettameter",
    ]
)
TIME_UNITS = frozenset(
    [
        "attosecond",
        "centisecond",
        "day",
        "decisecond",
        "exasecond",
        "femtosecond",
        "gigasecond",
        "hectosecond",
        "hour",
        "kilosecond",
        "megasecond",
        "microsecond",
        "millisecond",
        "minute",
        "nanosecond",
        "petasecond",
        "picosecond",
        "second",
        "terasecond",
        "yoctosecond",
        "yottasecond",
        "zeptosecond",
        "zettasecond",
    ]
)
_PREFIXES = {
    "p": "pico",
    "n": "nano",
    "u": "micro",
    "µ": "micro",
    "μ": "micro",
    "m": "milli",
    "c": "centi",
    "k": "kilo",
}
MEANT = {
    **{f"{short}m": f"{prefix}meter" for short, prefix in _PREFIXES.items()},
    **{f"{short}s": f"{prefix}second" for short, prefix in _PREFIXES.items() if short != "c"},
    "m": "meter",
    "micron": "micrometer",
    "å": "angstrom",
    "ångström": "angstrom",
    "ångstrom": "angstrom",
    "a": "angstrom",
    "in": "inch",
    "inches": "inch",
    "ft": "foot",
    "feet": "foot",
    "yd": "yard",
    "s": "second",
    "sec": "second",
    "msec": "millisecond",
    "usec": "microsecond",
    "min": "minute",
    "mn": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
}


def meant_unit(unit: str, known: frozenset[str]) -> str | None:
    """Return the unit of a list that is meant by other spellings: symbols, plurals, British ones, capitals."""
    lower = unit.strip().lower().replace(" ", "").replace("-", "")
    for name in (lower, lower.removesuffix("s"), lower.removesuffix("s").replace("metre", "meter")):
        for found in (name, MEANT.get(name)):
            if found in known:
                return found
    return None
