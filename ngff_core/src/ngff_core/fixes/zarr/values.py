"""Fixes of the values in documents of arrays: fill values and data types."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image
from ngff_core.mending import SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.migration.interface import Decision
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.data_types import DATA_TYPES, V2_NAMES, integer_range, number_of
from ngff_core.zarr.headers.fill_values import FLOAT_CODES, normal_value

__all__ = ["VALUE_FIXES"]

_ORDERS = {"<": "little", ">": "big"}
_WORDS = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}


def _array(dtype: str = "uint16", **members: JSON) -> JSONObject:
    return {"": image(), "0": ExampleArray((8, 8), dtype, ("y", "x"), members=members)}


def _coded(code: str) -> JSONObject:
    return {"": image(), "0": ExampleArray((8, 8), names=("y", "x"), members={"dtype": code})}


def _of(version: str, dtype: str, before: JSONObject, after: JSONObject) -> FixExample:
    return FixExample(_array(dtype, **before), _array(dtype, **after), versions=(version,))


@fix(
    "zarr-fill-value-fits-data-type",
    safety=SAFE,
    examples=[
        _of("0.5", "float32", {"fill_value": None}, {"fill_value": "NaN"}),
        _of("0.5", "uint16", {"fill_value": None}, {"fill_value": 0}),
        _of("0.5", "uint16", {"fill_value": "7"}, {"fill_value": 7}),
        _of("0.4", "float32", {"fill_value": "nan"}, {"fill_value": "NaN"}),
        _of("0.4", "uint16", {"fill_value": "7"}, {"fill_value": 7}),
    ],
)
def fill_value(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the fill value as Zarr has it: numbers without quotes, `"NaN"`; in v3 null is NaN, or 0 of integers."""
    array = ctx.reading.array(ctx.node)
    if array is None:
        return
    name = number_of(array.raw.get("dtype")) if array.zarr_format == 2 else array.dtype
    if name in V2_NAMES:
        meant = _meant_fill(value, name, array.zarr_format)
        if meant is not None:
            yield ctx.put(meant)


def _meant_fill(value: JSON, name: str, zarr_format: int) -> JSON:
    """Return the value of a data type that some JSON is meant for; ``None`` where that is not known."""
    if value is None:
        return "NaN" if name in FLOAT_CODES else False if name == "bool" else 0 if integer_range(name) else None
    if isinstance(value, str) and name in FLOAT_CODES and value.lstrip("+-").lower() in _WORDS:
        word = _WORDS[value.lstrip("+-").lower()]
        return f"-{word}" if value.startswith("-") and word != "NaN" else word
    meant = normal_value(value, name, 2)
    return normal_value(value, name, 3) if meant is None else meant


@fix(
    "zarr-data-type-valid",
    safety=SAFE,
    examples=[
        _of("0.5", "uint16", {"data_type": "<u2"}, {}),
        _of("0.5", "uint8", {"data_type": "|u1"}, {}),
        _of("0.5", "uint16", {"data_type": "UInt16"}, {}),
        FixExample(_coded("<u1"), _coded("|u1"), versions=("0.4",)),
        FixExample(_coded("uint8"), _coded("|u1"), versions=("0.4",)),
    ],
)
def data_type(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a data type as its Zarr format has it, where it says one and its byte order is known."""
    if not isinstance(value, str):
        return
    if ctx.document == "zarr.json" and len(ctx.pointer) == 1:
        plain = value.strip()
        name = plain.lower() if plain.lower() in V2_NAMES else DATA_TYPES.get(plain.lstrip("<>|="))
        orders = set(_endians(ctx.reading.document(ctx.node, ctx.document).get("codecs")))
        said = _ORDERS.get(plain[:1])  # which the codec has to say, too: it would be gone
        if name is not None and (said is None or orders == {said} or V2_NAMES[name][1:] == "1"):
            yield ctx.put(name)
    elif ctx.document == ".zarray":
        code = V2_NAMES.get(value, value.lstrip("<>=|"))
        if code in DATA_TYPES and code[1:] == "1":
            yield ctx.put(f"|{code}")


def _endians(value: JSON) -> Iterator[str]:
    """Yield the byte orders that codecs state, those of chunks in shards as well."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _endians(item)
    if isinstance(value, dict) and isinstance(value.get("endian"), str):
        yield value["endian"]


_ORDER = Decision(
    "byte-order",
    "In which order do the bytes of a pixel stand, where the data type does not say it?",
    "little",
    ("little", "big"),
)


@fix(
    "zarr-data-type-valid",
    safety=UNSAFE,
    decision=_ORDER,
    examples=[
        FixExample(_coded("uint16"), _coded("<u2"), versions=("0.4",)),
        FixExample(_coded("|u2"), _coded(">u2"), decisions={"byte-order": "big"}, versions=("0.4",)),
    ],
)
def data_type_with_order(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the code of a data type with a byte order, which it does not say."""
    if isinstance(value, str) and ctx.document == ".zarray":
        code = V2_NAMES.get(value, value.lstrip("=|!").strip())
        if code in DATA_TYPES and code[1:] != "1":
            yield ctx.put(f"{'<' if ctx.answer == 'little' else '>'}{code}")


VALUE_FIXES = (fill_value, data_type, data_type_with_order)
