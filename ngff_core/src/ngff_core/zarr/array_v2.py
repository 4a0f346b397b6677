"""The documents of arrays in Zarr v2."""

from typing import TYPE_CHECKING, Any, Literal

from ngff_core.structure.converter import structure
from ngff_core.structure.member import member
from ngff_core.structure.model import Model, model
from ngff_core.structure.values import JSON, JSONObject
from ngff_core.zarr.array import ArrayDocument, fault_issues, sizes
from ngff_core.zarr.headers.data_types import number_of, parts_of

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["read"]


@model
class ZarrV2Array(Model):
    """What ``.zarray`` holds (Zarr v2 specification)."""

    zarr_format: Literal[2] = member()
    shape: list[int] = member()
    chunks: list[int] = member()
    dtype: Any = member(required=True)
    compressor: Any = member(required=True)
    fill_value: Any = member(required=True)
    order: Literal["C", "F"] = member()
    filters: list[Any] | None = member(required=True, nullable=True)
    dimension_separator: Literal[".", "/"] | None = member(default=None)


def read(converter: "Converter", raw: JSONObject) -> ArrayDocument:
    """Read what ``.zarray`` holds."""
    array, faults = structure(converter, raw, ZarrV2Array)
    compressor = array.compressor
    filters = array.filters if isinstance(array.filters, list) else []
    codecs = [item.get("id") for item in [*filters, compressor] if isinstance(item, dict)]
    return ArrayDocument(
        2,
        ".zarray",
        raw,
        shape=sizes(array.shape),
        dtype=_dtype_v2(array.dtype),
        chunks=sizes(array.chunks),
        separator=array.dimension_separator or ".",
        codecs=tuple(map(str, codecs)),
        fill_value=array.fill_value,
        problems=fault_issues(faults, ".zarray"),
    )


def _dtype_v2(value: JSON) -> str | None:
    if isinstance(value, list):
        return "structured"
    if not isinstance(value, str):
        return None
    parts = parts_of(value)
    return value if parts is None else number_of(value) or f"{parts[1]}{parts[2]}"
