"""Consolidated metadata: a copy of the documents below a group, kept in it; a hint, checked against the truth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.issues.pointer import to_pointer
from ngff_core.json_text import dumps
from ngff_core.structure.values import JSONObject
from ngff_core.words import abbreviate
from ngff_core.zarr.group import GroupDocument, group_document
from ngff_core.zarr.keys import NODE_KEYS
from ngff_core.zarr.text import json_object, parse_object

__all__ = [
    "Consolidated",
    "consolidated_groups",
    "consolidated_paths",
    "consolidated_v2",
    "consolidated_v3",
    "faults_of_v2",
    "faults_of_v3",
    "of_v2",
    "of_v3",
]

CURRENT = "zarr-consolidated-current"
READABLE = "zarr-consolidated-readable"


class Consolidated:
    """What consolidated metadata says of each document, as a fingerprint: memory does not grow with their size.

    ``base`` is the group that holds it; paths and keys are those in the store.
    """

    def __init__(self, entries: Mapping[str, object], name: str, base: str = "") -> None:
        self.name = name
        self._base = base
        self._whole = f"the consolidated metadata of {repr(base) if base else 'the root'}"
        self._known = {_key(base, key): _fingerprint(value) for key, value in entries.items()}
        self._met: set[str] = set()
        self._sorted: list[str] | None = None

    def check_group(self, path: str, document: GroupDocument, there: Container[str]) -> list[Issue]:
        """Compare the documents of a group with the copies, those that are ``there``."""
        raw = {document.name: document.raw if document.zarr_format == 3 else document.attributes}
        if document.zarr_format == 2:
            raw[".zgroup"] = document.raw
        if document.problems:
            self._met.update(_key(path, name) for name in raw)
            return []
        return self.check(path, {name: value for name, value in raw.items() if name in there})

    def check(self, path: str, documents: Mapping[str, object]) -> list[Issue]:
        """Compare the documents of a node, by file name, with the copies."""
        issues: list[Issue] = []
        if self._base and not f"{path}/".startswith(f"{self._base}/"):
            return issues
        for name, value in documents.items():
            key = _key(path, name)
            self._met.add(key)
            known = self._known.get(key)
            if known == _fingerprint(value) or (path == self._base and name == "zarr.json"):
                continue
            state = "is not in" if known is None else "differs from its copy in"
            issues.append(self._issue(path, name, f"{name} {state} {self._whole}"))
        return issues

    def rest_below(self, path: str) -> list[str]:
        """Return the keys below a path (all, for the root) whose copies were not compared with anything yet."""
        if self._sorted is None:
            self._sorted = sorted(self._known)
        keys = self._sorted
        if path:
            keys = keys[bisect_left(keys, f"{path}/") : bisect_left(keys, f"{path}0")]  # "0" comes after "/"
        return [key for key in keys if key not in self._met]

    def check_rest(self, answers: Mapping[str, object]) -> list[Issue]:
        """Compare what is under further keys with the copies: all of a node may be gone, or have changed."""
        issues: list[Issue] = []
        gone: set[str] = set()
        for key, answer in answers.items():
            path, _, name = key.rpartition("/")
            if answer is None and path not in gone:
                gone.add(path)
                message = f"{name} is not there, and has a copy in {self._whole}"
                issues.append(self._issue(path, name, message))
            elif isinstance(answer, bytes) and (value := json_object(answer)) is not None:
                issues += self.check(path, {name: value})
        return issues

    def _issue(self, path: str, name: str, message: str) -> Issue:
        hint = f"consolidate again, or take the copy out of {self.name}"
        return finding(CURRENT, message, node=path, document=name, hint=hint)


def of_v2(data: bytes, base: str) -> Consolidated | None:
    """Read the ``.zmetadata`` of a group (Zarr v2)."""
    entries = _entries_v2(data)
    return Consolidated(entries, ".zmetadata", base) if entries is not None else None


def of_v3(entries: Mapping[str, object], base: str) -> Consolidated:
    """Take what the ``zarr.json`` of a group holds inline (Zarr v3)."""
    return Consolidated({f"{path}/zarr.json": value for path, value in _sound(entries, 3).items()}, "zarr.json", base)


# --- its form -------------------------------------------------------------------------------------


def faults_of_v2(data: bytes) -> Iterator[Issue]:
    """Yield what keeps readers from using ``.zmetadata``: many open the store by it alone."""
    name = ".zmetadata"
    value, problems = parse_object(data, name)
    if problems:
        yield from (_unusable(problem.message, name, problem.pointer or "") for problem in problems)
        return
    stated = value.get("zarr_consolidated_format")
    if stated != 1:
        found = "null" if stated is None else abbreviate(stated)
        pointer = "/zarr_consolidated_format" if "zarr_consolidated_format" in value else ""
        yield _unusable("`zarr_consolidated_format` is not 1", name, pointer, found=found, expected="1")
    yield from _faults_of_entries(value, name, "", 2)


def faults_of_v3(document: GroupDocument) -> Iterator[Issue]:
    """Yield what keeps readers from using the copy that the ``zarr.json`` of a group holds inline."""
    if document.zarr_format != 3 or "consolidated_metadata" not in document.raw:
        return
    inline, pointer = document.raw["consolidated_metadata"], "/consolidated_metadata"
    if not isinstance(inline, dict):
        message = "`consolidated_metadata` is no object, and some readers refuse the group"
        yield _unusable(message, document.name, pointer, found=abbreviate(inline), expected="object, or no such key")
        return
    for key, expected in (("kind", "inline"), ("must_understand", False)):
        if inline.get(key) != expected:
            found = abbreviate(inline[key]) if key in inline else None
            at = f"{pointer}/{key}" if key in inline else pointer
            message = f"`{key}` of the consolidated metadata is {'wrong' if key in inline else 'missing'}"
            yield _unusable(message, document.name, at, found=found, expected=abbreviate(expected))
    yield from _faults_of_entries(inline, document.name, pointer, 3)


def _faults_of_entries(holder: Mapping[str, object], name: str, pointer: str, zarr_format: int) -> Iterator[Issue]:
    entries = holder.get("metadata")
    if not isinstance(entries, dict):
        found = abbreviate(entries) if "metadata" in holder else None
        at = f"{pointer}/metadata" if "metadata" in holder else pointer
        message = f"`metadata` of the consolidated metadata is {'no object' if 'metadata' in holder else 'missing'}"
        yield _unusable(message, name, at, found=found, expected="object with the copies")
        return
    for key, entry in entries.items():
        at = pointer + to_pointer(("metadata", key))
        if not isinstance(entry, dict):
            message = "a copy in the consolidated metadata is no object"
            yield _unusable(message, name, at, found=abbreviate(entry), expected="object")
        elif not _is_key(key, zarr_format):
            message = "a copy in the consolidated metadata is of no node of the hierarchy"
            yield _unusable(message, name, at, found=abbreviate(key), expected="a path below the group")


def _unusable(message: str, name: str, pointer: str, *, found: str | None = None, expected: str | None = None) -> Issue:
    hint = "consolidate again, or take it out: readers then take the documents themselves"
    return finding(READABLE, message, document=name, pointer=pointer, hint=hint, found=found, expected=expected)


def _is_key(key: str, zarr_format: int) -> bool:
    """Tell whether a key may be that of a document of the hierarchy: none is looked for anywhere else."""
    if zarr_format == 2 and key.rpartition("/")[2] not in NODE_KEYS[2]:
        return False
    return all(part not in ("", ".", "..") for part in key.split("/")) and "\\" not in key


def _key(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _fingerprint(value: object) -> int:
    """Return a number for a document; what writers add or leave out at will does not count."""
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if k != "consolidated_metadata" and v not in (None, {}, [])}
    try:
        return hash(dumps(value, sort_keys=True))
    except TypeError:  # integers beyond 64 bits, or deeper than can be written
        return hash(tuple(_flat(value)))


def _flat(value: object) -> Iterator[str]:
    """Yield what a document is made of, piece by piece: it may be nested too deep for anything that calls itself."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield f"{len(value)} members"
            for key in sorted(value):
                waiting += (value[key], key)
        elif isinstance(value, list):
            yield f"{len(value)} items"
            waiting += value
        else:
            yield repr(value)


def _entries_v2(data: object) -> JSONObject | None:
    """Return what ``.zmetadata`` holds, by key; ``None`` where it holds nothing of use."""
    entries = (json_object(data) or {}).get("metadata")
    return _sound(entries, 2) if isinstance(entries, dict) else None


def _sound(entries: Mapping[str, object], zarr_format: int) -> JSONObject:
    """Return the copies of documents that may be in the hierarchy; the others are reported as what they are."""
    return {key: value for key, value in entries.items() if isinstance(value, dict) and _is_key(key, zarr_format)}


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
