"""Consolidated metadata: a copy of the documents below a group, kept in it; a hint, checked against the truth."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.json_text import dumps
from ngff_core.structure.values import JSONObject
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.text import json_object

__all__ = [
    "Consolidated",
    "consolidated_groups",
    "consolidated_paths",
    "consolidated_v2",
    "consolidated_v3",
    "of_v2",
    "of_v3",
]

RULE = "zarr-consolidated-current"


class Consolidated:
    """What consolidated metadata says of each document, as a fingerprint: memory does not grow with their size."""

    def __init__(self, entries: Mapping[str, object], name: str) -> None:
        self.name = name
        self._known = {key: _fingerprint(value) for key, value in entries.items()}

    def check_group(self, path: str, document: GroupDocument, there: Container[str]) -> list[Issue]:
        """Compare the documents of a group with the copies, those that are ``there``."""
        if document.problems:
            return []
        raw = {document.name: document.raw if document.zarr_format == 3 else document.attributes}
        if document.zarr_format == 2:
            raw[".zgroup"] = document.raw
        return self.check(path, {name: value for name, value in raw.items() if name in there})

    def check(self, path: str, documents: Mapping[str, object]) -> list[Issue]:
        """Compare the documents of a node, by file name, with the copies."""
        issues = []
        for name, value in documents.items():
            known = self._known.get(f"{path}/{name}" if path else name)
            if known == _fingerprint(value) or (not path and name == "zarr.json"):
                continue
            state = "is not in" if known is None else "differs from its copy in"
            issues.append(
                finding(
                    RULE,
                    f"{name} {state} the consolidated metadata of the root",
                    node=path,
                    document=name,
                    hint=f"consolidate again, or take the copy out of {self.name}",
                )
            )
        return issues


def of_v2(data: bytes) -> Consolidated | None:
    """Read ``.zmetadata`` (Zarr v2)."""
    entries = _entries_v2(data)
    return Consolidated(entries, ".zmetadata") if entries is not None else None


def of_v3(entries: Mapping[str, object] | None) -> Consolidated | None:
    """Take what the ``zarr.json`` of a group holds inline (Zarr v3)."""
    if entries is None:
        return None
    return Consolidated({f"{path}/zarr.json": value for path, value in entries.items()}, "zarr.json")


def _fingerprint(value: object) -> int:
    """Return a number for a document; what writers add or leave out at will does not count."""
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if k != "consolidated_metadata" and v not in (None, {}, [])}
    try:
        return hash(dumps(value, sort_keys=True))
    except TypeError:  # integers beyond 64 bits
        return hash(repr(value))


def _entries_v2(data: object) -> JSONObject | None:
    """Return what ``.zmetadata`` holds, by key; ``None`` where it holds nothing of use."""
    entries = (json_object(data) or {}).get("metadata")
    return entries if isinstance(entries, dict) else None


def consolidated_v2(documents: Mapping[str, object]) -> JSONObject:
    """Return what ``.zmetadata`` holds for documents by key (Zarr v2)."""
    return {"zarr_consolidated_format": 1, "metadata": dict(sorted(documents.items()))}


def consolidated_v3(documents: Mapping[str, object]) -> JSONObject:
    """Return what a group holds inline for the documents below it, by path (Zarr v3)."""
    return {"kind": "inline", "must_understand": False, "metadata": dict(sorted(documents.items()))}


def consolidated_groups(values: Mapping[str, object]) -> Iterator[tuple[str, JSONObject]]:
    """Yield the groups that consolidated metadata describes, with their attributes, those nearest the root first.

    ``values`` holds ``zarr.json`` and ``.zmetadata`` of the root, as far as they could be read.
    """
    groups: JSONObject = {}
    for path, entry in _entries_v3(values.get("zarr.json")).items():
        if isinstance(entry, dict) and entry.get("node_type") == "group":
            groups[path] = entry.get("attributes")
    if not groups:
        for key, entry in (_entries_v2(values.get(".zmetadata")) or {}).items():
            path, _, name = key.rpartition("/")
            if name == ".zattrs":
                groups[path] = entry
    for path in sorted(groups, key=lambda path: (path.count("/"), path)):
        if path and isinstance(groups[path], dict):
            yield path, groups[path]


def consolidated_paths(values: Mapping[str, object]) -> list[str]:
    """Return the paths of all nodes below the root that consolidated metadata names, those nearest the root first.

    ``values`` are those of `consolidated_groups`. What they hold may be anything, and is looked at by nobody before.
    """
    older = (key.rpartition("/")[0] for key in _entries_v2(values.get(".zmetadata")) or {})
    named = {*_entries_v3(values.get("zarr.json")), *older} - {""}
    return sorted(named, key=lambda path: (path.count("/"), path))


def _entries_v3(data: object) -> JSONObject:
    document = group_document(3, {"zarr.json": data}) if isinstance(data, bytes) else None
    return (document.consolidated if document is not None else None) or {}
