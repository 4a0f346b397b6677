"""Small stores and their documents, for examples and tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ngff_core.checking.example import ExampleArray
from ngff_core.json_text import dumps, loads
from ngff_core.spec.spec import Spec
from ngff_core.structure.values import JSON, JSONObject

__all__ = ["array", "array_json", "build_store", "group_json", "write_store"]


array = ExampleArray


def build_store(spec: Spec, nodes: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """Return the metadata documents of a hierarchy, as a version stores them.

    ``nodes`` maps paths to the OME metadata of groups (``None`` for a plain group) and to `array`. The version
    is written where the document states none (``"version": None`` leaves it out). ``files`` are put in as they are:
    bytes, or JSON values; ``None`` takes a file away, and a key ``FILE#MEMBER`` sets a member of a JSON file.
    """
    documents: dict[str, bytes] = {}
    for path, node in nodes.items():
        prefix = f"{path}/" if path else ""
        if isinstance(node, ExampleArray):
            name = ".zarray" if spec.zarr_format == 2 else "zarr.json"
            documents[prefix + name] = _dump(array_json(node, spec.zarr_format))
        else:
            for name, value in group_json(spec, node).items():
                documents[prefix + name] = _dump(value)
    for key, value in (files or {}).items():
        name, _, member = key.partition("#")
        if member:
            changed = loads(documents.get(name, b"{}"))
            changed[member] = value
            documents[name] = _dump(changed)
        elif value is None:
            documents.pop(name, None)
        else:
            documents[name] = value if isinstance(value, bytes) else _dump(value)
    return documents


def group_json(spec: Spec, ome: Mapping[str, object] | None) -> JSONObject:
    """Return the documents of a group with some OME metadata, by file name."""
    attributes: JSONObject = dict(ome or {})
    if spec.namespace is not None and ome is not None:
        if "version" not in attributes:
            attributes = {"version": spec.version, **attributes}
        elif attributes["version"] is None:
            del attributes["version"]
        attributes = {spec.namespace: attributes}
    if spec.zarr_format == 2:
        group: JSONObject = {".zgroup": {"zarr_format": 2}}
        return {**group, ".zattrs": attributes} if ome is not None else group
    return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


_KINDS = {"int": "i", "uint": "u", "float": "f", "bool": "b", "complex": "c"}


def array_json(node: ExampleArray, zarr_format: int) -> JSONObject:
    """Return the document of an array."""
    chunks = list(node.chunks if node.chunks is not None else node.shape)
    if zarr_format == 2:
        name = node.dtype.rstrip("0123456789")
        bits = int(node.dtype[len(name) :] or 8)
        order = "|" if bits == 8 else "<"
        document: JSONObject = {
            "zarr_format": 2,
            "shape": list(node.shape),
            "chunks": chunks,
            "dtype": f"{order}{_KINDS[name]}{bits // 8}",
            "compressor": None,
            "fill_value": _zero(node.dtype),
            "order": "C",
            "filters": None,
            "dimension_separator": "/",
        }
        known = {"dimension_separator", "compressor", "filters", "order", "dtype", "fill_value", "chunks", "shape"}
    else:
        document = {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(node.shape),
            "data_type": node.dtype,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": _zero(node.dtype),
            "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
            "attributes": {},
        }
        if node.names is not None:
            document["dimension_names"] = list(node.names)
        known = {"codecs", "data_type", "fill_value", "chunk_grid", "chunk_key_encoding", "dimension_names", "shape"}
    document.update({key: value for key, value in node.members.items() if key in known or zarr_format == 3})
    if zarr_format == 3:
        for key in ("dimension_separator", "compressor", "filters", "order"):
            document.pop(key, None)
    return document


def _zero(dtype: str) -> JSON:
    return False if dtype == "bool" else [0, 0] if dtype.startswith("complex") else 0


def write_store(documents: Mapping[str, bytes], root: str | Path) -> Path:
    """Write documents below a directory; return its path."""
    root = Path(root)
    for key, data in documents.items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def _dump(value: object) -> bytes:
    return dumps(value, indent=True)
