"""The metadata of Zarr arrays from v2 to v3 and back, with the chunks left as they are.

0.4 is stored as Zarr v2 and 0.5 as v3. A chunk is the same bytes in both, under the same key: v3 has the chunk key
encoding ``v2``, and codecs for what v2 calls order, data type and compressor. What v3 does not have, or has under
names that only one library reads, is an obstacle, and then there is no document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from ngff_core.migration.shared import items
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.words import counted
from ngff_core.zarr.headers.arrays import array_problems
from ngff_core.zarr.headers.data_types import V2_NAMES
from ngff_core.zarr.headers.members import V3_ARRAY, may_be_ignored
from ngff_core.zarr.headers.problem import errors_of
from ngff_v05.array_codecs import codecs_to_v2, codecs_to_v3
from ngff_v05.array_values import (
    Decision,
    Notes,
    data_type_to_v2,
    data_type_to_v3,
    fill_value,
    shown,
)

__all__ = ["Converted", "Decision", "to_v2", "to_v3"]

DIMENSIONS = "_ARRAY_DIMENSIONS"  # the attribute that holds the names of dimensions in v2, by xarray's convention
SOURCE = "_ARRAY_DIMENSIONS_FROM"  # the attribute that tells where v3 had them; without it, in both places
NAMES, ATTRIBUTES = "dimension_names", "attributes"  # what it may say
V2_KEYS = ("zarr_format", "shape", "chunks", "dtype", "fill_value", "order", "filters", "compressor")


@attrs.frozen
class Converted:
    """The documents of an array in the other Zarr format, by file name; none when there are obstacles.

    ``decisions`` are questions that were answered by their default, ``losses`` what the new documents do not say any
    more, ``obstacles`` what the other format cannot express.
    """

    documents: dict[str, JSONObject]
    decisions: list[Decision]
    losses: list[str]
    obstacles: list[str]


def to_v3(
    zarray: Mapping[str, JSON],
    attributes: Mapping[str, JSON] | None = None,
    dimension_names: Sequence[str | None] | None = None,
    *,
    numcodecs: bool = False,
    null_fill: JSON = None,
) -> Converted:
    """Return the ``zarr.json`` of an array that has this ``.zarray`` and these attributes.

    ``dimension_names`` are by default those of the attribute ``_ARRAY_DIMENSIONS``, which stays as it is, but for one
    that `to_v2` has made.
    ``numcodecs`` allows codecs that zarr-python reads and tensorstore does not (zlib, bz2, lz4, lzma, some filters);
    ``null_fill`` is the fill value where there is none (by default 0).
    """
    notes = Notes()
    shape, chunks, separator = _layout_of_v2(zarray, notes)
    data_type, endian = data_type_to_v3(zarray.get("dtype"), notes) or (None, None)
    fill = (
        fill_value(zarray.get("fill_value"), data_type, notes, zarr_format=2, null_fill=null_fill)
        if data_type
        else None
    )
    ndim = len(shape or ())
    codecs = codecs_to_v3(zarray, ndim, data_type or "uint8", endian, notes, numcodecs=numcodecs)
    for key in zarray.keys() - {*V2_KEYS, "dimension_separator"}:
        notes.losses.append(f"`{key}` {shown(zarray[key])} is not kept: v3 has no room for members it does not know")
    _refuse_what_nobody_opens(zarray, 2, notes)
    kept = attributes or {}
    kept, names = _names_to_v3(kept, dimension_names, ndim, notes)
    document = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": data_type,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
        "chunk_key_encoding": {"name": "v2", "configuration": {"separator": separator}},
        "fill_value": fill,
        "codecs": codecs,
        **({"attributes": dict(kept)} if kept else {}),
        **({NAMES: names} if names is not None else {}),
    }
    return _converted({"zarr.json": document}, notes)


def _layout_of_v2(zarray: Mapping[str, JSON], notes: Notes) -> tuple[list[int] | None, list[int] | None, JSON]:
    """Return shape, shape of chunks and separator of chunk keys, and note what is wrong with them."""
    shape = _extents(zarray, "shape", 0, notes)
    chunks = _extents(zarray, "chunks", 1, notes)
    if shape is not None and chunks is not None and len(shape) != len(chunks):
        notes.obstacles.append(f"`chunks` has {len(chunks)} dimensions, `shape` has {len(shape)}")
    if zarray.get("zarr_format") != 2:
        notes.obstacles.append(f"`zarr_format` is {shown(zarray.get('zarr_format'))}, expected 2")
    separator = zarray.get("dimension_separator", ".")
    if separator not in (".", "/"):
        notes.obstacles.append(f'`dimension_separator` is {shown(separator)}, expected "." or "/"')
    return shape, chunks, separator


def to_v2(
    zarr_json: Mapping[str, JSON], axes: Sequence[str | None] | None = None, *, rename_chunks: bool = False
) -> Converted:
    """Return the ``.zarray`` and the ``.zattrs`` of an array that has this ``zarr.json``.

    Names of dimensions that are not those of the ``axes`` go to the attribute ``_ARRAY_DIMENSIONS``. Where there are
    no axes, ``_ARRAY_DIMENSIONS_FROM`` tells where they were, so that `to_v3` gives back what there was.
    ``rename_chunks`` says that the keys of chunks are going to be changed to those of v2 with ``/``.
    """
    notes = Notes()
    for key, expected in (("zarr_format", 3), ("node_type", "array")):
        if zarr_json.get(key) != expected:
            notes.obstacles.append(f"`{key}` is {shown(zarr_json.get(key))}, expected {shown(expected)}")
    shape = _extents(zarr_json, "shape", 0, notes)
    chunks = _extents(_extension(zarr_json, "chunk_grid", "regular", notes), "chunk_shape", 1, notes)
    if shape is not None and chunks is not None and len(shape) != len(chunks):
        notes.obstacles.append(f"`chunk_shape` has {len(chunks)} dimensions, `shape` has {len(shape)}")
    separator = "/"
    if not rename_chunks:
        separator = (_extension(zarr_json, "chunk_key_encoding", "v2", notes) or {}).get("separator", ".")
    if separator not in (".", "/"):
        notes.obstacles.append(f'`chunk_key_encoding` has the separator {shown(separator)}, expected "." or "/"')
    data_type = _known_data_type(zarr_json.get("data_type"), notes)
    layout = codecs_to_v2(zarr_json.get("codecs"), len(shape or ()), data_type, notes)
    fill = fill_value(zarr_json.get("fill_value"), data_type, notes, zarr_format=3) if data_type else None
    _further_members(zarr_json, notes)
    attributes = _names_to_v2(zarr_json, axes, notes)
    _refuse_what_nobody_opens(zarr_json, 3, notes)
    if notes.obstacles or layout is None or data_type is None:
        return _converted({}, notes)
    zarray = {
        "zarr_format": 2,
        "shape": shape,
        "chunks": chunks,
        "dtype": data_type_to_v2(data_type, layout.endian),
        "fill_value": fill,
        "order": layout.order,
        "filters": layout.filters,
        "dimension_separator": separator,
        "compressor": layout.compressor,
    }
    return _converted({".zarray": zarray, ".zattrs": attributes}, notes)


def _converted(documents: dict[str, JSONObject], notes: Notes) -> Converted:
    return Converted({} if notes.obstacles else documents, notes.decisions, sorted(notes.losses), notes.obstacles)


def _refuse_what_nobody_opens(document: Mapping[str, JSON], zarr_format: int, notes: Notes) -> None:
    """Note what makes the document none of an array, where the conversion did not come upon anything by itself."""
    if not notes.obstacles:
        notes.obstacles += [problem.message for problem in errors_of(array_problems(document, zarr_format))]


def _extents(holder: Mapping[str, JSON] | None, key: str, least: int, notes: Notes) -> list[int] | None:
    """Return the extents along the dimensions; ``None`` when they are missing or wrong."""
    if holder is None:
        return None
    value = holder.get(key)
    if isinstance(value, list) and all(type(extent) is int and extent >= least for extent in value):
        return list(value)
    notes.obstacles.append(f"`{key}` is {shown(value)}, expected an array of integers of at least {least}")
    return None


# --- names of dimensions ---------------------------------------------------------------------------


def _names_to_v3(
    attributes: Mapping[str, JSON], given: Sequence[str | None] | None, ndim: int, notes: Notes
) -> tuple[Mapping[str, JSON], list[str | None] | None]:
    """Return the attributes that stay, and the names of dimensions.

    The attribute that may hold them is nobody's but the user's, unless it says that it comes from v3.
    """
    held = attributes.get(DIMENSIONS)
    proper = _are_names(held, ndim)
    if given is None:
        source = attributes.get(SOURCE) if proper else None
        made = {DIMENSIONS, SOURCE} if source == NAMES else {SOURCE} if source == ATTRIBUTES else ()
        kept = {key: value for key, value in attributes.items() if key not in made}
        return kept, list(held or ()) if proper and source != ATTRIBUTES else None
    if len(given) != ndim:
        notes.obstacles.append(f"{counted(len(given), 'name')} for {counted(ndim, 'dimension')}")
        return attributes, None
    if proper and held != list(given):
        notes.decide("dimension-names", f"{shown(given)} are taken, and {DIMENSIONS} {shown(held)} stays an attribute")
    return attributes, list(given)


def _are_names(value: JSON, ndim: int) -> bool:
    return isinstance(value, list) and len(value) == ndim and all(isinstance(name, str) for name in value)


def _names_to_v2(zarr_json: Mapping[str, JSON], axes: Sequence[str | None] | None, notes: Notes) -> JSONObject:
    held, names = zarr_json.get("attributes", {}), zarr_json.get(NAMES)
    if not isinstance(held, dict):
        notes.obstacles.append(f"`attributes` is {shown(held)}, expected an object")
        return {}
    attributes = dict(held)
    if names is None and axes is None and _are_names(attributes.get(DIMENSIONS), len(items(zarr_json.get("shape")))):
        return {**attributes, SOURCE: ATTRIBUTES}
    if names is None or names == attributes.get(DIMENSIONS) or (axes is not None and names == list(axes)):
        return attributes
    if not isinstance(names, list) or not all(name is None or isinstance(name, str) for name in names):
        notes.obstacles.append(f"`dimension_names` is {shown(names)}, expected an array of strings and nulls")
        return attributes
    if names and all(name is None for name in names):
        return attributes
    if DIMENSIONS in attributes or None in names:
        why = f"the attributes hold {DIMENSIONS}" if DIMENSIONS in attributes else "v2 has no name that is null"
        notes.losses.append(f"`dimension_names` {shown(names)} are not kept: {why}")
        return attributes
    return {**attributes, DIMENSIONS: list(names), **({SOURCE: NAMES} if axes is None else {})}


# --- further members of v3 -------------------------------------------------------------------------


def _extension(zarr_json: Mapping[str, JSON], key: str, expected: str, notes: Notes) -> JSONObject | None:
    """Return the configuration of an extension point; note when it is not the one that v2 can express."""
    value = zarr_json.get(key)
    named = {"name": value} if isinstance(value, str) else value
    name = named.get("name") if isinstance(named, dict) else None
    configuration = named.get("configuration", {}) if isinstance(named, dict) else {}
    if name == expected and isinstance(configuration, dict):
        return configuration
    why = ", which names chunks as v2 does not" if key == "chunk_key_encoding" and name == "default" else ""
    notes.obstacles.append(f"`{key}` is {shown(name or value)}{why}, expected {shown(expected)}")
    return None


def _known_data_type(data_type: JSON, notes: Notes) -> str | None:
    if isinstance(data_type, str) and data_type in V2_NAMES:
        return data_type
    notes.obstacles.append(f"data type {shown(data_type)} is none that v2 has")
    return None


def _further_members(zarr_json: Mapping[str, JSON], notes: Notes) -> None:
    if zarr_json.get("storage_transformers"):
        notes.obstacles.append(f"`storage_transformers` is {shown(zarr_json['storage_transformers'])}, v2 has none")
    for key in sorted(zarr_json.keys() - {*V3_ARRAY}):
        value = zarr_json[key]
        if may_be_ignored(value):
            notes.losses.append(f"`{key}` {shown(value)} is not kept: v2 has no such member")
        else:
            notes.obstacles.append(f"`{key}` {shown(value)} is not known, and has to be understood")
