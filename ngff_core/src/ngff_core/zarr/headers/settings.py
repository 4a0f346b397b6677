"""The settings of codecs: what each may have, in the words of v3 and in those of v2, which are numcodecs'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.structure.values import JSON
from ngff_core.words import abbreviate
from ngff_core.zarr.headers.problem import Problem, is_whole, with_point, wrong

__all__ = [
    "BLOSC_NAMES",
    "COMPRESSORS",
    "LEVELS",
    "SHUFFLES",
    "V3_SETTINGS",
    "Setting",
    "compressor_problems",
    "setting_problems",
]

RULE = "zarr-codecs-valid"

BLOSC_NAMES = ("lz4", "lz4hc", "blosclz", "zstd", "snappy", "zlib")
SHUFFLES = ("noshuffle", "shuffle", "bitshuffle")
LEVELS = {("blosc", "clevel"): (0, 9), ("gzip", "level"): (0, 9), ("zstd", "level"): (-131072, 22)}
"""The levels that v3 allows, by codec and setting."""


class Setting:
    """A setting of a codec: what it has to be, in words and as a test, and whether it may be left out."""

    __slots__ = ("expected", "fits", "required")

    def __init__(self, expected: str, fits: Callable[[JSON], bool], required: bool = True) -> None:
        self.expected = expected
        self.fits = fits
        self.required = required


def _one_of(*values: str, required: bool = True) -> Setting:
    return Setting(" or ".join(f'"{value}"' for value in values), values.__contains__, required)


def _between(low: int, high: int) -> Setting:
    return Setting(f"an integer from {low} to {high}", lambda value: is_whole(value) and low <= value <= high)


def _at_least(low: int, required: bool = True) -> Setting:
    return Setting(f"an integer of at least {low}", lambda value: is_whole(value) and low <= value, required)


def _is_list(value: JSON) -> bool:
    return isinstance(value, list)


def _are_sizes(value: JSON) -> bool:
    return isinstance(value, list) and all(is_whole(size) and size > 0 for size in value)


def _is_boolean(value: JSON) -> bool:
    return isinstance(value, bool)


V3_SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "bytes": {"endian": _one_of("little", "big", required=False)},
    "transpose": {"order": Setting("an array of the numbers of the dimensions", _is_list)},
    "sharding_indexed": {
        "chunk_shape": Setting("an array of integers above 0", _are_sizes),
        "codecs": Setting("an array of codecs", _is_list),
        "index_codecs": Setting("an array of codecs", _is_list),
        "index_location": _one_of("start", "end", required=False),
    },
    "gzip": {"level": _between(0, 9)},
    "zstd": {"level": _between(*LEVELS["zstd", "level"]), "checksum": Setting("true or false", _is_boolean, False)},
    "blosc": {
        "cname": _one_of(*BLOSC_NAMES),
        "clevel": _between(0, 9),
        "shuffle": _one_of(*SHUFFLES),
        "blocksize": _at_least(0),
        "typesize": _at_least(1, required=False),
    },
    "crc32c": {},
}
"""The codecs of the specification, and zstd of the registry, which all write like this."""


def setting_problems(name: str, configuration: Mapping[str, JSON], at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the settings of a codec of v3; nothing for codecs that are not known."""
    settings = V3_SETTINGS.get(name)
    if settings is None:
        return
    required = [key for key, setting in settings.items() if setting.required]
    if required and not configuration:
        expected = f'"configuration": an object with {", ".join(required)}'
        yield Problem(RULE, at, f"codec {name} has no configuration", expected=expected)
        return
    shuffled = name == "blosc" and configuration.get("shuffle") != "noshuffle"
    for key, setting in settings.items():
        if key not in configuration:
            if setting.required or (key == "typesize" and shuffled):
                yield Problem(RULE, at, f"codec {name} has no {key}", expected=f'"{key}": {setting.expected}')
        elif not setting.fits(configuration[key]) and (key != "typesize" or shuffled):
            hint = _v2_shuffle(configuration[key]) if key == "shuffle" else None
            yield wrong(RULE, (*at, "configuration", key), configuration[key], setting.expected, hint=hint)
        else:
            yield from with_point(RULE, (*at, "configuration", key), configuration[key])
    for key in configuration:
        if key not in settings:
            known = ", ".join(settings) or "no settings"
            yield Problem(RULE, (*at, "configuration", key), f"codec {name} has no setting {key!r}", key, known)


