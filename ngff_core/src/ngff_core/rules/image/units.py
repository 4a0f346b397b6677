"""The units that the specification lists for axes, and what is often written in their place."""

__all__ = ["MEANT", "SPACE_UNITS", "TIME_UNITS"]

SPACE_UNITS = frozenset(
    [
        "angstrom", "attometer", "centimeter", "decimeter", "exameter", "femtometer", "foot", "gigameter",
        "hectometer", "inch", "kilometer", "megameter", "meter", "micrometer", "mile", "millimeter",
        "nanometer", "parsec", "petameter", "picometer", "terameter", "yard", "yoctometer", "yottameter",
        "zeptometer", "zettameter",
    ]
)  # fmt: skip
TIME_UNITS = frozenset(
    [
        "attosecond", "centisecond", "day", "decisecond", "exasecond", "femtosecond", "gigasecond",
        "hectosecond", "hour", "kilosecond", "megasecond", "microsecond", "millisecond", "minute",
        "nanosecond", "petasecond", "picosecond", "second", "terasecond", "yoctosecond", "yottasecond",
        "zeptosecond", "zettasecond",
    ]
)  # fmt: skip
MEANT = {
    "um": "micrometer", "µm": "micrometer", "μm": "micrometer", "micron": "micrometer", "microns": "micrometer",
    "micrometre": "micrometer", "nm": "nanometer", "nanometre": "nanometer", "mm": "millimeter",
    "millimetre": "millimeter", "m": "meter", "metre": "meter", "å": "angstrom", "in": "inch", "ft": "foot",
    "s": "second", "sec": "second", "seconds": "second", "ms": "millisecond", "milliseconds": "millisecond",
    "min": "minute", "minutes": "minute", "h": "hour", "hours": "hour", "us": "microsecond", "µs": "microsecond",
    "μs": "microsecond", "days": "day",
}  # fmt: skip
