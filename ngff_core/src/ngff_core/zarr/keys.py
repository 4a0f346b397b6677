"""The names of Zarr's documents, by Zarr format (2 or 3): the one table of them.

A node's documents lie under its path and one of these names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = [
    "ARRAY_KEY",
    "ATTRIBUTES_KEY",
    "CONSOLIDATED_KEY",
    "DOCUMENTS",
    "GROUP_KEYS",
    "GROUP_MEMBERS",
    "JOURNALS",
    "LOCK",
    "NODE_KEYS",
    "OLD",
    "OTHER_DOCUMENTS",
    "OTHER_FORMAT",
    "PART",
    "STREAM",
    "above",
    "in_left_over",
    "is_journal",
    "is_left_over",
    "join",
    "meant_by",
    "replaced_by",
]

OTHER_FORMAT = {2: 3, 3: 2}
"""A store may hold documents of both formats; those of the other one are superseded, or in the way."""

GROUP_KEYS = {2: (".zgroup", ".zattrs"), 3: ("zarr.json",)}
"""The documents of a group."""

GROUP_MEMBERS = frozenset(("zarr_format", "node_type", "attributes", "consolidated_metadata"))
"""What the document of a group of v3 may hold; the last is zarr-python's, and known to all."""

ARRAY_KEY = {2: ".zarray", 3: "zarr.json"}
"""What makes an array of a node: its shape, data type and codecs."""

ATTRIBUTES_KEY = {2: ".zattrs", 3: "zarr.json"}
"""What holds the attributes of a node, and so OME metadata."""

NODE_KEYS = {2: (".zgroup", ".zattrs", ".zarray"), 3: ("zarr.json",)}
"""All documents that a group or an array may have."""

CONSOLIDATED_KEY = {2: ".zmetadata", 3: "zarr.json"}
"""What holds copies of the documents below a group."""

OTHER_DOCUMENTS = {2: ("zarr.json", ".zgroup", ".zarray"), 3: (".zgroup", ".zattrs", ".zarray")}
"""What else may lie where a document of a format is missing: a node of the other format, or of another kind."""

DOCUMENTS = (".zgroup", ".zattrs", ".zarray", ".zmetadata", "zarr.json")
"""All names that a document of Zarr has."""


JOURNALS = (".ngff-upgrade.jsonl", ".ngff-upgrade.done.jsonl")
"""What an upgrade in place leaves at the root: the journal of one that is under way, and of the last that is done."""

LOCK = ".ngff-lock"
"""What says at the root that something is written to the store, and by whom."""

PART = ".ngff-part"
"""Ends the names of files and folders that are being written, or were when something was killed."""

STREAM = f".stream{PART}"
"""The journal in the folder of an image that is being streamed, or was when that was broken off."""

OLD = f".old{PART}"
"""Ends the names of folders that are put aside until another one has their name."""

_NEW_NAME = re.compile(rf"(.+)\.[0-9a-f]{{16}}{re.escape(PART)}", re.DOTALL)
_OLD_NAME = re.compile(rf"(.+)\.[0-9a-f]{{16}}{re.escape(OLD)}", re.DOTALL)


def above(path: str) -> Iterator[str]:
    """Yield the paths of the groups that a node or key is in: the nearest first, the root (an empty path) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def join(path: str, name: str) -> str:
    """Return the path, or key, of what is called ``name`` in the group, or folder, at ``path``."""
    return f"{path}/{name}" if path else name


def is_journal(key: str) -> bool:
    """Tell whether a key is that of a journal: those of upgrades before the last one have numbers."""
    return key in JOURNALS or re.fullmatch(r"\.ngff-upgrade\.done\.[0-9]+\.jsonl", key) is not None


def meant_by(name: str) -> str | None:
    """Return the name that a file or folder is to get once it is written; ``None``: it is none of those."""
    match = _NEW_NAME.fullmatch(name)
    return match[1] if match is not None else None


def replaced_by(name: str) -> str | None:
    """Return the name that a folder had until another one was to have it; ``None``: it is none of those."""
    match = _OLD_NAME.fullmatch(name)
    return match[1] if match is not None else None


def is_left_over(name: str) -> bool:
    """Tell whether something is being written, or put aside for that, by its name; or is left over from that."""
    return name.endswith(PART) and (meant_by(name) or replaced_by(name)) is not None


def in_left_over(key: str) -> bool:
    """Tell whether a key is that of a file that is being written, or lies in such a folder."""
    return PART in key and (key.endswith(PART) or any(map(is_left_over, key.split("/"))))
