"""The findings on documents of arrays and groups that Zarr readers refuse."""

from __future__ import annotations

from ngff_core.issues.finding import Finding
from ngff_core.issues.requirement import MAY, MUST

__all__ = ["FINDINGS_ON_ARRAYS"]

_PEERS = (
    "\n\nPeers: yaozarrs 0.3.4 and ome-zarr-models 1.8.1 do not look at it; zarr-python or tensorstore refuse the"
    " array."
)
_POINT = (
    " Whole numbers written with a point (`8.0`) are integers to JSON Schema and tensorstore; they are a warning,"
    " as zarr-python refuses them."
)

FINDINGS_ON_ARRAYS = (
    Finding(
        "zarr-shape-valid",
        MUST,
        "The shape of an array counts pixels, so no extent is below 0.",
        "Zarr v2 and v3, `shape`." + _POINT + _PEERS + "\n\nTo mend: write the extents that the chunks were made for.",
        wrong='{"shape": [-8, 8]}',
        right='{"shape": [8, 8]}',
    ),
    Finding(
        "zarr-data-type-valid",
        MUST,
        "The data type of an array is written as its Zarr format has it.",
        'Zarr v3 has names such as `"uint16"`, Zarr v2 codes such as `"<u2"` and `"|u1"` that say the byte order. Names'
        " of v3 that are not known are extensions, and no fault. The numbers of v3 have no configuration."
        + _PEERS
        + "\n\nTo mend: write the name or code of the other column, as the hint says.",
        wrong='{"zarr_format": 3, "data_type": "<u2"}',
        right='{"zarr_format": 3, "data_type": "uint16"}',
    ),
    Finding(
        "zarr-fill-value-fits-data-type",
        MUST,
        "The fill value of an array is a value of its data type.",
        "Zarr v2 may have null; v3 may not. A warning for forms of Zarr v2 that some readers take, such as numbers in"
        " quotes." + _PEERS + "\n\nTo mend: write a value of the data type, such as 0.",
        wrong='{"data_type": "uint16", "fill_value": 70000}',
        right='{"data_type": "uint16", "fill_value": 0}',
    ),
    Finding(
        "zarr-chunk-grid-valid",
        MUST,
        "The chunk grid of an array has a name, and the shape of its chunks.",
        "Whether the chunks fit the array is told by `zarr-chunks-fit-array`. The grid `rectilinear` of the registry of"
        " extensions has the edges of the chunks of each dimension; few readers know it."
        + _POINT
        + _PEERS
        + "\n\nTo mend: write the shape that the chunks have.",
        wrong='{"chunk_grid": {"name": "regular"}}',
        right='{"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [64, 64]}}}',
    ),
    Finding(
        "zarr-chunk-keys-valid",
        MUST,
        "The chunk key encoding of an array (Zarr v3) is one that readers know, so that they find its chunks.",
        'The encodings are `default` and `v2`, with the separators `"/"` and `"."`, and those of the registry of'
        " extensions." + _PEERS + "\n\nTo mend: write the encoding that the keys of the chunks have.",
        wrong='{"chunk_key_encoding": {"name": "nested"}}',
        right='{"chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}}}',
    ),
    Finding(
        "zarr-codecs-valid",
        MUST,
        "The codecs of an array make bytes of its chunks, in the right order and with settings that they have.",
        "Zarr v3: codecs from array to array, one from array to bytes, then from bytes to bytes; those of chunks in"
        " shards and of the index as well, and the chunks divide their shard. Zarr v2: a compressor is an object with"
        " an `id`, or null. Codecs that are not known are extensions, and no fault. A warning for settings of v2 that"
        " only some readers refuse." + _POINT + _PEERS + "\n\nTo mend: describe what the chunks were written by.",
        wrong='{"codecs": [{"name": "gzip", "configuration": {"level": 5}}]}',
        right='{"codecs": [{"name": "bytes", "configuration": {"endian": "little"}},'
        ' {"name": "gzip", "configuration": {"level": 5}}]}',
    ),
    Finding(
        "zarr-dimension-names-valid",
        MUST,
        "`dimension_names` (Zarr v3) has one string or null for each dimension of the array.",
        "Whether they are those of the axes is told by `zarr-dimension-names-match-axes`."
        + _PEERS
        + "\n\nTo mend: name each dimension once, or leave the member out where it is not required.",
        wrong='{"shape": [8, 8], "dimension_names": ["y"]}',
        right='{"shape": [8, 8], "dimension_names": ["y", "x"]}',
    ),
    Finding(
        "zarr-storage-transformers-valid",
        MUST,
        "`storage_transformers` (Zarr v3) is an array of names, or of objects with a name.",
        "There are none that readers know yet, so an empty array is all that is of use.\n\nTo mend: leave it out.",
        wrong='{"storage_transformers": null}',
        right='{"storage_transformers": []}',
    ),
    Finding(
        "zarr-members-known",
        MUST,
        "An array or group of Zarr v3 has no members that readers do not know and may not pass over.",
        'A member that readers may pass over is an object with `"must_understand": false`.'
        + _PEERS
        + "\n\nTo mend: put metadata of your own into `attributes`; take members of Zarr v2 out.",
        wrong='{"zarr_format": 3, "node_type": "array", "dimension_separator": "/"}',
        right='{"zarr_format": 3, "node_type": "array", "chunk_key_encoding": {"name": "default"}}',
    ),
    Finding(
        "zarr-extensions-known",
        MAY,
        "The data type, chunk grid, chunk key encoding, codecs and storage transformers of an array are known here.",
        "What is not known is an extension: it may be right, and was not looked at; only some readers have it."
        "\n\nTo mend: nothing, where those who read the data know it; else write what the specification of Zarr has.",
        wrong='{"codecs": [{"name": "example"}]}',
        right='{"codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}',
    ),
)
