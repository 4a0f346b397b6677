"""What the document of an array says of its chunks, in one form for Zarr v2 and v3.

Two arrays of equal meaning have the same pixels, given the same bytes. It is worked out from documents alone, and
shares no code with the steps that make one document of another, so that neither hides a mistake of the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.structure.values import JSON, JSONObject
from ngff_core.upgrade.proof.codecs import chain_of_v2, chain_of_v3, text_of
from ngff_core.upgrade.proof.fill import Fill, fill_of

__all__ = ["Meaning", "differences", "meaning_of"]

_WORDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}
_FIXED = {"U": "fixed_length_utf32", "S": "null_terminated_bytes", "V": "raw_bytes"}
_DATES = {"M": "numpy.datetime64", "m": "numpy.timedelta64"}
_OBJECTS = {"vlen-utf8": "string", "vlen-bytes": "variable_length_bytes"}
_ENDIANS = {"<": "little", ">": "big", "|": None}
_PLAIN = re.compile(r"([<>|])([biufc])(\d+)")
_SIZED = re.compile(r"([<>|])([USV])(\d+)")
_DATED = re.compile(r"([<>])([Mm])8\[(\d*)([a-zA-Zμ]+)\]")
_ONE_BYTE = ("bool", "int8", "uint8")
_WITHOUT_ORDER = (*_ONE_BYTE, "structured", "null_terminated_bytes", "raw_bytes")


@attrs.frozen
class Meaning:
    """How the pixels of an array come from the bytes of its chunks.

    ``keys`` are the encoding and the separator of chunk keys, as they are found by.
    """

    shape: object
    chunks: object
    data_type: object
    fill_value: Fill
    codecs: tuple[object, ...]
    keys: tuple[str, str]


def differences(old: Meaning, new: Meaning) -> list[str]:
    """Return what differs in words, keys of chunks left aside; a value where there was none is no difference."""
    names = ("shape", "chunks", "data_type", "codecs")
    found = [name for name in names if getattr(old, name) != getattr(new, name)]
    if not old.fill_value.covers(new.fill_value):
        found.append("fill_value")
    return [{"chunks": "shape of chunks"}.get(name, name.replace("_", " ")) for name in found]


def meaning_of(document: Mapping[str, JSON], zarr_format: int) -> Meaning:
    """Return what ``.zarray`` (Zarr v2) or the ``zarr.json`` of an array (v3) means."""
    try:
        return _of_v2(document) if zarr_format == 2 else _of_v3(document)
    except RecursionError:  # data types in data types; not known to mean what another one does
        nothing = object()
        return Meaning(nothing, nothing, nothing, Fill("?"), (nothing,), ("?", "?"))


def _of_v2(document: Mapping[str, JSON]) -> Meaning:
    filters = document.get("filters")
    steps = [*(filters if isinstance(filters, list) else () if filters is None else [filters])]
    data_type, endian = _type_of_v2(document.get("dtype"))
    first = steps[0].get("id") if steps and isinstance(steps[0], dict) else None
    objects = str(first) if document.get("dtype") == "|O" and first in _OBJECTS else None
    if objects is not None:
        data_type = _OBJECTS[objects]
        steps = steps[1:]
    return Meaning(
        shape=_numbers(document.get("shape")),
        chunks=_numbers(document.get("chunks")),
        data_type=data_type,
        fill_value=fill_of(document.get("fill_value"), data_type),
        codecs=chain_of_v2(document, steps, objects or endian),
        keys=("v2", str(document.get("dimension_separator") or ".")),
    )


def _of_v3(document: Mapping[str, JSON]) -> Meaning:
    grid, chunks = _named(document.get("chunk_grid"))
    data_type = _type_of_v3(document.get("data_type"))
    regular = grid == "regular" and chunks.keys() == {"chunk_shape"}
    single = (data_type[0] if isinstance(data_type, tuple) else data_type) in _WITHOUT_ORDER
    codecs = document.get("codecs")
    return Meaning(
        shape=_numbers(document.get("shape")),
        chunks=_numbers(chunks["chunk_shape"]) if regular else text_of(document.get("chunk_grid")),
        data_type=data_type,
        fill_value=fill_of(document.get("fill_value"), data_type),
        codecs=(
            *chain_of_v3([_named(codec) for codec in codecs] if isinstance(codecs, list) else [], single=single),
            *([text_of(document["storage_transformers"])] if document.get("storage_transformers") else ()),
        ),
        keys=_keys_of_v3(document.get("chunk_key_encoding")),
    )


def _keys_of_v3(encoding: JSON) -> tuple[str, str]:
    name, configuration = _named(encoding)
    return name, str(configuration.get("separator") or ("." if name == "v2" else "/"))


# --- data types -------------------------------------------------------------------------------------


def _type_of_v2(dtype: JSON) -> tuple[object, str | None]:
    """Return a data type in the words of v3, without its byte order, and the byte order."""
    if isinstance(dtype, list):
        fields = [field if isinstance(field, list) and len(field) == 2 else [None, field] for field in dtype]
        return ("structured", tuple((name, *_type_of_v2(code)) for name, code in fields)), None
    if not isinstance(dtype, str):
        return text_of(dtype), None
    if match := _PLAIN.fullmatch(dtype):
        name = "bool" if match[2] == "b" else f"{_WORDS[match[2]]}{8 * int(match[3])}"
        return name, None if name in _ONE_BYTE else _ENDIANS[match[1]]
    if match := _SIZED.fullmatch(dtype):
        size = int(match[3]) * (4 if match[2] == "U" else 1)
        return (_FIXED[match[2]], size), _ENDIANS[match[1]]
    if match := _DATED.fullmatch(dtype):
        return (_DATES[match[2]], match[4], int(match[3] or 1)), _ENDIANS[match[1]]
    return text_of(dtype), None


def _type_of_v3(data_type: JSON) -> object:
    if isinstance(data_type, str):
        return data_type
    name, configuration = _named(data_type)
    if name in _FIXED.values() and configuration.keys() == {"length_bytes"}:
        return name, configuration["length_bytes"]
    if name in _DATES.values():
        return name, configuration.get("unit"), configuration.get("scale_factor", 1)
    fields: Any = configuration.get("fields")
    if name == "structured" and isinstance(fields, list):
        return name, tuple(_field(field) for field in fields)
    return text_of(data_type) if configuration else name


def _field(field: JSON) -> tuple[object, ...]:
    """Return a field of a structure, whose byte order is little wherever there is one."""
    if not isinstance(field, list) or len(field) != 2:
        return (text_of(field),)
    data_type = _type_of_v3(field[1])
    kind = data_type[0] if isinstance(data_type, tuple) else data_type
    return field[0], data_type, None if kind in _WITHOUT_ORDER else "little"


# --- values -----------------------------------------------------------------------------------------


def _named(value: JSON) -> tuple[str, JSONObject]:
    """Return the name and the configuration of an extension point, which may be a bare name."""
    if isinstance(value, str):
        return value, {}
    name = value.get("name") if isinstance(value, dict) else None
    configuration = value.get("configuration") if isinstance(value, dict) else None
    return str(name), configuration if isinstance(configuration, dict) else {}


def _numbers(value: JSON) -> object:
    whole = isinstance(value, list) and all(type(n) is int or (isinstance(n, float) and n.is_integer()) for n in value)
    return tuple(map(int, value)) if whole and isinstance(value, list) else text_of(value)
