"""The documents of arrays as a whole: ``.zarray`` of Zarr v2, and the ``zarr.json`` of v3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ngff_core.issues.pointer import Pointer
from ngff_core.structure.values import JSON
from ngff_core.words import counted
from ngff_core.zarr.headers.codecs import Chunk, chain_problems
from ngff_core.zarr.headers.data_types import data_type_problems, dtype_problems
from ngff_core.zarr.headers.extensions import (
    configuration_of,
    is_registered_by_address,
    is_unknown,
    member_problems,
    name_of,
    unknown,
)
from ngff_core.zarr.headers.fill_values import fill_value_problems, v2_fill_value_problems
from ngff_core.zarr.headers.members import V3_ARRAY, unknown_members
from ngff_core.zarr.headers.problem import Problem, is_whole, with_point, wrong
from ngff_core.zarr.headers.rectilinear import rectilinear_problems
from ngff_core.zarr.headers.settings import compressor_problems

__all__ = ["array_problems"]

SHAPE, GRID, KEYS = "zarr-shape-valid", "zarr-chunk-grid-valid", "zarr-chunk-keys-valid"
GRIDS = frozenset(("regular", "rectilinear"))
ENCODINGS = frozenset(("default", "v2"))
REGISTERED_ENCODINGS = ("suffix", "fanout")  # whose settings are not looked at


def array_problems(raw: Mapping[str, JSON], zarr_format: int) -> Iterator[Problem]:
    """Yield what keeps readers from opening the array that a document describes.

    Members that are missing or of another JSON type are left to the faults of structure, the extents of chunks to
    `chunk_problems`.
    """
    yield from _extents(raw.get("shape"), ("shape",), SHAPE, 0)
    yield from _v3(raw) if zarr_format == 3 else _v2(raw)


def _v2(raw: Mapping[str, JSON]) -> Iterator[Problem]:
    yield from _extents(raw.get("chunks"), ("chunks",), GRID, 0)
    if "dtype" in raw:
        yield from dtype_problems(raw["dtype"], ("dtype",))
        yield from v2_fill_value_problems(raw.get("fill_value"), raw["dtype"], ("fill_value",))
    if raw.get("compressor") is not None:
        yield from compressor_problems(raw["compressor"], ("compressor",), "compressor")
    filters = raw.get("filters")
    if raw.get("dtype") == "|O" and not filters and "filters" in raw:
        message = "objects have no bytes of their own, and no filter makes them such"
        yield Problem("zarr-codecs-valid", ("filters",), message, "none", "a filter such as vlen-utf8")
    for index, entry in enumerate(filters if isinstance(filters, list) else ()):
        yield from compressor_problems(entry, ("filters", index), "filter")


def _v3(raw: Mapping[str, JSON]) -> Iterator[Problem]:
    shape = raw.get("shape")
    if "data_type" in raw:
        yield from data_type_problems(raw["data_type"], ("data_type",))
    if "chunk_grid" in raw:
        yield from _grid_problems(raw["chunk_grid"], shape, ("chunk_grid",))
    if "chunk_key_encoding" in raw:
        yield from _key_problems(raw["chunk_key_encoding"], ("chunk_key_encoding",))
    data_type = name_of(raw.get("data_type"))
    if "fill_value" in raw:
        yield from fill_value_problems(raw["fill_value"], data_type, ("fill_value",))
    codecs = raw.get("codecs")
    if isinstance(codecs, list):
        chunk = Chunk(_chunk_shape(raw.get("chunk_grid"), shape), data_type)
        yield from chain_problems(codecs, chunk, ("codecs",))
    yield from _name_problems(raw.get("dimension_names"), shape)
    yield from _transformer_problems(raw.get("storage_transformers", []), ("storage_transformers",))
    yield from unknown_members(raw, V3_ARRAY, "array")


def _chunk_shape(grid: JSON, shape: JSON) -> list[int] | None:
    """Return the shape of the chunks that codecs are given, where it is known and fits the array."""
    sizes: JSON = configuration_of(grid).get("chunk_shape")
    if not isinstance(sizes, list) or not isinstance(shape, list) or len(shape) != len(sizes):
        return None
    return sizes if all(is_whole(size) and size > 0 for size in sizes) else None


def _extents(value: JSON, at: Pointer, rule: str, least: int) -> Iterator[Problem]:
    """Yield the extents that are too small; others than integers are faults of structure."""
    if not isinstance(value, list):
        return
    if any(is_whole(extent) and extent < least for extent in value):
        yield wrong(rule, at, value, f"integers of at least {least}")
    elif all(map(is_whole, value)):
        yield from with_point(rule, at, value)


# --- chunks of v3 -----------------------------------------------------------------------------------


def _grid_problems(grid: JSON, shape: JSON, at: Pointer) -> Iterator[Problem]:
    yield from member_problems(GRID, grid, at, "chunk grid")
    name = name_of(grid)
    configuration = configuration_of(grid)
    if name == "rectilinear":
        yield from rectilinear_problems(configuration, shape, GRID, at)
    elif name is not None and is_unknown(name, GRIDS):
        yield unknown("chunk grid", name, at)
    if name != "regular":
        return
    sizes = configuration.get("chunk_shape")
    where = (*at, "configuration")
    if "chunk_shape" not in configuration:
        yield Problem(GRID, at, "the chunk grid has no chunk_shape", expected='"chunk_shape": an array of integers')
    elif not isinstance(sizes, list) or not all(is_whole(size) and size >= 0 for size in sizes):
        yield wrong(GRID, (*where, "chunk_shape"), sizes, "an array of integers above 0")
    else:
        yield from with_point(GRID, (*where, "chunk_shape"), sizes)
    for key in configuration:
        if key != "chunk_shape":
            yield Problem(GRID, (*where, key), f"a regular chunk grid has no setting {key!r}", key, "chunk_shape")


def _key_problems(encoding: JSON, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with how chunks are named; without a reader that knows, nobody finds them."""
    yield from member_problems(KEYS, encoding, at, "chunk key encoding")
    name = name_of(encoding)
    configuration = configuration_of(encoding)
    if name is not None and is_unknown(name, ENCODINGS):
        if name in REGISTERED_ENCODINGS or is_registered_by_address(name):
            yield unknown("chunk key encoding", name, at)
        else:
            hint = '"default" separates by / where nothing else is said'
            yield wrong(KEYS, at, name, '"default", "v2" or a registered name', "the chunk key encoding", hint)
    if name not in ("default", "v2"):
        return
    for key, value in configuration.items():
        if key != "separator":
            message = f"the chunk key encoding {name} has no setting {key!r}"
            yield Problem(KEYS, (*at, "configuration", key), message, key, "separator")
        elif value not in (".", "/"):
            yield wrong(KEYS, (*at, "configuration", "separator"), value, '"." or "/"')


# --- names of dimensions, storage transformers ------------------------------------------------------


def _name_problems(names: JSON, shape: JSON) -> Iterator[Problem]:
    rule = "zarr-dimension-names-valid"
    if not isinstance(names, list):
        return
    for index, name in enumerate(names):
        if name is not None and not isinstance(name, str):
            yield wrong(rule, ("dimension_names", index), name, "a string, or null", "the name of a dimension")
    if isinstance(shape, list) and len(names) != len(shape):
        message = f"{counted(len(names), 'name')} in dimension_names for {counted(len(shape), 'dimension')}"
        yield Problem(rule, ("dimension_names",), message, str(len(names)), counted(len(shape), "name"))


def _transformer_problems(value: JSON, at: Pointer) -> Iterator[Problem]:
    rule = "zarr-storage-transformers-valid"
    if not isinstance(value, list):
        yield wrong(rule, at, value, "an array")
        return
    for index, entry in enumerate(value):
        yield from member_problems(rule, entry, (*at, index), "storage transformer", optional=True)
        name = name_of(entry)
        if name is not None and is_unknown(name, frozenset()):
            yield unknown("storage transformer", name, (*at, index))