def _v2_shuffle(value: JSON) -> str | None:
    if is_whole(value) and 0 <= value < len(SHUFFLES):
        return f'{int(value)} is what Zarr v2 writes for "{SHUFFLES[int(value)]}"'
    return None


# --- v2 ---------------------------------------------------------------------------------------------

COMPRESSORS: Mapping[str, Mapping[str, Setting]] = {
    "blosc": {
        "cname": _one_of(*BLOSC_NAMES),
        "clevel": Setting("an integer", is_whole),
        "shuffle": Setting("-1, 0, 1 or 2", (-1, 0, 1, 2).__contains__),
        "blocksize": Setting("an integer", is_whole),
        "typesize": Setting("an integer, or null", lambda value: value is None or is_whole(value)),
    },
    "gzip": {"level": Setting("an integer", is_whole)},
    "zlib": {"level": Setting("an integer", is_whole)},
    "bz2": {"level": Setting("an integer", is_whole)},
    "zstd": {"level": Setting("an integer", is_whole), "checksum": Setting("true or false", _is_boolean)},
    "lz4": {"acceleration": Setting("an integer", is_whole)},
}
"""The compressors of v2 whose settings are known; all have defaults, and levels are for those who write."""

V2_LEVELS = {**LEVELS, ("gzip", "level"): (-1, 9), ("zlib", "level"): (-1, 9), ("bz2", "level"): (1, 9)}

V2_REQUIRED = {
    "astype": ("encode_dtype", "decode_dtype"),
    "bitround": ("keepbits",),
    "delta": ("dtype",),
    "fixedscaleoffset": ("offset", "scale", "dtype"),
    "quantize": ("digits", "dtype"),
}
"""The settings of filters that have no default."""


def compressor_problems(value: JSON, at: Pointer, what: str) -> Iterator[Problem]:
    """Yield what is wrong with a compressor or a filter of v2, which is an object with an ``id``."""
    name = value.get("id") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        null = ", or null" if what == "compressor" else ""
        known = isinstance(value, str) and value in COMPRESSORS
        hint = f'write {{"id": "{value}"}} with its settings' if known else None
        yield wrong(RULE, at, value, f'an object with an "id"{null}', f"the {what}", hint)
    elif not isinstance(name, str):
        found = "has no id" if name is None else f"has the id {abbreviate(name)}"
        hint = 'Zarr v3 names codecs by "name", v2 by "id"' if "name" in value else None
        yield Problem(RULE, at, f"the {what} {found}", expected='"id": a string', hint=hint)
    else:
        for key in V2_REQUIRED.get(name, ()):
            if key not in value:
                yield Problem(RULE, at, f"filter {name} has no {key}", expected=f'"{key}"')
        yield from _v2_setting_problems(name, value, at)


def _v2_setting_problems(name: str, given_settings: Mapping[str, JSON], at: Pointer) -> Iterator[Problem]:
    settings = COMPRESSORS.get(name)
    if settings is None:
        return
    for key, given in given_settings.items():
        if key == "id":
            continue
        if key not in settings:
            message = f"{name} has no setting {key!r}, and some readers refuse what they do not know"
            yield Problem(RULE, (*at, key), message, key, ", ".join(settings), Severity.WARNING)
        elif not settings[key].fits(given):
            yield wrong(RULE, (*at, key), given, settings[key].expected)
        elif (name, key) in V2_LEVELS and not V2_LEVELS[name, key][0] <= given <= V2_LEVELS[name, key][1]:
            low, high = V2_LEVELS[name, key]
            message = f"{key} of {name} is {given}, which some readers refuse"
            expected = f"an integer from {low} to {high}"
            yield Problem(RULE, (*at, key), message, str(given), expected, Severity.WARNING)
        else:
            yield from with_point(RULE, (*at, key), given)
