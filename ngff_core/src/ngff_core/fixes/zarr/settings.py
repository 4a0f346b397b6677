"""Fixes of sizes and settings in documents of arrays: numbers with a point, and codecs as the other format has them."""

from __future__ import annotations

from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image
from ngff_core.mending import REMOVED, SAFE, Edit, FixContext, FixExample, fix
from ngff_core.structure.values import JSON
from ngff_core.zarr.headers.extensions import MEMBERS
from ngff_core.zarr.headers.problem import is_whole
from ngff_core.zarr.headers.settings import COMPRESSORS, SHUFFLES

__all__ = ["SETTING_FIXES"]

_BYTES = {"name": "bytes", "configuration": {"endian": "little"}}
_GZIP = {"name": "gzip", "configuration": {"level": 5}}


def _of(version: str, key: str, before: JSON, after: JSON) -> FixExample:
    old, new = (
        {"": image(), "0": ExampleArray((8, 8), names=("y", "x"), members={key: value})} for value in (before, after)
    )
    return FixExample(old, new, versions=(version,))


@fix(
    "zarr-shape-valid",
    "zarr-chunk-grid-valid",
    "zarr-codecs-valid",
    safety=SAFE,
    examples=[_of("0.5", "shape", [8.0, 8], [8, 8]), _of("0.4", "chunks", [8.0, 8.0], [8, 8])],
)
def without_point(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write whole numbers without a point."""
    numbers = value if isinstance(value, list) else [value]
    if numbers and all(map(is_whole, numbers)) and any(type(number) is float for number in numbers):
        whole = [int(number) for number in numbers]
        yield ctx.put(whole if isinstance(value, list) else whole[0])


@fix(
    "zarr-codecs-valid",
    "zarr-chunk-keys-valid",
    safety=SAFE,
    examples=[
        _of("0.5", "codecs", [_BYTES, {"name": "gzip", "level": 5}], [_BYTES, _GZIP]),
        _of("0.5", "codecs", [_BYTES, {"id": "gzip", "level": 5}], [_BYTES, _GZIP]),
        _of("0.4", "compressor", "zlib", {"id": "zlib"}),
        _of("0.4", "compressor", _GZIP, {"id": "gzip", "level": 5}),
    ],
)
def as_format_has_it(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write a codec, or the encoding of chunk keys, and its settings in the form that the Zarr format has for them."""
    of_v3, last = ctx.document == "zarr.json", ctx.pointer[-1] if ctx.pointer else ""
    if of_v3 and isinstance(value, dict) and "name" not in value and isinstance(value.get("id"), str):
        settings = {key: member for key, member in value.items() if key != "id"}
        yield ctx.put({"name": value["id"], **({"configuration": settings} if settings else {})})
    elif not of_v3 and isinstance(value, dict) and "id" not in value and isinstance(value.get("name"), str):
        settings = value.get("configuration", {})
        if isinstance(settings, dict) and value.keys() <= {"name", "configuration"} and "id" not in settings:
            yield ctx.put({"id": value["name"], **settings})
    elif not of_v3 and isinstance(value, str) and value in COMPRESSORS and last == "compressor":
        yield ctx.put({"id": value})
    elif of_v3 and last == "shuffle" and type(value) is int and 0 <= value < len(SHUFFLES):
        yield ctx.put(SHUFFLES[value])
    elif of_v3 and ("codecs" in ctx.pointer or value == "/") and last not in MEMBERS:
        yield from _into_configuration(value, str(last), ctx)


def _into_configuration(value: JSON, key: str, ctx: FixContext) -> Iterator[Edit]:
    """Move a setting that stands beside the name of a codec into its configuration, which does not have it."""
    codec = ctx.above()
    held = codec.get("configuration", {}) if isinstance(codec, dict) and isinstance(codec.get("name"), str) else None
    if value is not REMOVED and isinstance(held, dict) and key not in held and ctx.pointer[-2] != "configuration":
        yield ctx.put_beside(value, "configuration", key)
        yield ctx.remove()


SETTING_FIXES = (without_point, as_format_has_it)
