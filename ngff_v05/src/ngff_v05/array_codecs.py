"""Codecs of Zarr arrays, from the order, filters and compressor of v2 to the codecs of v3 and back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

import attrs

from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.codecs import ARRAY_FILTERS, BYTES_FILTERS, NUMCODECS
from ngff_core.zarr.headers.data_types import itemsize
from ngff_core.zarr.headers.settings import BLOSC_NAMES, LEVELS, SHUFFLES
from ngff_v05.array_values import ENDIANS, Notes, data_type_to_v2, order_to_v2, shown

__all__ = ["Layout", "codecs_to_v2", "codecs_to_v3"]

DEFAULTS: dict[str, JSONObject] = {  # those of numcodecs, which v2 is written by
    "blosc": {"cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
    "gzip": {"level": 1},
    "zstd": {"level": 0},
}


Step = tuple[str, Mapping[str, JSON]]  # name and configuration of a codec


@attrs.frozen
class Layout:
    """How the pixels of a chunk lie in its bytes, in the words of v2."""

    order: str
    endian: str | None
    filters: list[JSONObject] | None
    compressor: JSONObject | None


# --- v2 to v3 --------------------------------------------------------------------------------------


def codecs_to_v3(
    zarray: Mapping[str, JSON], ndim: int, data_type: str, endian: str | None, notes: Notes, *, numcodecs: bool
) -> list[JSONObject]:
    """Return the v3 codecs that decode the chunks of a v2 array; without meaning when obstacles are noted."""
    codecs: list[JSONObject] = []
    order = zarray.get("order")
    if order == "F":
        codecs.append({"name": "transpose", "configuration": {"order": list(range(ndim))[::-1]}})
    elif order != "C":
        notes.obstacles.append(f'`order` is {shown(order)}, expected "C" or "F"')
    size = itemsize(data_type)
    of_pixels, of_bytes = _filters_to_v3(zarray.get("filters"), size, notes, numcodecs)
    stored = _stored_as(zarray.get("dtype"), of_pixels, notes)
    endian = ENDIANS.get(stored[:1]) if of_pixels else endian
    codecs += [*of_pixels, {"name": "bytes", "configuration": {"endian": endian}} if endian else {"name": "bytes"}]
    codecs += of_bytes
    if "compressor" not in zarray:
        notes.obstacles.append("`compressor` is missing, so it is unknown how the chunks are compressed")
    elif zarray["compressor"] is not None:
        codec = _compressor_to_v3(zarray["compressor"], "compressor", size, notes, numcodecs)
        codecs += [codec] if codec else []
    return codecs


def _filters_to_v3(
    filters: JSON, size: int, notes: Notes, numcodecs: bool
) -> tuple[list[JSONObject], list[JSONObject]]:
    """Return the codecs for filters of pixels, and those for filters of bytes, of which compressors are some."""
    of_pixels: list[JSONObject] = []
    of_bytes: list[JSONObject] = []
    for index, entry in enumerate(filters if isinstance(filters, list) else [] if filters is None else [filters]):
        name = entry.get("id") if isinstance(entry, dict) else entry
        if isinstance(entry, dict) and isinstance(name, str) and name in (*DEFAULTS, *NUMCODECS):
            compressor = _compressor_to_v3(entry, f"filters/{index}", size, notes, numcodecs)
            of_bytes += [compressor] if compressor else []
        elif name not in ARRAY_FILTERS + BYTES_FILTERS or not isinstance(entry, dict):
            notes.obstacles.append(f"filter {shown(name)} has no v3 codec")
        elif not numcodecs:
            notes.obstacles.append(f"filter {name} has no v3 codec but numcodecs.{name}, which only zarr-python reads")
        elif name in ARRAY_FILTERS and of_bytes:
            notes.obstacles.append(f"filter {name} of pixels follows filters of bytes")
        else:
            codec = _under_the_name_of_numcodecs(entry, notes)
            (of_pixels if name in ARRAY_FILTERS else of_bytes).append(codec)
    return of_pixels, of_bytes


def _under_the_name_of_numcodecs(entry: Mapping[str, JSON], notes: Notes) -> JSONObject:
    name = entry["id"]
    notes.decide("numcodecs", f"{name} becomes numcodecs.{name}, which zarr-python reads and tensorstore does not")
    return {"name": f"numcodecs.{name}", "configuration": {key: entry[key] for key in entry if key != "id"}}


def _stored_as(dtype: JSON, of_pixels: list[JSONObject], notes: Notes) -> str:
    """Return the v2 data type after filters of pixels, which have to fit each other as readers do not look."""
    for codec in of_pixels:
        name, configuration = codec["name"].removeprefix("numcodecs."), codec["configuration"]
        if name == "bitround":  # any floats
            continue
        astype = configuration.get("astype") or configuration.get("dtype")
        if configuration.get("dtype") != dtype:
            found = shown(configuration.get("dtype"))
            notes.obstacles.append(f"filter {name} takes data type {found}, and is given {shown(dtype)}")
        elif name == "quantize" and astype != dtype:  # zarr-python does not follow it
            notes.obstacles.append(
                f"filter quantize makes data type {shown(astype)} of {shown(dtype)}, v3 cannot say so"
            )
        dtype = astype
    return str(dtype)


def _compressor_to_v3(compressor: JSON, at: str, size: int, notes: Notes, numcodecs: bool) -> JSONObject | None:
    """Return the codec for a compressor, which stands ``at`` a member of ``.zarray``."""
    name = compressor.get("id") if isinstance(compressor, dict) else None
    if not isinstance(name, str):
        notes.obstacles.append(f"`compressor` is {shown(compressor)}, expected an object with an id, or null")
        return None
    given = {key: value for key, value in compressor.items() if key != "id"}
    if name in NUMCODECS:
        if numcodecs:
            return _under_the_name_of_numcodecs(compressor, notes)
        what = at.partition("/")[0].rstrip("s")
        notes.obstacles.append(f"{what} {name} has no v3 codec but numcodecs.{name}, which only zarr-python reads")
        return None
    if name not in DEFAULTS:
        notes.obstacles.append(f"compressor {shown(name)} has no v3 codec")
        return None
    if name == "blosc" and given.get("typesize", size) in (size, None):
        given.pop("typesize", None)  # what v3 says as well
    settings = _settings(name, given, at, notes)
    if settings is None:
        return None
    if name == "blosc":
        settings = _blosc_to_v3(settings, at, size, notes)
    elif name == "zstd":
        settings["checksum"] = given.get("checksum") is True
    return {"name": name, "configuration": settings}


def _settings(name: str, given: Mapping[str, JSON], at: str, notes: Notes) -> JSONObject | None:
    """Return the settings of a compressor with none left out; note what was, and what v3 does not have."""
    settings = {**DEFAULTS[name], **{key: given[key] for key in DEFAULTS[name] if key in given}}
    absent = [key for key in DEFAULTS[name] if key not in given]
    if absent:
        taken = ", ".join(f"{key} {shown(settings[key])}" for key in absent)
        notes.decide("compressor-default", f"{name} leaves settings open that v3 wants: {taken} is taken")
    known = {*DEFAULTS[name], "checksum"} if name == "zstd" else DEFAULTS[name].keys()
    for key in given.keys() - known:
        notes.losses.append(f"`{at}/{key}` {shown(given[key])} of {name} is nothing that v3 has")
    wrong = [key for key in settings if key != "cname" and type(settings[key]) is not int]
    if name == "blosc":
        wrong += ["cname"] if settings["cname"] not in BLOSC_NAMES else []
        wrong += ["shuffle"] if settings["shuffle"] not in (-1, 0, 1, 2) and "shuffle" not in wrong else []
        wrong += ["blocksize"] if "blocksize" not in wrong and settings["blocksize"] < 0 else []
    for key in wrong:
        notes.obstacles.append(f"`{at}/{key}` is {shown(settings[key])}, which {name} of v3 does not have")
    if wrong:
        return None
    for key in settings:
        settings[key] = _level(name, key, settings[key], at, notes)
    return settings


def _level(name: str, key: str, value: JSON, at: str, notes: Notes) -> JSON:
    """Return a level that v3 allows; it tells writers how hard to try, and readers nothing."""
    if (name, key) not in LEVELS:
        return value
    low, high = LEVELS[name, key]
    if low <= value <= high:
        return value
    level = 6 if (name, value) == ("gzip", -1) else min(max(value, low), high)  # -1 stands for 6 in zlib
    taken = f"`{at}/{key}` {value} of {name} is not in {low} to {high}: {level} is taken"
    notes.decide("compressor-level", taken)
    return level


def _blosc_to_v3(settings: Mapping[str, JSON], at: str, size: int, notes: Notes) -> JSONObject:
    shuffle = settings["shuffle"]
    if shuffle == -1:
        shuffle = 2 if size == 1 else 1  # what the library does
        notes.decide("blosc-shuffle", f"`{at}/shuffle` is -1 (automatic): {SHUFFLES[shuffle]} is taken")
    return {**settings, "shuffle": SHUFFLES[shuffle], "typesize": size}


# --- v3 to v2 --------------------------------------------------------------------------------------


def codecs_to_v2(codecs: JSON, ndim: int, data_type: str | None, notes: Notes) -> Layout | None:
    """Return the v2 layout that decodes the chunks of a v3 array; ``None`` when there is none."""
    named = [_named(codec) for codec in codecs] if isinstance(codecs, list) else []
    steps = [step for step in named if step is not None]
    if not steps or len(steps) < len(named):
        notes.obstacles.append(f"`codecs` is {shown(codecs)}, expected an array of named codecs")
        return None
    split = next((i for i, (name, _) in enumerate(steps) if name != "transpose"), len(steps))
    order = order_to_v2([configuration.get("order") for _, configuration in steps[:split]], ndim, notes)
    filters, rest = _filters_to_v2(steps[split:], ARRAY_FILTERS)
    typed = [entry for entry in filters if "dtype" in entry]
    stored = str(typed[-1].get("astype") or typed[-1]["dtype"]) if typed else None
    endian = None
    if rest and rest[0][0] == "bytes":
        single = stored[2:] == "1" if stored else data_type is None or itemsize(data_type) == 1
        endian = _endian(rest.pop(0)[1], single, notes)
    elif not rest or rest[0][0] in DEFAULTS:
        notes.obstacles.append("`codecs` does not have the codec bytes, which makes bytes of pixels")
    if stored and data_type:
        endian = _endian_before(str(typed[0]["dtype"]), stored, endian, data_type, notes)
    further, compressor = _bytes_to_v2(rest, data_type, notes)
    return Layout(order, endian, [*filters, *further] or None, compressor)


def _bytes_to_v2(steps: list[Step], data_type: str | None, notes: Notes) -> tuple[list[JSONObject], JSONObject | None]:
    """Return the filters and the compressor that codecs of bytes are in v2; the compressor is the last of them."""
    made = (_filter_to_v2(step, BYTES_FILTERS) or _compressor_to_v2(*step, data_type, notes) for step in steps)
    found = [entry for entry in made if entry is not None]
    compressor = found.pop() if found and found[-1]["id"] not in BYTES_FILTERS else None
    names = ", ".join(entry["id"] for entry in found if entry["id"] not in BYTES_FILTERS)
    if names:
        taken = f"v2 has one compressor: {names} before it becomes a filter, which zarr-python reads, not tensorstore"
        notes.decide("filters", taken)
    return found, compressor


def _endian_before(taken: str, stored: str, endian: str | None, data_type: str, notes: Notes) -> str | None:
    """Return the byte order of pixels before filters, which name the data types that they take and make."""
    before = ENDIANS.get(taken[:1])
    if ENDIANS.get(stored[:1]) != endian or data_type_to_v2(data_type, before) != taken:
        found = f"take data type {shown(taken)} and make {shown(stored)}"
        notes.obstacles.append(f"filters {found}, which does not fit the data type and the endian of the codec bytes")
    return before


def _filters_to_v2(steps: list[Step], names: tuple[str, ...]) -> tuple[list[JSONObject], list[Step]]:
    """Return the filters that the first codecs are, and the other codecs."""
    filters = list(takewhile(bool, (_filter_to_v2(step, names) for step in steps)))
    return [entry for entry in filters if entry], steps[len(filters) :]


def _filter_to_v2(step: Step, names: tuple[str, ...]) -> JSONObject | None:
    name, configuration = step
    plain = name.removeprefix("numcodecs.")
    if plain == name or plain not in names:
        return None
    return {"id": plain, **{key: value for key, value in configuration.items() if key != "id"}}


def _named(codec: JSON) -> Step | None:
    """Return name and configuration of a codec, which may be a bare name."""
    if isinstance(codec, str):
        return codec, {}
    name = codec.get("name") if isinstance(codec, dict) else None
    configuration = codec.get("configuration", {}) if isinstance(codec, dict) else None
    return (name, configuration) if isinstance(name, str) and isinstance(configuration, dict) else None


def _endian(configuration: Mapping[str, JSON], single: bool, notes: Notes) -> str | None:
    endian = configuration.get("endian")
    if single:
        return None
    if endian not in ("little", "big"):
        notes.obstacles.append(f'codec bytes has the endian {shown(endian)}, expected "little" or "big"')
        return None
    return str(endian)


def _compressor_to_v2(
    name: str, configuration: Mapping[str, JSON], data_type: str | None, notes: Notes
) -> JSONObject | None:
    plain = name.removeprefix("numcodecs.")
    if name.startswith("numcodecs.") and plain in (*NUMCODECS, *DEFAULTS):
        return {"id": plain, **{key: value for key, value in configuration.items() if key != "id"}}
    if name not in DEFAULTS:
        notes.obstacles.append(f"codec {shown(name)} has no v2 counterpart")
        return None
    settings = {"id": name, **{key: configuration.get(key) for key in DEFAULTS[name]}}
    known = {*DEFAULTS[name], *({"blosc": ("typesize",), "zstd": ("checksum",)}.get(name, ()))}
    for key in configuration.keys() - known:
        notes.losses.append(f"`configuration/{key}` {shown(configuration[key])} of codec {name} is nothing that v2 has")
    if name == "blosc":
        typesize, size = configuration.get("typesize"), itemsize(data_type) if data_type else None
        if typesize != size and settings["shuffle"] != "noshuffle" and size:
            what = f"`configuration/typesize` {shown(typesize)} of codec blosc"
            notes.losses.append(f"{what} is not kept: v2 takes that of the data type")
        settings["shuffle"] = SHUFFLES.index(settings["shuffle"]) if settings["shuffle"] in SHUFFLES else None
    if name == "zstd" and configuration.get("checksum") is True:
        settings["checksum"] = True
    missing = [key for key, value in settings.items() if value is None]
    notes.obstacles += [f"`configuration/{key}` of codec {name} is missing or wrong" for key in missing]
    return None if missing else settings
