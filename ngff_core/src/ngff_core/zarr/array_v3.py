"""The documents of arrays in Zarr v3."""

from typing import TYPE_CHECKING, Any, Literal

from ngff_core.structure.converter import structure
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.array import ArrayDocument, fault_issues, sizes
from ngff_core.zarr.headers.extensions import configuration_of, name_of

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["read"]


@model
class ZarrV3Array(Model):
    """What the ``zarr.json`` of an array holds (Zarr v3 specification)."""

    zarr_format: Literal[3] = member()
    node_type: Literal["array"] = member()
    shape: list[int] = member()
    data_type: Any = member(required=True)
    chunk_grid: Any = member(required=True)
    chunk_key_encoding: Any = member(required=True)
    fill_value: Any = member(required=True)
    codecs: list[Any] = member()
    dimension_names: list[Any] | None = member(default=None)
    attributes: dict[str, Any] | None = member(default=None)


def read(converter: "Converter", raw: JSONObject) -> ArrayDocument:
    """Read what the ``zarr.json`` of an array holds."""
    array, faults = structure(converter, raw, ZarrV3Array)
    faults = [f for f in faults if not (f.found == "null" and f.pointer == ("dimension_names",))]
    codecs = array.codecs if isinstance(array.codecs, list) else []
    sharding = next((c for c in codecs if name_of(c) == "sharding_indexed"), None)
    chunks = sizes(configuration_of(array.chunk_grid).get("chunk_shape"))
    shards = None
    if sharding is not None:
        inner = configuration_of(sharding)
        shards, chunks = chunks, sizes(inner.get("chunk_shape"))
        inside = inner.get("codecs")
        codecs = [*(c for c in codecs if c is not sharding), *(inside if isinstance(inside, list) else [])]
    encoding = array.chunk_key_encoding
    default = "." if name_of(encoding) == "v2" else "/"
    return ArrayDocument(
        3,
        "zarr.json",
        raw,
        shape=sizes(array.shape),
        dtype=name_of(array.data_type),
        chunks=chunks,
        shards=shards,
        dimension_names=array.dimension_names if isinstance(array.dimension_names, list) else None,
        separator=configuration_of(encoding).get("separator", default),
        codecs=tuple(name for name in map(name_of, codecs) if name is not None),
        fill_value=array.fill_value,
        attributes=array.attributes if isinstance(array.attributes, dict) else {},
        problems=fault_issues(faults, "zarr.json"),
    )
