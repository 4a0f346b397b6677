"""Fixes of what arrays say of themselves beside their values: names of dimensions, separators, unknown members."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.checking.example import ExampleArray
from ngff_core.fixes.examples import image
from ngff_core.fixes.places import axis_names
from ngff_core.mending import REMOVED, SAFE, UNSAFE, Edit, FixContext, FixExample, fix
from ngff_core.mending.edit import value_at
from ngff_core.models.children import ARRAY_DIMENSIONS
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.headers.data_types import DATA_TYPES
from ngff_core.zarr.headers.members import V3_ARRAY

__all__ = ["ARRAY_FIXES"]

_V3 = ("0.5", "0.6")
_NAMES = "dimension_names"


def _array(names: tuple[str, ...] | None = ("y", "x"), **members: JSON) -> JSONObject:
    return {"": image(), "0": ExampleArray((8, 8), names=names, members=members)}


def _named(names: list[JSON] | None) -> JSONObject:
    return _array(None, dimension_names=names)


@fix(
    "zarr-dimension-names-present",
    safety=SAFE,
    examples=[FixExample(_array(None), _array()), FixExample(_named(None), _array())],
    versions=_V3,
)
def names_of_axes(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Name the dimensions of an array that has no names for them by the axes of its image."""
    yield from _of_axes(value, ctx)


@fix(
    "zarr-dimension-names-match-axes",
    safety=SAFE,
    examples=[FixExample(_named([None, None]), _array()), FixExample(_named(["Y", "x"]), _array())],
    versions=_V3,
)
def same_names(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Name the dimensions by the axes, where their names differ from these in case alone, or are not there."""
    known = axis_names(ctx, ctx.node) or []
    if isinstance(value, list) and len(value) == len(known):
        pairs = zip(value, known, strict=True)
        if all(name is None or (isinstance(name, str) and name.lower() == axis.lower()) for name, axis in pairs):
            yield from _of_axes(value, ctx)


@fix(
    "zarr-dimension-names-match-axes",
    safety=UNSAFE,
    examples=[FixExample(_named(["x", "y"]), _array())],
    versions=_V3,
)
def other_names(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Name the dimensions by the axes.

    Not safe: the axes may be what is wrong.
    """
    yield from _of_axes(value, ctx)


def _of_axes(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    names, array = axis_names(ctx, ctx.node), ctx.reading.array(ctx.node)
    if names and array is not None and array.shape is not None and len(array.shape) == len(names) and value != names:
        yield Edit(ctx.node, ctx.document, (_NAMES,), names)


@fix(
    "zarr-array-dimensions-repeat-axes",
    safety=UNSAFE,
    examples=[
        FixExample(
            _array(),
            _array(),
            {"0/.zattrs": {ARRAY_DIMENSIONS: ["x", "y"]}},
            {"0/.zattrs": {ARRAY_DIMENSIONS: ["y", "x"]}},
            versions=("0.4",),
        )
    ],
)
def dimensions_of_axes(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write the names of the axes in the `_ARRAY_DIMENSIONS` of a level.

    Not safe: the axes may be what is wrong.
    """
    names = axis_names(ctx, ctx.node)
    if names and ctx.reading.array(ctx.node) is not None:
        yield ctx.put(names)


def _separated(written: JSON) -> FixExample:
    before = {} if written is None else {"0/.zarray#dimension_separator": written}
    taken = {"0/.zarray": {**_ZARRAY, **({} if written is None else {"dimension_separator": written})}}
    return FixExample(_array(), _array(), {**taken, **before, "0/0/0": b"8"}, {"0/0/0": b"8"}, versions=("0.4",))


_ZARRAY = {
    "zarr_format": 2,
    "shape": [8, 8],
    "chunks": [8, 8],
    "dtype": "<u2",
    "compressor": None,
    "fill_value": 0,
    "order": "C",
    "filters": None,
}


@fix("zarr-chunk-separator-slash", safety=SAFE, examples=[_separated("."), _separated(None)])
def slash_as_stored(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Write that chunk keys are separated by `/`, where the chunks that are there have such keys, or there are none.

    The names of the chunks have to be known. Where they are separated by periods the chunks would have to be renamed.
    """
    names = ctx.reading.names(ctx.node)
    if names is not None and not any(re.fullmatch(r"[0-9]+(\.[0-9]+)*", name) for name in names):
        yield Edit(ctx.node, ctx.document, ("dimension_separator",), "/")


@fix(
    "zarr-members-known",
    safety=SAFE,
    examples=[
        FixExample(_array(), _array(), {"0/zarr.json#dimension_separator": "/"}, {}, versions=("0.5",)),
        FixExample(_array(), _array(), {"0/zarr.json#dtype": "<u2", "0/zarr.json#order": "C"}, {}, versions=("0.5",)),
        FixExample(_array(), _array(), {"0/zarr.json#filters": None}, {}, versions=("0.5",)),
    ],
)
def member_of_v2(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Take a member of Zarr v2 out of an array of v3, where it says nothing, or what the array says anyway."""
    array = ctx.reading.array(ctx.node)
    if array is None or len(ctx.pointer) != 1 or ctx.pointer[0] in V3_ARRAY:
        return
    codecs = array.raw.get("codecs")
    transposed = isinstance(codecs, list) and "transpose" in str(codecs)
    idle = {
        "chunks": value == value_at(array.raw, ("chunk_grid", "configuration", "chunk_shape")),
        "dimension_separator": value == array.separator,
        "dtype": isinstance(value, str) and DATA_TYPES.get(value.lstrip("<|>")) == array.dtype,
        "order": value == "C" and not transposed,
        "compressor": value is None,
        "filters": value in (None, []),
    }
    if idle.get(str(ctx.pointer[0]), False):
        yield ctx.remove()


@fix(
    "zarr-members-known",
    safety=UNSAFE,
    examples=[
        FixExample(
            {"": image()},
            {"": image()},
            {"zarr.json#note": "mine"},
            {
                "zarr.json": {
                    "zarr_format": 3,
                    "node_type": "group",
                    "attributes": {"ome": {"version": "0.5", **image()}, "note": "mine"},
                }
            },
            versions=("0.5",),
        )
    ],
)
def into_attributes(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Move a member that readers do not know into the attributes.

    Not safe: it may be an extension, without which the array is read wrongly.
    """
    attributes = value_at(ctx.reading.document(ctx.node, ctx.document), ("attributes",))
    held = {} if attributes is REMOVED else attributes
    if len(ctx.pointer) == 1 and isinstance(held, dict) and ctx.pointer[0] not in held:
        yield Edit(ctx.node, ctx.document, ("attributes", *ctx.pointer), value)
        yield ctx.remove()


@fix(
    "zarr-storage-transformers-valid",
    safety=SAFE,
    examples=[FixExample(_array(), _array(), {"0/zarr.json#storage_transformers": None}, {}, versions=("0.5",))],
)
def no_transformers(value: JSON, ctx: FixContext) -> Iterator[Edit]:
    """Leave out storage transformers that are null: there are none."""
    if value is None:
        yield ctx.remove()


ARRAY_FIXES = (
    names_of_axes,
    same_names,
    other_names,
    dimensions_of_axes,
    slash_as_stored,
    member_of_v2,
    into_attributes,
    no_transformers,
)
