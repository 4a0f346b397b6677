"""Arrays that hold no numbers, such as the columns of tables: strings, bytes, dates and structures, to v3 and back.

The core of Zarr v3 has no data types for these. Some are registered as extensions (strings of any length, bytes,
dates); for others there are names that zarr-python calls unstable. The chunks are the same bytes under all of them.
Everything but the data type, the fill value and the codec that makes bytes of values goes the way of bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence

import attrs

from ngff_core.migration.shared import items
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.arrays import array_problems
from ngff_core.zarr.headers.data_types import DATA_TYPES, V2_NAMES
from ngff_core.zarr.headers.problem import errors_of
from ngff_v05 import arrays
from ngff_v05.array_values import ENDIANS, Decision, shown
from ngff_v05.arrays import Converted

__all__ = ["NOT_SETTLED", "to_v2", "to_v3"]

NOT_SETTLED = "a name that is not settled and that few libraries read"
NOT_A_TIME = -(2**63)
MOST_BYTES = 1 << 20  # of one value: as many zeros are written where there is no fill value
OBJECTS = {"vlen-utf8": "string", "vlen-bytes": "variable_length_bytes"}
DATES = {"M": "numpy.datetime64", "m": "numpy.timedelta64"}
FIXED = {"U": "fixed_length_utf32", "S": "null_terminated_bytes", "V": "raw_bytes"}
REGISTERED = (*OBJECTS.values(), *DATES.values())
MARKS = {endian: mark for mark, endian in ENDIANS.items()}


@attrs.frozen
class Values:
    """What an array holds, in the words of both formats."""

    dtype: JSON
    data_type: JSON
    codec: JSONObject  # that makes bytes of values (v3)
    default: JSON  # the fill value for null
    size: int = 1
    filters: tuple[str, ...] = ()  # that stand for the codec in v2

    @property
    def name(self) -> str:
        """The name of the data type in v3."""
        return str(self.data_type["name"] if isinstance(self.data_type, dict) else self.data_type)


# --- v2 to v3 --------------------------------------------------------------------------------------


def to_v3(
    zarray: Mapping[str, JSON],
    attributes: Mapping[str, JSON] | None = None,
    dimension_names: Sequence[str | None] | None = None,
    *,
    numcodecs: bool = False,
    null_fill: JSON = None,
    extended: bool = False,
) -> Converted:
    """Return what `ngff_v05.arrays.to_v3` does, for arrays of numbers and of other values.

    ``extended`` allows data types whose names are not settled.
    """
    values = _of_v2(zarray)
    if values is None:
        return arrays.to_v3(zarray, attributes, dimension_names, numcodecs=numcodecs, null_fill=null_fill)
    filters = items(zarray.get("filters"))
    as_bytes = {**zarray, "dtype": "|u1", "fill_value": 0, "filters": filters[len(values.filters) :] or None}
    plain = arrays.to_v3(as_bytes, attributes, dimension_names, numcodecs=numcodecs)
    obstacles = list(plain.obstacles)
    decisions = list(plain.decisions)
    if values.name in REGISTERED:
        decisions.append(Decision("data-type", f"data type {shown(values.dtype)} becomes {values.name}"))
    elif extended:
        taken = f"data type {shown(values.dtype)} becomes {values.name}, {NOT_SETTLED}"
        decisions.append(Decision("data-types", taken))
    else:
        what = f"data type {shown(values.dtype)} has no v3 data type but {values.name}"
        obstacles.append(f"{what}, {NOT_SETTLED}")
    obstacles += _problems(zarray, 2)
    if obstacles:
        return Converted({}, decisions, plain.losses, obstacles)
    fill = zarray.get("fill_value")
    if fill is None:
        taken = f"`fill_value` is null, which v3 does not have: {shown(values.default)} is taken"
        decisions.append(Decision("fill-value-default", taken))
        fill = values.default
    elif values.name == "string" and not isinstance(fill, str):
        fill = str(fill)  # as zarr-python reads it
    document = dict(plain.documents["zarr.json"])
    codecs = [values.codec if codec["name"] == "bytes" else _typed(codec, values.size) for codec in document["codecs"]]
    document |= {"data_type": values.data_type, "fill_value": fill, "codecs": codecs}
    return Converted({"zarr.json": document}, decisions, plain.losses, [])


def _typed(codec: JSONObject, size: int) -> JSONObject:
    """Return a codec with the size of values, which blosc states."""
    configuration = codec.get("configuration")
    if codec.get("name") != "blosc" or not isinstance(configuration, dict):
        return codec
    return {**codec, "configuration": {**configuration, "typesize": min(size, 255)}}


def _problems(document: Mapping[str, JSON], zarr_format: int) -> list[str]:
    return [problem.message for problem in errors_of(array_problems(document, zarr_format))]


def _of_v2(zarray: Mapping[str, JSON]) -> Values | None:
    """Return what an array of v2 holds; ``None``: numbers, or what has no name in v3."""
    dtype, filters = zarray.get("dtype"), zarray.get("filters")
    if dtype == "|O":
        first = filters[0] if isinstance(filters, list) and filters else None
        name = first.get("id") if isinstance(first, dict) else None
        return _objects(name) if isinstance(name, str) and name in OBJECTS else None
    if isinstance(dtype, list):
        return _structure(dtype)
    return _single(dtype)


def _objects(filter_: str) -> Values:
    return Values("|O", OBJECTS[filter_], {"name": filter_}, "", filters=(filter_,))


def _single(dtype: JSON) -> Values | None:
    date = re.fullmatch(r"([<>])([mM])8\[(\d{0,18})([a-zA-Zμ]+)\]", dtype) if isinstance(dtype, str) else None
    if date is not None:
        configuration = {"unit": date[4], "scale_factor": int(date[3] or 1)}
        data_type: JSON = {"name": DATES[date[2]], "configuration": configuration}
        return Values(dtype, data_type, _bytes(date[1]), NOT_A_TIME, 8)
    fixed = re.fullmatch(r"([<>|])([USV])([1-9]\d{0,9})", dtype) if isinstance(dtype, str) else None
    if fixed is None or (fixed[2] == "U") == (fixed[1] == "|"):
        return None
    size = int(fixed[3]) * (4 if fixed[2] == "U" else 1)
    if size > MOST_BYTES:
        return None
    default = "" if fixed[2] in "US" else base64.b64encode(bytes(size)).decode()
    data_type = {"name": FIXED[fixed[2]], "configuration": {"length_bytes": size}}
    return Values(dtype, data_type, _bytes(fixed[1]), default, size)


def _structure(dtype: list[JSON]) -> Values | None:
    """Return a structure of plain fields; those of several bytes have to be little-endian, as v3 has one order."""
    fields: list[JSON] = []
    total = 0
    for field in dtype:
        if not isinstance(field, list) or len(field) != 2 or not all(isinstance(part, str) for part in field):
            return None
        name, code = field
        number = DATA_TYPES.get(code[1:])
        other = None if number else _single(code)
        if code.startswith(">") or (number is None and other is None):
            return None
        fields.append([name, number or (other.data_type if other else None)])
        total += int(code[2:]) if number else other.size if other else 0
        if total > MOST_BYTES:
            return None
    data_type = {"name": "structured", "configuration": {"fields": fields}}
    return Values(dtype, data_type, {"name": "bytes"}, base64.b64encode(bytes(total)).decode(), total)


def _bytes(mark: str) -> JSONObject:
    return {"name": "bytes", "configuration": {"endian": ENDIANS[mark]}} if mark in ENDIANS else {"name": "bytes"}


# --- v3 to v2 --------------------------------------------------------------------------------------


def to_v2(
    zarr_json: Mapping[str, JSON], axes: Sequence[str | None] | None = None, *, rename_chunks: bool = False
) -> Converted:
    """Return what `ngff_v05.arrays.to_v2` does, for arrays of numbers and of other values."""
    named = [codec if isinstance(codec, dict) else {"name": codec} for codec in items(zarr_json.get("codecs"))]
    place = next((i for i, codec in enumerate(named) if codec.get("name") in ("bytes", *OBJECTS)), None)
    values = _of_v3(zarr_json.get("data_type"), named[place]) if place is not None else None
    if values is None or place is None:
        return arrays.to_v2(zarr_json, axes, rename_chunks=rename_chunks)
    untyped = [{"name": "bytes"} if i == place else _typed(codec, 1) for i, codec in enumerate(named)]
    as_bytes = {**zarr_json, "data_type": "uint8", "fill_value": 0, "codecs": untyped}
    plain = arrays.to_v2(as_bytes, axes, rename_chunks=rename_chunks)
    obstacles = [*plain.obstacles, *_problems(zarr_json, 3)]
    if obstacles:
        return Converted({}, plain.decisions, plain.losses, obstacles)
    zarray = dict(plain.documents[".zarray"])
    filters = [*({"id": name} for name in values.filters), *(zarray["filters"] or ())]
    zarray |= {"dtype": values.dtype, "fill_value": zarr_json.get("fill_value"), "filters": filters or None}
    return Converted({**plain.documents, ".zarray": zarray}, plain.decisions, plain.losses, [])


def _of_v3(data_type: JSON, codec: JSONObject) -> Values | None:
    """Return what an array of v3 holds; ``None``: numbers, or what has no code in v2."""
    configuration = data_type.get("configuration") if isinstance(data_type, dict) else None
    name = data_type.get("name") if isinstance(data_type, dict) else data_type
    if name in OBJECTS.values():
        return _objects(codec["name"]) if OBJECTS.get(codec["name"]) == name else None
    if codec["name"] != "bytes" or not isinstance(name, str) or not isinstance(configuration, dict):
        return None
    if name == "structured":
        fields = configuration.get("fields")
        codes = [_field(field) for field in fields] if isinstance(fields, list) else [None]
        return _structure(codes) if None not in codes else None
    settings = codec.get("configuration")
    endian = settings.get("endian") if isinstance(settings, dict) else None
    return _single(_code(name, configuration, str(MARKS.get(str(endian), "|"))))


def _field(field: JSON) -> JSON:
    if not isinstance(field, list) or len(field) != 2:
        return None
    name, data_type = field
    if isinstance(data_type, str) and data_type in V2_NAMES:
        number = V2_NAMES[data_type]
        return [name, f"{'|' if number[1:] == '1' else '<'}{number}"]
    configuration = data_type.get("configuration") if isinstance(data_type, dict) else None
    code = _code(str(data_type.get("name")), configuration, "<") if isinstance(configuration, dict) else None
    return [name, code] if code is not None else None


def _code(name: str, configuration: JSONObject, mark: str) -> str | None:
    """Return the code of v2 for a data type of v3 with a configuration."""
    kind = next((kind for kind, known in {**DATES, **FIXED}.items() if known == name), None)
    if name in DATES.values():
        unit, factor = configuration.get("unit"), configuration.get("scale_factor", 1)
        return f"{mark}{kind}8[{'' if factor == 1 else factor}{unit}]"
    size = configuration.get("length_bytes")
    if kind is None or type(size) is not int:
        return None
    return f"{mark}U{size // 4}" if kind == "U" and size % 4 == 0 else f"|{kind}{size}"
