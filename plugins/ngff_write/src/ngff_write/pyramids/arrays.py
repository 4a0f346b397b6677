"""The document of the array of a new level: what that of the first level says, but for the shape."""

from __future__ import annotations

from typing import Any

from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.array import ArrayDocument
from ngff_core.zarr.headers.extensions import configuration_of, name_of

__all__ = ["document_like"]

Document = dict[str, Any]
_SHARDING = "sharding_indexed"


def document_like(first: ArrayDocument, own: Document, *, recoded: bool) -> Document:
    """Return the document of a new level, that is ``own`` but for what the first level says of its pixels and chunks.

    ``recoded``: the codecs are its own all the same.
    """
    raw = first.raw
    if first.zarr_format == 2:
        found = {**own, "dtype": raw["dtype"], "order": raw["order"], "dimension_separator": first.separator}
        if not recoded:
            found |= {"compressor": raw["compressor"], "filters": raw["filters"]}
    else:
        found = {**own, "data_type": raw["data_type"], "chunk_key_encoding": raw["chunk_key_encoding"]}
        if not recoded:
            found |= _encoding(raw, own)
    if raw["fill_value"] is not None:  # else what was never written may be anything, and zeros are not written
        found["fill_value"] = raw["fill_value"]
    return found


def _encoding(raw: JSONObject, own: Document) -> Document:
    """Return the codecs of the first level; shards stay as large as they are where chunks in them are arranged."""
    codecs: Any = raw["codecs"]
    if not _has_shards(codecs):
        return {"codecs": codecs}
    inner = configuration_of(codecs[0])
    (own_first, *_), alone = own["codecs"], len(codecs) == 1 and not _has_shards(inner.get("codecs"))
    if alone and name_of(own_first) == _SHARDING:
        sizes = {"chunk_shape": configuration_of(own_first)["chunk_shape"]}
        return {"codecs": [{**codecs[0], "configuration": {**inner, **sizes}}]}
    if name_of(raw["chunk_grid"]) == "regular":
        return {"codecs": codecs, "chunk_grid": raw["chunk_grid"]}
    return {}


def _has_shards(codecs: JSON) -> bool:
    return isinstance(codecs, list) and any(name_of(codec) == _SHARDING for codec in codecs)
