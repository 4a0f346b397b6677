"""Members of documents of v3 that are not known: readers may not pass over them, unless the document lets them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ngff_core.structure.values import JSON
from ngff_core.words import abbreviate
from ngff_core.zarr.headers.problem import Problem
from ngff_core.zarr.keys import GROUP_MEMBERS

__all__ = ["V3_ARRAY", "V3_REQUIRED", "group_problems", "may_be_ignored", "unknown_members"]

V3_REQUIRED = (
    *("zarr_format", "node_type", "shape", "data_type", "chunk_grid"),
    *("chunk_key_encoding", "fill_value", "codecs"),
)
V3_ARRAY = (*V3_REQUIRED, "attributes", "dimension_names", "storage_transformers")

_V2_MEMBERS = {
    "chunks": "chunk_grid",
    "compressor": "codecs",
    "dimension_separator": "chunk_key_encoding",
    "dtype": "data_type",
    "filters": "codecs",
    "order": "codecs",
}


def may_be_ignored(value: JSON) -> bool:
    """Tell whether readers may pass over a member that they do not know."""
    return isinstance(value, dict) and value.get("must_understand") is False


def group_problems(raw: Mapping[str, JSON]) -> Iterator[Problem]:
    """Yield what keeps readers from opening the group that a ``zarr.json`` describes."""
    return unknown_members(raw, GROUP_MEMBERS, "group")


def unknown_members(raw: Mapping[str, JSON], known: Collection[str], what: str) -> Iterator[Problem]:
    """Yield the members that no reader knows, of an array or a group (core specification, "Extension")."""
    for key, value in raw.items():
        if key in known or may_be_ignored(value):
            continue
        hint = "metadata of users stands in `attributes`"
        if what == "array" and key in _V2_MEMBERS:
            hint = f"a member of Zarr v2, which v3 says in `{_V2_MEMBERS[key]}`"
        message = f"{key!r} is no member of {'an array' if what == 'array' else 'a group'} in Zarr v3"
        expected = 'no such member, or an object with "must_understand": false'
        yield Problem("zarr-members-known", (key,), message, abbreviate(value), expected, hint=hint)
